"""The officer's page of one dossier: its checks, its deadline clock, what is new, and the stays of twelve months."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.template.defaultfilters import floatformat
from django.utils.functional import Promise as Words
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from ancu.apps.audit.selectors import looks_of
from ancu.apps.dossiers.enums import BEFORE_DECISION, State
from ancu.apps.dossiers.models import Component, Dossier, DossierEvent
from ancu.apps.dossiers.selectors.facts import DossierComparison, FactRow
from ancu.apps.dossiers.selectors.money import FeeStatus
from ancu.apps.dossiers.selectors.passed_wording import passed_lines
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.apps.stays.models import Stay
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.templatetags.charts import short_month
from ancu.core.templatetags.ui import clock as clock_time
from ancu.core.templatetags.ui import counted, day_short
from ancu.core.web.language import localized
from ancu.core.working_days import calendar
from ancu.engines.rulebook import CalendarEnds, CheckFinding, DeadlinePause, as_of, passed_checks

# ---- checks --------------------------------------------------------------------------------------------

LAW = re.compile(r"\d+/\d{4}")
MOST_TELLING = 5  # checks that stand before the fee
ARTICLE = re.compile(r"(?:arts?\.|Điều)\s*(\d+[a-z]?)", re.IGNORECASE)


@dataclass(frozen=True)
class CheckLine:
    """One check in a line: what it says, its article in short and in full; ``finding`` of one to ask about.

    Of a difference ``subject`` is the fact and ``beside`` what contradicts it.
    """

    text: str
    article: str = ""
    article_in_full: str = ""
    finding: CheckFinding | None = None
    subject: str = ""
    beside: str = ""


def check_lines(
    dossier: Dossier, comparison: DossierComparison | None, fee: FeeStatus, notes: int
) -> tuple[list[CheckLine], list[CheckLine]]:
    """Return the checks to ask about, the most serious first, and those that pass; none of a dossier not to be decided.

    ``notes`` is the number of open alerts on the person's stays.
    """
    if comparison is None:
        return [], []
    contradicted = {id(row.finding): row for row in reversed(comparison.rows) if row.finding and row.source}
    to_ask = [
        _line(localized(finding, "what"), finding, finding, contradicted.get(id(finding)))
        for finding in comparison.findings
    ]
    rule = as_of("check.forms_disagree", comparison.facts.on)
    to_ask += [_line(_difference(row), rule, row=row) for row in comparison.open_differences if row.finding is None]
    rules = passed_checks(procedure_of(dossier), comparison.facts)
    passed = [_line(text, rule) for text, rule in passed_lines(rules, comparison.facts, comparison.stay)]
    passed[MOST_TELLING:MOST_TELLING] = _passed_of_records(fee, notes)
    return to_ask, passed


def _passed_of_records(fee: FeeStatus, notes: int) -> list[CheckLine]:
    """Return what passes that no rule of the procedure checks: the fee and the alerts."""
    lines = []
    if fee.state == "paid":
        usd = fee.charge and floatformat(fee.charge.usd, -2)
        lines.append(CheckLine(_("%(usd)s USD paid in full") % {"usd": usd} if usd else _("The fee is paid in full")))
    if not notes:
        lines.append(CheckLine(_("No open alert on a declared stay")))
    return lines


def _difference(row: FactRow) -> str:
    """Return in words that a paper contradicts the form."""
    return _("%(fact)s is not that of: %(paper)s.") % {"fact": row.label, "paper": row.source}


def _line(text: str, rule: Any, finding: CheckFinding | None = None, row: FactRow | None = None) -> CheckLine:
    """Return a check's line with the article of its rule; ``row`` is the fact that it contradicts."""
    article = localized(rule, "article")
    parts = (row.label, row.source) if row else ("", "")
    return CheckLine(text, short_article(article), article, finding, *parts)


def short_article(article: str) -> str:
    """Return the first article that a citation names, as "art. 37", or else its law's number; empty without either."""
    match, law = ARTICLE.search(article), LAW.search(article)
    if match is None:
        return law[0] if law else ""
    return _("art. %(number)s") % {"number": match[1]}


# ---- the state -----------------------------------------------------------------------------------------

# Beside its date, where the whole label would not stand in one line.
SHORT_STATES: dict[str, Words] = {
    State.SUPPLEMENT: pgettext_lazy("dossier", "awaiting documents"),
    State.ACCEPTED: pgettext_lazy("dossier", "being assessed"),
    State.ASSESSED: pgettext_lazy("dossier", "to be decided"),
    State.CLOSED: pgettext_lazy("dossier", "closed"),
    State.TRANSFERRED: pgettext_lazy("dossier", "transferred"),
}


