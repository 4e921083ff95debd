"""kill -9 for the web server and for the database, again and again, while hotel programs post batches.

Afterwards every receipt that was handed out is there with all its rows and the hash it was given with;
nothing is there by halves; and sending everything again changes nothing. `make crash` is the long run.
"""

import json
import os
import random
import time
from typing import Any

import pytest

from tests.crash.house import House, wait_until
from tests.crash.programs import BatchProgram, SentBatch, post
from tests.crash.respondents import Respondent

LONG = os.environ.get("ANCU_LONG") == "1"
WEB_KILLS, DATABASE_KILLS = (20, 20) if LONG else (2, 1)
PROGRAMS = 4
PATIENCE_S = 60

pytestmark = [pytest.mark.crash, pytest.mark.slow]


@pytest.fixture(scope="module")
def token(house: House) -> str:
    return house.run("-m", "tests.crash.prepare").strip()


def test_no_receipt_is_lost(house: House, token: str) -> None:
    house.start_worker()
    house.start_web()
    wait_until(house.answers, PATIENCE_S, "the web server does not answer")
    programs = [BatchProgram(number, house.port, token) for number in range(PROGRAMS)]
    for program in programs:
        program.start()
    kills = ["web"] * WEB_KILLS + ["database"] * DATABASE_KILLS
    seed = random.randrange(10**6)
    random.Random(seed).shuffle(kills)
    for kill in kills:
        strike(house, kill, programs)
    progress(programs)  # all is well again before the programs stop
    assert_worker_works(house)
    for program in programs:
        program.stopping.set()
    for program in programs:
        program.join(PATIENCE_S)

    batches = [batch for program in programs for batch in program.batches]
    answered = [batch for batch in batches if batch.answer is not None]
    stored = inspect(house)
    assert_whole(stored, answered)
    resent = send_all_again(house, token, batches)
    after = inspect(house)
    assert_whole(after, [*answered, *resent])
    assert stored["rows"].items() <= after["rows"].items(), "sending again must leave what was there as it was"
    assert every_guest(batches) == {row[1] for rows in after["rows"].values() for row in rows}
    retries = sum(program.retries for program in programs)
    print(  # the summary of `make crash`
        f"\ncrash: {WEB_KILLS} kills of the web server, {DATABASE_KILLS} of the database (seed {seed}); "
        f"{len(answered)} answers handed out under fire, {len(stored['rows'])} receipts, {retries} requests lost "
        f"and sent again; then {len(batches)} batches sent again; receipts lost = 0, guests stored twice = 0"
    )


def strike(house: House, kill: str, programs: list[BatchProgram]) -> None:
    """Let the programs get some answers, then kill at a random moment, and start again what was killed."""
    progress(programs)
    time.sleep(random.uniform(0, 0.3))
    if kill == "web":
        house.kill_web()
        house.start_web()
    else:
        house.kill_database()
        house.database.start()  # the web server was not told


def progress(programs: list[BatchProgram]) -> None:
    """Until every program was answered once more: none may be left hanging."""
    marks = {program: len(program.batches) for program in programs}

    def moved() -> bool:
        complaints = [program.complaint for program in programs if program.complaint]
        assert not complaints, complaints
        return all(len(program.batches) > mark + 1 for program, mark in marks.items())

    wait_until(moved, PATIENCE_S, "a program gets no answer")


def assert_worker_works(house: House) -> None:
    """A worker that lost its database ends, and is started again as systemd or the demo would; no job is lost."""
    house.query("""
        INSERT INTO procrastinate_jobs (queue_name, task_name, args, queueing_lock)
        VALUES ('default', 'audit.seal', '{"timestamp": 0}', 'after the kills') RETURNING id""")

    def done() -> bool:
        house.keep_worker()
        return (
            house.query("SELECT status FROM procrastinate_jobs WHERE queueing_lock = 'after the kills'") == "succeeded"
        )

    wait_until(done, PATIENCE_S, "the worker does not work", pause=0.2)  # each look is a new connection


