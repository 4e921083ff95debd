"""How an invited sponsor gets access to the dossier: only by the address the letter went to."""

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
from ancu.apps.dossiers.services.moving import lock, note, stale_state
from ancu.core.actor import Actor, system
from ancu.core.errors import Conflict, require

P = ParamSpec("P")
T = TypeVar("T")


def renews_signature_request(write: Callable[P, T]) -> Callable[P, T]:
    """Wrap a write so that a sponsor who had signed the former content is asked again.

    The sponsor is asked once; further changes before the signature are covered by it.
    """

    @wraps(write)
    @transaction.atomic
    def renewing_write(*args: P.args, **kwargs: P.kwargs) -> T:
        """Call the wrapped function; if the sponsor's signature no longer fits, ask the sponsor to sign again."""
        actor, before = cast(Actor, args[0]), lock(cast(Dossier, kwargs["dossier"]))
        was_signed = rules.needs_signature(before) and before.sponsor_id is not None and is_signed(before)
        outcome = write(*args, **kwargs)
        if was_signed and not is_signed(locked := lock(before)):
            event = note(actor, locked, "asked_signature", digest=digest_of(locked))
            letters.ask_for_signature(actor, locked, event)
        return outcome

    return renewing_write


@transaction.atomic
def bind_sponsor(actor: Actor, *, dossier: Dossier) -> Dossier:
    """Make the signed-in person the dossier's sponsor; only if its letter went to the person's address.

    The caller has checked the code of that letter. Idempotent.
    """
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
    """Decline to sponsor the dossier as its sponsor, who thereby loses access to it.

    The filer gets the reason and names another.
    """
    locked = lock(dossier)
    require(rules.is_sponsor(actor, locked))
    if not rules.may_decline(actor, locked):
        raise stale_state(actor, locked)
    event = note(actor, locked, "declined_signature", reason=reason)
    locked.sponsor, locked.sponsor_email = None, ""
    locked.save(update_fields=["sponsor", "sponsor_email"])
    letters.notify_declined(actor, locked, event)
    return locked


@transaction.atomic
def resend_signature_request(*, dossier: Dossier) -> None:
    """Send a new letter to the same address after a link expired; the visitor learns nothing from it."""
    locked, sponsor_himself = lock(dossier), system("signature link")
    if locked.state not in EDITABLE:
        raise stale_state(sponsor_himself, locked)
    event = note(sponsor_himself, locked, "asked_signature", digest=digest_of(locked))
    letters.ask_for_signature(sponsor_himself, locked, event)


@transaction.atomic
def open_account(*, dossier: Dossier, full_name: str, phone: str, password: str, language: str) -> User:
    """Create an account with the letter's address, make its owner the dossier's sponsor, and return the user.

    Conflict when the address has an account already.
    """
    user = create_account(
        email=dossier.sponsor_email,
        password=password,
        full_name=full_name,
        phone=phone,
        language=language,
        verified=True,
    )
    if user is None:
        raise Conflict("account_exists", _("This address already has an account. Sign in with it."))
    bind_sponsor(actor_for(user), dossier=dossier)
    return user
