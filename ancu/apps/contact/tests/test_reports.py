"""A lodging calls the duty officer: once, with whom it concerns, and sees when somebody has it."""

import re
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.tests.factories import make_member, make_user
from ancu.apps.audit.models import Event
from ancu.apps.contact.models import UrgentReport
from ancu.apps.contact.selectors.reports import recent_reports, unacknowledged_reports
from ancu.apps.contact.services.reports import acknowledge_report
from ancu.apps.contact.tests.factories import make_report
from ancu.apps.lodging.enums import EstablishmentStatus
from ancu.apps.messaging.models import Message, Notification
from ancu.apps.messaging.services import post_message
from ancu.core.errors import Conflict, Forbidden, Http404
from ancu.core.testing import texts
from ancu.engines.papers.tests.samples import heic

pytestmark = pytest.mark.django_db
SECRET = "Khách phòng 204 dùng hộ chiếu giả"


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def text(response):
    return response.content.decode()


def sent(**more):
    return {"kind": "forged", "body": SECRET, "key": str(uuid4())} | more


def test_it_is_told_with_a_photo_acknowledged_and_answered(world):
    bob, olga = world.client("bob"), world.client("olga")
    assert "/reports/new/" in text(bob.get("/stays/today/"))
    photo = SimpleUploadedFile("a.pdf", b"%PDF-1.7\nphoto\n")
    answer = bob.post("/reports/new/", sent(attached=[photo]))
    report = UrgentReport.objects.get()
    assert answer["location"] == f"/reports/{report.pk}/"
    page = text(bob.get(f"/reports/{report.pk}/"))
    assert SECRET in page and "a.pdf" in page and texts.NO_OFFICER_HAS_ACKNOWLEDGED_IT in page
    assert "Not acknowledged yet" in text(bob.get("/stays/today/"))
    first = text(olga.get("/office/area/"))
    assert "Mai Châu Lodge reports: papers that look forged" in first and SECRET not in first
    assert SECRET in text(olga.get(f"/reports/{report.pk}/"))
    assert olga.post(f"/reports/{report.pk}/acknowledge/", {"reply": "Tôi đến ngay."}).status_code == 302
    assert "reports: papers" not in text(olga.get("/office/area/"))
    page = text(bob.get(f"/reports/{report.pk}/"))
    assert "by Olga" in page and "Tôi đến ngay." in page and "Acknowledged" in page
    assert "Acknowledged" in text(bob.get("/stays/today/"))
    acts = Event.objects.filter(subject_type="contact.urgentreport", subject_id=str(report.pk)).order_by("id")
    assert [*acts.values_list("act", flat=True)] == ["contact.reported", "looked", "contact.acknowledged"]


def test_a_photo_of_a_phone_is_taken_in_and_the_page_knows_what_is(world):
    bob = world.client("bob")
    page = text(bob.get("/reports/new/"))
    assert ".heic" in page and f'data-max-bytes="{10 * 1024 * 1024}"' in page and 'data-most="5"' in page
    photo = SimpleUploadedFile("IMG_0001.HEIC", heic())
    assert bob.post("/reports/new/", sent(attached=[photo])).status_code == 302
    report = UrgentReport.objects.get()
    assert "IMG_0001.jpg" in text(bob.get(f"/reports/{report.pk}/"))


def test_the_duty_officers_number_stands_wherever_one_may_need_it(world, settings):
    settings.OFFICE_DUTY_PHONE = "0218 385 2222"
    bob, olga = world.client("bob"), world.client("olga")
    assert bob.post("/reports/new/", sent()).status_code == 302
    address = f"/reports/{UrgentReport.objects.get().pk}/"
    for client, path in ((Client(), "/"), (bob, "/stays/today/"), (bob, "/reports/new/"), (bob, address)):
        assert 'href="tel:02183852222"' in text(client.get(path)), path
    assert "tel:02183852222" not in text(olga.get(address))  # she is the officer
    acknowledge_report(actor=world.actor("olga"), report_id=UrgentReport.objects.get().pk)
    visible_html = re.sub(r"<template.*?</template>", "", text(bob.get(address)), flags=re.S)
    assert "tel:02183852222" not in visible_html  # but in what a broken line shows
    settings.OFFICE_DUTY_PHONE = ""
    assert texts.DUTY_OFFICER not in text(bob.get("/reports/new/"))


