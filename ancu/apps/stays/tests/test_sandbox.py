"""Where programs try: checked as for real, seen by nobody, and every answer made to come."""

import io
from datetime import timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.test import Client
from django.urls import reverse
from pypdfium2 import PdfDocument

from ancu.apps.audit.models import Event
from ancu.apps.lodging.models import ApiToken, Establishment
from ancu.apps.lodging.selectors import visible_to as lodgings_visible_to
from ancu.apps.programs.services.announcing import announcement
from ancu.apps.relay.models import Forwarding, PortalAccount
from ancu.apps.relay.rules import may_connect
from ancu.apps.relay.services import gathering
from ancu.apps.stays.models import Confirmation, Stay, Submission, UndeclaredRow, Upload
from ancu.apps.stays.rules import may_declare
from ancu.apps.stays.rules.oddities import CONFIRMED_BY_SENDER
from ancu.apps.stays.selectors import self_check, submissions_visible_to, visible_to
from ancu.apps.stays.selectors.receipts import find_by_code, stay_receipt_code
from ancu.apps.stays.services import sandbox
from ancu.apps.stays.services.papers import PAPERS, guest_pdf, submission_pdf
from ancu.apps.stays.services.sandbox import GUESTS, open_sandbox
from ancu.apps.stays.tests.test_declaring import guest, rows
from ancu.apps.stays.tests.test_devices import OfflinePhone
from ancu.apps.stays.tests.test_lodging_pages import guest as form_answers
from ancu.apps.stays.tests.test_uploads import answers_of, csv, line, send
from ancu.core import clock
from ancu.core.errors import Forbidden
from ancu.core.testing import texts
from ancu.core.testing.html import without_line_breaks
from ancu.core.testing.program import Program
from ancu.engines.exchange import CODES

pytestmark = pytest.mark.django_db


@pytest.fixture
def opened(world: Any) -> tuple[Establishment, Program]:
    place, secret = open_sandbox(world.actor("alice"), establishment=world.lodging)
    return place, Program(secret)


def test_it_has_invented_guests_and_a_key_and_is_opened_once(world: Any, opened: Any) -> None:
    place, pms = opened
    assert len(pms.call("GET", "stays")[1]["stays"]) == len(GUESTS)
    assert pms.call("GET", "me")[1] | {"calls": None} == {
        "establishment": place.code, "name": place.name, "status": "active", "sandbox": True, "calls": None,
    }  # fmt: skip
    reopened, _secret = open_sandbox(world.actor("alice"), establishment=world.lodging)
    assert (reopened.pk, Submission.objects.count(), ApiToken.objects.count()) == (place.pk, 1, 2)


@pytest.mark.parametrize("who", ["bob", "charlie", "olga"])
def test_the_manager_alone_opens_it(world: Any, who: str) -> None:
    with pytest.raises(Forbidden):
        open_sandbox(world.actor(who), establishment=world.lodging)


@pytest.mark.slow
def test_no_officer_sees_any_of_it_anywhere(world: Any, opened: Any) -> None:
    place, pms = opened
    _status, response_body = pms.call("POST", "stays", guest("HIDDEN1", full_name="HIDDEN GUEST"))
    assert response_body["receipt"].startswith("SANDBOX-")
    for who in ("olga", "pavel", "quynh", "rosa"):
        actor, client = world.actor(who), world.client(who)
        assert not visible_to(actor).exists() and not submissions_visible_to(actor).exists()
        assert not lodgings_visible_to(actor).filter(pk=place.pk).exists()
        for page in (
            reverse("stays:area"), reverse("stays:guests"), reverse("stays:lodgings"), reverse("stays:submissions"),
            reverse("stays:people") + "?q=HIDDEN", reverse("lodging:approvals"),
        ):  # fmt: skip
            page_text = client.get(page)
            assert page_text.status_code == 200, (who, page)
            assert "HIDDEN GUEST" not in page_text.content.decode() and place.code not in page_text.content.decode(), (
                page
            )
        assert client.get(reverse("lodging:detail", args=[place.pk])).status_code == 404


