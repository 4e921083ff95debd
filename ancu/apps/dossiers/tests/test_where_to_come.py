"""Where the office receives people, and when: on each page and in each letter that sends somebody there."""

from datetime import time

import pytest

from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.selectors.public import look_up_code
from ancu.apps.dossiers.services.counters import OpeningPeriod
from ancu.apps.dossiers.tests.factories import (
    enter_result,
    make_cast,
    make_counter,
    make_dossier,
    make_draft,
    make_rate,
)
from ancu.apps.lodging.tests.factories import World
from ancu.apps.messaging.models import Notification

ADDRESS = "Số 10, đường Trần Hưng Đạo"
HOURS = "07:30–11:30"


@pytest.fixture
def cast(world: World) -> World:
    cast = make_cast(world)
    make_counter(cast, [OpeningPeriod(day, time(7, 30), time(11, 30)) for day in range(5)])
    make_rate(cast)
    return cast


def says_where(text: str) -> bool:
    return ADDRESS in text and HOURS in text


@pytest.mark.parametrize("page", ["/dossiers/new/trc_organisation", "/procedures/trc_organisation"])
def test_whoever_looks_around_reads_where_to_come(cast: World, page: str) -> None:
    assert says_where(cast.client().get(page).content.decode())


@pytest.mark.parametrize(
    ("state", "page"),
    [(State.SUBMITTED, "sent"), (State.SUBMITTED, "appointment"), (State.ACCEPTED, "pay"), (State.READY, "")],
)
def test_whoever_filed_reads_where_to_come(cast: World, state: State, page: str) -> None:
    dossier = make_dossier(cast, state)
    assert says_where(cast.client("ramon").get(f"/dossiers/{dossier.number}/{page}").content.decode())


def test_whoever_checks_before_sending_reads_where_to_come(cast: World) -> None:
    draft = make_draft(cast)
    assert says_where(cast.client("ramon").get(f"/dossiers/{draft.number}/check").content.decode())


def test_a_procedures_page_leads_to_its_own_first_step(cast: World) -> None:
    assert 'href="/dossiers/new/stay_extension"' in cast.client().get("/procedures/stay_extension").content.decode()


def test_whoever_may_bring_an_original_reads_where_to_come(cast: World) -> None:
    draft = make_draft(cast)
    assert says_where(cast.client("ramon").get(f"/dossiers/{draft.number}/papers").content.decode())


def test_whoever_looks_it_up_by_its_slip_reads_where_to_come(cast: World) -> None:
    dossier = make_dossier(cast)
    typed = {"number": dossier.number, "code": look_up_code(dossier.number)}
    assert says_where(cast.client().post("/d/", typed).content.decode())


def test_the_letter_about_the_result_says_where_to_collect_it(cast: World) -> None:
    dossier = make_dossier(cast, State.READY)
    letter = Notification.objects.get(subject_id=dossier.number, channel="email", template__endswith="/ready.txt")
    assert says_where(letter.body)


def test_a_result_that_is_posted_sends_nobody_to_the_counter(cast: World) -> None:
    dossier = make_dossier(cast, State.APPROVED)
    Dossier.objects.filter(pk=dossier.pk).update(handover="post")
    enter_result(cast, Dossier.objects.get(pk=dossier.pk))
    letter = Notification.objects.get(subject_id=dossier.number, channel="email", template__endswith="/ready.txt")
    assert ADDRESS not in letter.body
