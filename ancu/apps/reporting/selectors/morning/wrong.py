"""What is wrong this morning and who holds it, the most urgent first."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ancu.apps.accounts.enums import OFFICE_DECIDERS
from ancu.apps.accounts.models import Membership
from ancu.apps.contact.enums import UrgentReportKind
from ancu.apps.contact.selectors import reports
from ancu.apps.contact.selectors.reports import WaitingReport
from ancu.apps.oversight.enums import AlertState
from ancu.apps.oversight.models import Alert
from ancu.apps.oversight.selectors.short_titles import ABOUT_LODGINGS, short_title, subject_of
from ancu.apps.oversight.selectors.words import title_of
from ancu.apps.reporting.enums import ReminderKind
from ancu.apps.reporting.models import Reminder
from ancu.apps.reporting.rules import morning as rules
from ancu.apps.reporting.rules.morning import Tone
from ancu.apps.reporting.selectors.morning import alerts, dossiers, missed
from ancu.apps.reporting.selectors.morning.dossiers import DossierSteps
from ancu.apps.reporting.selectors.morning.owners import (
    AnsweringAgencies,
    MatterOwner,
    answering_agencies,
    busiest,
)
from ancu.apps.reporting.selectors.morning.petitions import DuePromises, PetitionTable
from ancu.apps.reporting.selectors.morning.scope import MorningScope
from ancu.apps.reporting.selectors.morning.stays import OnTimeShare
from ancu.apps.reporting.selectors.morning.tiles import MorningTile
from ancu.core import clock
from ancu.core.db.name_order import by_name
from ancu.core.templatetags.ui import counted, day_short

MOST_REPORTS, MOST_ALERTS, MOST_UNITS, MOST_PROMISES = 3, 2, 2, 1
MOST_MATTERS = 6


@dataclass(frozen=True)
class WrongMatter:
    """One matter: what is wrong, where it is read, who holds it and for how long it has been so.

    ``strong`` is the beginning of the title that stands out. ``title_without_names`` is for papers that leave the
    office, if the title has a person's name. ``officers`` are the choices for assigning it; ``reminded_at`` is when its
    owner was reminded today.
    """

    kind: str
    subject_id: int
    label: str
    tone: Tone
    title: str
    second: str
    url: str
    owner: MatterOwner
    age: str
    title_without_names: str = ""
    strong: str = ""
    officers: tuple[tuple[int, str], ...] = ()
    may_remind: bool = False
    reminded_at: datetime | None = None

    @property
    def rest(self) -> str:
        """The title after its beginning that stands out."""
        return self.title.removeprefix(self.strong)

    @property
    def is_question(self) -> bool:
        """Whether its owner is asked about it, not reminded of it."""
        return ReminderKind(self.kind).is_question


@dataclass(frozen=True)
class MorningFacts:
    """What other parts of the page have read already; ``names`` are those of officers by id."""

    reports: list[WaitingReport]
    steps: DossierSteps | None
    petitions: PetitionTable | None
    promises: DuePromises | None
    tiles: list[MorningTile] = field(default_factory=list)
    share: OnTimeShare | None = None
    late_decisions: Mapping[int | None, int] = field(default_factory=dict)
    names: Mapping[int, str] = field(default_factory=dict)


def wrong_matters(scope: MorningScope, facts: MorningFacts) -> list[WrongMatter]:
    """Return the gravest of what is wrong: reports, dossiers, alerts, petitions, promises, missed targets."""
    agencies = answering_agencies(scope)
    reminded = _reminded_today()
    return gravest_of([
        *_reports(scope, facts.reports, agencies, reminded),
        *(_late_dossiers(scope, facts.steps, facts.names, reminded) if facts.steps else ()),
        *_high_alerts(scope, agencies, reminded),
        *(_late_petitions(scope, facts.petitions, reminded) if facts.petitions else ()),
        *(_late_promises(scope, facts.promises, reminded) if facts.promises else ()),
        *_missed_targets(scope, facts, agencies, reminded),
    ])  # fmt: skip


def gravest_of(matters: Sequence[WrongMatter]) -> list[WrongMatter]:
    """Return at most six matters in their order: every urgent report, the first of each kind, then the second ones."""
    ranks, before = [], Counter[str]()
    for matter in matters:
        ranks.append(0 if matter.kind == ReminderKind.REPORT else before[matter.kind])
        before[matter.kind] += 1
    places = sorted(range(len(matters)), key=lambda place: (ranks[place], place))[:MOST_MATTERS]
    return [matters[place] for place in sorted(places)]


Reminded = Mapping[tuple[str, int], datetime]


def _reminded_today() -> Reminded:
    """Return when each matter's owner was reminded today, by kind and id."""
    rows = Reminder.objects.filter(day=clock.today()).values_list("kind", "subject_id", "reminded_at")
    return {(kind, pk): moment for kind, pk, moment in rows}


