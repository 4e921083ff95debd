"""How a sponsor who was written to comes to his dossier: by the address the letter went to, and by no other."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ancu.apps.accounts.models import User
from ancu.apps.accounts.selectors import actor_for, get_user
from ancu.apps.accounts.services import create_account
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import EDITABLE, INDIVIDUALS
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.selectors.signatures import digest_of, is_signed
from ancu.apps.dossiers.services import letters
from ancu.apps.dossiers.services.moving import lock, meanwhile, note
from ancu.core.actor import Actor, system
from ancu.core.errors import Conflict, require

P = ParamSpec("P")
T = TypeVar("T")


def asks_again(change: Callable[P, T]) -> Callable[P, T]:
    """Make ``change``; a sponsor who had signed what stood there before is asked anew, as he was the first time.

    He is asked once: what is changed further, before he signs, he reads with it.
    """

    @wraps(change)
    @transaction.atomic
    def changing(*args: P.args, **kwargs: P.kwargs) -> T:
        actor, before = cast(Actor, args[0]), lock(cast(Dossier, kwargs["dossier"]))
        was_signed = rules.needs_signature(before) and before.sponsor_id is not None and is_signed(before)
        outcome = change(*args, **kwargs)
        if was_signed and not is_signed(locked := lock(before)):
            event = note(actor, locked, "asked_signature", digest=digest_of(locked))
            letters.ask_for_signature(actor, locked, event)
        return outcome

    return changing


@transaction.atomic
def bind(actor: Actor, *, dossier: Dossier) -> Dossier:
    """The person becomes the dossier's sponsor. The caller has seen the code that was sent to his address."""
    locked = lock(dossier)
    user = get_user(actor.user_id or 0)
    require(locked.filer in INDIVIDUALS and locked.sponsor_email == user.email.lower() and not actor.is_agency)
    require(user.pk != locked.filed_by_id)
    if locked.sponsor_id == user.pk:
        return locked
    locked.sponsor = user
    locked.save(update_fields=["sponsor"])
    note(actor, locked, "bound_sponsor")
    return locked


@transaction.atomic
def decline(actor: Actor, *, dossier: Dossier, reason: str) -> Dossier:
    """The person who was asked does not sponsor it. The filer reads why and names another; it is no longer his."""
    locked = lock(dossier)
    require(rules.is_sponsor(actor, locked))
    if not rules.may_decline(actor, locked):
        raise meanwhile(actor, locked)
    event = note(actor, locked, "declined_signature", reason=reason)
    locked.sponsor, locked.sponsor_email = None, ""
    locked.save(update_fields=["sponsor", "sponsor_email"])
    letters.tell_declined(actor, locked, event)
    return locked


@transaction.atomic
def send_again(*, dossier: Dossier) -> None:
    """A new letter to the same address, for whoever came by a link that ended; he learns nothing by it."""
    locked, sponsor_himself = lock(dossier), system("signature link")
    if locked.state not in EDITABLE:
        raise meanwhile(sponsor_himself, locked)
    event = note(sponsor_himself, locked, "asked_signature", digest=digest_of(locked))
    letters.ask_for_signature(sponsor_himself, locked, event)


@transaction.atomic
def join(*, dossier: Dossier, full_name: str, phone: str, password: str, language: str) -> User:
    """Open an account with the address the letter went to, and bind it. Conflict when somebody was quicker."""
    user = create_account(
        email=dossier.sponsor_email,
        password=password,
        full_name=full_name,
        phone=phone,
        language=language,
        verified=True,
    )
    if user is None:
        raise Conflict("account_exists", _("This address has an account already. Sign in with it."))
    bind(actor_for(user), dossier=dossier)
    return user
