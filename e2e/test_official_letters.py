"""Official letters: how they are signed is set, an officer promises a new date, the filer reads the letter."""

import pytest
from playwright.sync_api import expect

from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.models import OfficialLetter
from ancu.apps.dossiers.tests.factories import make_cast, make_dossier
from ancu.apps.lodging.tests.factories import World
from ancu.core import clock
from ancu.core.working_days import calendar
from e2e.conftest import Invite
from e2e.visitor import Visitor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.two_ways]
LIST = "/office/dossiers/letters/"


def test_a_delay_is_signed_numbered_listed_and_read(invite: Invite, world: World) -> None:
    dossier = make_dossier(make_cast(world), State.ACCEPTED)
    assert dossier.due_on is not None
    rosa = invite("rosa", by_login_page=False)
    rosa.go(f"{LIST}signing")
    rosa.check_page()
    rosa.fill(symbol="XNC", head_title="Trưởng phòng")
    rosa.follow(rosa.page.locator("main form .form-actions button"))
    selma = invite("selma", by_login_page=False)
    selma.go(f"/office/dossiers/{dossier.number}/postpone")
    selma.check_page()
    new_day = calendar().add_working_days(max(dossier.due_on, clock.today()), 3)
    selma.fill(reason="Chưa có ý kiến của xã.", new_day=f"{new_day:%d/%m/%Y}")
    selma.follow(selma.page.locator("main form .form-actions button.btn").first)
    letter = OfficialLetter.objects.get()
    assert letter.symbol == "01/TB-XNC"
    she_finds_it_in_the_list(selma, letter)
    ramon = invite("ramon", by_login_page=False)
    ramon.go(f"/dossiers/{dossier.number}/")
    ramon.check_page()
    expect(ramon.page.locator(".deadline-promised")).to_contain_text(f"{new_day:%d/%m/%Y}")
    address = ramon.page.locator(f"a[href$='letters/{letter.pk}.pdf']").get_attribute("href")
    answer = ramon.page.request.get(f"{ramon.page.url.split('/dossiers/')[0]}{address}")
    assert answer.ok and answer.body().startswith(b"%PDF")


def she_finds_it_in_the_list(selma: Visitor, letter: OfficialLetter) -> None:
    selma.go(LIST)
    selma.check_page()
    expect(selma.page.locator("main table tbody tr")).to_have_count(1)
    selma.expect_text(letter.symbol)
