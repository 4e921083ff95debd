"""How a person gets in: sessions, the second factor, the telephone number that signs in, a new password."""

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth import login, update_session_auth_hash
from django.db import transaction
from django.http import HttpRequest

from ancu.apps.accounts.models import User
from ancu.apps.accounts.selectors import actor_for
from ancu.apps.audit.services import record
from ancu.core.actor import Actor
from ancu.core.errors import Http404
from ancu.core.jobs import enqueue
from ancu.core.mail import send_letter

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def sign_in(request: HttpRequest, user: User) -> None:
    """Who has just opened his account is signed in, and finds this browser in his list."""
    login(request, user, backend=BACKEND)
    UserSession.objects.create_from_request(request)


def note_session(user_id: int, before: str, now: str) -> None:
    """A session that took another key is the same browser still, and is found when others are signed out."""
    UserSession.objects.filter(user_id=user_id, session_key=before).update(session_key=now)


@transaction.atomic
def end_other_sessions(actor: Actor, *, keep: str) -> int:
    """Sign the person out of every browser but the one that asks; returns of how many."""
    ended = list(UserSession.objects.filter(user_id=actor.user_id or 0).exclude(session_key=keep))
    for one in ended:
        one.end()
    if ended:
        record(actor, "accounts.signed_out", ("accounts.user", actor.user_id), count=len(ended))
    return len(ended)


@transaction.atomic
def end_session(actor: Actor, *, pk: int) -> None:
    """One browser of one's own, or 404."""
    one = UserSession.objects.filter(user_id=actor.user_id or 0, pk=pk).first()
    if one is None:
        raise Http404
    one.end()
    record(actor, "accounts.signed_out", ("accounts.user", actor.user_id), count=1)


@transaction.atomic
def set_sign_in_phone(actor: Actor, *, phone: str) -> None:
    """From now on a code sent to ``phone`` signs the person in; empty: none does. The e-mail address is told."""
    user = User.objects.select_for_update().get(pk=actor.user_id or 0)
    if user.sign_in_phone == phone:
        return
    User.objects.filter(pk=user.pk).update(sign_in_phone=phone)
    record(actor, "accounts.set_sign_in_phone", user, removed=not phone)
    enqueue("accounts.tell_sign_in_phone", user_id=user.pk)


def tell_sign_in_phone(user_id: int) -> None:
    """Whoever borrowed a session must not open a second door to it unseen."""
    user = User.objects.get(pk=user_id)
    last = user.sign_in_phone[-3:]
    send_letter("accounts/letters/sign_in_phone.txt", user.email, language=user.language, last=last)


def enable_totp(user: User, secret: str) -> None:
    """Give ``user`` a second factor whose secret is known (base 32); for demo accounts and tests."""
    Authenticator.objects.update_or_create(
        user=user, type=Authenticator.Type.TOTP, defaults={"data": {"secret": get_adapter().encrypt(secret)}}
    )


@transaction.atomic
def choose_password(request: HttpRequest, user: User, *, password: str) -> None:
    """A new password for somebody whom a code let in; other browsers are signed out, this one stays."""
    user.set_password(password)
    user.save(update_fields=["password"])
    before = request.session.session_key or ""
    update_session_auth_hash(request, user)
    note_session(user.pk, before, request.session.session_key or "")
    record(actor_for(user), "accounts.chose_password", user)
