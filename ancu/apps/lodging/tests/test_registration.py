"""A lodging registers itself: what is kept, what is refused, what nobody learns."""

import pytest
from django.core import mail
from django.core.cache import cache
from procrastinate.contrib.django.models import ProcrastinateJob

from ancu.apps.accounts.models import Membership, Organisation, User
from ancu.apps.accounts.tests.factories import PASSWORD
from ancu.apps.audit.models import Event
from ancu.apps.lodging import services, tasks
from ancu.apps.lodging.forms import AddLodgingForm, RegisterLodgingForm
from ancu.apps.lodging.models import Establishment

pytestmark = pytest.mark.django_db
URL = "/lodgings/register"


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


def answers(**changes):
    return {
        "representative_name": "Hà Văn Thuận",
        "representative_birth_date": "08/03/1984",
        "representative_phone": "0912 345 678",
        "representative_id_number": "017 084 001234",
        "name": "Homestay Bản Lác",
        "kind": "homestay",
        "commune": "chieng chau",
        "address": "Nhà số 5, bản Lác",
        "rooms": "4",
        "beds": "10",
        "phone": "0218 386 7001",
        "email": "",
        "point": "20.6437, 105.0733",
        "account_email": "Thuan@Example.test",
        "password": "ruộng bậc thang xanh",
        "agreed": "on",
    } | changes


def test_one_act_makes_account_business_and_establishment(world):
    client = world.client()
    response = client.post(URL, answers())
    assert (response.status_code, response["location"]) == (302, "/lodgings/registered")
    lodging = Establishment.objects.get(name="Homestay Bản Lác")
    assert (lodging.status, lodging.kind, lodging.rooms, lodging.beds) == ("pending", "homestay", 4, 10)
    assert lodging.unit == world.units.commune
    assert lodging.locality == world.units.former_commune
    assert lodging.search_key == f"homestay ban lac {lodging.code.lower()}"
    assert lodging.code.startswith("HB-") and len(lodging.code) == 9
    assert (lodging.latitude, lodging.longitude) == (20.6437, 105.0733)
    assert lodging.representative_id_number == "017084001234"
    user = User.objects.get(email="thuan@example.test")
    assert user.check_password("ruộng bậc thang xanh")
    assert Membership.objects.get(user=user).role == "manager"
    assert Membership.objects.get(user=user).organisation == lodging.business
    event = Event.objects.get(act="lodging.registered")
    assert (event.subject_id, event.user_id) == (str(lodging.pk), user.pk)
    assert "Thu" not in str(event.details)


def test_the_letter_says_where_it_stands(world):
    world.client().post(URL, answers())
    job = ProcrastinateJob.objects.get(task_name="lodging.send_letter")
    tasks.send_letter(**job.args)
    (letter,) = mail.outbox
    assert letter.to == ["thuan@example.test"]
    assert Establishment.objects.get(name="Homestay Bản Lác").code in letter.body
    confirm = next(line for line in letter.body.split() if "/confirm-email/" in line)
    page = world.client().get(confirm[confirm.index("/accounts/") :])
    assert page.status_code == 200


@pytest.mark.parametrize("letter", ["approved", "closed", "registered", "returned", "suspended"])
def test_a_letter_in_vietnamese_writes_the_kind_of_unit_small(world, letter):
    for language, words in (("vi", "Công an xã Mai Hạ"), ("en", "police of Xã Mai Hạ")):
        User.objects.filter(pk=world.users["alice"].pk).update(language=language)
        services.send_status_letter(letter, world.lodging.pk, world.users["alice"].pk)
        assert words in mail.outbox[-1].body


def test_a_commune_of_today_has_no_locality(world):
    world.client().post(URL, answers(commune="xã mai hạ"))
    lodging = Establishment.objects.get(name="Homestay Bản Lác")
    assert (lodging.unit, lodging.locality) == (world.units.commune, None)


def test_all_errors_at_once_beside_their_fields_and_nothing_is_lost(world):
    wrong = answers(
        representative_birth_date="31/02/1984",
        representative_phone="12",
        representative_id_number="ABC",
        commune="nowhere at all",
        rooms="0",
        point="105.0733, 20.6437",
        password="quá ngắn",
        agreed="",
    )
    response = world.client().post(URL, wrong)
    assert response.status_code == 200
    form = response.context["form"]
    assert set(form.errors) == {
        "representative_birth_date", "representative_phone", "representative_id_number", "commune", "rooms", "point",
        "password", "agreed",
    }  # fmt: skip
    text = response.content.decode()
    assert "nowhere at all" in text and "31/02/1984" in text and "Homestay Bản Lác" in text
    assert "quá ngắn" not in text
    assert not Establishment.objects.filter(name="Homestay Bản Lác").exists()


@pytest.mark.parametrize("form", [RegisterLodgingForm(), AddLodgingForm()])
def test_the_summary_of_errors_follows_the_page(form):
    assert list(form.fields) == [box.name for _title, _line, boxes in form.groups() for box in boxes]


def test_a_taken_address_is_answered_the_same_and_its_owner_is_told(world):
    new_response = world.client().post(URL, answers())
    before = (User.objects.count(), Organisation.objects.count(), Establishment.objects.count())
    existing_response = world.client().post(URL, answers(account_email="ALICE@example.test", name="Another"))
    assert (existing_response.status_code, existing_response["location"]) == (
        new_response.status_code,
        new_response["location"],
    )
    assert (User.objects.count(), Organisation.objects.count(), Establishment.objects.count()) == before
    assert world.users["alice"].check_password(PASSWORD)
    job = ProcrastinateJob.objects.get(task_name="lodging.send_account_letter")
    assert job.args == {"user_id": world.users["alice"].pk}  # no address in the queue
    tasks.send_account_letter(**job.args)
    assert mail.outbox[-1].to == ["alice@example.test"]


def test_the_eleventh_in_an_hour_waits(world):
    client = world.client()
    for _try in range(10):
        assert client.post(URL, answers(name="")).status_code == 200
    assert client.post(URL, answers()).status_code == 429
    assert client.get(URL).status_code == 200
    assert not Establishment.objects.filter(name="Homestay Bản Lác").exists()


def test_a_manager_adds_a_lodging_to_his_business(world):
    client = world.client("alice")
    page = client.get(URL)
    assert "account_email" not in page.context["form"].fields
    response = client.post(URL, answers())
    assert response["location"] == "/lodgings/mine"
    lodging = Establishment.objects.get(name="Homestay Bản Lác")
    assert lodging.business == world.lodging.business
    assert client.get("/lodgings/mine").context["establishment"] == lodging


@pytest.mark.parametrize("name", ["bob", "olga", "rosa"])
def test_others_who_are_signed_in_do_not_register(world, name):
    assert world.client(name).get(URL).status_code == 403
    assert world.client(name).post(URL, answers()).status_code == 403


def test_codes_do_not_repeat(world):
    client = world.client("alice")
    for number in range(3):
        client.post(URL, answers(name=f"Lodging {number}"))
    codes = list(Establishment.objects.filter(name__startswith="Lodging").values_list("code", flat=True))
    assert len(set(codes)) == 3


def test_wrong_method(world):
    assert world.client().delete(URL).status_code == 405
    assert world.client().post("/lodgings/registered").status_code == 405
    assert world.client().get("/lodgings/registered").status_code == 200
