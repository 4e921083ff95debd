"""Read the ledger: sums, and the path of each gift."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet, Sum
from django.shortcuts import get_object_or_404

from ancu.apps.accounts.selectors import is_inspectorate
from ancu.apps.audit.selectors import with_absent
from ancu.apps.community import rules
from ancu.apps.community.enums import ConfirmationMethod, EntryKind, LedgerAccount, ObjectionDecision
from ancu.apps.community.models import (
    Donor,
    HandoverConfirmation,
    LedgerEntry,
    LedgerLeg,
    Pledge,
    Programme,
    ProgrammeItem,
    Recipient,
    StockLot,
)
from ancu.apps.places.selectors import units_in
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.cached_queries import cached_query


def visible_to(actor: Actor) -> QuerySet[Programme]:
    """Return the programmes of the actor's agency, if the actor keeps ledgers there; else none."""
    if not rules.keeps_ledgers(actor):
        return Programme.objects.none()
    return Programme.objects.filter(agency_id=actor.organisation_id).select_related("unit", "agency")


def get_programme(actor: Actor, pk: int) -> Programme:
    """Return a programme of the actor's agency, or 404."""
    return get_object_or_404(visible_to(actor), pk=pk)


def closed_until(programme: Programme) -> date | None:
    """Return the last day of the programme's closed books; None if nothing is closed."""
    return programme.closings.order_by("-until").values_list("until", flat=True).first()


@dataclass(frozen=True, slots=True)
class ItemSums:
    """Sums of one item: given, paid to sellers (or bought), handed over and left."""

    item: ProgrammeItem
    received: int
    sellers: int
    handed: int
    remaining: int
    pledged: bool

    @property
    def has_movement(self) -> bool:
        """Whether any quantity of the item was pledged, given, used or left, so that its sums are not all zero."""
        return self.pledged or any((self.received, self.sellers, self.handed, self.remaining))

    @property
    def bought(self) -> int:
        """The quantity of the item bought from sellers; of money, negative: what was paid to them."""
        return -self.sellers

    @property
    def worth_given(self) -> int:
        """The value in đồng of all gifts of this item."""
        return self.received * self.item.vnd_each

    @property
    def worth_handed(self) -> int:
        """The value in đồng of all handovers of this item."""
        return self.handed * self.item.vnd_each


def sums(programme: Programme, until: date | None = None) -> list[ItemSums]:
    """Return for each item what was given, bought, handed over and left, up to a day (None: all).

    given + bought = handed over + left
    """
    in_time = Q(legs__entry__day__lte=until) if until else Q()

    def quantity_in(account: LedgerAccount) -> Sum:
        """Return an expression for the item's total quantity in the account."""
        return Sum("legs__quantity", filter=Q(legs__account=account) & in_time, default=0)

    items = programme.items.annotate(
        donors=quantity_in(LedgerAccount.DONORS),
        sold=quantity_in(LedgerAccount.SELLERS),
        handed=quantity_in(LedgerAccount.HANDED_OVER),
        stock=quantity_in(LedgerAccount.STOCK),
        pledged=Exists(Pledge.objects.filter(item=OuterRef("pk"), withdrawn_at=None)),
    )
    return [
        ItemSums(item, -item.donors, item.sold, item.handed, item.stock, item.pledged) for item in items.order_by("pk")
    ]


@dataclass(frozen=True, slots=True)
class LotUse:
    """The use of one lot: left, handed over, spent, and the lots bought with it."""

    lot: StockLot
    remaining: int
    handed: int
    spent: int
    bought: list["LotUse"]


def uses(gift: LedgerEntry) -> list[LotUse]:
    """Return for each item of a gift how it was used: quantities handed over, spent on purchases and left.

    What was bought with it is listed with its own use.
    """
    return uses_of([gift])[gift.pk]