def _age(since: datetime) -> str:
    """Return how long ago a moment was: in minutes, hours or days."""
    minutes = max(0, int((clock.now() - since).total_seconds()) // 60)
    if minutes < 60:
        return counted("%(n)s min", "%(n)s min", minutes)
    hours = minutes // 60
    return counted("%(n)s hour", "%(n)s hours", hours) if hours < 48 else _days(hours // 24)


def _days(days: int) -> str:
    """Return a number of days in words."""
    return counted("%(n)s day", "%(n)s days", days)


def _days_late(due_on: date) -> str:
    """Return by how many days a deadline has passed."""
    return _days((clock.today() - due_on).days)


# --- urgent reports ---------------------------------------------------------------------------------------


def waiting_reports(scope: MorningScope) -> list[WaitingReport]:
    """Return the unacknowledged urgent reports of the chosen unit, those without an officer first."""
    ids = scope.unit_ids
    return [report for report in reports.waiting_reports(scope.actor, 50) if ids is None or report.unit_id in ids]


def _reports(
    scope: MorningScope, waiting: list[WaitingReport], agencies: AnsweringAgencies, reminded: Reminded
) -> Iterator[WrongMatter]:
    """Yield the urgent reports that nobody has acknowledged."""
    leads = rules.leads_morning(scope.actor)
    for report in waiting[:MOST_REPORTS]:
        agency = agencies.of(report.unit_id)
        duty = _("on duty: %(agency)s") % {"agency": agency[1]} if agency else ""
        is_assigned = report.officer_id is not None
        owner = MatterOwner(report.officer or "", _("not acknowledged yet") if is_assigned else duty)
        officers = _officers_to_assign(scope, agency) if leads and not is_assigned else []
        yield WrongMatter(
            kind=ReminderKind.REPORT, subject_id=report.pk, label=_("Urgent"), tone=Tone.BAD,
            title=f"{report.lodging}: {UrgentReportKind(report.kind).label}", strong=report.lodging,
            second=_("Reported %(time)s. The lodging is waiting for an answer.")
            % {"time": f"{clock.local(report.reported_at):%H:%M %d/%m}"},
            url=reverse("contact:report", args=[report.pk]), owner=owner, age=_age(report.reported_at),
            officers=tuple(officers), may_remind=leads and is_assigned,
            reminded_at=reminded.get((ReminderKind.REPORT, report.pk)),
        )  # fmt: skip


def _officers_to_assign(scope: MorningScope, agency: tuple[int, str] | None) -> list[tuple[int, str]]:
    """Return id and name of the officers who may be given a report: of the answering and of the actor's own agency."""
    agencies = {scope.actor.organisation_id or 0, *((agency[0],) if agency else ())}
    members = Membership.objects.filter(
        organisation_id__in=agencies, role__in=OFFICE_DECIDERS, ended_at__isnull=True, user__is_active=True
    )
    people = members.exclude(user_id__in=scope.actor.own_user_ids)
    return by_name(set(people.values_list("user_id", "user__full_name")))


# --- dossiers ---------------------------------------------------------------------------------------------


def _late_dossiers(
    scope: MorningScope, steps: DossierSteps, names: Mapping[int, str], reminded: Reminded
) -> Iterator[WrongMatter]:
    """Yield a single matter for all dossiers over their legal deadline; nothing if there are none."""
    number = steps.late.value
    oldest = dossiers.oldest_late(scope) if number else None
    if oldest is None:
        return
    name, due_on = oldest
    agency_id = scope.actor.organisation_id or 0
    yield WrongMatter(
        kind=ReminderKind.DOSSIERS, subject_id=agency_id, label=pgettext("matter", "Overdue"), tone=Tone.BAD,
        title=counted("%(n)s dossier past the legal deadline, longest: %(name)s",
                      "%(n)s dossiers past the legal deadline, longest: %(name)s", number, name=name),
        strong=counted("%(n)s dossier", "%(n)s dossiers", number),
        title_without_names=counted("%(n)s dossier past the legal deadline", "%(n)s dossiers past the legal deadline",
                                    number),
        second=_late_states(steps), url=steps.late.url, owner=_most_of(steps.late_by_officer, names),
        age=_days_late(due_on),
        may_remind=rules.leads_morning(scope.actor) and any(pk for pk in steps.late_by_officer),
        reminded_at=reminded.get((ReminderKind.DOSSIERS, agency_id)),
    )  # fmt: skip


def _late_states(steps: DossierSteps) -> str:
    """Return at which steps the late dossiers stand, with their numbers."""
    parts = [
        f"{number.value} {row.name[:1].lower()}{row.name[1:]}"
        for row in steps.rows for due, number in row.parts if due == rules.Due.LATE
    ]  # fmt: skip
    return ", ".join(parts)


def _most_of(by_officer: Mapping[int | None, int], names: Mapping[int, str]) -> MatterOwner:
    """Return the officer with the largest number, and how many others have some."""
    first = busiest(by_officer)
    if first is None:
        return MatterOwner("", _("not assigned"))
    rest = sum(pk is not None for pk in by_officer) - 1
    note = counted("and %(n)s other", "and %(n)s others", rest) if rest else ""
    return MatterOwner(names.get(first, ""), note)


# --- alerts -----------------------------------------------------------------------------------------------


def _high_alerts(scope: MorningScope, agencies: AnsweringAgencies, reminded: Reminded) -> Iterator[WrongMatter]:
    """Yield the oldest open alerts of high severity."""
    for alert in alerts.high_alerts(scope, MOST_ALERTS):
        agency = agencies.of(alert.unit_id)
        yield WrongMatter(
            kind=ReminderKind.ALERT, subject_id=alert.pk, label=_("High"), tone=Tone.BAD,
            title=short_title(alert), strong=subject_of(alert),
            title_without_names=f"{alert.establishment.name}: {title_of(alert.rule)}",
            second=_alert_state(alert),
            url=reverse("oversight:alert", args=[alert.pk]), owner=MatterOwner(agency[1] if agency else ""),
            age=_age(alert.raised_at), may_remind=rules.leads_morning(scope.actor) and agency is not None,
            reminded_at=reminded.get((ReminderKind.ALERT, alert.pk)),
        )  # fmt: skip


def _alert_state(alert: Alert) -> str:
    """Return where the alert is, and whether its lodging was asked about it."""
    place = alert.unit.full_name
    if alert.rule not in ABOUT_LODGINGS:
        place = f"{alert.establishment.name}, {place}"
    if alert.state == AlertState.LODGING_ASKED:
        return _("At %(place)s. The lodging was asked; nobody has decided yet.") % {"place": place}
    return _("At %(place)s. Nobody has decided yet.") % {"place": place}


# --- petitions and promises -------------------------------------------------------------------------------


def _late_petitions(scope: MorningScope, table: PetitionTable, reminded: Reminded) -> Iterator[WrongMatter]:
    """Yield the units that owe most overdue answers."""
    for unit_id, late in list(table.late_by_unit.items())[:MOST_UNITS]:
        yield WrongMatter(
            kind=ReminderKind.PETITIONS, subject_id=unit_id, label=pgettext("matter", "Overdue"), tone=Tone.WARN,
            title=counted("%(n)s petition with an overdue answer", "%(n)s petitions with an overdue answer",
                          late.number),
            strong=counted("%(n)s petition", "%(n)s petitions", late.number),
            second=_due_words(late.due_on, late.title),
            url=scope.list_url("petitions", agency=unit_id, due=rules.Due.LATE.value),
            owner=MatterOwner(late.unit), age=_days_late(late.due_on),
            may_remind=rules.leads_morning(scope.actor),
            reminded_at=reminded.get((ReminderKind.PETITIONS, unit_id)),
        )  # fmt: skip


def _due_words(due_on: date, title: str) -> str:
    """Return when an answer was due, and to which petition if it has a title."""
    values = {"day": day_short(due_on), "title": title}
    return (_("Due on %(day)s: %(title)s") if title else _("Due on %(day)s.")) % values


def _late_promises(scope: MorningScope, due: DuePromises, reminded: Reminded) -> Iterator[WrongMatter]:
    """Yield the promises whose day has passed."""
    late = [promise for promise in due.rows if promise.due_on < clock.today()]
    for promise in late[:MOST_PROMISES]:
        yield WrongMatter(
            kind=ReminderKind.PROMISE, subject_id=promise.pk, label=_("Promise"), tone=Tone.WARN,
            title=promise.words or promise.title, title_without_names=promise.words or promise.number,
            second=_due_words(promise.due_on, promise.title if promise.words else ""),
            url=reverse("listening:petition", args=[promise.number]),
            owner=MatterOwner(promise.unit), age=_days_late(promise.due_on),
            may_remind=rules.leads_morning(scope.actor),
            reminded_at=reminded.get((ReminderKind.PROMISE, promise.pk)),
        )  # fmt: skip


def _missed_targets(
    scope: MorningScope, facts: MorningFacts, agencies: AnsweringAgencies, reminded: Reminded
) -> Iterator[WrongMatter]:
    """Yield the shares that are below their target, with the agency or officer with most cases that missed it."""
    for tile in facts.tiles:
        if not (tile.is_share and tile.tone.is_missed):
            continue
        is_stays = tile.key == "on-time"
        late_by_unit = facts.share.late_by_unit if facts.share else {}
        holder = _late_declarer(agencies, late_by_unit) if is_stays else _late_decider(scope, facts)
        kind = ReminderKind.DECLARED if is_stays else ReminderKind.DECIDED
        yield WrongMatter(
            kind=kind, subject_id=holder.agency_id, label=pgettext("target", "Missed"), tone=Tone.WARN,
            title=f"{tile.label}: {tile.text} %", strong=tile.label,
            second=" · ".join(filter(None, (_("%(base)s; %(target)s") % {"base": tile.base, "target": tile.note},
                                           holder.words))),
            url=tile.url, owner=holder.owner, age=_("30 days"),
            may_remind=rules.leads_morning(scope.actor) and bool(holder.agency_id),
            reminded_at=reminded.get((kind, holder.agency_id)),
        )  # fmt: skip


class TargetHolder(NamedTuple):
    """Who holds most cases that missed a target: their agency's id (0 for none), names, and the number in words."""

    agency_id: int
    owner: MatterOwner
    words: str


def _late_declarer(agencies: AnsweringAgencies, late_by_unit: Mapping[int, int]) -> TargetHolder:
    """Return the agency that answers for most late declarations."""
    rows = missed.late_declarations(agencies, late_by_unit)
    if not rows:
        return TargetHolder(0, MatterOwner("", _("not assigned")), "")
    agency_id, name, number = rows[0]
    note = counted("and %(n)s other", "and %(n)s others", len(rows) - 1) if len(rows) > 1 else ""
    words = counted("%(n)s late there", "%(n)s late there", number)
    return TargetHolder(agency_id, MatterOwner(name, note), words)


def _late_decider(scope: MorningScope, facts: MorningFacts) -> TargetHolder:
    """Return the officer with most dossiers that were decided after the promised day."""
    numbers = facts.late_decisions
    words = counted("%(n)s decided late", "%(n)s decided late", sum(numbers.values()))
    owner = _most_of(numbers, facts.names)
    return TargetHolder((scope.actor.organisation_id or 0) if owner.name else 0, owner, words)


def late_count(scope: MorningScope, facts: MorningFacts) -> int:
    """Return the number of overdue dossiers, petitions and promises."""
    parts = (facts.steps, facts.petitions, facts.promises)
    return sum(part.late.value for part in parts if part is not None)
