"""The register: an officer reads a month, finds a line and prints today; the leader opens a month for an audit."""

import pytest
from playwright.sync_api import expect

from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.models import RegisterOpening
from ancu.apps.dossiers.rules.register import PeriodLength, period_of
from ancu.apps.dossiers.tests.factories import make_cast, make_dossier, make_rate
from ancu.apps.lodging.tests.factories import World
from ancu.core import clock
from e2e.conftest import Invite
from e2e.visitor import Visitor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.two_ways]
PAGE = "/office/dossiers/register/"


def test_the_register_is_read_searched_printed_and_audited(invite: Invite, world: World) -> None:
    make_rate(make_cast(world))
    dossiers = [make_dossier(world, state) for state in (State.DELIVERED, State.ACCEPTED)]
    ines = invite("ines", by_login_page=False)
    ines.go("/office/dossiers/")
    ines.go(PAGE)
    ines.check_page()
    lines = ines.page.locator("main table tbody tr")
    expect(lines).to_have_count(2)
    she_prints_today(ines)
    ines.page.locator("#register-search").fill(dossiers[0].number)
    ines.follow(ines.page.locator("main form[role=search] button"))
    expect(lines).to_have_count(1)
    ines.check_page()
    the_leader_opens_a_month(invite("dora", by_login_page=False))


def she_prints_today(ines: Visitor) -> None:
    address = ines.page.locator("a[href*='register/print']").first.get_attribute("href")
    answer = ines.page.request.get(f"{ines.page.url.split('/office/')[0]}{address}")
    assert answer.ok and answer.body().startswith(b"%PDF")


def the_leader_opens_a_month(dora: Visitor) -> None:
    month = period_of(PeriodLength.MONTH, clock.today()).previous
    dora.go(f"{PAGE}?period={month.key}")
    dora.follow(dora.page.locator("main a[href*='register/audit']"))
    dora.check_page()
    dora.fill(reason="QĐ 12")
    dora.follow(dora.page.locator("main form .form-actions button"))
    dora.expect_text("QĐ 12")
    assert RegisterOpening.objects.get().month == month.first
