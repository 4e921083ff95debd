"""What is wrong this morning and who holds it, the most urgent first."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
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
from ancu.apps.dossiers.selectors.procedures import short_name_of
from ancu.apps.listening.rules import HANDLERS
from ancu.apps.oversight.enums import AlertState
from ancu.apps.oversight.models import Alert
from ancu.apps.oversight.selectors import inbox
from ancu.apps.oversight.selectors.short_titles import ABOUT_LODGINGS, short_title, subject_of
from ancu.apps.oversight.selectors.words import title_of
from ancu.apps.reporting.enums import ReminderKind
from ancu.apps.reporting.models import Reminder
from ancu.apps.reporting.rules import morning as rules
from ancu.apps.reporting.rules.morning import Tone
from ancu.apps.reporting.selectors.morning import alerts, dossiers, missed, petitions
from ancu.apps.reporting.selectors.morning.dossiers import DossierSteps
from ancu.apps.reporting.selectors.morning.matters import MorningFacts, WrongMatter
from ancu.apps.reporting.selectors.morning.owners import (
    AgencyOfficers,
    AnsweringAgencies,
    MatterOwner,
    agency_officers,
    answering_agencies,
    busiest,
    colleague_words,
)
from ancu.apps.reporting.selectors.morning.petitions import DuePromise, LateAnswers
from ancu.apps.reporting.selectors.morning.scope import MorningScope
from ancu.core import clock
from ancu.core.db.name_order import by_name
from ancu.core.templatetags.ui import counted, day_short
from ancu.core.templatetags.ui import number as format_number

MOST_REPORTS, MOST_ALERTS, MOST_UNITS, MOST_PROMISES = 3, 2, 2, 1
MOST_MATTERS = 5


Reminded = Mapping[tuple[str, int], datetime]


@dataclass(frozen=True)
class MatterHolders:
    """What tells who holds each matter, and when its owner was reminded today, by kind and id.

    ``late_units`` and ``late_promises`` are those that the page may name, ``work`` the steps that users have taken on
    the overdue petitions of agencies, ``questioners`` who asked a lodging about an alert, and ``answered`` the alerts
    whose lodging has answered.
    """

    agencies: AnsweringAgencies
    officers: AgencyOfficers
    alerts: Sequence[Alert]
    questioners: Mapping[int, tuple[int, str]]
    answered: Collection[int]
    late_units: Mapping[int, LateAnswers]
    late_promises: Sequence[DuePromise]
    work: Mapping[int, Mapping[int | None, int]]
    reminded: Reminded


def _matter_holders(scope: MorningScope, facts: MorningFacts) -> MatterHolders:
    """Read who holds the matters; the officers of all agencies by one query."""
    agencies, high_alerts = answering_agencies(scope), alerts.high_alerts(scope, MOST_ALERTS)
    late_units = dict(list(facts.petitions.late_by_unit.items())[:MOST_UNITS]) if facts.petitions else {}
    promises = [row for row in (facts.promises.rows if facts.promises else ()) if row.due_on < clock.today()]
    promises = promises[:MOST_PROMISES]
    places = {report.unit_id for report in facts.reports[:MOST_REPORTS]} | {alert.unit_id for alert in high_alerts}
    places |= set(facts.share.late_by_unit) if facts.share else set()
    owing = {*late_units, *(promise.agency_id for promise in promises)}
    answering = {agency[0] for place in places if (agency := agencies.of(place))}
    return MatterHolders(
        agencies, agency_officers(scope.actor, owing | answering, HANDLERS | OFFICE_DECIDERS), high_alerts,
        alerts.questioners(high_alerts),
        inbox.answered_of((row.pk, row.establishment_id, row.state) for row in high_alerts), late_units, promises,
        petitions.work_on_late(scope, sorted(owing)), _reminded_today(),
    )  # fmt: skip


def wrong_matters(scope: MorningScope, facts: MorningFacts) -> list[WrongMatter]:
    """Return the gravest of what is wrong: reports, dossiers, alerts, petitions, promises, missed targets."""
    holders = _matter_holders(scope, facts)
    return gravest_of([
        *_reports(scope, facts.reports, holders),
        *(_late_dossiers(scope, facts.steps, facts.names, holders.reminded) if facts.steps else ()),
        *_high_alerts(scope, holders),
        *_late_petitions(scope, holders),
        *_late_promises(scope, holders),
        *_missed_targets(scope, facts, holders),
    ])  # fmt: skip


def gravest_of(matters: Sequence[WrongMatter]) -> list[WrongMatter]:
    """Return at most five matters in their order: every urgent report, the first of each kind, then the second ones.

    A promise comes after the first of each other kind: the page lists promises below, the overdue ones first.
    """
    ranks: list[float] = []
    before = Counter[str]()
    for matter in matters:
        yields = 0.5 if matter.kind == ReminderKind.PROMISE else 0
        ranks.append(0 if matter.kind == ReminderKind.REPORT else before[matter.kind] + yields)
        before[matter.kind] += 1
    places = sorted(range(len(matters)), key=lambda place: (ranks[place], place))[:MOST_MATTERS]
    return [matters[place] for place in sorted(places)]


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


def _reports(scope: MorningScope, waiting: list[WaitingReport], holders: MatterHolders) -> Iterator[WrongMatter]:
    """Yield the urgent reports that nobody has acknowledged."""
    leads = rules.leads_morning(scope.actor)
    for report in waiting[:MOST_REPORTS]:
        agency = holders.agencies.of(report.unit_id)
        on_duty = holders.officers.owner(agency, OFFICE_DECIDERS)
        duty = _("on duty: %(agency)s") % {"agency": on_duty.name} if agency else ""
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
            reminded_at=holders.reminded.get((ReminderKind.REPORT, report.pk)),
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
        title=counted("%(n)s dossier past the deadline, longest: %(name)s",
                      "%(n)s dossiers past the deadline, longest: %(name)s", number, name=name),
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
    return MatterOwner(names.get(first, ""), colleague_words(sum(pk is not None for pk in by_officer) - 1))


# --- alerts -----------------------------------------------------------------------------------------------


def _alert_owner(alert: Alert, holders: MatterHolders) -> MatterOwner:
    """Return who holds an alert: the officer who asked its lodging, or the agency that answers for its place."""
    owner = holders.officers.owner(holders.agencies.of(alert.unit_id), OFFICE_DECIDERS)
    if alert.pk not in holders.questioners or holders.questioners[alert.pk][1] == owner.name:
        return owner
    return MatterOwner(holders.questioners[alert.pk][1], _("has asked the lodging"))


def _high_alerts(scope: MorningScope, holders: MatterHolders) -> Iterator[WrongMatter]:
    """Yield the oldest open alerts of high severity."""
    for alert in holders.alerts:
        yield WrongMatter(
            kind=ReminderKind.ALERT, subject_id=alert.pk, label=_("High"), tone=Tone.BAD,
            title=short_title(alert), strong=subject_of(alert),
            title_without_names=f"{alert.establishment.name}: {title_of(alert.rule)}",
            second=_alert_state(alert, alert.pk in holders.answered),
            url=reverse("oversight:alert", args=[alert.pk]), owner=_alert_owner(alert, holders),
            age=_age(alert.raised_at),
            may_remind=rules.leads_morning(scope.actor) and holders.agencies.of(alert.unit_id) is not None,
            reminded_at=holders.reminded.get((ReminderKind.ALERT, alert.pk)),
        )  # fmt: skip


def _alert_state(alert: Alert, has_answered: bool) -> str:
    """Return where the alert is, and whether its lodging was asked and has answered."""
    is_about_guest = alert.rule not in ABOUT_LODGINGS
    place = alert.establishment.name if is_about_guest else alert.unit.full_name
    if has_answered:
        return _("At %(place)s; lodging answered, no decision yet.") % {"place": place}
    if alert.state == AlertState.LODGING_ASKED:
        return _("At %(place)s; lodging asked, no decision yet.") % {"place": place}
    return _("At %(place)s; no decision yet.") % {"place": place}


# --- petitions and promises -------------------------------------------------------------------------------


def _late_petitions(scope: MorningScope, holders: MatterHolders) -> Iterator[WrongMatter]:
    """Yield the units that owe most overdue answers."""
    for unit_id, late in holders.late_units.items():
        yield WrongMatter(
            kind=ReminderKind.PETITIONS, subject_id=unit_id, label=pgettext("matter", "Overdue"), tone=Tone.WARN,
            title=counted("%(n)s petition overdue, %(agency)s", "%(n)s petitions overdue, %(agency)s", late.number,
                          agency=late.unit),
            strong=counted("%(n)s petition", "%(n)s petitions", late.number),
            second=_due_words(late.due_on, late.title),
            url=scope.list_url("petitions", agency=unit_id, due=rules.Due.LATE.value),
            owner=holders.officers.owner((unit_id, late.unit), HANDLERS, holders.work.get(unit_id)).beside_agency,
            age=_days_late(late.due_on),
            may_remind=rules.leads_morning(scope.actor),
            reminded_at=holders.reminded.get((ReminderKind.PETITIONS, unit_id)),
        )  # fmt: skip


def _due_words(due_on: date, title: str) -> str:
    """Return when an answer was due, and to which petition if it has a title."""
    values = {"day": day_short(due_on), "title": title}
    return (_("Due on %(day)s: %(title)s") if title else _("Due on %(day)s.")) % values


def _late_promises(scope: MorningScope, holders: MatterHolders) -> Iterator[WrongMatter]:
    """Yield the promises whose day has passed."""
    for promise in holders.late_promises:
        agency = (promise.agency_id, promise.unit)
        yield WrongMatter(
            kind=ReminderKind.PROMISE, subject_id=promise.pk, label=_("Promise"), tone=Tone.WARN,
            title=promise.words or promise.title, title_without_names=promise.words or promise.number,
            second=_("%(agency)s, due on %(day)s") % {"agency": promise.unit, "day": day_short(promise.due_on)},
            url=reverse("listening:petition", args=[promise.number]),
            owner=holders.officers.owner(agency, HANDLERS, holders.work.get(promise.agency_id)).beside_agency,
            age=_days_late(promise.due_on),
            may_remind=rules.leads_morning(scope.actor),
            reminded_at=holders.reminded.get((ReminderKind.PROMISE, promise.pk)),
        )  # fmt: skip


def _missed_targets(scope: MorningScope, facts: MorningFacts, holders: MatterHolders) -> Iterator[WrongMatter]:
    """Yield the shares that are below their target, with the agency or officer with most cases that missed it."""
    for tile in facts.tiles:
        if not (tile.is_share and tile.tone.is_missed):
            continue
        is_stays = tile.key == "on-time"
        late_by_unit = facts.share.late_by_unit if facts.share else {}
        holder = _late_declarer(holders, late_by_unit) if is_stays else _late_decider(scope, facts)
        kind = ReminderKind.DECLARED if is_stays else ReminderKind.DECIDED
        yield WrongMatter(
            kind=kind, subject_id=holder.agency_id, label=pgettext("target", "Missed"), tone=Tone.WARN,
            title=f"{holder.strong} {holder.number_words(tile.base)}", strong=holder.strong, second=holder.cause,
            url=tile.url, owner=holder.owner, age=_("30 days"),
            may_remind=rules.leads_morning(scope.actor) and bool(holder.agency_id),
            reminded_at=holders.reminded.get((kind, holder.agency_id)),
        )  # fmt: skip


class TargetHolder(NamedTuple):
    """Who holds most cases that missed a target: their agency's id (0 for none) and names.

    ``strong`` is what missed it, ``number`` how many cases did, ``cause`` says where most of them lie.
    """

    agency_id: int
    owner: MatterOwner
    strong: str
    number: int
    cause: str

    def number_words(self, base: str) -> str:
        """Return how many cases missed the target, of all; ``base`` is the tile's "met/all"."""
        words = {"late": format_number(self.number), "all": base.partition("/")[2]}
        return _("below target: %(late)s of %(all)s late") % words


