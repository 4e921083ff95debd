"""The main pages look as in their last accepted pictures (``make journeys``).

They are pictures of a demo with a fixed clock and fixed people. ``ACCEPT=1 pytest e2e/test_main_pages.py`` with
``ANCU_LONG=1`` stores the present pages as accepted; look at each before that. A page that differs is stored in
``var/differences``.
"""

import os
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from PIL import Image, ImageChops
from playwright.sync_api import Browser

from e2e.conftest import EVERY_WAY
from e2e.demo_pictures import Shot, sign_in, store, take
from e2e.frozen_demo import frozen_demo

pytestmark = pytest.mark.skipif(not EVERY_WAY, reason="the main pages are compared by make journeys")
ACCEPTED = Path(__file__).parent / "accepted"
LEAST_DIFFERENCE = 48  # of a pixel's channel, from 0 to 255: the accepted pictures have few colours
LARGEST_SHARE = 0.01  # of a picture's pixels that may differ: codes are random, and the clock goes on

PROVINCE, APPROVER, INTAKE, ASSESSING = (f"{name}@xnc.example" for name in ("canbo", "duyet", "tiepnhan", "thamdinh"))
SHOTS = (
    Shot("home", "/"),
    Shot("home-phone", "/", size="phone"),
    Shot("results", "/results/"),
    Shot("results-phone", "/results/", size="phone"),
    Shot("self-check-phone", "/guest/", size="phone"),
    Shot("procedures", "/procedures/"),
    Shot("meetings", "/meetings/"),
    Shot("morning", "/office/results/morning/", APPROVER),
    Shot("desk", "/desk/", PROVINCE),
    Shot("desk-phone", "/desk/", PROVINCE, size="phone"),
    Shot("area", "/office/area/", PROVINCE),
    Shot("movement", "/office/movement/", PROVINCE),
    Shot("guests", "/office/guests/", PROVINCE),
    Shot("alerts", "/office/alerts/", PROVINCE),
    Shot("petitions", "/office/petitions/", PROVINCE),
    Shot("lodgings", "/lodgings/", PROVINCE),
    Shot("queue", "/office/dossiers/?state=", INTAKE),
    Shot(
        "workbench",
        "/office/dossiers/?state=accepted&procedure=trc_organisation&officer=me",
        ASSESSING,
        ("a[href^='/office/dossiers/HBD']",),
    ),
    Shot("today-phone", "/stays/today/", "letan@homestay.example", size="phone"),
    Shot("follow-phone", "/dossiers/", "teacher@applicant.example", ("a[href^='/dossiers/HB']",), "phone"),
)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with frozen_demo(tmp_path_factory.mktemp("demo")) as address:
        yield address


@pytest.fixture(scope="module")
def session(browser: Browser, demo: str) -> Any:
    """Return the function that gives an account's cookies: a second factor's code is accepted once."""
    return cache(lambda account: sign_in(browser, demo, account))


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("shot", SHOTS, ids=lambda shot: shot.name)
def test_page_looks_as_accepted(browser: Browser, demo: str, session: Any, shot: Shot, language: str) -> None:
    picture = take(browser, demo, shot, language, session(shot.account))
    target = ACCEPTED / f"{shot.name}.{language}.png"
    if os.environ.get("ACCEPT"):
        target.parent.mkdir(exist_ok=True)
        store(picture, target)
    share = share_of_difference(picture, target)
    if share > LARGEST_SHARE:
        differing = Path(settings.VAR_DIR) / "differences" / target.name
        differing.parent.mkdir(parents=True, exist_ok=True)
        differing.write_bytes(picture)
    assert share <= LARGEST_SHARE, f"{share:.1%} of {target.name} differ; the present page is in var/differences"


def share_of_difference(picture: bytes, accepted: Path) -> float:
    """Return the share of pixels (0 to 1) that differ visibly from the accepted picture; 1 if its size differs."""
    present, past = (Image.open(source).convert("RGB") for source in (BytesIO(picture), accepted))
    if present.size != past.size:
        return 1.0
    channels = ImageChops.difference(present, past).split()
    largest = ImageChops.lighter(ImageChops.lighter(channels[0], channels[1]), channels[2])
    visible = sum(largest.histogram()[LEAST_DIFFERENCE:])
    return visible / (present.width * present.height)
