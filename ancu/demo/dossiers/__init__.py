"""A year of dossiers in every state, late ones included, for the demo's accounts and other sponsors.

Everything follows from the seed and today's date, except the dossier numbers. Rows are bulk-inserted, but each dossier
is simulated act by act: histories, filings, digests and due days are as the services would write them.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from django.conf import settings
from django.db import transaction

from ancu.apps.accounts.models import Organisation, User
from ancu.apps.audit.services import record
from ancu.apps.dossiers.enums import IN_THE_OFFICE, Filer, Handover, State
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.services import counters, promises, queue_values, register
from ancu.apps.places.models import AdministrativeUnit
from ancu.core import clock
from ancu.core.actor import system
from ancu.core.documents.reference_numbers import new_number
from ancu.core.working_days import calendar
from ancu.demo.dossiers.agents import add_agents
from ancu.demo.dossiers.answers import fill
from ancu.demo.dossiers.at_counter import add_counter_dossiers, make_group, make_queue
from ancu.demo.dossiers.cases import FAMILY, ForeignGuest, Guests, make_case
from ancu.demo.dossiers.example import add_example
from ancu.demo.dossiers.histories import DossierLife, DossierRows
from ancu.demo.dossiers.letters import issue_letters
from ancu.demo.dossiers.notifications import notify_last_acts
from ancu.demo.dossiers.people import (
    DossierCast,
    SponsorCompany,
    make_dossier_cast,
    make_legal_files,
    person_as_sponsor,
)
from ancu.demo.dossiers.related_records import make_fees_and_appointments
from ancu.demo.dossiers.simulation import LifeCourse, Participants, Steps, Timeline, steps_to
from ancu.demo.dossiers.workers import make_workers
from ancu.demo.names import DemoPerson
from ancu.engines.rulebook import get_procedure

COUNT = 1200  # so many that most months of a procedure are of five and more
SHARES = {
    State.DRAFT: 30, State.SUBMITTED: 14, State.SUPPLEMENT: 14, State.RESUBMITTED: 4, State.ACCEPTED: 12,
    State.ASSESSED: 8, State.APPROVED: 8, State.READY: 14, State.DELIVERED: 996, State.REFUSED: 26,
    State.NOT_ACCEPTED: 18, State.WITHDRAWN: 22, State.CLOSED: 16, State.TRANSFERRED: 18,
}  # fmt: skip
KINDS = (
    ("trc_organisation", Filer.ORGANISATION, 28), ("visa", Filer.ORGANISATION, 14),
    ("stay_extension", Filer.ORGANISATION, 8), ("restricted_permit", Filer.ORGANISATION, 8),
    ("stay_extension", Filer.CITIZEN, 16), ("trc_individual", Filer.CITIZEN, 12), ("visa", Filer.CITIZEN, 6),
    ("exemption_extension", Filer.CITIZEN, 8), ("exemption_extension", Filer.SELF, 7),
    ("trc_individual", Filer.RESIDENT_FOREIGNER, 2), ("restricted_permit", Filer.CITIZEN, 6),
)  # fmt: skip
COMPANY_STATES = (
    State.DRAFT, State.DRAFT, State.SUBMITTED, State.SUPPLEMENT, State.ACCEPTED, State.ACCEPTED, State.ASSESSED,
    State.READY, State.DELIVERED, State.DELIVERED, State.DELIVERED, State.REFUSED, State.CLOSED,
)  # fmt: skip
TEACHER_PLANS = (
    (State.DRAFT, "trc_individual"), (State.SUPPLEMENT, "stay_extension"), (State.READY, "visa"),
    (State.DELIVERED, "stay_extension"), (State.REFUSED, "visa"),
)  # fmt: skip
CLAIRE = DemoPerson("ADAMS CLAIRE", "F", "1990-04-12", "GBR", "533380006")
LATE = {State.ACCEPTED: 0.25, State.ASSESSED: 0.25}
ENDED_LATE = {
    "trc_organisation": 0.02, "stay_extension": 0.02, "visa": 0.18, "trc_individual": 0.17, "exemption_extension": 0.12,
    "restricted_permit": 0.05,
}  # fmt: skip
YEAR = 365  # days back: the start of the earliest ended dossier
RECENT = 0.9  # below 1: the later in the year, the more dossiers
UNANSWERED = 30  # a little more than the days after which an unanswered request is closed


@dataclass(frozen=True)
class DossierPlan:
    """A dossier to be written: its final state, and its owner if that is fixed."""

    state: State
    procedure: str = ""
    filer: Filer = Filer.ORGANISATION
    company: SponsorCompany | None = None
    by_teacher: bool = False


@transaction.atomic
def load_dossiers(*, seed: int, count: int = COUNT) -> dict[str, int]:
    """Create ``count`` dossiers and an example in a province that has none; return the numbers of rows by label."""
    rng = Random(seed)
    cast = make_dossier_cast(rng)
    make_legal_files(rng, cast)
    writer = DossierWriter(rng, cast)
    for plan in plans(rng, cast, count):
        writer.write_dossier(plan)
    writer.rows.save()
    make_fees_and_appointments(rng, cast, writer.rows)
    further = add_example(cast)
    further += add_counter_dossiers(cast)
    further += add_agents(cast)
    issue_letters(cast.office)
    make_workers(cast.companies[0])
    further += make_group(cast)
    make_queue(cast)
    register.register_missing()
    counters.generate_all()
    promises.measure_missing()
    queue_values.update_all()
    notify_last_acts([cast.husband, cast.teacher], cast.companies[0].organisation)
    record(system("demo"), "demo.loaded", ("demo", seed), dossiers=count)
    return {"dossiers": len(writer.rows.dossiers) + further, "papers": len(writer.rows.files)}


def plans(rng: Random, cast: DossierCast, count: int) -> Iterator[DossierPlan]:
    """Yield ``count`` plans of dossiers: the demo accounts' own, then each state by its share.

    Every state has at least one.
    """
    own = [DossierPlan(state, "trc_organisation", company=cast.companies[0]) for state in COMPANY_STATES]
    own += [DossierPlan(state, code, Filer.CITIZEN, by_teacher=True) for state, code in TEACHER_PLANS]
    yield from own
    states = [state for state, share in SHARES.items() for _ in range(max(1, round(share * count / COUNT)))]
    for plan in own:
        if plan.state in states:
            states.remove(plan.state)
    rest = max(0, count - len(own))
    states = states[:rest] + [State.DELIVERED] * (rest - len(states))
    kinds, weights = [kind[:2] for kind in KINDS], [kind[2] for kind in KINDS]
    for state, (procedure, filer) in zip(states, rng.choices(kinds, weights, k=len(states)), strict=True):
        company = rng.choice(cast.companies) if filer == Filer.ORGANISATION else None
        yield DossierPlan(state, procedure, filer, company)


class DossierWriter:
    """Chooses dates and people for each plan, and simulates its dossier."""

    def __init__(self, rng: Random, cast: DossierCast) -> None:
        self.rng, self.cast, self.rows = rng, cast, DossierRows()
        self.guests = Guests(rng)
        self.today, self.accepted = clock.today(), 0
        self.written: Counter[State] = Counter()
        self.judged: Counter[State | str] = Counter()  # dossiers by what decides whether they are late
        self.units = {unit.pk: unit for unit in AdministrativeUnit.objects.filter(valid_until=None)}
        police = Organisation.objects.filter(kind="agency", parent=cast.office).order_by("id")[0]
        self.beat = set(
            police.jurisdiction.values_list("id", flat=True)
        )  # a unit is only asked about people who live there
        self.unit, self.unit_officer = police, User.objects.filter(memberships__organisation=police).order_by("id")[0]

    def write_dossier(self, plan: DossierPlan) -> None:
        """Create one planned dossier and its history, from its start to its planned state."""
        rng = self.rng
        late = self._is_late(plan)
        self.accepted += plan.state == State.ACCEPTED
        with_opinion = self.accepted % 4 == 1  # in turn, so that some wait for a unit's opinion on any day
        steps = steps_to(rng, plan.state, late=late and plan.state != State.ACCEPTED, with_opinion=with_opinion)
        start = self._start(plan, steps, late=late)
        if start is None:
            return self.write_dossier(replace(plan, state=State.WITHDRAWN))
        on = calendar().add_working_days(start, steps[1][1]) if len(steps) > 1 and steps[1][1] else start
        on = self.today if plan.state == State.DRAFT else on
        guest = self._guest(plan, on, near=self.beat if ("ask", 0) in steps else ())
        dossier, sponsor = self._dossier(plan, guest)
        email = {"email": self.cast.teacher.email} if plan.by_teacher else {}
        case = make_case(rng, guest, plan.procedure, plan.filer, on, sponsor=sponsor, **email)
        spoiled = plan.state == State.DRAFT and not plan.by_teacher and rng.random() < 0.4
        if spoiled:  # so that the pre-flight finds something
            case = replace(case, passport_expiry=case.until + timedelta(days=10))
        procedure = get_procedure(plan.procedure, on)
        dossier.answers = fill(rng, procedure, case)
        life = DossierLife(rng, self.rows, dossier, procedure)
        life.is_open = plan.state in IN_THE_OFFICE
        symbol = case.symbol if plan.procedure in {"visa", "trc_organisation", "trc_individual"} else ""
        course = LifeCourse(
            life, self._participants(plan, dossier), Timeline(rng, start), until=case.until, symbol=symbol
        )
        self.written[plan.state] += 1
        course.run_steps(steps, unfinished=plan.state == State.DRAFT and not plan.by_teacher and rng.random() < 0.5)
        return None

    def _is_late(self, plan: DossierPlan) -> bool:
        """Whether the dossier shall miss its deadline, so that a fixed share of its state or procedure does."""
        group: State | str = plan.state
        share = LATE.get(plan.state, 0)
        if plan.state in {State.DELIVERED, State.REFUSED}:
            group, share = plan.procedure, ENDED_LATE[plan.procedure]
        before = self.judged[group]
        self.judged[group] += 1
        return int((before + 1) * share) > int(before * share)

    def _start(self, plan: DossierPlan, steps: Steps, *, late: bool) -> date | None:
        """Return the day a dossier begins; None if a closed one fits no day of the last year.

        Dossiers are closed only where the law sets a deadline for answers. An open dossier begins so that its last
        step was some days ago. Recent dossiers are more frequent, because the office's speed is measured over the
        last 90 days.
        """
        if plan.state in IN_THE_OFFICE or plan.state == State.DRAFT:
            return self._working_day_before(sum(days for _name, days in steps) + self._idle_days(plan.state, late=late))
        first, last = (
            self.today - timedelta(days=YEAR),
            self._working_day_before(sum(days for _name, days in steps) + 1),
        )
        if plan.state == State.CLOSED:
            last -= timedelta(days=UNANSWERED)
        for _try in range(60):
            after = self.rng.random() ** RECENT * (last - first).days
            day = calendar().add_working_days(first + timedelta(days=int(after)), 0)
            if plan.state != State.CLOSED or get_procedure(plan.procedure, day).supplement_days:
                return day
        return None  # no dossier could be closed in this year: the law set no deadline for answers

    def _idle_days(self, state: State, *, late: bool) -> int:
        """Return how many working days ago an open dossier in this state had its last step.

        ``late`` makes an accepted dossier miss its deadline.
        """
        most = {State.SUPPLEMENT: 6, State.ACCEPTED: 3, State.READY: 12, State.DRAFT: 12, State.SUBMITTED: 2}
        if late:
            return self.rng.randint(6, 9) if state == State.ACCEPTED else 1
        return self.rng.randint(1, most.get(state, 1))

    def _working_day_before(self, days: int) -> date:
        """Return the day that lies this number of working days before today."""
        day, remaining = self.today, days
        while remaining:
            day -= timedelta(days=1)
            remaining -= calendar().is_working(day)
        return day

    def _guest(self, plan: DossierPlan, on: date, *, near: Collection[int]) -> ForeignGuest:
        """Return the guest whom a planned dossier is about, present on that day."""
        working = plan.filer == Filer.ORGANISATION and plan.procedure != "restricted_permit"
        guest = self.guests.on(on, working=working, near=near)
        return replace(guest, person=CLAIRE, identity=None) if plan.by_teacher else guest

    def _dossier(self, plan: DossierPlan, guest: ForeignGuest) -> tuple[Dossier, dict[str, str]]:
        """Return the guest's unsaved dossier with its people, and the forms' values about its sponsor by name.

        The values are empty without a sponsor.
        """
        rng, cast = self.rng, self.cast
        dossier = Dossier(
            number=new_number(f"{settings.OFFICE_PREFIX}D"), procedure=plan.procedure, filer=plan.filer,
            unit=self.units[guest.unit], identity_id=guest.identity,
            handover=rng.choice((Handover.COUNTER, Handover.COUNTER, Handover.POST)),
        )  # fmt: skip
        if plan.company is not None:
            dossier.organisation, dossier.filed_by = plan.company.organisation, plan.company.clerk
            return dossier, plan.company.sponsor
        if plan.filer not in FAMILY:
            dossier.filed_by, dossier.language = rng.choice(cast.foreigners), "en"
            return dossier, {}
        sponsor = cast.husband if plan.by_teacher else rng.choice(cast.citizens)
        own = not plan.by_teacher and rng.random() < 0.7
        dossier.filed_by = sponsor if own else cast.teacher if plan.by_teacher else rng.choice(cast.foreigners)
        dossier.sponsor, dossier.sponsor_email = sponsor, sponsor.email
        dossier.language = "vi" if own else "en"
        return dossier, person_as_sponsor(rng, sponsor)

    def _participants(self, plan: DossierPlan, dossier: Dossier) -> Participants:
        """Return who acts on the dossier: writer, sender, officers by role, and the commune police it consults."""
        rng, cast = self.rng, self.cast
        return Participants(
            writer=dossier.filed_by,
            sender=plan.company.representative if plan.company else dossier.filed_by,
            intake=self._next_officer(cast.intake, plan.state),
            assessor=self._next_officer(cast.assessing, plan.state),
            approver=rng.choice(cast.approving),
            office=cast.office,
            unit=self.unit,
            unit_officer=self.unit_officer,
        )

    def _next_officer(self, officers: list[User], state: State) -> User:
        """Return the next officer in turn, so that all have equal numbers of dossiers of a state."""
        return officers[self.written[state] % len(officers)]