def uses_of(gifts: list[LedgerEntry]) -> dict[int, list[LotUse]]:
    """Return the uses of many gifts (``uses``) by gift id, with two queries."""
    programmes = {gift.programme_id for gift in gifts}
    lots: dict[int, list[StockLot]] = {}
    for lot in StockLot.objects.filter(entry__programme__in=programmes).select_related("item").order_by("pk"):
        lots.setdefault(lot.entry_id, []).append(lot)
    outgoing_legs: dict[int, list[LedgerLeg]] = {}
    out = LedgerLeg.objects.filter(entry__programme__in=programmes, quantity__lt=0, entry__reversal__isnull=True)
    for leg in out.filter(lot__isnull=False).select_related("entry"):
        outgoing_legs.setdefault(leg.lot_id or 0, []).append(leg)
    uses_by_lot: dict[int, LotUse] = {}
    return {gift.pk: [_use(lot, lots, outgoing_legs, uses_by_lot) for lot in lots.get(gift.pk, [])] for gift in gifts}


def _use(
    lot: StockLot,
    lots: dict[int, list[StockLot]],
    outgoing_legs: dict[int, list[LedgerLeg]],
    uses_by_lot: dict[int, LotUse],
) -> LotUse:
    """Return how a stock lot was used: quantities left, handed over and spent, and the lots bought with it.

    ``lots`` are by entry id, ``outgoing_legs`` by lot id; ``uses_by_lot`` stores results. What several gifts paid for
    together appears under each of them.
    """
    if lot.pk not in uses_by_lot:
        legs = outgoing_legs.get(lot.pk, [])
        handed = -sum(leg.quantity for leg in legs if leg.entry.kind == EntryKind.HANDOVER)
        purchases = [leg for leg in legs if leg.entry.kind == EntryKind.PURCHASE]
        bought = [
            _use(bought_lot, lots, outgoing_legs, uses_by_lot)
            for purchase in dict.fromkeys(leg.entry_id for leg in purchases)
            for bought_lot in lots.get(purchase, [])
        ]
        uses_by_lot[lot.pk] = LotUse(lot, lot.left_over, handed, -sum(leg.quantity for leg in purchases), bought)
    return uses_by_lot[lot.pk]


def entries(programme: Programme) -> QuerySet[LedgerEntry]:
    """Return the programme's ledger entries with donor, recipient and items.

    Handovers are annotated with ``confirmed`` and ``disputed``.
    """
    confirmations = HandoverConfirmation.objects.filter(entry=OuterRef("pk"))
    entries = programme.entries.select_related("donor", "recipient__unit", "reversal", "reverses", "made_by")
    return entries.annotate(
        confirmed=is_confirmed("pk"), disputed=Exists(confirmations.filter(agrees=False))
    ).prefetch_related("legs__item")


class LedgerRow(NamedTuple):
    """A leg with its entry's data, for the ledger file."""

    number: str
    day: date
    kind: str
    reverses: str | None
    account: str
    item: str
    measure: str
    quantity: int
    vnd_each: int
    lot_id: int | None
    donor: str | None
    place: str | None
    made_by: str
    confirmed: bool


def ledger_rows(programme: Programme) -> Iterator[LedgerRow]:
    """Yield a row for each leg (a quantity moved into or out of an account), the oldest first.

    They are read in batches, because a ledger may exceed the memory.
    """
    legs = LedgerLeg.objects.filter(entry__programme=programme).order_by("entry_id", "pk")
    legs = legs.annotate(confirmed=is_confirmed("entry"))
    of_entry = ("number", "day", "kind", "reverses__number")
    of_others = ("donor__name", "recipient__unit__full_name", "made_by__full_name")
    names = [
        *(f"entry__{name}" for name in of_entry), "account", "item__name", "item__measure", "quantity",
        "item__vnd_each", "lot_id", *(f"entry__{name}" for name in of_others), "confirmed",
    ]  # fmt: skip
    return map(LedgerRow._make, legs.values_list(*names).iterator(chunk_size=2000))


