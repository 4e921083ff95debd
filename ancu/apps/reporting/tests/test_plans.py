"""What units are to reach in a year: the leaders' page, the unit's own board, and how far each is."""

from datetime import date
from decimal import Decimal

import pytest

from ancu.apps.audit.models import Event
from ancu.apps.reporting.models import FigurePlan
from ancu.apps.reporting.rules.periods import span
from ancu.apps.reporting.services import entering
from ancu.apps.reporting.tests.factories import make_office
from ancu.core import clock
from ancu.core.errors import Http404

pytestmark = [pytest.mark.django_db, pytest.mark.stage(make=make_office)]
PAGE = "/office/results/plans/"


def text(response):
    return response.content.decode()


def test_a_units_plan_is_entered_changed_and_taken_back(shared_data):
    dora, page = shared_data.world.client("dora"), f"{PAGE}?unit={shared_data.unit_id}&year=2026"
    assert "Xã Mai Hạ, targets for 2026" in text(dora.get(page))
    dora.post(page, {"cases_cleared": "1.000", "promises_kept": "95,5"})
    assert dict(FigurePlan.objects.values_list("indicator", "value")) == {
        "cases_cleared": Decimal(1000), "promises_kept": Decimal("95.5"),
    }  # fmt: skip
    assert 'value="1,000"' in text(dora.get(page)) and 'value="95.5"' in text(dora.get(page))
    dora.post(page, {"cases_cleared": "50", "promises_kept": ""})
    assert list(FigurePlan.objects.values_list("indicator", "value")) == [("cases_cleared", Decimal(50))]
    assert Event.objects.filter(act="reporting.planned").latest("pk").details["plans"] == {
        "cases_cleared": "50", "promises_kept": None,
    }  # fmt: skip
    shared_data.approved(part=25, month=span("month", date(2026, 1, 1)))
    board = "/office/results/?period=2026"
    assert "50.0 %" in text(shared_data.world.client("olga").get(board)), "the unit sees its own"
    assert "50.0 %" not in text(dora.get(board)), "which is not the province's"
    assert "50.0 %" in text(dora.get("/office/results/indicators/cases_cleared/?period=2026-01"))
    assert "50.0 %" not in text(shared_data.world.client("pavel").get(board))


def test_an_older_window_neither_restores_nor_overwrites(shared_data):
    dora, page = shared_data.world.client("dora"), f"{PAGE}?unit={shared_data.unit_id}&year=2026"
    plan = {"cases_cleared": Decimal(50), "drug_cases": Decimal(7)}
    entering.set_plans(actor=shared_data.world.actor("dora"), unit_id=shared_data.unit_id, year=2026, values=plan)
    assert 'name="seen-cases_cleared" value="50.0"' in text(dora.get(page))
    opened = {"seen-cases_cleared": "50", "seen-drug_cases": "7", "cases_cleared": "50", "drug_cases": "7"}
    entering.set_plans(
        actor=shared_data.world.actor("dora"),
        unit_id=shared_data.unit_id,
        year=2026,
        values={"cases_cleared": Decimal(80)},
    )
    assert dora.post(page, opened | {"drug_cases": "9"}).status_code == 302
    assert dict(FigurePlan.objects.values_list("indicator", "value")) == {"cases_cleared": 80, "drug_cases": 9}
    response = dora.post(page, opened | {"cases_cleared": "60", "drug_cases": "7"})
    assert response.status_code == 422 and "Dora set this to 80 on " in text(response)
    assert "Your number (60) was not saved" in text(response) and 'name="seen-drug_cases" value="7"' in text(response)
    assert dict(FigurePlan.objects.values_list("indicator", "value")) == {"cases_cleared": 80, "drug_cases": 9}
    sent_again = opened | {"seen-cases_cleared": "80.0", "cases_cleared": "60"}
    assert dora.post(page, sent_again).status_code == 302
    assert dict(FigurePlan.objects.values_list("indicator", "value")) == {"cases_cleared": 60, "drug_cases": 9}


def test_a_unit_with_a_plan_and_no_figure_is_on_the_list(shared_data):
    entering.set_plans(
        actor=shared_data.world.actor("dora"), unit_id=shared_data.unit_id, year=2026, values={"drug_cases": Decimal(7)}
    )
    assert "Xã Mai Hạ" in text(
        shared_data.world.client("dora").get("/office/results/indicators/drug_cases/?period=2026-01")
    )


def test_what_is_no_number_is_said_and_nothing_is_lost(shared_data):
    page = f"{PAGE}?unit={shared_data.unit_id}&year=2026"
    refused = shared_data.world.client("dora").post(page, {"cases_cleared": "nhiều", "drug_cases": "8"})
    assert refused.status_code == 422 and 'value="nhiều"' in text(refused) and 'value="8"' in text(refused)
    assert not FigurePlan.objects.exists()


def test_only_leaders_plan_and_only_what_is_there(shared_data):
    for who, expected in (("anh", 403), ("olga", 403), ("alice", 404)):
        assert shared_data.world.client(who).get(PAGE).status_code == expected, who
    dora = shared_data.world.client("dora")
    assert dora.get(f"{PAGE}?year=1999").status_code == 404 and dora.get(f"{PAGE}?unit=999999").status_code == 404
    assert dora.get(f"{PAGE}?year={clock.today().year + 1}").status_code == 200
    with pytest.raises(Http404):
        entering.set_plans(
            actor=shared_data.world.actor("dora"),
            unit_id=shared_data.unit_id,
            year=2026,
            values={"no_such": Decimal(1)},
        )


@pytest.mark.parametrize("query", ["year=abc", "unit=abc", "year=0", "year=2026&unit=%C2%B2"])
def test_an_address_that_names_no_year_or_unit_is_no_page(shared_data, query):
    assert shared_data.world.client("dora").get(f"{PAGE}?{query}").status_code == 404
    assert shared_data.world.client("dora").get(PAGE).status_code == 200
