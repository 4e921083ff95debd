"""A hotel's program: its key, and a guest it declares."""

import time
from datetime import timedelta
from typing import Any

from ancu.core import clock
from e2e.walk import Walk
from e2e.walks.kit import free_number


def new_key(manager: Walk) -> str:
    """A program's key, as the page shows it once."""
    manager.go("/lodgings/mine")
    form = manager.page.locator("main form[action$='/tokens']").first
    form.locator("input[type=text]").fill(f"PMS {time.time():.0f}")
    manager.follow(form.locator("[type=submit]"))
    secret: str = manager.page.locator("[data-copy]").first.get_attribute("data-copy") or ""
    return secret


def guest(**changes: Any) -> dict[str, Any]:
    today = clock.today()
    return {
        "client_reference": free_number("R"), "full_name": "HOFFMANN JÖRG", "birth_date": "1984-03-08", "sex": "M",
        "nationality": "DEU", "document_number": free_number("C"), "room": "201", "arrived_on": str(today),
        "expected_departure": str(today + timedelta(days=3)), "permitted_until": str(today + timedelta(days=40)),
    } | changes  # fmt: skip
