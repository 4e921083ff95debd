"""A unit's sheet: unlikely numbers, two people entering the same line, and the counts before closing a month."""

from datetime import date

import pytest

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.services import enable_totp
from ancu.apps.accounts.tests.factories import TOTP_SECRET, make_member, make_user
from ancu.apps.reporting.models import Figure
from ancu.apps.reporting.rules.outliers import needs_confirmation
from ancu.apps.reporting.rules.periods import span
from ancu.apps.reporting.tests.factories import make_office

pytestmark = [pytest.mark.django_db, pytest.mark.stage(make=make_office)]
JANUARY, FEBRUARY = span("month", date(2026, 1, 1)), span("month", date(2026, 2, 1))
SHEET = "/office/results/sheet/?period=2026-02"


@pytest.mark.parametrize(
    ("value", "highest", "expected"),
    [(99_999_999, 12, True), (999, 1, False), (1000, 100, False), (1001, 100, True), (999_999, None, False),
     (99_999_999, None, True), (1500, 0, True)],
)  # fmt: skip
def test_what_is_asked_about(value, highest, expected):
    assert needs_confirmation(value, highest) is expected


def test_a_number_far_above_all_before_is_asked_about_once(shared_data):
    shared_data.approved(part=12, month=JANUARY)
    olga = shared_data.world.client("olga")
    page = olga.post(SHEET, {"cases_cleared-part": "99.999.999"})
    words = page.content.decode()
    assert page.status_code == 422 and "more than ten times the highest number of earlier months (12)" in words
    assert 'name="cases_cleared-sure"' in words and 'name="gravest_cleared-sure"' not in words
    assert not Figure.objects.filter(period__first_day=FEBRUARY.first_day).exists()
    assert olga.post(SHEET, {"cases_cleared-part": "99999999", "cases_cleared-sure": "on"}).status_code == 302
    assert Figure.objects.get(period__first_day=FEBRUARY.first_day, indicator="cases_cleared").part == 99_999_999


def test_the_slower_of_two_windows_is_told_by_whom_and_that_nothing_was_saved(shared_data):
    otto = shared_data.world.users["otto"] = make_user("Otto")
    make_member(otto, shared_data.world.commune_agency, Role.AREA_OFFICER)
    enable_totp(otto, TOTP_SECRET)
    shared_data.propose(part=15, month=FEBRUARY, who="otto")
    page = shared_data.world.client("olga").post(SHEET, {"cases_cleared-part": "12", "drug_cases-part": "3"})
    words = page.content.decode()
    assert page.status_code == 422 and "Otto entered 15 on " in words and "Your number (12) was not saved." in words
    assert 'value="3"' in words, "what else was typed stays"
    assert [figure.part for figure in Figure.objects.all()] == [15]


def test_closing_says_first_what_it_fixes(shared_data):
    shared_data.approved(part=12, month=JANUARY)
    shared_data.propose("drug_cases", part=3, month=JANUARY)
    dora = shared_data.world.client("dora")
    board = dora.get("/office/results/?period=2026-01")
    closing = board.context["closing"]
    assert (closing.figures, closing.units, closing.waiting) == (1, 1, 1) and closing.units_missing > 0
    words = board.content.decode()
    assert "Approved figures: 1, from 1 units." in words and "Figures waiting for approval: 1." in words
    assert "Close 01/2026?" in words or "Close January 2026?" in words
