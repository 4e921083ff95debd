"""The commune's officer decides; the table of states is the only way."""

import re

import pytest
from django.core import mail
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from ancu.apps.audit.models import Event
from ancu.apps.lodging import services, tasks
from ancu.apps.lodging.enums import TRANSITIONS, EstablishmentStatus
from ancu.apps.lodging.models import ApiToken, Establishment
from ancu.apps.lodging.tests.factories import make_establishment, make_world
from ancu.core.errors import Conflict
from ancu.core.testing import texts
from ancu.core.testing.at_once import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def pending(world):
    return make_establishment(world.lodging.business, world.units.commune, status="pending", name="Nhà nghỉ Sao Mai")


def url(lodging):
    return f"/lodgings/approvals/{lodging.pk}"


@pytest.mark.parametrize("name", ["olga", "quynh"])
def test_the_officer_of_the_area_and_the_province_approve(world, pending, name):
    client = world.client(name)
    assert b"Nh\xc3\xa0 ngh\xe1\xbb\x89 Sao Mai" in client.get("/lodgings/approvals").content
    assert client.post(url(pending), {"decision": "approve"})["location"] == "/lodgings/approvals"
    pending.refresh_from_db()
    assert (pending.status, pending.decided_by) == ("active", world.users[name])
    event = Event.objects.get(act="lodging.active")
    assert (event.subject_id, event.details) == (str(pending.pk), {"before": "pending"})


def test_returned_corrected_sent_again_approved(world, pending):
    olga, alice = world.client("olga"), world.client("alice")
    olga.post(url(pending), {"decision": "return", "reason": "Thiếu số nhà"})
    job = ProcrastinateJob.objects.get(task_name="lodging.send_letter")
    tasks.send_letter(**job.args)
    assert mail.outbox[-1].to == ["alice@example.test"] and "Thiếu số nhà" in mail.outbox[-1].body
    alice.post(f"/lodgings/{pending.pk}/choose")
    assert "Thiếu số nhà" in alice.get("/lodgings/mine").content.decode()
    assert alice.post(f"/lodgings/{pending.pk}/resubmit").status_code == 302
    pending.refresh_from_db()
    assert pending.status == "pending"
    assert texts.NOTHING_HAS_CHANGED_SINCE_THEN in olga.get(url(pending)).content.decode()
    assert olga.post(url(pending), {"decision": "approve"}).status_code == 302


def test_the_second_decision_shows_what_was_changed_since_the_return(world, pending):
    olga, alice = world.client("olga"), world.actor("alice")
    assert "Changes since then" not in olga.get(url(pending)).content.decode()
    Establishment.objects.filter(pk=pending.pk).update(phone="0218 000 001")  # before the return
    olga.post(url(pending), {"decision": "return", "reason": "Thiếu số nhà"})
    for address, beds in (("Số 9, bản Lác", 20), ("Số 7, bản Lác", 31)):
        Establishment.objects.filter(pk=pending.pk).update(address=address, beds=beds)
    services.resubmit(alice, establishment=pending)
    page = olga.get(url(pending)).content.decode()
    assert "Olga returned this on " in page
    assert "Thiếu số nhà" in page and "<ins>Số 7, bản Lác</ins>" in page and "<ins>31</ins>" in page
    assert "Số 9" not in page and "<ins>0218 000 001</ins>" not in page
    olga.post(url(pending), {"decision": "approve"})
    assert "Changes since then" not in olga.get(url(pending)).content.decode()


def test_a_return_needs_a_reason(world, pending):
    response = world.client("olga").post(url(pending), {"decision": "return", "reason": " "})
    assert response.status_code == 200 and "reason" in response.context["form"].errors
    pending.refresh_from_db()
    assert pending.status == "pending"


@pytest.mark.parametrize(
    ("name", "status"), [("pavel", 404), ("rosa", 403), ("alice", 403), ("bob", 403), ("charlie", 403)]
)
def test_others_do_not_decide(world, pending, name, status):
    client = world.client(name)
    assert client.post(url(pending), {"decision": "approve"}).status_code == status
    assert client.post(f"/lodgings/{pending.pk}/move", {"act": "close", "reason": "x"}).status_code == status
    pending.refresh_from_db()
    assert pending.status == "pending"


def test_an_administrator_reads_and_a_stranger_does_not(world, pending):
    assert world.client("rosa").get(url(pending)).status_code == 200
    assert world.client("pavel").get(url(pending)).status_code == 404
    assert world.client("pavel").get(f"/lodgings/{pending.pk}").status_code == 404
    assert world.client().get(url(pending))["location"].startswith("/accounts/login/")


def test_a_second_decision_is_a_conflict(world, pending):
    assert world.client("olga").post(url(pending), {"decision": "approve"}).status_code == 302
    with pytest.raises(Conflict):
        services.approve(world.actor("quynh"), establishment=pending)


