"""A page is drawn only where it opens, every kind of person has a first page, and numbers agree with their lists."""

from datetime import timedelta

import pytest
from django.core.cache import caches
from django.urls import reverse
from django.utils.translation import override

from ancu.apps.accounts.enums import AGENCY_ROLES, LODGING_ROLES, SPONSOR_ROLES, OrganisationKind, Role
from ancu.apps.accounts.models import Organisation
from ancu.apps.accounts.services import enable_totp
from ancu.apps.accounts.tests.factories import make_agency, make_member, make_user
from ancu.apps.desk import selectors
from ancu.apps.listening.enums import PetitionOutcome
from ancu.apps.listening.models import Petition
from ancu.apps.listening.services.handling import submit_draft
from ancu.apps.listening.tests.factories import make_petition
from ancu.apps.lodging.tests.factories import TOTP_SECRET
from ancu.apps.oversight.enums import Severity
from ancu.apps.oversight.models import Alert
from ancu.apps.oversight.tests.factories import make_alert
from ancu.config import navigation
from ancu.config.navigation import _is_open, office_pages, open_page
from ancu.config.office_pages import OFFICE_PAGES
from ancu.core import clock
from ancu.core.templatetags.ui import badge

pytestmark = pytest.mark.django_db


@pytest.mark.slow
@pytest.mark.parametrize("role", [*AGENCY_ROLES, *LODGING_ROLES, *SPONSOR_ROLES, Role.APPLICANT])
def test_everything_offered_opens(world, role):
    user = world.users["somebody"] = make_user("Somebody")
    if role in AGENCY_ROLES:
        make_member(user, world.provincial_agency, role)
        enable_totp(user, TOTP_SECRET)
    elif role in LODGING_ROLES:
        make_member(user, world.lodging.business, role)
    elif role in SPONSOR_ROLES:
        make_member(user, Organisation.objects.create(kind=OrganisationKind.SPONSOR, name="Công ty Mẫu"), role)
    assert_opens_what_is_offered(world)


@pytest.mark.slow
@pytest.mark.parametrize("role", AGENCY_ROLES)
def test_an_inspectorate_without_an_area_is_offered_what_opens(world, role):
    user = world.users["somebody"] = make_user("Somebody")
    make_member(user, make_agency("Thanh tra Công an tỉnh", parent=world.provincial_agency), role)
    enable_totp(user, TOTP_SECRET)
    assert_opens_what_is_offered(world)


def assert_opens_what_is_offered(world):
    client = world.client("somebody")
    first = client.get(reverse("home"), follow=True)
    assert first.status_code == 200
    offered = [entry["url"] for entry in [*first.context["nav"], *first.context["account_links"]]]
    offered += [reverse(page.view) for page in office_pages(world.actor("somebody"))]
    assert reverse("audit:mine") in offered
    for url in offered:
        assert client.get(url).status_code == 200, url


@pytest.mark.parametrize("role", [Role.ANALYST, Role.HOTLINE_OPERATOR, Role.TIP_HANDLER])
def test_who_needs_no_names_is_offered_none(world, role):
    user = world.users["somebody"] = make_user("Somebody")
    make_member(user, world.provincial_agency, role)
    enable_totp(user, TOTP_SECRET)
    page = world.client("somebody").get(reverse("stays:area"))
    own = {
        Role.TIP_HANDLER: ["public"],
        Role.HOTLINE_OPERATOR: ["public"],
        Role.ANALYST: ["dossiers", "public", "results"],
    }
    assert [entry["key"] for entry in page.context["office"].areas] == ["tasks", "stays", *own[role]]
    assert [entry["key"] for entry in page.context["office"].pages] == ["stays-area", "oversight-movement"]
    assert page.context["search_url"] == "/find/"  # of what he may see: guests are not (desk/tests/test_finding.py)


