"""A dossier at the office: judged, accepted, assessed, and refused by another person; its filer reads why."""

import pytest
from playwright.sync_api import expect

from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.services.slots import receive_passport
from ancu.apps.dossiers.tests.factories import make_cast, make_dossier
from ancu.apps.lodging.tests.factories import World
from e2e.conftest import Invite
from e2e.walk import Walk

pytestmark = pytest.mark.django_db(transaction=True)
WHY = "Giấy phép lao động không có trong sổ của cơ quan cấp."


def test_an_approving_officer_refuses_with_reason(invite: Invite, world: World) -> None:
    dossier = make_dossier(make_cast(world))
    receive_passport(world.actor("ines"), dossier=dossier)
    ines = invite("ines", at_the_door=False)
    she_judges_every_paper(ines, dossier)
    she_accepts(ines, dossier)
    selma = invite("selma", at_the_door=False)
    she_proposes(selma, dossier)
    dora = invite("dora", at_the_door=False)
    she_refuses(dora, dossier)
    ended = Dossier.objects.get(pk=dossier.pk)
    assert (ended.state, ended.reason) == (State.REFUSED, WHY)
    the_assessor_is_too_late(selma, dossier)
    he_reads_why(invite("ramon", at_the_door=False), ended)


def open_from_queue(walk: Walk, dossier: Dossier) -> None:
    walk.go("/office/dossiers/")
    walk.look()
    walk.follow(walk.page.locator(f"main a[href*='{dossier.number}']").first)
    walk.heading(dossier.full_name)
    walk.look()


def she_judges_every_paper(ines: Walk, dossier: Dossier) -> None:
    open_from_queue(ines, dossier)
    for _ in range(dossier.components.count()):
        ines.follow(ines.page.locator("main button[name=verdict][value=accepted]"))


def she_accepts(ines: Walk, dossier: Dossier) -> None:
    ines.follow(ines.page.locator(f"main form[action$='{dossier.number}/accept'] button"))
    ines.look()
    assert Dossier.objects.get(pk=dossier.pk).state == State.ACCEPTED


def she_proposes(selma: Walk, dossier: Dossier) -> None:
    open_from_queue(selma, dossier)
    selma.follow(selma.page.locator(f"main a[href$='{dossier.number}/assess']"))
    selma.look()
    selma.page.locator("main label", has=selma.page.locator("[value=refuse]")).click()
    selma.fill(reason=WHY)
    selma.follow(selma.page.locator("main form.card button.btn-primary"))
    selma.look()
    assert selma.page.locator(f"main a[href$='{dossier.number}/refuse']").count() == 0
    assert selma.link("Approve").count() == 0  # not by the one who proposed


def she_refuses(dora: Walk, dossier: Dossier) -> None:
    open_from_queue(dora, dossier)
    dora.sees(WHY)
    dora.follow(dora.page.locator(f"main a[href$='{dossier.number}/refuse']"))
    dora.look()
    expect(dora.page.locator("main textarea[name=reason]")).to_have_value(WHY)  # the assessor's carries over
    dora.fill(reason="")
    dora.follow(dora.page.locator("main form.card button.btn-danger"))  # without a reason
    dora.look()
    assert Dossier.objects.get(pk=dossier.pk).state == State.ASSESSED
    dora.fill(reason=WHY)
    dora.follow(dora.page.locator("main form.card button.btn-danger"))
    dora.look()
    dora.sees(WHY)


def the_assessor_is_too_late(selma: Walk, dossier: Dossier) -> None:
    """What is said when somebody was quicker is a page as good as any other."""
    assert selma.status_of(f"/office/dossiers/{dossier.number}/assess") == 409
    selma.page.goto(f"{selma.address}/office/dossiers/{dossier.number}/assess")
    selma.look()


def words_have_the_row(ramon: Walk) -> None:
    """A procedure's name is long: on a phone no chip beside it squeezes it into a column of one word a line."""
    words, row = (ramon.page.locator(f"main ul.rows {one}").first.bounding_box() for one in ("a > .grow", "a"))
    assert words
    assert row
    assert words["width"] > min(400, row["width"] * 0.85)


def he_reads_why(ramon: Walk, dossier: Dossier) -> None:
    ramon.go("/dossiers/")
    words_have_the_row(ramon)
    ramon.follow(ramon.page.locator(f"main ul.rows a[href*='{dossier.number}']"))
    ended = ramon.page.locator("main section[aria-labelledby=ended]")
    for text in (ramon.say("Your request was refused"), WHY, dossier.article):
        expect(ended).to_contain_text(text)
    ramon.look()
    notice = ended.get_by_role("link", name=ramon.say("Notice: request not approved")).get_attribute("href")
    assert ramon.status_of(str(notice)) == 200
    ramon.page.locator("main textarea[name=body]").fill("Giấy phép số 12 có trong sổ, xin xem lại.")  # he may ask
    ramon.button("Send").click()
    ramon.sees("Giấy phép số 12 có trong sổ")
    ramon.follow(ramon.link("New request"))
