"""The area's page tells whoever has no list of guests no number of few people, nor one that can be worked out."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.services import enable_totp
from ancu.apps.accounts.tests.factories import TOTP_SECRET, make_member, make_user
from ancu.apps.stays.selectors.figures import OF_PEOPLE, area_page
from ancu.apps.stays.tests.factories import make_stay
from ancu.core import clock
from ancu.core.security.disclosure_control import MIN_PEOPLE, rounded_page
from ancu.core.testing import texts

DAY = timedelta(days=1)


@pytest.fixture
def analyst(world):
    """Eleven guests here, two of them past their permitted stay; two guests elsewhere."""
    for number in range(11):
        permitted = clock.today() - DAY if number < 2 else clock.today() + 30 * DAY
        make_stay(world.lodging, arrived_on=clock.today() - 3 * DAY, permitted_until=permitted)
    for _number in range(2):
        make_stay(world.other_lodging)
    world.users["anh"] = make_user("Anh")
    make_member(world.users["anh"], world.provincial_agency, Role.ANALYST)
    enable_totp(world.users["anh"], TOTP_SECRET)
    return world


def rows(page):
    return [page.figures, *(row.figures for row in (*page.parts, *page.former))]


@pytest.mark.django_db
def test_few_people_are_not_shown_and_the_rest_is_rounded(analyst):
    page = area_page(analyst.actor("anh"))
    assert (page.figures.present, page.figures.permit_ended, page.figures.arrivals) == (15, None, None)
    by_name = {row.unit.name: row.figures for row in page.parts}
    assert by_name["Lương Sơn"].present is None and by_name["Lương Sơn"].arrivals is None
    assert all(value is None or (value % MIN_PEOPLE == 0 and value) for number in rows(page)
               for value in (getattr(number, name) for name in OF_PEOPLE))  # fmt: skip
    exact = area_page(analyst.actor("quynh"))
    assert (exact.figures.present, exact.figures.permit_ended) == (13, 2)


@pytest.mark.django_db
def test_a_place_tells_no_more_of_itself_than_the_place_above_tells_of_it(analyst):
    above = {row.unit.pk: row.figures for row in area_page(analyst.actor("anh")).parts}
    for unit in (analyst.units.commune, analyst.units.elsewhere):
        own = area_page(analyst.actor("anh"), unit.pk)
        hidden = [name for name in OF_PEOPLE if getattr(above[unit.pk], name) is None]
        assert hidden and all(getattr(figures, name) is None for figures in rows(own) for name in hidden)


@pytest.mark.django_db
def test_the_page_says_so_and_opens_no_list(analyst):
    client = analyst.client("anh")
    for url in ("/office/area/", f"/office/area/{analyst.units.elsewhere.pk}/"):
        answer = client.get(url)
        page = answer.content.decode()
        assert answer.status_code == 200 and "Numbers below 5 are not shown" in page
        assert "/office/guests/" not in page and texts.NOT_SHOWN in page
    assert texts.NOT_SHOWN not in analyst.client("quynh").get("/office/area/").content.decode()


counts = st.integers(0, 60)


@given(st.lists(st.tuples(counts, counts), max_size=7), st.lists(counts, max_size=5), st.booleans())
def test_what_is_published_is_never_of_few_people(lines, others, above):
    rows = [{"a": first, "b": second} for first, second in lines]
    total = {"a": sum(row["a"] for row in rows), "b": sum(row["b"] for row in rows)}
    parts = [{"a": number, "b": 0} for number in others]
    published, tables = rounded_page(total, {"rows": rows, "others": parts}, {"a": None, "b": 5} if above else None)
    for figures in (published, *tables["rows"], *tables["others"]):
        assert set(figures) == {"a", "b"}
        assert all(value is None or value >= MIN_PEOPLE for value in figures.values())
    if above:
        assert all(figures["a"] is None for figures in (published, *tables["rows"], *tables["others"]))
    for name in total:
        if published[name] is None:
            assert all(line[name] is None for line in (*tables["rows"], *tables["others"]))
