"""Whoever is shown a link may open it."""

import pytest
from django.core.cache import cache
from django.test import Client

from benchmarks.load import followed
from tests import access
from tests.test_access import Scene, make_signed_in

PAGES = ("/", "/for-lodgings/", "/for-foreigners/", "/dossiers/new/visa", "/results/", "/office/inspections/phone/")
PEOPLE = [name for name in access.PERSONAS if name != "token"]


@pytest.mark.slow
@pytest.mark.stage(make=make_signed_in)
@pytest.mark.parametrize("name", PEOPLE)
def test_no_link_leads_to_a_refusal(shared_data: Scene, name: str) -> None:
    client = shared_data.client(name)
    links = {link: page for page in PAGES for link in followed(opened(client, page)[1])}
    refused = {
        f"{page} -> {link}": status for link, page in links.items() if (status := opened(client, link)[0]) >= 400
    }
    assert len(links) > 20
    assert not refused


def opened(client: Client, address: str) -> tuple[int, str]:
    """The status of an address and its text."""
    cache.clear()  # the limits of public pages count per address
    response = client.get(address, follow=True)
    text = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[arg-type]
    return response.status_code, text.decode(errors="replace")
