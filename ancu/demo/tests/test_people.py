"""Who comes back in the demo is found by the rules, and nobody else is."""

import pytest

from ancu.apps.travellers.models import Pair, Traveller
from ancu.demo.people import TWINS, load_same_people
from ancu.demo.province import load_province

pytestmark = pytest.mark.stage(make=lambda: (load_province(stays=3000), load_same_people())[1])


def test_each_case_is_found_and_the_twins_are_left_alone(laid):
    assert laid == {"who came back": 6, "joined": 3, "proposed": 3}
    found = Pair.objects.order_by("state", "rule").values_list("state", "rule")
    assert list(found) == [
        ("open", "alike"), ("open", "alike"), ("open", "renewed"),
        ("same", "misread"), ("same", "renewed"), ("same", "same_document"),
    ]  # fmt: skip
    twins = Traveller.objects.filter(identities__full_name__in=TWINS)
    assert twins.count() == 2 and not twins.exclude(person=None).exists()
    assert not Pair.objects.filter(one__in=twins).exists()