def get_entry(actor: Actor, programme_id: int, pk: int) -> LedgerEntry:
    """Return a ledger entry of the agency's programme, or 404."""
    programme_entries = entries(get_programme(actor, programme_id)).select_related(
        "programme__agency__parent", "pledge"
    )
    entry: LedgerEntry = get_object_or_404(programme_entries, pk=pk)
    return with_absent([entry], "community.ledgerentry", [entry.pk], by="made_by_id", at="made_at")[0]


def donor_of_form(programme: Programme, key: UUID) -> Donor | None:
    """Return the donor of the gift or pledge that was entered by the form with this key; None if it was not."""
    earlier_act = programme.entries.filter(key=key).first() or programme.pledges.filter(key=key).first()
    return earlier_act.donor if earlier_act else None


def amounts_of(entry: LedgerEntry, account: str) -> list[tuple[ProgrammeItem, int]]:
    """Return each item, and the quantity of it (without sign) that the entry moved to or from the account."""
    legs = entry.legs.filter(account=account).select_related("item").order_by("pk")
    return [(leg.item, abs(leg.quantity)) for leg in legs]


def value_of(amounts: list[tuple[ProgrammeItem, int]]) -> int:
    """Return the total value in đồng of these items and quantities."""
    return sum(quantity * item.vnd_each for item, quantity in amounts)


# A dismissed objection is settled; an upheld one is settled when the entry is reversed.
NOT_SETTLED = Q(agrees=False) & ~Q(decision=ObjectionDecision.DISMISSED)


def is_confirmed(entry: str) -> "ExpressionWrapper[Any]":
    """Return a query expression: whether the handover whose id is in the field ``entry`` is confirmed.

    The recipient's confirmation is final. The office's confirmation counts unless an objection of the recipient is
    open.
    """
    confirmations = HandoverConfirmation.objects.filter(entry=OuterRef(entry))
    by_recipient = Exists(confirmations.filter(agrees=True, how=ConfirmationMethod.CODE))
    by_office = Exists(confirmations.filter(agrees=True)) & ~Exists(confirmations.filter(NOT_SETTLED))
    return ExpressionWrapper(by_recipient | by_office, output_field=BooleanField())


def has_open_objection(handover: LedgerEntry) -> bool:
    """Whether a recipient's objection to the handover is undecided, or was decided to be right."""
    return handover.confirmations.filter(NOT_SETTLED).exists()


def standing_confirmation(handover: LedgerEntry) -> HandoverConfirmation | None:
    """Return the handover's confirmation that counts: the recipient's, else the office's; None if none does."""
    confirmations = list(handover.confirmations.filter(agrees=True).select_related("entry").order_by("pk"))
    own = next((confirmation for confirmation in confirmations if confirmation.how == ConfirmationMethod.CODE), None)
    if own or not confirmations or has_open_objection(handover):
        return own
    return confirmations[0]


def disputed_handovers(programme: Programme) -> QuerySet[Any]:
    """Return the programme's unconfirmed handovers with an open objection."""
    return unconfirmed_handovers([programme.pk]).filter(denied=True)


def unconfirmed_handovers(programmes: QuerySet[Any] | Collection[int]) -> QuerySet[Any]:
    """Return handovers of these programmes that are neither confirmed nor reversed, the oldest first.

    Annotated with ``denied`` (a recipient's objection was not dismissed) and ``undecided`` (nobody has decided on
    it).
    """
    confirmations = HandoverConfirmation.objects.filter(entry=OuterRef("pk"))
    standing = LedgerEntry.objects.filter(programme__in=programmes, kind=EntryKind.HANDOVER)
    handovers = standing.filter(~is_confirmed("pk"), reversal__isnull=True)
    return (
        handovers.annotate(
            denied=Exists(confirmations.filter(NOT_SETTLED)),
            undecided=Exists(confirmations.filter(agrees=False, decision="")),
        )
        .select_related("programme")
        .order_by("day", "pk")
    )


