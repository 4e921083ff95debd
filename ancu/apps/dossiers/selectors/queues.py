"""The office's queues: what waits in which state, for whom, and how long there is time."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Aggregate, Count, Q, QuerySet, Sum

from ancu.apps.accounts.enums import Role
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import BEFORE_DECISION, IN_THE_OFFICE, State
from ancu.apps.dossiers.models import Dossier, Waiting
from ancu.apps.places.selectors import fold
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.statements import prepared
from ancu.core.documents.reference_numbers import normalise_number
from ancu.core.errors import Http404, require
from ancu.core.working_days import calendar
from ancu.engines.rulebook import CalendarEnds

PAGE = 50
SHORTEST_WORD = 3  # the index is of trigrams: a shorter word would read every dossier
UNDECIDED, DECIDED = sorted(BEFORE_DECISION), sorted(IN_THE_OFFICE - BEFORE_DECISION)
DUES = ("", "late", "today")  # the days a queue can be narrowed to
SOON = 2  # working days left that an officer should not let lie
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
    """What the officer asked for. ``officer`` is an id, ``none`` or ``me``; ``due`` is ``late`` or ``today``."""

    state: str = ""
    procedure: str = ""
    officer: str = ""
    due: str = ""
    text: str = ""

    def codes(self) -> dict[str, str]:
        """As the audit keeps it: what was set, and nothing that was typed."""
        asked = {name: getattr(self, name) for name in ("state", "procedure", "officer", "due")}
        return {name: value for name, value in asked.items() if value}


EVERYTHING = QueueFilter()


@dataclass(frozen=True)
class Row:
    """One dossier in a list. ``left`` are working days: 0 today, negative when late, None while none are counted."""

    dossier: Dossier
    left: int | None
    decidable: bool = False


@dataclass(frozen=True)
class QueuePage:
    rows: Sequence[Row]
    after: str


@dataclass(frozen=True)
class Counts:
    """How many wait in each state: all of them, those that are late, those due today (by ``due`` of a filter)."""

    by_state: Mapping[str, Mapping[str, int]]

    def of(self, state: str = "", due: str = "") -> int:
        """How many the queue of a state holds; of all states without one."""
        states = [state] if state else [str(one) for one in QUEUES]
        return sum(self.by_state[one][due] for one in states)


def received(actor: Actor) -> QuerySet[Dossier]:
    """All that the actor's agency received; 403 for whoever has no need to know."""
    require(rules.reads_dossiers(actor))
    return Dossier.objects.filter(agency_id=actor.organisation_id or 0)


def first_queue(actor: Actor) -> str:
    """Where the actor's own work lies."""
    return str(FIRST_QUEUE.get(Role(actor.role), "")) if actor.role else ""


def counts(actor: Actor, wanted: QueueFilter = EVERYTHING) -> Counts:
    """How many fit the filter's procedure and officer, by state and day, so that each number is its list's length.

    What is decided is never late, however long its result waits to be fetched.
    """
    require(rules.reads_dossiers(actor))
    if not (wanted.procedure or wanted.officer):
        return _kept_counts(actor)
    fitting = queue(actor, replace(wanted, state="", due="")).order_by().values("state")
    return _counted(fitting, Count("pk"), lambda days: Count("pk", filter=days))


@prepared()
def _kept_counts(actor: Actor) -> Counts:
    """The sums that the database keeps of what is open (models.Waiting)."""
    kept = Waiting.objects.filter(agency_id=actor.organisation_id or 0).order_by().values("state")
    return _counted(kept, Sum("number"), lambda days: Sum("number", filter=days, default=0))


def _counted(found: QuerySet[Any], everything: Aggregate, some: Callable[[Q], Aggregate]) -> Counts:
    today, undecided = clock.today(), Q(state__in=UNDECIDED)
    late, due = some(undecided & Q(due_on__lt=today)), some(undecided & Q(due_on=today))
    rows = found.annotate(open=everything, late=late, due=due).values_list("state", "open", "late", "due")
    by_state = {state: numbers for state, *numbers in rows}
    return Counts({str(one): dict(zip(DUES, by_state.get(one, (0, 0, 0)), strict=True)) for one in QUEUES})


def queue(actor: Actor, wanted: QueueFilter, states: Iterable[State] = QUEUES) -> QuerySet[Dossier]:
    """What is open, in one of ``states`` and fits.

    The states are named once: they imply what the indexes of open dossiers ask for, and a second condition that says
    the same makes the database expect a hundredth of what there is, and sort what it could read in order.
    """
    found = received(actor).filter(state__in=_states(wanted, states))
    if wanted.procedure:
        found = found.filter(procedure=wanted.procedure)
    if wanted.officer:
        found = found.filter(assigned_to=_officer(actor, wanted.officer))
    if wanted.due:
        found = found.filter(**({"due_on__lt": clock.today()} if wanted.due == "late" else {"due_on": clock.today()}))
    return found


def _states(wanted: QueueFilter, states: Iterable[State]) -> list[State]:
    """Only what is undecided is late or due."""
    fit = [one for one in states if wanted.state in {"", one}]
    return [one for one in fit if one in BEFORE_DECISION] if wanted.due else fit


