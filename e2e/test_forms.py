"""What is typed survives: a line that breaks, a session that ends in the middle, another tab, the way back."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from ancu.apps.accounts.models import User
from ancu.apps.accounts.tests.factories import PASSWORD
from ancu.apps.contact.models import Report
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
from ancu.engines.papers.tests.samples import heic, jpeg
from e2e.conftest import Invite
from e2e.phone import STORED, wait_for
from e2e.walk import Walk

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = "Khách phòng 305 dùng hộ chiếu bị sửa ảnh."
STATE = "[data-send-state] .alert"
NO_LINE = "You are offline. What you typed is still here, and is sent by itself when the connection is back."
NO_ANSWER = "No answer came: you are offline. What you typed is still here; send it again when the connection is back."
NOT_SIGNED_IN = "You are not signed in, so nothing was sent. What you typed is still here."
UNSENT = "Something was typed here at {time} and not sent. It is still kept on this device."


@pytest.fixture(params=[360], ids=["phone"])
def page(page: Page) -> Page:
    """These stories are told on a phone."""
    return page


@pytest.fixture(autouse=True)
def _own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path)


def beginning(walk: Walk, source: str) -> str:
    """The sentence up to the time in it."""
    return walk.say(source).split("{", maxsplit=1)[0]


def kept(walk: Walk) -> None:
    """What is typed is on the disk."""
    expect(walk.page.locator("main form[data-kept]")).to_have_count(1)


def test_an_urgent_report_is_sent_by_itself_when_the_line_is_back(invite: Invite, world: Any) -> None:
    bob = invite("bob", at_the_door=False)
    bob.go("/reports/new/")
    bob.page.locator("label[for=id_kind_0]").click()
    bob.fill(body=WORDS)
    photos = [{"name": "IMG_1.HEIC", "mimeType": "image/heic", "buffer": heic()},
              {"name": "b.jpg", "mimeType": "image/jpeg", "buffer": jpeg()}]  # fmt: skip
    bob.page.locator("main input[type=file]").set_input_files(files=photos)  # type: ignore[arg-type]
    kept(bob)
    bob.page.context.set_offline(True)
    bob.button("Report now").click()
    said = bob.page.locator(STATE)
    expect(said).to_contain_text(bob.say(NO_LINE))
    expect(said.locator("a[href^='tel:']")).to_be_visible()
    expect(bob.page.locator("main [name=body]")).to_have_value(WORDS)
    bob.look()
    stored = bob.page.evaluate(STORED)
    assert WORDS not in stored and "IMG_1" not in stored
    bob.page.context.set_offline(False)
    bob.page.wait_for_url(re.compile(r"/reports/\d+/$"))
    bob.sees(bob.say("No officer has acknowledged it yet"))
    assert (Report.objects.count(), Attachment.objects.count()) == (1, 2)
    bob.page.go_back()
    bob.page.wait_for_url("**/reports/new/")
    bob.page.wait_for_timeout(300)
    expect(bob.page.locator("main [name=body]")).to_have_value("")


def test_a_report_comes_back_with_its_photo_after_the_browser_was_closed(invite: Invite) -> None:
    bob = invite("bob", at_the_door=False)
    bob.go("/reports/new/")
    bob.fill(body=WORDS)
    photo = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": jpeg()}
    bob.page.locator("main input[type=file]").set_input_files(files=[photo])  # type: ignore[list-item]
    kept(bob)
    Session.objects.all().delete()
    other = bob.page.context.new_page()
    bob.page.close()
    bob.page = other
    bob.page.goto(f"{bob.address}/reports/new/")
    bob.page.wait_for_url("**/accounts/login/**")
    bob.fill(login="bob@example.test", password=PASSWORD)
    bob.follow(bob.button("Sign in"))
    expect(bob.page.locator("main [name=body]")).to_have_value(WORDS)
    bob.page.wait_for_function(
        "() => document.querySelector('main input[type=file]').files[0]?.name === 'a.jpg'", polling=10
    )
    bob.sees(beginning(bob, "What you had typed at {time} is back."))
    bob.look()


def sign_in_here(walk: Walk, name: str, *, officer: bool = False) -> None:
    dialog = walk.page.locator("dialog[open]")
    expect(dialog).to_contain_text(walk.say("Please sign in again"))
    expect(dialog).to_have_css("border-top-width", "1px")  # not the browser's own frame
    expect(dialog.locator(".dialog-body")).to_have_css("row-gap", "16px")
    walk.look()
    dialog.locator("[name=login]").fill(f"{name}@example.test")
    dialog.locator("[name=password]").fill(PASSWORD)
    dialog.locator("form button[type=submit]").click()
    if officer:
        dialog.locator("[name=code]").fill(totp.current_code(TOTP_SECRET))
        dialog.locator("form button[type=submit]").first.click()
    expect(dialog).to_have_count(0)


def test_a_session_that_ended_is_begun_again_where_one_is(invite: Invite, world: Any) -> None:
    """In a form, then in a conversation: what was typed is sent, and no page of sign-in is drawn into another."""
    report = make_report(world)
    olga = invite("olga", at_the_door=False)
    olga.go(f"/reports/{report.pk}/")
    olga.fill(reply="Tôi đến trong 20 phút.")
    Session.objects.all().delete()
    olga.button("I have it").click()
    olga.look()
    sign_in_here(olga, "olga", officer=True)
    olga.sees("Tôi đến trong 20 phút.")
    report.refresh_from_db()
    assert report.acknowledged_by_id == world.users["olga"].pk
    Session.objects.all().delete()
    olga.fill(body="Cảm ơn.")
    olga.button("Send").click()
    expect(olga.page.locator("dialog[open]")).to_contain_text(olga.say("Please sign in again"))
    expect(olga.page.locator("dialog[open] [name=login]")).to_be_visible()
    olga.bring(world.client("olga").cookies[settings.SESSION_COOKIE_NAME].value)
    olga.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # she signed in in another tab
    expect(olga.page.locator("main .talk")).to_contain_text("Cảm ơn.")
    assert Message.objects.filter(body="Cảm ơn.").count() == 1
    expect(olga.page.locator("main [name=login]")).to_have_count(0)
    expect(olga.page.locator("main [name=body]")).to_have_value("")


def test_whoever_does_not_sign_in_keeps_what_he_typed_and_another_person_gets_none_of_it(invite: Invite) -> None:
    bob = invite("bob", at_the_door=False)
    bob.go("/reports/new/")
    bob.page.locator("label[for=id_kind_0]").click()
    bob.fill(body=WORDS)
    kept(bob)
    Session.objects.all().delete()
    bob.button("Report now").click()
    bob.page.locator("dialog[open]").get_by_role("button", name=bob.say("Not now")).click()
    expect(bob.page.locator(STATE)).to_contain_text(bob.say(NOT_SIGNED_IN))
    bob.button("Report now").click()
    with bob.page.expect_navigation():
        dialog = bob.page.locator("dialog[open]")
        dialog.locator("[name=login]").fill("alice@example.test")
        dialog.locator("[name=password]").fill(PASSWORD)
        dialog.locator("form button[type=submit]").click()
    expect(bob.page.locator("main [name=body]")).to_have_value("")
    bob.page.wait_for_timeout(300)
    expect(bob.page.locator("main [name=body]")).to_have_value("")
    assert not Report.objects.exists()


def test_a_petition_is_kept_for_a_day_and_two_tabs_are_two_petitions(invite: Invite) -> None:
    citizen = invite()
    citizen.go("/petitions/")
    citizen.fill(body=WORDS)
    kept(citizen)
    citizen.sees(citizen.say("Delete it from this device"))
    citizen.look()
    assert WORDS not in citizen.page.evaluate(STORED)
    citizen.page.reload()
    expect(citizen.page.locator("main [name=body]")).to_have_value(WORDS)  # the same tab: nobody else's
    second = Walk(citizen.page.context.new_page(), citizen.address, citizen.lang)
    second.go("/petitions/")
    second.sees(second.say("You are filling in this form in another tab as well: what you typed there is kept."))
    expect(second.page.locator("main [name=body]")).to_have_value("")
    second.fill(body="Cầu bản Lác bị hỏng.")
    second.choose(about="none")
    second.follow(second.button("Send the petition"))
    second.page.wait_for_url("**/petitions/sent**")
    assert Petition.objects.count() == 1
    citizen.page.close()
    second.go("/petitions/")
    citizen.page = second.page
    citizen.sees(citizen.say(UNSENT).split("{", maxsplit=1)[0])
    expect(citizen.page.locator("main [name=body]")).to_have_value("")  # it may be another person's
    citizen.look()
    citizen.button("Bring it back").click()
    expect(citizen.page.locator("main [name=body]")).to_have_value(WORDS)
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
    )  # nobody else's tip waits here
    make_unit(world, world.provincial_agency, "Tam", "Thu")
    source = invite()
    source.page.context.clear_cookies()
    source.go(f"/tips/write/?lang={source.lang}")
    source.fill(text=WORDS)
    source.page.context.set_offline(True)
    source.button("Seal and send").click()
    said = source.page.locator(STATE)
    expect(said).to_contain_text(source.say(NO_LINE))
    source.look()
    assert WORDS not in source.page.evaluate(STORED) and source.page.evaluate("indexedDB.databases()") == []
    source.page.context.set_offline(False)
    expect(source.page.locator("[data-receipt]")).to_be_visible()
    source.look()
    assert Tip.objects.count() == 1
    assert [cookie["name"] for cookie in source.page.context.cookies()] == []
    source.page.go_back()
    source.page.go_forward()
    expect(source.page.locator("main [name=text]")).to_have_value("")


def test_a_step_of_a_dossier_is_kept_without_a_line(invite: Invite, world: Any) -> None:
    make_draft(make_cast(world), "stay_extension", Filer.CITIZEN, by="mia")
    mia = invite("mia", at_the_door=False)
    step = f"/dossiers/{Dossier.objects.get().number}/step/1"
    mia.go(step)
    mia.page.wait_for_load_state("networkidle")
    mia.page.context.set_offline(True)
    mia.fill(occupation="Dạy học ở bản Lác")
    kept(mia)
    mia.sees(beginning(mia, "Kept on this device at {time}; only you can open it."))
    mia.button("Save and go on").click()
    expect(mia.page.locator(STATE)).to_contain_text(mia.say(NO_ANSWER))
    mia.look()
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
    mia.sees(mia.say("What you type is not saved with the office until you sign in again."))
    mia.look()
    User.objects.update(language="en" if mia.lang == "vi" else "vi")
    mia.button("Sign in").click()
    sign_in_here(mia, "mia")
    wait_for(mia.page, lambda: Dossier.objects.get().answers["NA5"]["occupation"] == "Làm ruộng")
    mia.go(step)
    mia.look()  # in the language of the page she signed in on


def test_a_step_that_was_typed_without_a_line_goes_on_in_the_page_loaded_after_it(invite: Invite, world: Any) -> None:
    """A page saves once more while it is left, and the next page may be rendered before that save arrives. The session
    may end in between."""
    make_draft(make_cast(world), "stay_extension", Filer.CITIZEN, by="mia")
    mia = invite("mia", at_the_door=False)
    mia.go(f"/dossiers/{Dossier.objects.get().number}/step/1")
    mia.page.wait_for_load_state("networkidle")
    mia.page.context.set_offline(True)
    mia.fill(occupation="Dạy học")
    kept(mia)
    mia.page.wait_for_timeout(1500)
    mia.page.context.set_offline(False)
    mia.page.reload()
    mia.sees(beginning(mia, "What you had typed at {time} is back."))
    mia.page.locator("main [name=occupation]").press("End")
    mia.page.keyboard.type(" ở bản Lác", delay=50)
    wait_for(mia.page, lambda: Dossier.objects.get().answers["NA5"]["occupation"] == "Dạy học ở bản Lác")
    mia.page.context.set_offline(True)
    mia.fill(occupation="Dạy học ở Mai Châu")
    kept(mia)
    Session.objects.all().delete()
    mia.page.context.set_offline(False)
    mia.page.reload()
    mia.fill(login="mia@example.test", password=PASSWORD)
    mia.follow(mia.button("Sign in"))
    mia.sees(beginning(mia, "What you had typed at {time} is back."))
    wait_for(mia.page, lambda: Dossier.objects.get().answers["NA5"]["occupation"] == "Dạy học ở Mai Châu")
    expect(mia.page.locator("[data-autosave-conflict]")).to_be_hidden()


def test_a_paper_whose_page_is_loaded_again_early_is_received_without_an_error(
    invite: Invite, world: Any, tmp_path: Path
) -> None:
    draft = make_draft(make_cast(world), "stay_extension", Filer.CITIZEN, by="mia")
    draft.components.all().delete()  # their bytes are nowhere
    mia = invite("mia", at_the_door=False)
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
    """A page sends what was typed once more while it is closed: the next one may be rendered before that arrives."""
    make_draft(make_cast(world), "stay_extension", Filer.CITIZEN, by="mia")
    mia = invite("mia", at_the_door=False)
    dossier = Dossier.objects.get()
    mia.go(f"/dossiers/{dossier.number}/step/1")

    def type_without_a_line(words: str) -> None:
        mia.page.wait_for_load_state("networkidle")
        mia.page.context.set_offline(True)
        mia.fill(occupation=words)
        kept(mia)
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
    expect(note).to_contain_text(beginning(mia, "What you had typed at {time} is back."))
    boxes = [place.bounding_box() or {} for place in (steps, note, form)]
    assert (
        boxes[1]["x"] == boxes[2]["x"] >= boxes[0]["x"] + boxes[0]["width"]
    )  # the note stands above the form, beside the steps
    assert boxes[2]["width"] >= 600