RECENTLY_ENDED = timedelta(days=90)  # after its end a programme's handings over are asked about on its own page alone
ALONG = 300  # on one phone


def recent_programmes(actor: Actor) -> QuerySet[Programme]:
    """Return the actor's agency's programmes that run or ended within the last 90 days."""
    return visible_to(actor).filter(ends_on__gte=clock.today() - RECENTLY_ENDED)


def relevant_programmes(actor: Actor) -> list[tuple[int, bool]]:
    """Return (programme id, is current and of the own agency) for programmes the actor may have tasks in.

    These are programmes of the agency and of agencies below it, where the actor decides as second person; for the
    inspectorate all. Current: it runs, or ended within the last 90 days.
    """
    own, since = actor.organisation_id or 0, clock.today() - RECENTLY_ENDED
    return [(pk, agency == own and ends_on >= since) for pk, agency, ends_on in _programmes_near(own).rows()]


@cached_query
def _programmes_near(own: int) -> QuerySet[Programme, Any]:
    """Return (id, agency's id, last day) of the programmes of an agency and of those below it.

    For the inspectorate all.
    """
    of_agency = Q(agency_id=own) | Q(agency__parent_id=own)
    programmes = Programme.objects.filter(of_agency | Q(is_inspectorate(own))).order_by()
    return programmes.values_list("pk", "agency_id", "ends_on")


def handovers_to_sign(actor: Actor) -> list[Any]:
    """Return the agency's unconfirmed, undisputed handovers, for a phone to have them signed offline.

    Each has its amounts in ``handed``.
    """
    handovers = list(
        unconfirmed_handovers(recent_programmes(actor).order_by().values("pk"))
        .filter(denied=False)
        .select_related("recipient__unit")
        .order_by("-day", "-pk")[:ALONG]
    )
    legs = (
        LedgerLeg.objects.filter(entry__in=handovers, account=LedgerAccount.HANDED_OVER)
        .select_related("item")
        .order_by("pk")
    )
    handed: dict[int, list[tuple[ProgrammeItem, int]]] = {}
    for leg in legs:
        handed.setdefault(leg.entry_id, []).append((leg.item, abs(leg.quantity)))
    for handover in handovers:
        handover.handed = handed.get(handover.pk, [])
    return handovers


def recipients_to_choose(programme: Programme) -> list[tuple[int, str]]:
    """Return (id, label) of the programme's approved recipients for a form, those without a handover first."""
    received = LedgerEntry.objects.filter(recipient=OuterRef("pk"), reversal__isnull=True)
    recipients = Recipient.objects.filter(programme=programme, candidate__isnull=False).select_related("unit")
    ordered = recipients.annotate(received=Exists(received)).order_by("received", "name")[:2000]
    return [(recipient.pk, f"{recipient.name}, {recipient.unit.full_name}") for recipient in ordered]


def get_recipient(programme: Programme, pk: int) -> Recipient:
    """Return a recipient of the programme, or 404."""
    return get_object_or_404(programme.recipients, pk=pk)


def items_to_choose(programme: Programme, *, to_buy: bool = False) -> list[tuple[int, str]]:
    """Return (id, label) of the programme's items for a form; ``to_buy`` leaves out money."""
    items = programme.items.exclude(measure="vnd") if to_buy else programme.items
    return [(item.pk, f"{item.name} ({item.get_measure_display()})") for item in items.order_by("pk")]


def money_of(programme: Programme) -> ProgrammeItem:
    """Return the programme's item that stands for money."""
    return programme.items.order_by("pk").filter(measure="vnd")[0]


def get_item(programme: Programme, pk: int) -> ProgrammeItem:
    """Return an item (kind of gift) of the programme, or 404."""
    return get_object_or_404(programme.items, pk=pk)


def units_to_choose(actor: Actor) -> list[tuple[int, str]]:
    """Return the choices of today's units in the actor's area, the province first."""
    return [(unit.pk, str(unit.full_name)) for unit in units_in(actor.area, clock.today())]
