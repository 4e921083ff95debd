"""“Has my lodging declared me?”: yes or no and nothing else, counted, and in the audit without personal data."""

import logging
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from ancu.apps.audit.models import Event
from ancu.apps.stays.rules import may_be_asked_about
from ancu.apps.stays.selectors import self_check as selectors
from ancu.apps.stays.services import acts, undoing, withdraw
from ancu.apps.stays.services import self_check as services
from ancu.apps.stays.tests.factories import make_stay
from ancu.core import clock
from ancu.core.actor import PUBLIC
from ancu.core.security import constant_time
from ancu.core.testing import texts
from ancu.core.testing.query_counts import ExpectQueries
from ancu.core.tests.test_puzzle import solve

pytestmark = pytest.mark.django_db
NUMBER = "C01X0T478"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    monkeypatch.setattr(constant_time, "STEP", 0)


@pytest.fixture
def stay(world: Any) -> Any:
    return make_stay(world.lodging, "HOFFMANN JÖRG", document_number=NUMBER)


def ask(client: Client | None = None, *, solved: bool = True, **changes: str) -> Any:
    """One question as the page sends it; the right answers unless told otherwise."""
    client = client or Client()
    client.cookies["django_language"] = "en"
    answers = {
        "document_number": NUMBER,
        "birth_date": "08/03/1984",
        "arrived_on": f"{clock.today():%d/%m/%Y}",
    } | changes
    if solved:
        page = client.get("/guest/").content.decode()
        puzzle = re.search(r'name="puzzle" value="([^"]+)"', page)
        assert puzzle
        answers |= {"puzzle": puzzle[1], "solution": solve(puzzle[1])}
    return client.post("/guest/", answers)


def bare(page: Any) -> str:
    """The page without what differs each time it is drawn, and without the question that it repeats."""
    tokens = r'(csrfmiddlewaretoken" value="|X-CSRFToken&quot;: &quot;|X-CSRFToken": ")[^"&]+'
    return re.sub(r"<dl .*?</dl>", "", re.sub(tokens, r"\1", page.content.decode()), flags=re.DOTALL)


def test_yes_shows_nothing_of_the_stay(world: Any, stay: Any) -> None:
    page = ask()
    text = page.content.decode()
    assert page.status_code == 200 and texts.YES_YOU_ARE_DECLARED in text and "no-store" in page["Cache-Control"]
    secrets = ("HOFFMANN", NUMBER, "1984", "Mai Châu", "Mai Hạ", stay.room, f"{stay.expected_departure:%d/%m/%Y}")
    assert [secret for secret in secrets if secret in text.split("<main")[1].split("</main")[0]] == []


def test_who_was_checked_out_learns_that_and_no_day(world: Any, stay: Any) -> None:
    acts.check_out(actor=world.actor("bob"), stay_ids=[stay.pk], departed_on=clock.today())
    text = ask().content.decode()
    assert "Your lodging has recorded that you left" in text and texts.YES_YOU_ARE_DECLARED not in text
    assert f"{clock.today():%d/%m/%Y}" not in re.sub(r"<dl .*?</dl>", "", text, flags=re.DOTALL)
    undoing.undo_last(actor=world.actor("bob"), stay=stay)
    assert texts.YES_YOU_ARE_DECLARED in ask().content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"birth_date": "09/03/1984"},
        {"birth_date": "1984"},
        {"arrived_on": "01/01/2020"},
        {"document_number": "C01X0T479"},
        {"document_number": "NOBODY1"},
    ],
)
def test_every_no_is_the_same_no(world: Any, stay: Any, wrong: dict[str, str]) -> None:
    unknown = bare(ask(document_number="X0000000", birth_date="1970", arrived_on="02/01/2020"))
    assert texts.NO_NOT_FOUND in unknown
    assert bare(ask(**wrong)) == unknown


def test_a_no_repeats_the_question_with_its_dates_in_words_and_is_read_by_guest_and_host(world: Any, stay: Any) -> None:
    page = ask(document_number="X0000000", birth_date="08/03/1984", arrived_on="11/12/2025").content.decode()
    for english, vietnamese in (
        ("8 March 1984", "ngày 8 tháng 3 năm 1984"),
        ("11 December 2025", "ngày 11 tháng 12 năm 2025"),
        (texts.NO_NOT_FOUND, "Chưa, không tìm thấy"),
        ("ask them to declare you now", "đề nghị cơ sở lưu trú khai báo ngay"),
    ):
        assert english in page and vietnamese in page, english
    assert page.index("8 March 1984") < page.index("No declaration matches")
    assert '<section class="stack" lang="vi">' in page
    partial = ask(document_number="X0000001", birth_date="05/1971", arrived_on="11/12/2025").content.decode()
    assert "<dd>May 1971</dd>" in partial and "<dd>tháng 5 năm 1971</dd>" in partial


def test_a_no_says_what_to_do(world: Any, settings: Any) -> None:
    settings.OFFICE_DUTY_PHONE = "0218 385 2222"
    text = ask().content.decode()
    assert "article 33" in text and 'href="tel:02183852222"' in text and "declare you now" in text


