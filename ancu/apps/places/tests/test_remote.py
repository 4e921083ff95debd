from datetime import date

import pytest

from ancu.apps.audit.models import Event
from ancu.apps.places import selectors, services
from ancu.apps.places.models import RemoteArea
from ancu.core.errors import Conflict, Forbidden

pytestmark = pytest.mark.django_db
URL = "/places/remote"


def test_the_administrator_sets_and_ends_a_remote_period(world):
    rosa = world.client("rosa")
    response = rosa.post(URL, {"unit": "Mai Ha", "valid_from": "01/01/2026", "valid_until": ""})
    assert response["location"] == URL
    period = RemoteArea.objects.get()
    assert period.unit == world.units.commune
    assert selectors.is_remote([world.units.commune.pk], date(2026, 1, 1))
    assert not selectors.is_remote([world.units.commune.pk], date(2025, 12, 31))
    rosa.post(f"{URL}/{period.pk}/end", {"valid_until": "30/06/2026"})
    assert selectors.is_remote([world.units.commune.pk], date(2026, 6, 30))
    assert not selectors.is_remote([world.units.commune.pk], date(2026, 7, 1))
    assert "Xã Mai Hạ" in rosa.get(URL).content.decode()
    assert set(Event.objects.filter(act__startswith="places.").values_list("act", flat=True)) == {
        "places.set_remote", "places.end_remote"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"unit": "Chiềng Châu", "valid_from": "01/01/2026"}, "unit"),
        ({"unit": "Mai Hạ", "valid_from": "01/01/2026", "valid_until": "31/12/2025"}, "valid_until"),
        ({"unit": "Mai Hạ", "valid_from": ""}, "valid_from"),
        ({"unit": "nowhere", "valid_from": "01/01/2026"}, "unit"),
    ],
)
def test_what_is_refused_says_why(world, data, field):
    page = world.client("rosa").post(URL, data)
    assert page.status_code == 200 and list(page.context["form"].errors) == [field]
    assert not RemoteArea.objects.exists()


def test_periods_do_not_overlap(world):
    rosa, unit = world.actor("rosa"), world.units.commune
    services.set_remote(rosa, unit=unit, valid_from=date(2026, 1, 1), valid_until=date(2026, 6, 30))
    with pytest.raises(Conflict):
        services.set_remote(rosa, unit=unit, valid_from=date(2026, 6, 30))
    with pytest.raises(Conflict):
        services.set_remote(rosa, unit=unit, valid_from=date(2025, 1, 1), valid_until=date(2026, 1, 1))
    services.set_remote(rosa, unit=unit, valid_from=date(2026, 7, 1))
    page = world.client("rosa").post(URL, {"unit": "Mai Hạ", "valid_from": "01/08/2026"})
    assert "valid_from" in page.context["form"].errors


@pytest.mark.parametrize("name", ["alice", "bob", "olga", "quynh"])
def test_nobody_else(world, name):
    assert world.client(name).get(URL).status_code == 403
    assert world.client(name).post(f"{URL}/1/end", {"valid_until": "30/06/2026"}).status_code == 403
    with pytest.raises(Forbidden):
        services.set_remote(world.actor(name), unit=world.units.commune, valid_from=date(2026, 1, 1))


def test_methods_and_strangers(world):
    assert world.client().get(URL).status_code == 302
    assert world.client("rosa").delete(URL).status_code == 405
    assert world.client("rosa").get(f"{URL}/1/end").status_code == 405
    assert world.client("rosa").post(f"{URL}/999/end", {"valid_until": "30/06/2026"}).status_code == 404


def test_a_last_day_that_does_not_fit_is_a_message_on_the_list(world):
    rosa = world.client("rosa")
    period = services.set_remote(world.actor("rosa"), unit=world.units.commune, valid_from=date(2026, 3, 1))
    page = rosa.post(f"{URL}/{period.pk}/end", {"valid_until": "28/02/2026"}, follow=True)
    assert page.status_code == 200 and "The last day is before the first day." in page.content.decode()
    period.refresh_from_db()
    assert period.valid_until is None


def test_a_period_is_not_ended_into_the_next_one(world):
    actor, unit = world.actor("rosa"), world.units.commune
    first = services.set_remote(actor, unit=unit, valid_from=date(2026, 1, 1), valid_until=date(2026, 6, 30))
    services.set_remote(actor, unit=unit, valid_from=date(2026, 7, 1))
    with pytest.raises(Conflict):
        services.end_remote(actor, period=first, valid_until=date(2026, 8, 1))
