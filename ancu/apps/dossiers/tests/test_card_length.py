"""A card for the full term the law allows can be asked for, at the price of that term: it counts from its issue."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.selectors.money import fee_items
from ancu.apps.dossiers.selectors.preflight import StayDisclosure, findings
from ancu.apps.dossiers.services import filing, handling
from ancu.apps.dossiers.tests.factories import make_cast, make_dossier, make_draft, make_rate
from ancu.apps.lodging.tests.factories import World
from ancu.core.clock import VIETNAM
from ancu.core.errors import Conflict
from ancu.core.working_days import calendar
from ancu.engines.rulebook import Term

TWO_YEARS = Term(2, "year")
MONDAY = datetime(2026, 12, 7, 9, tzinfo=VIETNAM)


@pytest.fixture
def cast(world: World) -> World:
    return make_cast(world)


def draft_until(cast: World, until: date) -> Dossier:
    return make_draft(cast, card_until=until.isoformat(), work_permit_until=until.isoformat())


def codes(dossier: Dossier) -> set[str]:
    return {finding.code for finding in findings(dossier, StayDisclosure.NOTHING)}


def test_two_full_years_are_asked_for_and_cost_what_two_years_cost(cast: World) -> None:
    with time_machine.travel(MONDAY):
        make_rate(cast)
        full = TWO_YEARS.after(calendar().add_working_days(MONDAY.date(), 5))
        assert "card_length" in codes(draft_until(cast, full + timedelta(days=1)))
        dossier = draft_until(cast, full)
        assert "card_length" not in codes(dossier)
        sent = filing.submit(cast.actor("ramon"), dossier=dossier)
        assert sent.charge.usd == 145


def test_after_a_supplement_the_term_counts_from_the_later_issue(cast: World) -> None:
    with time_machine.travel(MONDAY):
        make_rate(cast)
        dossier = make_dossier(cast, State.SUPPLEMENT)
    with time_machine.travel(MONDAY + timedelta(days=14)):
        full = TWO_YEARS.after(calendar().add_working_days((MONDAY + timedelta(days=14)).date(), 5))
        answers = {"NA8": dossier.answers["NA8"] | {"card_until": full.isoformat()}}
        dossier = filing.save(cast.actor("ramon"), dossier=dossier, answers=answers)
        assert "card_length" not in codes(dossier)
        assert [item.usd for item in fee_items(dossier)] == [145]


def test_whoever_chooses_the_end_of_a_card_is_told_how_long_it_may_be(cast: World) -> None:
    with time_machine.travel(MONDAY):
        dossier = make_draft(cast)
        page = cast.client("ramon").get(reverse("dossiers:step", args=[dossier.number, 6])).content.decode()
    assert 'by <b class="num nowrap">14/12/2026</b>' in page
    assert "14/12/2028" in page


def test_the_office_issues_the_full_term_from_its_own_day(cast: World) -> None:
    with time_machine.travel(MONDAY):
        dossier = make_dossier(cast, State.APPROVED)
        form = cast.client("ines").get(reverse("dossiers:office-result", args=[dossier.number])).context["form"]
        begins = form["valid_from"].value()
        full = TWO_YEARS.after(begins)
        issued = {"number": "TRC 77", "symbol": "LĐ2", "valid_from": begins}
        with pytest.raises(Conflict):
            handling.enter_result(cast.actor("ines"), dossier=dossier, valid_until=full + timedelta(days=1), **issued)
        handling.enter_result(cast.actor("ines"), dossier=dossier, valid_until=full, **issued)
    assert Dossier.objects.get(pk=dossier.pk).state == State.READY
