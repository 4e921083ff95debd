"""What the walks through tips share: one told, a unit unlocked, a receipt brought back."""

import io
from typing import Any

from PIL import Image
from playwright.sync_api import Page, expect

from ancu.demo.tips import PASSPHRASES
from e2e.walk import Walk
from e2e.walks.kit import Demo

OFFICE, OFFICE_2 = "tintocgiac@xnc.example", "tintocgiac2@xnc.example"
COMMUNE, COMMUNE_2 = "tintocgiac@maichau.example", "tintocgiac2@maichau.example"
OPERATOR, CHIEF = "tructong@xnc.example", "quantri@xnc.example"


def unlock(walk: Walk, email: str, passphrase: str = "") -> None:
    walk.go("/office/tips/")
    if walk.page.locator("[name=passphrase]").count():
        walk.fill(passphrase=passphrase or PASSPHRASES[email])
        walk.follow(walk.button("Unlock"))


def tell(demo: Demo, text: str, *, unit: str = "xuất nhập cảnh", named: bool = False) -> str:
    """Write a tip with a picture; the receipt."""
    with demo.person() as source:
        source.page.context.clear_cookies()
        source.go("/tips/write/?lang=vi")
        source.fill(text=text, place="Bến xe", when="tối thứ sáu")
        choose_unit(source.page, unit)
        source.page.locator("input[type=file]").first.set_input_files(files=[picture()])
        if named:
            source.page.locator("details.named summary").click()
            source.fill(name="Người báo tin", contact="0912000111")
        expect(source.page.locator("form[data-puzzle] [name=solution]")).not_to_have_value("", timeout=60_000)
        source.follow(source.button("Seal and send"))
        source.heading(source.say("Sealed and received"))
        return source.page.locator("[data-receipt]").inner_text()


def picture() -> Any:
    shot = io.BytesIO()
    Image.new("RGB", (640, 480), "seagreen").save(shot, "PNG")
    return {"name": "ảnh.png", "mimeType": "image/png", "buffer": shot.getvalue()}


def choose_unit(page: Page, words: str) -> None:
    box = page.locator("main [name=unit]")
    if box.first.evaluate("one => one.tagName") == "SELECT":
        label = next(one for one in box.locator("option").all_inner_texts() if words in one)
        box.select_option(label=label)
    else:
        page.locator("label", has_text=words).first.click()


def come_back(source: Walk, receipt: str) -> None:
    source.go("/tips/answer/?lang=vi")
    source.fill(receipt=receipt)
    expect(source.page.locator("form[data-puzzle] [name=solution]")).not_to_have_value("", timeout=60_000)
    source.follow(source.page.locator("main form button[type=submit]").first)


def open_newest(handler: Walk, words: str) -> None:
    """The tips of the last hours, until one has these words."""
    handler.go("/office/tips/")
    paths = [str(one.get_attribute("href")) for one in handler.page.locator("main [data-row] a").all()]
    for path in paths:
        handler.go(path)
        if words in handler.page.inner_text("main"):
            return
    raise AssertionError(f"no tip of {len(paths)} says {words}")
