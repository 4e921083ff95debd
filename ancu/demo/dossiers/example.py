"""One dossier in assessment with everything an officer may meet, its papers sent and read as an applicant's are.

The work permit was sent again after a request, and its passport number has two characters exchanged; the form names
another commune than the declared stay and shortens the sponsor's legal form. It has its own random numbers, so that
the other dossiers stay as they are.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from django.conf import settings

from ancu.apps.accounts.models import User
from ancu.apps.audit.models import Event
from ancu.apps.dossiers.enums import Filer, Handover
from ancu.apps.dossiers.models import RECEIVED, Counter, Dossier
from ancu.apps.dossiers.services.paper_texts import read_texts
from ancu.apps.dossiers.services.passports import read_unread
from ancu.apps.files.models import StoredFile
from ancu.apps.files.services import clean_paper
from ancu.apps.places.enums import UnitKind
from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.stays.models import Stay
from ancu.core import clock
from ancu.core.actor import ActorKind
from ancu.core.clock import VIETNAM
from ancu.core.documents.reference_numbers import new_number
from ancu.core.working_days import calendar
from ancu.demo.dossiers import papers
from ancu.demo.dossiers.answers import fill
from ancu.demo.dossiers.cases import ADULT, COLUMNS, ForeignGuest, make_case
from ancu.demo.dossiers.drawn_papers import SLIP, drawn_paper
from ancu.demo.dossiers.example_past import add_earlier, add_notes
from ancu.demo.dossiers.histories import DossierLife, DossierRows
from ancu.demo.dossiers.passports import face_of, picture_of_passport
from ancu.demo.dossiers.people import DossierCast
from ancu.demo.dossiers.related_records import add_paid_fee
from ancu.demo.names import DemoPerson
from ancu.engines.rulebook import ProcedureComponent, get_procedure

PROCEDURE = "trc_organisation"
PERMIT = "work_permit"
FURTHER = ("signed_na8",)  # papers that nobody asks for, but that applicants send
ASSESSOR = "thamdinh@xnc.example"
BEGUN, ACCEPTED, REQUESTED, ANSWERED, ACCEPTED_AGAIN = 13, 11, 8, 2, 1  # working days ago
SHORT_NAME = r"^\S{2,9} \S{2,9}$"
SCAN = 0  # the kind of a drawn paper without text
UNREADABLE = ("unreadable", "Số hộ chiếu và thời hạn bị mờ, đề nghị gửi lại bản rõ.")
EARLIER = (("visa", 88), ("stay_extension", 38))  # working days ago
PASSPORT_NOTE = "Đã nhận hộ chiếu tại quầy 1."
PERMIT_NOTE = "Đã yêu cầu gửi lại giấy phép lao động."
REQUEST = "Đề nghị gửi lại giấy phép lao động, thấy rõ số hộ chiếu và thời hạn."


def add_example(cast: DossierCast) -> int:
    """Create the dossier and two earlier ones of its person; return their number, 0 in a province without guests."""
    rng = Random("an example of a dossier in assessment")
    used = set(Dossier.objects.values_list("document_number", flat=True))
    guest = _guest(used)
    if guest is None:
        return 0
    starts = [(code, days_ago(days)) for code, days in EARLIER]
    earlier = add_earlier(Random("its person's earlier dossiers"), cast, guest, starts)
    rows, company = DossierRows(), cast.companies[0]
    wards = AdministrativeUnit.objects.filter(valid_until=None, kind=UnitKind.WARD).exclude(pk=guest.unit)
    unit = wards.order_by("id")[0]
    started = days_ago(BEGUN)
    sponsor = company.sponsor | {"organisation.name": company.organisation.name.replace("Công ty", "Cty")}
    case = make_case(rng, guest, PROCEDURE, Filer.ORGANISATION, started, sponsor=sponsor)
    case = replace(case, unit=unit.code, address="Tổ 4, đường Trần Hưng Đạo")
    procedure = get_procedure(PROCEDURE, started)
    dossier = Dossier(
        number=new_number(f"{settings.OFFICE_PREFIX}D"), procedure=PROCEDURE, filer=Filer.ORGANISATION, unit=unit,
        identity_id=guest.identity, handover=Handover.COUNTER, organisation=company.organisation,
        filed_by=company.clerk, answers=fill(rng, procedure, case),
    )  # fmt: skip
    life = ExampleLife(rng, rows, dossier, procedure)
    assessor = next(officer for officer in cast.assessing if officer.email == ASSESSOR)
    _run(life, cast, assessor)
    rows.save()
    add_paid_fee(rng, [*earlier, dossier])
    add_notes(
        dossier,
        [
            (cast.intake[0], _at(ACCEPTED, 8, 7), PASSPORT_NOTE),
            (assessor, life.asked_at + timedelta(minutes=4), PERMIT_NOTE),
        ],
    )
    read_unread(dossier)
    read_texts(dossier_id=dossier.pk)
    _record_look(assessor, cast, dossier, life.asked_at)
    return 1 + len(earlier)


def _guest(used: set[str]) -> ForeignGuest | None:
    """Return a guest who is here and has no dossier, if possible one with a short name who came for work weeks ago."""
    there = Stay.objects.filter(
        departed_on=None, sex__in="MF", unit__valid_until=None, document_number__regex=r"\d{4}$",
        birth_date__regex=r"^\d{4}-\d\d-\d\d$", birth_date__lt=ADULT, arrived_on__lt=clock.today(),
    )  # fmt: skip
    stays = there.exclude(status="withdrawn").order_by("nationality", "id")
    at_work = stays.filter(purpose__in=("work", "business_trip"), arrived_on__lt=clock.today() - timedelta(days=25))
    unused = at_work.exclude(document_number__in=used)
    for rows in (unused.filter(full_name__regex=SHORT_NAME), unused, stays.exclude(document_number__in=used), stays):
        for row in rows.values_list(*COLUMNS):
            if row[5][-1] != row[5][-2]:  # for the slip of the permit exchanges them
                return ForeignGuest(DemoPerson(*row[1:6]), row[0], *row[6:11])
    return None


def days_ago(days: int) -> date:
    """Return the working day that lies this number of working days before today."""
    day, remaining = clock.today(), days
    while remaining:
        day -= timedelta(days=1)
        remaining -= calendar().is_working(day)
    return day


class ExampleLife(DossierLife):
    """A history whose papers are drawn for it and cleaned as uploads are; they are read once it is stored."""

    asked_at: datetime

    def attach(self, key: str, at: datetime, by: User) -> None:
        """Add a paper; a passport still has to be read."""
        super().attach(key, at, by)
        component = self.components[key]
        if self.procedure.component(key).kind == "original":
            component.zones = None

    def receive_passport(self, at: datetime, by: User) -> None:
        """Record the receipt of the passport at the office's first counter."""
        super().receive_passport(at, by)
        counter, event = Counter.objects.filter(agency=self.dossier.agency).order_by("pk").first(), self.rows.events[-1]
        if counter is not None and event.act == RECEIVED:
            event.data["counter"] = counter.pk

    def _comes_by_post(self) -> bool:
        """The passport is shown."""
        return False

    def _store_paper(self, component_rule: ProcedureComponent, by: User) -> StoredFile:
        """Return a stored file for a paper, cleaned as an upload."""
        kind = "photo" if component_rule.photo else "scan"
        name, data = self._drawn(component_rule)
        organisation = self.dossier.organisation.pk if self.dossier.organisation else None
        cleaned = clean_paper(data, kind=kind)
        return papers.store_sealed(name, cleaned.data, purpose="dossier", owner=by.pk, organisation=organisation)

    def _drawn(self, component_rule: ProcedureComponent) -> tuple[str, bytes]:
        """Return name and bytes of a paper; the first work permit is a scan, the second has a slip."""
        if component_rule.kind == "photo":
            return "anh.jpg", papers.portrait(face_of(self.dossier))
        if component_rule.kind == "original":
            return "ho-chieu.jpg", picture_of_passport(self.dossier)
        kinds: dict[str, Sequence[int]] = {PERMIT: (SCAN, SLIP)}
        kind = kinds.get(component_rule.key, (SLIP + 3,) * 2)[self.components[component_rule.key].file is not None]
        return drawn_paper(self.dossier, self.procedure, component_rule, 481, kind)