def _officer(actor: Actor, text: str) -> int | None:
    if text == "none":
        return None
    return actor.desk_user_id if text == "me" else int(text)


def queue_page(actor: Actor, wanted: QueueFilter, after: str = "", size: int = PAGE) -> QueuePage:
    """One page, from the row that ``after`` names. What only waits to be fetched comes when all else is through."""
    key, keys = _read(after), list[int]()
    for decided in [False, True] if not (wanted.state or wanted.due) else [wanted.state in DECIDED]:
        if len(keys) <= size and (key is None or key.decided <= decided):
            part = queue(actor, wanted, DECIDED if decided else UNDECIDED)
            beyond = _beyond(key) if key and key.decided == decided else Q()
            keys += _keys(part.filter(beyond), "due_on", "id", size=size - len(keys))
    rows = _rows(keys)
    last = rows[size - 1] if len(rows) > size else None
    return QueuePage(with_time(actor, rows[:size]), _key(last) if last else "")


SHOWN = (
    *("number", "procedure", "state", "full_name", "birth_date", "nationality", "document_number", "proposal"),
    *("submitted_at", "decided_at", "due_on", "agency", "filed_by", "sponsor", "assessed_by"),
    *("assigned_to__full_name", "unit__full_name"),
)


def _keys(found: QuerySet[Dossier], *order: str, size: int) -> list[int]:
    """Of a page and one row more. They come from an index alone; only then are their rows read, and joined."""
    return list(found.order_by(*order).values_list("pk", flat=True)[: size + 1])


def _rows(keys: list[int]) -> list[Dossier]:
    """In the order of ``keys``."""
    rows = {row.pk: row for row in _read_rows(keys)} if keys else {}
    return [rows[key] for key in keys if key in rows]


@prepared()
def _read_rows(keys: list[int]) -> list[Dossier]:
    """With the columns that a list shows: the form as it was typed is many times longer than all of them."""
    return list(Dossier.objects.filter(pk__within=keys).select_related("assigned_to", "unit").only(*SHOWN))


@dataclass(frozen=True)
class _Key:
    """Where a page ends: is it decided, when is it due, which one is it."""

    decided: bool
    due: date | None
    pk: int


def _beyond(key: _Key) -> Q:
    """In order of (due_on, id), where those without a due day come last, as in the index."""
    undated = Q(due_on__isnull=True)
    if key.due is None:
        return undated & Q(id__gt=key.pk)
    return Q(due_on__gt=key.due) | Q(due_on=key.due, id__gt=key.pk) | undated


def _key(dossier: Dossier) -> str:
    return f"{'decided' if dossier.state in DECIDED else ''}_{dossier.due_on or '-'}_{dossier.pk}"


def _read(after: str) -> _Key | None:
    """``_2026-11-24_345`` or ``decided_-_345`` as a page gave it; anything else is the first page."""
    try:
        decided, day, key = after.split("_")
        return _Key(decided == "decided", None if day == "-" else date.fromisoformat(day), int(key[:19]))
    except ValueError:
        return None


def search(actor: Actor, text: str, after: str = "", size: int = PAGE) -> QueuePage:
    """Dossiers in any state whose number, name or document number holds every word, the newest first."""
    words = words_of(text)
    found = received(actor)
    if not words:
        return QueuePage([], "")
    if number := _number(text):
        found = found.filter(number=number)
    for word in () if number else words:
        found = found.filter(search_key__contains=word)
    if after.isascii() and after.isdigit() and len(after) < 19:
        found = found.filter(id__lt=int(after))
    rows = _rows(_keys(found, "-id", size=size))
    return QueuePage(with_time(actor, rows[:size]), str(rows[size - 1].pk) if len(rows) > size else "")


def _number(text: str) -> str:
    """A whole number of a dossier is looked up; every one begins alike, which makes it the dearest text to search."""
    number = normalise_number(text) or ""
    return number if number.startswith(f"{settings.OFFICE_PREFIX}D-") else ""


def words_of(text: str) -> list[str]:
    """What can be looked for in what was typed."""
    return [word for word in fold(text[:100]).split() if len(word) >= SHORTEST_WORD]


def with_time(actor: Actor, dossiers: Sequence[Dossier]) -> list[Row]:
    """Working days for a whole page at once: the calendar holds running totals, so none asks the database."""
    days, today = calendar(), clock.today()

    def left(dossier: Dossier) -> int | None:
        if dossier.due_on is None or dossier.state not in BEFORE_DECISION:
            return None
        try:
            return days.working_days_left(today, dossier.due_on)
        except CalendarEnds:
            return None

    return [Row(one, left(one), rules.may_approve_chosen(actor, one)) for one in dossiers]


def chosen(actor: Actor, numbers: Sequence[str]) -> list[Dossier]:
    """The dossiers of these numbers that the agency received, in the order of their urgency; 404 if one is not."""
    found = list(received(actor).filter(number__in=numbers).order_by("due_on", "id"))
    if not found or len(found) != len(set(numbers)):
        raise Http404
    return found
