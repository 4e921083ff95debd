"""An outage notice: shown ahead on every public page, gone by itself."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from ancu.apps.audit.models import Event
from ancu.apps.dossiers.tests.factories import make_cast
from ancu.apps.site import rules
from ancu.apps.site.models import OutageNotice
from ancu.apps.site.selectors.public import shown_outages
from ancu.apps.site.services.outages import announce_outage, change_outage, withdraw_outage
from ancu.apps.site.tests.factories import make_outage, reader
from ancu.core import clock
from ancu.core.clock import VIETNAM
from ancu.core.errors import Conflict, Forbidden

pytestmark = pytest.mark.django_db
FORM = {
    "reason_vi": "Bảo trì máy chủ", "reason_en": "Maintenance of the server", "works_vi": "Điện thoại giữ lượt khai.",
    "works_en": "Phones keep what you declare.", "details_vi": "", "details_en": "",
    "starts_at_day": "28/11/2099", "starts_at_time": "22:00", "ends_at_day": "29/11/2099", "ends_at_time": "02:00",
    "shown_from_day": "01/06/2026", "shown_from_time": "08:00",
}  # fmt: skip
PUBLIC_PAGES = ("home", "site:news", "site:privacy", "reporting:public", "stays:self_check", "account_login")


def test_it_is_announced_by_a_form_and_stands_on_every_public_page(world):
    answer = world.client("rosa").post(reverse("site:office-outage-new"), FORM | {"key": uuid4()})
    assert answer.status_code == 302
    outage = OutageNotice.objects.get()
    assert outage.starts_at == datetime(2099, 11, 28, 22, tzinfo=VIETNAM)
    for name in PUBLIC_PAGES:
        page = reader(world, "vi").get(reverse(name)).content.decode()
        assert "Bảo trì máy chủ" in page, name
        assert "22:00 thứ Bảy 28/11/2099" in page, name
    details = reader(world, "en").get(reverse("site:outage", args=[outage.pk]))
    assert "Phones keep what you declare." in details.content.decode()


def test_the_system_status_leads_to_what_still_works(world):
    outage = make_outage(world)
    page = reader(world, "en").get(reverse("status")).content.decode()
    assert page.count(f'href="{reverse("site:outage", args=[outage.pk])}"') == 2  # in the notice above and in the list


def test_it_is_shown_from_its_moment_until_the_end(world):
    now = clock.now()
    ahead = make_outage(world, shown_from=now + timedelta(minutes=5))
    running = make_outage(world, starts_at=now - timedelta(minutes=5))
    over = make_outage(world, starts_at=now - timedelta(minutes=50), ends_at=now - timedelta(minutes=5))
    assert [outage.pk for outage in shown_outages()] == [running.pk]
    for outage, is_shown in ((ahead, False), (running, True), (over, False)):
        assert rules.is_shown(outage, now) is is_shown
        url = reverse("site:outage", args=[outage.pk])
        assert world.client().get(url).status_code == (200 if is_shown else 404)
    assert rules.is_under_way(running, now)
    assert not rules.is_under_way(ahead, now)


def test_a_withdrawn_notice_goes_at_once(world):
    outage = make_outage(world)
    withdraw_outage(actor=make_cast(world).actor("dora"), pk=outage.pk)
    assert shown_outages() == []
    with pytest.raises(Conflict):
        withdraw_outage(actor=world.actor("rosa"), pk=outage.pk)
    with pytest.raises(Conflict):
        change_outage(actor=world.actor("rosa"), pk=outage.pk, reason_vi="Khác")
    acts = Event.objects.filter(subject_type="site.outagenotice").order_by("id").values_list("act", flat=True)
    assert list(acts) == ["site.announced_outage", "site.withdrew_outage"]


@pytest.mark.parametrize("who", ["olga", "quynh", "alice"])
def test_nobody_else_announces(world, who):
    outage = make_outage(world)
    actor = world.actor(who)
    with pytest.raises(Forbidden):
        announce_outage(actor=actor, key=uuid4(), reason_vi="?")
    with pytest.raises(Forbidden):
        change_outage(actor=actor, pk=outage.pk, reason_vi="?")
    with pytest.raises(Forbidden):
        withdraw_outage(actor=actor, pk=outage.pk)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ends_at_day": "28/11/2099", "ends_at_time": "21:00"}, "ends_at_day"),
        ({"shown_from_day": "29/11/2099"}, "shown_from_day"),
        ({"details_en": "Only one."}, "details_vi"),
    ],
)
def test_the_form_says_what_is_wrong(world, changes, field):
    page = world.client("rosa").post(reverse("site:office-outage-new"), FORM | changes | {"key": uuid4()})
    assert page.status_code == 422
    assert page.context["form"].errors.keys() == {field}


def test_the_database_holds_the_order_of_the_moments(world):
    now = clock.now()
    for moments in ({"ends_at": now}, {"shown_from": now + timedelta(days=2)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            make_outage(world, **moments)


def test_a_notice_is_changed(world):
    outage = make_outage(world)
    change_outage(actor=make_cast(world).actor("dora"), pk=outage.pk, works_vi="Phiếu giấy vẫn nhận.")
    assert shown_outages()[0].works_vi == "Phiếu giấy vẫn nhận."
    assert Event.objects.get(act="site.changed_outage").details == {"fields": ["works_vi"]}