def _run(life: ExampleLife, cast: DossierCast, assessor: User) -> None:
    """Write the history: sent, accepted, a new permit requested and sent, accepted a second time."""
    dossier, intake, company = life.dossier, cast.intake[0], cast.companies[0]
    life.start(_at(BEGUN, 8, 10), company.clerk, dossier.answers)
    for key in FURTHER:
        life.add_component(key)
    for minute, key in enumerate(life.components, start=14):
        life.attach(key, _at(BEGUN, 8, minute), company.clerk)
    dossier.agency = cast.office
    life.submit(_at(BEGUN, 9, 2), company.representative)
    life.assign(intake, _at(BEGUN, 9, 3), None)
    life.receive_passport(_at(ACCEPTED, 8, 5), intake)
    _judge(life, _at(ACCEPTED, 8, 10), intake, list(life.components))
    life.accept(_at(ACCEPTED, 8, 30), intake)
    life.assign(assessor, _at(ACCEPTED, 8, 31), None)
    life.judge(PERMIT, _at(REQUESTED, 9, 20), assessor, UNREADABLE)
    life.asked_at = _at(REQUESTED, 9, 30)
    life.supplement(life.asked_at, assessor, REQUEST)
    life.attach(PERMIT, _at(ANSWERED, 15, 40), company.clerk)
    life.resubmit(_at(ANSWERED, 16, 20), company.representative)
    life.assign(intake, _at(ANSWERED, 16, 21), None)
    life.judge(PERMIT, _at(ACCEPTED_AGAIN, 8, 40), intake)
    life.accept(_at(ACCEPTED_AGAIN, 8, 45), intake)
    life.assign(assessor, _at(ACCEPTED_AGAIN, 8, 46), None)


def _judge(life: DossierLife, at: datetime, by: User, keys: Sequence[str]) -> None:
    """Accept the papers, one after the next."""
    for place, key in enumerate(keys):
        life.judge(key, at + timedelta(minutes=place), by)


def _at(days: int, hour: int, minute: int) -> datetime:
    """Return a moment of a working day before today."""
    return datetime.combine(days_ago(days), time(hour, minute), VIETNAM)


def _record_look(officer: User, cast: DossierCast, dossier: Dossier, at: datetime) -> None:
    """Record that the officer read the dossier when he asked for the permit, so that the page says what is new."""
    membership: Any = officer.memberships.get(organisation=cast.office)
    Event.objects.create(
        at=at, actor_kind=ActorKind.PERSON.value, user_id=officer.pk, membership_id=membership.pk,
        organisation_id=cast.office.pk, act="looked", subject_type="dossiers.dossier", subject_id=str(dossier.pk),
    )  # fmt: skip
