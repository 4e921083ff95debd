"""The strip of the deadline: without gaps, in order of the days, with pauses and reasons; one for officer and filer."""

from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
import time_machine
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.selectors.deadline_strip import WIDTH, StripPause, StripScale, deadline_strip, strip_spans
from ancu.apps.dossiers.services import filing, handling
from ancu.apps.dossiers.tests.factories import make_cast, make_dossier
from ancu.apps.lodging.tests.factories import World
from ancu.core.clock import VIETNAM

FIRST = date(2026, 11, 2)


@pytest.fixture
def cast(world: World) -> World:
    return make_cast(world)


def days(least: int = 0) -> st.SearchStrategy[int]:
    return st.integers(least, 60)


@given(accepted=st.none() | days(), due=st.none() | days(), present=days(), pauses=st.lists(st.tuples(days(), days())))
def test_the_spans_cover_the_strip_once_and_say_what_each_day_is(
    accepted: int | None, due: int | None, present: int, pauses: list[tuple[int, int]]
) -> None:
    def at(place: int | None) -> date | None:
        return None if place is None else FIRST + timedelta(days=place)

    stops = [StripPause(FIRST + timedelta(days=start), at(start + length), "") for start, length in pauses]
    named = {
        FIRST,
        at(accepted),
        at(due),
        at(present),
        *(stop.since for stop in stops),
        *(stop.until for stop in stops),
    }
    bounds = sorted(named - {None})  # type: ignore[type-var]
    scale = StripScale(bounds[0], bounds[-1])  # type: ignore[arg-type]
    day = FIRST + timedelta(days=present)
    spans = strip_spans(bounds, scale, stops, accepted=at(accepted), due=at(due), present=day)  # type: ignore[arg-type]
    ends = [span.x + span.width for span in spans]
    assert [span.x for span in spans] == [0, *ends[:-1]] if spans else len(bounds) == 1
    assert not spans or ends[-1] == WIDTH
    assert all(left.kind != right.kind for left, right in pairwise(spans))
    assert all((span.kind == "ahead") == (span.x >= scale.x(day)) for span in spans)


def marks_of(dossier: Any) -> list[str]:
    strip = deadline_strip(dossier)
    assert strip is not None
    assert [mark.day for mark in strip.marks] == sorted(mark.day for mark in strip.marks)
    return [mark.kind for mark in strip.marks]


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (State.SUBMITTED, ["received", "today"]),
        (State.ACCEPTED, ["received", "accepted", "today", "due"]),
        (State.SUPPLEMENT, ["received", "paused", "today"]),
        (State.NOT_ACCEPTED, ["received", "ended"]),
    ],
)
def test_each_state_has_its_marks(cast: World, state: State, expected: list[str]) -> None:
    assert marks_of(make_dossier(cast, state)) == expected


def test_a_draft_has_no_strip(cast: World) -> None:
    assert deadline_strip(make_dossier(cast, State.DRAFT)) is None


def test_a_pause_says_what_the_office_waits_for_and_ends_when_it_comes(cast: World) -> None:
    with time_machine.travel(datetime(2026, 12, 1, 10, tzinfo=VIETNAM)):
        dossier, ines = make_dossier(cast), cast.actor("ines")
        handling.request_supplement(ines, dossier=dossier, fields={"NA8.occupation": "Which post?"})
        dossier.refresh_from_db()
    with time_machine.travel(datetime(2026, 12, 4, 10, tzinfo=VIETNAM)), override("en"):
        strip = deadline_strip(dossier)
        assert strip is not None
        (pause,) = [mark for mark in strip.marks if mark.kind == "paused"]
        assert pause.day == date(2026, 12, 1) and "until 16/12/2026 at the latest" in pause.note
        assert pause.note.startswith("waiting for: Occupation")
        assert [span.kind for span in strip.spans] == ["paused"]
        filing.resubmit(cast.actor("ramon"), dossier=dossier)
        dossier.refresh_from_db()
        assert "resumed" in marks_of(dossier)


def test_an_overdue_dossier_is_late_from_its_due_day(cast: World) -> None:
    with time_machine.travel(datetime(2026, 12, 1, 10, tzinfo=VIETNAM)):
        dossier = make_dossier(cast, State.ACCEPTED)
    with time_machine.travel(datetime(2026, 12, 18, 10, tzinfo=VIETNAM)), override("en"):
        strip = deadline_strip(dossier)
    assert strip is not None
    assert [span.kind for span in strip.spans] == ["running", "late"]
    assert [mark.kind for mark in strip.marks] == ["received", "accepted", "due", "today"]
    assert "working days late" in strip.summary


@pytest.mark.parametrize(("name", "address"), [("ramon", "/dossiers/{}/"), ("ines", "/office/dossiers/{}/")])
def test_officer_and_filer_see_the_same_strip(cast: World, name: str, address: str) -> None:
    dossier = make_dossier(cast, State.ACCEPTED)
    page = cast.client(name).get(address.format(dossier.number)).content.decode()
    assert 'class="deadline-drawing"' in page and f"{dossier.due_on:%d/%m/%Y}" in page
