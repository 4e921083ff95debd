"""Sign-in: sessions, the second factor, the sign-in telephone number, and new passwords."""

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth import login, update_session_auth_hash
from django.db import transaction
from django.http import HttpRequest

from ancu.apps.accounts.models import User
from ancu.apps.accounts.selectors import actor_for
from ancu.apps.accounts.selectors.address_changes import pending_changes
from ancu.apps.audit.services import record
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.jobs import enqueue
from ancu.core.errors import Http404
from ancu.core.web.mail import send_letter

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def sign_in(request: HttpRequest, user: User) -> None:
    """Sign in the owner of a new account in this browser, which then appears in the list of sessions."""
    record_authentication(request, user, method="password")
    login(request, user, backend=BACKEND)
    UserSession.objects.create_from_request(request)


def move_session(user_id: int, before: str, now: str) -> None:
    """Record a browser's new session key, so that "sign out everywhere else" still finds the browser."""
    UserSession.objects.filter(user_id=user_id, session_key=before).update(session_key=now)


@transaction.atomic
def end_other_sessions(actor: Actor, *, keep: str) -> int:
    """Sign the person out of every browser but the one with the session key ``keep``; return their number."""
    ended = list(UserSession.objects.filter(user_id=actor.user_id or 0).exclude(session_key=keep))
    for session in ended:
        session.end()
    if ended:
        record(actor, "accounts.signed_out", ("accounts.user", actor.user_id), count=len(ended))
    return len(ended)


def end_sessions_of(user_id: int) -> None:
    """Sign the user out of every browser."""
    for session in UserSession.objects.filter(user_id=user_id):
        session.end()


@transaction.atomic
def end_session(actor: Actor, *, pk: int) -> None:
    """Sign the actor out of the browser with the session record ``pk``; 404 for another person's."""
    session = UserSession.objects.filter(user_id=actor.user_id or 0, pk=pk).first()
    if session is None:
        raise Http404
    session.end()
    record(actor, "accounts.signed_out", ("accounts.user", actor.user_id), count=1)


@transaction.atomic
def set_sign_in_phone(actor: Actor, *, phone: str) -> None:
    """Allow sign-in by a code sent to ``phone`` ("" for none), and notify the owner by e-mail."""
    user = User.objects.select_for_update().get(pk=actor.user_id or 0)
    if user.sign_in_phone == phone:
        return
    User.objects.filter(pk=user.pk).update(sign_in_phone=phone)
    record(actor, "accounts.set_sign_in_phone", user, removed=not phone)
    enqueue("accounts.tell_sign_in_phone", user_id=user.pk)


def send_sign_in_phone_letter(user_id: int) -> None:
    """Write to the account's owner that the telephone number for signing in was changed.

    A stolen session can thus not add it unnoticed.
    """
    user = User.objects.get(pk=user_id)
    last = user.sign_in_phone[-3:]
    send_letter("accounts/letters/sign_in_phone.txt", user.email, language=user.language, last=last)


def enable_totp(user: User, secret: str) -> None:
    """Give the user an authenticator app with this secret (base 32) as second factor; for the demo and tests."""
    Authenticator.objects.update_or_create(
        user=user, type=Authenticator.Type.TOTP, defaults={"data": {"secret": get_adapter().encrypt(secret)}}
    )


def reopen(user: User) -> None:
    """Reopen a closed account without its old password and second factor.

    The person who reads the owner's letters chooses a new password.
    """
    user.is_active = True
    user.set_unusable_password()
    user.save(update_fields=["is_active", "password"])
    pending_changes().filter(user=user).update(ended_at=clock.now())
    Authenticator.objects.filter(user=user).delete()
    end_sessions_of(user.pk)


@transaction.atomic
def choose_password(request: HttpRequest, user: User, *, password: str) -> None:
    """Set a new password after sign-in by a code; sign out all other browsers."""
    user.set_password(password)
    user.save(update_fields=["password"])
    before = request.session.session_key or ""
    update_session_auth_hash(request, user)
    move_session(user.pk, before, request.session.session_key or "")
    record(actor_for(user), "accounts.chose_password", user)
