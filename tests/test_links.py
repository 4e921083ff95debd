"""Whoever is shown a link may open it."""

from typing import Any

import pytest

from benchmarks.load import followed

PAGES = ("/", "/for-lodgings/", "/for-foreigners/", "/dossiers/new/visa", "/results/")
pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.mark.parametrize("name", ["alice", "bob", "olga", "sam", "mia", "dora", "rosa"])
def test_no_link_leads_to_a_refusal(world: Any, name: str) -> None:
    client = world.client(name)
    links = {link: page for page in PAGES for link in followed(client.get(page, follow=True).content.decode())}
    refused = {
        f"{page} -> {link}": status
        for link, page in links.items()
        if (status := client.get(link, follow=True).status_code) >= 400
    }
    assert len(links) > 20
    assert not refused
