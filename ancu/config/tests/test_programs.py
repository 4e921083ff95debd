"""The public pages lead nowhere that is not there, and the example for makers of programs is one that works."""

import html
import json
import re

import pytest
from django.urls import reverse

from ancu.apps.stays.tests.test_api import make_token
from ancu.core.testing.program import Program

pytestmark = pytest.mark.django_db
PUBLIC = ("home", "programs", "stays:verify", "stays:self_check", "lodging:register", "lodging:registered")


@pytest.mark.parametrize("name", PUBLIC)
def test_no_link_of_a_public_page_is_dead(world, name):
    client = world.client()
    page = client.get(reverse(name)).content.decode()
    links = {html.unescape(link) for link in re.findall(r'<a [^>]*href="(/[^"#]*)', page)}
    assert links
    dead = {link: status for link in links if (status := client.get(link).status_code) not in {200, 302}}
    assert not dead


def test_the_example_for_programs_is_accepted_as_it_stands(world):
    page = html.unescape(world.client().get(reverse("programs")).content.decode())
    example = json.loads(re.search(r"-d '(\{.*?\})'", page, re.DOTALL)[1])
    status, body = Program(make_token(world.lodging)).call("POST", "stays", example)
    assert (status, body["accepted"], body["warned"]) == (200, 1, 0)
