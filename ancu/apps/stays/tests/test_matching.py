"""A guest declared again: the same person with the same data, with other data, and somebody else in the place."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.urls import reverse

from ancu.apps.lodging.models import ApiToken
from ancu.apps.stays.models import Stay, Submission, Upload
from ancu.apps.stays.rules.oddities import UnconfirmedOddities
from ancu.apps.stays.selectors import history
from ancu.apps.stays.services import correct
from ancu.apps.stays.services.matching import preview_declaration
from ancu.apps.stays.services.storing import COPY_FROM
from ancu.apps.stays.tests.factories import make_stay
from ancu.apps.stays.tests.test_api import make_token
from ancu.apps.stays.tests.test_declaring import guest, rows, say, states
from ancu.apps.stays.tests.test_devices import OfflinePhone
from ancu.apps.stays.tests.test_lodging_pages import guest as form_answers
from ancu.apps.stays.tests.test_two_windows import opened
from ancu.apps.stays.tests.test_uploads import csv, line, send
from ancu.core import clock
from ancu.core.errors import Conflict
from ancu.core.testing import texts
from ancu.core.testing.program import Program

pytestmark = pytest.mark.django_db

HUSBAND = guest("C0TEST001")
WIFE = guest("C0TEST002", full_name="HOFFMANN ANNA", birth_date="1986-11-20", sex="F")


@pytest.fixture
def pms(world: Any) -> Program:
    return Program(make_token(world.lodging))


def confirm(client: Any, preview: Any) -> Any:
    answers = {"good": preview.context["good"], "sure": preview.context["sure"]}
    return client.post(reverse("stays:upload_confirm", args=[preview.context["upload"].pk]), answers, follow=True)


def codes(row: Any) -> list[str]:
    return [error.code for error in row.errors]


def differing(row: Any) -> dict[str, tuple[str | None, str | None]]:
    return {difference.field: (difference.declared, difference.sent) for difference in row.differs}


# ---- a reference of another guest ----------------------------------------------------------------------


@pytest.mark.parametrize("filler", [0, COPY_FROM])
def test_the_reference_of_another_guest_is_refused(world: Any, filler: int) -> None:
    say(world, HUSBAND, row_references=["BOOKING-7"])
    others = [guest(f"F{n:07}") for n in range(filler)]
    outcome = say(world, WIFE, *others, row_references=["BOOKING-7"])
    assert (outcome.rows[0].state, outcome.rows[0].stay_id, outcome.rows[0].receipt) == ("refused", None, None)
    assert codes(outcome.rows[0]) == ["reference_of_another_guest"]
    assert (outcome.refused, outcome.accepted) == (1, filler)
    assert not Stay.objects.filter(document_number="C0TEST002").exists()


def test_one_reference_for_two_guests_of_one_call_is_refused_for_the_second(world: Any) -> None:
    outcome = say(world, HUSBAND, WIFE, row_references=["BOOKING-7"] * 2)
    assert states(outcome) == ["accepted", "refused"]
    assert codes(outcome.rows[1]) == ["reference_of_another_guest"]
    assert outcome.read == outcome.accepted + outcome.already_declared + outcome.refused == 2


def test_whose_reference_it_is_does_not_depend_on_the_order(world: Any) -> None:
    first = say(world, HUSBAND, row_references=["BOOKING-7"])
    outcome = say(world, WIFE, HUSBAND, row_references=["BOOKING-7"] * 2)
    assert states(outcome) == ["refused", "already_declared"]
    assert outcome.rows[1].stay_id == first.rows[0].stay_id


def test_a_guest_with_a_taken_reference_who_stands_already_is_told_so(world: Any) -> None:
    say(world, HUSBAND, row_references=["BOOKING-7"])
    hers = say(world, WIFE, row_references=["BOOKING-8"])
    outcome = say(world, WIFE, row_references=["BOOKING-7"])
    assert states(outcome) == ["already_declared"]
    assert outcome.rows[0].stay_id == hers.rows[0].stay_id


def test_a_corrected_guest_keeps_the_reference_by_what_the_stay_says_now(world: Any) -> None:
    first = say(world, HUSBAND, row_references=["BOOKING-7"])
    stay_id = first.rows[0].stay_id
    correct(actor=world.actor("bob"), stay_id=stay_id, changes={"document_number": "C0TEST007"})
    for row in (HUSBAND, HUSBAND | {"document_number": "C0TEST007", "birth_date": "1985-03-08"}):
        outcome = say(world, row, row_references=["BOOKING-7"])
        assert (states(outcome), outcome.rows[0].stay_id) == (["already_declared"], stay_id), row
    correct(actor=world.actor("bob"), stay_id=stay_id, changes={"birth_date": "1985-03-08"})
    assert codes(say(world, HUSBAND, row_references=["BOOKING-7"]).rows[0]) == ["reference_of_another_guest"]
    assert codes(say(world, WIFE, row_references=["BOOKING-7"]).rows[0]) == ["reference_of_another_guest"]


def test_the_document_of_another_guest_is_refused_and_the_other_stay_named(world: Any) -> None:
    first = say(world, HUSBAND)
    outcome = say(world, {**WIFE, "document_number": HUSBAND["document_number"]})
    assert codes(outcome.rows[0]) == ["document_of_another_guest"]
    assert (outcome.rows[0].stay_id, outcome.rows[0].conflicts_with) == (None, first.rows[0].stay_id)
    outcome = say(world, guest("N0001"), {**WIFE, "document_number": "N0001"})
    assert states(outcome) == ["accepted", "refused"]
    assert codes(outcome.rows[1]) == ["document_of_another_guest"]


TWINS = [guest("M7310042", full_name=name, nationality="KOR") for name in ("MOON JI WOO", "MOON JI SOO")]


@pytest.mark.parametrize("is_one_call", [True, False])
@pytest.mark.parametrize("reference", ["", "BOOKING-7"])
def test_a_twin_with_a_copied_number_is_refused_by_every_channel(
    world: Any, pms: Program, reference: str, is_one_call: bool
) -> None:
    first, second = (record | {"client_reference": reference} for record in TWINS)
    answers = [pms.call("POST", "stays", sent) for sent in ([[first, second]] if is_one_call else [first, second])]
    status, answer = answers[-1]
    row = answer["rows"][-1]
    assert (status, row["state"], row["id"], row["differs"]) == (207 if is_one_call else 422, "refused", None, [])
    assert [error["code"] for error in row["errors"]] == ["document_of_another_guest"]
    assert row["conflicts_with"] == answers[0][1]["rows"][0]["id"]
    preview = preview_declaration(world.lodging, rows(second))
    assert ([codes(row) for row in preview.rows], preview.receipts) == ([["document_of_another_guest"]], {})


@pytest.mark.parametrize(("arrived", "filler"), [(1, 0), (-1, 0), (1, COPY_FROM)])
def test_a_twin_with_a_copied_number_never_ends_the_others_stay(world: Any, arrived: int, filler: int) -> None:
    first, second = (guest("M7310042", arrived=-2, full_name=twin["full_name"], nationality="KOR") for twin in TWINS)
    say(world, first)
    stay = Stay.objects.get()
    second |= {"arrived_on": str(clock.today() + timedelta(days=arrived - 2))}
    outcome = say(world, second, *(guest(f"F{n:07}") for n in range(filler)))
    assert (outcome.rows[0].state, codes(outcome.rows[0])) == ("refused", ["document_of_another_guest"])
    assert (outcome.rows[0].conflicts_with, outcome.accepted) == (stay.pk, filler)
    assert Stay.objects.get(pk=stay.pk).departed_on is None
    assert [row.errors for row in preview_declaration(world.lodging, rows(second)).rows] == [outcome.rows[0].errors]
    judged = preview_declaration(world.other_lodging, rows(first, second)).rows
    assert [codes(row) for row in judged] == [[], ["document_of_another_guest"]]


@pytest.mark.parametrize("filler", [0, COPY_FROM])
def test_a_guest_who_returns_by_another_spelling_begins_another_stay(world: Any, filler: int) -> None:
    say(world, guest("M7310042", arrived=-2, full_name="MOON JI WOO", nationality="KOR"))
    back = guest("M7310042", arrived=-1, full_name="MOON JI-WU", nationality="KOR")
    assert codes(preview_declaration(world.lodging, rows(back)).rows[0]) == []
    outcome = say(world, *(guest(f"F{n:07}") for n in range(filler)), back)
    assert {row.state for row in outcome.rows} == {"accepted"}
    assert Submission.objects.count() == 2 and Submission.objects.latest("pk").stays.count() == filler + 1
    earlier, later = Stay.objects.filter(document_number="M7310042").order_by("arrived_on")
    assert (earlier.departed_on, earlier.departure_presumed) == (later.arrived_on, True)


def test_a_renamed_guest_who_returns_as_first_declared_begins_another_stay(world: Any) -> None:
    say(world, guest("M7310042", arrived=-2, full_name="MOON JI WOO", nationality="KOR"))
    correct(actor=world.actor("bob"), stay_id=Stay.objects.get().pk, changes={"full_name": "MOON HYUN"})
    back = guest("M7310042", arrived=-1, full_name="MOON JI WOO", nationality="KOR")
    assert states(say(world, back)) == ["accepted"]
    assert Stay.objects.get(arrived_on=clock.today() - timedelta(days=2)).departed_on is not None


def test_a_twin_holds_an_all_or_nothing_call(pms: Program) -> None:
    pms.call("POST", "stays", TWINS[0])
    body = {"mode": "all_or_nothing", "stays": [TWINS[1], guest("NEW0001")]}
    status, answer = pms.call("POST", "stays", body)
    assert (status, [row["state"] for row in answer["rows"]]) == (422, ["refused", "held"])
    assert Stay.objects.count() == 1


def test_a_renamed_guest_sent_as_first_declared_stands(world: Any) -> None:
    say(world, TWINS[0])
    correct(actor=world.actor("bob"), stay_id=Stay.objects.get().pk, changes={"full_name": "MOON HYUN"})
    outcome = say(world, TWINS[0])
    assert (states(outcome), list(differing(outcome.rows[0]))) == (["already_declared"], ["full_name"])


@pytest.mark.parametrize(("arrived", "filler"), [(1, 0), (-1, 0), (1, COPY_FROM), (-1, COPY_FROM)])
def test_declaring_never_closes_or_is_closed_by_another_persons_stay(world: Any, arrived: int, filler: int) -> None:
    say(world, guest("C0TEST001", arrived=-2))
    stay = Stay.objects.get()
    others = [guest(f"F{n:07}") for n in range(filler)]
    hers = guest("C0TEST001", arrived=-2 + arrived, full_name="HOFFMANN SABINE", birth_date="1981-05-02", sex="F")
    outcome = say(world, hers, *others)
    assert (outcome.rows[0].state, codes(outcome.rows[0])) == ("refused", ["document_of_another_guest"])
    assert (outcome.rows[0].conflicts_with, outcome.accepted) == (stay.pk, filler)
    assert (Stay.objects.get(pk=stay.pk).departed_on, Stay.objects.count()) == (None, 1 + filler)
    assert [row.errors for row in preview_declaration(world.lodging, rows(hers)).rows] == [outcome.rows[0].errors]


@pytest.mark.parametrize("arrived", [1, -1])
def test_of_one_file_too_only_one_person_has_a_document(world: Any, arrived: int) -> None:
    hers = guest("C0TEST001", arrived=-2 + arrived, full_name="HOFFMANN SABINE", birth_date="1981-05-02", sex="F")
    records = [guest("C0TEST001", arrived=-2), hers]
    preview = preview_declaration(world.lodging, rows(*records))
    assert [[finding.code for finding in row.errors] for row in preview.rows] == [[], ["document_of_another_guest"]]
    outcome = say(world, *records)
    assert (states(outcome), codes(outcome.rows[1])) == (["accepted", "refused"], ["document_of_another_guest"])
    assert outcome.rows[1].conflicts_with_position == outcome.rows[0].position
    assert Stay.objects.get().departed_on is None


def test_a_guest_who_left_does_not_hold_the_number(world: Any) -> None:
    departed = guest("C0TEST001", arrived=-9, departed_on=str(clock.today() - timedelta(days=8)))
    hers = guest("C0TEST001", arrived=-2, full_name="HOFFMANN SABINE", birth_date="1981-05-02", sex="F")
    assert states(say(world, departed, hers)) == ["accepted", "accepted"]
    assert states(say(world, departed, hers)) == ["already_declared", "already_declared"]


def test_a_corrected_guest_declared_as_before_on_another_day_is_no_repeat(world: Any) -> None:
    first = say(world, guest("C0TEST001", arrived=-2))
    changes = {"full_name": "HOFMANN JOERG", "birth_date": "1985-03-08"}
    correct(actor=world.actor("bob"), stay_id=first.rows[0].stay_id, changes=changes)
    assert states(say(world, guest("C0TEST001", arrived=-1))) == ["refused"]


def test_a_program_is_never_told_that_another_guest_stands(pms: Program) -> None:
    pms.call("POST", "stays", {**HUSBAND, "client_reference": "BOOKING-7"})
    status, response_body = pms.call("POST", "stays", {**WIFE, "client_reference": "BOOKING-7"})
    [row] = response_body["rows"]
    assert (status, response_body["status"], row["state"], row["id"], row["receipt"]) == (
        422, "none_stands", "refused", None, None,
    )  # fmt: skip
    assert [error["code"] for error in row["errors"]] == ["reference_of_another_guest"]
    assert (row["stay"], row["understood"]["full_name"]) == (None, "HOFFMANN ANNA")


# ---- declared again with other data --------------------------------------------------------------------


def test_what_differs_is_named_and_nothing_of_it_is_stored(world: Any) -> None:
    first = say(world, HUSBAND)
    later = {"room": "305", "birth_date": "1984-03-09", "expected_departure": str(clock.today() + timedelta(days=9))}
    outcome = say(world, HUSBAND | later)
    assert (states(outcome), outcome.differing) == (["already_declared"], 1)
    assert outcome.rows[0].stay_id == first.rows[0].stay_id
    assert differing(outcome.rows[0]) == {
        "room": ("201", "305"),
        "birth_date": ("1984-03-08", "1984-03-09"),
        "expected_departure": (HUSBAND["expected_departure"], later["expected_departure"]),
    }
    assert Stay.objects.get().room == "201"


@pytest.mark.parametrize(
    "same",
    [
        {"full_name": "Hoffmann  Jorg"},
        {"full_name": "JÖRG HOFFMANN"},
        {"room": " 201 "},
        {"room": None},
        {"sex": None},
        {"permitted_until": None},
    ],
)
def test_another_spelling_and_what_is_left_out_are_no_difference(world: Any, same: dict[str, Any]) -> None:
    say(world, HUSBAND)
    outcome = say(world, HUSBAND | same)
    assert (states(outcome), outcome.differing, outcome.rows[0].differs) == (["already_declared"], 0, [])


def test_what_was_missing_before_is_a_difference(world: Any) -> None:
    say(world, HUSBAND | {"permitted_until": None})
    outcome = say(world, HUSBAND)
    assert differing(outcome.rows[0]) == {"permitted_until": (None, HUSBAND["permitted_until"])}


def test_the_same_guest_twice_in_one_file_with_other_data_differs(world: Any) -> None:
    outcome = say(world, HUSBAND, HUSBAND | {"room": "305"})
    assert states(outcome) == ["accepted", "already_declared"]
    assert differing(outcome.rows[1]) == {"room": ("201", "305")}


def test_a_program_reads_what_stands_and_what_differs(pms: Program) -> None:
    _, first = pms.call("POST", "stays", HUSBAND)
    status, response_body = pms.call("POST", "stays", HUSBAND | {"room": "305"})
    [row] = response_body["rows"]
    assert (status, response_body["status"], response_body["differing"]) == (207, "some_differ", 1)
    assert (row["state"], row["id"]) == ("already_declared", first["rows"][0]["id"])
    assert (row["stay"]["room"], row["understood"]) == ("201", None)
    assert row["differs"] == [{"field": "room", "declared": "201", "sent": "305"}]
    status, response_body = pms.call("POST", "stays", HUSBAND)
    assert (status, response_body["status"], response_body["differing"], response_body["rows"][0]["differs"]) == (
        200,
        "all_stand",
        0,
        [],
    )


def test_all_or_nothing_is_refused_as_a_conflict_when_one_differs(pms: Program) -> None:
    pms.call("POST", "stays", HUSBAND)
    body = {"batch_reference": "B-1", "mode": "all_or_nothing", "stays": [HUSBAND | {"room": "305"}, guest("NEW0001")]}
    status, response_body = pms.call("POST", "stays", body)
    assert (status, response_body["code"], response_body["retry"], response_body["status"]) == (
        409, "declared_differently", "never", "some_refused",
    )  # fmt: skip
    assert [(row["state"], len(row["differs"])) for row in response_body["rows"]] == [
        ("already_declared", 1),
        ("held", 0),
    ]
    assert Stay.objects.count() == 1
    body["stays"] = [HUSBAND, guest("NEW0001")]  # mended, it goes by its own reference
    assert pms.call("POST", "stays", body)[0] == 200
    assert Submission.objects.count() == 2


def test_a_dry_run_tells_what_would_differ(pms: Program) -> None:
    pms.call("POST", "stays", HUSBAND)
    _, answer = pms.call("POST", "stays?dry_run=true", [HUSBAND | {"room": "305"}, guest("NEW0001")])
    assert (answer["differing"], answer["rows"][0]["differs"][0]["field"]) == (1, "room")
    assert (answer["rows"][1]["stay"], answer["rows"][1]["understood"]["document_number"]) == (None, "NEW0001")


# ---- on the pages --------------------------------------------------------------------------------------


def declare(client: Any, **answers: str) -> Any:
    return client.post(reverse("stays:declare"), form_answers(**answers))


def test_the_form_shows_what_differs_and_corrects_it(world: Any) -> None:
    bob = world.client("bob")
    declare(bob)
    page = declare(bob, room="7B", permitted_until="")
    body = page.content.decode()
    assert page.status_code == 422 and 'value="7B"' in body
    assert (
        (texts.ALREADY_DECLARED_WITH_DIFFERENT_DATA) in body
        and "declared 5A" in body
        and "you typed <ins>7B</ins>" in body
    )
    assert Stay.objects.get().room == "5A"
    done = declare(bob, room="7B", permitted_until="", correct=str(Stay.objects.get().pk))
    stay = Stay.objects.get()
    assert done.headers["Location"] == reverse("stays:stay", args=[stay.pk])
    assert (stay.room, stay.status, stay.permitted_until is None) == ("7B", "corrected", False)
    assert [event.act for event in history(world.actor("bob"), stay)] == ["corrected"]


def test_the_form_offers_nothing_where_only_the_time_of_arrival_differs(world: Any) -> None:
    bob = world.client("bob")
    declare(bob, arrived_time="08:00")
    answer = declare(bob, arrived_time="09:30")
    assert answer.status_code == 302
    assert "was already declared" in bob.get(answer.headers["Location"]).content.decode()


def test_the_form_tells_whose_document_it_is(world: Any) -> None:
    bob = world.client("bob")
    declare(bob)
    page = declare(bob, full_name="HOFFMANN ANNA", birth_date="20/11/1986", sex="F")
    body = page.content.decode()
    assert page.status_code == 422 and texts.DECLARED_FOR_SOMEONE_ELSE in body and "HOFFMANN JÖRG" in body
    stay = Stay.objects.get()
    assert 'name="correct"' not in body and f'href="{reverse("stays:correct", args=[stay.pk])}"' in body
    page = declare(bob, full_name="HOFFMANN ANNA", birth_date="20/11/1986", sex="F", correct=str(stay.pk))
    assert (page.status_code, Stay.objects.get().full_name) == (422, "HOFFMANN JÖRG")


def test_no_strangers_stay_is_corrected_through_the_form(world: Any) -> None:
    stay = make_stay(world.other_lodging, document_number="C01X0T478", room="1")
    assert declare(world.client("bob"), correct=str(stay.pk)).status_code == 404
    assert Stay.objects.get(pk=stay.pk).room == "1"


def test_a_file_shows_what_differs_and_corrects_it(world: Any, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    bob = world.client("bob")
    confirm(bob, send(bob, csv(line(), line("LEE", "A0002"))))
    preview = send(bob, csv(line().replace(",12,", ",14,"), line("LEE", "A0002")))
    assert preview.content.decode().count("<del>12</del> → <ins>14</ins>") == 1
    outcome = confirm(bob, preview).content.decode()
    assert texts.ALREADY_DECLARED_WITH_DIFFERENT_DATA in outcome and "<del>12</del> → <ins>14</ins>" in outcome
    assert f'<b class="name">{Stay.objects.exclude(full_name="LEE").get().full_name}</b>' in outcome
    assert "· <b>LEE</b>" in outcome, "who was declared before is named in the list"
    upload = Upload.objects.latest("created_at")
    mend = reverse("stays:upload_correct", args=[upload.pk, 1])
    assert world.client("charlie").post(mend).status_code == 404
    assert bob.post(reverse("stays:upload_correct", args=[upload.pk, 2])).status_code == 404
    assert texts.ALREADY_DECLARED_WITH_DIFFERENT_DATA not in bob.post(mend, follow=True).content.decode()
    assert Stay.objects.get(document_number="M3820042").room == "14"
    assert bob.post(mend).status_code == 404


def test_a_phone_keeps_what_differs(world: Any) -> None:
    phone = OfflinePhone(world)
    phone.sync(phone.entry())
    status, response_body = phone.sync(phone.entry(values={"room": "305"}))
    assert (status, response_body["state"], list(response_body["errors"])) == (422, "refused", ["room"])
    assert "“201”" in response_body["errors"]["room"][0]
    assert phone.sync(phone.entry(values={"arrived_time": "09:00"}))[0] == 200


# ---- the preview of a file judges as declaring does ----------------------------------------------------


def test_the_preview_says_that_a_document_is_another_guests(world: Any) -> None:
    client = world.client("bob")
    stay = make_stay(world.lodging, "KIM NA RA", document_number="M3820042", nationality="KOR", birth_date="1990-03-08")
    lines = [line(), line("PARK JI HO").replace("1990", "1971"), line("LEE", "M3820043"), line("LEE", "M3820043")]
    stranger = line("CHOI EUN", "M3820043").replace("1990", "1965")
    preview = send(client, csv(*lines, stranger))
    assert (preview.context["before"], preview.context["good"], preview.context["bad"]) == (2, 3, 2)
    codes_shown = {row.position: [error.code for error in row.errors] for row, *_rest in preview.context["rows"]}
    assert codes_shown == {1: [], 2: ["document_of_another_guest"], 3: [], 4: [], 5: ["document_of_another_guest"]}
    assert f'href="{reverse("stays:stay", args=[stay.pk])}"' in preview.content.decode()
    row_page = client.get(reverse("stays:upload_row", args=[preview.context["upload"].pk, 2]))
    assert "document_number" in row_page.context["form"].errors
    confirm(client, preview)
    outcome = Upload.objects.get().outcome
    assert (outcome["accepted"], outcome["already_declared"], outcome["refused"]) == (1, 2, 2)


def test_the_preview_compares_with_what_a_stay_says_now(world: Any) -> None:
    client = world.client("bob")
    confirm(client, send(client, csv(line())))
    correct(actor=world.actor("bob"), stay_id=Stay.objects.get().pk, changes={"birth_date": "1990-08-03"})
    preview = send(client, csv(line()))
    assert (preview.context["before"], preview.context["bad"]) == (1, 0)
    correct(actor=world.actor("bob"), stay_id=Stay.objects.get().pk, changes={"full_name": "KIM NARA"})
    preview = send(client, csv(line()))
    assert (preview.context["before"], preview.context["bad"]) == (0, 1), "name and birth date are another's now"


# ---- a correction keeps the guest ----------------------------------------------------------------------

MARIO = {"full_name": "RUSSO MARIO", "birth_date": "1970-09-09", "sex": "M"}
SLIPS = {"full_name": "HOFMANN JOERG", "birth_date": "1985-03-08"}


@pytest.mark.parametrize(
    "changes",
    [MARIO, MARIO | {"document_number": "YC0044217"}, {"document_number": "YC0044217", "birth_date": "1970-09-09"}],
)
def test_no_correction_puts_another_guest_in_the_place_of_the_declared_one(
    world: Any, pms: Program, changes: dict[str, str]
) -> None:
    stay_id = say(world, HUSBAND).rows[0].stay_id
    with pytest.raises(Conflict, match="another_guest"):
        correct(actor=world.actor("bob"), stay_id=stay_id, changes=changes)
    status, response = pms.call("PATCH", f"stays/{stay_id}", changes)
    assert (status, response["code"], response["retry"]) == (409, "another_guest", "never")
    assert Stay.objects.get().full_name == "HOFFMANN JÖRG"


@pytest.mark.parametrize(
    "changes",
    [
        {"full_name": "HOFMANN JOERG"},
        {"birth_date": "1970-09-09"},
        {"document_number": "YC0044217", "nationality": "ITA"},
        {"native_name": "約翰", "sex": "F"},
    ],
)
def test_one_wrong_fact_is_corrected_without_a_question(world: Any, pms: Program, changes: dict[str, str]) -> None:
    stay_id = say(world, HUSBAND).rows[0].stay_id
    assert pms.call("PATCH", f"stays/{stay_id}", changes)[0] == 200


def test_slips_in_two_facts_are_asked_about(world: Any, pms: Program) -> None:
    stay_id = say(world, HUSBAND).rows[0].stay_id
    status, response = pms.call("PATCH", f"stays/{stay_id}", SLIPS)
    assert (status, [error["code"] for error in response["errors"]]) == (422, ["guest_maybe_replaced"])
    assert pms.call("PATCH", f"stays/{stay_id}", SLIPS | {"confirmed": ["guest_maybe_replaced"]})[0] == 200


def test_the_page_asks_about_slips_and_refuses_another_guest(world: Any) -> None:
    bob = world.client("bob")
    stay = Stay.objects.get(pk=say(world, HUSBAND).rows[0].stay_id)
    url = reverse("stays:correct", args=[stay.pk])
    answers = opened(bob, stay)
    page = bob.post(url, answers | {"full_name": "RUSSO MARIO", "birth_date": "09/09/1970", "sex": "M"})
    body = page.content.decode()
    assert page.status_code == 422 and texts.REPLACE_THE_DECLARED_GUEST in body and 'value="RUSSO MARIO"' in body
    assert (
        body.index(texts.REPLACE_THE_DECLARED_GUEST)
        < body.index("Check out or withdraw")
        < body.index("Declare the other")
    )
    assert body.count(texts.REPLACE_THE_DECLARED_GUEST) == 1
    form = bob.post(reverse("stays:declare"), answers | {"full_name": "RUSSO MARIO", "sex": "M", "fill": ""})
    assert form.status_code == 200 and form.context["form"].initial["full_name"] == "RUSSO MARIO"
    assert f'formaction="{reverse("stays:declare")}"' in body
    slips = answers | {"full_name": "HOFMANN JOERG", "birth_date": "08/03/1985"}
    page = bob.post(url, slips)
    assert [oddity["code"] for oddity in page.context["oddities"]] == ["guest_maybe_replaced"]
    assert bob.post(url, slips | {"sure": page.context["sure"]}).status_code == 302
    assert Stay.objects.get().full_name == "HOFMANN JOERG"


def test_one_sign_of_the_name_and_a_slip_of_the_birth_date_are_asked_about(world: Any, pms: Program) -> None:
    stay_id = say(world, guest("C0TEST003", full_name="KELLER ANNA", birth_date="1990-03-14", sex="F")).rows[0].stay_id
    slips = {"full_name": "KELLER ANNE", "birth_date": "1990-03-15"}
    status, response = pms.call("PATCH", f"stays/{stay_id}", slips)
    assert (status, [error["code"] for error in response["errors"]]) == (422, ["guest_maybe_replaced"])
    assert pms.call("PATCH", f"stays/{stay_id}", slips | {"confirmed": ["guest_maybe_replaced"]})[0] == 200
    sister = {"full_name": "KELLER ANNIE", "birth_date": "1990-03-16"}
    assert pms.call("PATCH", f"stays/{stay_id}", sister)[1]["code"] == "another_guest", "compared with the first"
    page = world.client("bob").get(reverse("stays:stay", args=[stay_id])).content.decode()
    assert str(ApiToken.objects.get()) in page, "the history names the program"


CHAIN = [{"full_name": "RUSSO MARIO"}, {"birth_date": "1970-09-09"}]


@pytest.mark.parametrize("steps", [CHAIN, CHAIN[::-1]])
def test_a_chain_of_corrections_does_not_end_at_another_guest(
    world: Any, pms: Program, steps: list[dict[str, str]]
) -> None:
    stay = Stay.objects.get(pk=say(world, HUSBAND).rows[0].stay_id)
    confirmed = {"confirmed": ["guest_maybe_replaced"]}
    assert pms.call("PATCH", f"stays/{stay.pk}", steps[0] | confirmed)[0] == 200
    assert pms.call("PATCH", f"stays/{stay.pk}", {"room": "12"})[0] == 200, "the person is not changed"
    status, response = pms.call("PATCH", f"stays/{stay.pk}", steps[1])
    assert (status, response["code"]) == (409, "another_guest")
    bob, url = world.client("bob"), reverse("stays:correct", args=[stay.pk])
    changed = {"birth_date": "09/09/1970"} if "birth_date" in steps[1] else steps[1]
    page = bob.post(url, opened(bob, Stay.objects.get()) | changed)
    assert page.status_code == 422 and page.context["another_guest"]
    stay = Stay.objects.get()
    assert (stay.full_name == "RUSSO MARIO") != (stay.birth_date == "1970-09-09")


def test_slips_in_two_facts_are_asked_about_one_after_the_other(world: Any, pms: Program) -> None:
    stay_id = say(world, HUSBAND).rows[0].stay_id
    name, birth_date = ({field: SLIPS[field]} for field in ("full_name", "birth_date"))
    assert pms.call("PATCH", f"stays/{stay_id}", name)[0] == 200
    status, response = pms.call("PATCH", f"stays/{stay_id}", birth_date)
    assert (status, [error["code"] for error in response["errors"]]) == (422, ["guest_maybe_replaced"])
    assert pms.call("PATCH", f"stays/{stay_id}", birth_date | {"confirmed": ["guest_maybe_replaced"]})[0] == 200
    assert pms.call("PATCH", f"stays/{stay_id}", {"room": "12"})[0] == 200


def test_a_form_that_would_complete_a_chain_says_so_beside_what_was_typed(world: Any) -> None:
    bob = world.client("bob")
    stay_id = say(world, HUSBAND).rows[0].stay_id
    correct(actor=world.actor("bob"), stay_id=stay_id, changes={"full_name": "RUSSO MARIO"})
    answers = form_answers(document_number="C0TEST001", full_name="RUSSO MARIO", birth_date="09/09/1970")
    page = bob.post(reverse("stays:declare"), answers | {"correct": str(stay_id)})
    assert page.status_code == 422 and texts.DECLARED_FOR_SOMEONE_ELSE in page.content.decode()
    assert 'value="RUSSO MARIO"' in page.content.decode() and Stay.objects.get().birth_date != "1970-09-09"


def test_a_file_does_not_put_back_a_guest_that_the_stay_no_longer_names(world: Any) -> None:
    bob = world.client("bob")
    confirm(bob, send(bob, csv(line())))
    confirm(bob, send(bob, csv(line().replace("1990", "1991"))))
    upload = Upload.objects.latest("created_at")
    body = bob.get(reverse("stays:upload_preview", args=[upload.pk])).content.decode()
    assert texts.POSSIBLY_ANOTHER_GUEST not in body, "the birth date alone differs from the file"
    stay = correct(actor=world.actor("bob"), stay_id=Stay.objects.get().pk, changes={"full_name": "RUSSO MARIO"})
    mend = reverse("stays:upload_correct", args=[upload.pk, 1])
    body = bob.get(reverse("stays:upload_preview", args=[upload.pk])).content.decode()
    assert texts.POSSIBLY_ANOTHER_GUEST in body and mend not in body
    assert texts.REPLACE_THE_DECLARED_GUEST in bob.post(mend, follow=True).content.decode()
    assert Stay.objects.get(pk=stay.pk).full_name == "RUSSO MARIO"


@pytest.mark.slow
def test_a_file_writes_no_slip_of_a_guest_whom_the_stay_names_otherwise_by_now(world: Any) -> None:
    bob = world.client("bob")
    confirm(bob, send(bob, csv(line("NOVAK JANA"))))
    confirm(bob, send(bob, csv(line("NOVAK JANA").replace("08/03/1990", "09/03/1990"))))
    upload, stay = Upload.objects.latest("created_at"), Stay.objects.get()
    mend = reverse("stays:upload_correct", args=[upload.pk, 1])
    for name in ("HORAKOVA EVA", "NOVAK JANE"):
        correct(actor=world.actor("bob"), stay_id=stay.pk, changes={"full_name": name})
        body = bob.get(reverse("stays:upload_preview", args=[upload.pk])).content.decode()
        assert texts.POSSIBLY_ANOTHER_GUEST in body and mend not in body
        assert texts.REPLACE_THE_DECLARED_GUEST in bob.post(mend, follow=True).content.decode()
        stay.refresh_from_db()
        assert (stay.full_name, stay.birth_date) == (name, "1990-03-08")


def test_another_name_under_one_number_and_birth_date_is_asked_about(world: Any) -> None:
    """Twins whose number was copied: one press made the other of the one, and he was declared no more."""
    bob = world.client("bob")
    confirm(bob, send(bob, csv(line("MOON JI WOO"))))
    stay = Stay.objects.get()
    for name, is_asked in (("MOON JI SOO", True), ("MOON JIWOO", False)):
        act = partial(correct, actor=world.actor("bob"), stay_id=stay.pk, changes={"full_name": name}, confirmed=set())
        if is_asked:
            with pytest.raises(UnconfirmedOddities):
                act()
            assert act(confirmed={"guest_maybe_replaced"}).full_name == name
            correct(actor=world.actor("bob"), stay_id=stay.pk, changes={"full_name": "MOON JI WOO"})
        else:
            act()
    preview = send(bob, csv(line("MOON JI SOO")))
    assert (preview.context["good"], preview.context["bad"]) == (0, 1)
    assert "with another name or birth date" in preview.content.decode()
