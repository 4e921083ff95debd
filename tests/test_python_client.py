"""The Python client against the real server, over a line that loses calls and answers."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from ancu_client import ApiError, BadSignature, Client, RequestRefused, ServerUnreachable, verify
from ancu_client.errors import AnCuError

from ancu.apps.lodging.tests.factories import make_world
from ancu.apps.programs import services as programs
from ancu.apps.stays.models import Stay, Submission, Upload
from ancu.apps.stays.services import program_files, sandbox
from ancu.apps.stays.tests.test_api import make_token
from ancu.apps.stays.tests.test_declaring import guest
from ancu.apps.stays.tests.test_uploads import csv, line
from ancu.core import clock
from ancu.core.testing import suite_clock
from ancu.core.testing.listener import listening
from tests.flaky import FaultyConnection, bad_line

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parent.parent / "clients" / "python"


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def here(transactional_db: None) -> Any:
    return make_world()


@pytest.fixture
def wire(here: Any, live_server: Any) -> Iterator[FaultyConnection]:
    with bad_line(live_server.url) as line:
        yield line


@pytest.fixture
def office(here: Any, wire: FaultyConnection) -> Iterator[Client]:
    here.lodging.beds = None
    here.lodging.save()
    with Client(wire.url, make_token(here.lodging), sleep=lambda _seconds: None) as client:
        yield client


@pytest.mark.parametrize("fault", ["lost_call", "lost_answer", "half", "gateway"])
def test_a_declaration_survives_a_bad_line_and_is_made_once(office: Client, wire: FaultyConnection, fault: str) -> None:
    office.health()  # the connection is there, and breaks in use
    wire.faults = [fault, fault]
    answer = office.declare([guest(), guest("A0002", nationality="??")], batch_reference="B-1")
    assert (answer.status, answer.accepted, answer.refused) == ("some_refused", 1, 1)
    assert [row.errors[0].code for row in answer.refused_rows] == ["nationality_unknown"]
    assert answer.receipt == Submission.objects.get().number
    assert (Stay.objects.count(), len(wire.calls)) == (1, 4)
    with pytest.raises(RequestRefused, match="1 of 2"):
        answer.raise_for_refused()


def test_it_gives_up_in_the_end_and_says_so(office: Client, wire: FaultyConnection) -> None:
    wire.faults = ["lost_call"] * 5
    with pytest.raises(ServerUnreachable):
        office.declare(guest())
    assert len(wire.calls) == 5


def test_what_the_office_refuses_is_not_sent_again(office: Client, wire: FaultyConnection) -> None:
    with pytest.raises(ApiError) as refused:
        office.stay(999_999_999)
    assert (refused.value.status, refused.value.code, refused.value.retry_safe) == (404, "not_found", False)
    with Client(wire.url, "ancu_wrong") as stranger, pytest.raises(ApiError) as wrong:
        stranger.me()
    assert (wrong.value.code, len(wire.calls)) == ("unauthorized", 2)


def test_it_waits_as_long_as_the_office_asks(here: Any, live_server: Any) -> None:
    waits: list[float] = []
    _place, key = sandbox.open_sandbox(here.actor("alice"), establishment=here.lodging)
    with Client(live_server.url, key, tries=3, sleep=waits.append) as client:
        with pytest.raises(ApiError) as busy:
            client.declare(guest(room="force:too_many_calls"))
        assert (busy.value.status, busy.value.retry_safe) == (429, True)
        assert len(waits) == 2 and all(wait >= 2 for wait in waits)
        assert client.declare(guest(room="force:answer_lost")).accepted == 1  # asked again by the client itself
        assert client.declare(guest()).already_declared == 1


def test_the_key_goes_nowhere_but_to_the_office(office: Client, wire: FaultyConnection) -> None:
    wire.faults = ["redirect"]
    with pytest.raises(ApiError) as led_away:
        office.me()
    assert (led_away.value.status, led_away.value.code) == (302, "not_from_the_office")
    assert [call for call in wire.calls if "elsewhere" in call] == []
    for url in ("http://office.example", "office.example", "ftp://office.example"):
        with pytest.raises(AnCuError):
            Client(url, "ancu_key")
    with pytest.raises(AnCuError):
        Client("https://office.example", "ancu_key\r\nX: y")


def test_acts_whose_answer_was_lost_are_found_done(office: Client, wire: FaultyConnection) -> None:
    today = clock.today()
    [row] = office.declare(guest(arrived=-1)).rows
    assert row.id is not None
    assert office.correct(row.id, room="305", reason="moved")["room"] == "305"
    assert office.extend(row.id, today + timedelta(days=9))["expected_departure"] == str(today + timedelta(days=9))
    wire.faults = ["lost_answer"]
    assert office.check_out(row.id, today)["departed_on"] == str(today)
    with pytest.raises(ApiError, match="already_left"):
        office.check_out(row.id, today - timedelta(days=1))
    wire.faults = ["lost_answer"]
    assert office.withdraw(row.id, "never came")["status"] == "withdrawn"


@pytest.mark.parametrize("mode", ["partial", "all_or_nothing"])
def test_a_guest_declared_with_other_data_is_an_answer(office: Client, mode: Any) -> None:
    office.declare(guest())
    answer = office.declare(guest(room="305"), mode=mode)
    [row] = answer.differing_rows
    assert [(difference.field, difference.declared, difference.sent) for difference in row.differs] == [
        ("room", "201", "305")
    ]
    assert (row.stay["room"], answer.all_stand) == ("201", False)
    with pytest.raises(RequestRefused, match="1 are declared with other data"):
        answer.raise_for_refused()


def test_lists_and_changes_are_read_page_by_page(office: Client) -> None:
    numbers = [f"A{n:03}1" for n in range(130)]
    assert office.check([guest(number) for number in numbers]).accepted == 130
    office.declare([guest(number) for number in numbers])
    assert [stay["document_number"] for stay in office.stays()] == numbers
    feed = office.changes()
    assert [stay["document_number"] for stay in feed] == numbers
    assert list(feed) == []
    office.correct(Stay.objects.get(document_number="A0071").pk, room="9")
    assert [stay["room"] for stay in office.changes(feed.mark)] == ["9"]
    today = clock.today()
    assert office.counts(today, today, by="declaring")[0]["declared"] == 130
    assert next(office.stays(document_number="A1001"))["document_number"] == "A1001"


@pytest.mark.slow
def test_a_large_file_is_waited_for(office: Client, wire: FaultyConnection) -> None:
    data = csv(*(line(f"GUEST {n}", f"M{n:07}") for n in range(1, 7_001)), line("BAD", "X0001", "??"))
    wire.faults = ["lost_answer"]
    odd = ["full_name_damaged", "constant_column"]
    sent = office.send_file(data, name="guests.csv", reference="night", confirmed=odd)
    assert (sent.state, sent.settled, Upload.objects.count()) == ("queued", False, 1)
    program_files.declare_file(Upload.objects.get().pk)
    done = office.wait_for(sent)
    assert (done.state, done.accepted, done.refused, done.receipt) == (
        "done", 7_000, 1, Submission.objects.get().number,
    )  # fmt: skip
    assert [row.position for row in office.file_rows(done.id, state="refused")] == [7_001]
    assert sum(row.stands for row in office.file_rows(done.id)) == 7_000
    assert office.refused_workbook(done.id)[:2] == b"PK"
    assert office.receipt(done.receipt or "")["accepted"] == 7_000
    assert office.receipt_pdf(done.receipt or "")[:5] == b"%PDF-"


def test_messages_are_checked_by_their_signature(office: Client) -> None:
    with listening() as there:
        hook = office.add_webhook(there.url, ["declaration.accepted"])
        office.declare(guest())
        programs.deliver()
        [(headers, body)] = there.got
    assert verify(hook["secret"], headers, body)["type"] == "declaration.accepted"
    second = office.rotate_secret(hook["id"])["secret"]
    for secret, changed, late in ((second, body, 0), (hook["secret"], body + b" ", 0), (hook["secret"], body, 400)):
        with pytest.raises(BadSignature):
            verify(secret, headers, changed, now=clock.now().timestamp() + late)
    for name in ("webhook-id", "webhook-timestamp", "webhook-signature"):
        with pytest.raises(BadSignature):
            verify(hook["secret"], {key: value for key, value in headers.items() if key != name}, body)
    assert office.replay(hook["id"], since="2026-01-01T00:00:00Z") == 1
    office.end_webhook(hook["id"])
    assert office.webhooks() == []


def test_what_the_office_says_of_itself(office: Client, here: Any) -> None:
    assert office.health()["status"] == "ok"
    assert office.version()["api"] == "1"
    limits, me = office.limits(), office.me()
    assert limits["rows_per_call"] == 1000 and limits["calls_left"] > me["calls"]["left"] > 0
    assert (me["establishment"], me["sandbox"]) == (here.lodging.code, False)
    assert office.code_list("sex")["version"]


def test_the_example_of_twenty_lines_runs(here: Any, live_server: Any) -> None:
    example = ROOT / "examples" / "declare.py"
    assert len(example.read_text(encoding="utf-8").splitlines()) == 20
    environment = os.environ | {
        "ANCU_URL": live_server.url, "ANCU_KEY": make_token(here.lodging), "no_proxy": "*",
        "PYTHONPATH": suite_clock.python_path(str(ROOT / "src")),
    }  # fmt: skip
    for _turn in range(2):
        done = subprocess.run(
            [sys.executable, str(example)], env=environment, capture_output=True, text=True, check=True
        )
        stay = Stay.objects.get()
        assert done.stdout.splitlines() == [f"all_stand {stay.submission.number}", f"{stay.pk} declared"]
