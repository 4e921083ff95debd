"""A lawyer who files for two companies by mandates, an offered and an ended mandate, and a clerk with limits.

They have their own random numbers, so that the other dossiers stay as they are.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from ancu.apps.accounts.models import Mandate, User
from ancu.apps.accounts.selectors import actor_for
from ancu.apps.accounts.services.limits import set_limits
from ancu.apps.accounts.services.mandates import accept_mandate
from ancu.apps.dossiers.enums import Filer, Handover, State
from ancu.apps.dossiers.models import Dossier, Filing
from ancu.apps.dossiers.services.mandates import give_with_letter
from ancu.apps.places.models import AdministrativeUnit
from ancu.core import clock
from ancu.core.clock import VIETNAM
from ancu.core.documents.reference_numbers import new_number
from ancu.demo.dossiers import papers
from ancu.demo.dossiers.answers import fill
from ancu.demo.dossiers.at_counter import free_guests, make_participants
from ancu.demo.dossiers.cases import ForeignGuest, make_case
from ancu.demo.dossiers.example import days_ago
from ancu.demo.dossiers.histories import DossierLife, DossierRows
from ancu.demo.dossiers.people import DossierCast, SponsorCompany
from ancu.demo.dossiers.related_records import add_paid_fee
from ancu.demo.dossiers.simulation import LifeCourse, Timeline, steps_to
from ancu.engines.rulebook import get_procedure

PROCEDURE = "trc_organisation"
AGENT, CLERK = "uyquyen@luat.example", "thithuc@congty.example"
CLERK_PREPARES = ("visa", "stay_extension")
INVITED = "phaply@tuvan.example"  # has no account yet
SECOND_COMPANY = 2  # in the cast
STATES = (State.DRAFT, State.SUBMITTED)  # of the agent's dossiers for the demo's company


@dataclass(frozen=True)
class DemoMandate:
    """A mandate of the demo: its procedures and right, and its days counted from today."""

    company: int
    email: str
    procedures: tuple[str, ...]
    may_submit: bool
    first: int
    last: int


MANDATES = (
    DemoMandate(0, AGENT, (PROCEDURE,), False, -430, -66),
    DemoMandate(0, AGENT, (PROCEDURE, "visa", "stay_extension"), True, -65, 300),
    DemoMandate(SECOND_COMPANY, AGENT, (PROCEDURE,), False, -20, 160),
    DemoMandate(0, INVITED, ("visa",), False, 0, 180),
)


def add_agents(cast: DossierCast) -> int:
    """Create the mandates, the clerk's limits and the agent's dossiers; return the number of dossiers.

    Returns 0, without a dossier, in a province without guests.
    """
    _limit_clerk(cast.companies[0])
    mandates = [_give(cast, terms) for terms in MANDATES]
    guests = free_guests(len(STATES) + 1)
    if len(guests) <= len(STATES):
        return 0
    rng, rows, agent = Random("dossiers of an agent"), DossierRows(), User.objects.get(email=AGENT)
    for state, guest in zip(STATES, guests, strict=False):
        _write(rng, rows, cast, cast.companies[0], agent, state, guest)
    _write(rng, rows, cast, cast.companies[SECOND_COMPANY], agent, State.DRAFT, guests[-1])
    rows.save()
    add_paid_fee(rng, [dossier for dossier in rows.dossiers if dossier.submitted_at])
    Filing.objects.filter(dossier__in=rows.dossiers).update(mandate=mandates[1])
    return len(rows.dossiers)


def _limit_clerk(company: SponsorCompany) -> None:
    """Let the second clerk of the demo's company prepare and submit few procedures alone."""
    membership = company.organisation.memberships.get(user__email=CLERK)
    set_limits(actor_for(company.representative), membership=membership, procedures=CLERK_PREPARES, may_submit=True)


def _give(cast: DossierCast, terms: DemoMandate) -> Mandate:
    """Give a mandate with its letter; people with an account accept it. Then it gets its days, which may be past."""
    company, today = cast.companies[terms.company], clock.today()
    days = timedelta(days=terms.last - terms.first)
    mandate = give_with_letter(
        actor_for(company.representative), upload_id="", sent=_letter(company), email=terms.email,
        procedures=terms.procedures, may_submit=terms.may_submit, starts_on=today, ends_on=today + days,
    )  # fmt: skip
    agent = User.objects.filter(email=terms.email).first()
    if agent is not None:
        mandate = accept_mandate(actor_for(agent), mandate=mandate)
    first = today + timedelta(days=terms.first)
    accepted_at = _moment(first, time(10, 15)) if agent else None
    given_at = _moment(first, time(8, 30)) if agent else mandate.given_at
    Mandate.objects.filter(pk=mandate.pk).update(
        starts_on=first, ends_on=first + days, given_at=given_at, accepted_at=accepted_at
    )
    return Mandate.objects.get(pk=mandate.pk)


def _letter(company: SponsorCompany) -> SimpleUploadedFile:
    """Return an invented letter of authorisation as an uploaded PDF."""
    lines = [f"{company.organisation.name} ủy quyền nộp hồ sơ", f"Người ký: {company.representative.full_name}"]
    return SimpleUploadedFile("giay-uy-quyen.pdf", papers.scan("Giấy ủy quyền", lines), "application/pdf")


def _moment(day: date, at: time) -> datetime:
    """Return a moment of a day in Vietnam."""
    return datetime.combine(day, at, VIETNAM)


def _write(
    rng: Random, rows: DossierRows, cast: DossierCast, company: SponsorCompany, agent: User, state: State,
    guest: ForeignGuest,
) -> None:  # fmt: skip
    """Write one of the agent's dossiers for the company, from its beginning to its state."""
    steps = steps_to(rng, state, late=False)
    start = days_ago(sum(days for _name, days in steps) + 1)
    procedure = get_procedure(PROCEDURE, start)
    case = make_case(rng, guest, PROCEDURE, Filer.ORGANISATION, start, sponsor=company.sponsor)
    dossier = Dossier(
        number=new_number(f"{settings.OFFICE_PREFIX}D"), procedure=PROCEDURE, filer=Filer.ORGANISATION,
        unit=AdministrativeUnit.objects.get(pk=guest.unit), identity_id=guest.identity, handover=Handover.COUNTER,
        organisation=company.organisation, filed_by=agent, answers=fill(rng, procedure, case),
    )  # fmt: skip
    life = DossierLife(rng, rows, dossier, procedure)
    life.is_open = True
    crew = make_participants(cast, agent, cast.intake[0])
    LifeCourse(life, crew, Timeline(rng, start), until=case.until, symbol="").run_steps(steps)
