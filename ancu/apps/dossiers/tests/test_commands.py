"""The rulebook and the calendar from the command line."""

import json

import pytest
from django.core.management import CommandError, call_command


def run(capsys, *command: str) -> str:
    call_command(*command)
    return capsys.readouterr().out


def test_the_rulebook_of_a_day_follows_the_day(capsys):
    now = json.loads(run(capsys, "rulebook", "--on", "2026-11-24", "--json"))
    before = json.loads(run(capsys, "rulebook", "--on", "2019-05-02", "--json"))
    assert now["on"] == "2026-11-24"
    card = next(procedure for procedure in now["procedures"] if procedure["code"] == "trc_organisation")
    assert (card["deadline_working_days"], card["supplement_days"], card["forms"]) == (5, 15, ["NA6", "NA8"])
    assert {component["key"] for component in card["components"]} >= {"passport", "photo", "work_permit"}
    assert all(fee["usd"] > 0 for fee in card["fees"])
    old = next(procedure for procedure in before["procedures"] if procedure["code"] == "trc_organisation")
    assert (old["version"], old["supplement_days"]) != (card["version"], card["supplement_days"])
    assert {limit["version"] for limit in now["limits"]} != {limit["version"] for limit in before["limits"]}
    assert next(holiday for holiday in now["holidays"] if holiday["on"] == "2026-09-02")
    assert any(change["on"] > "2019-05-02" and change["rule"] == "visa.symbols" for change in before["changes"])


def test_people_read_it_as_lists(capsys):
    text = run(capsys, "rulebook", "--on", "2026-11-24")
    for words in ("In force on 2026-11-24", "trc_organisation", "5 working days", "USD", "declaration.electronic"):
        assert words in text
    assert "2027-01-01  calendar.holidays: 2026 → 2027" in text


@pytest.mark.parametrize("more", [[], ["--json"]])
def test_a_day_beyond_the_holidays_is_said_to_be(capsys, more):
    call_command("rulebook", "--on", "2030-01-01", *more)
    outcome = capsys.readouterr()
    assert "calendar of holidays begins on 2018-01-01 and ends on 2028-12-31" in outcome.err
    assert not more or json.loads(outcome.out)["holidays_known"] == {"from": "2018-01-01", "until": "2028-12-31"}
    call_command("rulebook", "--on", "2028-12-31", *more)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("start", "add", "day"),
    [
        ("2026-11-24", 5, "2026-12-01"),
        ("2026-11-27", 0, "2026-11-27"),
        ("2026-11-28", 0, "2026-11-30"),  # a Saturday
        ("2026-04-29", 1, "2026-05-04"),  # across 30 April, 1 May and a weekend
    ],
)
def test_working_days_skip_weekends_and_holidays(capsys, start, add, day):
    assert run(capsys, "working_day", "--from", start, "--add", str(add)).strip() == day
    answer = json.loads(run(capsys, "working_day", "--from", start, "--add", str(add), "--json"))
    assert (answer["day"], bool(answer["days_off_between"])) == (day, start == "2026-04-29")


def test_beyond_the_calendar_nothing_is_guessed(capsys):
    with pytest.raises(CommandError, match="2028"):
        call_command("working_day", "--from", "2028-12-20", "--add", "30")
    with pytest.raises(CommandError, match="ahead"):
        call_command("working_day", "--from", "2026-12-20", "--add", "-1")
