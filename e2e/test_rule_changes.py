"""A fee is changed in the office: drafted, tried on last year, approved by a second person, in force at midnight."""

from datetime import timedelta

import pytest
import time_machine
from playwright.sync_api import expect

from ancu.apps.dossiers.models import RuleAmendment, RuleDraft
from ancu.apps.dossiers.services.rule_trials import run_trial
from ancu.apps.dossiers.tests.factories import make_cast, make_rate
from ancu.apps.dossiers.tests.rule_scenes import CARD, make_past_dossier
from ancu.apps.lodging.tests.factories import World
from ancu.core import clock
from e2e.conftest import Invite
from e2e.visitor import Visitor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.two_ways]
PAGE = "/office/rulebook/changes/"
# The public page of fees, the page of a procedure's needs, and what programs read.
FEE_PAGES = ("/procedures/trc_organisation", "/dossiers/new/trc_organisation", "/api/v1/procedures/trc_organisation")


def test_a_fee_is_changed_by_two_persons(invite: Invite, world: World) -> None:
    make_rate(make_cast(world))
    for days in (20, 50):
        make_past_dossier(world, days)
    rosa = invite("rosa", by_login_page=False)
    she_drafts_a_fee(rosa)
    she_reads_the_trial_and_sends_it(rosa)
    she_approves(invite("dora", by_login_page=False))
    the_fee_is_new_from_midnight(world)


def she_drafts_a_fee(rosa: Visitor) -> None:
    rosa.go(PAGE)
    rosa.check_page()
    rosa.follow(rosa.link("Draft a change"))
    rosa.check_page()
    rosa.follow(rosa.page.locator("main a[href$='/new/fee']"))
    rosa.check_page()
    day = clock.today() + timedelta(days=1)
    rosa.choose(fee=CARD)
    rosa.fill(
        usd="1.234", valid_from=f"{clock.today():%d/%m/%Y}", article_vi="Thông tư 12/2027/TT-BTC, Điều 4",
        article_en="Circular 12/2027/TT-BTC, art. 4", reason="Thông tư mới",
    )  # fmt: skip
    rosa.page.locator("main form .form-actions button").click()
    rosa.expect_text(rosa.translate("A change can take effect tomorrow or later. Enter a later day."))
    expect(rosa.page.locator("main [name=usd]")).to_have_value("1.234")
    rosa.fill(valid_from=f"{day:%d/%m/%Y}")
    rosa.follow(rosa.page.locator("main form .form-actions button"))
    rosa.expect_text(rosa.translate("Testing on the past year"))


def she_reads_the_trial_and_sends_it(rosa: Visitor) -> None:
    draft = RuleDraft.objects.get()
    run_trial(draft.trials.get().pk)
    rosa.go(f"{PAGE}{draft.pk}/")
    rosa.check_page()
    link = rosa.page.locator("#trial .stats a")
    expect(link).to_contain_text("2")
    rosa.follow(link)
    expect(rosa.page.locator("main tbody tr")).to_have_count(2)
    rosa.check_page()
    rosa.go(f"{PAGE}{draft.pk}/")
    rosa.follow(rosa.button("Send for approval"))
    expect(rosa.page.locator("main form[action$='approve']")).to_have_count(0)


def she_approves(dora: Visitor) -> None:
    dora.go(PAGE)
    dora.follow(dora.page.locator("main tbody a").first)
    dora.check_page()
    dora.confirm("Approve the change")
    dora.check_page()
    assert RuleAmendment.objects.get().values == {"usd": 1234}


def the_fee_is_new_from_midnight(world: World) -> None:
    client, midnight = world.client(), clock.start_of(RuleAmendment.objects.get().valid_from)
    for moment, is_new in ((midnight - timedelta(seconds=1), False), (midnight, True)):
        with time_machine.travel(moment, tick=False):
            for address in FEE_PAGES:
                assert ("1234" in client.get(address).content.decode()) is is_new, (address, moment)


LONG = "Work done now, with the name and the address of the workplace, and since when, as in the contract " * 2


def test_an_item_of_a_form_is_changed_beside_its_present_text(invite: Invite, world: World) -> None:
    make_rate(make_cast(world))
    make_past_dossier(world, 20)
    rosa, day = invite("rosa", by_login_page=False), clock.today() + timedelta(days=1)
    rosa.go(f"{PAGE}new/form")
    rosa.check_page()
    rosa.choose(entry="form.NA8:occupation")
    rosa.follow(rosa.page.locator("main form .form-actions button"))
    rosa.check_page()
    expect(rosa.page.locator("main [name=label_en]")).to_have_value("Occupation and position")
    rosa.fill(
        label_en=LONG, valid_from=f"{clock.today():%d/%m/%Y}", article_vi="Thông tư 12/2027/TT-BCA, Điều 4",
        article_en="Circular 12/2027/TT-BCA, art. 4", reason="Thông tư mới",
    )  # fmt: skip
    rosa.page.locator("main form .form-actions button").click()
    rosa.expect_text(rosa.translate("A change can take effect tomorrow or later. Enter a later day."))
    expect(rosa.page.locator("main [name=label_en]")).to_have_value(LONG)
    rosa.fill(valid_from=f"{day:%d/%m/%Y}")
    rosa.follow(rosa.page.locator("main form .form-actions button"))
    draft = RuleDraft.objects.get()
    run_trial(draft.trials.get().pk)
    rosa.go(f"{PAGE}{draft.pk}/")
    rosa.expect_text(LONG.strip())
    rosa.check_page()
    rosa.go(PAGE)
    rosa.check_page()
