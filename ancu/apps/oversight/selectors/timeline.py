"""The days of an alert about one guest as a bar: those in order, and those that are not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from ancu.apps.oversight.enums import AlertStep
from ancu.apps.oversight.models import Alert, AlertTrace
from ancu.apps.oversight.selectors.words import last_day_of, overstay_to_date
from ancu.core import clock
from ancu.core.templatetags.ui import counted, day_short

NEAR_AN_END = 18  # percent of the bar within which a date in its middle would touch the one at its end
RIGHT_HALF = 50  # percent; a label that begins further right ends at the bar's end


@dataclass(frozen=True, slots=True)
class TimelineMark:
    """A day on the bar, ``place`` in percent of it."""

    place: str
    text: str


@dataclass(frozen=True, slots=True)
class AlertTimeline:
    """A bar from ``first_day`` to ``last_day``; after ``until``, at ``place`` percent of it, something is amiss.

    ``has_first`` says that the first part is wide enough for its texts, ``label_at_end`` that the text over the second
    part ends at the bar's end, ``until_place`` where the date under the bar stands. ``questions_text`` stands before
    the first question at ``questions_place`` (``is_text_before``), or after the last.
    """

    first_day: str
    last_day: str
    until: str
    in_order: str
    has_first: bool
    amiss: str
    place: str
    rest: str
    label_at_end: bool
    until_place: str
    questions: Sequence[TimelineMark]
    questions_text: str
    questions_place: str
    is_text_before: bool

    @property
    def summary(self) -> str:
        """The bar in words."""
        words = {"first": self.first_day, "until": self.until, "last": self.last_day, "amiss": self.amiss}
        return _("From %(first)s until %(until)s in order; until %(last)s: %(amiss)s.") % words


def timeline_of(alert: Alert, trace: Sequence[AlertTrace]) -> AlertTimeline | None:
    """Return the bar of an alert about a guest's permission, passport or check-out; None for any other alert."""
    limit_of = LIMITS.get(alert.rule)
    if limit_of is None or alert.stay is None or not alert.evidence:
        return None
    until, last, in_order, amiss = limit_of(alert)
    first = min(alert.stay.arrived_on, until)
    if last <= until:
        return None
    asked_on = [clock.local(step.at).date() for step in trace if step.step == AlertStep.LODGING_ASKED]
    return _timeline(first, until, last, (in_order, amiss), sorted(set(asked_on)))


def _timeline(first: date, until: date, last: date, labels: tuple[str, str], asked_on: Sequence[date]) -> AlertTimeline:
    """Return the bar of these days; ``asked_on`` are days on which the lodging was asked."""
    length = (last - first).days

    def place_of(on: date) -> float:
        """Return where a day stands, in percent of the bar."""
        return 100 * (on - first).days / length

    place = place_of(until)
    asked_on = [on for on in asked_on if first <= on <= last]
    marks = [TimelineMark(f"{place_of(on):.2f}%", day_short(on)) for on in asked_on]
    days = ", ".join(mark.text for mark in marks)
    is_text_before = bool(asked_on) and place_of(asked_on[0]) > RIGHT_HALF
    return AlertTimeline(
        first_day=day_short(first), last_day=_("today") if last == clock.today() else day_short(last),
        until=day_short(until), in_order=labels[0], has_first=place >= NEAR_AN_END, amiss=labels[1],
        place=f"{place:.2f}%", rest=f"{100 - place:.2f}%",
        label_at_end=place > RIGHT_HALF, until_place=f"{min(place, 100 - NEAR_AN_END):.2f}%",
        questions=marks, questions_text=_("the lodging was asked on %(days)s") % {"days": days} if marks else "",
        questions_place=marks[0 if is_text_before else -1].place if marks else "", is_text_before=is_text_before,
    )  # fmt: skip


def _days_over(until: date, last: date) -> str:
    """Return the days after ``until``, as text."""
    return counted("%(n)s day too long", "%(n)s days too long", (last - until).days)


def _permission(alert: Alert) -> tuple[date, date, str, str]:
    """Return the last permitted day of the stay, the last day of the overstay, and what both parts are called."""
    facts = overstay_to_date(alert)
    last = date.fromisoformat(facts["seen_on"])
    until = last - timedelta(days=facts["days"])
    return until, last, _("permitted to stay"), _days_over(until, last)


def _passport(alert: Alert) -> tuple[date, date, str, str]:
    """Return the passport's last day, the last day of the stay, and what both parts are called."""
    until, last = date.fromisoformat(alert.evidence["expired_on"]), last_day_of(alert)
    amiss = counted("expired for %(n)s day", "expired for %(n)s days", (last - until).days)
    return until, last, _("passport valid"), amiss


def _departure(alert: Alert) -> tuple[date, date, str, str]:
    """Return the expected day of departure, the last day without a check-out, and what both parts are called."""
    until, last = date.fromisoformat(alert.evidence["expected_departure"]), last_day_of(alert)
    amiss = counted("%(n)s day without a check-out", "%(n)s days without a check-out", (last - until).days)
    return until, last, _("declared period"), amiss


# By the code of the rule: the last day in order, the last day that is not, and what both parts are called.
LIMITS: dict[str, Callable[[Alert], tuple[date, date, str, str]]] = {
    "overstay": _permission,
    "expired_document": _passport,
    "not_checked_out": _departure,
}
