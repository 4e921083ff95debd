"""A foreign spouse applies for an extension on a phone; her husband signs with his own account."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from ancu.apps.accounts.models import User
from ancu.apps.dossiers.enums import Filer, State
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.services.passports import read_unread
from ancu.apps.dossiers.tests.factories import make_cast, make_draft, picture
from ancu.core import clock
from ancu.core.testing import texts
from ancu.engines import passports
from e2e.conftest import Invite
from e2e.visitor import Visitor

pytestmark = pytest.mark.django_db(transaction=True)
PASSPORT = Path(passports.__file__).parent / "tests" / "pictures" / "kim.jpg"


def day(days: int) -> str:
    return f"{clock.today() + timedelta(days=days):%d/%m/%Y}"


def test_a_foreign_spouse_extends_her_stay(invite: Invite, world: Any, tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    make_cast(world)
    User.objects.filter(pk=world.users["liem"].pk).update(full_name="Bùi Văn Liêm")
    mia = invite("mia", by_login_page=False)
    she_finds_what_she_needs(mia)
    mia.follow(mia.link("Continue without a picture"))
    dossier = Dossier.objects.get()
    she_fills_in_the_form(mia)
    she_adds_papers(mia, tmp_path)
    read_unread(dossier)
    she_asks_for_the_signature(mia)
    he_signs(invite("liem", by_login_page=False), dossier)
    she_sends_it(mia, dossier)


def test_a_name_of_one_long_word_breaks_within_its_row(invite: Invite, world: Any) -> None:
    make_draft(make_cast(world), "stay_extension", Filer.CITIZEN, by="mia")
    Dossier.objects.update(full_name="WOLFESCHLEGELSTEINHAUSENBERGERDORFF HUBERT")
    mia = invite("mia", by_login_page=False)
    mia.go("/dossiers/")
    mia.check_page()


def she_finds_what_she_needs(mia: Visitor) -> None:
    mia.go("/dossiers/new")
    for query in ("filer=citizen", "wish=extension", "holds=visa"):
        mia.follow(mia.page.locator(f'main ul.rows a[href$="{query}"]'))
    mia.check_page()  # the end of the questions
    mia.follow(mia.page.locator('main ul.rows a[href*="stay_extension"]'))
    mia.follow(mia.button(texts.START))


def she_fills_in_the_form(mia: Visitor) -> None:
    page = mia.page
    mia.fill(full_name="ADAMS CLAIRE", birth_date="12/04/1990", occupation="Teacher", passport_number="533380006")
    page.locator("label:has([name=sex][value=F])").click()
    for name in ("nationality", "birth_nationality"):
        page.locator(f"select[name={name}]").select_option("GBR", force=True)
    page.locator("select[name=passport_kind]").select_option("ordinary")
    mia.fill(passport_authority="HMPO", passport_expiry=day(900))
    expect(page.locator("[data-autosave-text]")).not_to_be_empty()
    assert Dossier.objects.get().full_name == "ADAMS CLAIRE"
    she_types_while_it_is_saved(mia)
    mia.follow(mia.button(texts.SAVE_AND_CONTINUE))
    she_tells_of_her_stay(mia)
    page.locator("select[name=relationship]").select_option("spouse")
    mia.fill(
        relative_name="BÙI VĂN LIÊM",
        relative_birth_date="01/02/1985",
        relative_document="017085001234",
        relative_address="Số 3, bản Lác",
        relative_phone="0912 345 678",
    )
    mia.check_page()
    mia.follow(mia.button(texts.SAVE_AND_CONTINUE))
    mia.fill(extend_until=day(60), reason="To live with my husband.")
    page.locator("select[name=purpose]").select_option("family")
    mia.check_page()
    mia.follow(mia.button(texts.SAVE_AND_CONTINUE))
    mia.follow(mia.button(texts.SAVE_AND_CONTINUE))


def she_types_while_it_is_saved(mia: Visitor) -> None:
    """On a slow connection, text typed during a save is saved next and is not reported as saved before that."""
    page, requests = mia.page, []
    page.route("**/autosave", lambda route: requests.append(route) if not requests else route.continue_())
    status = page.locator("[data-autosave-text]")
    with page.expect_request("**/autosave"):
        mia.fill(occupation="Teacher of English")
    with page.expect_response("**/autosave") as answered:
        mia.fill(passport_number="533380007")
        page.wait_for_timeout(900)  # longer than the pause after which the form saves
        expect(status).to_be_empty()
        requests[0].continue_()
    with page.expect_response(lambda response: response != answered.value and "autosave" in response.url):
        pass
    expect(status).not_to_be_empty()
    page.unroute("**/autosave")
    answers = Dossier.objects.get().answers["NA5"]
    assert (answers["occupation"], answers["passport_number"]) == ("Teacher of English", "533380007")


def she_tells_of_her_stay(mia: Visitor) -> None:
    page = mia.page
    symbol = page.locator("#field-present_symbol")
    expect(symbol).to_be_hidden()
    page.locator("select[name=entry_kind]").select_option("visa")
    expect(symbol).to_be_visible()
    symbol.locator("select").select_option("TT", force=True)
    page.locator("select[name=entry_purpose]").select_option("family")
    mia.fill(entered_on=day(-40), entry_port="Nội Bài", permitted_until=day(20), stay_address="Số 3, bản Lác")
    mia.fill(phone="0912 345 679", email="mia@example.test")
    page.locator("main [name=stay_unit]:visible").fill("mai ha")
    page.locator("main [role=option]:visible").first.click()
    mia.check_page()
    mia.follow(mia.button(texts.SAVE_AND_CONTINUE))


def she_adds_papers(mia: Visitor, folder: Path) -> None:
    a_refused_file_is_not_sent_again(mia, folder)
    (folder / "passport.jpg").write_bytes(picture(900, 1300))
    for key in ("passport", "relationship_proof"):
        with mia.page.expect_navigation():  # the next file is chosen after the page and its scripts have loaded
            mia.page.locator(f"#paper-{key} input[type=file]").set_input_files(folder / "passport.jpg")
        expect(mia.page.locator(f"#paper-{key} .pages img")).to_be_visible()
    mia.check_page()
    mia.follow(mia.link(texts.CHECK_AND_SUBMIT))


def a_refused_file_is_not_sent_again(mia: Visitor, folder: Path) -> None:
    """The error page has its own address; on return to the papers the field is empty."""
    (folder / "notes.jpg").write_text("no picture")
    papers = mia.page.url
    mia.page.locator("#paper-passport input[type=file]").set_input_files(folder / "notes.jpg")
    expect(mia.page.locator("#paper-passport .err")).to_be_visible()
    mia.page.goto(papers)
    mia.page.wait_for_timeout(500)  # a file that the page had kept would be uploading by now
    assert mia.page.url == papers


def she_asks_for_the_signature(mia: Visitor) -> None:
    mia.fill(email="liem@example.test")
    mia.follow(mia.button("Ask for the signature"))
    mia.check_page()


def he_signs(liem: Visitor, dossier: Dossier) -> None:
    liem.go("/dossiers/")
    liem.check_page()
    liem.follow(liem.page.locator("main .card-asked ul.rows a"))
    liem.check_page()
    liem.page.locator("main [name=agrees]").check()
    liem.follow(liem.button("Sign"))
    liem.check_page()


def she_sends_it(mia: Visitor, dossier: Dossier) -> None:
    mia.go(f"/dossiers/{dossier.number}/check")
    mia.check_page()
    mia.follow(mia.link(texts.REVIEW_AND_SUBMIT))
    mia.page.locator("[name=true]").check()
    mia.follow(mia.button(texts.SUBMIT_THE_DOSSIER))
    mia.check_page()
    dossier.refresh_from_db()
    assert dossier.state == State.SUBMITTED
    assert dossier.number in (mia.page.locator("main").text_content() or "")


@pytest.mark.two_ways
def test_the_picture_of_the_passport_fills_in_the_form(
    invite: Invite, world: Any, tmp_path: Path, settings: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    make_cast(world)
    mia = invite("mia", by_login_page=False)
    she_finds_what_she_needs(mia)
    mia.check_page()
    with mia.page.expect_navigation(url="**/step/1"):  # a chosen picture is sent at once
        mia.page.locator("main input[type=file]").set_input_files(PASSPORT)
    expect(mia.page.locator("[name=full_name]")).not_to_have_value("")
    expect(mia.page.locator("[name=passport_number]")).not_to_have_value("")
    mia.check_page()
    mia.go(f"/dossiers/{Dossier.objects.get().number}/passport")
    mia.expect_text(mia.translate("We have a picture of the passport."))
    mia.check_page()
