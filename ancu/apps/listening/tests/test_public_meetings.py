"""The public list of meetings: by year and by words, with or without accents."""

from datetime import timedelta
from typing import Any

import pytest

from ancu.apps.listening.enums import MeetingState
from ancu.apps.listening.models import Meeting
from ancu.apps.listening.selectors.public_meetings import MeetingFilter, public_page
from ancu.apps.listening.tests.factories import make_meeting
from ancu.core import clock

pytestmark = pytest.mark.django_db


def make_closed_meeting(world: Any, theme: str, days_ago: int, unit: Any = None) -> Meeting:
    """Return a closed meeting of so many days ago."""
    meeting = make_meeting(world, state=MeetingState.ANNOUNCED)
    begins = clock.now() - timedelta(days=days_ago)
    Meeting.objects.filter(pk=meeting.pk).update(
        theme=theme, starts_at=begins, ends_at=begins + timedelta(hours=2), state=MeetingState.CLOSED,
        **({"unit": unit} if unit else {}),
    )  # fmt: skip
    return meeting


def themes(**choice: Any) -> list[str]:
    return [meeting.theme for meeting in public_page(MeetingFilter(**choice)).past]


def test_a_reader_finds_a_meeting_by_year_theme_and_commune(world):
    make_closed_meeting(world, "Đèn đường", 20)
    make_closed_meeting(world, "Giao thông", 20 + 366, unit=world.units.elsewhere)
    this_year, last_year = ((clock.local(clock.now()) - timedelta(days=days)).year for days in (20, 386))
    assert themes() == ["Đèn đường", "Giao thông"]
    assert themes(year=last_year) == ["Giao thông"]
    assert themes(year=this_year, words="giao thông") == []
    assert themes(words="ĐÈN") == ["Đèn đường"]
    assert themes(words="luong son") == ["Giao thông"]
    assert list(public_page(MeetingFilter(year=2001)).years) == [this_year, last_year]


def test_a_search_without_result_leads_back_to_all_meetings(world):
    make_closed_meeting(world, "Đèn đường", 20)
    page = world.client().get("/meetings/?words=khong-co").content.decode()
    assert "No meetings match" in page and 'href="?"' in page
    assert "Đèn đường" in world.client().get("/meetings/?words=đèn").content.decode()


@pytest.mark.parametrize("year", ["abc", "1", "99999"])
def test_an_unreadable_year_is_refused_and_shows_what_was_typed(world, year):
    response = world.client().get(f"/meetings/?year={year}")
    assert response.status_code == 422 and year in response.content.decode()
