"""The register: the dossiers that the office accepted in a period, their lines and their totals."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncDate

from ancu.apps.accounts.models import Organisation
from ancu.apps.dossiers.enums import BEFORE_DECISION, State
from ancu.apps.dossiers.models import Dossier, RegisterEntry, RegisterOpening
from ancu.apps.dossiers.rules import reads_dossiers
from ancu.apps.dossiers.rules.register import (
    PeriodLength,
    RegisterPeriod,
    inspects_register,
    may_open_months,
    reads_register,
)
from ancu.apps.dossiers.selectors.procedures import law_day, name_of
from ancu.apps.dossiers.selectors.queue_orders import UNDECIDED
from ancu.apps.dossiers.selectors.queues import PAGE, is_late, search_keys
from ancu.apps.places.selectors import area_ids
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.pagination import CursorPage, cursor_page
from ancu.core.errors import require

DECIDED = Q(decided_at__isnull=False)
IN_TIME = Q(decided_on__lte=F("due_on"))
REGISTER_NUMBER = re.compile(r"(\d{1,7})(?:\s*/\s*(\d{4}))?")
ORDER = ("accepted_at", "pk")  # that of the numbers, read from an index
LINE_COLUMNS = (
    *("number", "procedure", "state", "full_name", "nationality"),
    *("submitted_at", "accepted_at", "due_on", "decided_at", "ended_at"),
    *("assigned_to__full_name", "organisation__name", "sponsor__full_name", "unit__full_name"),
    *("register_entry__number", "register_entry__year", "result__delivered_at"),
    *("charge__payment__receipt__series", "charge__payment__receipt__number"),
)


@dataclass(frozen=True)
class RegisterFilter:
    """The period of the register, and what it is narrowed to; ``unit`` and ``officer`` are ids."""

    period: RegisterPeriod
    procedure: str = ""
    unit: int | None = None
    officer: int | None = None

    def codes(self) -> dict[str, str]:
        """Return the filter's values by name, for the audit."""
        values = {"period": self.period.key, "procedure": self.procedure, "unit": self.unit, "officer": self.officer}
        return {name: str(value) for name, value in values.items() if value}


@dataclass(frozen=True)
class RegisterLine:
    """One line of the register. ``number`` is None until a dossier accepted during an upgrade gets its number."""

    dossier: Dossier
    number: int | None
    received_on: date | None
    procedure: str
    sponsor: str
    outcome: str
    outcome_on: date | None
    handed_over_on: date | None
    receipt: str
    is_late: bool

    @property
    def officer(self) -> str:
        """The name of the officer in charge; "" without one."""
        return self.dossier.assigned_to.full_name if self.dossier.assigned_to else ""


@dataclass(frozen=True)
class RegisterTotals:
    """The numbers of a register: what was received is decided, waits, or ended without a decision.

    ``late`` are those of ``waiting`` that the queue shows as late, ``in_time`` those decided by their due day.
    """

    received: int
    decided: int
    in_time: int
    waiting: int
    late: int

    @property
    def decided_late(self) -> int:
        """The number of dossiers decided after their due day."""
        return self.decided - self.in_time

    @property
    def ended(self) -> int:
        """The number of dossiers that ended without a decision: withdrawn, closed, transferred or not accepted."""
        return self.received - self.decided - self.waiting


# ---- who reads what ------------------------------------------------------------------------------------


def register_agency_id(actor: Actor) -> int:
    """Return the id of the agency whose register the actor reads: the own office, or the one the actor inspects."""
    if actor.is_office:
        return actor.organisation_id or 0
    own = Organisation.objects.filter(pk=actor.organisation_id or 0)
    return own.values_list("parent_id", flat=True).first() or 0


def open_months(actor: Actor) -> list[RegisterOpening]:
    """Return the months of the register that are open for an audit today, the latest month first."""
    require(reads_register(actor))
    openings = RegisterOpening.objects.filter(agency_id=register_agency_id(actor), ends_on__gte=clock.today())
    return list(openings.select_related("opened_by").order_by("-month", "-pk"))


def may_read_period(actor: Actor, period: RegisterPeriod) -> bool:
    """Whether the actor may read this period of the register.

    Who reads dossiers may always; the inspectorate only days of a month, or a month, opened for an audit.
    """
    if reads_dossiers(actor):
        return True
    if not inspects_register(actor) or period.length == PeriodLength.YEAR:
        return False
    return any(opening.month == period.month for opening in open_months(actor))


def openings_of(actor: Actor, period: RegisterPeriod) -> list[RegisterOpening]:
    """Return who opened the month for an audit, for those who may open it themselves; the latest first."""
    if not may_open_months(actor) or period.length != PeriodLength.MONTH:
        return []
    openings = RegisterOpening.objects.filter(agency_id=register_agency_id(actor), month=period.first)
    return list(openings.select_related("opened_by").order_by("-pk")[:PAGE])


def registered(actor: Actor, filters: RegisterFilter) -> QuerySet[Dossier]:
    """Return the dossiers of the register that match the filter, unordered; 403 for a period the actor may not read."""
    require(may_read_period(actor, filters.period))
    begins, ends = filters.period.bounds
    agency = register_agency_id(actor)
    dossiers = Dossier.objects.filter(agency_id=agency, accepted_at__gte=begins, accepted_at__lt=ends)
    if filters.procedure:
        dossiers = dossiers.filter(procedure=filters.procedure)
    if filters.unit:
        dossiers = dossiers.filter(unit_id__in=area_ids(frozenset({filters.unit})))
    if filters.officer:
        dossiers = dossiers.filter(assigned_to_id=filters.officer)
    return dossiers


