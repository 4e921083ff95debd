"""“Is this right?”: what is odd about guests is asked before they are declared, and only that."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from ancu.apps.stays.forms.oddities import oddity_lines
from ancu.apps.stays.models import Stay, UndeclaredRow
from ancu.apps.stays.rules.oddities import GuestsPresent, answer_to, extension_oddities, find_oddities, is_answered
from ancu.apps.stays.tests.factories import make_stay
from ancu.apps.stays.tests.test_api import make_token
from ancu.apps.stays.tests.test_declaring import guest, rows
from ancu.apps.stays.tests.test_lodging_pages import guest as form_answers
from ancu.apps.stays.tests.test_two_windows import opened
from ancu.apps.stays.tests.test_uploads import csv, line, send
from ancu.core import clock
from ancu.core.testing import texts
from ancu.core.testing.html import without_line_breaks
from ancu.core.testing.program import Program

pytestmark = pytest.mark.django_db
HOUSE = GuestsPresent(None)


def codes(*records: dict[str, Any], house: GuestsPresent = HOUSE, **options: Any) -> list[tuple[str, tuple[int, ...]]]:
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
        (guest(arrived=-40, nights=60, permitted_until=str(clock.today() + timedelta(days=99))), "arrival_long_ago"),
        (guest(arrived=-9, nights=3), "departure_passed"),
        (guest(nights=50), "permit_before_departure"),
        (guest(birth_date="1920"), "birth_date_unlikely"),
        (guest(birth_date=str(clock.today())), "birth_date_recent"),
        (guest("TEST1234"), "document_number_placeholder"),
        (guest("00000001"), "document_number_placeholder"),
        (guest("abcdefg"), "document_number_unusual"),
    ],
)
def test_what_is_odd_about_one_guest(record: dict[str, Any], code: str) -> None:
    assert codes(guest("A2345"), record) == [(code, (2,))]


def test_the_beds_are_compared_with_who_would_stay_there() -> None:
    four = [guest(f"A{n}2345") for n in range(4)]
    assert codes(*four, house=GuestsPresent(4)) == codes(*four, house=GuestsPresent(None, 99)) == []
    assert codes(*four, house=GuestsPresent(4, 1)) == [("more_guests_than_beds", ())]
    assert codes(*four, house=GuestsPresent(4, 1), without=[1]) == []  # who stands already is counted there
    departed_guest = guest("A92345", arrived=-3, nights=3, departed_on=str(clock.today()))
    assert codes(departed_guest, house=GuestsPresent(1, 5)) == []


def test_one_number_of_two_nationalities_in_one_house() -> None:
    belgian, briton = guest("GA784157", nationality="BEL"), guest("GA784157", nationality="GBR")
    shared = ("document_of_two_nationalities", (1,))
    assert codes(briton, house=GuestsPresent(None, documents=frozenset({("GA784157", "BEL")}))) == [shared]
    assert codes(belgian, house=GuestsPresent(None, documents=frozenset({("GA784157", "BEL")}))) == []
    assert codes(belgian, briton) == [("document_of_two_nationalities", (1, 2))]
    departed_guest = briton | {"arrived_on": str(clock.today() - timedelta(days=2)), "departed_on": str(clock.today())}
    assert codes(belgian, departed_guest) == []


def test_a_permit_that_is_the_departure_on_most_rows() -> None:
    copied = [guest(f"A{n}2345", permitted_until=str(clock.today() + timedelta(days=3))) for n in range(3)]
    assert codes(*copied, guest("B12346")) == [("permit_equals_departure", tuple(range(1, len(copied) + 1)))]
    assert codes(*copied[:2]) == [("permit_equals_departure", (1, 2))]
    assert codes(copied[0]) == codes(*copied, *(guest(f"B{n}2345") for n in range(3))) == []


def test_an_answer_is_for_what_was_shown() -> None:
    first = find_oddities(rows(guest("000000000")), GuestsPresent(None), clock.today())
    more = find_oddities(rows(guest("000000000", arrived=1)), GuestsPresent(None), clock.today())
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
    assert page.status_code == 422 and texts.IS_THIS_RIGHT in body and 'href="#id_document_number"' in body
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
    assert texts.IS_THIS_RIGHT in body and "1 row: 2" in body
    upload, good = preview.context["upload"], preview.context["good"]
    confirm = reverse("stays:upload_confirm", args=[upload.pk])
    assert texts.CHECK_THEM_AND_CONFIRM in bob.post(confirm, {"good": good}, follow=True).content.decode()
    assert not Stay.objects.exists()
    only = bob.get(reverse("stays:upload_preview", args=[upload.pk]), {"show": "odd"})
    assert [row[0].position for row in only.context["rows"]] == [2]
    bob.post(confirm, {"good": good, "sure": preview.context["sure"]})
    assert Stay.objects.count() == 3


@pytest.mark.slow
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
    assert page.status_code == 422 and texts.IS_THIS_RIGHT in page.content.decode()
    assert bob.post(url, {"expected_departure": day(10), "sure": page.context["sure"]}).status_code == 302
    stay.refresh_from_db()
    assert stay.expected_departure == clock.today() + timedelta(days=10)


def test_who_opens_the_address_of_a_button_gets_a_page(world: Any) -> None:
    stay = make_stay(world.lodging)
    page = world.client("bob").get(reverse("stays:extend", args=[stay.pk]))
    assert (page.status_code, page["Allow"]) == (405, "POST")
    assert "<main" in page.content.decode() and "This address cannot be opened directly" in page.content.decode()


def program(world: Any, **changes: Any) -> Program:
    for name, value in changes.items():
        setattr(world.lodging, name, value)
    world.lodging.save()
    return Program(make_token(world.lodging))


def codes_of(row: dict[str, Any]) -> list[str]:
    return [error["code"] for error in row["errors"]]


def test_a_program_is_asked_and_nothing_odd_is_stored_before_it_confirms(world: Any) -> None:
    pms = program(world)
    odd = guest("000000000", client_reference="R2")
    status, response = pms.call("POST", "stays", [guest("A12345", client_reference="R1"), odd])
    assert (status, response["status"]) == (207, "some_refused")
    assert [response[name] for name in ("read", "accepted", "refused", "unconfirmed")] == [2, 1, 1, 1]
    [good, row] = response["rows"]
    assert (good["state"], row["state"]) == ("accepted", "needs_confirmation")
    [error] = row["errors"]
    assert (error["code"], error["field"]) == ("document_number_placeholder", "document_number")
    assert error["message_vi"] and error["message_en"] and row["warnings"] == [] and row["id"] is row["stay"] is None
    assert Stay.objects.get().document_number == "A12345"
    wrong = odd | {"confirmed": ["arrival_long_ago"]}
    assert pms.call("POST", "stays", wrong)[1]["rows"][0]["state"] == "needs_confirmation"
    assert pms.call("POST", "stays", odd | {"confirmed": [5]})[1]["rows"][0]["errors"][0]["field"] == "confirmed"
    status, response = pms.call("POST", "stays", odd | {"confirmed": ["document_number_placeholder"]})
    assert (status, response["accepted"], response["unconfirmed"]) == (200, 1, 0)
    assert [warning["code"] for warning in response["rows"][0]["warnings"]] == ["document_number_placeholder"]
    assert pms.call("POST", "stays", odd)[1]["rows"][0]["state"] == "already_declared"  # it stands: nothing to ask


def test_a_program_is_asked_about_a_batch_as_a_whole(world: Any) -> None:
    pms = program(world, beds=2)
    until = str(clock.today() + timedelta(days=3))
    records = [guest(f"A{n}2345", permitted_until=until) for n in range(3)]
    status, response = pms.call("POST", "stays", {"stays": records, "batch_reference": "B1"})
    assert (status, response["status"], response["unconfirmed"]) == (422, "none_stands", 3)
    assert {tuple(codes_of(row)) for row in response["rows"]} == {("more_guests_than_beds", "permit_equals_departure")}
    assert {note["code"] for note in response["notices"]} == {"more_guests_than_beds", "permit_equals_departure"}
    confirmed = ["more_guests_than_beds", "permit_equals_departure"]
    body = {"stays": records, "batch_reference": "B1", "confirmed": confirmed}
    assert pms.call("POST", "stays", body)[0] == 200  # what was asked settled nothing: the reference is free
    assert pms.call("POST", "stays", records)[1]["already_declared"] == 3  # sent again they are no more guests


def test_a_program_is_asked_about_the_guest_for_whom_there_is_no_bed(world: Any) -> None:
    pms = program(world, beds=1)
    assert pms.call("POST", "stays", guest("A12345"))[0] == 200
    status, response = pms.call("POST", "stays", guest("B12345"))
    assert (status, codes_of(response["rows"][0])) == (422, ["more_guests_than_beds"])
    confirmed = guest("B12345") | {"confirmed": "more_guests_than_beds"}
    assert pms.call("POST", "stays", confirmed)[0] == 200


def test_all_or_nothing_and_a_dry_run_are_asked_alike(world: Any) -> None:
    pms = program(world)
    batch = [guest("A12345"), guest("000000000"), guest("000000000")]
    status, response = pms.call("POST", "stays", {"stays": batch, "mode": "all_or_nothing"})
    assert (status, [row["state"] for row in response["rows"]]) == (
        422, ["held", "needs_confirmation", "needs_confirmation"],
    )  # fmt: skip
    status, response = pms.call("POST", "stays?dry_run=true", batch)
    assert (status, [row["state"] for row in response["rows"]][:2]) == (207, ["accepted", "needs_confirmation"])
    assert not Stay.objects.exists()


def test_a_file_of_a_program_is_asked_about_and_waits_for_a_person(world: Any, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    pms = program(world)
    data = csv(line(), line("LEE", "000000000"))
    status, response = pms.call("POST", "stays/file?dry_run=true", data)
    assert (status, [row["state"] for row in response["rows"]]) == (207, ["accepted", "needs_confirmation"])
    status, response = pms.call("POST", "files", data)
    assert (status, response["accepted"], response["unconfirmed"], response["refused"]) == (207, 1, 1, 1)
    [_good, row] = pms.call("GET", f"files/{response['id']}/rows")[1]["rows"]
    assert (row["state"], codes_of(row), row["warnings"]) == ("needs_confirmation", ["document_number_placeholder"], [])
    assert UndeclaredRow.objects.get().document_number == "000000000"
    status, response = pms.call("POST", "files?confirmed=document_number_placeholder", data)
    assert (status, response["accepted"], response["already_declared"]) == (200, 1, 1)
    assert pms.call("POST", "stays/file?confirmed=document_number_placeholder", data)[0] == 200


def test_a_program_confirms_an_odd_extension_and_correction(world: Any) -> None:
    pms = program(world)
    stay = make_stay(world.lodging, permitted_until=clock.today() + timedelta(days=3))
    path, body = f"stays/{stay.pk}/extend", {"expected_departure": str(clock.today() + timedelta(days=5))}
    status, response = pms.call("POST", path, body)
    assert (status, response["code"], codes_of(response)) == (422, "needs_confirmation", ["permit_before_departure"])
    stay.refresh_from_db()
    assert stay.expected_departure <= clock.today() + timedelta(days=3)
    status, response = pms.call("POST", path, body | {"confirmed": ["permit_before_departure"]})
    assert (status, [warning["code"] for warning in response["warnings"]]) == (200, ["permit_before_departure"])
    status, response = pms.call("PATCH", f"stays/{stay.pk}", {"document_number": "11111111"})
    assert (status, codes_of(response)) == (422, ["document_number_placeholder"])
    assert pms.call("PATCH", f"stays/{stay.pk}", {"room": "9"})[0] == 200  # beyond the permit as before
    body = {"document_number": "11111111", "confirmed": ["document_number_placeholder"]}
    assert pms.call("PATCH", f"stays/{stay.pk}", body)[0] == 200


def test_an_arrival_beyond_the_day_after_tomorrow_is_refused_to_programs(world: Any) -> None:
    status, response = program(world).call("POST", "stays", guest("A99999", arrived=9) | {"confirmed": "x"})
    assert (status, codes_of(response["rows"][0])) == (422, ["arrival_too_far_ahead"])


def test_a_conflict_within_a_batch_names_the_earlier_row(world: Any) -> None:
    pms = program(world)
    other_guest = {"full_name": "WEBER ANNA", "birth_date": "1991-01-01"}
    batch = [
        guest("A12345", client_reference="R1"),
        guest("A12345", client_reference="R2", **other_guest),
        guest("B12345", client_reference="R1", **other_guest),
    ]
    [_first, *refused] = pms.call("POST", "stays?dry_run=true", batch)[1]["rows"]
    assert [(row["conflicts_with"], row["conflicts_with_position"]) for row in refused] == [(None, 1)] * 2
    [first, *refused] = pms.call("POST", "stays", batch)[1]["rows"]
    assert [codes_of(row) for row in refused] == [["document_of_another_guest"], ["reference_of_another_guest"]]
    assert [(row["conflicts_with"], row["conflicts_with_position"]) for row in refused] == [(first["id"], 1)] * 2


def test_the_number_of_a_guest_in_the_house_with_another_nationality_is_asked_about(world: Any) -> None:
    bob, pms = world.client("bob"), program(world)
    make_stay(world.lodging, "VAN DIJK ELS", document_number="GA784157", nationality="BEL", birth_date="1971-02-03")
    page = bob.post(reverse("stays:declare"), form_answers(document_number="GA784157", nationality="GBR"))
    assert [oddity["code"] for oddity in page.context["oddities"]] == ["document_of_two_nationalities"]
    row = guest("GA784157", nationality="GBR")
    status, response = pms.call("POST", "stays", row)
    assert (status, codes_of(response["rows"][0])) == (422, ["document_of_two_nationalities"])
    status, response = pms.call("POST", "stays", row | {"confirmed": ["document_of_two_nationalities"]})
    assert status == 200
    assert "document_of_two_nationalities" in [warning["code"] for warning in response["rows"][0]["warnings"]]


def test_a_correction_to_a_number_of_another_nationality_in_the_house_is_asked_about(world: Any) -> None:
    bob, pms = world.client("bob"), program(world)
    make_stay(world.lodging, "VAN DIJK ELS", document_number="GA784157", nationality="BEL", birth_date="1971-02-03")
    stay = make_stay(world.lodging, "SMITH JOHN", document_number="GA784158", nationality="GBR")
    url, slip = f"stays/{stay.pk}", {"document_number": "GA784157"}
    page = bob.post(reverse("stays:correct", args=[stay.pk]), opened(bob, stay) | slip)
    assert [oddity["code"] for oddity in page.context["oddities"]] == ["document_of_two_nationalities"]
    status, response = pms.call("PATCH", url, slip)
    assert (status, codes_of(response)) == (422, ["document_of_two_nationalities"])
    assert pms.call("PATCH", url, slip | {"confirmed": ["document_of_two_nationalities"]})[0] == 200
    assert pms.call("PATCH", url, {"room": "7"})[0] == 200, "what stands is not asked about again"


def test_a_corrected_nationality_is_not_compared_with_the_stay_itself(world: Any) -> None:
    stay = make_stay(world.lodging, "SMITH JOHN", document_number="GA784158", nationality="GBR")
    assert program(world).call("PATCH", f"stays/{stay.pk}", {"nationality": "IRL"})[0] == 200


def test_the_rows_whose_permit_equals_the_departure_are_named_and_listed(world: Any) -> None:
    bob, lines = world.client("bob"), [line(f"GUEST {name}", f"P100{n}417") for n, name in enumerate("ABCDEFGHI")]
    copied = [text.replace(day(30), day(2)) for text in lines[1:8]]
    page = send(bob, csv(lines[0], *copied, lines[8]))
    assert "7 rows: 2, 3, 4, 5, 6 and 2 more" in without_line_breaks(page.content.decode())
    listed = bob.get(reverse("stays:upload_preview", args=[page.context["upload"].pk]) + "?show=odd")
    assert [entry[0].position for entry in listed.context["rows"]] == list(range(2, 9))


@translation.override("en")
def test_a_sentence_names_the_rows_of_the_value_it_quotes(world: Any) -> None:
    numbers = ["TEST1234", "0000001", "TEST1234", *(f"000000{n}" for n in range(2, 9))]
    oddities = find_oddities(rows(*(guest(number) for number in numbers)), HOUSE, clock.today())
    lines = [line for line in oddity_lines(oddities) if line["code"] == "document_number_placeholder"]
    quoted = [(line["text"].split("“")[-1].split("”")[0], line["positions"]) for line in lines[:2]]
    assert quoted == [("TEST1234", [1, 3]), ("0000001", [2])]
    assert len(lines) == 6 and (lines[-1]["text"], lines[-1]["number"]) == ("The same with other values:", 4)
