"""The pictures in docs/pictures, taken from the real pages: PICTURES=1 pytest e2e/test_pictures.py"""

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from ancu.apps.stays.tests.factories import make_stay
from e2e.conftest import Invite
from e2e.walk import SAMPLES, Walk

PICTURES = Path(__file__).parent.parent / "docs" / "pictures"
LARGEST = 150_000  # bytes
GUESTS = (
    ("HOFFMANN JÖRG", "DEU", "C01X0T478", 0),
    ("KIM NA RA", "KOR", "M3820042", 0),
    ("O’MALLEY MÁIRE", "IRL", "PX0128123", 180),
    ("SUTARNO", "IDN", "X0000777", 0),
    ("TESTOVA LIUDMILA", "RUS", "750000123", 0),
)
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(os.environ.get("PICTURES") != "1", reason="taken only when asked for: PICTURES=1"),
]


def test_pictures(invite: Invite, world: Any, page: Page) -> None:
    for name, nationality, number, late in GUESTS:
        stay = make_stay(world.lodging, name, nationality=nationality, document_number=number, minutes_late=late)
    if (page.viewport_size or {})["width"] > 1000:
        the_officers_pages(invite("olga"), stay.identity.traveller_id)
    else:
        the_receptionists_pages(invite("bob"), stay.pk)


def the_receptionists_pages(bob: Walk, stay: int) -> None:
    take(bob, "/stays/today/", "today")
    take(bob, f"/stays/{stay}/receipt/", "receipt")
    bob.go("/stays/upload/")
    bob.page.set_input_files("input[type=file]", SAMPLES / "14_python_hoteltool_official_template_12col.xlsx")
    bob.button("Send and look").click()
    bob.page.wait_for_url("**/upload/*-*/")
    save(bob, "preview")


def the_officers_pages(olga: Walk, traveller: int) -> None:
    take(olga, "/office/area/", "area")
    take(olga, "/office/guests/", "guests")
    take(olga, f"/office/people/{traveller}/", "person")


def take(walk: Walk, path: str, name: str) -> None:
    walk.go(path)
    save(walk, name)


def save(walk: Walk, name: str) -> None:
    PICTURES.mkdir(exist_ok=True)
    walk.page.wait_for_timeout(600)  # letters and charts have arrived
    path = PICTURES / f"{name}.{walk.lang}.png"
    walk.page.screenshot(path=path)
    assert path.stat().st_size <= LARGEST
