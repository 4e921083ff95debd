"""A filter that cannot be read is an error: nothing is listed or exported, and what was typed is there to be mended.

Left out silently, a mistyped day would widen the list to everybody.
"""

import re
from urllib.parse import parse_qsl, urlsplit

import pytest

from ancu.apps.accounts.services import enable_totp
from ancu.apps.accounts.tests.factories import TOTP_SECRET
from ancu.apps.audit.models import Event
from ancu.apps.contact.tests.factories import make_broadcast
from ancu.apps.dossiers.tests.factories import make_cast, make_counter
from ancu.apps.listening.tests.factories import make_petition
from ancu.apps.lodging.tests.factories import make_world
from ancu.apps.stays.tests.factories import make_stay
from ancu.core.testing import texts

NO_DAY = "31/02/2026"


def make_lists():
    world = make_cast(make_world())
    make_stay(world.lodging, "HOFFMANN JÖRG")
    make_petition(world)
    world.counter = make_counter(world, [])
    world.broadcast = make_broadcast(world)
    enable_totp(world.users["rosa"], TOTP_SECRET)
    return world


pytestmark = [pytest.mark.django_db, pytest.mark.stage(make=make_lists)]

# Every list that an address narrows, with what cannot be read in it. Days are typed; the rest is of broken links.
WRONG = [
    ("quynh", "/office/guests/?since=31/02/2026"),
    ("quynh", "/office/guests/?until=tomorrow"),
    ("quynh", "/office/guests/?present_on=31/02/2026&everyone=on"),
    ("quynh", "/office/guests/?left_on=99"),
    ("quynh", "/office/guests/?nationality=Germany"),
    ("quynh", "/office/guests/?kind=castle"),
    ("quynh", "/office/guests/?since=02/03/2026&until=01/03/2026"),
    ("quynh", "/office/submissions/?since=31/02/2026"),
    ("quynh", "/office/submissions/?channel=pigeon"),
    ("quynh", "/lodgings/?status=open"),
    ("quynh", "/office/movement/?day=31/02/2026"),
    ("quynh", "/office/movement/?kind=castle"),
    ("quynh", "/office/alerts/?state=odd"),
    ("quynh", "/office/alerts/?severity=x"),
    ("quynh", "/office/alerts/?unit=x"),
    ("quynh", "/office/same-person/?state=odd"),
    ("quynh", "/office/meetings/map/?since=31/02/2026"),
    ("quynh", "/office/portal/days/?day=31/02/2026"),
    ("ines", "/office/dossiers/?state=odd"),
    ("ines", "/office/dossiers/?due=yesterday"),
    ("ramon", "/workers/?ends=odd"),
    ("ines", "/office/rulebook?on=31/02/2026"),
    ("rosa", "/office/counters/{}/day?day=31/02/2026"),
    ("rosa", "/audit/?since=31/02/2026"),
    ("rosa", "/audit/?until=31/02/2026"),
    ("rosa", "/audit/?act=odd"),
    ("rosa", "/audit/?person=x"),
]
# Lists that links alone choose: another name is no list.
NO_LIST = [
    ("quynh", "/office/petitions/?view=odd"),
    ("quynh", "/office/petitions/export/?view=odd"),
    ("quynh", "/office/confirmations/?state=odd"),
    ("quynh", "/office/portal/?state=odd"),
    ("quynh", "/office/meetings/?month=2026-13"),
    ("alice", "/stays/today/?list=odd"),
]
EXPORTS = {  # an export and the wrong filter that must not become everybody
    "/office/guests/export/": ("quynh", {"since": NO_DAY, "everyone": "on"}),
    "/audit/export/": ("rosa", {"since": NO_DAY}),
}


def text(response):
    return re.sub(r"\s+", " ", response.content.decode())


@pytest.mark.parametrize(("who", "address"), WRONG)
def test_a_wrong_filter_lists_nobody_and_shows_what_was_typed(shared_data, who, address):
    client, address = shared_data.client(who), address.format(shared_data.counter.pk)
    assert client.get(address.partition("?")[0]).status_code == 200
    response = client.get(address)
    page, parameters = text(response), dict(parse_qsl(urlsplit(address).query))
    assert response.status_code == 422 and "data-wrong-filter" in page and "HOFFMANN" not in page
    assert any(f'value="{value}"' in page for value in parameters.values())
    assert "invalid-feedback" in page or "error" in page


@pytest.mark.parametrize(("who", "address"), NO_LIST)
def test_a_list_that_is_none_is_not_found(shared_data, who, address):
    assert shared_data.client(who).get(address).status_code == 404


def test_what_could_be_read_goes_along_when_the_filter_is_mended(shared_data):
    page = text(shared_data.client("quynh").get("/office/guests/?since=31/02/2026&nationality=DEU&everyone=on"))
    assert 'name="nationality" value="DEU"' in page and 'name="everyone" value="on"' in page
    assert texts.THIS_DATE_DOES_NOT_EXIST in page and 'action="/office/guests/"' in page


@pytest.mark.parametrize("address", EXPORTS)
def test_a_wrong_filter_exports_nothing(shared_data, address):
    who, filters = EXPORTS[address]
    client, form_data = shared_data.client(who), {"reason": "Văn bản số 12", "format": "csv"}
    query = "&".join(f"{name}={value}" for name, value in filters.items())
    response = client.post(f"{address}?{query}", form_data, headers={"referer": f"http://testserver/office/?{query}"})
    assert response.status_code == 422 and "nothing was exported" in text(response)
    assert "attachment" not in response.headers.get("Content-Disposition", "")
    assert not Event.objects.filter(act__endswith="exported").exists()


@pytest.mark.parametrize(
    ("who", "address", "act", "rows"),
    [("quynh", "/office/guests/export/", "stays.exported", "1 guest"),
     ("quynh", "/office/petitions/export/", "looked", "1 petition"),
     ("rosa", "/audit/export/", "audit.exported", " act"),
     ("quynh", "/office/broadcasts/{}/unconfirmed/", "contact.exported", " lodging")],
)  # fmt: skip
def test_an_export_says_how_many_and_asks_why(shared_data, who, address, act, rows):
    client, address = shared_data.client(who), address.format(shared_data.broadcast.pk)
    client.get("/office/area/")
    page = client.get(address)
    assert page.status_code == 200 and rows in text(page) and "Why do you need this list?" in text(page)
    refused_response = client.post(address, {"reason": " ", "format": "csv"})
    assert refused_response.status_code == 422 and "Say why you need this list" in text(refused_response)
    assert not Event.objects.filter(act__endswith="exported").exists()
    file_response = client.post(address, {"reason": "Văn bản số 12", "format": "csv"})
    assert file_response.status_code == 200 and "attachment" in file_response["Content-Disposition"]
    event = Event.objects.filter(act=act).latest("pk")
    assert event.reason == "Văn bản số 12" and event.details["count"] >= 1


def test_a_list_that_is_too_long_for_a_file_is_not_cut(shared_data, monkeypatch):
    monkeypatch.setattr("ancu.core.web.exports.MOST_ROWS", 0)
    client = shared_data.client("quynh")
    page = client.post("/office/guests/export/", {"reason": "x", "format": "csv"})
    assert "too long" in text(page) and "Content-Disposition" not in page.headers