def inspect(house: House) -> dict[str, Any]:
    return dict(json.loads(house.run("-m", "tests.crash.inspect")))


def assert_whole(stored: dict[str, Any], answered: list[SentBatch]) -> None:
    """The database agrees with itself, and with everything that anybody was told."""
    assert set(stored["unsound"].values()) == {0}, stored["unsound"]
    rows = {number: {tuple(row) for row in rows} for number, rows in stored["rows"].items()}
    for batch in answered:
        sent = batch.answer_body
        assert sent["read"] == sent["accepted"] + sent["already_declared"] == len(batch.guests)
        if sent["receipt"]:
            assert stored["hashes"][sent["receipt"]] == sent["sha256"]
        for row in sent["rows"]:
            assert (row["id"], row["stay"]["document_number"]) in rows[row["receipt"]]


def send_all_again(house: House, token: str, batches: list[SentBatch]) -> list[SentBatch]:
    """Under its reference each batch gets the answer it had; under none, everything is already declared."""
    completed = []
    for batch in batches:
        status, answer = post(house.port, token, batch.body)
        assert status == 200
        assert answer == (batch.answer or answer), "the same reference gives the same answer"
        completed.append(SentBatch(batch.reference, batch.guests, answer=answer))
    guests = [guest for batch in batches for guest in batch.guests]
    for start in range(0, len(guests), 900):
        part = guests[start : start + 900]
        status, answer = post(house.port, token, json.dumps(part).encode())
        assert (status, json.loads(answer)["already_declared"]) == (200, len(part))
    return completed


def every_guest(batches: list[SentBatch]) -> set[str]:
    return {guest["document_number"] for batch in batches for guest in batch.guests}


@pytest.mark.skipif(not LONG, reason="a minute and more: make crash")
def test_no_answer_of_a_survey_is_lost(house: House) -> None:
    """Whoever was told that an answer is kept, or was thanked, finds it counted: once."""
    house.serve_pages()
    link = house.run("-m", "tests.crash.prepare_survey").strip()
    house.environment["BEHIND_PROXY"] = "true"  # each person comes from an address of his own
    house.kill_web()
    house.start_web()
    wait_until(house.answers, PATIENCE_S, "the web server does not answer")
    people = [Respondent(number, house.port, link) for number in range(PROGRAMS)]
    for respondent in people:
        respondent.start()
    for kill in ["web", "database"] * (10 if LONG else 2):
        go_on(people)
        time.sleep(random.uniform(0, 0.3))
        if kill == "web":
            house.kill_web()
            house.start_web()
        else:
            house.kill_database()
            house.database.start()
    go_on(people)
    for respondent in people:
        respondent.stopping.set()
    for respondent in people:
        respondent.join(PATIENCE_S)
    rows = house.query("SELECT json_agg(json_build_array(answers ->> 'q6', state)) FROM surveys_surveyresponse")
    counted = [wish for wish, state in rows if state == "complete"]  # type: ignore[attr-defined]  # a list
    stored = {wish for wish, _state in rows}  # type: ignore[attr-defined]
    respondents_people = [person for respondent in people for person in respondent.people]
    assert {person.name for person in respondents_people if person.sent} <= set(counted)
    assert {person.saved for person in respondents_people if person.saved} <= stored
    assert len(counted) == len(set(counted)), "counted twice"
    assert house.query("SELECT count(*) FROM audit_event WHERE act = 'surveys.answered'") == len(counted)
    retries = sum(respondent.retries for respondent in people)
    print(f"\ncrash: {len(counted)} answers of a survey under fire, {retries} requests lost and sent again; lost = 0")


def go_on(people: list[Respondent]) -> None:
    """Until everybody who answers has been thanked once more."""
    marks = {respondent: sum(person.sent for person in respondent.people) for respondent in people}

    def moved() -> bool:
        complaints = [respondent.complaint for respondent in people if respondent.complaint]
        assert not complaints, complaints
        return all(sum(person.sent for person in respondent.people) > mark for respondent, mark in marks.items())

    wait_until(moved, 2 * PATIENCE_S, "somebody gets no answer")
