"""The ledger read: sums, and the way of each gift."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet, Sum
from django.shortcuts import get_object_or_404

from ancu.apps.community import rules
from ancu.apps.community.enums import Account, EntryKind
from ancu.apps.community.models import Entry, Item, Leg, Lot, Programme
from ancu.core.actor import Actor


def visible_to(actor: Actor) -> QuerySet[Programme]:
    """For those who keep ledgers, the programmes of their agency."""
    if not rules.keeps_ledgers(actor):
        return Programme.objects.none()
    return Programme.objects.filter(agency_id=actor.organisation_id).select_related("unit", "agency")


def get_programme(actor: Actor, pk: int) -> Programme:
    """One of the own agency's, or 404."""
    return get_object_or_404(visible_to(actor), pk=pk)


@dataclass(frozen=True, slots=True)
class Line:
    """One item of a programme: what donors gave, what was paid to sellers (or bought), handed over, and is left."""

    item: Item
    given: int
    sellers: int
    handed: int
    left: int


def sums(programme: Programme) -> list[Line]:
    """Every item of the programme; given + bought = handed over + left, for each."""

    def of(account: Account) -> Sum:
        return Sum("legs__quantity", filter=Q(legs__account=account), default=0)

    found = programme.items.annotate(
        donors=of(Account.DONORS), sold=of(Account.SELLERS), handed=of(Account.GIVEN), stock=of(Account.STOCK)
    )
    return [Line(item, -item.donors, item.sold, item.handed, item.stock) for item in found.order_by("pk")]


@dataclass(frozen=True, slots=True)
class Use:
    """Of one lot: what was left, handed over and spent, and the lots that were bought with what was spent."""

    lot: Lot
    left: int
    handed: int
    spent: int
    bought: list["Use"]


def uses(gift: Entry) -> list[Use]:
    """What became of a gift, lot by lot, through purchases to what was handed over or is left."""
    return [_use(lot) for lot in gift.lots.select_related("item").order_by("pk")]


def _use(lot: Lot) -> Use:
    taken = Leg.objects.filter(lot=lot, quantity__lt=0, entry__reversal__isnull=True).select_related("entry")
    handed = -sum(leg.quantity for leg in taken if leg.entry.kind == EntryKind.HANDOVER)
    purchases = [leg for leg in taken if leg.entry.kind == EntryKind.PURCHASE]
    bought = [
        _use(one)
        for purchase in {leg.entry_id for leg in purchases}
        for one in Lot.objects.filter(entry_id=purchase).select_related("item").order_by("pk")
    ]
    lot.refresh_from_db()
    return Use(lot, lot.left_over, handed, -sum(leg.quantity for leg in purchases), bought)
