"""Post gifts, purchases, handovers and reversals."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.selectors import overtaken_conflict
from ancu.apps.audit.services import record
from ancu.apps.community import rules
from ancu.apps.community.enums import EntryKind, LedgerAccount
from ancu.apps.community.models import (
    Donor,
    LedgerEntry,
    LedgerLeg,
    Pledge,
    Programme,
    ProgrammeItem,
    Recipient,
    StockLot,
    Voucher,
)
from ancu.apps.community.selectors.ledger import closed_until
from ancu.apps.community.services.planning import lock_programme
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.documents.reference_numbers import new_number
from ancu.core.errors import Conflict, Http404


@dataclass(frozen=True, slots=True)
class ItemAmount:
    """So much of an item of the programme."""

    item: ProgrammeItem
    quantity: int


@transaction.atomic
def give(
    *,
    actor: Actor,
    programme_id: int,
    donor: Donor,
    amounts: list[ItemAmount],
    day: date,
    key: UUID,
    pledge: Pledge | None = None,
) -> LedgerEntry:
    """Post a gift, one lot for each item, optionally for a pledge. The same ``key`` returns the same entry."""
    programme = lock_programme(actor, programme_id)
    if donor.agency_id != programme.agency_id:
        raise Http404
    if pledge is not None:
        _require_matching_pledge(pledge, programme, donor, amounts)
    entry, is_new = _get_or_create_entry(actor, programme, EntryKind.GIFT, day, key, donor=donor, pledge=pledge)
    if is_new:
        for amount in _valid_amounts(programme, amounts):
            _post_incoming(entry, LedgerAccount.DONORS, amount)
        record(actor, "community.gift", entry, programme=programme.pk)
    return entry


@transaction.atomic
def buy(
    *,
    actor: Actor,
    programme_id: int,
    pay: ItemAmount,
    amounts: list[ItemAmount],
    seller: str,
    paper: str,
    day: date,
    key: UUID,
) -> LedgerEntry:
    """Post a purchase with money of the oldest lots, by a seller's ``paper``. Conflict without enough money."""
    programme = lock_programme(actor, programme_id)
    entry, is_new = _get_or_create_entry(actor, programme, EntryKind.PURCHASE, day, key)
    if not is_new:
        return entry
    if not (rules.names_seller(seller) and rules.names_invoice(paper)):
        raise Conflict("no_voucher", _("Enter the seller, and the number and date of the invoice."))
    Voucher.objects.create(entry=entry, seller=seller.strip(), paper=paper.strip())
    for amount in _valid_amounts(programme, [pay]):
        _post_outgoing(entry, LedgerAccount.SELLERS, amount)
    for amount in _valid_amounts(programme, amounts):
        if amount.item.pk == pay.item.pk:
            raise Conflict("money_for_money", _("You cannot pay with the thing that you buy."))
        _post_incoming(entry, LedgerAccount.SELLERS, amount)
    record(actor, "community.purchase", entry, programme=programme.pk)
    return entry


@transaction.atomic
def hand_over(
    *, actor: Actor, programme_id: int, recipient: Recipient, amounts: list[ItemAmount], day: date, key: UUID
) -> LedgerEntry:
    """Post a handover from the oldest lots to a recipient. Conflict without enough stock."""
    programme = lock_programme(actor, programme_id)
    if recipient.programme_id != programme.pk:
        raise Http404
    entry, is_new = _get_or_create_entry(actor, programme, EntryKind.HANDOVER, day, key, recipient=recipient)
    if is_new:
        for amount in _valid_amounts(programme, amounts):
            _post_outgoing(entry, LedgerAccount.HANDED_OVER, amount)
        record(actor, "community.handover", entry, programme=programme.pk)
    return entry


@transaction.atomic
def reverse(*, actor: Actor, programme_id: int, entry_id: int, reason: str, key: UUID) -> LedgerEntry:
    """Cancel an entry by a new entry of today with the opposite amounts; the same ``key`` returns the same one.

    Conflict if it is a reversal or was reversed, or if what it brought in is used already.
    """
    programme = lock_programme(actor, programme_id)
    wrong = programme.entries.filter(pk=entry_id).first()
    if wrong is None:
        raise Http404
    if wrong.kind == EntryKind.REVERSAL:
        raise Conflict("reversed", _("This entry is itself a reversal."))
    reversal = LedgerEntry.objects.filter(reverses=wrong).exclude(key=key).first()
    if reversal is not None:
        raise overtaken_conflict(actor, "reversed", wrong, _("This entry has already been reversed."), about=reversal)
    if (
        any(lot.left_over != lot.quantity for lot in wrong.lots.all())
        and not LedgerEntry.objects.filter(key=key).exists()
    ):
        raise Conflict("used", _("What this entry brought in has already been used. Reverse its use first."))
    entry, is_new = _get_or_create_entry(actor, programme, EntryKind.REVERSAL, clock.today(), key, reverses=wrong)
    if is_new:
        for leg in wrong.legs.order_by("pk"):
            _post_leg(entry, leg.account, leg.item, -leg.quantity, leg.lot)
        record(actor, "community.reversed", entry, reason=reason, programme=programme.pk, entry=wrong.pk)
    return entry


