"""What browsers and the outbound guard are told."""

from ipaddress import ip_address
from typing import Any

import pytest

from ancu.core.outbound import is_public

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/", "/accounts/login/", "/petitions/", "/tips/", "/api/v1/openapi.json", "/nowhere"])
def test_every_answer_says_what_a_page_may_use_and_who_may_embed_it(world: Any, path: str) -> None:
    response = world.client().get(path)
    policy = response["Permissions-Policy"]
    assert "camera=()" in policy and "geolocation=(self)" in policy and "microphone=(self)" in policy
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"


def test_open_figures_may_be_shown_by_other_sites(world: Any) -> None:
    assert world.client().get("/results/")["Cross-Origin-Resource-Policy"] == "cross-origin"


@pytest.mark.parametrize("address", ["fec0::1", "feff:ffff::1", "fe80::1", "fc00::1", "::1"])
def test_addresses_inside_a_site_are_not_public(address: str) -> None:
    assert not is_public(ip_address(address))
