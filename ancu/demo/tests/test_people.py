"""Who comes back in the demo is found by the rules, and nobody else is."""

from itertools import pairwise

import pytest
from django.db import connection

from ancu.apps.stays.models import Stay
from ancu.apps.stays.selectors.records import SOURCE
from ancu.apps.travellers.models import Traveller, TravellerPair
from ancu.demo.people import TWINS, load_same_people
from ancu.demo.province import load_province

EMPTY = """
SELECT pg_restore_relation_stats('schemaname', 'public', 'relname', %s, 'relpages', 99, 'reltuples', 0::real)
"""
pytestmark = pytest.mark.stage(make=lambda: (load_province(stays=3000), load_same_people())[1])


def test_each_case_is_found_and_the_twins_are_left_alone(shared_data):
    assert shared_data == {"who came back": 6, "joined": 3, "proposed": 3}
    results = TravellerPair.objects.order_by("state", "rule").values_list("state", "rule")
    assert list(results) == [
        ("open", "alike"), ("open", "alike"), ("open", "renewed"),
        ("same", "misread"), ("same", "renewed"), ("same", "same_document"),
    ]  # fmt: skip
    twins = Traveller.objects.filter(identities__full_name__in=TWINS)
    assert twins.count() == 2 and not twins.exclude(person=None).exists()
    assert not TravellerPair.objects.filter(older__in=twins).exists()


@pytest.mark.stage(make=lambda: load_province(stays=3000))
def test_a_table_taken_for_empty_is_asked_for_a_few_people_all_the_same(shared_data):
    """Statistics of the moment before a first import: every stay joined with every other would take minutes."""
    with connection.cursor() as cursor:
        for table in ("stays_stay", "travellers_identity"):
            cursor.execute(EMPTY, [table])
        cursor.execute("SET LOCAL statement_timeout = '20s'")
    stays = list(Stay.objects.exclude(status="withdrawn").order_by("arrived_on", "pk")[:400])
    nearby = list(pairwise(stays))
    elsewhere = [(a, b) for a, b in nearby if a.establishment_id != b.establishment_id]
    same_night = {(a.identity_id, b.identity_id) for a, b in elsewhere if share_a_night(a, b)}
    apart = SOURCE.apart((a.identity_id, b.identity_id) for a, b in nearby)
    assert same_night and same_night <= apart


def share_a_night(a, b):
    """Whether both slept somewhere in the same night. A guest who leaves on the day of arrival slept nowhere."""
    a_left, b_left = a.departed_on or a.expected_departure, b.departed_on or b.expected_departure
    return b.arrived_on < a_left and a.arrived_on < b_left
