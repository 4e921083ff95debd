"""“Is this right?”: what is odd about guests is asked before they are declared, and only that."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from ancu.apps.stays.models import Stay
from ancu.apps.stays.rules.oddities import House, answer_to, extension_oddities, find_oddities, is_answered
from ancu.apps.stays.tests.factories import make_stay
from ancu.apps.stays.tests.test_api import make_token
from ancu.apps.stays.tests.test_declaring import guest, rows
from ancu.apps.stays.tests.test_lodging_pages import guest as form_answers
from ancu.apps.stays.tests.test_two_windows import opened
from ancu.apps.stays.tests.test_uploads import csv, line, send
from ancu.core import clock
from ancu.core.testing.program import Program

pytestmark = pytest.mark.django_db
HOUSE = House(None)


def codes(*records: dict[str, Any], house: House = HOUSE, **options: Any) -> list[tuple[str, tuple[int, ...]]]:
    oddities = find_oddities(rows(*records), house, clock.today(), **options)
    return [(oddity.finding.code, oddity.positions) for oddity in oddities]


def day(days: int) -> str:
    return f"{clock.today() + timedelta(days=days):%d/%m/%Y}"


# ---- the rule -------------------------------------------------------------------------------------------


def test_an_ordinary_guest_is_not_asked_about() -> None:
    assert codes(guest(), guest("A2345"), guest("A3456", permitted_until=None, sex=None)) == []
    assert codes(guest("A2345", arrived=-10, nights=20), guest(nationality="??", document_number="00000000")) == []


@pytest.mark.parametrize(
    ("record", "code"),
    [
        (guest("000000000"), "document_number_placeholder"),
        (guest(arrived=1), "arrival_in_future"),
        (guest(arrived=-40, nights=60, permitted_until="2027-06-01"), "arrival_long_ago"),
        (guest(arrived=-9, nights=3), "departure_passed"),
        (guest(nights=50), "permit_before_departure"),
        (guest(birth_date="1920"), "birth_date_unlikely"),
    ],
)
def test_what_is_odd_about_one_guest(record: dict[str, Any], code: str) -> None:
    assert codes(guest("A2345"), record) == [(code, (2,))]


def test_the_beds_are_compared_with_who_would_stay_there() -> None:
    four = [guest(f"A{n}2345") for n in range(4)]
    assert codes(*four, house=House(4)) == codes(*four, house=House(None, 99)) == []
    assert codes(*four, house=House(4, 1)) == [("more_guests_than_beds", ())]
    assert codes(*four, house=House(4, 1), without=[1]) == []  # who stands already is counted there
    departed_guest = guest("A92345", arrived=-3, nights=3, departed_on=str(clock.today()))
    assert codes(departed_guest, house=House(1, 5)) == []


def test_a_permit_that_is_the_departure_on_most_rows() -> None:
    copied = [guest(f"A{n}2345", permitted_until=str(clock.today() + timedelta(days=3))) for n in range(3)]
    assert codes(*copied, guest("B12346")) == [("permit_equals_departure", ())]
    assert codes(*copied[:2]) == codes(*copied, *(guest(f"B{n}2345") for n in range(3))) == []


def test_an_answer_is_for_what_was_shown() -> None:
    first = find_oddities(rows(guest("000000000")), House(None), clock.today())
    more = find_oddities(rows(guest("000000000", arrived=1)), House(None), clock.today())
    assert is_answered([], {}) and is_answered(first, {"sure": answer_to(first)})
    assert not is_answered(first, {}) and not is_answered(more, {"sure": answer_to(first)})


def test_an_extension_beyond_the_permit_is_odd() -> None:
    came, until = date(2026, 11, 1), date(2026, 11, 30)
    assert extension_oddities(came, until, until) == extension_oddities(came, None, date(2027, 3, 1)) == []
    assert [oddity.finding.code for oddity in extension_oddities(came, until, date(2028, 1, 1))] == [
        "permit_before_departure", "stay_very_long",
    ]  # fmt: skip


# ---- where it is asked ----------------------------------------------------------------------------------


def test_the_form_asks_once_and_declares_what_is_right(world: Any) -> None:
    bob, url = world.client("bob"), reverse("stays:declare")
    answers = form_answers(document_number="000000000", another="1")
    page = bob.post(url, answers)
    body = page.content.decode()
    assert page.status_code == 422 and "Is this right?" in body and 'href="#id_document_number"' in body
    assert 'name="another" value="1"' in body and 'value="HOFFMANN JÖRG"' in body
    assert not Stay.objects.exists()
    confirmation = page.context["sure"]
    assert bob.post(url, answers | {"arrived_on": day(1), "sure": confirmation}).status_code == 422  # another oddity
    assert bob.post(url, answers | {"sure": confirmation}).status_code == 302
    assert Stay.objects.get().document_number == "000000000"


def test_the_form_asks_nothing_of_an_ordinary_guest(world: Any) -> None:
    assert world.client("bob").post(reverse("stays:declare"), form_answers()).status_code == 302


def test_the_form_refuses_an_arrival_beyond_the_day_after_tomorrow(world: Any) -> None:
    bob, url = world.client("bob"), reverse("stays:declare")
    page = bob.post(url, form_answers(arrived_on=day(3), expected_departure=day(5)))
    assert page.status_code == 422 and list(page.context["form"].errors) == ["arrived_on"]
    assert day(2) in page.context["form"].errors["arrived_on"][0]


def test_the_form_asks_when_the_house_is_full(world: Any) -> None:
    world.lodging.beds = 1
    world.lodging.save()
    make_stay(world.lodging)
    make_stay(world.lodging, arrived_on=clock.today() - timedelta(days=5), expected_departure=clock.today())  # leaves
    page = world.client("bob").post(reverse("stays:declare"), form_answers())
    assert "registered 1 beds" in page.content.decode() and "2 guests" in page.content.decode()
    assert page.status_code == 422


def test_a_guest_who_has_left_already_is_declared_so(world: Any) -> None:
    answers = form_answers(arrived_on=day(-5), expected_departure=day(-2), permitted_until="")
    page = world.client("bob").post(reverse("stays:declare"), answers)
    assert page.status_code == 422 and 'href="#id_departed_on"' in page.content.decode()
    assert world.client("bob").post(reverse("stays:declare"), answers | {"departed_on": day(-2)}).status_code == 302
    assert Stay.objects.get().departed_on == clock.today() - timedelta(days=2)


def test_a_file_is_declared_once_what_is_odd_was_said_to_be_right(world: Any, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    bob = world.client("bob")
    preview = send(bob, csv(line(), line("LEE", "000000000"), line("PARK", "A2345")))
    body = preview.content.decode()
    assert "Is this right?" in body and "1 row: 2" in body
    upload, good = preview.context["upload"], preview.context["good"]
    confirm = reverse("stays:upload_confirm", args=[upload.pk])
    assert "Please look at it" in bob.post(confirm, {"good": good}, follow=True).content.decode()
    assert not Stay.objects.exists()
    only = bob.get(reverse("stays:upload_preview", args=[upload.pk]), {"show": "odd"})
    assert [row[0].position for row in only.context["rows"]] == [2]
    bob.post(confirm, {"good": good, "sure": preview.context["sure"]})
    assert Stay.objects.count() == 3


def test_a_correction_asks_about_what_it_makes_odd_and_no_more(world: Any) -> None:
    bob, today = world.client("bob"), clock.today()
    stay = make_stay(world.lodging, arrived_on=today - timedelta(days=60), expected_departure=today, purpose="")
    url, answers = reverse("stays:correct", args=[stay.pk]), opened(bob, stay)
    assert bob.post(url, answers | {"room": "7"}).status_code == 302  # it came long ago as before
    page = bob.post(url, opened(bob, stay) | {"document_number": "11111111"})
    assert page.status_code == 422 and [oddity["code"] for oddity in page.context["oddities"]] == [
        "document_number_placeholder"
    ]
    confirmed = opened(bob, stay) | {"document_number": "11111111", "sure": page.context["sure"]}
    assert bob.post(url, confirmed).status_code == 302


def test_an_extension_beyond_the_permit_is_asked_about(world: Any) -> None:
    bob = world.client("bob")
    stay = make_stay(world.lodging, permitted_until=clock.today() + timedelta(days=9))
    url = reverse("stays:extend", args=[stay.pk])
    assert bob.post(url, {"expected_departure": day(9)}).status_code == 302
    page = bob.post(url, {"expected_departure": day(10)})
    assert page.status_code == 422 and "Is this right?" in page.content.decode()
    assert bob.post(url, {"expected_departure": day(10), "sure": page.context["sure"]}).status_code == 302
    stay.refresh_from_db()
    assert stay.expected_departure == clock.today() + timedelta(days=10)


def test_programs_are_told_in_warnings_and_notices(world: Any) -> None:
    world.lodging.beds = 2
    world.lodging.save()
    pms = Program(make_token(world.lodging))
    until = str(clock.today() + timedelta(days=3))
    records = [guest(f"A{n}2345", permitted_until=until) for n in range(2)] + [
        guest("000000000", permitted_until=until)
    ]
    status, response = pms.call("POST", "stays", records)
    assert (status, response["accepted"]) == (200, 3)
    assert {note["code"] for note in response["notices"]} == {"more_guests_than_beds", "permit_equals_departure"}
    assert [warning["code"] for warning in response["rows"][2]["warnings"]] == ["document_number_placeholder"]
    status, response = pms.call("POST", "stays", guest("A99999", arrived=9))
    assert (status, response["rows"][0]["errors"][0]["code"]) == (422, "arrival_too_far_ahead")
    stay = Stay.objects.first()
    assert stay is not None
    response = pms.call(
        "POST", f"stays/{stay.pk}/extend", {"expected_departure": str(clock.today() + timedelta(days=5))}
    )[1]
    assert [warning["code"] for warning in response["warnings"]] == ["permit_before_departure"]
