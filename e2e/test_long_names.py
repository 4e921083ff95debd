"""No page becomes wider than its window when names and titles have eighty characters."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import models
from playwright.sync_api import Browser

from ancu.apps.accounts.models import Organisation, User
from ancu.apps.community.models import Donor, Programme, Recipient
from ancu.apps.dossiers.models import Dossier
from ancu.apps.listening.models import Attendee, Meeting, Petition
from ancu.apps.lodging.models import Establishment
from ancu.apps.oversight.models import Notice
from ancu.apps.stays.models import Stay
from ancu.apps.surveys.models import Survey
from e2e.conftest import wait_until_settled
from e2e.visitor import Visitor
from tests.test_access import Scene, make_scene

pytestmark = pytest.mark.django_db(transaction=True)
LONG_NAME = "WOLFESCHLEGELSTEINHAUSENBERGERDORFF HUBERT BLAINE ALEXANDER MAXIMILIAN FERDINAND"
NAMES: dict[type[models.Model], tuple[str, ...]] = {
    Attendee: ("name",),
    Donor: ("name",),
    Dossier: ("full_name",),
    Establishment: ("name",),
    Meeting: ("theme",),
    Notice: ("full_name",),
    Organisation: ("name",),
    Petition: ("name", "title"),
    Programme: ("name",),
    Recipient: ("name",),
    Stay: ("full_name",),
    Survey: ("title_vi", "title_en"),
    User: ("full_name",),
}
PAGES = {  # the pages that show these names, by persona
    "public": (
        "/community/<int:pk>/", "/community/donors/<str:code>/", "/meetings/<int:pk>/", "/meetings/promises/",
        "/r/<str:code>", "/s/<slug:slug>/",
    ),
    "bob": ("/stays/today/", "/stays/search/", "/stays/<int:pk>/", "/stays/<int:pk>/receipt/"),
    "olga": (
        "/desk/", "/messages/", "/lodgings/<int:pk>", "/office/guests/", "/office/people/<int:traveller_id>/",
        "/office/stays/<int:stay_id>/", "/office/same-person/<int:pk>/", "/office/alerts/", "/office/alerts/<int:pk>/",
        "/office/inspections/<int:pk>/", "/office/petitions/", "/office/petitions/<slug:number>/",
        "/office/meetings/<int:pk>/", "/office/meetings/<int:pk>/room/",
    ),
    "dora": ("/office/community/<int:pk>/", "/office/notices/<int:pk>/", "/office/results/morning/"),
    "ines": ("/office/dossiers/", "/office/dossiers/<slug:number>/"),
    "ramon": ("/dossiers/", "/dossiers/<str:number>/"),
    "rosa": ("/surveys/", "/surveys/<int:pk>/"),
}  # fmt: skip
SIZES = ((360, 800), (800, 600), (1280, 800))
EXCESS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.stage(make=make_scene)
def test_long_names_fit_on_the_pages_that_show_them(browser: Browser, live_server: Any, shared_data: Scene) -> None:
    for model, fields in NAMES.items():
        model._default_manager.update(**dict.fromkeys(fields, LONG_NAME))
    faults = [fault for persona in PAGES for fault in faults_of(browser, live_server.url, shared_data, persona)]
    assert not faults, "\n".join(faults)


def faults_of(browser: Browser, address: str, scene: Scene, persona: str) -> Iterator[str]:
    """Name each of this persona's pages that is wider than the window."""
    context = browser.new_context(locale="vi")
    visitor = Visitor(context.new_page(), address, "vi")
    if persona != "public":
        visitor.use_session(scene.world.client(persona).cookies[settings.SESSION_COOKIE_NAME].value)
    for route in PAGES[persona]:
        visitor.go(scene.path(route))
        wait_until_settled(visitor.page)
        for width, height in SIZES:
            visitor.page.set_viewport_size({"width": width, "height": height})
            if (excess := visitor.page.evaluate(EXCESS)) > 0:
                yield f"{route} at {width} px: {excess} px wider than the window"
    context.close()