def test_suspend_take_up_and_close(world):
    olga, lodging = world.client("olga"), world.lodging
    token, _secret = services.create_token(world.actor("alice"), establishment=lodging, name="PMS")
    for act, status in (("suspend", "suspended"), ("reactivate", "active"), ("close", "closed")):
        olga.post(f"/lodgings/{lodging.pk}/move", {"act": act, "reason": "Theo biên bản số 5"})
        lodging.refresh_from_db()
        assert (lodging.status, lodging.decision_reason) == (status, "Theo biên bản số 5")
    assert ApiToken.objects.get(pk=token.pk).revoked_at is not None
    acts = Event.objects.filter(reason="Theo biên bản số 5").order_by("id").values_list("act", flat=True)
    assert list(acts) == ["lodging.suspended", "lodging.active", "lodging.closed"]


@pytest.mark.parametrize("data", [{"act": "suspend", "reason": ""}, {"act": "explode", "reason": "x"}, {}])
def test_a_move_without_sense_moves_nothing(world, data):
    world.client("olga").post(f"/lodgings/{world.lodging.pk}/move", data)
    world.lodging.refresh_from_db()
    assert world.lodging.status == "active"


@pytest.mark.parametrize("before", list(EstablishmentStatus))
@pytest.mark.parametrize("after", list(EstablishmentStatus))
def test_the_door_follows_the_table(world, before, after):
    lodging = make_establishment(world.lodging.business, world.units.commune, status=before)
    if after in TRANSITIONS[before]:
        assert services.move(world.actor("olga"), lodging, after).status == after
    else:
        with pytest.raises(Conflict):
            services.move(world.actor("olga"), lodging, after)
        assert Establishment.objects.get(pk=lodging.pk).status == before


def test_approving_is_not_taking_up_a_suspended_one(world):
    lodging = make_establishment(world.lodging.business, world.units.commune, status="suspended")
    with pytest.raises(Conflict):
        services.approve(world.actor("olga"), establishment=lodging)


@pytest.mark.parametrize("count", [1, 3])
def test_approvals_cost_the_same(world, count, expect_queries):
    for _number in range(count):
        make_establishment(world.lodging.business, world.units.commune, status="pending")
    client = world.client("olga")
    client.get("/lodgings/approvals")
    with expect_queries():  # session, user, memberships, lodgings
        client.get("/lodgings/approvals")


def test_wrong_methods(world, pending):
    olga = world.client("olga")
    assert olga.post("/lodgings/approvals").status_code == 405
    assert olga.delete(url(pending)).status_code == 405
    assert olga.get(f"/lodgings/{pending.pk}/move").status_code == 405


@pytest.mark.parametrize("page", ["lodging:detail", "lodging:approval"])
def test_a_look_at_the_representative_is_in_the_audit(world, page):
    world.client("olga").get(reverse(page, args=[world.lodging.pk]))
    look = Event.objects.get(act="looked")
    assert (look.user_id, look.subject_type, look.subject_id) == (
        world.users["olga"].pk, "lodging.establishment", str(world.lodging.pk)
    )  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_two_officers_at_once_give_one_decision():
    world = make_world()
    lodging = make_establishment(world.lodging.business, world.units.commune, status="pending")
    olga, quynh = world.actor("olga"), world.actor("quynh")
    results = at_once(
        lambda: services.approve(olga, establishment=lodging),
        lambda: services.give_back(quynh, establishment=lodging, reason="Sai địa chỉ"),
    )
    assert sorted(isinstance(result, Conflict) for result in results) == [False, True]
    assert Event.objects.filter(act__in=["lodging.active", "lodging.returned"]).count() == 1


def test_a_reason_too_long_stays_typed(world):
    reason = "Theo biên bản số 5. " * 30
    page = world.client("olga").post(f"/lodgings/{world.lodging.pk}/move", {"act": "suspend", "reason": reason})
    assert page.status_code == 422 and page.context["form"].errors["reason"]
    assert reason.strip() in page.content.decode()


def test_the_officer_writes_to_a_lodging_from_its_registration(world, pending):
    olga = world.client("olga")
    form = re.search(r'action="([^"]+)"[^>]*data-draft', olga.get(url(pending)).content.decode())
    assert form is not None
    sent = olga.post(form[1], {"body": "Xin gửi ảnh giấy đăng ký kinh doanh.", "back": "subject"})
    assert sent.status_code == 302
    assert "giấy đăng ký kinh doanh" in olga.get(url(pending)).content.decode()
    alice = world.client("alice")
    assert "Nhà nghỉ Sao Mai" in alice.get("/messages/").content.decode()
    alice.post(f"/lodgings/{pending.pk}/choose")
    assert '<span class="top-org">Nhà nghỉ Sao Mai</span>' in alice.get("/lodgings/mine").content.decode()
