"""The combobox: an exact name is chosen, nothing else is chosen automatically, and the form sends what it shows.

A script that arrives late takes nothing from a person who types already.
"""

import pytest
from playwright.sync_api import Locator, Route, expect

from ancu.core.tests.test_nationality_box import EXPECTED
from e2e.conftest import Invite
from e2e.visitor import Visitor

pytestmark = pytest.mark.django_db(transaction=True)

# For each text typed over the previous one and left with Tab: the value, and whether there is an error.
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


# What a page shows of the field in focus: its name, its text and the selected part of it.
FOCUS = """() => {
  const at = document.activeElement;
  return [at.name, at.value, at.selectionStart, at.selectionEnd];
}"""


class HeldScript:
    """A script of the page that arrives only when the test releases it."""

    def __init__(self, visitor: Visitor, name: str) -> None:
        self._routes: list[Route] = []
        visitor.page.route(f"**/js/{name}*.js", self._hold)

    def _hold(self, route: Route) -> None:
        self._routes.append(route)

    def release(self) -> None:
        assert self._routes, "the page asked for the script"
        for route in self._routes:
            route.continue_()


def box(visitor: Visitor) -> Locator:
    return visitor.page.locator("[name=nationality-text]")


def value(visitor: Visitor) -> str:
    return visitor.page.locator("[name=nationality]").input_value()


def type_over(visitor: Visitor, text: str) -> None:
    box(visitor).focus()
    visitor.page.keyboard.press("Control+a")
    visitor.page.keyboard.type(text)


def test_the_box_of_nationalities(invite: Invite) -> None:
    bob = invite("bob", by_login_page=False)
    bob.go("/stays/declare/")
    what_a_text_means_is_the_same_here_and_at_the_office(bob)
    the_same_name_typed_again_stays_chosen(bob)
    nothing_is_chosen_by_going_on(bob)
    the_list_shows_frequent_ones_and_exact_ones_first(bob)
    the_office_answers_what_the_box_showed(bob)
    after_back_box_and_value_agree(bob)


def what_a_text_means_is_the_same_here_and_at_the_office(bob: Visitor) -> None:
    box(bob).wait_for()
    results = bob.page.evaluate(TYPE_EACH, list(EXPECTED))
    assert {text: value or None for text, (value, _wrong) in zip(EXPECTED, results, strict=True)} == EXPECTED
    assert [wrong for _value, wrong in results] == [bool(text.strip()) and EXPECTED[text] is None for text in EXPECTED]


def the_same_name_typed_again_stays_chosen(bob: Visitor) -> None:
    for _time in range(2):
        type_over(bob, "Pháp")
        bob.page.keyboard.press("Tab")
        assert value(bob) == "FRA"
        expect(box(bob)).to_have_value("Pháp" if bob.lang == "vi" else "France")


def nothing_is_chosen_by_going_on(bob: Visitor) -> None:
    type_over(bob, "Ph")
    expect(bob.page.get_by_role("option").first).to_be_visible()
    bob.page.keyboard.press("Tab")
    assert value(bob) == ""
    wrong = bob.page.locator(".field:has([name=nationality]) .err")
    expect(wrong).to_contain_text("“Ph”")
    expect(box(bob)).to_have_value("Ph")
    assert (wrong.get_attribute("id") or "-") in (box(bob).get_attribute("aria-describedby") or "")
    bob.check_page()


def the_list_shows_frequent_ones_and_exact_ones_first(bob: Visitor) -> None:
    for text, first in (("", "Hàn Quốc"), ("D", "Đức"), ("Anh", "Vương quốc Anh"), ("UK", "Vương quốc Anh")):
        box(bob).fill(text)
        expect(bob.page.get_by_role("option").first).to_contain_text(first)
    type_over(bob, "my")
    expect(bob.page.get_by_role("option").first).to_contain_text("Mỹ")  # the name that matched
    bob.page.keyboard.press("Enter")
    assert value(bob) == "USA"
    expect(bob.page.locator(".field:has([name=nationality]) .err")).to_have_count(0)


def the_office_answers_what_the_box_showed(bob: Visitor) -> None:
    type_over(bob, "Atlantis")
    bob.follow(bob.page.locator("button[name=save]"))
    expect(box(bob)).to_have_value("Atlantis")
    expect(bob.page.locator("#id_nationality_error")).to_contain_text("“Atlantis”")
    assert value(bob) == ""
    bob.check_page()


def after_back_box_and_value_agree(bob: Visitor) -> None:
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


def test_a_late_lookup_takes_nothing_from_a_typing_person(invite: Invite) -> None:
    """The box keeps focus, text and caret, and suggests by what was typed before the script arrived."""
    anybody = invite()
    script = HeldScript(anybody, "lookup")
    anybody.go(f"/petitions/?lang={anybody.lang}")
    place = anybody.page.locator("main input[data-lookup]").first
    place.focus()
    anybody.page.keyboard.type("Xã Ma Hạ")
    for _sign in " Hạ":
        anybody.page.keyboard.press("ArrowLeft")
    name = place.get_attribute("name")
    script.release()
    expect(place).to_have_attribute("role", "combobox")
    assert anybody.page.evaluate(FOCUS) == [name, "Xã Ma Hạ", 5, 5]
    expect(anybody.page.get_by_role("listbox")).to_be_visible()
    anybody.page.keyboard.type("i")
    expect(place).to_have_value("Xã Mai Hạ")


def test_a_late_combobox_has_the_focus_of_its_select(invite: Invite) -> None:
    bob = invite("bob", by_login_page=False)
    script = HeldScript(bob, "combobox")
    bob.go("/stays/declare/")
    bob.page.locator("select[name=nationality]").focus()
    script.release()
    expect(box(bob)).to_be_focused()
    bob.page.keyboard.type("Pháp")
    bob.page.keyboard.press("Tab")
    assert value(bob) == "FRA"


def test_an_hour_typed_before_its_script_stays(invite: Invite) -> None:
    """The hour that the page filled in goes with its day; the hour that a person typed does not."""
    bob = invite("bob", by_login_page=False)
    script = HeldScript(bob, "quick")
    bob.go("/stays/declare/")
    bob.fill(arrived_time="06:07")
    script.release()
    expect(bob.page.locator("[data-nights]").first).to_be_visible()
    bob.fill(arrived_on="01/11/2026")
    bob.page.keyboard.press("Tab")
    expect(bob.page.locator("[name=arrived_time]")).to_have_value("06:07")