def test_its_receipts_prove_nothing_to_the_public(world: Any, opened: Any) -> None:
    _place, pms = opened
    receipt = pms.call("POST", "stays", guest())[1]["receipt"]
    assert find_by_code(receipt) is None
    assert find_by_code(stay_receipt_code(Stay.objects.get(document_number="C0TEST001"))) is None
    assert pms.raw("GET", f"receipts/{receipt}.pdf").status_code == 200


def test_it_is_never_forwarded_to_the_national_portal(world: Any, opened: Any) -> None:
    place, _pms = opened
    alice = world.actor("alice")
    assert may_connect(alice, world.lodging) and not may_connect(alice, place)
    PortalAccount.objects.create(
        establishment=place, since=clock.now() - timedelta(days=1), changed_at=clock.now(), forwards=True
    )  # as if the rule had been passed by
    gathering.gather()
    assert not Forwarding.objects.exists()


def test_a_guest_who_was_only_tried_is_not_declared(world: Any, opened: Any) -> None:
    _place, pms = opened
    record = guest("ASKED1")
    pms.call("POST", "stays", record)
    stay = Stay.objects.get(document_number="ASKED1")
    question = self_check.SelfCheckQuestion("ASKED1", stay.birth_date, stay.arrived_on)
    assert self_check.answer(question).stay is None and self_check.get_checked_stay(stay.pk) is None
    sandbox.declare(actor=world.actor("bob"), establishment=world.lodging, rows=rows(record), channel="api")
    assert self_check.answer(question).stay is not None


def test_a_real_lodging_of_the_same_business_is_apart(world: Any, opened: Any) -> None:
    _place, pms = opened
    _token, secret = sandbox.create_token(world.actor("alice"), establishment=world.lodging, name="PMS")
    real = Program(secret)
    assert real.call("POST", "stays", guest(room="force:too_many_calls"))[1]["accepted"] == 1
    assert pms.call("POST", "stays", guest())[1]["accepted"] == 1
    assert real.call("GET", "me")[1]["sandbox"] is False
    page = world.client("alice").get(reverse("stays:today"))
    assert page.context["establishment"].pk == world.lodging.pk


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_finding_can_be_made_to_come(opened: Any, code: str) -> None:
    _place, pms = opened
    [row] = pms.call("POST", "stays?dry_run=true", guest("F0001", room=f"force:{code}"))[1]["rows"]
    state = "refused" if CODES[code].level in ("error", "problem") else "accepted"
    state = "needs_confirmation" if code in CONFIRMED_BY_SENDER else state
    findings = row["warnings" if state == "accepted" else "errors"]
    assert code in {finding["code"] for finding in findings}
    assert row["state"] == state
    assert all(finding["message_vi"] and finding["message_en"] for finding in findings)


@pytest.mark.parametrize(
    ("call", "status", "code"),
    [
        ("too_many_calls", 429, "too_many_calls"),
        ("unavailable", 503, "unavailable"),
        ("server_error", 500, "server_error"),
        ("busy", 409, "busy"),
        ("answer_lost", 503, "unavailable"),
    ],
)
def test_a_call_can_be_made_to_fail(opened: Any, call: str, status: int, code: str) -> None:
    _place, pms = opened
    answer = pms.raw("POST", "stays", [guest("A0001"), guest("A0002", room=f"force:{call}")])
    response_body = answer.json()
    assert (answer.status_code, response_body["code"], response_body["retry_safe"], response_body["retry"]) == (
        status,
        code,
        True,
        "after",
    )
    assert int(answer["Retry-After"]) == response_body["retry_after"] > 0
    assert Stay.objects.filter(document_number="A0001").exists() == (call == "answer_lost")


