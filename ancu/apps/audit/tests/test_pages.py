"""Who may read the audit, and what it says."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from ancu.apps.audit.services import record_look

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


@pytest.mark.parametrize("count", [1, 3])
def test_query_count(world, django_assert_num_queries, count):
    for number in range(count):
        record_look(world.actor("olga"), ("travellers.traveller", number))
    client = world.client("rosa")
    client.get(reverse("audit:list"))
    with django_assert_num_queries(7):
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
