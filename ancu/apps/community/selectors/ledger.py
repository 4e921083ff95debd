"""The ledger read: sums, and the way of each gift."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet, Sum
from django.shortcuts import get_object_or_404

from ancu.apps.community import rules
from ancu.apps.community.enums import Account, EntryKind
from ancu.apps.community.models import Entry, Item, Leg, Lot, Programme
from ancu.apps.places.selectors import in_force
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.numbers import normalise_number


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

    @property
    def bought(self) -> int:
        """What came from sellers; below nothing what was paid to them."""
        return -self.sellers


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


# --- for everybody --------------------------------------------------------------------------------------

FEWEST = 5  # of fewer recipients in a place it is not told how many


@dataclass(frozen=True, slots=True)
class Place:
    """How many received in one place; None for fewer than ``FEWEST``."""

    unit: str
    recipients: int | None


def public_programmes() -> list[Programme]:
    return list(Programme.objects.select_related("unit", "agency").order_by("-begins_on", "-pk")[:100])


def get_public_programme(pk: int) -> Programme:
    return get_object_or_404(Programme.objects.select_related("unit", "agency"), pk=pk)


def places(programme: Programme) -> list[Place]:
    """Where something was handed over, never to whom."""
    found = programme.recipients.filter(entries__reversal__isnull=True, entries__isnull=False).order_by()
    counted = found.values("unit__full_name").annotate(number=Count("pk", distinct=True)).order_by("unit__full_name")
    return [Place(one["unit__full_name"], one["number"] if one["number"] >= FEWEST else None) for one in counted]


def donors_named(programme: Programme) -> list[str]:
    """Those who gave and did not ask to stay unnamed."""
    gifts = programme.entries.filter(kind=EntryKind.GIFT, reversal__isnull=True, donor__anonymous=False)
    return sorted(set(gifts.values_list("donor__name", flat=True)))


def get_gift(number: str) -> Entry:
    """A donor's receipt, by its number; 404 for one that was reversed."""
    found = Entry.objects.select_related("programme__agency", "donor").filter(
        kind=EntryKind.GIFT, reversal__isnull=True
    )
    return get_object_or_404(found, number=normalise_number(number) or number)


def last_entries(programme: Programme) -> list[Entry]:
    """The newest first, with their legs."""
    found = programme.entries.select_related("donor", "recipient__unit", "reversal", "reverses")
    return list(found.prefetch_related("legs__item").order_by("-pk")[:50])


def items_to_choose(programme: Programme) -> list[tuple[int, str]]:
    return [(item.pk, f"{item.name} ({item.get_measure_display()})") for item in programme.items.order_by("pk")]


def money_of(programme: Programme) -> Item:
    return programme.items.order_by("pk").filter(measure="vnd")[0]


def get_item(programme: Programme, pk: int) -> Item:
    return get_object_or_404(programme.items, pk=pk)


def units_to_choose(actor: Actor) -> list[tuple[int, str]]:
    """Today's units of the actor's area, the largest first."""
    found = in_force(clock.today()).filter(pk__within=actor.area).order_by("parent_id", "name")
    return [(unit.pk, str(unit.full_name)) for unit in found]
