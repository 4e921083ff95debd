"""The orders of a queue, and cursors: where a dossier stands in an order."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import OrderBy
from django.db.models.functions import Coalesce
from django.db.models.lookups import IsNull
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ancu.apps.dossiers.enums import BEFORE_DECISION, IN_THE_OFFICE
from ancu.apps.dossiers.models import Dossier, Payment

UNDECIDED, DECIDED = sorted(BEFORE_DECISION), sorted(IN_THE_OFFICE - BEFORE_DECISION)
# A correlated subquery: EXISTS would be planned as a hash of every payment.
IS_PAID = IsNull(Subquery(Payment.objects.filter(charge=OuterRef("pk")).values("charge_id")[:1]), False)
# An expression: by the column itself a queue would be read from the index of everything the agency ever received.
RECEIVED_AT = Coalesce("submitted_at", "created_at")
ALIASES = {"is_paid": IS_PAID, "received_at": RECEIVED_AT}
NO_VALUE = "-"


class OrderColumn(NamedTuple):
    """A column that dossiers are sorted by. Those without a value come last in both directions."""

    name: str
    parse: Callable[[str], Any]
    descending: bool = False
    nullable: bool = False
    is_personal: bool = False  # a cursor names the dossier instead of the value

    def expression(self, *, back: bool) -> OrderBy:
        """Return the column's part of ORDER BY; with ``back`` of the reversed list."""
        nulls: dict[str, Any] = {"nulls_first" if back else "nulls_last": True} if self.nullable else {}
        column = F(self.name)
        return column.asc(**nulls) if self.descending is back else column.desc(**nulls)

    def beyond(self, value: Any, *, back: bool) -> Q:
        """Return the condition for the dossiers that this column sorts after ``value``, or with ``back`` before it."""
        if value is None:
            return Q(**{f"{self.name}__isnull": False}) if back else Q(pk__in=())
        condition = Q(**{f"{self.name}__{'gt' if self.descending is back else 'lt'}": value})
        return condition | Q(**{f"{self.name}__isnull": True}) if self.nullable and not back else condition

    def equal(self, value: Any) -> Q:
        """Return the condition for the dossiers with this value."""
        return Q(**{f"{self.name}__isnull": True}) if value is None else Q(**{self.name: value})

    def text(self, dossier: Dossier) -> str:
        """Return the dossier's value as it stands in a cursor; never a personal one, as cursors are in addresses."""
        if self.is_personal:
            return NO_VALUE
        value = READ[self.name](dossier) if self.name in READ else getattr(dossier, self.name)
        if isinstance(value, bool):
            return str(int(value))
        return NO_VALUE if value is None else value.isoformat() if isinstance(value, date) else str(value)


def is_paid(dossier: Dossier) -> bool:
    """Whether the dossier's fee is paid, as a list has read it, or by a query."""
    read: bool | None = getattr(dossier, "is_paid", None)
    return Payment.objects.filter(charge=dossier.pk).exists() if read is None else read


READ: dict[str, Callable[[Dossier], Any]] = {
    "is_paid": is_paid,
    "received_at": lambda dossier: dossier.submitted_at or dossier.created_at,
}


def _bit(text: str) -> bool:
    """Parse the value of a column that is true or false."""
    return {"0": False, "1": True}[text]


def _moment(text: str) -> datetime:
    """Parse a moment with its time zone; ValueError without a zone."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment


def _key(text: str) -> int:
    """Parse a dossier's id; a longer number than any id is cut."""
    return int(text[:18])


DUE, KEY = OrderColumn("due_on", date.fromisoformat, nullable=True), OrderColumn("id", _key)


