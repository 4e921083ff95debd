"""A tip handler who is no longer one opens nothing, and the unit is told."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import translation
from procrastinate.contrib.django.models import ProcrastinateJob

from ancu.apps.accounts import tasks as account_tasks
from ancu.apps.accounts.models import Membership
from ancu.apps.accounts.services import officers, terms
from ancu.apps.messaging.models import Notification
from ancu.apps.tips.models import HandlingUnit, KeyHolder, KeyShare
from ancu.apps.tips.selectors.opening import unlocked_keys_of
from ancu.apps.tips.selectors.units import former_handlers, ready_units
from ancu.apps.tips.services import unit_keys
from ancu.apps.tips.tests.factories import hand, make_scene
from ancu.core import clock
from ancu.core.actor import system
from ancu.core.registry.access_end import end_access

pytestmark = [pytest.mark.django_db, pytest.mark.stage(make=make_scene)]


def unit_of_office(shared_data: Any) -> HandlingUnit:
    unit: HandlingUnit = HandlingUnit.objects.get(agency=shared_data.provincial_agency)
    return unit


def test_the_share_is_destroyed_and_the_others_are_asked_to_change_the_key(shared_data: Any) -> None:
    unit, thu = unit_of_office(shared_data), shared_data.users["thu"]
    holder = KeyHolder.objects.get(user=thu)
    with translation.override("en"):
        tasks = officers.end_officer(shared_data.actor("rosa"), user=thu, reason="moved away")
    assert len(tasks) == 1 and "Only one person still holds the key" in tasks[0]
    assert not KeyShare.objects.filter(holder=holder).exists()
    holder.refresh_from_db()
    assert holder.left_at is not None and unlocked_keys_of(holder, b"0" * 32) is None
    assert unit not in ready_units()
    assert Notification.objects.filter(user=shared_data.users["tam"]).exists()
    page = shared_data.client("tam").get("/office/tips/keys/").content.decode()
    assert "An officer who has left held this key" in page
    unit_keys.rotate_key(actor=shared_data.actor("tam"), hand=hand(shared_data.actor("tam")))
    assert former_handlers(unit) == set()


def test_the_last_holder_is_ended_and_the_administrator_is_told(shared_data: Any) -> None:
    unit = unit_of_office(shared_data)
    officers.end_officer(shared_data.actor("rosa"), user=shared_data.users["thu"], reason="moved away")
    path = f"/office/administration/officers/{shared_data.users['tam'].pk}/end/"
    page = (
        shared_data.client("rosa", new_session=True).post(path, {"reason": "moved away"}, follow=True).content.decode()
    )
    assert "No one holds the key of" in page and unit.agency.name in page


def test_who_still_handles_tips_there_keeps_the_key(shared_data: Any) -> None:
    assert end_access(shared_data.actor("rosa"), shared_data.users["thu"].pk) == []
    assert KeyHolder.objects.get(user=shared_data.users["thu"]).left_at is None


def test_administrators_get_a_letter_when_the_last_holder_ends_by_a_date(shared_data: Any) -> None:
    holders = KeyHolder.objects.filter(unit=unit_of_office(shared_data)).values("user_id")
    Membership.objects.filter(user_id__in=holders).update(ends_on=clock.today() - timedelta(days=1))
    assert terms.end_expired(system("test")) == 2
    for job in ProcrastinateJob.objects.filter(task_name="accounts.send_tasks").order_by("id"):
        account_tasks.send_tasks(**job.args)
    letters = [message for message in mail.outbox if message.to == [shared_data.users["rosa"].email]]
    assert len(letters) == 2 and shared_data.provincial_agency.name in letters[-1].body
