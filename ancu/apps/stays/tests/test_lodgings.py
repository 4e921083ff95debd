"""The officer's list of lodgings: whom it shows, in what order, who stays there now, and when each declared last."""

from datetime import timedelta

import pytest
from pytest_django.asserts import assertContains

from ancu.apps.lodging.tests.factories import make_establishment
from ancu.apps.stays.selectors import lodgings
from ancu.apps.stays.tests.factories import make_stay, make_submission
from ancu.core import clock

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def names(response):
    return [row.establishment.name for row in response.context["page"].rows]


def test_the_officer_lists_his_area_and_no_other(world):
    assert names(world.client("olga").get("/lodgings/")) == ["Mai Châu Lodge"]
    assert names(world.client("pavel").get("/lodgings/")) == ["Lương Sơn Resort"]
    assert names(world.client("quynh").get("/lodgings/")) == ["Lương Sơn Resort", "Mai Châu Lodge"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=luong+son", ["Lương Sơn Resort"]),
        ("q=L%C6%B0%C6%A1ng", ["Lương Sơn Resort"]),
        ("q=resort+son", ["Lương Sơn Resort"]),
        ("q=nowhere", []),
        ("status=active", ["Lương Sơn Resort", "Mai Châu Lodge"]),
        ("status=pending", []),
        ("kind=homestay", []),
        ("after=rubbish~x", ["Lương Sơn Resort", "Mai Châu Lodge"]),
    ],
)
def test_search_and_filters(world, query, expected):
    assert names(world.client("quynh").get(f"/lodgings/?{query}")) == expected


def test_a_filter_that_cannot_be_read_lists_nothing(world):
    page = world.client("quynh").get("/lodgings/?status=rubbish")
    assertContains(page, "rubbish", status_code=422)
    assert "Mai Châu Lodge" not in page.content.decode()


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("order", ["", "guests", "silent"])
def test_the_list_costs_the_same(world, count, order, expect_queries):
    """Session, user, membership; lodgings, guests and who is to leave, last declarations; names for another order."""
    for _number in range(count - 1):
        make_stay(make_establishment(world.lodging.business, world.units.commune))
    client = world.client("olga")
    client.get("/lodgings/")
    with expect_queries(order):
        response = client.get(f"/lodgings/?order={order}")
    assert len(names(response)) == count


def test_guests_and_the_last_declaration_of_each(world):
    now = clock.now()
    make_stay(world.lodging, submission=make_submission(world.lodging, received_at=now - 9 * DAY))
    make_stay(world.lodging, arrived_on=clock.today() - 2 * DAY, departed_on=clock.today())
    newest = make_submission(world.lodging, received_at=now - 3 * DAY)
    leaves = {"arrived_on": clock.today() - 2 * DAY, "departed_on": clock.today() + DAY}
    make_stay(world.lodging, submission=newest, position=2, **leaves)
    make_stay(world.lodging, submission=newest, status="withdrawn", withdrawal_reason="nhập nhầm")
    make_stay(world.other_lodging)
    silent = make_establishment(world.lodging.business, world.units.commune, name="Im Lặng")
    rows = {row.establishment.pk: row for row in lodgings.lodging_page(world.actor("olga")).rows}
    assert set(rows) == {world.lodging.pk, silent.pk}
    assert (rows[world.lodging.pk].present, rows[world.lodging.pk].silent_days) == (1, 3)
    assert (rows[silent.pk].present, rows[silent.pk].declared_at, rows[silent.pk].silent_days) == (0, None, None)
    page = world.client("olga").get("/lodgings/")
    assertContains(page, "3 days ago")
    assertContains(page, "never")


def test_whoever_comes_between_two_questions_breaks_nothing(world, monkeypatch):
    make_stay(world.lodging, arrived_on=clock.today() - 2 * DAY, departed_on=clock.today() + DAY)
    monkeypatch.setattr(lodgings.presence, "at_lodgings", lambda *_about: {})
    assert lodgings.present_in([world.lodging.pk]) == {}


def test_orders_by_figures_and_their_pages(world, monkeypatch):
    many = make_establishment(world.lodging.business, world.units.commune, name="Đông Khách")
    for _ in range(2):
        make_stay(many, submission=make_submission(many, received_at=clock.now() - 5 * DAY))
    make_stay(world.lodging)
    make_establishment(world.lodging.business, world.units.commune, name="Im Lặng")
    client = world.client("olga")
    assert names(client.get("/lodgings/?order=guests")) == ["Đông Khách", "Mai Châu Lodge", "Im Lặng"]
    assert names(client.get("/lodgings/?order=silent")) == ["Im Lặng", "Đông Khách", "Mai Châu Lodge"]
    monkeypatch.setattr(lodgings, "PAGE", 2)
    first = client.get("/lodgings/?order=guests")
    assert names(first) == ["Đông Khách", "Mai Châu Lodge"]
    assert names(client.get("/lodgings/" + first.context["next_url"])) == ["Im Lặng"]


def test_chips_begin_with_a_capital(world):
    page = world.client("olga").get("/lodgings/")
    for words in ("All", "Waiting for approval", "Returned for correction", "Active", "Suspended", "Closed"):
        assertContains(page, f">{words}</a>")
    assertContains(page, "Active</span>")