def test_what_is_the_persons_own_is_behind_the_name_and_nothing_else(world):
    page = world.client("quynh").get("/desk/")
    links = {entry["url"] for entry in page.context["account_links"]}
    assert links == {"/accounts/profile", "/my-data/", "/audit/mine/", "/notifications/", "/accounts/sessions"}
    assert page.context["nav"] == [] and "Online" not in page.content.decode()
    assert world.client("alice").get("/stays/today/").context["office"].areas == []


@pytest.mark.parametrize(
    ("path", "view"),
    [
        ("/desk/petitions/", "desk:desk"),
        ("/office/dossiers/HBD-1/accept", "dossiers:queue"),
        ("/office/dossiers/HBD-1/counter", "dossiers:begin-at-counter"),
        ("/office/dossiers/HBD-1/counter/received", "dossiers:begin-at-counter"),
        ("/office/dossiers/HBD-1/papers/counter", "dossiers:queue"),
        ("/office/dossiers/counter", "dossiers:begin-at-counter"),
        ("/office/money/rates", "dossiers:desk"),
        ("/office/counters/1/day", "dossiers:counters"),
        ("/office/legal-files/", "dossiers:office-legal-files"),
        ("/office/alerts/5/", "oversight:inbox"),
        ("/office/alerts/rules/overstay/", "oversight:rules"),
        ("/lodgings/7", "stays:lodgings"),
        ("/lodgings/approvals/7", "lodging:approvals"),
        ("/office/people/7/", "stays:guests"),
        ("/office/results/indicators/x/", "reporting:board"),
        ("/office/results/morning/lists/alerts/", "reporting:morning"),
        ("/audit/mine/", None),
        ("/messages/", None),
    ],
)
def test_a_page_stays_open_on_the_pages_under_it(path, view):
    page = open_page(list(OFFICE_PAGES), path)
    assert (page.view if page else None) == view


@pytest.mark.parametrize(
    ("tab", "path", "is_open"),
    [("dossiers:mine", "/dossiers/X/", True), ("dossiers:mine", "/dossiers/new", False), ("stays:today", "/x", False)],
)
def test_a_filers_tab_stays_open_on_the_pages_under_it(tab, path, is_open):
    assert _is_open(path, tab, reverse(tab)) is is_open


# --- numbers ----------------------------------------------------------------------------------------------


def numbers(office):
    return {entry["key"]: entry["count"] for entry in [*office.areas, *office.pages] if entry["count"]}


def test_the_numbers_of_the_bar_are_those_of_the_task_page(world):
    make_petition(world)
    Petition.objects.update(due_on=clock.today())
    alerts = [make_alert(world.lodging, name=name) for name in ("HOFFMANN JÖRG", "KIM JISOO")]
    Alert.objects.filter(pk=alerts[0].pk).update(severity=Severity.HIGH)
    client, desk = world.client("olga"), selectors.desk(world.actor("olga"))
    page = client.get("/desk/")
    high = Alert.objects.filter(severity__gte=Severity.HIGH).count()
    assert numbers(page.context["office"]) == {
        "tasks": desk.total, "alerts": high, "public": 1, "desk-desk": desk.total,
    }  # fmt: skip
    inbox = client.get("/office/alerts/").context
    assert numbers(inbox["office"])["oversight-inbox"] == inbox["counts"].total == len(alerts)


def test_an_area_has_a_number_while_a_task_there_is_urgent_overdue_or_due_today(world):
    make_petition(world)
    client = world.client("olga")
    assert "public" not in numbers(client.get("/desk/").context["office"])
    for days_ago in (0, 3):
        Petition.objects.update(due_on=clock.today() - timedelta(days=days_ago))
        assert numbers(client.get("/desk/").context["office"])["public"] == 1


def test_the_numbers_of_the_open_area_stand_at_its_pages(world):
    make_petition(world)
    Petition.objects.update(due_on=clock.today())
    client = world.client("olga")
    client.get("/desk/")
    figures = numbers(client.get("/office/petitions/").context["office"])
    assert figures["listening-petitions"] == 1 and "public" not in figures