@dataclass(frozen=True)
class QueueOrder:
    """An order of a queue: ``code`` in the address, what its first column sorts by, and all its columns."""

    code: str
    label: str | Promise
    columns: tuple[OrderColumn, ...]

    def sorted(self, dossiers: QuerySet[Dossier], *, back: bool = False) -> QuerySet[Dossier]:
        """Return the dossiers in this order, or with ``back`` in the reversed one."""
        return self._with_aliases(dossiers).order_by(*(column.expression(back=back) for column in self.columns))

    def beyond(self, dossiers: QuerySet[Dossier], cursor: "QueueCursor", *, back: bool = False) -> QuerySet[Dossier]:
        """Return the dossiers after the cursor, or with ``back`` before it, within decided or undecided ones."""
        condition, equal = Q(pk__in=()), Q()
        for column, value in zip(self.columns, cursor.values, strict=True):
            condition |= equal & column.beyond(value, back=back)
            equal &= column.equal(value)
        return self._with_aliases(dossiers).filter(condition)

    def cursor_of(self, dossier: Dossier) -> str:
        """Return the cursor of a dossier, "decided_2026-11-24_345": whether decided, and its value in each column."""
        decided = "decided" if dossier.state in DECIDED else ""
        return "_".join([decided, *(column.text(dossier) for column in self.columns)])

    def parse(self, text: str) -> "QueueCursor | None":
        """Parse a cursor of this order; None (the first page) for anything else."""
        decided, *values = text.split("_")
        if len(values) != len(self.columns):
            return None
        try:
            parsed = [
                None if value == NO_VALUE and column.nullable else column.parse(value)
                for column, value in zip(self.columns, values, strict=True)
            ]
        except (ValueError, KeyError):
            return None
        if self.columns[0].is_personal:
            key: int = _key(values[-1])
            stored = Dossier.objects.filter(pk=key).values_list(self.columns[0].name, flat=True)
            parsed[0] = stored.first()
        return QueueCursor(decided == "decided", parsed)

    def _with_aliases(self, dossiers: QuerySet[Dossier]) -> QuerySet[Dossier]:
        """Return the dossiers with the expressions that the order's columns name."""
        names = {column.name for column in self.columns} & ALIASES.keys()
        return dossiers.alias(**{name: ALIASES[name] for name in names})


@dataclass(frozen=True)
class QueueCursor:
    """A place in an order: whether the dossier there is decided, and its value in each of the order's columns."""

    decided: bool
    values: Sequence[Any]


def _both_ways(
    code: str, forwards: str | Promise, backwards: str | Promise, column: OrderColumn, *further: OrderColumn
) -> tuple[QueueOrder, QueueOrder]:
    """Return the order by a column, and the one with the column's values reversed; ``further`` sort equal ones."""
    reverse = column._replace(descending=not column.descending)
    return (
        QueueOrder(code, forwards, (column, *further, KEY)),
        QueueOrder(f"-{code}", backwards, (reverse, *further, KEY)),
    )


_FIRST, _LATEST_DUE = _both_ways("due", _("due first"), _("due last"), DUE)
DEFAULT_ORDER = QueueOrder("", _FIRST.label, _FIRST.columns)
ALL_ORDERS = (
    DEFAULT_ORDER,
    _LATEST_DUE,
    *_both_ways("received", _("received first"), _("received last"), OrderColumn("received_at", _moment)),
    *_both_ways("paid", _("fee paid"), _("fee not paid"), OrderColumn("is_paid", _bit, descending=True), DUE),
    *_both_ways(
        "passport", _("passport at the office"), _("passport not at the office"),
        OrderColumn("has_passport", _bit, descending=True), DUE,
    ),
    *_both_ways(
        "findings", _("fewest findings"), _("most findings"), OrderColumn("finding_count", _key, nullable=True), DUE
    ),
    *_both_ways(
        "stay", _("fewest days of stay left"), _("most days of stay left"),
        OrderColumn("permitted_until", date.fromisoformat, nullable=True, is_personal=True), DUE,
    ),
)  # fmt: skip
ORDERS = {order.code: order for order in ALL_ORDERS}


def order_of(code: str) -> QueueOrder:
    """Return the order with this code in an address; the default one for an unknown code."""
    return ORDERS.get(code, DEFAULT_ORDER)