@pytest.mark.parametrize("reference", ["", "night-1"])
def test_a_lost_answer_is_found_when_the_same_is_sent_again(opened: Any, reference: str) -> None:
    _place, pms = opened
    body = {"batch_reference": reference, "stays": [guest("A0001", room="force:answer_lost")]}
    assert pms.call("POST", "stays", body)[0] == 503
    receipt = Stay.objects.get(document_number="A0001").submission.number
    status, response_body = pms.call("POST", "stays", body)
    assert (status, response_body["receipt"], response_body["rows"][0]["receipt"]) == (200, receipt, receipt)
    assert pms.call("POST", "stays", body)[0] == 200 and Stay.objects.filter(document_number="A0001").count() == 1


def test_a_call_can_be_made_slow_one_at_a_time(opened: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    _place, pms = opened
    slept: list[float] = []
    monkeypatch.setattr(sandbox.time, "sleep", slept.append)
    assert pms.call("POST", "stays", guest(room="force:slow"))[0] == 200
    with sandbox._slow_call_lock:
        pms.call("POST", "stays", guest("A0002", room="force:slow"))
    assert slept == [sandbox.SLOW]


def test_the_page_of_the_keys_opens_it(world: Any) -> None:
    client = world.client("alice")
    assert reverse("stays:sandbox", args=[world.lodging.pk]) in client.get(reverse("lodging:mine")).content.decode()
    page = client.post(reverse("stays:sandbox", args=[world.lodging.pk])).content.decode()
    assert "ancu_" in page and "force:too_many_calls" in page
    assert Event.objects.filter(act="lodging.opened_sandbox").count() == 1


def test_a_receptionist_is_not_offered_it_and_cannot_work_in_it(world: Any, opened: Any) -> None:
    place, _pms = opened
    bob = world.client("bob")
    assert place.name not in bob.get(reverse("stays:today")).content.decode()
    assert bob.post(reverse("stays:switch"), {"establishment": place.pk}).status_code == 403
    session = bob.session
    session["establishment"] = place.pk  # chosen before this was so
    session.save()
    assert bob.post(reverse("stays:declare"), form_answers()).status_code == 302
    assert Stay.objects.get(full_name="HOFFMANN JÖRG").establishment == world.lodging
    assert may_declare(world.actor("alice"), place) and not may_declare(world.actor("bob"), place)


def text_of(pdf: bytes) -> str:
    return " ".join(PdfDocument(pdf)[0].get_textpage().get_text_bounded().split())


@pytest.mark.slow
def test_every_page_that_works_in_it_bears_the_band_and_its_papers_the_mark(
    world: Any, opened: Any, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    place, _pms = opened
    alice, stay = world.client("alice"), Stay.objects.filter(establishment=place).first()
    assert stay is not None
    assert "sandbox-band" not in alice.get(reverse("stays:today")).content.decode()
    alice.post(reverse("stays:switch"), {"establishment": place.pk})
    handout = reverse("stays:guest_receipt", args=[stay.pk])
    for url in (
        reverse("stays:today"), reverse("stays:declare"), reverse("stays:upload"), reverse("stays:receipts"), handout,
        reverse("stays:stay", args=[stay.pk]), reverse("stays:correct", args=[stay.pk]),
        reverse("stays:receipt", args=[stay.submission.number]),
    ):  # fmt: skip
        assert "not reported to the police" in alice.get(url).content.decode(), url
    assert texts.TEST_NOT_DECLARED in alice.get(f"{handout}?declared").content.decode()
    assert "not reported to the police" in send(alice, csv(line())).content.decode()
    for paper in PAPERS:
        words = text_of(guest_pdf(world.actor("alice"), stay, "en", paper))
        assert "Test: not declared to the police" in words and "Stay declared" not in words and "TEST" in words
    assert "TEST" in text_of(submission_pdf(world.actor("alice"), stay.submission, "vi"))


def test_its_receipts_verify_as_a_test(world: Any, opened: Any, client: Any) -> None:
    place, _pms = opened
    stay = Stay.objects.filter(establishment=place).first()
    assert stay is not None
    client.cookies["django_language"] = "en"
    for code in (stay.submission.number, stay_receipt_code(stay)):
        page = client.get(reverse("stays:verify_code", args=[code]))
        text = page.content.decode()
        assert page.status_code == 404 and "This is a test receipt" in text and "No one was declared" in text
        assert stay.full_name not in text and "did not come from this office" not in text


TEST = "Test, not declared to the police"


@pytest.fixture
def alice_inside(world: Any, opened: Any, settings: Any, tmp_path: Path) -> Client:
    """The manager, working in the sandbox."""
    settings.MEDIA_ROOT = tmp_path
    client: Client = world.client("alice")
    client.post(reverse("stays:switch"), {"establishment": opened[0].pk})
    return client


def test_every_message_in_it_says_that_it_is_a_test_and_none_is_green(alice_inside: Client) -> None:
    stay = Stay.objects.get(document_number="SBX000001")
    page = alice_inside.post(reverse("stays:declare"), form_answers(), follow=True).content.decode()
    assert texts.HAS_BEEN_DECLARED in page and page.count(TEST) == page.count('data-message="')
    assert "alert-success" not in page
    for url, form_data in (
        (reverse("stays:change_room", args=[stay.pk]), {"room": "305"}),
        (reverse("stays:withdraw", args=[stay.pk]), {"reason": "tried"}),
    ):
        page = alice_inside.post(url, form_data, follow=True).content.decode()
        assert TEST in page and "alert-success" not in page, url


def test_files_and_receipts_in_it_read_as_tests(alice_inside: Client) -> None:
    send(alice_inside, csv(line(), line("SUTARNO", "X0000777", "???")))
    upload = Upload.objects.get()
    page = alice_inside.post(reverse("stays:upload_confirm", args=[upload.pk]), {"good": "1"}, follow=True)
    text = without_line_breaks(page.content.decode())
    assert texts.TEST_NOT_DECLARED in text and "Test: 1 guest declared" in text
    number = Stay.objects.get(document_number="M3820042").submission.number
    receipt_page = alice_inside.get(reverse("stays:receipt", args=[number]))
    assert (
        texts.TEST_NOT_DECLARED in receipt_page.content.decode() and "Declared at" not in receipt_page.content.decode()
    )


@pytest.mark.slow
def test_guests_left_out_in_it_are_declared_apart_from_the_real_ones(world: Any, alice_inside: Client) -> None:
    send(alice_inside, csv(line(), line("SUTARNO", "X0000777", "???")))
    alice_inside.post(reverse("stays:upload_confirm", args=[Upload.objects.get().pk]), {"good": "1"})
    row = UndeclaredRow.objects.get()
    row_url = reverse("stays:undeclared_row", args=[row.pk])
    assert "SUTARNO" in alice_inside.get(reverse("stays:undeclared")).content.decode()
    alice_inside.post(reverse("stays:switch"), {"establishment": world.lodging.pk})
    assert "SUTARNO" not in alice_inside.get(reverse("stays:undeclared")).content.decode()
    assert "sandbox-band" in alice_inside.get(row_url).content.decode()
    form_data = answers_of(alice_inside.get(row_url).context["form"]) | {"nationality": "IDN"}
    alice_inside.post(row_url, form_data | {"save": "1"})
    refusal_page = alice_inside.post(reverse("stays:undeclared_declare"), {"good": "1"}, follow=True).content.decode()
    assert texts.HAS_CHANGED_SINCE_YOU_LOOKED in refusal_page
    page = alice_inside.post(row_url, form_data | {"declare": "1"}, follow=True).content.decode()
    assert "1 guest declared." in page and TEST in page and "alert-success" not in page


def test_programs_are_answered_that_it_is_a_test(world: Any, opened: Any) -> None:
    place, pms = opened
    batch = pms.call("POST", "stays", guest())[1]
    assert batch["sandbox"] is True
    assert pms.call("GET", f"receipts/{batch['receipt']}")[1]["sandbox"] is True
    assert pms.raw("POST", "files", csv(line())).json()["sandbox"] is True
    assert '"sandbox":true' in announcement("stays.accepted", place, clock.now())[1]
    _token, secret = sandbox.create_token(world.actor("alice"), establishment=world.lodging, name="PMS")
    assert Program(secret).call("POST", "stays", guest())[1]["sandbox"] is False


def test_no_confirmation_of_a_stay_is_asked_for_in_it(alice_inside: Client) -> None:
    stay = Stay.objects.get(document_number="SBX000001")
    url = reverse("stays:confirmation_for_guest", args=[stay.pk])
    assert url not in alice_inside.get(reverse("stays:stay", args=[stay.pk])).content.decode()
    assert alice_inside.post(url, {"purpose": "tax"}).status_code == 403 and not Confirmation.objects.exists()


def test_lists_found_and_taken_away_are_marked_too(alice_inside: Client, world: Any) -> None:
    chip = texts.TEST_NOT_DECLARED
    search_page = alice_inside.get(reverse("stays:search") + "?q=SBX000001").content.decode()
    assert chip in search_page and "Staying now" not in search_page.partition("<main")[2]
    assert chip in alice_inside.get(reverse("stays:receipts")).content.decode()
    send(alice_inside, csv(line("SUTARNO", "X0000777", "???"), line()))
    alice_inside.post(reverse("stays:upload_confirm", args=[Upload.objects.get().pk]), {"good": "1"})
    assert chip in alice_inside.get(reverse("stays:undeclared")).content.decode()
    export = alice_inside.get(reverse("stays:export", args=["csv"]) + "?list=all")
    rows_of_guests = export.content.decode("utf-8-sig").splitlines()[1:]
    assert rows_of_guests and all(chip in text for text in rows_of_guests) and "TEST-" in export["Content-Disposition"]
    assert TEST in text_of_sheet(alice_inside.get(reverse("stays:export", args=["xlsx"]) + "?list=all").content)
    assert "TEST" in text_of(alice_inside.get(reverse("stays:poster")).content)
    alice_inside.post(reverse("stays:switch"), {"establishment": world.lodging.pk})
    assert "TEST" not in text_of(alice_inside.get(reverse("stays:poster")).content)
    assert chip not in alice_inside.get(reverse("stays:search")).content.decode()


def text_of_sheet(data: bytes) -> str:
    with ZipFile(io.BytesIO(data)) as parts:
        return " ".join(parts.read(name).decode() for name in parts.namelist() if name.endswith(".xml"))


def test_a_phone_that_keeps_declarations_for_it_says_so(world: Any, opened: Any, alice_inside: Client) -> None:
    phone = OfflinePhone(world, "alice")
    phone.client = alice_inside
    phone.device = phone.call("enrol", {"name": "Android · Chrome"})[1]["device"]
    _status, along = phone.call("guests", {"device": phone.device})
    assert along["establishment"]["sandbox"] is True
    status, answer = phone.sync(phone.entry(establishment=opened[0].pk))
    assert (status, answer["warnings"][0]) == (200, "Test, not declared to the police.")
    assert answer["receipt"].startswith("SANDBOX-")
    status, answer = phone.sync(phone.entry())
    assert status == 200 and not any("Test" in warning for warning in answer["warnings"])
    shell = alice_inside.get(reverse("stays:offline", args=["en"])).content.decode()
    assert 'data-part="sandbox" hidden' in shell and "sandbox-band" in shell
    assert "ancu/sandbox.css" in alice_inside.get(reverse("stays:worker")).content.decode()
