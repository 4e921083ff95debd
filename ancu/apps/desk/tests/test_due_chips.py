"""What the chip of a task says about its time, and what is added to titles that read alike."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils import translation

from ancu.apps.desk.selectors.tasks import DeskRow, distinguished
from ancu.apps.desk.templatetags.desk import due_chip
from ancu.core import clock
from ancu.core.registry.task_groups import Task, TaskGroup

WEDNESDAY = datetime(2026, 11, 25, 10, tzinfo=clock.VIETNAM)
TODAY = WEDNESDAY.date()


@pytest.fixture(autouse=True)
def _wednesday(monkeypatch: Any) -> None:
    monkeypatch.setattr(clock, "now", lambda: WEDNESDAY)
    monkeypatch.setattr(clock, "today", lambda: TODAY)


def row_of(**values: Any) -> DeskRow:
    task = Task(**{"title": "Khách sạn Sao", "url": "/", **values})
    return DeskRow(task, TaskGroup("alerts", "Alerts", "warn", "/", 1), str(task.title))


def hours_ago(hours: float) -> datetime:
    return WEDNESDAY - timedelta(hours=hours)


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"due": TODAY - timedelta(days=2), "grave": True}, "trễ 2 ngày"),
        ({"due": TODAY}, "hôm nay"),
        ({"due": date(2026, 11, 27)}, "thứ Sáu"),
        ({"due": date(2026, 12, 3)}, "03/12"),
        ({"grave": True, "since": hours_ago(0.8)}, "chờ 48 phút"),
        ({"grave": True, "since": hours_ago(5.5)}, "chờ 5 giờ"),
        ({"grave": True, "since": hours_ago(50)}, "chờ 2 ngày"),
        ({"grave": True, "since": date(2026, 11, 22)}, "chờ 3 ngày"),
        ({"grave": True, "since": TODAY}, "hôm nay"),
        ({"grave": True}, "khẩn"),
        ({"since": hours_ago(72)}, "từ 22/11"),
        ({}, "không hạn"),
    ],
)
def test_a_chip_says_how_late_or_how_old(values: dict[str, Any], text: str) -> None:
    with translation.override("vi"):
        chip = due_chip(row_of(**values), True)
    assert chip.endswith(f"{text}</span>")


def test_an_urgent_age_is_not_said_by_colour_alone() -> None:
    with translation.override("vi"):
        assert "khẩn" in due_chip(row_of(grave=True, since=hours_ago(1)))


@pytest.mark.parametrize(
    ("values", "tone"),
    [
        ({"due": TODAY - timedelta(days=1), "grave": True}, "bad"),
        ({"grave": True, "since": hours_ago(50)}, "bad"),
        ({"grave": True}, "bad"),
        ({"grave": True, "due": TODAY}, "bad"),
        ({"due": TODAY}, "warn"),
        ({"due": TODAY + timedelta(days=1)}, "mute"),
        ({"since": hours_ago(900)}, "mute"),
        ({}, "mute"),
    ],
)
def test_red_is_what_is_urgent_or_late_and_amber_what_is_due_today(values: dict[str, Any], tone: str) -> None:
    assert f"chip-{tone} " in due_chip(row_of(**values), True)


def seconds(*facts: tuple[str, ...]) -> list[str]:
    return [row.second for row in distinguished([row_of(facts=of_task, second="Mai") for of_task in facts])]


def test_rows_alike_get_the_first_fact_that_tells_all_of_them_apart() -> None:
    same_place = (("Mai Hạ", "“Đèn hỏng”", "06/11"), ("Mai Hạ", "“Ồn ào”", "06/11"))
    assert seconds(*same_place) == ["Mai, “Đèn hỏng”", "Mai, “Ồn ào”"]
    assert seconds(("Mai Hạ", "“Ồn”"), ("Mai Châu", "“Ồn ào”")) == ["Mai, Mai Hạ", "Mai, Mai Châu"]
    assert seconds(("", "“Ồn”"), ("", "“Ồn”")) == ["Mai"] * 2
    assert seconds(("Mai Hạ",)) == ["Mai"]


def test_rows_with_another_second_line_need_no_fact() -> None:
    rows = [row_of(facts=(place,), second=place) for place in ("Mai Hạ", "Mai Châu")]
    assert [row.second for row in distinguished(rows)] == ["Mai Hạ", "Mai Châu"]
