"""A sentence of the letters and a listed reason are changed in the office; an officer picks a ready reason by key."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.models import RuleDraft
from ancu.apps.dossiers.services.rule_trials import run_trial
from ancu.apps.dossiers.tests.factories import make_cast, make_dossier, make_rate
from ancu.apps.lodging.tests.factories import World
from ancu.core import clock
from ancu.engines.rulebook import refusal_reasons
from e2e.conftest import Invite
from e2e.visitor import Visitor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.two_ways]
NEW = "/office/rulebook/changes/new/"


def test_a_sentence_and_a_reason_are_drafted(invite: Invite, world: World) -> None:
    make_rate(make_cast(world))
    rosa = invite("rosa", by_login_page=False)
    she_drafts_a_sentence(rosa)
    she_sees_its_proof(rosa)
    she_ends_a_reason(rosa)


def she_states_why(rosa: Visitor) -> None:
    day = clock.today() + timedelta(days=1)
    rosa.fill(
        valid_from=f"{day:%d/%m/%Y}", article_vi="Quyết định 5/QĐ-XNC", article_en="Decision 5/QĐ-XNC", reason="Rõ hơn"
    )


def she_drafts_a_sentence(rosa: Visitor) -> None:
    rosa.go(f"{NEW}letter")
    rosa.check_page()
    rosa.follow(rosa.page.locator("main a[href='?entry=supplement.last_day']"))
    rosa.check_page()
    rosa.fill(vi="Gửi trước {ngay}.")
    she_states_why(rosa)
    rosa.page.locator("main form .form-actions button").click()
    expect(rosa.page.locator("main [name=vi]")).to_have_value("Gửi trước {ngay}.")
    rosa.check_page()
    rosa.fill(vi="Gửi trước ngày {day}.")
    rosa.follow(rosa.page.locator("main form .form-actions button"))


def she_sees_its_proof(rosa: Visitor) -> None:
    draft = RuleDraft.objects.get()
    run_trial(draft.trials.get().pk)
    rosa.go(f"/office/rulebook/changes/{draft.pk}/")
    rosa.check_page()
    address = rosa.page.locator("main .proofs a").get_attribute("href")
    answer = rosa.page.request.get(f"{rosa.address}{address}")
    assert answer.status == 200 and answer.headers["content-type"] == "application/pdf"


def she_ends_a_reason(rosa: Visitor) -> None:
    rosa.go(f"{NEW}return_reason")
    rosa.check_page()
    rosa.follow(rosa.page.locator("main a[href='?entry=photo&end=1']"))
    rosa.check_page()
    she_states_why(rosa)
    rosa.follow(rosa.page.locator("main form .form-actions button"))
    assert RuleDraft.objects.latest("id").values == {"ended": True}
    for kind in ("refusal_reason?entry=barred", "request?entry=photo_size", "refusal_reason", "request?entry="):
        rosa.go(f"{NEW}{kind}")
        rosa.check_page()


def test_an_officer_writes_a_ready_reason_by_key(invite: Invite, world: World) -> None:
    make_rate(make_cast(world))
    dossier = make_dossier(world, State.SUBMITTED)
    ines = invite("ines", by_login_page=False)
    ines.go(f"/office/dossiers/{dossier.number}/not-accept")
    ines.check_page()
    first, second = [reason for reason in refusal_reasons(clock.today()) if "not-accept" in reason.acts][:2]
    ines.page.keyboard.press("Alt+2")
    expect(ines.page.locator("main [name=reason]")).to_have_value(second.text_vi)
    ines.page.locator("[data-ready-text]").first.click()
    expect(ines.page.locator("main [name=reason]")).to_have_value(f"{second.text_vi}\n{first.text_vi}")
    expect(ines.page.locator("main [name=article]")).to_have_value(f"{second.article_vi}; {first.article_vi}")
