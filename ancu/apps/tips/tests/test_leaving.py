"""A tip handler who is no longer one opens nothing, and the unit is told."""

from typing import Any

import pytest

from ancu.apps.accounts.services import officers
from ancu.apps.messaging.models import Notification
from ancu.apps.tips.models import HandlingUnit, Holder, KeyShare
from ancu.apps.tips.selectors.opening import hand_of
from ancu.apps.tips.selectors.units import no_longer_handlers, ready_units
from ancu.apps.tips.services import holding
from ancu.apps.tips.tests.factories import hand, make_scene

pytestmark = [pytest.mark.django_db, pytest.mark.stage(make=make_scene)]


def unit_of_office(laid: Any) -> HandlingUnit:
    unit: HandlingUnit = HandlingUnit.objects.get(agency=laid.provincial_agency)
    return unit


def test_the_share_is_destroyed_and_the_others_are_asked_to_change_the_key(laid: Any) -> None:
    unit, thu = unit_of_office(laid), laid.users["thu"]
    holder = Holder.objects.get(user=thu)
    tasks = officers.end_officer(laid.actor("rosa"), user=thu)
    assert len(tasks) == 1 and "one holder" in tasks[0]
    assert not KeyShare.objects.filter(holder=holder).exists()
    holder.refresh_from_db()
    assert holder.left_at is not None and hand_of(holder, b"0" * 32) is None
    assert unit not in ready_units()
    assert Notification.objects.filter(user=laid.users["tam"]).exists()
    page = laid.client("tam").get("/office/tips/keys/").content.decode()
    assert "An officer who has left held this key" in page
    holding.rotate(actor=laid.actor("tam"), hand=hand(laid.actor("tam")))
    assert no_longer_handlers(unit) == set()


def test_the_last_holder_is_ended_and_the_administrator_is_told(laid: Any) -> None:
    unit = unit_of_office(laid)
    officers.end_officer(laid.actor("rosa"), user=laid.users["thu"])
    path = f"/office/administration/officers/{laid.users['tam'].pk}/end/"
    page = laid.client("rosa").post(path, follow=True).content.decode()
    assert "has no holder of its key left" in page and unit.agency.name in page


def test_who_still_handles_tips_there_keeps_the_key(laid: Any) -> None:
    from ancu.core.leaving import end_access

    assert end_access(laid.actor("rosa"), laid.users["thu"].pk) == []
    assert Holder.objects.get(user=laid.users["thu"]).left_at is None
