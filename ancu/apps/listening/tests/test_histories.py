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

from ancu.apps.listening.enums import CLOSED, TRANSITIONS, Outcome, State
from ancu.apps.listening.models import Answer, Petition, Promise, Word
from ancu.apps.listening.selectors import visible_to
from ancu.apps.listening.selectors.following import follow
from ancu.apps.listening.selectors.office import open_petition
from ancu.apps.listening.services import daily, handling, joining, speaking
from ancu.apps.listening.services.moving import petitioners
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
    day = clock.today() + timedelta(days=5)
    elsewhere = world.elsewhere_agency.pk

    def drafted(outcome: str) -> Callable[[Any, Petition, Petition], Any]:
        more = {"promised_on": day, "public_words": "Lắp đèn"} if outcome == Outcome.PROMISED else {}
        return lambda who, one, _other: handling.draft(
            actor=who, number=one.number, outcome=outcome, text="…", **more
        )  # fmt: skip

    def said(verdict: str) -> Callable[[Any, Petition, Petition], Any]:
        return lambda _who, one, _other: speaking.speak(PUBLIC, one, verdict=verdict, text="…")

    return {
        "done": drafted("done"),
        "promised": drafted("promised"),
        "explained": drafted("explained"),
        "approve": lambda who, one, _other: handling.approve(actor=who, number=one.number),
        "send back": lambda who, one, _other: handling.send_back(actor=who, number=one.number, reason="…"),
        "assign": lambda who, one, _other: handling.assign(actor=who, number=one.number, agency_id=elsewhere),
        "assign back": lambda who, one, _other: handling.assign(
            actor=who, number=one.number, agency_id=world.commune_agency.pk
        ),
        "help": lambda who, one, _other: handling.ask_help(
            actor=who, number=one.number, agency_id=elsewhere, question="?", reply_by=day
        ),
        "reply": lambda who, one, _other: handling.help_with(actor=who, number=one.number, reply="…"),
        "settled": said("settled"),
        "refused": said("refused"),
        "add": lambda _who, one, _other: speaking.add(PUBLIC, one, text="…", key=uuid4()),
        "about": lambda who, one, _other: handling.name_unit(
            actor=who, number=one.number, agency_id=world.commune_agency.pk
        ),
        "category": lambda who, one, _other: handling.categorise(actor=who, number=one.number, category="order"),
        "a week": lambda _who, one, _other: _a_week(one),
        **_moves(),
    }


def _moves() -> dict[str, Callable[[Any, Petition, Petition], Any]]:
    """Acts that lead a petition into another one or to another body, and back."""
    return {
        "merge": lambda who, one, other: joining.merge(actor=who, number=one.number, into=other.number, reason="…"),
        "separate": lambda who, one, _other: joining.separate(actor=who, number=one.number, reason="…"),
        "send on": lambda who, one, _other: joining.transfer(
            actor=who, number=one.number, to="UBND", reference="1", reason="…"
        ),
        "take back": lambda who, one, _other: joining.take_back(actor=who, number=one.number, reason="…"),
    }


def _a_week(one: Petition) -> None:
    """As if the answer had been there for eight days; and what each day brings."""
    Petition.objects.filter(pk=one.pk, answered_at__isnull=False).update(answered_at=clock.now() - timedelta(days=8))
    daily.close_silent(JOB)
    daily.escalate(JOB)


# What is likely to be done in a state, so that histories go deep; a fifth of the steps is anything at all.
LIKELY = {
    State.RECEIVED: ("assign", "assign back", "merge", "send on"),
    State.ASSIGNED: ("done", "done", "done", "promised", "promised", "promised", "merge", "help", "reply", "send on"),
    State.DRAFTED: ("approve", "approve", "approve", "send back"),
    State.ANSWERED: ("settled", "refused", "refused", "a week"),
    State.REOPENED: ("done", "explained", "assign", "assign back"),
    State.SETTLED: ("refused",),
    State.SILENT: ("refused", "settled"),
    State.MERGED: ("settled", "refused", "separate"),
    State.TRANSFERRED: ("take back",),
}
STEPS = 24


def the_laws(petitions: list[Petition], actors: dict[str, Any]) -> None:
    for one in Petition.objects.filter(pk__in=[one.pk for one in petitions]).select_related("main", "unit", "about"):
        assert (one.state == State.MERGED) == (one.main_id is not None)
        assert one.head.state != State.MERGED and one.head.main_id is None  # each petitioner has a living page
        assert one.unit_id is None or one.unit_id != one.about_id
        assert (one.closed_at is not None) == (one.state in CLOSED)
        told = [State(state) for state in one.traces.order_by("id").values_list("state", flat=True)]
        assert all(before == after or after in TRANSITIONS[before] for before, after in pairwise(told))
        assert told[-1] == one.state
        if one.state in (State.ANSWERED, *CLOSED):
            assert one.answers.filter(approved_at__isnull=False).exists()
        assert one.state == State.DRAFTED or not one.answers.filter(approved_at=None, returned_at=None).exists()
    assert not Answer.objects.filter(approved_by__isnull=False).filter(approved_by=F("written_by")).exists()
    for promise in Promise.objects.filter(kept_at__isnull=False).select_related("petition"):
        last = promise.petition.answers.filter(approved_at__isnull=False).order_by("-id").first()
        assert last is not None
        # The late refusal of a merged petitioner reopens his own petition alone; the promise stands.
        own_petitions = petitioners(promise.petition)
        assert not Word.objects.filter(answer=last, verdict="refused", petition__in=own_petitions).exists()
    named = Petition.objects.exclude(about_key="").values_list("pk", flat=True)
    assert not visible_to(actors["otto"]).filter(pk__in=list(named)).exists()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(200 if LONG else 6))
def test_random_histories(laid: Any, seed: int) -> None:
    rng, known, actors = Random(seed), acts(laid), {who: laid.actor(who) for who in WHO}
    with transaction.atomic():
        petitions = [
            make_petition(laid, category="order"), make_petition(laid, category="order"),
            make_petition(laid, about=laid.commune_agency), make_petition(laid, about_person="Otto", category="order"),
        ]  # fmt: skip
        done = 0
        for _turn in range(STEPS):
            one = Petition.objects.select_related("main").get(pk=rng.choice(petitions[:1] * 4 + petitions).pk)
            name = rng.choice(LIKELY[State(one.state)] if rng.random() < 0.8 else sorted(known))
            for who in rng.sample(WHO, len(WHO)):  # the first of them who may
                try:
                    with transaction.atomic():
                        known[name](actors[who], one, rng.choice(petitions))
                except (Conflict, Forbidden, Http404):
                    continue
                done += 1
                the_laws(petitions, actors)
                break
        assert done >= STEPS // 4  # or nothing was tried
        for one in Petition.objects.select_related("main"):  # whatever became of it, both sides can open it
            follow(one)
            open_petition(actors["quynh"], one)
        transaction.set_rollback(True)
