"""The command line over every sample: JSON alone on standard output, exit codes, counts that add up."""

import csv
import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

import ancu.engines.exchange as exchange
from ancu.apps.stays.models import Stay, Submission
from ancu.apps.stays.rules.oddities import BATCH, CONFIRMED_BY_SENDER, NOTICES
from ancu.core import clock

pytestmark = pytest.mark.django_db
SAMPLES = Path(exchange.__file__).parent / "tests" / "samples"
MANIFEST = {
    row["file"]: row for row in csv.DictReader((SAMPLES / "MANIFEST.csv").read_text(encoding="utf-8").splitlines())
}


def run(world: Any, path: Path, *options: str) -> tuple[int, dict[str, Any]]:
    out = io.StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("import_declarations", str(path), "--establishment", world.lodging.code, *options, stdout=out)
    return int(stopped.value.code or 0), json.loads(out.getvalue()) if "--json" in options else {}


@pytest.mark.parametrize("name", sorted(MANIFEST))
def test_every_sample_is_told_and_stored_the_same(world: Any, name: str) -> None:
    dry_code, dry = run(world, SAMPLES / name, "--dry-run", "--json")
    assert not Stay.objects.exists()
    code, report = run(world, SAMPLES / name, "--json")
    assert (code, report["rows"] and [row["errors"] for row in report["rows"]]) == (
        dry_code,
        dry["rows"] and [row["errors"] for row in dry["rows"]],
    )
    assert report["read"] == report["accepted"] + report["already_declared"] + report["refused"]
    states = [row["state"] for row in report["rows"]]
    assert states.count("accepted") == report["accepted"] == Stay.objects.count()
    assert code == (3 if report["problem"] else 2 if report["refused"] else 0)
    assert (report["receipt"] is not None) == Submission.objects.exists() == (report["accepted"] > 0)
    if report["problem"]:
        assert report["read"] == 0
        assert report["problem"]["message_vi"]
    elif MANIFEST[name]["guest_rows"].isdecimal():
        assert report["read"] + report["skipped_examples"] == int(MANIFEST[name]["guest_rows"])


def test_the_same_file_again_stands_already(world: Any) -> None:
    path = SAMPLES / "06_python_htbinbin_520rows.xml"
    codes = f"--confirm={','.join(CONFIRMED_BY_SENDER | BATCH | NOTICES)}"
    _, first = run(world, path, "--json", codes)
    code, confirmed_report = run(world, path, "--json", codes)
    assert (code, confirmed_report["accepted"], confirmed_report["receipt"]) == (
        0 if not first["refused"] else 2,
        0,
        first["receipt"],
    )
    assert confirmed_report["already_declared"] == first["accepted"] + first["already_declared"]
    assert {row["receipt"] for row in confirmed_report["rows"] if row["state"] == "already_declared"} == {
        first["receipt"]
    }


def test_refused_rows_say_what_was_understood(world: Any, tmp_path: Path) -> None:
    path = tmp_path / "one.json"
    path.write_text(json.dumps([{"full_name": " Li ", "birth_date": "1962", "nationality": "VN?"}]))
    code, report = run(world, path, "--json")
    assert code == 2
    [row] = report["rows"]
    assert (row["stay"]["full_name"], row["stay"]["birth_date"], row["stay"]["arrived_on"]) == ("Li", "1962", None)
    assert {"arrived_on_missing", "document_number_missing"} <= {e["code"] for e in row["errors"]}
    assert set(row["errors"][0]) == {"code", "field", "value", "message_vi", "message_en"}


def test_an_unknown_establishment_is_an_error_of_the_call(world: Any) -> None:
    with pytest.raises(CommandError, match="HB-NONE"):
        call_command("import_declarations", str(SAMPLES / "MANIFEST.csv"), "--establishment", "HB-NONE")


def test_a_file_that_is_not_there_could_not_be_read(world: Any, tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere.xml", tmp_path):
        code, report = run(world, path, "--json")
        assert (code, report["read"], report["problem"]["code"], report["rows"]) == (3, 0, "not_opened", [])


def test_odd_rows_are_listed_and_stored_only_once_confirmed(world: Any, tmp_path: Path) -> None:
    today = clock.today()
    arrivals = {"C0000001": today, "C0000002": today - timedelta(days=400)}
    guests = [
        {"full_name": "HOFFMANN ANNA", "birth_date": "1986-11-20", "sex": "F", "nationality": "DEU", "room": "5",
         "document_number": number, "arrived_on": str(arrived), "expected_departure": str(today + timedelta(days=2)),
         "permitted_until": str(today + timedelta(days=30))}
        for number, arrived in arrivals.items()
    ]  # fmt: skip
    path = tmp_path / "guests.json"
    path.write_text(json.dumps(guests))
    code, report = run(world, path, "--json")
    assert (code, report["accepted"], report["refused"], report["unconfirmed"]) == (2, 1, 1, 1)
    odd_row = report["rows"][1]
    codes = {error["code"] for error in odd_row["errors"]}
    assert odd_row["state"] == "needs_confirmation" and {"arrival_long_ago", "stay_very_long"} & codes
    text = plain_text(world, path)
    assert all(f"odd: {code}: " in text for code in codes) and f"--confirm {','.join(sorted(codes))}" in text
    assert Stay.objects.count() == 1
    code, report = run(world, path, "--json", f"--confirm={','.join(codes)}")
    assert (code, report["accepted"], report["already_declared"]) == (0, 1, 1)


def plain_text(world: Any, path: Path) -> str:
    out = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("import_declarations", str(path), "--establishment", world.lodging.code, stdout=out)
    return out.getvalue()
