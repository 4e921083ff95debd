"""The office's queues: dossiers by state, officer and remaining time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.models import Organisation
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import BEFORE_DECISION, State
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.selectors.queue_orders import DECIDED, IS_PAID, UNDECIDED, order_of
from ancu.apps.places.selectors import fold
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.documents.reference_numbers import normalise_number
from ancu.core.errors import Http404, require
from ancu.core.working_days import calendar
from ancu.engines.rulebook import CalendarEnds

PAGE = 50
SHORTEST_WORD = 3  # the index is of trigrams: a shorter word would scan every dossier
FILTER_NAMES = ("state", "procedure", "officer", "due", "unit", "company", "order")  # as in addresses
DUES = ("", "late", "today")  # the due filters of a queue
SOON = 2  # working days left that mark a dossier as urgent
QUEUES = (
    State.SUBMITTED,
    State.RESUBMITTED,
    State.SUPPLEMENT,
    State.ACCEPTED,
    State.ASSESSED,
    State.APPROVED,
    State.READY,
)
FIRST_QUEUE = {
    Role.INTAKE_OFFICER: State.SUBMITTED,
    Role.ASSESSING_OFFICER: State.ACCEPTED,
    Role.APPROVING_OFFICER: State.ASSESSED,
}


@dataclass(frozen=True)
class QueueFilter:
    """The officer's filter of a queue, and its order.

    ``officer`` is an id, ``none`` or ``me``; ``due`` is ``late`` or ``today``; ``unit`` and ``company`` are ids of a
    commune and of a sponsoring organisation; ``order`` is the code of a ``QueueOrder``. There is no filter by
    nationality: a queue is not worked through by where people come from.
    """

    state: str = ""
    procedure: str = ""
    officer: str = ""
    due: str = ""
    unit: str = ""
    company: str = ""
    order: str = ""
    text: str = ""

    def codes(self) -> dict[str, str]:
        """Return the set values of the filter by name, for the audit; never the typed search text."""
        return {name: value for name in FILTER_NAMES if (value := getattr(self, name))}


NO_FILTER = QueueFilter()


@dataclass(frozen=True)
class QueueRow:
    """One dossier in a list. ``working_days_left``: 0 today, negative when late, None while the clock is stopped.

    ``stay_days_left``: calendar days until the permitted stay ends, negative when it has ended; None if not stated.
    """

    dossier: Dossier
    working_days_left: int | None
    decidable: bool = False
    stay_days_left: int | None = None

    @property
    def has_running_clock(self) -> bool:
        """Whether the row shows working days until a due day."""
        return self.dossier.due_on is not None and self.working_days_left is not None


@dataclass(frozen=True)
class QueuePage:
    rows: Sequence[QueueRow]
    after: str


@dataclass(frozen=True)
class QueueCounts:
    """The number of dossiers by state: all, late, and due today (keyed by a filter's ``due``)."""

    by_state: Mapping[str, Mapping[str, int]]

    def count(self, state: str = "", due: str = "") -> int:
        """Return the number of dossiers in ``state``, or in all; ``due`` counts only late ones or today's."""
        states = [state] if state else [str(queue_state) for queue_state in QUEUES]
        return sum(self.by_state[queue_state][due] for queue_state in states)


def received(actor: Actor) -> QuerySet[Dossier]:
    """Return the dossiers received by the actor's agency; 403 for actors without a need to know."""
    require(rules.reads_dossiers(actor))
    return Dossier.objects.filter(agency_id=actor.organisation_id or 0)


def first_queue(actor: Actor) -> str:
    """Return the state of the dossiers that the actor's role works on; empty for a role without any."""
    return str(FIRST_QUEUE.get(Role(actor.role), "")) if actor.role else ""


def queue_counts(actor: Actor, filters: QueueFilter = NO_FILTER) -> QueueCounts:
    """Count the office's dossiers that match the filter, by state: open, late, and due today.

    Each number equals the length of its list. Decided dossiers are never late, however long their result waits.
    """
    require(rules.reads_dossiers(actor))
    today = clock.today()
    late = Count("pk", filter=is_late(today))
    due = Count("pk", filter=Q(state__in=UNDECIDED, due_on=today))
    by_state_rows = dossiers_in_queue(actor, replace(filters, state="", due="")).order_by().values("state")
    rows = by_state_rows.annotate(open=Count("pk"), late=late, due=due).values_list("state", "open", "late", "due")
    by_state = {state: numbers for state, *numbers in rows}
    return QueueCounts(
        {str(state_name): dict(zip(DUES, by_state.get(state_name, (0, 0, 0)), strict=True)) for state_name in QUEUES}
    )


def is_late(today: date) -> Q:
    """Return the condition for late dossiers: undecided, with a due day that has passed."""
    return Q(state__in=UNDECIDED, due_on__lt=today)


def dossiers_in_queue(actor: Actor, filters: QueueFilter, states: Iterable[State] = QUEUES) -> QuerySet[Dossier]:
    """Return the open dossiers in ``states`` that match the filter.

    The states appear once: they imply the condition of the partial indexes. A second, equivalent condition would make
    the planner expect a hundredth of the rows, and sort what it could read in order.
    """
    dossiers = received(actor).filter(state__in=_states(filters, states))
    if filters.procedure:
        dossiers = dossiers.filter(procedure=filters.procedure)
    if filters.officer:
        dossiers = dossiers.filter(assigned_to=_officer_id(actor, filters.officer))
    if filters.unit:
        dossiers = dossiers.filter(unit=int(filters.unit))
    if filters.company:
        dossiers = dossiers.filter(organisation=int(filters.company))
    if filters.due:
        dossiers = dossiers.filter(
            **({"due_on__lt": clock.today()} if filters.due == "late" else {"due_on": clock.today()})
        )
    return dossiers


def _states(filters: QueueFilter, states: Iterable[State]) -> list[State]:
    """Return those of ``states`` that the filter lists; with a filter for late or due, only undecided ones."""
    matching = [state for state in states if filters.state in {"", state}]
    return [state for state in matching if state in BEFORE_DECISION] if filters.due else matching


def _officer_id(actor: Actor, text: str) -> int | None:
    """Return the user id that the filter names: None for ``none``, the actor's for ``me``, else the number."""
    if text == "none":
        return None
    return actor.desk_user_id if text == "me" else int(text)


def queue_page(actor: Actor, filters: QueueFilter, after: str = "", size: int = PAGE) -> QueuePage:
    """Return a page of the office's dossiers that match the filter, after the row that ``after`` names.

    Undecided dossiers come first, then the decided ones; each part in the filter's order.
    """
    order = order_of(filters.order)
    cursor, keys = order.parse(after), list[int]()
    for decided in [False, True] if not (filters.state or filters.due) else [filters.state in DECIDED]:
        if len(keys) <= size and (cursor is None or cursor.decided <= decided):
            part = dossiers_in_queue(actor, filters, DECIDED if decided else UNDECIDED)
            if cursor and cursor.decided == decided:
                part = order.beyond(part, cursor)
            keys += _first_ids(order.sorted(part), size - len(keys))
    rows = rows_of(keys)
    last = rows[size - 1] if len(rows) > size else None
    return QueuePage(queue_rows(actor, rows[:size]), order.cursor_of(last) if last else "")


LIST_COLUMNS = (
    *("number", "procedure", "state", "full_name", "birth_date", "nationality", "document_number", "proposal"),
    *("submitted_at", "decided_at", "due_on", "agency", "filed_by", "received_by", "sponsor", "assessed_by"),
    *("has_passport", "finding_count", "permitted_until"),
    *("assigned_to__full_name", "unit__full_name", "organisation__name"),
)


def _first_ids(dossiers: QuerySet[Dossier], size: int) -> list[int]:
    """Return the ids of the first ``size`` + 1 dossiers, read from an index alone where one has their order.

    The additional one tells that there is a next page.
    """
    return list(dossiers.values_list("pk", flat=True)[: size + 1])


def rows_of(keys: list[int]) -> list[Dossier]:
    """Return the dossiers with these ids, in the order of the ids; missing ones are left out."""
    rows = {row.pk: row for row in _read_rows(keys)} if keys else {}
    return [rows[key] for key in keys if key in rows]


def _read_rows(keys: list[int]) -> list[Dossier]:
    """Return the dossiers with these ids with the columns of a list only.

    Form answers are many times larger than the rest.
    """
    dossiers = Dossier.objects.filter(pk__in=keys).select_related("assigned_to", "unit", "organisation")
    return list(dossiers.annotate(is_paid=IS_PAID).only(*LIST_COLUMNS))


def search(actor: Actor, text: str, after: str = "", size: int = PAGE) -> QueuePage:
    """Return a page of the agency's dossiers in any state that match ``text``, newest first.

    Number, name or document number contain every word; a complete number matches its dossier alone. Empty without a
    word long enough to search for.
    """
    rows = rows_of(search_keys(actor, text, after, size))
    return QueuePage(queue_rows(actor, rows[:size]), str(rows[size - 1].pk) if len(rows) > size else "")


def search_keys(actor: Actor, text: str, after: str = "", size: int = PAGE) -> list[int]:
    """Return the ids of the dossiers on the page of ``search`` after ``after``, and of one more if there is one."""
    words = words_of(text)
    dossiers = received(actor)
    if not words:
        return []
    if number := _number(text):
        dossiers = dossiers.filter(number=number)
    for word in () if number else words:
        dossiers = dossiers.filter(search_key__contains=word)
    if after.isascii() and after.isdigit() and len(after) < 19:
        dossiers = dossiers.filter(id__lt=int(after))
    return _first_ids(dossiers.order_by("-id"), size)


def _number(text: str) -> str:
    """Return the text as a dossier number if it is a complete one, else "".

    A complete number is looked up; as search text it would be slow, since all begin alike.
    """
    number = normalise_number(text) or ""
    return number if number.startswith(f"{settings.OFFICE_PREFIX}D-") else ""


def words_of(text: str) -> list[str]:
    """Return the words of the text's first 100 characters, folded, that are long enough to search for."""
    return [word for word in fold(text[:100]).split() if len(word) >= SHORTEST_WORD]


def queue_rows(actor: Actor, dossiers: Sequence[Dossier]) -> list[QueueRow]:
    """Compute the working days left for a whole page, without a query per row."""
    days, today = calendar(), clock.today()

    def days_left(dossier: Dossier) -> int | None:
        """Return the working days until the dossier's due day; None once decided or without a due day."""
        if dossier.due_on is None or dossier.state not in BEFORE_DECISION:
            return None
        try:
            return days.working_days_left(today, dossier.due_on)
        except CalendarEnds:
            return None

    return [
        QueueRow(dossier, days_left(dossier), rules.may_approve_chosen(actor, dossier), _stay_days_left(dossier, today))
        for dossier in dossiers
    ]


def _stay_days_left(dossier: Dossier, today: date) -> int | None:
    """Return the calendar days until the permitted stay ends; None if the dossier does not state its end."""
    return (dossier.permitted_until - today).days if dossier.permitted_until else None


def companies_in_queue(actor: Actor, chosen: str = "", *, only_chosen: bool = False) -> list[tuple[int, str]]:
    """Return id and name of each company with an open dossier at the actor's agency, by name.

    ``chosen`` is the id of a company that is returned in any case; ``only_chosen`` returns no other.
    """
    listed = Q(pk=int(chosen), kind="sponsor") if chosen.isdecimal() and len(chosen) < 19 else Q(pk__in=())
    if not only_chosen:
        dossiers = dossiers_in_queue(actor, NO_FILTER).filter(organisation__isnull=False).order_by()
        listed |= Q(pk__in=dossiers.values("organisation"))
    return list(Organisation.objects.filter(listed).order_by("name", "id").values_list("id", "name"))


def chosen_dossiers(actor: Actor, numbers: Sequence[str]) -> list[Dossier]:
    """Return the agency's dossiers with these numbers, earliest due first.

    404 if none is named or one is missing.
    """
    dossiers = list(received(actor).filter(number__in=numbers).order_by("due_on", "id"))
    if not dossiers or len(dossiers) != len(set(numbers)):
        raise Http404
    return dossiers
