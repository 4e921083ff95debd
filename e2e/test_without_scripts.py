"""Without scripts, an irreversible act still asks for confirmation."""

from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser

from ancu.apps.lodging.models import ApiToken
from ancu.apps.lodging.services import create_token
from e2e.visitor import Visitor

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.usefixtures("_catalogues")
def test_a_key_is_revoked_at_the_second_touch(browser: Browser, live_server: Any, world: Any) -> None:
    create_token(world.actor("alice"), establishment=world.lodging, name="KhachSanPro")
    context = browser.new_context(viewport={"width": 360, "height": 800}, java_script_enabled=False)
    visitor = Visitor(context.new_page(), live_server.url, "vi")
    visitor.use_session(world.client("alice").cookies[settings.SESSION_COOKIE_NAME].value)
    context.add_cookies([{"name": "django_language", "value": "vi", "url": live_server.url}])
    visitor.go("/lodgings/mine")
    question = visitor.page.locator("details.confirm", has_text=visitor.translate("Revoke"))
    yes = question.locator(".confirm-body button")
    assert not yes.is_visible()
    question.locator("summary").click()
    assert yes.is_visible() and ApiToken.objects.get().revoked_at is None
    visitor.follow(yes)
    assert ApiToken.objects.get().revoked_at is not None
    context.close()
