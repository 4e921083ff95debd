"""A foreign spouse extends her stay from a phone, up to "submitted"; her husband signs by his own account."""

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
from e2e.conftest import Invite
from e2e.walk import Walk

pytestmark = pytest.mark.django_db(transaction=True)


def day(days: int) -> str:
    return f"{clock.today() + timedelta(days=days):%d/%m/%Y}"


def test_a_foreign_spouse_extends_her_stay(invite: Invite, world: Any, tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    make_cast(world)
    User.objects.filter(pk=world.users["liem"].pk).update(full_name="Bùi Văn Liêm")
    mia = invite("mia", at_the_door=False)
    she_finds_what_she_needs(mia)
    dossier = Dossier.objects.get()
    she_fills_in_the_form(mia)
    she_adds_papers(mia, tmp_path)
    read_unread(dossier)
    she_asks_for_the_signature(mia)
    he_signs(invite("liem", at_the_door=False), dossier)
    she_sends_it(mia, dossier)


def test_a_name_of_one_long_word_breaks_within_its_row(invite: Invite, world: Any) -> None:
    make_draft(make_cast(world), "stay_extension", Filer.CITIZEN, by="mia")
    Dossier.objects.update(full_name="WOLFESCHLEGELSTEINHAUSENBERGERDORFF HUBERT")
    mia = invite("mia", at_the_door=False)
    mia.go("/dossiers/")
    mia.look()


def she_finds_what_she_needs(mia: Walk) -> None:
    mia.go("/dossiers/new")
    for query in ("filer=citizen", "wish=extension", "holds=visa"):
        mia.follow(mia.page.locator(f'main ul.rows a[href$="{query}"]'))
    mia.look()  # where the questions end
    mia.follow(mia.page.locator('main ul.rows a[href*="stay_extension"]'))
    mia.follow(mia.button("Begin"))


def she_fills_in_the_form(mia: Walk) -> None:
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
    mia.follow(mia.button("Save and go on"))
    she_tells_of_her_stay(mia)
    page.locator("select[name=relationship]").select_option("spouse")
    mia.fill(
        relative_name="BÙI VĂN LIÊM",
        relative_birth_date="01/02/1985",
        relative_document="017085001234",
        relative_address="Số 3, bản Lác",
        relative_phone="0912 345 678",
    )
    mia.look()
    mia.follow(mia.button("Save and go on"))
    mia.fill(extend_until=day(60), reason="To live with my husband.")
    page.locator("select[name=purpose]").select_option("family")
    mia.look()
    mia.follow(mia.button("Save and go on"))
    mia.follow(mia.button("Save and go on"))


def she_types_while_it_is_saved(mia: Walk) -> None:
    """The line is slow: what is typed before the answer comes is saved after it, and not called saved before."""
    page, kept = mia.page, []
    page.route("**/autosave", lambda route: kept.append(route) if not kept else route.continue_())
    said = page.locator("[data-autosave-text]")
    with page.expect_request("**/autosave"):
        mia.fill(occupation="Teacher of English")
    with page.expect_response("**/autosave") as answered:
        mia.fill(passport_number="533380007")
        page.wait_for_timeout(900)  # longer than the quiet before it is saved
        expect(said).to_be_empty()
        kept[0].continue_()
    with page.expect_response(lambda one: one != answered.value and "autosave" in one.url):
        pass
    expect(said).not_to_be_empty()
    page.unroute("**/autosave")
    answers = Dossier.objects.get().answers["NA5"]
    assert (answers["occupation"], answers["passport_number"]) == ("Teacher of English", "533380007")


def she_tells_of_her_stay(mia: Walk) -> None:
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
    mia.look()
    mia.follow(mia.button("Save and go on"))


def she_adds_papers(mia: Walk, folder: Path) -> None:
    a_refused_file_is_not_sent_again(mia, folder)
    (folder / "passport.jpg").write_bytes(picture(900, 1300))
    for key in ("passport", "relationship_proof"):
        with mia.page.expect_navigation():  # the next file is chosen once the page is there with its scripts
            mia.page.locator(f"#paper-{key} input[type=file]").set_input_files(folder / "passport.jpg")
        expect(mia.page.locator(f"#paper-{key} .pages img")).to_be_visible()
    mia.look()
    mia.follow(mia.link("Check and send"))


def a_refused_file_is_not_sent_again(mia: Walk, folder: Path) -> None:
    """The page of errors has an address of its own; whoever comes back to the papers finds a place that is free."""
    (folder / "notes.jpg").write_text("no picture")
    papers = mia.page.url
    mia.page.locator("#paper-passport input[type=file]").set_input_files(folder / "notes.jpg")
    expect(mia.page.locator("#paper-passport .err")).to_be_visible()
    mia.page.goto(papers)
    mia.page.wait_for_timeout(500)  # a file that was kept would be on its way by now
    assert mia.page.url == papers


def she_asks_for_the_signature(mia: Walk) -> None:
    mia.fill(email="liem@example.test")
    mia.follow(mia.button("Ask for the signature"))
    mia.look()


def he_signs(liem: Walk, dossier: Dossier) -> None:
    liem.go("/dossiers/")
    liem.look()
    liem.follow(liem.page.locator("main .card-asked ul.rows a"))
    liem.look()
    liem.page.locator("main [name=agrees]").check()
    liem.follow(liem.button("Sign"))
    liem.look()


def she_sends_it(mia: Walk, dossier: Dossier) -> None:
    mia.go(f"/dossiers/{dossier.number}/check")
    mia.look()
    mia.follow(mia.link("Look at it once more and send"))
    mia.page.locator("[name=true]").check()
    mia.follow(mia.button("Send the dossier"))
    mia.look()
    dossier.refresh_from_db()
    assert dossier.state == State.SUBMITTED
    assert dossier.number in (mia.page.locator("main").text_content() or "")
