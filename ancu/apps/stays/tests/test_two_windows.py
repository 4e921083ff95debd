"""One guest corrected in two windows: nothing is restored silently, and a conflict is shown."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from ancu.apps.stays.models import Stay
from ancu.apps.stays.tests.factories import make_stay

pytestmark = pytest.mark.django_db


def opened(client: Any, stay: Stay) -> dict[str, str]:
    """The answers of the page that corrects, as a browser would send them back."""
    form = client.get(reverse("stays:correct", args=[stay.pk])).context["form"]
    answers = {name: form[name].value() for name in form.fields}
    shown = {
        name: f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value or "") for name, value in answers.items()
    }
    shown["birth_date"] = "/".join(reversed(stay.birth_date.split("-")))
    return shown | {"version": str(client.get(reverse("stays:correct", args=[stay.pk])).context["version"])}


def test_an_older_window_does_not_restore_what_another_corrected(world: Any) -> None:
    stay = make_stay(world.lodging, room="201", purpose="")
    url = reverse("stays:correct", args=[stay.pk])
    bob, alice = world.client("bob"), world.client("alice")
    old = opened(bob, stay)
    assert alice.post(url, opened(alice, stay) | {"room": "305", "sex": "F"}).status_code == 302
    assert bob.post(url, old | {"full_name": "HOFFMANN JOERG B"}).status_code == 302
    stay.refresh_from_db()
    assert (stay.full_name, stay.room, stay.sex) == ("HOFFMANN JOERG B", "305", "F")


def test_what_both_windows_changed_is_shown_and_asked(world: Any) -> None:
    stay = make_stay(world.lodging, room="201", purpose="")
    url = reverse("stays:correct", args=[stay.pk])
    bob, alice = world.client("bob"), world.client("alice")
    old = opened(bob, stay)
    alice.post(url, opened(alice, stay) | {"room": "305", "sex": "F"})
    page = bob.post(url, old | {"room": "7B"})
    body = page.content.decode()
    assert page.status_code == 409 and "Alice" in body and "<ins>305</ins>" in body and 'value="7B"' in body
    stay.refresh_from_db()
    assert stay.room == "305"
    again = {**old, "room": "7B", "sex": "F", "version": str(page.context["version"])}
    assert page.context["form"]["sex"].value() == "F"  # what only the other changed is taken over
    assert bob.post(url, again).status_code == 302
    stay.refresh_from_db()
    assert (stay.room, stay.sex) == ("7B", "F")


def test_the_same_value_in_both_windows_is_no_conflict(world: Any) -> None:
    stay = make_stay(world.lodging, room="201", purpose="")
    url = reverse("stays:correct", args=[stay.pk])
    bob, alice = world.client("bob"), world.client("alice")
    old = opened(bob, stay)
    alice.post(url, opened(alice, stay) | {"room": "305"})
    assert bob.post(url, old | {"room": "305"}).status_code == 302
