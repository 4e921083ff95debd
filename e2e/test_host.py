"""What a host in the mountains presses: a password that can be looked at, and the device's own position."""

from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, expect

from ancu.apps.accounts.tests.factories import PASSWORD
from e2e.walk import Walk

pytestmark = pytest.mark.django_db(transaction=True)
HERE = {"latitude": 20.6437, "longitude": 105.07331, "accuracy": 12.4}


@pytest.mark.usefixtures("_catalogues")
def test_a_password_is_shown_and_the_position_is_the_devices(browser: Browser, live_server: Any, world: Any) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 800}, geolocation=HERE, permissions=["geolocation"])
    context.add_cookies([{"name": "django_language", "value": "vi", "url": live_server.url}])
    walk = Walk(context.new_page(), live_server.url, "vi")
    walk.go("/accounts/login/")
    password = walk.page.locator("[name=password]")
    password.fill(PASSWORD)
    walk.page.locator("[data-reveal]").click()
    expect(password).to_have_attribute("type", "text")
    walk.look()
    walk.page.locator("[data-reveal]").click()
    expect(password).to_have_attribute("type", "password")
    walk.bring(world.client("alice").cookies[settings.SESSION_COOKIE_NAME].value)
    walk.go(f"/lodgings/{world.lodging.pk}/edit")
    walk.page.locator("[data-locate]").click()
    expect(walk.page.locator("[name=point]")).to_have_value("20.64370, 105.07331")
    expect(walk.page.locator("[data-located]")).to_contain_text("13 m")
    walk.look()
    context.clear_permissions()
    walk.go(f"/lodgings/{world.lodging.pk}/edit")
    walk.page.locator("[data-locate]").click()
    expect(walk.page.locator("[data-located]")).not_to_be_empty()
    context.close()
