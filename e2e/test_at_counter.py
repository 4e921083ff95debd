"""An intake officer takes in the dossier of somebody without an account, from the passport's picture to the slip."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.tests.factories import make_cast, make_rate
from ancu.core import clock
from ancu.engines import passports
from e2e.conftest import Invite
from e2e.visitor import Visitor

pytestmark = pytest.mark.django_db(transaction=True)
PASSPORT = Path(passports.__file__).parent / "tests" / "pictures" / "kim.jpg"


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
