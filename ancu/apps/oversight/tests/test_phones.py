"""An officer's phone: what it takes along, what it sends, and that sending twice is sending once."""

import json
import uuid
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from ancu.apps.accounts.enums import Role
from ancu.apps.audit.models import Event
from ancu.apps.oversight.models import Inspection
from ancu.apps.oversight.tests.factories import make_plan
from ancu.apps.stays.services.devices import cut_off, enrol
from ancu.apps.stays.tests.factories import make_stay
from ancu.core import clock

pytestmark = pytest.mark.django_db
PHONE = "/office/inspections/phone/"


def call(client, name, **body):
    return client.post(f"{PHONE}{name}/", json.dumps(body, default=str), content_type="application/json")


def make_phone(world, name="olga"):
    return enrol(actor=world.actor(name), name="Android", session_key="").pk


def written(**changes):
    now = clock.local(clock.now())
    form_data = {
        "met-TOTAL_FORMS": 2,
        "met-INITIAL_FORMS": 0,
        "met-0-document_number": "E1000001",
        "result": "violation",
        "day": f"{now:%d/%m/%Y}",
        "time": f"{now:%H:%M}",
    }
    return urlencode(form_data | changes)


def test_it_takes_along_the_officers_own_visits_and_each_is_a_look(world):
    make_stay(world.lodging, "TANAKA YUKI")
    plan = make_plan(world)
    [visit] = call(world.client("olga"), "take", device=make_phone(world)).json()["visits"]
    assert (visit["plan"], [guest["name"] for guest in visit["guests"]]) == (plan.pk, ["TANAKA YUKI"])
    assert (
        Event.objects.filter(act="looked", subject_type="oversight.plannedvisit", subject_id=str(plan.pk)).count() == 1
    )
    assert call(world.client("quynh"), "take", device=make_phone(world, "quynh")).json() == {"visits": []}


def test_sent_twice_it_is_noted_once(world):
    plan, device, reference = make_plan(world), make_phone(world), uuid.uuid4()
    sent = {"device": device, "reference": reference, "plan": plan.pk, "form": written()}
    answers = [call(world.client("olga"), "send", **sent) for _time in range(2)]
    visit = Inspection.objects.get()
    assert [answer.json() for answer in answers] == [{"inspection": visit.pk, "undecided": False}] * 2
    assert visit.guests.get().document_number == "E1000001"
    second_response = call(world.client("olga"), "send", **(sent | {"reference": uuid.uuid4()}))
    assert (second_response.status_code, second_response.json()["code"]) == (409, "not_waiting")


def test_in_order_with_an_undeclared_guest_comes_back_to_be_decided(world):
    """It is noted all the same: the officer has left the lodging, and what he found must not wait on a phone."""
    sent = {"device": make_phone(world), "reference": uuid.uuid4(), "plan": make_plan(world).pk}
    answer = call(world.client("olga"), "send", form=written(result="in_order"), **sent)
    assert answer.json() == {"inspection": Inspection.objects.get().pk, "undecided": True}


def test_what_is_wrong_is_said_and_nothing_noted(world):
    sent = {"device": make_phone(world), "reference": uuid.uuid4(), "plan": make_plan(world).pk}
    answer = call(world.client("olga"), "send", form=written(result=""), **sent)
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["result"])
    assert call(world.client("olga"), "send", form=written(**{"met-1-room": "5A"}), **sent).status_code == 422
    assert not Inspection.objects.exists()


def test_a_day_still_to_come_comes_back_to_be_mended(world):
    sent = {"device": make_phone(world), "reference": uuid.uuid4(), "plan": make_plan(world).pk}
    later = clock.today() + timedelta(days=1)
    answer = call(world.client("olga"), "send", form=written(day=f"{later:%d/%m/%Y}"), **sent)
    assert answer.status_code == 422 and answer.json()["errors"]
    assert call(world.client("olga"), "send", form=written(), **sent).status_code == 200
    assert 'data-date-max="today"' in world.client("olga").get("/office/inspections/offline/en/").content.decode()


def test_a_phone_that_is_cut_off_and_another_ones_take_and_send_nothing(world):
    plan, device = make_plan(world), make_phone(world)
    sent = {"device": device, "reference": uuid.uuid4(), "plan": plan.pk, "form": written()}
    another = call(world.client("quynh"), "send", **sent)
    assert another.status_code == 404 and not another.headers["Content-Type"].startswith("application/json")
    cut_off(actor=world.actor("olga"), device_id=device)
    for answer in (call(world.client("olga"), "take", device=device), call(world.client("olga"), "send", **sent)):
        assert (answer.status_code, answer.json()["code"]) == (409, "cut_off")
    assert not Inspection.objects.exists()


def test_a_visit_elsewhere_is_not_found(world):
    sent = {"device": make_phone(world, "pavel"), "reference": uuid.uuid4(), "plan": make_plan(world).pk}
    answer = call(world.client("pavel"), "send", form=written(), **sent)
    assert (answer.status_code, answer.json()["code"]) == (404, "gone") and answer.json()["message"]


def test_the_page_without_a_line_names_nobody(world):
    make_stay(world.lodging, "TANAKA YUKI")
    make_plan(world)
    html = world.client("olga").get("/office/inspections/offline/en/").content.decode()
    assert "TANAKA" not in html and "Mai Châu" not in html
    assert world.client("olga").get("/office/inspections/offline/xx/").status_code == 404


def test_who_lost_the_right_reads_so(world):
    sent = {"device": make_phone(world), "reference": uuid.uuid4(), "plan": make_plan(world).pk, "form": written()}
    world.users["olga"].memberships.update(role=Role.ANALYST)
    answer = call(world.client("olga"), "send", **sent)
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden") and answer.json()["message"]
    assert not Inspection.objects.exists()
