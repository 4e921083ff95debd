"""An applicant reorders the pages of a paper and crops a photo by pointer and by keyboard."""

import io
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import expect

from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.tests.factories import make_cast, make_draft
from ancu.apps.files.services import read_bytes
from e2e.conftest import Invite
from e2e.visitor import Visitor

pytestmark = pytest.mark.django_db(transaction=True)


def test_pages_are_put_in_order_and_a_photo_is_cut(invite: Invite, world: Any, tmp_path: Any, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    draft = make_draft(make_cast(world))
    draft.components.all().delete()  # they have no files
    ramon = invite("ramon", by_login_page=False)
    ramon.go(f"/dossiers/{draft.number}/papers")
    the_second_page_goes_first(ramon)
    he_crops_the_photo(ramon)
    with Image.open(io.BytesIO(photo_of(draft))) as photo:
        assert photo.width / photo.height == pytest.approx(2 / 3, rel=0.02)
        assert photo.width < 800, "the frame was drawn smaller"


def jpeg(width: int, height: int) -> dict[str, Any]:
    out = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert("RGB").save(out, "JPEG")
    return {"name": f"{width}.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def send(ramon: Visitor, key: str, file: dict[str, Any]) -> None:
    with ramon.page.expect_navigation():
        ramon.page.locator(f"#paper-{key} input[type=file]").set_input_files(file)


def is_wide(ramon: Visitor, place: int) -> bool:
    picture = ramon.page.locator("#paper-passport .pages img").nth(place)
    picture.scroll_into_view_if_needed()
    ramon.page.wait_for_function("image => image.complete && image.naturalWidth > 0", arg=picture.element_handle())
    return bool(picture.evaluate("image => image.naturalWidth > image.naturalHeight"))


def the_second_page_goes_first(ramon: Visitor) -> None:
    for file in (jpeg(600, 900), jpeg(900, 600)):
        send(ramon, "passport", file)
    pages = ramon.page.locator("#paper-passport .pages img")
    expect(pages).to_have_count(2)
    ramon.check_page()
    assert (is_wide(ramon, 0), is_wide(ramon, 1)) == (False, True)
    ramon.follow(ramon.page.locator("#paper-passport .pages button[value=earlier]"))
    expect(pages).to_have_count(2)
    assert (is_wide(ramon, 0), is_wide(ramon, 1)) == (True, False)


def he_crops_the_photo(ramon: Visitor) -> None:
    send(ramon, "photo", jpeg(1400, 1400))
    ramon.follow(ramon.page.locator("#paper-photo .pages a[href$='/crop']"))
    frame = ramon.page.locator("[data-crop-frame]")
    expect(frame).to_be_visible()
    ramon.check_page()
    handle = ramon.page.locator("[data-crop-corner=c]")
    handle.scroll_into_view_if_needed()  # the mouse can only reach the visible part
    before = frame.bounding_box()
    assert before
    assert before["width"] / before["height"] == pytest.approx(2 / 3, rel=0.02)
    corner = handle.bounding_box()
    assert corner
    middle = corner["x"] + corner["width"] / 2, corner["y"] + corner["height"] / 2
    ramon.page.mouse.move(*middle)
    ramon.page.mouse.down()
    ramon.page.mouse.move(middle[0] - before["width"] / 4, middle[1] - before["height"] / 4, steps=4)
    ramon.page.mouse.up()
    frame.press("ArrowRight")
    after = frame.bounding_box()
    assert after
    assert after["width"] < 0.9 * before["width"]
    assert after["x"] > before["x"]
    ramon.follow(ramon.button("Crop"))
    ramon.expect_text(ramon.translate("The page is cropped."))


def photo_of(draft: Dossier) -> bytes:
    component = draft.components.select_related("file").get(key="photo")
    assert component.file is not None
    return read_bytes(component.file)