# ---- the clock -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DeadlineClock:
    """The working days of the deadline: ``parts`` are past or late, today, paused, ahead; ``day`` is today's."""

    days: int
    day: int
    days_left: int | None
    due: date | None
    parts: tuple[str, ...]
    paused: tuple[date, date] | None = None
    waits: bool = False

    @property
    def is_late(self) -> bool:
        """Whether the deadline has passed."""
        return self.days_left is not None and self.days_left < 0


def deadline_clock(dossier: Dossier, days_left: int | None) -> DeadlineClock | None:
    """Return the deadline clock of an accepted, undecided dossier; None for any other.

    ``days_left`` are the working days left, None while the clock is stopped.
    """
    if dossier.accepted_at is None or dossier.state not in BEFORE_DECISION:
        return None
    days = procedure_of(dossier).deadline_days
    pauses = _pauses(dossier)
    ended = [DeadlinePause(start, end) for start, end in pauses]
    try:
        elapsed = calendar().elapsed(dossier.accepted_at, clock.today(), ended)
    except CalendarEnds:
        return None
    waits, is_late = days_left is None, days_left is not None and days_left < 0
    today = [] if waits or is_late else ["today"]
    past = days if is_late else min(max(elapsed - 1, 0), days)
    ahead = max(days - past - len(today), 0)
    last = pauses[-1] if pauses else None
    paused = (clock.local(last[0]).date(), clock.local(last[1]).date()) if last else None
    parts = (*["late" if is_late else "past"] * past, *(["paused"] if pauses else []), *today, *["ahead"] * ahead)
    return DeadlineClock(days, min(max(elapsed, 1), days), days_left, dossier.due_on, parts, paused, waits)


def _pauses(dossier: Dossier) -> list[tuple[datetime, datetime]]:
    """Return when the clock stood still, as ``history.pauses_of``, from the supplements that are read already."""
    accepted_at = dossier.accepted_at
    return [
        (supplement.asked_at, supplement.answered_at)
        for supplement in sorted(dossier.supplements.all(), key=lambda supplement: supplement.asked_at)
        if accepted_at and supplement.answered_at and supplement.asked_at >= accepted_at
    ]


# ---- since the last look -------------------------------------------------------------------------------

NEWS_ACTS: dict[str, Words] = {
    "submitted": pgettext_lazy("dossier", "submitted"),
    "resubmitted": gettext_lazy("the requested documents have come"),
    "supplement": gettext_lazy("more documents were requested"),
    "accepted": gettext_lazy("accepted as complete"),
    "assessed": gettext_lazy("a decision was proposed"),
    "sent_back": gettext_lazy("returned for assessment"),
    "approved": pgettext_lazy("dossier", "approved"),
    "refused": pgettext_lazy("dossier", "refused"),
    "ready": gettext_lazy("the result was entered"),
    "gave_opinion": gettext_lazy("a unit has answered"),
    "received_passport": gettext_lazy("the passport has arrived"),
    "withdrawn": gettext_lazy("withdrawn by the applicant"),
    "paid": gettext_lazy("the fee was paid"),
    "assigned": gettext_lazy("no longer assigned to anyone"),
}
ONE_SITTING = timedelta(minutes=30)  # looks closer together are one reading of the dossier
MOST_ACTS, MOST_PAPERS = 2, 3  # that the line names


@dataclass(frozen=True)
class News:
    """What others changed since the actor's last look: ``acts`` in words, by time, and papers with their names."""

    since: datetime
    acts: tuple[tuple[str, datetime], ...]
    papers: tuple[tuple[Component, str], ...]
    messages: int

    @property
    def sentence(self) -> str:
        """The papers, the latest acts and the messages in one line; acts before those are in the history."""
        parts = [self._papers_in_words()] if self.papers else []
        answer = str(NEWS_ACTS["resubmitted"])
        acts = [act for act in self.acts if not (self.papers and act[0] == answer)][-MOST_ACTS:]
        parts += [words for words, _at in acts[:-1]] + [_act_with_time(*act) for act in acts[-1:]]
        if self.messages:
            parts.append(counted("%(n)s message", "%(n)s messages", self.messages))
        sentence = f"{'; '.join(parts)}."
        return f"{sentence} {_('Nothing else changed.')}" if self.papers and len(parts) == 1 else sentence

    def _papers_in_words(self) -> str:
        """Return the papers that came, with the time of the last; of many only their number."""
        last = max(component.given_at for component, _label in self.papers if component.given_at)
        number, names = len(self.papers), ", ".join(label for _component, label in self.papers)
        papers = names if number <= MOST_PAPERS else counted("%(n)s document", "%(n)s documents", number)
        return _("%(papers)s sent again on %(day)s at %(time)s") % ({"papers": papers} | _day_and_time(last))


