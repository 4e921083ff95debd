"""Whom the office must hear of: two officers, need-to-know, a quiet match, and an end."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from ancu.apps.audit.models import Event
from ancu.apps.oversight.models import Alert, Notice, ThresholdReplay
from ancu.apps.oversight.rules import may_ask
from ancu.apps.oversight.selectors import inbox
from ancu.apps.oversight.selectors.words import sentence_of
from ancu.apps.oversight.services import notices
from ancu.apps.oversight.tests.factories import evaluate, make_notice
from ancu.apps.stays.tests.factories import make_stay
from ancu.core import clock
from ancu.core.errors import Conflict, Forbidden, Http404

pytestmark = pytest.mark.django_db
PAGES = "/office/notices/"


def matching_alerts():
    evaluate()
    return list(Alert.objects.filter(rule="notice_match", gone_at__isnull=True))


def test_nobody_approves_what_he_proposed(world):
    proposed = notices.propose(
        world.actor("quynh"), number="1", issued_by="x", legal_basis="y", full_name="Z", birth_date="1984-03-08",
        ends_on=clock.today(),
    )  # fmt: skip
    make_stay(world.lodging, "Z")
    assert matching_alerts() == [], "nothing matches before it is approved"
    with pytest.raises(Forbidden):
        notices.approve(world.actor("quynh"), notice_id=proposed.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.filter(pk=proposed.pk).update(approved_by_id=world.users["quynh"].pk)


def test_before_it_is_approved_it_says_whom_it_would_match(world):
    proposed = notices.propose(
        world.actor("quynh"), number="1", issued_by="x", legal_basis="y", full_name="HOFFMANN JORG",
        birth_date="1984-03-08", ends_on=clock.today(),
    )  # fmt: skip
    stay = make_stay(world.lodging, "HOFFMANN JÖRG")
    make_stay(world.lodging, "SOMEBODY ELSE", birth_date="1971-01-01")
    page = world.client("quynh").get(f"{PAGES}{proposed.pk}/").content.decode()
    assert "Current matches" in page and f"/office/stays/{stay.pk}/" in page and "SOMEBODY ELSE" not in page
    assert Event.objects.filter(act="looked", subject_type="oversight.notice").latest("id").details["stays"] == [
        stay.pk
    ]
    make_notice(world)
    assert [alert.stay_id for alert in matching_alerts()] == [stay.pk], "the same as once it is approved"


def test_a_match_is_for_the_office_alone_and_no_lodging_is_asked(world):
    make_stay(world.lodging, "HOFFMANN JÖRG")
    make_notice(world)
    (alert,) = matching_alerts()
    assert alert.agency == world.provincial_agency
    assert not may_ask(world.actor("quynh"), alert)
    assert world.client("quynh").get(f"/office/alerts/{alert.pk}/").status_code == 200
    assert world.client("olga").get(f"/office/alerts/{alert.pk}/").status_code == 404
    assert "HOFFMANN" not in world.client("olga").get("/office/alerts/").content.decode()
    assert alert.evidence["likeness"] >= 90 and "12/QĐ" in sentence_of(alert)


def test_whoever_may_not_read_notices_knows_of_no_match(world):
    """The administrator of the same office: neither the alert, nor its count, nor whom other thresholds would find."""
    stay = make_stay(world.lodging, "HOFFMANN JÖRG")
    make_notice(world)
    (alert,) = matching_alerts()
    client = world.client("rosa")
    assert client.get(f"/office/alerts/{alert.pk}/").status_code == 404
    for page in ("/office/alerts/", f"/office/alerts/lodging/{stay.establishment_id}/", f"/office/stays/{stay.pk}/"):
        assert f"/alerts/{alert.pk}/" not in client.get(page).content.decode()
    assert inbox.counts(world.actor("rosa")).by_rule == {}
    assert client.post("/office/alerts/rules/notice_match/replay/", {"try-likeness": "91"}).status_code == 403
    tried = ThresholdReplay.objects.create(
        rule="notice_match", version="1", values={"likeness": 91}, since=clock.today(), until=clock.today(),
        asked_by=world.users["quynh"], asked_at=clock.now(),
    )  # fmt: skip
    assert client.get(f"/office/alerts/replays/{tried.pk}/").status_code == 403


@pytest.mark.parametrize(
    ("name", "sought", "matches"),
    [
        ("JÖRG HOFFMANN", {}, True),
        ("HOFMANN JORG", {}, True),
        ("HOFFMANN JÖRG", {"birth_date": "1984"}, True),
        ("HOFFMANN JÖRG", {"birth_date": "1984-03-09"}, False),
        ("MÜLLER EVA", {}, False),
        ("MÜLLER EVA", {"document_number": "C01 X00-T47"}, True),
    ],
)
def test_by_document_or_by_name_and_birth_date(world, name, sought, matches):
    make_stay(world.lodging, name, document_number="C01X00T47")
    make_notice(world, **sought)
    assert bool(matching_alerts()) == matches


def test_it_ends_by_an_officer_or_with_its_last_day(world, monkeypatch):
    make_stay(world.lodging, "HOFFMANN JÖRG", expected_departure=clock.today() + timedelta(days=60))
    notice = make_notice(world, ends_on=clock.today() + timedelta(days=5))
    (alert,) = matching_alerts()
    with monkeypatch.context() as later:
        day = clock.today() + timedelta(days=6)
        later.setattr(clock, "today", lambda: day)
        assert matching_alerts() == []
    assert len(matching_alerts()) == 1
    notices.end(world.actor("quynh"), notice_id=notice.pk, reason="It was withdrawn.")
    assert matching_alerts() == []
    alert.refresh_from_db()
    assert alert.state == "closed"
    with pytest.raises(Conflict):
        notices.end(world.actor("quynh"), notice_id=notice.pk, reason="It was withdrawn.")


def test_ending_a_notice_needs_a_reason_that_the_proposer_reads(world):
    notice = make_notice(world)
    page, quynh = f"/office/notices/{notice.pk}/", world.client("quynh")
    assert 'name="reason"' in quynh.get(page).content.decode()
    assert quynh.post(f"{page}end/").status_code == 422
    notice.refresh_from_db()
    assert notice.state == "approved"
    assert quynh.post(f"{page}end/", {"reason": "Đã tìm được người."}).status_code == 302
    assert Event.objects.get(act="oversight.notice_ended").reason == "Đã tìm được người."
    assert "Đã tìm được người." in quynh.get(page).content.decode()


def test_a_name_alone_and_a_day_gone_by_are_refused(world):
    form_data = {"number": "1", "issued_by": "x", "legal_basis": "y", "full_name": "Z"}
    with pytest.raises(Conflict) as vague:
        notices.propose(world.actor("quynh"), **form_data, ends_on=clock.today())
    assert vague.value.code == "too_vague"
    with pytest.raises(Conflict) as gone:
        notices.propose(world.actor("quynh"), **form_data, birth_date="1984", ends_on=clock.today() - timedelta(days=1))
    assert gone.value.code == "ended_already"
    with pytest.raises(Http404):
        notices.approve(world.actor("olga"), notice_id=1)


def test_the_pages_lead_from_proposal_to_end(world):
    quynh = world.client("quynh")
    assert "There are no lookout notices" in quynh.get(PAGES).content.decode()
    assert quynh.post(f"{PAGES}new/", {}).status_code == 422
    form_data = {"full_name": "Z", "number": "1", "issued_by": "x", "legal_basis": "y", "ends_on": "31/12/2099"}
    assert "A name alone" in quynh.post(f"{PAGES}new/", form_data).content.decode()
    response = quynh.post(f"{PAGES}new/", {**form_data, "birth_date": "08/03/1984"}, follow=True)
    assert "waiting for another officer" in response.content.decode()
    assert "You cannot approve a notice" in response.content.decode()
    notice = make_notice(world)
    assert quynh.get(PAGES).context["page"].rows[0].pk == notice.pk
    assert "has ended" in quynh.post(f"{PAGES}{notice.pk}/end/", follow=True).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same(world, count, expect_queries):
    for _number in range(count):
        make_notice(world)
    client = world.client("quynh")
    client.get(PAGES)
    with expect_queries():
        assert len(client.get(PAGES).context["page"].rows) == count