def _most_of_late(name: str, number: int, total: int) -> str:
    """Return which agency or procedure has most late cases; "" without any."""
    words = {"name": name, "n": format_number(number), "all": format_number(total)}
    return _("Most of them: %(name)s, %(n)s of %(all)s") % words if number else ""


def _late_declarer(holders: MatterHolders, late_by_unit: Mapping[int, int]) -> TargetHolder:
    """Return who answers for most late declarations."""
    rows, total = missed.late_declarations(holders.agencies, late_by_unit), sum(late_by_unit.values())
    if not rows:
        return TargetHolder(0, MatterOwner("", _("not assigned")), _("Declared on time"), total, "")
    agency_id, name, number = rows[0]
    owner = holders.officers.owner((agency_id, name), OFFICE_DECIDERS)
    return TargetHolder(agency_id, owner, _("Declared on time"), total, _most_of_late(name, number, total))


def _late_decider(scope: MorningScope, facts: MorningFacts) -> TargetHolder:
    """Return the officer with most dossiers that were decided after the promised day, and their procedure."""
    late = facts.late_decisions
    owner, total = _most_of(late.by_officer, facts.names), late.by_procedure.total()
    procedure, number = next(iter(late.by_procedure.most_common(1)), ("", 0))
    name = short_name_of(procedure, scope.day) if procedure else ""
    cause = _most_of_late(f"{name[:1].lower()}{name[1:]}", number, total)
    agency_id = (scope.actor.organisation_id or 0) if owner.name else 0
    return TargetHolder(agency_id, owner, _("Dossiers on time"), total, cause)


def late_count(scope: MorningScope, facts: MorningFacts) -> int:
    """Return the number of overdue dossiers, petitions and promises."""
    parts = (facts.steps, facts.petitions, facts.promises)
    return sum(part.late.value for part in parts if part is not None)
