"""Files chosen in a form: a wrong file is named immediately, and the other files stay chosen."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page, Route, expect

from ancu.apps.tips.tests.factories import make_unit
from ancu.core.testing import texts
from ancu.engines.papers.tests.samples import jpeg
from e2e.conftest import Invite
from e2e.phone import wait_for

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = "Khách phòng 305 dùng hộ chiếu bị sửa ảnh."


@pytest.fixture(params=[360], ids=["phone"])
def page(page: Page) -> Page:
    """Run these journeys on a phone only."""
    return page


@pytest.fixture(autouse=True)
def _own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path)


def test_a_file_that_is_not_taken_in_is_said_before_it_is_sent(invite: Invite) -> None:
    bob = invite("bob", by_login_page=False)
    bob.go("/reports/new/")
    chosen = [{"name": "film.exe", "mimeType": "application/octet-stream", "buffer": b"MZ"}]
    bob.page.locator("main input[type=file]").set_input_files(files=chosen)  # type: ignore[arg-type]
    bob.expect_text("film.exe")
    expect(bob.page.locator("main .err")).to_contain_text("JPEG, PNG, HEIC")  # readable names, no media types
    expect(bob.page.locator("main .err")).not_to_contain_text("/")
    bob.check_page()
    bob.page.evaluate("document.querySelector('main input[type=file]').dataset.maxBytes = 100")
    chosen = [{"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%PDF" + bytes(100)}]
    bob.page.locator("main input[type=file]").set_input_files(files=chosen)  # type: ignore[arg-type]
    bob.expect_text("a.pdf")
    bob.page.evaluate("document.querySelector('main input[type=file]').dataset.maxBytes = 1e6")
    chosen = [{"name": f"{n}.jpg", "mimeType": "image/jpeg", "buffer": jpeg()} for n in range(2)]
    bob.page.locator("main input[type=file]").set_input_files(files=chosen)  # type: ignore[arg-type]
    expect(bob.page.locator("main .err")).to_have_count(0)
    bob.follow(bob.button(texts.SEND_REPORT))  # another field has an error, and the photos stay chosen
    bob.expect_text(bob.translate(texts.WRITE_IN_A_FEW_WORDS))
    wait_for(bob.page, lambda: bob.page.evaluate("document.querySelector('main input[type=file]').files.length") == 2)


@pytest.mark.parametrize("path", ["/petitions/", "/tips/write/"])
def test_the_good_files_stay_chosen_beside_a_wrong_one(invite: Invite, world: Any, path: str) -> None:
    """Only the server finds out what a file really is; the other files need not be chosen again."""
    make_unit(world, world.provincial_agency, "Tam", "Thu")
    anybody = invite()
    anybody.go(f"{path}?lang={anybody.lang}")
    chosen = [{"name": "two.jpg", "mimeType": "image/jpeg", "buffer": jpeg()},
              {"name": "bad.jpg", "mimeType": "image/jpeg", "buffer": b"\0" * 3000}]  # fmt: skip
    page = anybody.page
    page.locator("main input[type=file]").set_input_files(files=chosen)  # type: ignore[arg-type]
    page.locator("main textarea").first.fill(WORDS)
    if path == "/petitions/":
        anybody.choose(category="order", about="none")
    page.locator("main .form-actions button[type=submit]").last.click()
    expect(page.locator("main .err").last).to_contain_text("bad.jpg")
    names = "[...document.querySelector('main input[type=file]').files].map((file) => file.name)"
    wait_for(page, lambda: page.evaluate(names) == ["two.jpg"])
    expect(page.locator("[data-files-lost]")).to_contain_text("two.jpg")
    anybody.check_page()


def test_a_file_chosen_before_its_script_came_is_looked_at_too(invite: Invite) -> None:
    bob = invite("bob", by_login_page=False)
    delayed: list[Route] = []
    bob.page.route("**/filecheck*.js", lambda route: delayed.append(route))  # noqa: PLW0108
    bob.go("/reports/new/")
    wait_for(bob.page, lambda: bool(delayed))
    chosen = [{"name": "film.exe", "mimeType": "application/octet-stream", "buffer": b"MZ"}]
    bob.page.locator("main input[type=file]").set_input_files(files=chosen)  # type: ignore[arg-type]
    for route in delayed:
        route.continue_()
    expect(bob.page.locator("main .err")).to_contain_text("film.exe")


def test_the_good_files_stay_chosen_in_a_conversation(invite: Invite, world: Any) -> None:
    """The response replaces only the conversation; after sending no file is chosen."""
    alice = invite("alice", by_login_page=False)
    alice.go(f"/messages/lodging/{world.lodging.pk}/main")
    chosen = [{"name": "two.jpg", "mimeType": "image/jpeg", "buffer": jpeg()},
              {"name": "bad.jpg", "mimeType": "image/jpeg", "buffer": b"\0" * 3000}]  # fmt: skip
    page = alice.page
    files = page.locator("main input[type=file]")
    files.set_input_files(files=chosen)  # type: ignore[arg-type]
    page.locator("main textarea").fill(WORDS)
    send = page.locator("main .form-actions button[value=send]")
    send.click()
    expect(page.locator("main .err")).to_contain_text("bad.jpg")
    names = "[...document.querySelector('main input[type=file]').files].map((file) => file.name)"
    wait_for(page, lambda: page.evaluate(names) == ["two.jpg"])
    expect(page.locator("[data-files-lost]")).to_contain_text("two.jpg")
    expect(page.locator("main textarea")).to_have_value(WORDS)
    alice.check_page()
    send.click()
    expect(page.locator(".talk-file")).to_contain_text("two.jpg")
    wait_for(page, lambda: page.evaluate(names) == [])
