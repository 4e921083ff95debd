"""Factories of alerts, notices and inspections."""

from datetime import datetime, time, timedelta
from typing import Any

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.tests.factories import make_member, make_user
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.tests.factories import make_cast, make_dossier
from ancu.apps.lodging.models import Establishment
from ancu.apps.lodging.tests.factories import World, make_establishment
from ancu.apps.oversight.models import Alert, Inspection, Notice, PlannedVisit
from ancu.apps.oversight.services import inspections, notices, planning
from ancu.apps.oversight.services.evaluating import evaluate_everything
from ancu.apps.stays.models import Stay
from ancu.apps.stays.tests.factories import make_identity, make_stay, make_submission
from ancu.core import clock
from ancu.core.actor import system

JOB = system("oversight.test")


def make_overstay(lodging: Establishment, name: str = "HOFFMANN JÖRG", *, days: int = 3, **fields: Any) -> Stay:
    """A guest still present whose permitted stay ended ``days`` days ago."""
    today = clock.today()
    values = {
        "arrived_on": today - timedelta(days=days + 5),
        "expected_departure": today + timedelta(days=4),
        "permitted_until": today - timedelta(days=days),
    }
    return make_stay(lodging, name, **(values | fields))


def make_busy(lodging: Establishment, *, until: int, days: int = 200) -> None:
    """Daily one-night guests until ``until`` days ago."""
    today = clock.today()
    for back in range(until, until + days):
        came, went = today - timedelta(days=back), today - timedelta(days=back - 1)
        moment = datetime.combine(came, time(15), clock.VIETNAM)
        make_stay(
            lodging, f"GUEST {back}", arrived_on=came, expected_departure=went, departed_on=went,
            submission=make_submission(lodging, received_at=moment),
        )  # fmt: skip


def make_one_of_each(world: World) -> None:
    """One case for every rule, and guests without any."""
    here, there, today = world.lodging, world.other_lodging, clock.today()
    quiet = make_establishment(here.business, world.units.commune, name="Nhà nghỉ Vắng")
    full = make_establishment(here.business, world.units.commune, name="Nhà nghỉ Đông", beds=2)
    make_busy(quiet, until=15)
    for number in range(4):
        make_stay(full, f"CROWDED {number}")
    make_overstay(here)
    make_stay(here, "LATE", arrived_on=today - timedelta(days=9), expected_departure=today - timedelta(days=4))
    make_stay(here, "NUMBERED", document_number="123456789")
    late = make_submission(here, late_count=1)
    make_stay(here, "DECLARED LATE", submission=late, minutes_late=3000)
    twice = make_identity("TWICE", "C01X00T47")
    for lodging, back in ((here, 5), (there, 3)):
        make_stay(lodging, identity=twice, arrived_on=today - timedelta(days=back))
    expired = make_stay(here, "EXPIRED", arrived_on=today - timedelta(days=4))
    dossier = make_dossier(make_cast(world))
    ended = (today - timedelta(days=2)).isoformat()
    answers = {form: {**form_answers, "passport_expiry": ended} for form, form_answers in dossier.answers.items()}
    make_notice(world, full_name="THE SOUGHT", document_number="S00GHT4", birth_date="")
    make_stay(here, "THE SOUGHT", document_number="S00GHT4")
    make_inspection(world, "C9999X01")
    values = {"document_number": expired.document_number, "birth_date": expired.birth_date, "answers": answers}
    Dossier.objects.filter(pk=dossier.pk).update(**values)


def make_notice(world: World, **fields: Any) -> Notice:
    """A notice in force: proposed by the province's area officer, approved by its approving officer."""
    values = {
        "number": "12/QĐ", "issued_by": "Tòa án nhân dân tỉnh", "legal_basis": "Luật 47/2014/QH13, Điều 28",
        "full_name": "HOFFMANN JORG", "birth_date": "1984-03-08", "ends_on": clock.today() + timedelta(days=90),
    }  # fmt: skip
    proposed = notices.propose(world.actor("quynh"), **(values | fields))
    if "dora" not in world.users:
        world.users["dora"] = make_user("Dora")
        make_member(world.users["dora"], world.provincial_agency, Role.APPROVING_OFFICER)
    return notices.approve(world.actor("dora"), notice_id=proposed.pk)


def make_inspection(world: World, *numbers: str) -> Inspection:
    """Olga has just met guests with these passport numbers at the first lodging."""
    met = [inspections.MetGuestInput(number) for number in numbers]
    return inspections.record_inspection(
        world.actor("olga"), establishment_id=world.lodging.pk, began_at=clock.now(), guests=met
    )


def make_plan(world: World, **fields: Any) -> PlannedVisit:
    """Olga's visit to the first lodging, planned for today."""
    values = {"day": clock.today(), "reason": "Không khai báo đã lâu.", "officer_id": world.users["olga"].pk}
    return planning.plan_visit(world.actor("olga"), establishment_id=world.lodging.pk, **(values | fields))


def evaluate() -> dict[str, int]:
    """Run the nightly evaluation."""
    return evaluate_everything(JOB)


def make_alert(lodging: Establishment, **fields: Any) -> Alert:
    """An overstay alert at this lodging."""
    stay = make_overstay(lodging, **fields)
    evaluate()
    return Alert.objects.get(rule="overstay", stay=stay)