def test_only_high_alerts_are_red(world):
    make_petition(world)
    high, low = make_alert(world.lodging), make_alert(world.lodging, name="KIM JISOO")
    Alert.objects.filter(pk=high.pk).update(severity=Severity.HIGH)
    Alert.objects.filter(pk=low.pk).update(severity=Severity.LOW)
    areas = {entry["key"]: entry for entry in world.client("olga").get("/desk/").context["office"].areas}
    assert {key for key, entry in areas.items() if entry["hot"]} == {"alerts"}
    assert areas["alerts"]["count"] == 1


def test_a_page_without_numbers_asks_for_them_once_it_is_drawn(world):
    make_petition(world)
    caches["tasks"].clear()
    client = world.client("olga")
    drawn = client.get("/office/area/").content.decode()
    assert 'hx-get="/desk/counts/"' in drawn
    answer = client.get(
        "/desk/counts/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/office/petitions/"}
    ).content.decode()
    assert '<i class="count" id="area-tasks" hx-swap-oob="true">1</i>' in answer
    assert '<i class="count" id="page-listening-petitions" hx-swap-oob="true">1</i>' in answer
    assert 'hx-get="/desk/counts/"' not in client.get("/office/area/").content.decode()
    assert world.client("alice").get("/desk/counts/").content == b""


def test_the_other_tabs_count_what_their_pages_list(world):
    petition = make_petition(world)
    make_alert(world.lodging)
    olga, client = world.actor("olga"), world.client("olga")
    words = {"outcome": PetitionOutcome.DONE, "text": "Đã sửa."}
    submit_draft(actor=olga, number=petition.number, **words)
    caches["tasks"].clear()
    drawn = client.get("/desk/")
    assert 'hx-get="/desk/counts/"' in drawn.content.decode()
    answer = client.get("/desk/counts/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/desk/"})
    counted = numbers(answer.context["office"])
    listed = {
        "desk-department": client.get("/desk/department/").context["desk"].total,
        "desk-waiting": sum(section.total for section in client.get("/desk/waiting/").context["sections"]),
        "desk-done": len(client.get("/desk/done/").context["acts"]),
    }
    assert {key: counted[key] for key in listed} == listed and listed["desk-waiting"] == listed["desk-done"] == 1
    drawn = client.get("/desk/")
    assert 'hx-get="/desk/counts/"' not in drawn.content.decode()
    assert numbers(drawn.context["office"]) == counted


def test_a_tab_that_is_open_has_the_number_of_its_list(world):
    petition = make_petition(world)
    client = world.client("olga")
    client.get("/desk/counts/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/desk/"})
    submit_draft(actor=world.actor("olga"), number=petition.number, outcome=PetitionOutcome.DONE, text="Đã sửa.")
    assert "desk-done" not in numbers(client.get("/desk/").context["office"]), "counted within the last minute"
    assert numbers(client.get("/desk/done/").context["office"])["desk-done"] == 1
    assert numbers(client.get("/desk/waiting/").context["office"])["desk-waiting"] == 1


def test_a_number_of_tasks_that_is_counted_no_further_says_so():
    item = {"count": 1074, "key": "desk", "hot": False}
    with override("en"):
        assert ">1,074</i>" in badge(item, "page") and ">1,000+</i>" in badge(item | {"most": 1000}, "page")
        assert ">1,000</i>" in badge(item | {"count": 1000, "most": 1000}, "page")


def test_an_area_of_one_page_has_no_second_line(world, monkeypatch):
    monkeypatch.setattr(navigation, "OFFICE_PAGES", OFFICE_PAGES[:1])
    office = navigation.office_navigation("/desk/", world.actor("olga"))
    assert ([entry["active"] for entry in office.areas], office.pages) == ([True], [])