def test_the_officers_of_the_commune_are_called_without_what_was_said(world):
    analyst = make_user("Anh")
    make_member(analyst, world.commune_agency, Role.ANALYST)
    make_report(world, SECRET)
    letters = Notification.objects.all()
    assert {notification.user.full_name for notification in letters} == {"Olga"}
    for letter in letters:
        assert SECRET not in letter.body + letter.title and "Mai Châu Lodge" not in letter.body + letter.title


def test_a_form_sent_twice_is_one_report(world):
    bob, same = world.client("bob"), sent()
    assert bob.post("/reports/new/", same)["location"] == bob.post("/reports/new/", same)["location"]
    assert UrgentReport.objects.count() == Message.objects.count() == 1
    assert world.client("charlie").post("/reports/new/", same).status_code == 404


def test_only_the_lodgings_own_people_report(world):
    for who in ("charlie", "pavel"):
        with pytest.raises(Http404):
            make_report(world, who=who)
    for who in ("olga", "quynh"):
        with pytest.raises(Forbidden):
            make_report(world, who=who)
    for fields in ({"status": EstablishmentStatus.CLOSED}, {"sandbox": True, "status": EstablishmentStatus.ACTIVE}):
        type(world.lodging).objects.filter(pk=world.lodging.pk).update(**fields)
        with pytest.raises(Forbidden):
            make_report(world)
    assert not UrgentReport.objects.exists() and not Message.objects.exists()


def test_another_area_and_another_lodging_know_nothing_of_it(world):
    report = make_report(world, SECRET)
    for who in ("pavel", "charlie"):
        client = world.client(who)
        assert client.get(f"/reports/{report.pk}/").status_code == 404
        assert client.post(f"/reports/{report.pk}/acknowledge/").status_code == 404
        assert client.get(f"/messages/lodging/{world.lodging.pk}/{report.topic}").status_code == 404
        assert "Mai Châu Lodge" not in text(client.get("/reports/"))
    assert (
        unacknowledged_reports(world.actor("pavel")) == []
        and recent_reports(world.actor("charlie"), world.lodging) == []
    )
    assert [unread_report.pk for unread_report in unacknowledged_reports(world.actor("quynh"))] == [report.pk]
    assert world.client("bob").post(f"/reports/{report.pk}/acknowledge/").status_code == 403
    assert world.client("rosa").post(f"/reports/{report.pk}/acknowledge/").status_code == 403


def test_the_first_who_acknowledges_has_it(world):
    report = make_report(world)
    acknowledge_report(actor=world.actor("olga"), report_id=report.pk)
    with pytest.raises(Conflict):
        acknowledge_report(actor=world.actor("quynh"), report_id=report.pk)
    report.refresh_from_db()
    assert report.acknowledged_by == world.users["olga"]


def test_a_note_of_the_office_on_a_report_never_reaches_the_lodging(world):
    report = make_report(world)
    post_message(
        actor=world.actor("olga"), kind="lodging", subject_id=world.lodging.pk, topic=report.topic,
        body="Nghi lễ tân thông đồng", staff_only=True,
    )  # fmt: skip
    for path in (f"/reports/{report.pk}/", "/reports/", "/stays/today/", "/messages/", "/lodgings/mine"):
        assert "thông đồng" not in text(world.client("bob").get(path)), path
    assert "thông đồng" in text(world.client("olga").get(f"/reports/{report.pk}/"))


@pytest.mark.parametrize("wrong", [{"kind": ""}, {"kind": "x"}, {"body": " "}, {"key": "x"}, {"body": "x" * 5001}])
def test_what_is_wrong_is_said_and_nothing_is_reported(world, wrong):
    answer = world.client("bob").post("/reports/new/", sent(**wrong))
    assert answer.status_code == 422 and not UrgentReport.objects.exists()


def test_a_file_that_is_not_taken_leaves_no_report(world):
    bad = SimpleUploadedFile("x.exe", b"MZ\x00\x01")
    answer = world.client("bob").post("/reports/new/", sent(attached=[bad]))
    assert answer.status_code == 422 and "kind of file is not accepted" in text(answer)
    assert not UrgentReport.objects.exists() and not Notification.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_query_counts(world, count, expect_queries):
    for _number in range(count):
        report = make_report(world)
    olga, bob = world.client("olga"), world.client("bob")
    olga.get("/reports/")
    with expect_queries("list_office"):
        olga.get("/reports/")
    with expect_queries("list_lodging"):
        bob.get("/reports/")
    with expect_queries("page_office"):
        olga.get(f"/reports/{report.pk}/")
