"""Change the sign-in address: the former address is notified and may undo the change for three days."""

from datetime import datetime
from enum import StrEnum

from allauth.account.models import EmailAddress
from django.core import signing
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ancu.apps.accounts import rules
from ancu.apps.accounts.models import AddressChange, User
from ancu.apps.accounts.selectors.address_changes import pending_changes
from ancu.apps.accounts.services.signing_in import end_sessions_of
from ancu.apps.audit.services import record
from ancu.core import clock
from ancu.core.actor import Actor, system
from ancu.core.db.jobs import enqueue
from ancu.core.errors import Conflict, require
from ancu.core.web.mail import send_letter

SALT = "ancu.accounts.address-change"
BY_LETTER = system("accounts.address_letter")


class AddressSide(StrEnum):
    """The address whose letter contained the link."""

    OLD = "old"
    NEW = "new"


@transaction.atomic
def request_address_change(actor: Actor, *, email: str) -> AddressChange:
    """Store a change of the actor's sign-in address and ask both addresses to confirm it.

    Only the letter to the new address says whether it has an account. Conflict while another change is pending.
    """
    user = User.objects.select_for_update().get(pk=actor.user_id or 0)
    if pending_changes().filter(user=user).exists():
        raise Conflict(
            "address_change_waits",
            _("You have already asked to change your address. Cancel that change before you ask for another."),
        )
    change = AddressChange.objects.create(
        user=user, old_email=user.email, new_email=email.strip().lower(), requested_at=clock.now()
    )
    record(actor, "accounts.requested_address_change", user)
    _write_to_both(change)
    return change


@transaction.atomic
def cancel_address_change(actor: Actor) -> None:
    """Withdraw the actor's pending change of address; do nothing without one."""
    if change := pending_changes().select_for_update().filter(user_id=actor.user_id or 0).first():
        _end(change)
        record(actor, "accounts.cancelled_address_change", change.user)


@transaction.atomic
def confirm_address_change(change: AddressChange, *, side: AddressSide) -> AddressChange:
    """Confirm the change by the former or the new address (``side``); make it once it is due.

    It is due by ``rules.is_due``. 403 if the change is over already.
    """
    change = _lock_change(change)
    require(rules.awaits_confirmation(change))
    field = f"{side}_confirmed_at"
    if getattr(change, field) is None:
        setattr(change, field, clock.now())
        change.save(update_fields=[field])
        record(BY_LETTER, "accounts.confirmed_address_change", change.user, side=side)
    if rules.is_due(change):
        _apply(change)
    return change


@transaction.atomic
def undo_address_change(change: AddressChange) -> None:
    """Undo the change for the owner of the former address; 403 when 72 hours have passed.

    The address is restored, all sessions end, and the password becomes void.
    """
    change = _lock_change(change)
    require(rules.may_undo(change))
    user = User.objects.select_for_update().get(pk=change.user_id)
    _end(change)
    _set_address(user, change.old_email)
    user.set_unusable_password()
    user.save(update_fields=["password"])
    end_sessions_of(user.pk)
    record(BY_LETTER, "accounts.undid_address_change", user)


def apply_address_changes() -> int:
    """Make the changes of address that were confirmed and met no objection for 72 hours; return their number.

    Unconfirmed ones end after that time.
    """
    waiting = pending_changes().filter(requested_at__lte=clock.now() - rules.UNDO_WITHIN)
    applied = 0
    for pk in list(waiting.values_list("pk", flat=True)):
        with transaction.atomic():
            change = AddressChange.objects.select_for_update().select_related("user").get(pk=pk)
            if rules.is_due(change):
                applied += _apply(change)
            elif rules.awaits_confirmation(change):
                _end(change)
    return applied


def link_token(change: AddressChange, side: AddressSide) -> str:
    """Return the signed token for the link in the letter to one side of a change of address."""
    return signing.dumps([change.pk, side], salt=SALT)


def read_link(token: str) -> tuple[AddressChange, AddressSide] | None:
    """Return the change of address and the side (former or new) that a letter's link is for; None if invalid."""
    try:
        pk, side = signing.loads(token, salt=SALT, max_age=rules.UNDO_WITHIN)
    except signing.BadSignature:
        return None
    change = AddressChange.objects.select_related("user").filter(pk=pk).first()
    return (change, AddressSide(side)) if change else None


def send_address_letter(change_id: int, side: str) -> None:
    """Send the former or the new address (``side``) a letter about the change; nothing if the change has ended.

    The letter has the link that confirms or undoes it.
    """
    change = AddressChange.objects.select_related("user").get(pk=change_id)
    if change.ended_at is not None:
        return
    email = change.old_email if side == AddressSide.OLD else change.new_email
    others = User.objects.filter(email__iexact=email).exclude(pk=change.user_id)
    template = "have_account" if side == AddressSide.NEW and others.exists() else f"address_{side}"
    send_letter(
        f"accounts/letters/{template}.txt",
        email,
        language=change.user.language,
        change=change,
        until=_undo_until(change),
        path=reverse("accounts:address-link", args=[link_token(change, AddressSide(side))]),
        onward="",
    )


def is_reserved(email: str) -> bool:
    """Whether the e-mail address is reserved, because its former owner may still undo a change of address."""
    since = clock.now() - rules.UNDO_WITHIN
    return AddressChange.objects.filter(old_email__iexact=email, ended_at=None, requested_at__gt=since).exists()


def _undo_until(change: AddressChange) -> datetime:
    """Return the time until which the change of address can be undone."""
    return change.requested_at + rules.UNDO_WITHIN


def _write_to_both(change: AddressChange) -> None:
    """Enqueue the letters about a change of address to the former and the new address."""
    for side in AddressSide:
        enqueue("accounts.send_address_letter", change_id=change.pk, side=side.value)


def _lock_change(change: AddressChange) -> AddressChange:
    """Return the change of e-mail address with its user, locked until the transaction ends."""
    return AddressChange.objects.select_for_update(of=("self",)).select_related("user").get(pk=change.pk)


def _end(change: AddressChange) -> None:
    """End the change of e-mail address without making it."""
    change.ended_at = clock.now()
    change.save(update_fields=["ended_at"])


def _apply(change: AddressChange) -> bool:
    """Make the change of address and write to both addresses; return True.

    If the new address has an account by now, end the change instead and return False.
    """
    try:
        with transaction.atomic():
            _set_address(change.user, change.new_email)
    except IntegrityError:
        _end(change)
        return False
    change.applied_at = clock.now()
    change.save(update_fields=["applied_at"])
    record(BY_LETTER, "accounts.changed_address", change.user)
    _write_to_both(change)
    return True


def _set_address(user: User, email: str) -> None:
    """Set the user's sign-in address, also in the table of the library allauth."""
    user.email = email
    user.save(update_fields=["email"])
    EmailAddress.objects.filter(user=user).delete()
    EmailAddress.objects.create(user=user, email=email, primary=True, verified=True)
