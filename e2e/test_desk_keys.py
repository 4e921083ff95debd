"""An officer clears ten tasks by keyboard: six in the preview beside the list, two together, and assigns two.

Another returns two drafted answers with a reason; a third postpones a task and takes it back.
"""

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from ancu.apps.listening.enums import PetitionOutcome, PetitionState
from ancu.apps.listening.models import Petition
from ancu.apps.listening.services import handling
from ancu.apps.listening.tests.factories import make_petition
from ancu.core import clock
from e2e.conftest import Invite
from e2e.visitor import Visitor

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.parametrize(("page", "lang"), [(1280, "vi"), (1280, "en")], indirect=True, ids=["desk-vi", "desk-en"]),
]
ANSWERS, TOGETHER = 8, 2


def make_answers(world: Any) -> None:
    """Create petitions with Olga's answers, which wait for another officer."""
    for number in range(ANSWERS):
        petition = make_petition(world, title=f"Việc {number}")
        words = {"outcome": PetitionOutcome.DONE, "text": f"Trả lời {number}."}
        handling.submit_draft(actor=world.actor("olga"), number=petition.number, **words)


def test_an_officer_clears_ten_tasks_by_keyboard(invite: Invite, world: Any) -> None:
    make_answers(world)
    unassigned = [make_petition(world, title=f"Chưa có đơn vị {number}").pk for number in range(TOGETHER)]
    Petition.objects.filter(pk__in=unassigned).update(unit=None, state=PetitionState.RECEIVED)
    quynh = invite("quynh", by_login_page=False)
    quynh.go("/desk/?ask=sign")
    expect(rows(quynh)).to_have_count(ANSWERS)
    quynh.check_page()
    quynh.page.keyboard.press("j")
    for remaining in range(ANSWERS, TOGETHER, -1):
        she_signs_in_the_preview(quynh, remaining)
    assert quynh.path() == "/desk/"
    she_signs_the_others_together(quynh)
    she_assigns_two_together(quynh, world.commune_agency)
    states = Petition.objects.exclude(pk__in=unassigned).values_list("state", flat=True)
    assert set(states) == {PetitionState.ANSWERED}
    assert set(Petition.objects.filter(pk__in=unassigned).values_list("unit", flat=True)) == {world.commune_agency.pk}


def rows(visitor: Visitor) -> Any:
    return visitor.page.locator("#desk-list [data-row]")


def she_signs_in_the_preview(quynh: Visitor, remaining: int) -> None:
    """Sign the answer of the row with the focus, by ``d`` or the button's letter; the next one gets the focus."""
    title = rows(quynh).first.locator(".task-title").inner_text()
    expect(quynh.page.locator("#desk-preview .preview-title").last).to_contain_text(title)
    expect(quynh.page.locator("#desk-preview:not([aria-busy])")).to_be_visible()
    assert quynh.page.evaluate("document.documentElement.scrollHeight <= innerHeight"), "the page stands still"
    quynh.page.keyboard.press("c" if remaining % 2 else "d")
    quynh.page.keyboard.press("Enter")
    expect(rows(quynh)).to_have_count(remaining - 1)
    expect(rows(quynh).first).to_be_focused()


def she_selects(quynh: Visitor) -> None:
    """Select the row with the focus and the next ones."""
    for _row in range(TOGETHER):
        quynh.page.keyboard.press("x")
        quynh.page.keyboard.press("j")
    expect(quynh.page.locator("[data-bulk-bar]")).to_be_visible()


def she_signs_the_others_together(quynh: Visitor) -> None:
    she_selects(quynh)
    quynh.page.keyboard.press("s")
    with quynh.page.expect_navigation():
        quynh.page.keyboard.press("Enter")
    quynh.expect_text(quynh.translate_plural("You have signed %(n)s answer.", "You have signed %(n)s answers.", 2, n=2))


def she_assigns_two_together(quynh: Visitor, unit: Any) -> None:
    """Choose the last unit of the list; the page keeps its headings."""
    quynh.go("/desk/?ask=decide&by=kind")
    expect(rows(quynh)).to_have_count(TOGETHER)
    quynh.page.keyboard.press("j")
    she_selects(quynh)
    quynh.page.keyboard.press("a")
    field = quynh.page.locator("[data-bulk-bar] select")
    expect(field).to_be_focused()
    quynh.check_page()
    quynh.page.keyboard.press("End")  # units are listed by name, the office first
    expect(field).to_have_value(str(unit.pk))
    quynh.page.keyboard.press("Tab")
    with quynh.page.expect_navigation():
        quynh.page.keyboard.press("Enter")
    quynh.expect_text(
        quynh.translate_plural(
            "%(n)s petition has its responsible unit.", "%(n)s petitions have their responsible unit.", 2, n=2
        )
    )
    assert quynh.path() == "/desk/" and "by=kind" in quynh.page.url


def test_an_officer_postpones_a_task_by_keyboard_and_takes_it_back(invite: Invite, world: Any) -> None:
    late, later = make_petition(world, title="Đèn hỏng"), make_petition(world, title="Chó thả rông")
    Petition.objects.filter(pk=late.pk).update(due_on=clock.today() - timedelta(days=1))
    Petition.objects.filter(pk=later.pk).update(due_on=clock.today() + timedelta(days=20))
    olga = invite("olga", by_login_page=False)
    olga.go("/desk/?ask=answer")
    expect(rows(olga)).to_have_count(2)
    olga.page.keyboard.press("j")
    olga.page.keyboard.press("p")
    expect(olga.page.locator("#toasts")).to_contain_text(olga.translate("An overdue task cannot be postponed."))
    olga.page.keyboard.press("x")  # it was selected, to say why
    olga.page.keyboard.press("j")
    olga.page.keyboard.press("p")
    expect(olga.page.locator("[data-day]").first).to_be_focused()
    calendar = olga.page.locator("[data-bulk-bar] [data-pick-date]")
    expect(calendar).not_to_have_css("color", "rgb(255, 255, 255)")  # on white nobody would see it
    olga.check_page()
    with olga.page.expect_navigation():
        olga.page.keyboard.press("Enter")
    expect(rows(olga)).to_have_count(1)
    olga.follow(olga.page.locator("#desk-filters a[href*=postponed]"))
    expect(rows(olga)).to_have_count(1)
    olga.check_page()
    olga.follow(olga.page.locator(".task-resume"))
    olga.expect_text(olga.translate("The task is on your list again."))
    expect(olga.page.locator("#desk-filters a[href*=postponed]")).to_have_count(0)


def test_an_officer_returns_two_answers_by_keyboard(invite: Invite, world: Any) -> None:
    make_answers(world)
    quynh = invite("quynh", by_login_page=False)
    quynh.go("/desk/?ask=sign")
    quynh.page.keyboard.press("j")
    she_selects(quynh)
    quynh.page.keyboard.press("r")
    field = quynh.page.locator("[data-bulk-bar] textarea")
    expect(field).to_be_focused()
    quynh.check_page()
    quynh.page.keyboard.type("Nêu rõ căn cứ.")
    quynh.page.keyboard.press("Tab")
    with quynh.page.expect_navigation():
        quynh.page.keyboard.press("Enter")
    quynh.expect_text(
        quynh.translate_plural("You have returned %(n)s answer.", "You have returned %(n)s answers.", 2, n=2)
    )
    assert Petition.objects.filter(state=PetitionState.ASSIGNED).count() == TOGETHER