def test_every_question_costs_the_same_query(world: Any, stay: Any, expect_queries: ExpectQueries) -> None:
    for number, day in ((NUMBER, clock.today()), (NUMBER, clock.today() - timedelta(days=1)), ("X1", clock.today())):
        with expect_queries("selector"):
            selectors.answer(selectors.SelfCheckQuestion(number, "1984-03-08", day))
        with expect_queries("service"):  # and the audit's, within a transaction
            services.check(PUBLIC, selectors.SelfCheckQuestion(number, "1984-03-08", day))


def test_the_number_is_read_as_a_declaration_would(world: Any, stay: Any) -> None:
    assert "Yes, you" in ask(document_number=" c01 x0t478 ").content.decode()


def test_only_stays_of_now_are_spoken_of(world: Any) -> None:
    today = clock.today()
    old = make_stay(world.lodging, arrived_on=today - timedelta(days=90), departed_on=today - timedelta(days=31))
    late = make_stay(world.lodging, arrived_on=today - timedelta(days=90), departed_on=today - timedelta(days=30))
    long = make_stay(
        world.lodging, arrived_on=today - timedelta(days=400), expected_departure=today - timedelta(days=90)
    )
    coming = make_stay(world.lodging, arrived_on=today + timedelta(days=1))
    assert [may_be_asked_about(stay, today) for stay in (old, late, long, coming)] == [False, True, True, False]


def test_a_withdrawn_declaration_is_none(world: Any, stay: Any) -> None:
    withdraw(actor=world.actor("bob"), stay_id=stay.pk, reason="declared twice")
    assert texts.NO_NOT_FOUND in ask().content.decode()


def test_the_birth_date_counts_with_its_precision(world: Any) -> None:
    make_stay(world.lodging, document_number="Y1", birth_date="1962")
    assert "Yes, you" in ask(document_number="Y1", birth_date="1962").content.decode()
    assert "No, not" in ask(document_number="Y1", birth_date="01/01/1962").content.decode()


def test_each_look_is_in_the_audit_without_personal_data(world: Any, stay: Any, caplog: Any) -> None:
    with caplog.at_level(logging.DEBUG):
        ask(), ask(birth_date="09/03/1984"), ask(document_number="X0000000")
    events = [
        (e.actor_kind, e.subject_type, e.subject_id, e.details)
        for e in Event.objects.filter(act="stays.self_checked").order_by("id")
    ]
    assert events == [
        ("public", "stays.stay", str(stay.pk), {"answer": "yes"}),
        ("public", "stays.stay", str(stay.pk), {"answer": "no"}),
        ("public", "stays.stay", "unknown", {"answer": "no"}),
    ]
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("django.db")]
    assert not any(NUMBER in line or "1984" in line for line in ours)


@pytest.mark.slow
def test_guesses_are_counted_by_document_known_or_not(world: Any, stay: Any) -> None:
    for number in (NUMBER, "X0000000"):
        statuses = [ask(document_number=number, birth_date=f"{year}").status_code for year in range(1970, 1976)]
        assert statuses == [200] * 5 + [429]


@pytest.mark.slow
def test_and_by_day(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "BY_DOCUMENT", 100)
    assert [ask().status_code for _ in range(11)] == [200] * 10 + [429]


def test_without_script_fewer_are_answered(world: Any) -> None:
    statuses = [ask(solved=False, document_number=f"X{turn}").status_code for turn in range(6)]
    assert statuses == [200] * 5 + [429]
    assert ask(document_number="X9").status_code == 200  # the puzzle still opens it


def test_with_script_an_address_has_its_limit(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "BY_ADDRESS", 2)
    assert [ask(document_number=f"X{turn}").status_code for turn in range(3)] == [200, 200, 429]


def test_what_was_typed_is_kept_when_refused(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "BY_ADDRESS_UNSOLVED", 0)
    page = ask(solved=False)
    assert page.status_code == 429 and NUMBER in page.content.decode() and "Too many checks" in page.content.decode()


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"document_number": ""}, "letters and digits"),
        ({"birth_date": "31/02/1984"}, texts.THIS_DATE_DOES_NOT_EXIST),
        ({"arrived_on": "01/01/2090"}, "is in the future"),
        ({"arrived_on": "yesterday"}, "day/month/year"),
    ],
)
def test_bad_input_is_told_and_not_counted(world: Any, answers: dict[str, str], expected: str) -> None:
    page = ask(solved=False, **answers)
    assert page.status_code == 422 and expected in page.content.decode()
    assert not Event.objects.filter(act="stays.self_checked").exists()


def test_the_real_step_is_waited_out(world: Any, stay: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    monkeypatch.setattr(constant_time, "STEP", 0.3)
    for changes in ({}, {"document_number": "X0000000"}):
        began = time.monotonic()
        ask(solved=False, **changes)
        assert time.monotonic() - began > 0.29
