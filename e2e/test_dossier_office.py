"""The office checks, accepts and assesses a dossier; another officer refuses it, and the filer reads why."""

import pytest
from playwright.sync_api import Locator, expect

from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.services.slots import receive_passport
from ancu.apps.dossiers.tests.factories import make_cast, make_dossier
from ancu.apps.lodging.tests.factories import World
from ancu.core.testing import texts
from e2e.conftest import Invite
from e2e.visitor import Visitor

pytestmark = pytest.mark.django_db(transaction=True)
WHY = "Giấy phép lao động không có trong sổ của cơ quan cấp."


def test_an_approving_officer_refuses_with_reason(invite: Invite, world: World) -> None:
    dossier = make_dossier(make_cast(world))
    receive_passport(world.actor("ines"), dossier=dossier)
    ines = invite("ines", by_login_page=False)
    she_judges_every_paper(ines, dossier)
    she_accepts(ines, dossier)
    selma = invite("selma", by_login_page=False)
    she_proposes(selma, dossier)
    dora = invite("dora", by_login_page=False)
    she_refuses(dora, dossier)
    ended = Dossier.objects.get(pk=dossier.pk)
    assert (ended.state, ended.reason) == (State.REFUSED, WHY)
    the_assessor_is_too_late(selma, dossier)
    he_reads_why(invite("ramon", by_login_page=False), ended)


def open_from_queue(visitor: Visitor, dossier: Dossier) -> None:
    visitor.go("/office/dossiers/")
    visitor.check_page()
    visitor.follow(visitor.page.locator(f"main a[href*='{dossier.number}']").first)
    visitor.expect_heading(dossier.full_name)
    visitor.check_page()


def she_judges_every_paper(ines: Visitor, dossier: Dossier) -> None:
    open_from_queue(ines, dossier)
    for _ in range(dossier.components.count()):
        ines.follow(ines.page.locator("main button[name=verdict][value=accepted]"))


def open_step(visitor: Visitor, act: str) -> Locator:
    """Open the second step of an act beside the papers; return it."""
    visitor.page.locator("#place .strip-count").wait_for()  # the page's scripts have started
    visitor.page.locator(f"main .bar a[href*='/{act}']").click()
    step = visitor.page.locator("#step")
    expect(step.locator("form")).to_be_visible()
    visitor.check_page()
    return step


def she_accepts(ines: Visitor, dossier: Dossier) -> None:
    ines.follow(open_step(ines, "accept").locator(".form-actions button"))
    ines.check_page()
    assert Dossier.objects.get(pk=dossier.pk).state == State.ACCEPTED


def she_proposes(selma: Visitor, dossier: Dossier) -> None:
    open_from_queue(selma, dossier)
    step = open_step(selma, "assess'][href*='proposal=refuse")
    expect(step.locator("[name=proposal][value=refuse]")).to_be_checked()
    selma.fill(reason=WHY)
    selma.follow(step.locator("button.btn-primary"))
    selma.check_page()
    assert selma.page.locator(f"main a[href*='{dossier.number}/refuse']").count() == 0
    assert selma.link(texts.APPROVE).count() == 0  # the proposer must not approve


def she_refuses(dora: Visitor, dossier: Dossier) -> None:
    open_from_queue(dora, dossier)
    dora.expect_text(WHY)
    step = open_step(dora, "refuse")
    expect(step.locator("textarea[name=reason]")).to_have_value(WHY)  # prefilled with the assessor's reason
    dora.fill(reason="")
    dora.follow(step.locator("button.btn-danger"))  # without a reason
    dora.check_page()
    assert Dossier.objects.get(pk=dossier.pk).state == State.ASSESSED
    dora.fill(reason=WHY)
    dora.follow(dora.page.locator("main form.card button.btn-danger"))
    dora.check_page()
    dora.expect_text(WHY)


def the_assessor_is_too_late(selma: Visitor, dossier: Dossier) -> None:
    """The page that reports a conflict meets the same standard as any other."""
    assert selma.status_of(f"/office/dossiers/{dossier.number}/assess") == 409
    selma.page.goto(f"{selma.address}/office/dossiers/{dossier.number}/assess")
    selma.check_page()


def the_procedures_name_is_wide(ramon: Visitor) -> None:
    """A long procedure name keeps most of the row's width on a phone, whatever chip stands beside it."""
    words, row = (ramon.page.locator(f"main ul.rows {part}").first.bounding_box() for part in ("a > .grow", "a"))
    assert words
    assert row
    assert words["width"] > min(400, row["width"] * 0.85)


def he_reads_why(ramon: Visitor, dossier: Dossier) -> None:
    ramon.go("/dossiers/")
    the_procedures_name_is_wide(ramon)
    ramon.follow(ramon.page.locator(f"main ul.rows a[href*='{dossier.number}']"))
    ended = ramon.page.locator("main section[aria-labelledby=ended]")
    for text in (ramon.translate(texts.YOUR_REQUEST_WAS_REFUSED), WHY, dossier.article):
        expect(ended).to_contain_text(text)
    ramon.check_page()
    notice = ended.get_by_role("link", name=ramon.translate("Notice: request not approved")).get_attribute("href")
    assert ramon.status_of(str(notice)) == 200
    ramon.page.locator("main textarea[name=body]").fill(
        "Giấy phép số 12 có trong sổ, xin xem lại."
    )  # the filer may ask
    ramon.button(texts.SEND_MESSAGE).click()
    ramon.expect_text("Giấy phép số 12 có trong sổ")
    ramon.follow(ramon.link("New request"))
