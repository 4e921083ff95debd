"""Typed text survives a lost connection, the end of a session, another tab and the Back button."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from ancu.apps.accounts.models import User
from ancu.apps.accounts.tests.factories import PASSWORD
from ancu.apps.contact.models import UrgentReport
from ancu.apps.contact.tests.factories import make_report
from ancu.apps.dossiers.enums import Filer
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.tests.factories import make_cast, make_draft
from ancu.apps.listening.models import Petition
from ancu.apps.lodging.tests.factories import TOTP_SECRET
from ancu.apps.messaging.models import Attachment, Message
from ancu.apps.tips.models import Tip
from ancu.apps.tips.tests.factories import make_unit
from ancu.core.security import totp
from ancu.core.testing import texts
from ancu.engines.papers.tests.samples import heic, jpeg
from e2e.conftest import Invite
from e2e.phone import STORED, wait_for
from e2e.visitor import Visitor

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = "Khách phòng 305 dùng hộ chiếu bị sửa ảnh."
STATE = "[data-send-state] .alert"
NO_LINE = "You are offline. What you typed is still here and will be sent automatically when you are back online."
NO_ANSWER = "You are offline. What you typed is still here; send it again when you are back online."
NOT_SIGNED_IN = "You are not signed in, so nothing was sent. What you typed is still here."
UNSENT = "You typed something here at {time} and did not send it. It is still saved on this device."


@pytest.fixture(params=[360], ids=["phone"])
def page(page: Page) -> Page:
    """Run these journeys on a phone only."""
    return page


@pytest.fixture(autouse=True)
def _own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path)


def text_before_placeholder(visitor: Visitor, source: str) -> str:
    """Return the translated sentence up to its placeholder."""
    return visitor.translate(source).split("{", maxsplit=1)[0]


def expect_draft_saved(visitor: Visitor) -> None:
    """Wait until the draft is stored."""
    expect(visitor.page.locator("main form[data-kept]")).to_have_count(1)


def test_an_urgent_report_is_sent_by_itself_when_the_line_is_back(invite: Invite, world: Any) -> None:
    bob = invite("bob", by_login_page=False)
    bob.go("/reports/new/")
    bob.page.locator("label[for=id_kind_0]").click()
    bob.fill(body=WORDS)
    photos = [{"name": "IMG_1.HEIC", "mimeType": "image/heic", "buffer": heic()},
              {"name": "b.jpg", "mimeType": "image/jpeg", "buffer": jpeg()}]  # fmt: skip
    bob.page.locator("main input[type=file]").set_input_files(files=photos)  # type: ignore[arg-type]
    expect_draft_saved(bob)
    bob.page.context.set_offline(True)
    bob.button(texts.SEND_REPORT).click()
    status = bob.page.locator(STATE)
    expect(status).to_contain_text(bob.translate(NO_LINE))
    expect(status.locator("a[href^='tel:']")).to_be_visible()
    expect(bob.page.locator("main [name=body]")).to_have_value(WORDS)
    bob.check_page()
    stored = bob.page.evaluate(STORED)
    assert WORDS not in stored and "IMG_1" not in stored
    bob.page.context.set_offline(False)
    bob.page.wait_for_url(re.compile(r"/reports/\d+/$"))
    bob.expect_text(bob.translate(texts.NO_OFFICER_HAS_ACKNOWLEDGED_IT))
    assert (UrgentReport.objects.count(), Attachment.objects.count()) == (1, 2)
    bob.page.go_back()
    bob.page.wait_for_url("**/reports/new/")
    bob.page.wait_for_timeout(300)
    expect(bob.page.locator("main [name=body]")).to_have_value("")


def test_a_report_comes_back_with_its_photo_after_the_browser_was_closed(invite: Invite) -> None:
    bob = invite("bob", by_login_page=False)
    bob.go("/reports/new/")
    bob.fill(body=WORDS)
    photo = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": jpeg()}
    bob.page.locator("main input[type=file]").set_input_files(files=[photo])  # type: ignore[list-item]
    expect_draft_saved(bob)
    Session.objects.all().delete()
    second_page = bob.page.context.new_page()
    bob.page.close()
    bob.page = second_page
    bob.page.goto(f"{bob.address}/reports/new/")
    bob.page.wait_for_url("**/accounts/login/**")
    bob.fill(login="bob@example.test", password=PASSWORD)
    bob.follow(bob.button(texts.SIGN_IN))
    expect(bob.page.locator("main [name=body]")).to_have_value(WORDS)
    bob.page.wait_for_function(
        "() => document.querySelector('main input[type=file]').files[0]?.name === 'a.jpg'", polling=10
    )
    bob.expect_text(text_before_placeholder(bob, texts.WE_HAVE_RESTORED_WHAT_YOU))
    bob.check_page()


def sign_in_here(visitor: Visitor, name: str, *, officer: bool = False) -> None:
    dialog = visitor.page.locator("dialog[open]")
    expect(dialog).to_contain_text(visitor.translate(texts.SIGN_IN_AGAIN))
    expect(dialog).to_have_css("border-top-width", "1px")  # not the browser's default border
    expect(dialog.locator(".dialog-body")).to_have_css("row-gap", "16px")
    visitor.check_page()
    dialog.locator("[name=login]").fill(f"{name}@example.test")
    dialog.locator("[name=password]").fill(PASSWORD)
    dialog.locator("form button[type=submit]").click()
    if officer:
        dialog.locator("[name=code]").fill(totp.current_code(TOTP_SECRET))
        dialog.locator("form button[type=submit]").first.click()
    expect(dialog).to_have_count(0)


def wait_until_quiet(visitor: Visitor) -> None:
    """Wait until the page has made no request for 700 ms: a session must not end in the middle of one."""
    visitor.page.wait_for_function(
        """() => {
          const count = performance.getEntriesByType("resource").length;
          if (window.requests?.count !== count) window.requests = { count, at: performance.now() };
          return performance.now() - window.requests.at > 700;
        }""",
        polling=100,
    )


def test_a_session_that_ended_is_begun_again_where_one_is(invite: Invite, world: Any) -> None:
    """Text in a form and in a conversation is sent after a new login; no login page appears inside another page."""
    report = make_report(world)
    olga = invite("olga", by_login_page=False)
    olga.go(f"/reports/{report.pk}/")
    olga.fill(reply="Tôi đến trong 20 phút.")
    wait_until_quiet(olga)
    Session.objects.all().delete()
    olga.button(texts.ACKNOWLEDGE_REPORT).click()
    olga.check_page()
    sign_in_here(olga, "olga", officer=True)
    olga.expect_text("Tôi đến trong 20 phút.")
    report.refresh_from_db()
    assert report.acknowledged_by_id == world.users["olga"].pk
    wait_until_quiet(olga)
    Session.objects.all().delete()
    olga.fill(body="Cảm ơn.")
    olga.button(texts.SEND_MESSAGE).click()
    expect(olga.page.locator("dialog[open]")).to_contain_text(olga.translate(texts.SIGN_IN_AGAIN))
    expect(olga.page.locator("dialog[open] [name=login]")).to_be_visible()
    olga.use_session(world.client("olga").cookies[settings.SESSION_COOKIE_NAME].value)
    olga.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # signed in in another tab
    expect(olga.page.locator("main .talk")).to_contain_text("Cảm ơn.")
    assert Message.objects.filter(body="Cảm ơn.").count() == 1
    expect(olga.page.locator("main [name=login]")).to_have_count(0)
    expect(olga.page.locator("main [name=body]")).to_have_value("")


def test_whoever_does_not_sign_in_keeps_what_he_typed_and_another_person_gets_none_of_it(invite: Invite) -> None:
    bob = invite("bob", by_login_page=False)
    bob.go("/reports/new/")
    bob.page.locator("label[for=id_kind_0]").click()
    bob.fill(body=WORDS)
    expect_draft_saved(bob)
    Session.objects.all().delete()
    bob.button(texts.SEND_REPORT).click()
    bob.page.locator("dialog[open]").get_by_role("button", name=bob.translate("Not now")).click()
    expect(bob.page.locator(STATE)).to_contain_text(bob.translate(NOT_SIGNED_IN))
    bob.button(texts.SEND_REPORT).click()
    with bob.page.expect_navigation():
        dialog = bob.page.locator("dialog[open]")
        dialog.locator("[name=login]").fill("alice@example.test")
        dialog.locator("[name=password]").fill(PASSWORD)
        dialog.locator("form button[type=submit]").click()
    expect(bob.page.locator("main [name=body]")).to_have_value("")
    bob.page.wait_for_timeout(300)
    expect(bob.page.locator("main [name=body]")).to_have_value("")
    assert not UrgentReport.objects.exists()


def test_a_petition_is_kept_for_a_day_and_two_tabs_are_two_petitions(invite: Invite) -> None:
    citizen = invite()
    citizen.go("/petitions/")
    citizen.fill(body=WORDS)
    expect_draft_saved(citizen)
    citizen.expect_text(citizen.translate("Delete it from this device"))
    citizen.check_page()
    assert WORDS not in citizen.page.evaluate(STORED)
    citizen.page.reload()
    expect(citizen.page.locator("main [name=body]")).to_have_value(WORDS)  # the same tab, therefore the same person
    second = Visitor(citizen.page.context.new_page(), citizen.address, citizen.lang)
    second.go("/petitions/")
    second.expect_text(
        second.translate("You have this form open in another tab as well. What you typed there is saved.")
    )
    expect(second.page.locator("main [name=body]")).to_have_value("")
    second.fill(body="Cầu bản Lác bị hỏng.")
    second.choose(about="none")
    second.follow(second.button(texts.SEND_PETITION))
    second.page.wait_for_url("**/petitions/sent**")
    assert Petition.objects.count() == 1
    citizen.page.close()
    second.go("/petitions/")
    citizen.page = second.page
    citizen.expect_text(citizen.translate(UNSENT).split("{", maxsplit=1)[0])
    expect(citizen.page.locator("main [name=body]")).to_have_value("")  # it may belong to another person
    citizen.check_page()
    citizen.button("Restore it").click()
    expect(citizen.page.locator("main [name=body]")).to_have_value(WORDS)
    expect_draft_saved(citizen)  # only now does this tab have it: reloaded before, it is offered again
    citizen.page.reload()
    expect(citizen.page.locator("main [name=body]")).to_have_value(WORDS)
    citizen.button("Delete it from this device").click()
    expect(citizen.page.locator("main [name=body]")).to_have_value("")
    wait_for(citizen.page, lambda: '"drafts",[]' in citizen.page.evaluate(STORED))


def test_a_tip_stays_in_the_open_page_alone_until_it_is_sent(
    invite: Invite, world: Any, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT, settings.TIPS_MEMORY = (
        tmp_path / "files",
        str(tmp_path / "memory"),
    )  # no other test's files
    make_unit(world, world.provincial_agency, "Tam", "Thu")
    source = invite()
    source.page.context.clear_cookies()
    source.go(f"/tips/write/?lang={source.lang}")
    source.fill(text=WORDS)
    source.page.context.set_offline(True)
    source.button(texts.ENCRYPT_AND_SEND).click()
    status = source.page.locator(STATE)
    expect(status).to_contain_text(source.translate(NO_LINE))
    source.check_page()
    assert WORDS not in source.page.evaluate(STORED) and source.page.evaluate("indexedDB.databases()") == []
    source.page.context.set_offline(False)
    expect(source.page.locator("[data-receipt]")).to_be_visible()
    source.check_page()
    assert Tip.objects.count() == 1
    assert [cookie["name"] for cookie in source.page.context.cookies()] == []
    source.page.go_back()
    source.page.go_forward()
    expect(source.page.locator("main [name=text]")).to_have_value("")


def test_a_step_of_a_dossier_is_kept_without_a_line(invite: Invite, world: Any) -> None:
    make_draft(make_cast(world), "stay_extension", Filer.CITIZEN, by="mia")
    mia = invite("mia", by_login_page=False)
    step = f"/dossiers/{Dossier.objects.get().number}/step/1"
    mia.go(step)
    mia.page.wait_for_load_state("networkidle")
    mia.page.context.set_offline(True)
    mia.fill(occupation="Dạy học ở bản Lác")
    expect_draft_saved(mia)
    mia.expect_text(text_before_placeholder(mia, "Saved on this device at {time}. Only you can open it."))
    mia.button(texts.SAVE_AND_CONTINUE).click()
    expect(mia.page.locator(STATE)).to_contain_text(mia.translate(NO_ANSWER))
    mia.check_page()
    mia.page.close()
    mia.page = mia.page.context.new_page()
    mia.page.context.set_offline(False)
    mia.go(step)
    expect(mia.page.locator("main [name=occupation]")).to_have_value("Dạy học ở bản Lác")
    expect(mia.page.locator("[data-autosave-text]")).not_to_be_empty()
    assert Dossier.objects.get().answers["NA5"]["occupation"] == "Dạy học ở bản Lác"
    wait_for(mia.page, lambda: '"drafts",[]' in mia.page.evaluate(STORED))
    Session.objects.all().delete()
    mia.fill(occupation="Làm ruộng")
    mia.expect_text(mia.translate("What you type is not saved with the office until you sign in again."))
    mia.check_page()
    User.objects.update(language="en" if mia.lang == "vi" else "vi")
    mia.button(texts.SIGN_IN).click()
    sign_in_here(mia, "mia")
    wait_for(mia.page, lambda: Dossier.objects.get().answers["NA5"]["occupation"] == "Làm ruộng")
    mia.go(step)
    mia.check_page()  # in the language of the page of the login


def test_a_step_that_was_typed_without_a_line_goes_on_in_the_page_loaded_after_it(invite: Invite, world: Any) -> None:
    """A page saves again while it is closed; the next page may load before that, and the session may end."""
    make_draft(make_cast(world), "stay_extension", Filer.CITIZEN, by="mia")
    mia = invite("mia", by_login_page=False)
    mia.go(f"/dossiers/{Dossier.objects.get().number}/step/1")
    mia.page.wait_for_load_state("networkidle")
    mia.page.context.set_offline(True)
    mia.fill(occupation="Dạy học")
    expect_draft_saved(mia)
    mia.page.wait_for_timeout(1500)
    mia.page.context.set_offline(False)
    mia.page.reload()
    mia.expect_text(text_before_placeholder(mia, texts.WE_HAVE_RESTORED_WHAT_YOU))
    mia.page.locator("main [name=occupation]").press("End")
    mia.page.keyboard.type(" ở bản Lác", delay=50)
    wait_for(mia.page, lambda: Dossier.objects.get().answers["NA5"]["occupation"] == "Dạy học ở bản Lác")
    mia.page.context.set_offline(True)
    mia.fill(occupation="Dạy học ở Mai Châu")
    expect_draft_saved(mia)
    Session.objects.all().delete()
    mia.page.context.set_offline(False)
    mia.page.reload()
    mia.fill(login="mia@example.test", password=PASSWORD)
    mia.follow(mia.button(texts.SIGN_IN))
    mia.expect_text(text_before_placeholder(mia, texts.WE_HAVE_RESTORED_WHAT_YOU))
    wait_for(mia.page, lambda: Dossier.objects.get().answers["NA5"]["occupation"] == "Dạy học ở Mai Châu")
    expect(mia.page.locator("[data-autosave-conflict]")).to_be_hidden()


def test_a_paper_whose_page_is_loaded_again_early_is_received_without_an_error(
    invite: Invite, world: Any, tmp_path: Path
) -> None:
    draft = make_draft(make_cast(world), "stay_extension", Filer.CITIZEN, by="mia")
    draft.components.all().delete()  # they have no files
    mia = invite("mia", by_login_page=False)
    (tmp_path / "passport.jpg").write_bytes(jpeg())
    statuses: list[int] = []

    def lose(route: Any) -> None:
        statuses.append(route.fetch(max_redirects=0).status)
        route.abort()

    mia.page.route("**/papers/passport", lose)
    mia.go(f"/dossiers/{Dossier.objects.get().number}/papers")
    mia.page.locator("#paper-passport input[type=file]").set_input_files(tmp_path / "passport.jpg")
    wait_for(mia.page, lambda: bool(statuses))
    assert statuses == [204]
    mia.page.unroute("**/papers/passport")
    mia.page.reload()
    expect(mia.page.locator("#paper-passport .pages img")).to_be_visible()
    mia.page.wait_for_timeout(500)
    expect(mia.page.locator("#paper-passport .err, #messages .alert-danger")).to_have_count(0)


def test_a_draft_whose_last_save_arrived_late_does_not_age_what_is_typed_next(invite: Invite, world: Any) -> None:
    """A page saves again while it is closed; the next page may load before that save arrives."""
    make_draft(make_cast(world), "stay_extension", Filer.CITIZEN, by="mia")
    mia = invite("mia", by_login_page=False)
    dossier = Dossier.objects.get()
    mia.go(f"/dossiers/{dossier.number}/step/1")

    def type_without_a_line(words: str) -> None:
        mia.page.wait_for_load_state("networkidle")
        mia.page.context.set_offline(True)
        mia.fill(occupation=words)
        expect_draft_saved(mia)
        mia.page.close()
        mia.page = mia.page.context.new_page()

    def open_again(words: str) -> None:
        mia.page.context.set_offline(False)
        mia.go(f"/dossiers/{dossier.number}/step/1")
        expect(mia.page.locator("main [name=occupation]")).to_have_value(words)

    type_without_a_line("Dạy học")
    dossier.answers["NA5"]["occupation"] = "Dạy học"
    dossier.save()
    open_again("Dạy học")
    type_without_a_line("Làm vườn")
    open_again("Làm vườn")
    mia.page.set_viewport_size({"width": 1280, "height": 800})
    form, steps = mia.page.locator("main form[data-autosave]"), mia.page.locator(".filing > aside")
    note = mia.page.locator(".filing > .alert")
    expect(note).to_contain_text(text_before_placeholder(mia, texts.WE_HAVE_RESTORED_WHAT_YOU))
    boxes = [place.bounding_box() or {} for place in (steps, note, form)]
    assert (
        boxes[1]["x"] == boxes[2]["x"] >= boxes[0]["x"] + boxes[0]["width"]
    )  # the note is above the form and beside the steps
    assert boxes[2]["width"] >= 600
