"""Queues sorted by each column: every page, every neighbour, and filters by commune and company."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ancu.apps.accounts.enums import OrganisationKind
from ancu.apps.accounts.models import Organisation
from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.selectors import queues
from ancu.apps.dossiers.selectors.queue_orders import ALL_ORDERS, READ, order_of
from ancu.apps.dossiers.selectors.queue_place import neighbour, queue_place
from ancu.apps.dossiers.services.queue_values import update_all, update_queue_values
from ancu.apps.dossiers.services.slots import receive_passport
from ancu.apps.dossiers.tests.factories import make_cast, make_dossier, make_submitted, pay
from ancu.apps.lodging.tests.factories import World, make_world
from ancu.core import clock
from ancu.core.testing.html import without_line_breaks

QUEUE = "/office/dossiers/"
SIZE = 3


@pytest.fixture
def cast(world: World) -> World:
    return make_cast(world)


def make_twelve() -> tuple[World, list[Dossier]]:
    """Return the cast and twelve accepted dossiers."""
    world = make_cast(make_world())
    return world, [make_submitted(world, state=State.ACCEPTED) for _ in range(12)]


def read(response: Any) -> str:
    return str(response.content.decode())


def all_pages(cast: World, queue_filter: queues.QueueFilter) -> list[Dossier]:
    """Return the dossiers of all pages."""
    rows, after = list[Dossier](), "first"
    while after:
        page = queues.queue_page(cast.actor("selma"), queue_filter, after, SIZE)
        rows += [row.dossier for row in page.rows]
        after = page.after
    return rows


@pytest.mark.django_db
@pytest.mark.stage(make=make_twelve)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_pages_and_neighbours_follow_every_order(shared_data: Any, data: st.DataObject) -> None:
    """Whatever the values are, equal or missing: pages show each dossier once, and neighbours agree with them."""
    world, dossiers = shared_data
    today = clock.today()
    some_days = st.one_of(st.none(), st.integers(-3, 3).map(lambda number: today + timedelta(days=number)))
    for dossier in dossiers:
        Dossier.objects.filter(pk=dossier.pk).update(
            due_on=data.draw(some_days),
            permitted_until=data.draw(some_days),
            finding_count=data.draw(st.one_of(st.none(), st.integers(0, 2))),
            has_passport=data.draw(st.booleans()),
            submitted_at=clock.now() - timedelta(minutes=data.draw(st.integers(0, 3))),
        )
    order = data.draw(st.sampled_from(ALL_ORDERS))
    queue_filter = queues.QueueFilter(state=State.ACCEPTED, order=order.code)
    rows = all_pages(world, queue_filter)
    assert {row.pk for row in rows} == {dossier.pk for dossier in dossiers} and len(rows) == len(dossiers)
    first = order.columns[0]
    values = [READ[first.name](row) if first.name in READ else getattr(row, first.name) for row in rows]
    present = [value for value in values if value is not None]
    assert values[: len(present)] == sorted(present, reverse=order.columns[0].descending), "without a value comes last"
    actor = world.actor("selma")
    for place, row in enumerate(rows):
        following = neighbour(actor, queue_filter, row)
        previous = neighbour(actor, queue_filter, row, back=True)
        assert (following.dossier if following else None) == (rows[place + 1] if place + 1 < len(rows) else None)
        assert (previous.dossier if previous else None) == (rows[place - 1] if place else None)
        assert queue_place(actor, queue_filter, row).number == place + 1


@pytest.mark.django_db
def test_fee_and_passport_sort_a_queue_and_its_address_keeps_the_order(cast: World) -> None:
    due = clock.today() + timedelta(days=1)
    plain, paid, brought = (make_dossier(cast) for _ in range(3))
    Dossier.objects.filter(pk__in=[plain.pk, paid.pk, brought.pk]).update(due_on=due)
    pay(cast, paid)
    receive_passport(cast.actor("ines"), dossier=brought)
    client = cast.client("ines")
    first = {
        order: client.get(QUEUE, {"state": "", "order": order}).context["page"].rows[0].dossier
        for order in ("paid", "passport")
    }
    assert first == {"paid": paid, "passport": brought}
    page = client.get(QUEUE, {"state": "submitted", "order": "paid"})
    heading = page.context["headings"]["paid"]
    assert heading.direction == "ascending" and "order=-paid" in heading.url and "state=submitted" in heading.url
    text = without_line_breaks(read(page))
    assert 'aria-sort="ascending"' in text and "order=paid" in text
    assert f"/office/dossiers/{paid.number}/?state=submitted&amp;order=paid" in text, "the workbench goes on in it"
    reversed_rows = client.get(QUEUE + heading.url).context["page"].rows
    assert reversed_rows[-1].dossier == paid


@pytest.mark.django_db
def test_no_cursor_says_how_long_a_person_may_stay(cast: World) -> None:
    dossier = make_dossier(cast)
    Dossier.objects.filter(pk=dossier.pk).update(permitted_until=datetime(2027, 1, 31).date())
    dossier.refresh_from_db()
    order = order_of("stay")
    cursor = order.cursor_of(dossier)
    assert "2027" not in cursor
    place = order.parse(cursor)
    assert place is not None and place.values[0] == dossier.permitted_until


@pytest.mark.django_db
@pytest.mark.parametrize(
    "cursor", ["", "_", "a_b_c", "decided_2026-13-01_4", "_2026-11-24_x", "_-_-", "_-_" + "9" * 40]
)
def test_a_wrong_cursor_is_the_first_page(cast: World, cursor: str) -> None:
    dossier = make_dossier(cast)
    assert cast.client("ines").get(QUEUE, {"state": "submitted", "after": cursor}).status_code == 200
    for order in ALL_ORDERS:
        page = queues.queue_page(cast.actor("ines"), queues.QueueFilter(state="submitted", order=order.code), cursor)
        assert cursor.endswith("9") or [row.dossier for row in page.rows] == [dossier]


@pytest.mark.django_db
def test_a_queue_is_filtered_by_commune_and_company_but_never_by_nationality(cast: World) -> None:
    ours, theirs = make_dossier(cast), make_dossier(cast)
    company = Organisation.objects.create(kind=OrganisationKind.SPONSOR, name="Công ty CP Đá Vôi")
    Dossier.objects.filter(pk=theirs.pk).update(organisation=company, unit=None)
    client = cast.client("ines")

    def numbers(**query: object) -> set[str]:
        return {row.dossier.number for row in client.get(QUEUE, query).context["page"].rows}

    assert numbers(company=company.pk) == {theirs.number}
    assert numbers(unit=ours.unit_id) == {ours.number}
    assert numbers(unit=ours.unit_id, company=company.pk) == set()
    page = client.get(QUEUE, {"company": company.pk})
    assert "Công ty CP Đá Vôi ×" in without_line_breaks(read(page))
    assert not any("national" in name for name in page.context["form"].fields)
    form = client.get(QUEUE, {"state": "", "more": "on"}).context["form"]
    assert (str(company.pk), company.name) in form.fields["company"].choices
    assert str(ours.unit_id) in dict(form.fields["unit"].choices)
    assert numbers(nationality="KOR", state="") == {ours.number, theirs.number}, "nobody can be sorted out by it"


@pytest.mark.django_db
def test_findings_and_the_end_of_the_stay_are_stored_for_the_queue(cast: World) -> None:
    dossier = make_dossier(cast, procedure="stay_extension")
    assert update_queue_values(dossier_id=dossier.pk)
    dossier.refresh_from_db()
    assert dossier.finding_count is not None and dossier.permitted_until is not None
    row = cast.client("ines").get(QUEUE, {"state": "submitted"}).context["page"].rows[0]
    assert row.stay_days_left == (dossier.permitted_until - clock.today()).days
    decided = make_dossier(cast, State.READY)
    Dossier.objects.update(finding_count=None)
    assert update_all() == 1 and not update_queue_values(dossier_id=decided.pk)
    assert Dossier.objects.get(pk=decided.pk).finding_count is None, "nothing is decided about it any more"
