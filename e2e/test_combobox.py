"""A box one types in: an exact name wins, nothing else is chosen by itself, and what the box shows is what is sent."""

import pytest
from playwright.sync_api import Locator, expect

from ancu.core.tests.test_nationality_box import EXPECTED
from e2e.conftest import Invite
from e2e.walk import Walk

pytestmark = pytest.mark.django_db(transaction=True)

# What Tab makes of each text, typed over what stood in the box before: the value, and whether an error stands beside.
TYPE_EACH = """texts => {
  const select = document.querySelector('[name=nationality]');
  const box = document.querySelector('[name=nationality-text]');
  return texts.map((text) => {
    box.focus();
    box.value = text;
    box.dispatchEvent(new Event('input', { bubbles: true }));
    box.dispatchEvent(new Event('change', { bubbles: true }));
    return [select.value, box.getAttribute('aria-invalid') === 'true'];
  });
}"""


def box(walk: Walk) -> Locator:
    return walk.page.locator("[name=nationality-text]")


def value(walk: Walk) -> str:
    return walk.page.locator("[name=nationality]").input_value()


def type_over(walk: Walk, text: str) -> None:
    box(walk).focus()
    walk.page.keyboard.press("Control+a")
    walk.page.keyboard.type(text)


def test_the_box_of_nationalities(invite: Invite) -> None:
    bob = invite("bob", at_the_door=False)
    bob.go("/stays/declare/")
    what_a_text_means_is_the_same_here_and_at_the_office(bob)
    the_same_name_typed_again_stays_chosen(bob)
    nothing_is_chosen_by_going_on(bob)
    the_list_shows_frequent_ones_and_exact_ones_first(bob)
    the_office_answers_what_the_box_showed(bob)
    after_back_box_and_value_agree(bob)


def what_a_text_means_is_the_same_here_and_at_the_office(bob: Walk) -> None:
    box(bob).wait_for()
    told = bob.page.evaluate(TYPE_EACH, list(EXPECTED))
    assert {text: value or None for text, (value, _wrong) in zip(EXPECTED, told, strict=True)} == EXPECTED
    assert [wrong for _value, wrong in told] == [bool(text.strip()) and EXPECTED[text] is None for text in EXPECTED]


def the_same_name_typed_again_stays_chosen(bob: Walk) -> None:
    for _time in range(2):
        type_over(bob, "Pháp")
        bob.page.keyboard.press("Tab")
        assert value(bob) == "FRA"
        expect(box(bob)).to_have_value("Pháp" if bob.lang == "vi" else "France")


def nothing_is_chosen_by_going_on(bob: Walk) -> None:
    type_over(bob, "Ph")
    expect(bob.page.get_by_role("option").first).to_be_visible()
    bob.page.keyboard.press("Tab")
    assert value(bob) == ""
    wrong = bob.page.locator(".field:has([name=nationality]) .err")
    expect(wrong).to_contain_text("“Ph”")
    expect(box(bob)).to_have_value("Ph")
    assert (wrong.get_attribute("id") or "-") in (box(bob).get_attribute("aria-describedby") or "")
    bob.look()


def the_list_shows_frequent_ones_and_exact_ones_first(bob: Walk) -> None:
    for text, first in (("", "Hàn Quốc"), ("D", "Đức"), ("Anh", "Vương quốc Anh"), ("UK", "Vương quốc Anh")):
        box(bob).fill(text)
        expect(bob.page.get_by_role("option").first).to_contain_text(first)
    type_over(bob, "my")
    expect(bob.page.get_by_role("option").first).to_contain_text("Mỹ")  # the name it was found by
    bob.page.keyboard.press("Enter")
    assert value(bob) == "USA"
    expect(bob.page.locator(".field:has([name=nationality]) .err")).to_have_count(0)


def the_office_answers_what_the_box_showed(bob: Walk) -> None:
    type_over(bob, "Atlantis")
    bob.follow(bob.page.locator("button[name=save]"))
    expect(box(bob)).to_have_value("Atlantis")
    expect(bob.page.locator("#id_nationality_error")).to_contain_text("“Atlantis”")
    assert value(bob) == ""
    bob.look()


def after_back_box_and_value_agree(bob: Walk) -> None:
    bob.go("/stays/declare/")
    type_over(bob, "duc")
    bob.page.keyboard.press("Tab")
    bob.go("/stays/search/")
    bob.page.go_back()
    expect(box(bob)).to_have_attribute("role", "combobox")
    assert bob.page.evaluate(
        "() => { const at = document.querySelector('[name=nationality]');"
        " return (at.value ? at.selectedOptions[0].text : '')"
        " === document.querySelector('[name=nationality-text]').value; }"
    )
