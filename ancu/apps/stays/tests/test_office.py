"""The office's pages: who may open them, what they count, what they cost, what they leave in the audit."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from ancu.apps.audit.models import Event
from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.stays import services
from ancu.apps.stays.selectors import figures
from ancu.apps.stays.selectors.presence import year_before
from ancu.apps.stays.selectors.submissions import PAGE
from ancu.apps.stays.tests.factories import make_stay, make_submission
from ancu.core import clock
from ancu.core.documents.reference_numbers import new_number

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def stay(world):
    return make_stay(world.lodging)


def addresses(stay):
    return {
        "area": reverse("stays:area"),
        "unit": reverse("stays:area-unit", args=[stay.unit_id]),
        "guests": reverse("stays:guests"),
        "people": reverse("stays:people") + "?q=hoffmann",
        "person": reverse("stays:person", args=[stay.identity.traveller_id]),
        "stay": reverse("stays:stay-office", args=[stay.pk]),
        "submissions": reverse("stays:submissions"),
        "submission": reverse("stays:submission", args=[stay.submission_id]),
        "lodging": reverse("stays:establishment-submissions", args=[stay.establishment_id]),
    }


@pytest.mark.parametrize(
    ("who", "own", "others"),
    [
        ("olga", 200, 200),
        ("quynh", 200, 200),
        ("rosa", 200, 200),
        ("pavel", 200, 404),
        ("alice", 404, 404),
        ("charlie", 404, 404),
    ],
)
def test_ladder(world, stay, who, own, others):
    client = world.client(who)
    for name, url in addresses(stay).items():
        expected = own if name in {"area", "guests", "people", "submissions"} else others
        assert client.get(url).status_code == expected, (name, url)


def test_nobody_is_sent_to_the_door(world, stay):
    for url in addresses(stay).values():
        assert world.client().get(url).status_code == 302


def test_area_counts(world):
    today = clock.today()
    make_stay(world.lodging)
    make_stay(world.lodging, arrived_on=today - 9 * DAY, expected_departure=today - DAY, permitted_until=today - DAY)
    make_stay(world.lodging, arrived_on=today - 2 * DAY, departed_on=today)
    make_stay(world.lodging, arrived_on=today, status="withdrawn", withdrawal_reason="nhập nhầm")
    make_stay(world.other_lodging, submission=make_submission(world.other_lodging, late_count=1))
    figures_ = figures.area_page(world.actor("olga")).figures
    assert (figures_.present, figures_.arrivals, figures_.overdue, figures_.permit_ended) == (2, 1, 1, 1)
    assert (figures_.active, figures_.declared_today, figures_.on_time) == (1, 1, 1.0)
    figures_of_province = figures.area_page(world.actor("quynh")).figures
    assert (figures_of_province.present, figures_of_province.active, figures_of_province.declared_today) == (3, 2, 2)
    assert figures_of_province.on_time == 1 - 1 / 5


def test_last_night_is_compared_with_the_night_a_week_before(world):
    """Two whole days: who arrived this morning is in neither, and who leaves today was there last night."""
    today = clock.today()
    make_stay(world.lodging, arrived_on=today - 9 * DAY, expected_departure=today)
    make_stay(world.lodging, arrived_on=today - 9 * DAY, departed_on=today - 7 * DAY)
    make_stay(world.lodging, arrived_on=today - 8 * DAY, departed_on=today - DAY)
    make_stay(world.lodging, arrived_on=today - 9 * DAY, departed_on=today - 8 * DAY)
    make_stay(world.lodging, arrived_on=today - 7 * DAY, departed_on=today)
    for _ in range(3):
        make_stay(world.lodging, arrived_on=today)
    figures_ = figures.area_page(world.actor("olga")).figures
    assert (figures_.present, figures_.last_night, figures_.week_before, figures_.change, figures_.arrivals) == (
        4,
        2,
        3,
        -1,
        3,
    )
    page = world.client("olga").get(reverse("stays:area"))
    [last_night, week, year] = page.context["compared"]
    assert (last_night["count"], week["count"], year["count"]) == (2, 3, 0)
    assert (week["delta"].text, week["delta"].is_up, week["delta"].is_better) == ("1", False, None)


def test_last_night_is_compared_with_a_year_before_and_each_number_has_its_list(world):
    yesterday = clock.today() - DAY
    make_stay(world.lodging, arrived_on=year_before(yesterday), departed_on=year_before(yesterday) + DAY)
    make_stay(world.lodging, arrived_on=yesterday)
    make_stay(world.lodging, arrived_on=clock.today())
    client = world.client("quynh")
    page = client.get(reverse("stays:area"))
    [last_night, _week, year] = page.context["compared"]
    assert (last_night["count"], year["count"]) == (1, 1) and year["delta"] is None
    for line in (last_night, year):
        assert len(client.get(line["url"]).context["page"].stays) == line["count"]
    html = page.content.decode()
    lodgings = client.get(f"{reverse('stays:lodgings')}?unit={world.units.commune.pk}&status=active")
    row = next(row for row in page.context["page"].parts if row.unit == world.units.commune)
    assert len(lodgings.context["page"].rows) == row.figures.active == 1
    assert client.get(f"{reverse('stays:lodgings')}?unit=999999999").status_code == 404
    links = set(re.findall(r'<td class="num"[^>]*><a\s+href="([^"]+)"[^>]*>(\d+)</a>', html))
    assert len(links) >= 2
    for url, number in links:
        if "/lodgings/" in url:
            continue
        assert len(client.get(unescape(url)).context["page"].stays) == int(number), url


def test_the_map_of_the_area_leads_to_pages_with_its_numbers(world):
    AdministrativeUnit.objects.update(latitude=20.8, longitude=105.3)
    world.lodging.locality = world.units.former_commune
    world.lodging.save()
    make_stay(world.lodging)
    make_stay(world.other_lodging)
    client = world.client("quynh")
    drawing = client.get(reverse("stays:area")).context["map"]
    places = [*drawing.districts, *(circle.place for circle in drawing.circles)]
    assert sum(place.value for place in places) == 3
    for place in places:
        assert client.get(place.url).context["page"].figures.present == place.value


def test_a_unit_is_the_sum_of_its_parts(world):
    for _ in range(2):
        make_stay(world.lodging)
    make_stay(world.other_lodging)
    make_stay(world.lodging, unit=world.units.former_commune)  # declared before the merger
    actor = world.actor("quynh")
    page = figures.area_page(actor, world.units.province.pk)
    assert page.figures.present == 4
    for name in figures.Figures.__dataclass_fields__:
        assert getattr(page.figures, name) == sum(getattr(part.figures, name) for part in page.parts), name
    # The former province knows only of lodgings whose former commune is noted.
    assert page.unplaced == 1
    [former] = page.former
    assert former.unit == world.units.former_province
    assert former.figures.present + page.unplaced == page.figures.present
    district = figures.area_page(actor, world.units.former_district.pk)
    assert district.figures.present == 3 == sum(part.figures.present for part in district.parts)


def test_former_unit_page_lists_its_guests(world, stay):
    another_stay = make_stay(world.other_lodging, "IVANOVA OLGA")
    page = world.client("quynh").get(reverse("stays:area-unit", args=[world.units.former_commune.pk]))
    assertContains(page, stay.full_name)
    assertNotContains(page, another_stay.full_name)


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("name", ["area", "guests", "people", "submissions", "lodging"])
def test_query_counts(world, expect_queries, name, count):
    stays = [make_stay(world.lodging, submission=make_submission(world.lodging, late_count=1)) for _ in range(count)]
    url, client = addresses(stays[0])[name], world.client("olga")
    client.get(url)
    with expect_queries(name):
        client.get(url)


def test_guest_filters(world):
    today = clock.today()
    staying = make_stay(world.lodging, "NOW HERE")
    late = make_stay(world.lodging, "LATE ONE", minutes_late=185)
    overdue = make_stay(world.lodging, "OVER DUE", arrived_on=today - 5 * DAY, expected_departure=today - DAY)
    ended = make_stay(world.lodging, "PERMIT OVER", permitted_until=today - DAY, nationality="RUS")
    departed_stay = make_stay(world.lodging, "GONE AWAY", arrived_on=today - 3 * DAY, departed_on=today - DAY)
    client = world.client("olga")

    def names(query):
        return {stay.full_name for stay in client.get(reverse("stays:guests") + query).context["page"].stays}

    assert names("") == {stay.full_name for stay in (staying, late, overdue, ended)}
    assert names("?everyone=on") == names("") | {departed_stay.full_name}
    assert names("?late=on") == {late.full_name}
    assert names("?overdue=on") == {overdue.full_name}
    assert names("?permit_ended=on") == names("?nationality=RUS") == {ended.full_name}
    assert names(f"?everyone=on&until={today - DAY:%d/%m/%Y}") == {overdue.full_name, departed_stay.full_name}
    assert names("?kind=homestay") == set()
    assert names(f"?lodging={world.lodging.pk}&unit={world.units.former_commune.pk}") == names("")
    assert client.get(reverse("stays:guests") + f"?lodging={world.other_lodging.pk}").status_code == 404
    assert client.get(reverse("stays:guests") + f"?unit={world.units.elsewhere.pk}").status_code == 404


def test_pages_follow_one_another(world):
    today = clock.today()
    stays = [make_stay(world.lodging, arrived_on=today - (n // 2) * DAY, expected_departure=today) for n in range(7)]
    from ancu.apps.stays.selectors.guests import GuestFilter, guest_page, guests

    everybody = guests(world.actor("olga"), GuestFilter(everyone=True))
    pks, cursor, pages = [], "", []
    while True:
        page = guest_page(everybody, after=cursor, size=3)
        pks += page.stays
        pages.append(page)
        if not page.after:
            break
        cursor = page.after
    assert [stay.pk for stay in pks] == [stay.pk for stay in sorted(stays, key=lambda s: (s.arrived_on, s.pk))][::-1]
    assert guest_page(everybody, before=pages[1].before, size=3).stays == pages[0].stays
    assert guest_page(everybody, after="not a cursor", size=3).stays == pages[0].stays


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_export_is_marked_recorded_and_harmless(world, kind):
    make_stay(world.lodging, '=HYPERLINK("http://evil")', room="@SUM(1)")
    answer = world.client("olga").post(reverse("stays:guests-export"), {"format": kind, "reason": "Công văn 12"})
    event = Event.objects.get(act="stays.exported")
    assert (event.user_id, event.details["count"]) == (world.users["olga"].pk, 1)
    if kind == "csv":
        text = answer.content.decode("utf-8-sig")
        assert "Olga" not in text and len(text.splitlines()) == 2  # its first line is the head
        assert "'=HYPERLINK" in text
        assert "'@SUM(1)" in text
    else:
        from io import BytesIO

        from python_calamine import CalamineWorkbook

        rows = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
        assert "Olga" in rows[0][0]
        assert rows[2][0] == '=HYPERLINK("http://evil")'
    assert "Content-Disposition" not in world.client("olga").get(reverse("stays:guests-export")).headers
    assert world.client("alice").post(reverse("stays:guests-export")).status_code == 404


def test_looks_are_recorded(world, stay):
    client, user = world.client("olga"), world.users["olga"].pk
    pages = addresses(stay)
    for name in ("guests", "people", "person", "stay", "submission"):
        client.get(pages[name] + ("?" if "?" not in pages[name] else "&") + "reason=inspection")
    looks = Event.objects.filter(act="looked", user_id=user).order_by("id")
    assert [(look.subject_type, look.reason) for look in looks] == [
        ("stays.guests", ""),
        ("stays.search", ""),
        ("travellers.traveller", "inspection"),
        ("stays.stay", "inspection"),
        ("stays.submission", ""),
    ]
    assert looks[0].details == {"filter": {}, "count": 1, "stays": [stay.pk]}
    assert "hoffmann" not in str(looks[1].details).lower()
    client.get(reverse("stays:person", args=[10**9]))
    assert looks.count() == 5


def test_corrections_show_before_and_after(world, stay):
    stay.room = "305"
    stay.save(update_fields=["room"])
    page = world.client("olga").get(reverse("stays:stay-office", args=[stay.pk]))
    assertContains(page, "<del>201</del>")
    assertContains(page, "<ins>305</ins>")


def test_article_stands_beside_lateness(world):
    submission = make_submission(world.lodging, late_count=1, number=new_number("HB"))
    late = make_stay(world.lodging, minutes_late=185, submission=submission)
    make_stay(world.lodging, limit_id="declaration.electronic 53/2016", submission=submission)  # in time
    page = world.client("olga").get(reverse("stays:stay-office", args=[late.pk]))
    assertContains(page, "3 hours late")
    assertContains(page, "Circular 87/2026/TT-BCA")
    for who, name, key in (
        ("olga", "submission", submission.pk), ("bob", "stay", late.pk), ("bob", "receipt", submission.number),
    ):  # fmt: skip
        page = world.client(who).get(reverse(f"stays:{name}", args=[key]))
        assertContains(page, "Circular 87/2026/TT-BCA")
        assertNotContains(page, "53/2016")


def test_a_large_submission_is_shown_in_pages_and_only_what_is_shown_is_a_look(world):
    submission = make_submission(world.lodging)
    stays = [make_stay(world.lodging, f"GUEST {n}", submission=submission, position=n + 1) for n in range(PAGE + 2)]
    client, url = world.client("olga"), reverse("stays:submission", args=[submission.pk])
    first = client.get(url)
    assert [stay.pk for stay in first.context["stays"]] == [stay.pk for stay in stays[:PAGE]]
    rest = client.get(url + first.context["next_url"])
    assert [stay.pk for stay in rest.context["stays"]] == [stay.pk for stay in stays[PAGE:]]
    assert (rest.context["next_url"], rest.context["first_url"]) == ("", "?")
    looks = Event.objects.filter(act="looked").order_by("id")
    assert [look.details["count"] for look in looks] == [PAGE, 2]


def test_a_list_of_submissions_says_what_was_refused_and_what_came_before(world):
    make_submission(world.lodging, read_count=1202, refused_count=1, already_count=1200)
    page = world.client("olga").get(reverse("stays:submissions"))
    assertContains(page, "1 refused")
    assertContains(page, "1,200 already declared")
    assertNotContains(page, "&lt;function")


def test_htmx_gets_the_list_alone(world, stay):
    url = reverse("stays:establishment-submissions", args=[world.lodging.pk])
    fragment = world.client("olga").get(url, headers={"HX-Request": "true"})
    assertContains(fragment, stay.submission.number)
    assertNotContains(fragment, "<html")


def test_the_history_says_who_changed_what_and_nothing_of_the_inner_keys(world, stay):
    services.correct(actor=world.actor("alice"), stay_id=stay.pk, changes={"birth_date": "1962-05"})
    services.withdraw(actor=world.actor("alice"), stay_id=stay.pk, reason="ghi nhầm phòng")
    corrected, withdrawn = world.client("olga").get(reverse("stays:stay-office", args=[stay.pk])).context["history"]
    assert [(field.name, field.after) for field in corrected.fields] == [("birth_date", "05/1962")]
    assert (withdrawn.who, withdrawn.reason, withdrawn.fields) == ("Alice", "ghi nhầm phòng", [])


def test_names_in_the_filters_selects_are_escaped(world):
    """The selects are written by hand for speed; a lodging's name is what its manager typed."""
    world.lodging.name = '"><script>alert(1)</script>'
    world.lodging.save(update_fields=["name"])
    page = world.client("olga").get(reverse("stays:guests") + f"?lodging={world.lodging.pk}")
    assertNotContains(page, "<script>alert")
    escaped = "&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"
    assertContains(page, f'<option value="{world.lodging.pk}" selected>{escaped}</option>')
