"""What a maker of programs relies on: the examples of docs/api.md as they stand, and the twenty-two points."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from ancu_client import ApiError, Client

from ancu.apps.accounts.services import create_token as create_organisation_token
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.tests.factories import make_cast
from ancu.apps.lodging.services import create_token, revoke_token
from ancu.apps.lodging.tests.factories import make_world
from ancu.apps.stays.models import Stay
from ancu.apps.stays.services.sandbox import open_sandbox
from ancu.apps.stays.tests.test_declaring import guest
from ancu.apps.stays.tests.test_uploads import csv, line
from ancu.core import clock

PAGE = Path(__file__).resolve().parent.parent / "docs" / "api.md"
EXAMPLES = re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


def run(example: str, server: str, secret: str, **named: str) -> Any:
    command = example.replace("https://office.example", server).strip()
    done = subprocess.run(
        ["bash", "-c", f"{command} --silent --show-error"],
        env=os.environ | named | {"TOKEN": secret, "no_proxy": "*"}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout)


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl on this machine")
@pytest.mark.django_db(transaction=True)
def test_the_first_example_declares_a_guest_and_again_finds_him_declared(live_server: Any) -> None:
    world = make_world()
    _token, secret = create_token(world.actor("alice"), establishment=world.lodging, name="hotel program")
    example = EXAMPLES[0]
    for written, days in (("2026-10-14", 0), ("2026-10-17", 3), ("2026-11-27", 40)):
        example = example.replace(f'"{written}"', f'"{clock.today() + timedelta(days=days)}"')
    answers = [run(example, live_server.url, secret) for _turn in range(2)]
    assert answers[0]["accepted"] == answers[0]["read"] == 1
    assert answers[0] == answers[1]  # the same reference with the same body gets the same answer
    assert Stay.objects.get().full_name == "HOFFMANN JÖRG"


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl on this machine")
@pytest.mark.django_db(transaction=True)
def test_the_ministrys_example_signs_a_program_in(live_server: Any) -> None:
    world = make_world()
    _token, secret = create_token(world.actor("alice"), establishment=world.lodging, name="hotel program")
    output = run(EXAMPLES[1], live_server.url, secret, LODGING=world.lodging.code)
    assert (output["code"], output["data"]["CsltId"]) == ("200", str(world.lodging.pk))


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl on this machine")
@pytest.mark.django_db(transaction=True)
def test_the_third_example_checks_a_dossier_and_keeps_nothing(live_server: Any) -> None:
    world = make_cast(make_world())
    _token, secret = create_organisation_token(world.actor("ramon"), name="HR program")
    output = run(EXAMPLES[2], live_server.url, secret)
    assert (output["status"], output["notices"]) == ("checked", [])
    assert output["answers"]["NA8"]["passport_number"] == "533380006"
    assert {"field_missing", "component_missing"} <= {finding["code"] for finding in output["findings"]}
    assert not Dossier.objects.exists()


# What ../shared/exchange/integrators.md lists, point by point, over a real server with real commits. Points whose
# whole story has tests elsewhere are touched here once, so that this file alone says whether all twenty-two hold.


@pytest.fixture
def office(settings: Any, tmp_path: Path, live_server: Any) -> Iterator[tuple[Any, Client, str]]:
    settings.MEDIA_ROOT = tmp_path
    world = make_world()
    _token, secret = create_token(world.actor("alice"), establishment=world.lodging, name="PMS")
    with Client(live_server.url, secret, sleep=lambda _seconds: None) as client:
        yield world, client, secret


def ask(client: Client, method: str, path: str, content: Any = None, **options: Any) -> Any:
    return client._transport.call(method, path, content=content, may_repeat=False, **options)


@pytest.mark.django_db(transaction=True)
def test_points_1_to_9_sending_and_its_answers(office: Any) -> None:
    _world, client, _secret = office
    row = guest(client_reference="S-1")
    first = client.declare(row, batch_reference="B-1")
    assert client.declare(row, batch_reference="B-1") == first  # 1, 7
    assert first.receipt and first.sha256 and client.receipt_pdf(first.receipt)[:5] == b"%PDF-"
    assert client.limits()["rows_per_call"] == 1000  # 2
    assert int(ask(client, "GET", "me").headers["ratelimit-remaining"]) > 0
    mixed = [
        guest("A0002"),
        guest("A0003", birth_date="x", nationality="??"),
        row,
        guest("A0005", arrived=-5, nights=9),
    ]
    tried, declared = client.check(mixed), client.declare(mixed)
    assert [(row.state, row.errors, row.warnings) for row in tried.rows] == [  # 3
        (row.state, row.errors, row.warnings) for row in declared.rows
    ]
    assert (declared.status, declared.raw["read"]) == ("some_refused", 4)  # 4
    assert (
        client.declare([guest("A0009"), guest("A0003", birth_date="x")], mode="all_or_nothing").status == "none_stands"
    )
    refused = declared.rows[1]
    assert {error.code for error in refused.errors} >= {"birth_date_unreadable", "nationality_unknown"}  # 6
    assert all(error.field and error.value and error.message_vi and error.message_en for error in refused.errors)
    assert (declared.rows[2].state, declared.rows[2].receipt) == ("already_declared", first.receipt)  # 8
    assert declared.late == 1 and declared.rows[3].minutes_late > 0  # 9
    large = b"\n".join([csv(), *(line(f"G {n}", f"M{n:07}").encode() for n in range(6_000))])
    waiting = ask(client, "POST", "files", data=large, kind="text/csv")  # 5
    assert (waiting.status, waiting.json()["state"], int(waiting.headers["retry-after"]) > 0) == (202, "queued", True)


@pytest.mark.django_db(transaction=True)
def test_points_10_to_12_after_sending(office: Any) -> None:
    _world, client, _secret = office
    answer = client.declare([guest(client_reference="S-1", arrived=-1), guest("A0002", arrived=-1)])
    stay, today = answer.rows[0].id or 0, clock.today()
    for filters in ({"receipt": answer.receipt}, {"day": today}, {"arrived_on": today - timedelta(days=1)}):  # 10
        assert len(list(client.stays(**filters))) == 2
    assert next(client.stays(client_reference="S-1"))["nationality"] == "DEU"
    before = client.stay(stay)
    changed = client.correct(stay, room="305", reason="moved")  # 11
    assert {name for name in before if before[name] != changed[name]} == {"room", "status"}
    assert client.extend(stay, today + timedelta(days=8))["expected_departure"] == str(today + timedelta(days=8))
    assert client.check_out(stay, today)["departed_on"] == str(today)
    assert client.withdraw(stay, "never came")["status"] == "withdrawn"
    [day] = client.counts(today, today, by="declaring")  # 12
    assert (day["declared"], day["withdrawn"]) == (1, 1)
    assert {change["id"] for change in client.changes()} == {stay, answer.rows[1].id}


@pytest.mark.django_db(transaction=True)
def test_points_13_to_17_data(office: Any) -> None:
    _world, client, _secret = office
    codes = {entry["code"]: entry for entry in client.code_list("nationality")["entries"]}  # 13
    assert codes["DEU"]["portal_code"] == "D" and {"HKG", "MAC", "XXA"} <= set(codes)
    lives = [
        guest("A0001", full_name="SUTARNO"), guest("A0002", full_name="O'NEILL-ÑANDÚ Zoë"), guest("A0003", sex="X"),
        guest("A0004", birth_date="1962"), guest("A0005", nights=0), guest("A0006", native_name="王小明"),
    ]  # fmt: skip
    assert client.declare(lives).all_stand  # 14
    for name in ("guests.json", "guests.xml", "guests.csv", "guests.xlsx"):  # 15, 17
        assert client.send_file(ask(client, "GET", f"samples/{name}").body, name=name).all_stand
    assert b"KHAI_BAO_TAM_TRU" in ask(client, "GET", "schemas/stays.xsd").body
    assert ask(client, "GET", "schemas/stay").json()["title"] == "Stay"
    answer = client.declare(guest("A0007", loyalty="gold"))
    assert [note["value"] for note in answer.raw["notices"]] == ["loyalty"]
    at = f"{clock.today() - timedelta(days=1)}T15:20:00+07:00"  # 16
    [row] = client.declare(guest("A0008", arrived_on=None, arrived_at=at)).rows
    assert row.stay["arrived_at"] == at and client.stay(row.id or 0)["departed_on"] is None


@pytest.mark.django_db(transaction=True)
def test_points_18_to_22_access_and_operation(office: Any, live_server: Any) -> None:
    world, client, secret = office
    key, other_key = create_token(world.actor("charlie"), establishment=world.other_lodging, name="PMS")
    with Client(live_server.url, other_key) as stranger:  # 18
        assert stranger.me()["establishment"] == world.other_lodging.code
        revoke_token(world.actor("charlie"), token=key)
        with pytest.raises(ApiError, match="unauthorized"):
            stranger.me()
    for method, path, status in (("GET", "nowhere", 404), ("DELETE", "stays", 405), ("GET", "counts", 422)):  # 19
        with pytest.raises(ApiError) as failed:
            ask(client, method, path)
        assert (failed.value.status, failed.value.details["retry"]) == (status, "never")
        assert failed.value.message_vi and failed.value.message_en
    assert client.health()["status"] == "ok" and client.version()["announced"] == []  # 20
    place, trying = open_sandbox(world.actor("alice"), establishment=world.lodging)
    with Client(live_server.url, trying, tries=1) as sandbox:
        with pytest.raises(ApiError) as forced:
            sandbox.declare(guest(room="force:unavailable"))
        assert (forced.value.status, forced.value.retry_safe, forced.value.retry_after > 0) == (503, True, True)
    late = client.send_file(csv(line()), name="kept.csv", reference="outage")  # 21: sent again later, the same file
    assert client.send_file(csv(line()), name="kept.csv", reference="outage").id == late.id
    schema = ask(client, "GET", "schemas/stay").json()  # 22
    assert not [name for name in schema["properties"] if "photo" in name or "image" in name]
    assert secret not in str(client.me()) and place.sandbox