def _act_with_time(words: str, at: datetime) -> str:
    """Return an act with its day and time."""
    return _("%(act)s on %(day)s at %(time)s") % ({"act": words} | _day_and_time(at))


def _day_and_time(at: datetime) -> dict[str, str]:
    """Return the values ``day`` and ``time`` of a sentence."""
    return {"day": day_short(at), "time": clock_time(at)}


def last_look(actor: Actor, dossier: Dossier) -> datetime | None:
    """Return when the actor last read the dossier, before the present sitting; None for the first time."""
    looks = looks_of(actor, ("dossiers.dossier", dossier.pk))
    earlier = next((at for at in looks if at < clock.now() - ONE_SITTING), None)
    return earlier or (looks[-1] if looks else None)


def news_of(
    actor: Actor,
    since: datetime | None,
    history: Iterable[DossierEvent],
    papers: Iterable[Any],
    messages: Iterable[Any],
) -> News | None:
    """Return what others did since the actor's last look, None if nothing, or it is the first look."""
    if since is None:
        return None
    latest = {
        event.act: event
        for event in history
        if event.at > since and event.act in NEWS_ACTS and event.by_id != actor.user_id
    }
    in_order = sorted(latest.values(), key=lambda event: event.sequence)
    acts = tuple((_act_in_words(actor, event), event.at) for event in in_order)
    changed = tuple(
        (paper.component, paper.label)
        for paper in papers
        if paper.component.given_at and paper.component.given_at > since
    )
    written = sum(message.sent_at > since and message.author_id != actor.user_id for message in messages)
    return News(since, acts, changed, written) if acts or changed or written else None


def _act_in_words(actor: Actor, event: DossierEvent) -> str:
    """Return what was done; of an assignment to whom, as ``history.office_events`` has read it."""
    if event.act == "assigned" and (to := event.data.get("to")):
        is_own = to == actor.user_id
        return _("assigned to you") if is_own else _("assigned to %(name)s") % {"name": getattr(event, "whom", "")}
    return str(NEWS_ACTS[event.act])


# ---- stays of twelve months ----------------------------------------------------------------------------

WIDTH, LANE, TOP = 316, 12, 4  # of the drawing, in pixels
MONTHS = 12


@dataclass(frozen=True)
class TimelineBar:
    x: float
    y: int
    width: float
    is_open: bool
    is_late: bool


@dataclass(frozen=True)
class StayTimeline:
    """The stays of twelve months, drawn on one line each; ``marks`` are (x, month) of quarters."""

    bars: tuple[TimelineBar, ...]
    marks: tuple[tuple[float, str], ...]
    height: int
    late: int


def stay_timeline(stays: Sequence[Stay]) -> StayTimeline | None:
    """Return the drawing of the stays of the last twelve months; None without any."""
    today = clock.today()
    start = date(today.year - 1, today.month, 1)
    days = (today - start).days + 1
    recent = [stay for stay in stays if (stay.departed_on or today) >= start and stay.arrived_on <= today][::-1]
    if not recent:
        return None
    scale = WIDTH / days

    def place(day: date) -> float:
        """Return the x of a day, within the drawing."""
        return round(min(max((day - start).days, 0), days) * scale, 1)

    bars = tuple(
        TimelineBar(
            place(stay.arrived_on), TOP + row * LANE, max(place(stay.departed_on or today) - place(stay.arrived_on), 3),
            stay.departed_on is None, stay.minutes_late > 0,
        )
        for row, stay in enumerate(recent)
    )  # fmt: skip
    quarters = [date(start.year + (start.month - 1 + n) // 12, (start.month - 1 + n) % 12 + 1, 1) for n in (0, 3, 6, 9)]
    late = sum(stay.minutes_late > 0 for stay in recent)
    marks = tuple((place(day), short_month(day)) for day in quarters)
    return StayTimeline(bars, marks, TOP * 2 + LANE * len(recent), late)
