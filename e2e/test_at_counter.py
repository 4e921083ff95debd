"""An intake officer takes in dossiers of people without an account, from the number and the passport to the slip."""

import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.models import Dossier, QueuedDossier, QueueTicket
from ancu.apps.dossiers.tests.factories import make_cast, make_counter, make_rate
from ancu.core import clock
from ancu.engines import passports
from e2e.conftest import Invite
from e2e.visitor import Visitor

pytestmark = pytest.mark.django_db(transaction=True)
PICTURES = Path(passports.__file__).parent / "tests" / "pictures"
PASSPORT = PICTURES / "kim.jpg"
FIVE_PEOPLE = ("kim.jpg", "hoffmann.jpg", "sutarno.jpg", "tanaka.jpg", "kim.jpg")  # the last comes with a second matter
TEN_MINUTES_S = 600


def day(days: int) -> str:
    return f"{clock.today() + timedelta(days=days):%d/%m/%Y}"


@pytest.mark.two_ways
def test_a_person_without_an_account_leaves_with_the_slip(
    invite: Invite, world: Any, tmp_path: Path, settings: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    make_cast(world)
    make_rate(world)
    ines = invite("ines", by_login_page=False)
    she_photographs_the_passport(ines)
    she_answers_the_rest(ines)
    she_submits_and_takes_the_fee(ines)
    dossier = Dossier.objects.get()
    assert dossier.state == State.SUBMITTED and dossier.has_passport
    assert dossier.received_by == world.users["ines"] and dossier.charge.payment


def she_photographs_the_passport(ines: Visitor) -> None:
    ines.go("/office/dossiers/")
    ines.follow(ines.link("New dossier at the counter"))
    ines.check_page()
    with ines.page.expect_navigation(url="**/counter#field-*"):  # a chosen picture is sent at once
        ines.page.locator("main input[type=file]").set_input_files(PASSPORT)
    expect(ines.page.locator("[name=full_name]")).not_to_have_value("")
    expect(ines.page.locator("[name=occupation]")).to_be_focused()
    ines.check_page()


def she_answers_the_rest(ines: Visitor) -> None:
    ines.fill(occupation="Giáo viên", passport_authority="Bộ Ngoại giao")
    ines.fill(entered_on=day(-40), entry_port="Nội Bài", permitted_until=day(20), stay_address="Số 3, bản Lác")
    ines.choose(entry_kind="visa", entry_purpose="family", purpose="family", relationship="spouse")
    ines.choose(present_symbol="TT")
    ines.fill(phone="0912 345 679")
    ines.page.locator("main [name=stay_unit]:visible").fill("mai ha")
    ines.page.locator("main [role=option]:visible").first.click()
    ines.fill(relative_name="BÙI VĂN LIÊM", relative_birth_date="03/02/1980", relative_document="017180001234")
    ines.fill(relative_address="Số 3, bản Lác", relative_phone="0912 345 678")
    ines.fill(extend_until=day(60), reason="Ở cùng chồng")


def she_submits_and_takes_the_fee(ines: Visitor) -> None:
    ines.follow(ines.button("Submit the dossier"))
    expect(ines.page.locator("main [data-errors]").first).to_be_visible()  # the proof is still to come
    ines.page.locator("#id_paper-relationship_proof").check()
    ines.follow(ines.button("Submit the dossier"))
    if ines.page.locator("[name=sure]").count():
        ines.check_page()
        ines.page.locator("[name=sure]").check()
        ines.follow(ines.button("Submit the dossier"))
    ines.check_page()
    ines.follow(ines.page.locator("main form button.btn-big"))
    ines.expect_text(ines.translate("Print slip and fee receipt"))
    ines.check_page()


@dataclass
class Hands:
    """What a clerk presses: counted, because minutes at a counter are made of it."""

    clerk: Visitor
    clicks: int = 0
    keys: int = 0

    def press(self, control: Locator) -> None:
        self.clicks += 1
        self.clerk.follow(control)

    def tick(self, control: Locator) -> None:
        self.clicks += 1
        control.check()

    def write(self, **answers: str) -> None:
        """Type into fields that are still empty."""
        for name, text in answers.items():
            control = self.clerk.page.locator(f"main [name={name}]:visible")
            if control.count() and not control.input_value():
                self.clicks += 1
                self.keys += len(text)
                control.fill(text)

    def choose(self, **answers: str) -> None:
        for name, value in answers.items():
            if not self.clerk.page.locator(f"main select[name={name}]").input_value():
                self.clicks += 2
                self.clerk.choose(**{name: value})


@pytest.mark.two_ways
def test_five_people_are_served_in_ten_minutes(invite: Invite, world: Any, tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    make_cast(world)
    make_rate(world)
    make_counter(world, [])
    ines = invite("ines", by_login_page=False)
    ines.go("/office/dossiers/counter")
    for _person in FIVE_PEOPLE:
        ines.follow(ines.button("Give out a number"))
    ines.check_page()
    hands, began = Hands(ines), time.monotonic()
    for number, name in enumerate(FIVE_PEOPLE, start=1):
        she_serves(hands, number, PICTURES / name)
    took = time.monotonic() - began
    print(f"five people: {took:.0f} s of the script, {hands.clicks} clicks, {hands.keys} keys")
    assert took < TEN_MINUTES_S
    assert Dossier.objects.filter(state=State.SUBMITTED, charge__payment__isnull=False).count() == len(FIVE_PEOPLE)
    assert QueuedDossier.objects.values_list("ticket__number", flat=True).order_by("ticket__number")[4] == 5
    assert not QueueTicket.objects.filter(called_at=None).exists()


def she_serves(hands: Hands, number: int, picture: Path) -> None:
    """Call, read the passport, answer what it does not say, submit, take the fee."""
    ines = hands.clerk
    hands.press(ines.button("Call the next number"))
    expect(ines.page.locator(".counter-queue .queue-number")).to_have_text(str(number))
    hands.clicks += 2  # the field, the picture
    with ines.page.expect_navigation(url="**/counter#field-*"):
        ines.page.locator("main input[type=file]").set_input_files(picture)
    ines.page.wait_for_function("() => !document.body.inert", polling=10)
    hands.write(occupation="Giáo viên", passport_authority="BNG", entered_on=day(-40), entry_port="Nội Bài")
    hands.choose(entry_kind="visa", entry_purpose="family", purpose="family", relationship="spouse")
    hands.choose(present_symbol="TT")
    hands.write(permitted_until=day(20), stay_address="Số 3, bản Lác", phone="0912 345 679")
    unit = ines.page.locator("main [name=stay_unit]:visible")
    if not unit.input_value():
        hands.write(stay_unit="mai ha")
        hands.clicks += 1
        ines.page.locator("main [role=option]:visible").first.click()
    hands.write(relative_name="BÙI VĂN LIÊM", relative_birth_date="03/02/1980", relative_document="017180001234")
    hands.write(relative_address="Số 3, bản Lác", relative_phone="0912 345 678", extend_until=day(60), reason="Ở cùng")
    hands.tick(ines.page.locator("#id_paper-relationship_proof"))
    hands.press(ines.button("Submit the dossier"))
    if ines.page.locator("[name=sure]").count():
        hands.tick(ines.page.locator("[name=sure]"))
        hands.press(ines.button("Submit the dossier"))
    hands.press(ines.page.locator("main form button.btn-big"))
    ines.expect_text(ines.translate("Print slip and fee receipt"))


@pytest.mark.two_ways
def test_the_board_shows_who_is_called(invite: Invite, world: Any) -> None:
    make_cast(world)
    make_counter(world, [])
    ines = invite("ines", by_login_page=False)
    ines.go("/office/dossiers/counter")
    ines.follow(ines.button("Give out a number"))
    ines.go("/queue/")
    ines.expect_text(ines.translate("No number has been called today."))
    ines.check_page()
    ines.go("/office/dossiers/counter")
    ines.follow(ines.button("Call the next number"))
    ines.check_page()
    ines.go("/queue/")
    expect(ines.page.locator(".queue-calls .queue-number")).to_have_text("1")
    ines.check_page()
