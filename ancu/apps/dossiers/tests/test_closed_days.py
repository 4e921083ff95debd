"""A day becomes a day off: who has an appointment then gets a letter and can choose another time."""

from datetime import time, timedelta

import pytest
from django.urls import reverse

from ancu.apps.dossiers.enums import RuleKind, SlotPurpose
from ancu.apps.dossiers.models import Appointment, Slot
from ancu.apps.dossiers.services import slots
from ancu.apps.dossiers.services.counters import OpeningPeriod
from ancu.apps.dossiers.services.rule_changes import DraftedChange
from ancu.apps.dossiers.tasks import apply_calendar
from ancu.apps.dossiers.tests.factories import make_cast, make_counter, make_submitted
from ancu.apps.dossiers.tests.rule_scenes import make_amendment
from ancu.apps.lodging.tests.factories import World
from ancu.apps.messaging.models import Notification
from ancu.core import clock

pytestmark = pytest.mark.django_db


def test_a_day_off_cancels_the_appointments_of_that_day_with_a_letter(world: World) -> None:
    cast = make_cast(world)
    make_counter(cast, [OpeningPeriod(day, time(8), time(11)) for day in range(5)])
    dossier, later_dossier = make_submitted(cast), make_submitted(cast)
    first, *_between, last = Slot.objects.filter(starts_at__gt=clock.now() + timedelta(days=3)).order_by("starts_at")
    for booked, slot in ((dossier, first), (later_dossier, last)):
        slots.book(cast.actor("ramon"), dossier=booked, slot=slot, purpose=SlotPurpose.BRING)
    day = clock.local(first.starts_at).date()
    change = DraftedChange(
        rule=RuleKind.DAY.value, entry=day.isoformat(),
        values={"kind": "holiday", "name_vi": "Nghỉ", "name_en": "Day off"}, valid_from=day, article_vi="Thông báo 1",
        article_en="Notice 1", reason="Announced by the Government.",
    )  # fmt: skip
    make_amendment(cast, change)
    apply_calendar()
    apply_calendar()
    assert Appointment.objects.get(dossier=dossier).cancelled_at is not None
    assert Appointment.objects.get(dossier=later_dossier).cancelled_at is None
    first.refresh_from_db()
    assert first.booked_places == 0
    letter = Notification.objects.get(template="dossiers/letters/day_closed.txt", channel="email")
    assert f"{clock.local(first.starts_at):%d/%m/%Y}" in letter.body
    page = cast.client("ramon").get(reverse("dossiers:page", args=[dossier.number])).content.decode()
    assert "The office cancelled an appointment because it is closed on that day." in page