# ---- lines ---------------------------------------------------------------------------------------------


def register_page(dossiers: QuerySet[Dossier], after: str = "") -> CursorPage[RegisterLine]:
    """Return a page of the register's lines in the order of their numbers; its keys come from an index alone."""
    page = cursor_page(dossiers.only("accepted_at"), *ORDER, after=after)
    return CursorPage(_lines_of([dossier.pk for dossier in page.rows]), page.after)


def register_lines(dossiers: QuerySet[Dossier]) -> list[RegisterLine]:
    """Return all lines of the dossiers in the order of their numbers; the caller limits their number."""
    return [_line(dossier) for dossier in _with_columns(dossiers).order_by(*ORDER)]


def find_lines(actor: Actor, text: str, year: int, after: str = "") -> CursorPage[RegisterLine]:
    """Return a page of the office's lines with this register number, or whose dossier matches the words.

    "12" is a number of ``year``, "12/2025" of another one. Words are searched as in the queue, newest first.
    """
    require(reads_dossiers(actor))
    if keys := _numbered(actor, text, year):
        return CursorPage(_lines_of(keys), "")
    keys = search_keys(actor, text, after)
    lines = [line for line in _lines_of(keys[:PAGE]) if line.received_on is not None]
    return CursorPage(lines, str(keys[PAGE - 1]) if len(keys) > PAGE else "")


def _numbered(actor: Actor, text: str, year: int) -> list[int]:
    """Return the id of the dossier with the register number that the text writes; [] if it writes none."""
    match = REGISTER_NUMBER.fullmatch(text.strip())
    if match is None:
        return []
    entries = RegisterEntry.objects.filter(agency_id=register_agency_id(actor), year=int(match[2] or year))
    return list(entries.filter(number=int(match[1])).values_list("pk", flat=True))


def _lines_of(keys: Sequence[int]) -> list[RegisterLine]:
    """Return the lines of the dossiers with these ids, in the order of the ids."""
    lines = {line.dossier.pk: line for line in map(_line, _read_dossiers(keys))}
    return [lines[key] for key in keys if key in lines]


def _read_dossiers(keys: Sequence[int]) -> Iterable[Dossier]:
    """Return the dossiers with these ids with all that their lines show; no query without ids."""
    return _with_columns(Dossier.objects.filter(pk__in=keys)) if keys else ()


def _with_columns(dossiers: QuerySet[Dossier]) -> QuerySet[Dossier]:
    """Return the dossiers with what a line shows, joined; the answers of the form are many times larger."""
    joined = ("assigned_to", "organisation", "sponsor", "unit", "register_entry", "result", "charge__payment__receipt")
    return dossiers.select_related(*joined).only(*LINE_COLUMNS)


def _line(dossier: Dossier) -> RegisterLine:
    """Return the dossier's line."""
    entry, result = getattr(dossier, "register_entry", None), getattr(dossier, "result", None)
    payment = getattr(getattr(dossier, "charge", None), "payment", None)
    organisation, sponsor = dossier.organisation, dossier.sponsor
    outcome, outcome_on = _outcome(dossier)
    return RegisterLine(
        dossier=dossier,
        number=entry.number if entry else None,
        received_on=_day(dossier.accepted_at),
        procedure=name_of(dossier.procedure, law_day(dossier.submitted_at)),
        sponsor=organisation.name if organisation else sponsor.full_name if sponsor else "",
        outcome=outcome,
        outcome_on=outcome_on,
        handed_over_on=_day(result.delivered_at) if result else None,
        receipt=str(getattr(payment, "receipt", None) or ""),
        is_late=_is_late(dossier, outcome_on),
    )


def _outcome(dossier: Dossier) -> tuple[str, date | None]:
    """Return how the dossier was decided or ended, in words, and the day; ("", None) while it waits."""
    if dossier.decided_at is not None:
        state = State.REFUSED if dossier.state == State.REFUSED else State.APPROVED
        return str(state.label), _day(dossier.decided_at)
    if dossier.state in BEFORE_DECISION:
        return "", None
    return str(State(dossier.state).label), _day(dossier.ended_at)


def _is_late(dossier: Dossier, outcome_on: date | None) -> bool:
    """Whether the dossier was decided after its due day, or waits although that has passed; as the totals count."""
    if dossier.due_on is None or (dossier.decided_at is None and dossier.state not in BEFORE_DECISION):
        return False
    return dossier.due_on < (outcome_on or clock.today())


def _day(moment: datetime | None) -> date | None:
    """Return the day of a moment in Viet Nam; None for None."""
    return clock.local(moment).date() if moment else None


# ---- totals --------------------------------------------------------------------------------------------


def register_totals(dossiers: QuerySet[Dossier]) -> RegisterTotals:
    """Return the numbers of these dossiers of the register, from an index alone.

    Waiting and late are the queue's own: undecided, and undecided with a due day that has passed. A decision is in time
    if the dossier was not late on its day.
    """
    days = dossiers.annotate(decided_on=TruncDate("decided_at", tzinfo=clock.VIETNAM))
    counts = days.aggregate(
        received=Count("pk"),
        decided=Count("pk", filter=DECIDED),
        in_time=Count("pk", filter=DECIDED & (IN_TIME | Q(due_on__isnull=True))),
        waiting=Count("pk", filter=Q(state__in=UNDECIDED)),
        late=Count("pk", filter=is_late(clock.today())),
    )
    return RegisterTotals(**counts)
