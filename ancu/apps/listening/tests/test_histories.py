"""Whatever people do in whatever order: nobody is lost, nobody judges himself, no state is reached but by the table."""

import os
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.db.models import F

from ancu.apps.listening.enums import CLOSED, TRANSITIONS, PetitionOutcome, PetitionState
from ancu.apps.listening.models import Petition, PetitionAnswer, PetitionPromise, Verdict
from ancu.apps.listening.selectors import visible_to
from ancu.apps.listening.selectors.following import followed_petition
from ancu.apps.listening.selectors.office import opened_petition
from ancu.apps.listening.services import daily, handling, merging, verdicts
from ancu.apps.listening.services.state_changes import petitioners
from ancu.apps.listening.tests.factories import add_staff, make_petition
from ancu.apps.lodging.tests.factories import make_world
from ancu.core import clock
from ancu.core.actor import PUBLIC, system
from ancu.core.errors import Conflict, Forbidden, Http404

LONG = os.environ.get("ANCU_LONG") == "1"
JOB = system("test")
WHO = ("olga", "otto", "pavel", "quynh", "dora", "hoa", "anh", "alice")


def laid_out() -> Any:
    world = make_world()
    add_staff(world)
    return world


pytestmark = [pytest.mark.django_db, pytest.mark.stage(make=laid_out)]


def acts(world: Any) -> dict[str, Callable[[Any, Petition, Petition], Any]]:
    """Each act by its name: who does it, to which petition, and another one beside it."""
    day, elsewhere = clock.today() + timedelta(days=5), world.elsewhere_agency.pk

    def drafted(outcome: str) -> Callable[[Any, Petition, Petition], Any]:
        more = {"promised_on": day, "public_words": "Lắp đèn"} if outcome == PetitionOutcome.PROMISED else {}
        return lambda who, petition, _main: handling.submit_draft(
            actor=who, number=petition.number, outcome=outcome, text="…", **more
        )  # fmt: skip

    def verdict_act(verdict: str) -> Callable[[Any, Petition, Petition], Any]:
        return lambda _who, petition, _main: verdicts.record_verdict(PUBLIC, petition, verdict=verdict, text="…")

    return {
        "done": drafted("done"),
        "promised": drafted("promised"),
        "explained": drafted("explained"),
        "approve": lambda who, petition, _main: handling.approve(actor=who, number=petition.number),
        "send back": lambda who, petition, _main: handling.send_back(actor=who, number=petition.number, reason="…"),
        "assign": lambda who, petition, _main: handling.assign(actor=who, number=petition.number, agency_id=elsewhere),
        "assign back": lambda who, petition, _main: handling.assign(
            actor=who, number=petition.number, agency_id=world.commune_agency.pk
        ),
        "help": lambda who, petition, _main: handling.ask_help(
            actor=who, number=petition.number, agency_id=elsewhere, question="?", reply_by=day
        ),
        "reply": lambda who, petition, _main: handling.answer_help_request(
            actor=who, number=petition.number, reply="…"
        ),
        "settled": verdict_act("settled"),
        "refused": verdict_act("refused"),
        "add": lambda _who, petition, _main: verdicts.add_remark(PUBLIC, petition, text="…", key=uuid4()),
        "about": lambda who, petition, _main: handling.name_unit(
            actor=who, number=petition.number, agency_id=world.commune_agency.pk
        ),
        "category": lambda who, petition, _main: handling.categorise(
            actor=who, number=petition.number, category="order"
        ),
        "a week": lambda _who, petition, _main: _a_week(petition),
        **_moves(),
    }


def _moves() -> dict[str, Callable[[Any, Petition, Petition], Any]]:
    """Acts that lead a petition into another one or to another body, and back."""
    return {
        "merge": lambda who, petition, main: merging.merge(
            actor=who, number=petition.number, into=main.number, reason="…"
        ),
        "separate": lambda who, petition, _main: merging.separate(actor=who, number=petition.number, reason="…"),
        "send on": lambda who, petition, _main: merging.transfer(
            actor=who, number=petition.number, to="UBND", reference="1", reason="…"
        ),
        "take back": lambda who, petition, _main: merging.take_back_transfer(
            actor=who, number=petition.number, reason="…"
        ),
    }


