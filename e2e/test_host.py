"""A host shows the password and fills in the position of the device."""

from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, expect

from ancu.apps.accounts.tests.factories import PASSWORD
from e2e.visitor import Visitor

pytestmark = pytest.mark.django_db(transaction=True)
HERE = {"latitude": 20.6437, "longitude": 105.07331, "accuracy": 12.4}


@pytest.mark.usefixtures("_catalogues")
def test_a_password_is_shown_and_the_position_is_the_devices(browser: Browser, live_server: Any, world: Any) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 800}, geolocation=HERE, permissions=["geolocation"])
    context.add_cookies([{"name": "django_language", "value": "vi", "url": live_server.url}])
    visitor = Visitor(context.new_page(), live_server.url, "vi")
    visitor.go("/accounts/login/")
    password = visitor.page.locator("[name=password]")
    password.fill(PASSWORD)
    visitor.page.locator("[data-reveal]").click()
    expect(password).to_have_attribute("type", "text")
    visitor.check_page()
    visitor.page.locator("[data-reveal]").click()
    expect(password).to_have_attribute("type", "password")
    visitor.use_session(world.client("alice").cookies[settings.SESSION_COOKIE_NAME].value)
    visitor.go(f"/lodgings/{world.lodging.pk}/edit")
    visitor.page.locator("[data-locate]").click()
    expect(visitor.page.locator("[name=point]")).to_have_value("20.64370, 105.07331")
    expect(visitor.page.locator("[data-located]")).to_contain_text("13 m")
    visitor.check_page()
    context.clear_permissions()
    visitor.go(f"/lodgings/{world.lodging.pk}/edit")
    visitor.page.locator("[data-locate]").click()
    expect(visitor.page.locator("[data-located]")).not_to_be_empty()
    context.close()
