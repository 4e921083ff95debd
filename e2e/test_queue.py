"""Officers sort their queue, share dossiers out and undo it, and request documents of several applicants at once."""

import pytest
from playwright.sync_api import expect

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.tests.factories import make_member, make_user
from ancu.apps.dossiers.enums import ComponentState, State
from ancu.apps.dossiers.models import Dossier, Supplement
from ancu.apps.dossiers.services import handling
from ancu.apps.dossiers.tests.factories import make_cast, make_dossier, make_submitted
from ancu.apps.lodging.tests.factories import World
from e2e.conftest import Invite
from e2e.visitor import Visitor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.two_ways]
QUEUE = "/office/dossiers/?state=accepted"


def test_dossiers_are_shared_out_and_taken_back(invite: Invite, world: World) -> None:
    make_cast(world)
    world.users["simon"] = make_user("Simon")
    make_member(world.users["simon"], world.provincial_agency, Role.ASSESSING_OFFICER)
    dossiers = [make_submitted(world, state=State.ACCEPTED) for _ in range(4)]
    dora = invite("dora", by_login_page=False)
    dora.go(QUEUE)
    dora.check_page()
    dora.follow(dora.page.locator("main [name=unassigned]"))
    dora.check_page()
    dora.page.locator("main [name=way][value=turn]").check()
    dora.follow(dora.page.locator("main [name=preview]"))
    dora.check_page()
    expect(dora.page.locator("main #plan")).to_be_visible()
    assert not Dossier.objects.exclude(assigned_to=None).exists()
    dora.follow(dora.page.locator("main [name=sure]"))
    dora.check_page()
    for name in ("selma", "simon"):
        assert Dossier.objects.filter(assigned_to=world.users[name]).count() == len(dossiers) / 2
    dora.follow(dora.button("Undo assignment"))
    dora.check_page()
    assert not Dossier.objects.exclude(assigned_to=None).exists()


def sort_by_keyboard(visitor: Visitor, order: str) -> None:
    """Sort the list by a heading, or on a phone by the field of the filters, without the mouse."""
    heading = visitor.page.locator(f"main th a[href*='order={order}']")
    if heading.is_visible():
        heading.focus()
        with visitor.page.expect_navigation():
            visitor.page.keyboard.press("Enter")
        expect(visitor.page.locator("main th[aria-sort]")).to_have_count(1)
    else:
        visitor.follow(visitor.page.locator("main a[href*='more=on']"))
        visitor.choose(order=order)
        visitor.follow(visitor.page.locator("main .filter-box form[method=get] button"))


def test_one_request_goes_to_several_with_their_own_names(invite: Invite, world: World) -> None:
    make_cast(world)
    names = ("KIM MINJUN", "WANG XIAOMING")
    dossiers = [make_dossier(world, full_name=name) for name in names]
    for dossier in dossiers:
        handling.judge_component(
            world.actor("ines"), dossier=dossier, key="photo", state=ComponentState.RETURNED, reason_code="photo"
        )
    ines = invite("ines", by_login_page=False)
    ines.go("/office/dossiers/?state=submitted")
    sort_by_keyboard(ines, "findings")
    assert "order=findings" in ines.page.url and "state=submitted" in ines.page.url
    for box in ines.page.locator("main [data-select]").all():
        box.check()
    ines.follow(ines.page.locator("main [data-bulk-bar] [formaction*='request-documents']"))
    ines.check_page()
    for field in ines.page.locator("main textarea").all():
        field.fill("Kính gửi {name}, hồ sơ {number}.")
    ines.follow(ines.page.locator("main [name=preview]"))
    ines.check_page()
    for dossier in dossiers:
        ines.expect_text(f"Kính gửi {dossier.full_name}, hồ sơ {dossier.number}.")
    assert not Supplement.objects.exists()
    ines.follow(ines.page.locator("main [name=sure]"))
    ines.check_page()
    assert set(Dossier.objects.values_list("state", flat=True)) == {State.SUPPLEMENT}