def _a_week(petition: Petition) -> None:
    """As if the answer had been there for eight days; and what each day brings."""
    Petition.objects.filter(pk=petition.pk, answered_at__isnull=False).update(
        answered_at=clock.now() - timedelta(days=8)
    )
    daily.close_silent(JOB)
    daily.escalate(JOB)


# What is likely to be done in a state, so that histories go deep; a fifth of the steps is anything at all.
LIKELY = {
    PetitionState.RECEIVED: ("assign", "assign back", "merge", "send on"),
    PetitionState.ASSIGNED: (
        "done",
        "done",
        "done",
        "promised",
        "promised",
        "promised",
        "merge",
        "help",
        "reply",
        "send on",
    ),
    PetitionState.DRAFTED: ("approve", "approve", "approve", "send back"),
    PetitionState.ANSWERED: ("settled", "refused", "refused", "a week"),
    PetitionState.REOPENED: ("done", "explained", "assign", "assign back"),
    PetitionState.SETTLED: ("refused",),
    PetitionState.SILENT: ("refused", "settled"),
    PetitionState.MERGED: ("settled", "refused", "separate"),
    PetitionState.TRANSFERRED: ("take back",),
}
STEPS = 24


def the_laws(petitions: list[Petition], actors: dict[str, Any]) -> None:
    for stored in Petition.objects.filter(pk__in=[petition.pk for petition in petitions]).select_related(
        "main", "unit", "about"
    ):
        assert (stored.state == PetitionState.MERGED) == (stored.main_id is not None)
        assert (
            stored.head.state != PetitionState.MERGED and stored.head.main_id is None
        )  # each petitioner has a living page
        assert stored.unit_id is None or stored.unit_id != stored.about_id
        assert (stored.closed_at is not None) == (stored.state in CLOSED)
        states = [PetitionState(state) for state in stored.traces.order_by("id").values_list("state", flat=True)]
        assert all(before == after or after in TRANSITIONS[before] for before, after in pairwise(states))
        assert states[-1] == stored.state
        if stored.state in (PetitionState.ANSWERED, *CLOSED):
            assert stored.answers.filter(approved_at__isnull=False).exists()
        assert (
            stored.state == PetitionState.DRAFTED
            or not stored.answers.filter(approved_at=None, returned_at=None).exists()
        )
    assert not PetitionAnswer.objects.filter(approved_by__isnull=False).filter(approved_by=F("written_by")).exists()
    for promise in PetitionPromise.objects.filter(kept_at__isnull=False).select_related("petition"):
        last = promise.petition.answers.filter(approved_at__isnull=False).order_by("-id").first()
        assert last is not None
        # The late refusal of a merged petitioner reopens his own petition alone; the promise stands.
        own_petitions = petitioners(promise.petition)
        assert not Verdict.objects.filter(answer=last, verdict="refused", petition__in=own_petitions).exists()
    named = Petition.objects.exclude(about_key="").values_list("pk", flat=True)
    assert not visible_to(actors["otto"]).filter(pk__in=list(named)).exists()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(200 if LONG else 6))
def test_random_histories(shared_data: Any, seed: int) -> None:
    rng, moves, actors = Random(seed), acts(shared_data), {who: shared_data.actor(who) for who in WHO}
    with transaction.atomic():
        petitions = [
            make_petition(shared_data, category="order"),
            make_petition(shared_data, category="order"),
            make_petition(shared_data, about=shared_data.commune_agency),
            make_petition(shared_data, about_person="Otto", category="order"),
        ]
        done = 0
        for _turn in range(STEPS):
            petition = Petition.objects.select_related("main").get(pk=rng.choice(petitions[:1] * 4 + petitions).pk)
            name = rng.choice(LIKELY[PetitionState(petition.state)] if rng.random() < 0.8 else sorted(moves))
            for who in rng.sample(WHO, len(WHO)):  # the first of them who may
                try:
                    with transaction.atomic():
                        moves[name](actors[who], petition, rng.choice(petitions))
                except (Conflict, Forbidden, Http404):
                    continue
                done += 1
                the_laws(petitions, actors)
                break
        assert done >= STEPS // 4  # or nothing was tried
        for petition in Petition.objects.select_related("main"):  # whatever became of it, both sides can open it
            followed_petition(petition)
            opened_petition(actors["quynh"], petition)
        transaction.set_rollback(True)
