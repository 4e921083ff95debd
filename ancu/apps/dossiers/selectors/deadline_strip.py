"""The deadline of a dossier as a strip of days: received, accepted, paused, resumed, today, due."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from django.utils.functional import Promise as Words
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from ancu.apps.dossiers.enums import BEFORE_DECISION, State
from ancu.apps.dossiers.models import Dossier, DossierEvent, Supplement
from ancu.apps.dossiers.selectors.clock import working_days_left
from ancu.apps.dossiers.selectors.history import promised_day
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.core import clock
from ancu.core.templatetags.ui import counted, day
from ancu.core.web.language import localized

WIDTH = 1000  # of the drawing, in its own units
MARKS: dict[str, Words] = {
    "received": pgettext_lazy("deadline strip", "Received"),
    "accepted": pgettext_lazy("deadline strip", "Accepted as complete"),
    "paused": pgettext_lazy("deadline strip", "Paused"),
    "resumed": pgettext_lazy("deadline strip", "Resumed"),
    "today": pgettext_lazy("deadline strip", "Today"),
    "due": pgettext_lazy("deadline strip", "Due"),
    "promised": pgettext_lazy("deadline strip", "New date"),
    "decided": pgettext_lazy("deadline strip", "Decided"),
}
MARK_ORDER = ("received", "accepted", "paused", "resumed", "decided", "ended", "due", "promised", "today")  # on one day
CHECKING, RUNNING, PAUSED, AHEAD, LATE = "checking", "running", "paused", "ahead", "late"
SPAN_NAMES: dict[str, Words] = {
    CHECKING: gettext_lazy("The office checks the documents"),
    RUNNING: gettext_lazy("The working days run"),
    PAUSED: gettext_lazy("The clock stands still"),
    LATE: pgettext_lazy("deadline strip", "Late"),
    AHEAD: gettext_lazy("Still to come"),
}


@dataclass(frozen=True)
class StripSpan:
    """A stretch of the strip: checking, running, paused, late or ahead; ``x`` and ``width`` in units of the drawing."""

    kind: str
    x: int
    width: int


@dataclass(frozen=True)
class StripMark:
    """A day that the strip names, and what it says about it; ``x`` in units of the drawing."""

    kind: str
    label: str
    day: date
    note: str
    x: int


@dataclass(frozen=True)
class DeadlineStrip:
    """Spans and marks from the day of receipt to the due day or the decision; ``summary`` says it in a sentence."""

    spans: Sequence[StripSpan]
    marks: Sequence[StripMark]
    summary: str

    @property
    def legend(self) -> list[tuple[str, Words]]:
        """Return (kind, name) of each kind of span in the strip, in the order of ``SPAN_NAMES``."""
        kinds = {span.kind for span in self.spans}
        return [(kind, name) for kind, name in SPAN_NAMES.items() if kind in kinds]


@dataclass(frozen=True)
class StripPause:
    """The days on which the clock stood still; ``until`` is None while it does; ``reason`` in words."""

    since: date
    until: date | None
    reason: str


def deadline_strip(dossier: Dossier, history: Iterable[DossierEvent] = ()) -> DeadlineStrip | None:
    """Return the strip of a submitted dossier; None for a draft, or one withdrawn before it was submitted.

    ``history`` are the dossier's events, of which the latest may have promised a new date.
    """
    if dossier.submitted_at is None:
        return None
    pauses = _pauses(dossier)
    days = {"received": _day(dossier.submitted_at), "accepted": _day(dossier.accepted_at)}
    is_open = dossier.state in BEFORE_DECISION
    if is_open:
        promised = [new_day for event in history if (new_day := promised_day(event)) is not None]
        days |= {"today": clock.today(), "due": dossier.due_on, "promised": promised[-1] if promised else None}
    else:
        decided = dossier.decided_at is not None
        days |= {"decided" if decided else "ended": _day(dossier.decided_at or dossier.ended_at), "due": dossier.due_on}
    named = {kind: value for kind, value in days.items() if value is not None}
    bounds = sorted({*named.values(), *_pause_days(pauses)})
    scale = StripScale(bounds[0], bounds[-1])
    last_day = named["today"] if is_open else named.get("decided") or named.get("ended") or bounds[-1]
    spans = strip_spans(bounds, scale, pauses, accepted=named.get("accepted"), due=dossier.due_on, present=last_day)
    return DeadlineStrip(spans, _marks(dossier, named, pauses, scale), _summary(dossier, is_open=is_open))


@dataclass(frozen=True)
class StripScale:
    """Where a day stands between the first and the last day of the strip."""

    first: date
    last: date

    def x(self, value: date) -> int:
        """Return the place of a day in units of the drawing."""
        return round(WIDTH * (value - self.first).days / max((self.last - self.first).days, 1))


def _day(moment: datetime | None) -> date | None:
    """Return the day of a moment in Viet Nam; None for None."""
    return clock.local(moment).date() if moment else None


# ---- pauses --------------------------------------------------------------------------------------------


def _pauses(dossier: Dossier) -> list[StripPause]:
    """Return the requests for documents as pauses, in their order; the last may be open."""
    procedure = procedure_of(dossier)
    components = {component.key: component for component in procedure.components}
    supplements = sorted(dossier.supplements.all(), key=lambda supplement: supplement.asked_at)
    return [
        StripPause(
            since=clock.local(supplement.asked_at).date(),
            until=_day(supplement.answered_at or supplement.closed_at or _end_of_open(dossier)),
            reason=_reason(supplement, components, procedure.fields),
        )
        for supplement in supplements
    ]


def _end_of_open(dossier: Dossier) -> datetime | None:
    """Return when a request without an answer ended with the dossier; None while it waits."""
    return None if dossier.state == State.SUPPLEMENT else dossier.ended_at


def _reason(supplement: Supplement, components: Mapping[str, Any], fields: Mapping[str, Any]) -> str:
    """Return in words what the office requested, and until when."""
    names = []
    for item in supplement.items:
        definition = (components if item["kind"] == "component" else fields).get(item["key"])
        names.append(localized(definition, "label") if definition else str(item["key"]))
    until = _("until %(day)s at the latest") % {"day": day(supplement.answer_by)} if supplement.answer_by else ""
    waits = _("waiting for: %(documents)s") % {"documents": ", ".join(names)} if names else _("waiting for documents")
    return f"{waits} ({until})" if until and not supplement.answered_at else waits


def _pause_days(pauses: Iterable[StripPause]) -> Iterable[date]:
    """Yield the first and the last day of each pause, as far as they are known."""
    for pause in pauses:
        yield from (value for value in (pause.since, pause.until) if value is not None)


# ---- spans and marks -----------------------------------------------------------------------------------


def strip_spans(
    bounds: Sequence[date], scale: StripScale, pauses: Sequence[StripPause], *, accepted: date | None, due: date | None,
    present: date,
) -> list[StripSpan]:  # fmt: skip
    """Return the stretches between the days of the strip, without gaps; ``present`` is the last day that has come."""

    def kind_from(start: date) -> str:
        """Return the kind of the stretch that begins on this day."""
        if start >= present:
            return AHEAD
        if any(pause.since <= start and (pause.until is None or start < pause.until) for pause in pauses):
            return PAUSED
        if accepted is None or start < accepted:
            return CHECKING
        return LATE if due is not None and start >= due else RUNNING

    spans: list[StripSpan] = []
    for start, end in pairwise(bounds):
        kind, x, width = kind_from(start), scale.x(start), scale.x(end) - scale.x(start)
        if spans and spans[-1].kind == kind:
            spans[-1] = StripSpan(kind, spans[-1].x, spans[-1].width + width)
        else:
            spans.append(StripSpan(kind, x, width))
    return spans


def _marks(
    dossier: Dossier, named: Mapping[str, date], pauses: Sequence[StripPause], scale: StripScale
) -> list[StripMark]:
    """Return the marks of the strip in the order of their days."""
    notes = {"today": _time_left(dossier), "due": _days_by_law(dossier)}
    labels = MARKS | {"ended": State(dossier.state).label}
    rows = [(kind, value, notes.get(kind, "")) for kind, value in named.items()]
    for pause in pauses:
        rows.append(("paused", pause.since, pause.reason))
        if pause.until is not None and (dossier.state in BEFORE_DECISION or pause.until != named.get("ended")):
            rows.append(("resumed", pause.until, ""))
    ordered = sorted(rows, key=lambda row: (row[1], MARK_ORDER.index(row[0])))
    return [StripMark(kind, str(labels[kind]), value, note, scale.x(value)) for kind, value, note in ordered]


def _time_left(dossier: Dossier) -> str:
    """Return how many working days are left or over, or that the clock stands still; "" before the acceptance."""
    days = working_days_left(dossier)
    if days is None:
        return str(SPAN_NAMES[PAUSED]) if dossier.accepted_at or dossier.state == State.SUPPLEMENT else ""
    if days < 0:
        return counted("%(n)s working day late", "%(n)s working days late", -days)
    return counted("%(n)s working day left", "%(n)s working days left", days)


def _days_by_law(dossier: Dossier) -> str:
    """Return how many working days the law gives the office."""
    days = procedure_of(dossier).deadline_days
    return counted("%(n)s working day by law", "%(n)s working days by law", days)


def _summary(dossier: Dossier, *, is_open: bool) -> str:
    """Return the state of the deadline in a sentence."""
    if not is_open:
        return _("The deadline is over.")
    if dossier.due_on is None:
        if dossier.accepted_at is None:
            return _("The working days start when the office accepts the dossier as complete.")
        return _("The clock stands still. The due day is set again when the documents have come.")
    values = {"day": day(dossier.due_on), "left": _time_left(dossier)}
    return _("The decision is due on %(day)s: %(left)s.") % values