def _require_matching_pledge(pledge: Pledge, programme: Programme, donor: Donor, amounts: list[ItemAmount]) -> None:
    """Raise Conflict unless the pledge is open and for these items.

    404 if it is of another donor or programme.
    """
    pledge.refresh_from_db()  # nobody withdraws it while the programme is held
    if (pledge.programme_id, pledge.donor_id) != (programme.pk, donor.pk):
        raise Http404
    if pledge.withdrawn_at is not None or pledge.item_id not in {amount.item.pk for amount in amounts}:
        raise Conflict("other_pledge", _("This does not match the pledge, or the pledge was withdrawn."))


def _get_or_create_entry(
    actor: Actor,
    programme: Programme,
    kind: EntryKind,
    day: date,
    key: UUID,
    *,
    donor: Donor | None = None,
    recipient: Recipient | None = None,
    pledge: Pledge | None = None,
    reverses: LedgerEntry | None = None,
) -> tuple[LedgerEntry, bool]:
    """Return the ledger entry of the form with this key, and whether it is new.

    404 if the form was for another programme.
    """
    before = LedgerEntry.objects.filter(key=key).first()
    if before is not None:
        if (before.programme_id, before.kind) != (programme.pk, kind):
            raise Http404
        return before, False
    _require_open(programme, day, is_reversal=kind == EntryKind.REVERSAL)
    entry = LedgerEntry.objects.create(
        programme=programme, kind=kind, number=new_number(settings.OFFICE_PREFIX), key=key, day=day, donor=donor,
        recipient=recipient, pledge=pledge, reverses=reverses, made_at=clock.now(), made_by_id=actor.user_id or 0,
    )  # fmt: skip
    return entry, True


def _require_open(programme: Programme, day: date, *, is_reversal: bool) -> None:
    """Raise Conflict for a day in closed books or outside the programme's dates.

    The database refuses such an entry too.
    """
    until = closed_until(programme)
    if until is not None and day <= until:
        sentence = _("The books are closed up to %(day)s. Enter this on a later day.")
        raise Conflict("closed", sentence % {"day": f"{until:%d/%m/%Y}"})
    if day > clock.today():
        raise Conflict("future", _("This date is in the future."))
    if not is_reversal and not rules.is_plausible_day(programme, day):
        sentence = _("The programme runs from %(first)s to %(last)s: %(day)s is too far from it.")
        days = {"first": programme.begins_on, "last": programme.ends_on, "day": day}
        raise Conflict("another_time", sentence % {name: f"{value:%d/%m/%Y}" for name, value in days.items()})


def _valid_amounts(programme: Programme, amounts: list[ItemAmount]) -> Iterator[ItemAmount]:
    """Yield the amounts if they are valid: some, all above zero, all of the programme's items.

    Conflict or, for another programme's item, 404 if not.
    """
    if not amounts:
        raise Conflict("nothing", _("Enter what, and how much."))
    for amount in amounts:
        if amount.item.programme_id != programme.pk:
            raise Http404
        if amount.quantity <= 0:
            raise Conflict("nothing", _("Enter what, and how much."))
        yield amount


def _post_incoming(entry: LedgerEntry, account: LedgerAccount, amount: ItemAmount) -> None:
    """Post an amount from the account into the stock as a new lot."""
    lot = StockLot.objects.create(entry=entry, item=amount.item, quantity=amount.quantity)
    _post_leg(entry, account, amount.item, -amount.quantity, None)
    _post_leg(entry, LedgerAccount.STOCK, amount.item, amount.quantity, lot)


def _post_outgoing(entry: LedgerEntry, account: LedgerAccount, amount: ItemAmount) -> None:
    """Post an amount from the oldest lots to the account, so that each gift can be traced.

    Lots that came in after the entry's day are not used.
    """
    missing = amount.quantity
    lots = StockLot.objects.select_for_update(of=("self",)).filter(item=amount.item, left_over__gt=0)
    for lot in lots.filter(entry__day__lte=entry.day).order_by("pk"):
        quantity = min(missing, lot.left_over)
        if quantity:
            _post_leg(entry, LedgerAccount.STOCK, amount.item, -quantity, lot)
            missing -= quantity
    if missing:
        if lots.filter(entry__day__gt=entry.day).exists():
            sentence = _("There was not enough “%(item)s” in hand on %(day)s. More came later.")
            raise Conflict("not_there_yet", sentence % {"item": amount.item.title, "day": f"{entry.day:%d/%m/%Y}"})
        raise Conflict("not_there", _("There is not enough “%(item)s” in hand.") % {"item": amount.item.title})
    _post_leg(entry, account, amount.item, amount.quantity, None)


def _post_leg(entry: LedgerEntry, account: str, item: ProgrammeItem, quantity: int, lot: StockLot | None) -> None:
    """Record that the entry moved a quantity of the item into (or, if negative, out of) the account."""
    LedgerLeg.objects.create(entry=entry, account=account, item=item, quantity=quantity, lot=lot)
