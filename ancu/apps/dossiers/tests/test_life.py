"""From draft to delivery through the services, and thousands of invented lives."""

from typing import Any

import pytest

from ancu.apps.dossiers.enums import TRANSITIONS, Filer, State
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.selectors.history import replay
from ancu.apps.dossiers.selectors.preflight import StayDisclosure, findings
from ancu.apps.dossiers.services import filing
from ancu.apps.dossiers.tests.factories import make_cast, make_dossier, make_draft, make_legal_file
from ancu.apps.lodging.tests.factories import World
from ancu.core import clock
from ancu.engines.rulebook import procedures_on


@pytest.fixture
def cast(world: World) -> World:
    return make_cast(world)


def reachable() -> set[State]:
    results, ahead = {State.DRAFT}, [State.DRAFT]
    while ahead:
        for state in TRANSITIONS[ahead.pop()] - results:
            results.add(state)
            ahead.append(state)
    return results


def test_no_state_is_unreachable() -> None:
    assert reachable() == set(State)


@pytest.mark.parametrize("state", [state for state in State if state not in {State.CLOSED, State.RESUBMITTED}])
def test_each_state_is_reached_by_acts_and_its_history_tells_it(cast: World, state: State) -> None:
    dossier = make_dossier(cast, state)
    assert dossier.state == state
    outcome = replay(dossier.events.order_by("sequence"))
    assert (outcome.state, outcome.accepted_at is not None) == (state, dossier.accepted_at is not None)


def cases() -> list[Any]:
    today = clock.today()
    return [
        pytest.param(procedure.code, Filer(filer), id=f"{procedure.code}-{filer}")
        for procedure in procedures_on(today)
        for filer in procedure.filers
    ]


@pytest.mark.parametrize(("procedure", "filer"), cases())
def test_every_procedure_can_be_filed_by_whom_it_names(cast: World, procedure: str, filer: Filer) -> None:
    by = "ramon" if filer == Filer.ORGANISATION else "liem" if filer != Filer.SELF else "mia"
    if filer == Filer.ORGANISATION:
        make_legal_file(cast)
    dossier = make_draft(cast, procedure, filer, by)
    if filer not in {Filer.ORGANISATION, Filer.SELF}:
        Dossier.objects.filter(pk=dossier.pk).update(sponsor=cast.users[by])
        dossier.refresh_from_db()
    results = [finding for finding in findings(dossier, StayDisclosure.ALL) if finding.severity == "blocking"]
    assert results == []
    sent = filing.submit(cast.actor(by), dossier=dossier)
    assert (sent.state, sent.agency) == (State.SUBMITTED, cast.provincial_agency)
