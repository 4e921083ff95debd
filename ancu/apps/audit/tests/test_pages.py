"""Who may read the audit, and what it says."""

from datetime import datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from ancu.apps.audit.models import Event
from ancu.apps.audit.services import record_look
from ancu.core.clock import VIETNAM

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("who", "code"), [("rosa", 200), ("quynh", 403), ("olga", 403), ("alice", 403)])
def test_only_the_administrator_reads_it(world, who, code):
    assert world.client(who).get(reverse("audit:list")).status_code == code
    assert world.client(who).get(reverse("audit:mine")).status_code == 200


def test_it_says_who_looked_at_whom(world):
    record_look(world.actor("olga"), ("travellers.traveller", 4711), reason="kiểm tra")
    record_look(world.actor("alice"), ("travellers.traveller", 4712))
    page = world.client("rosa").get(reverse("audit:list"), {"looks": "on"})
    assertContains(page, "Olga")
    assertContains(page, "opened all stays of a person")
    assertContains(page, "kiểm tra")
    assertNotContains(page, "4712")  # a lodging's acts are not the agency's
    assertContains(world.client("rosa").get(reverse("audit:list"), {"subject": "travellers.traveller:4711"}), "4711")
    assertNotContains(world.client("rosa").get(reverse("audit:list"), {"person": world.users["quynh"].pk}), "4711")
    assertContains(world.client("olga").get(reverse("audit:mine")), "4711")
    assertNotContains(world.client("quynh").get(reverse("audit:mine")), "4711")


def test_whose_record_it_was_is_told_to_whom_may_see_it(world):
    """By name or number and with a link; what lies beyond the reader's area stays a number."""
    from ancu.apps.stays.tests.factories import make_stay

    stay, foreign = make_stay(world.lodging, "HOFFMANN JÖRG"), make_stay(world.other_lodging, "IVANOVA OLGA")
    olga = world.actor("olga")
    for subject in (stay, stay.submission, world.lodging, foreign):
        record_look(olga, subject)
    record_look(olga, ("travellers.traveller", stay.identity.traveller_id))
    record_look(olga, ("stays.guests", world.units.commune.pk))
    record_look(olga, ("stays.search", "name"))
    page = world.client("olga").get(reverse("audit:mine"))
    for name, url in (
        ("HOFFMANN JÖRG", reverse("stays:stay-office", args=[stay.pk])),
        (stay.submission.number, reverse("stays:submission", args=[stay.submission_id])),
        ("Mai Châu Lodge", reverse("lodging:detail", args=[world.lodging.pk])),
        ("HOFFMANN JÖRG", reverse("stays:person", args=[stay.identity.traveller_id])),
        ("Xã Mai Hạ", reverse("stays:guests") + f"?unit={world.units.commune.pk}"),
    ):
        assertContains(page, f'<a href="{url}" data-open>{name}</a>')
    assertContains(page, "by name")
    assertNotContains(page, "IVANOVA")
    assertContains(page, f"no. {foreign.pk}")
    assertContains(world.client("rosa").get(reverse("audit:list")), "IVANOVA")
    looks = Event.objects.filter(subject_type="audit.list", user_id=world.users["rosa"].pk)
    assert looks.count() == 1  # reading what others looked at is a look at people too


def record_look_at(world, who, hour, kind="travellers.traveller", key=1):
    """Record one look and backdate it; return the event's id."""
    record_look(world.actor(who), (kind, key))
    event = Event.objects.latest("pk")
    moment = datetime.combine(hour.date(), hour.time(), VIETNAM)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_event DISABLE TRIGGER USER")
        cursor.execute("UPDATE audit_event SET at = %s WHERE id = %s", [moment, event.pk])
        cursor.execute("ALTER TABLE audit_event ENABLE TRIGGER USER")
    return event.pk


def listed_ids(world, **query):
    page = world.client("rosa").get(reverse("audit:list"), query)
    return [act.id for act in page.context["acts"]]


def test_it_is_narrowed_to_a_person_an_act_and_days_of_viet_nam(world):
    hours = ((1, 23, 59), (2, 0, 0), (2, 23, 59), (3, 0, 0))
    before, first, last, after = (record_look_at(world, "olga", datetime(2026, 3, *hour)) for hour in hours)
    guests = record_look_at(world, "quynh", datetime(2026, 3, 3, 9), "stays.guests")
    assert listed_ids(world, since="02/03/2026", until="02/03/2026") == [last, first]
    assert listed_ids(world, since="03/03/2026", person=world.users["olga"].pk) == [after]
    assert listed_ids(world, until="01/03/2026") == [before]
    assert listed_ids(world, act="looked:stays.guests") == [guests]
    assert listed_ids(world, person=world.users["quynh"].pk, act="looked") == [guests]
    page = world.client("rosa").get(reverse("audit:list"), {"since": "02/03/2026", "person": world.users["olga"].pk})
    assertContains(page, "Olga")
    assert f"/audit/export/?since=02%2F03%2F2026&amp;person={world.users['olga'].pk}" in page.content.decode()
    assertNotContains(page, "Alice")  # a lodging's people do not stand in the list of officers


def test_taking_it_as_a_file_is_an_act_of_its_own(world):
    record_look_at(world, "olga", datetime(2026, 3, 2, 9))
    record_look_at(world, "quynh", datetime(2026, 3, 3, 9))
    rosa, url = world.client("rosa"), reverse("audit:export") + "?until=02/03/2026"
    assertContains(rosa.get(url), "1 action")
    exported = rosa.post(url, {"reason": "Thanh tra quý I", "format": "csv"}).content.decode()
    assert "Olga" in exported and "02/03/2026 09:00" in exported and "Quynh" not in exported
    event = Event.objects.get(act="audit.exported")
    assert event.reason == "Thanh tra quý I" and event.details["filter"] == {"until": "2026-03-02"}
    assertContains(rosa.get(reverse("audit:list"), {"act": "audit.exported"}), "exported the audit log")
    for who, code in (("quynh", 403), ("olga", 403), ("alice", 403)):
        assert world.client(who).post(url, {"reason": "x", "format": "csv"}).status_code == code


@pytest.mark.parametrize("count", [1, 3])
def test_query_count(world, expect_queries, count):
    for number in range(count):
        record_look(world.actor("olga"), ("travellers.traveller", number))
    client = world.client("rosa")
    client.get(reverse("audit:list"))
    with expect_queries():  # one names all of a kind, one offers the people
        client.get(reverse("audit:list"))


def test_verify_audit_says_that_the_chain_holds(db):
    out = StringIO()
    call_command("verify_audit", stdout=out)
    assert "the chain holds" in out.getvalue()


def test_a_get_that_writes_is_caught(world, monkeypatch):
    from ancu.apps.audit import views

    def writing(actor):
        world.users["olga"].save()
        return views.selectors.Event.objects.none()

    monkeypatch.setattr(views.selectors, "own_events", writing)
    with pytest.raises(AssertionError, match="a GET request wrote"):
        world.client("olga").get(reverse("audit:mine"))
