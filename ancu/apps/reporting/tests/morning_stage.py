"""A province on a morning with something of everything: guests, alerts, dossiers, petitions, a promise, a report."""

from datetime import timedelta

from ancu.apps.contact.tests.factories import make_report
from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.tests.factories import make_cast, make_dossier
from ancu.apps.listening.models import Petition, PetitionPromise
from ancu.apps.listening.tests.factories import answer, make_petition
from ancu.apps.lodging.tests.factories import World, make_world
from ancu.apps.oversight.enums import Severity
from ancu.apps.oversight.models import Alert
from ancu.apps.oversight.tests.factories import evaluate, make_inspection, make_overstay
from ancu.apps.stays.tests.factories import make_stay
from ancu.core import clock

DAY = timedelta(days=1)


def make_morning() -> World:
    """Yesterday two guests came and one left; an alert is five days old, a dossier and a petition are overdue."""
    return fill_morning(make_world())


def fill_morning(world: World) -> World:
    """Add the people and matters of the morning to a world."""
    make_cast(world)
    today = clock.today()
    for number in range(3):
        make_stay(world.lodging, f"PRESENT {number}", arrived_on=today - 3 * DAY)
    for number in range(2):
        make_stay(world.lodging, f"CAME {number}", arrived_on=today - DAY)
    make_stay(world.other_lodging, "LEFT", arrived_on=today - 4 * DAY, departed_on=today - DAY)
    make_alerts(world)
    make_dossiers(world)
    make_petitions(world)
    make_report(world)
    make_inspection(world, "C9999X01")
    return world


def make_alerts(world: World) -> None:
    """Three overstays: one raised today, one yesterday, and one of high severity five days ago."""
    for days in (2, 3, 40):
        make_overstay(world.lodging, f"OVERSTAY {days}", days=days)
    evaluate()
    rows = list(Alert.objects.filter(rule="overstay").order_by("-since"))
    now = clock.now()
    Alert.objects.filter(pk=rows[1].pk).update(raised_at=now - DAY)
    Alert.objects.filter(pk=rows[2].pk).update(raised_at=now - 5 * DAY, severity=Severity.HIGH)


def make_dossiers(world: World) -> None:
    """An overdue dossier of Selma's, another with time left, one to be decided and one submitted."""
    today = clock.today()
    for state, due in ((State.ACCEPTED, -2), (State.ACCEPTED, 6), (State.ASSESSED, 1), (State.SUBMITTED, None)):
        dossier = make_dossier(world, state)
        fields = {"due_on": today + due * DAY, "assigned_to": world.users["selma"]} if due is not None else {}
        Dossier.objects.filter(pk=dossier.pk).update(submitted_at=clock.now() - DAY, **fields)


def make_petitions(world: World) -> None:
    """An overdue petition at Olga's unit, a new one, one answered, and a promise whose day has passed."""
    today = clock.today()
    late = make_petition(world)
    Petition.objects.filter(pk=late.pk).update(due_on=today - 7 * DAY)
    make_petition(world, body="Nhạc mở quá 22 giờ.")
    answer(world, make_petition(world, body="Hộ bên cạnh không khai báo."))
    promised = make_petition(world, body="Đèn đường hỏng.")
    PetitionPromise.objects.create(
        petition=promised, agency=world.commune_agency, words="Thay đèn chiếu sáng ở đoạn đường tối",
        due_on=today - 2 * DAY, made_by=world.users["olga"], made_at=clock.now() - 9 * DAY,
    )  # fmt: skip
