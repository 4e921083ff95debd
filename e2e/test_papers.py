"""A file of four megabytes is uploaded over an unreliable connection, and the page is closed in between."""

import os

import pytest
from playwright.sync_api import expect

from e2e.conftest import Invite, assert_accessible

DATA = os.urandom(4_000_000)
WORDS = {"vi": ("Đã gửi", "Đã lưu"), "en": ("has been sent", "are kept")}


@pytest.fixture(autouse=True)
def _paper_page(settings, tmp_path):
    settings.ROOT_URLCONF = "e2e.paper_page"
    settings.MEDIA_ROOT = tmp_path


def test_what_was_sent_before_the_line_broke_is_not_sent_again(invite: Invite, lang: str, tmp_path) -> None:
    bob = invite("bob")
    page, sent = bob.page, []
    paper = tmp_path / "hộ chiếu.jpg"
    paper.write_bytes(DATA)

    def break_connection(route, request):
        if request.method == "PATCH":
            sent.append(int(request.headers["upload-offset"]))
            if len(sent) in {3, 4}:  # the connection breaks in the third part and again in the fourth
                return route.abort()
            if len(sent) > 6 and not page.is_closed() and getattr(break_connection, "cut", True):
                return route.abort()
        return route.continue_()

    page.route("**/files/uploads/*", break_connection)
    page.goto(f"{bob.address}/paper")
    page.set_input_files("input[type=file]", {"name": "x.exe", "mimeType": "application/octet-stream", "buffer": b"MZ"})
    expect(page.locator("[data-paper] .err")).to_contain_text("JPEG")
    expect(page.locator("[data-paper-text]")).to_be_empty()  # one error, and nothing was sent
    page.set_input_files("input[type=file]", paper)
    expect(page.locator("[data-paper-text]")).to_contain_text(WORDS[lang][1], timeout=20_000)
    page.wait_for_function("() => document.querySelector('[data-paper-progress]').value >= 50", timeout=20_000)
    break_connection.cut = False
    page.reload()
    expect(page.locator("[data-paper-text]")).to_contain_text(WORDS[lang][1])
    assert_accessible(page)
    before = len(sent)
    page.set_input_files("input[type=file]", paper)
    expect(page.locator("[data-paper-text]")).to_contain_text(WORDS[lang][0])
    assert min(sent[before:]) >= 4 * 512 * 1024  # no part of the first half was sent twice
    page.reload()  # a complete file survives the reload
    expect(page.locator("[data-paper-text]")).to_contain_text(WORDS[lang][0])
    page.locator("form button[type=submit]").last.click()
    expect(page.locator("body")).to_contain_text(f"hộ chiếu.jpg 4000000 {sum(DATA) % 65536} False")


def test_without_script_the_form_sends_the_file(invite: Invite, tmp_path) -> None:
    bob = invite("bob")
    paper = tmp_path / "a.jpg"
    paper.write_bytes(DATA[:1000])
    context = bob.page.context.browser.new_context(
        java_script_enabled=False, storage_state=bob.page.context.storage_state()
    )
    page = context.new_page()
    page.goto(f"{bob.address}/paper")
    page.set_input_files("input[type=file]", paper)
    page.locator("form button[type=submit]").last.click()
    expect(page.locator("body")).to_contain_text(f"a.jpg 1000 {sum(DATA[:1000]) % 65536} True")
    context.close()
