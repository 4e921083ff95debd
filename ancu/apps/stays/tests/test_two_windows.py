"""One guest corrected in two windows: nothing is restored silently, and a conflict is shown."""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from ancu.apps.stays.models import Stay, UndeclaredRow, Upload
from ancu.apps.stays.services import change_room, uploads
from ancu.apps.stays.tests.factories import make_stay
from ancu.apps.stays.tests.test_lodging_pages import guest as form_answers
from ancu.apps.stays.tests.test_uploads import answers_of, csv, line, send
from ancu.core import clock
from ancu.core.testing import texts
from ancu.core.testing.html import without_line_breaks

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def opened(client: Any, stay: Stay) -> dict[str, str]:
    """The answers of the page that corrects, as a browser would send them back."""
    form = client.get(reverse("stays:correct", args=[stay.pk])).context["form"]
    answers = {name: form[name].value() for name in form.fields}
    page_texts = {
        name: f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value or "") for name, value in answers.items()
    }
    page_texts["birth_date"] = "/".join(reversed(stay.birth_date.split("-")))
    return page_texts | {"version": str(client.get(reverse("stays:correct", args=[stay.pk])).context["version"])}


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
    resubmitted = {**old, "room": "7B", "sex": "F", "version": str(page.context["version"])}
    assert page.context["form"]["sex"].value() == "F"  # what only the other changed is taken over
    assert bob.post(url, resubmitted).status_code == 302
    stay.refresh_from_db()
    assert (stay.room, stay.sex) == ("7B", "F")


def test_ones_own_other_window_is_not_somebody_else(world: Any) -> None:
    stay = make_stay(world.lodging, room="201", purpose="")
    url, bob = reverse("stays:correct", args=[stay.pk]), world.client("bob")
    old = opened(bob, stay)
    bob.post(url, old | {"room": "305"})
    body = bob.post(url, old | {"room": "7B"}).content.decode()
    assert (
        re.search(r"You changed this yourself in another window at \d\d:\d\d", body) and texts.SOMEONE_ELSE not in body
    )
    world.client("alice").post(url, opened(bob, stay) | {"room": "306"})
    assert texts.SOMEONE_ELSE in bob.post(url, old | {"room": "7B"}).content.decode()


def test_a_draft_belongs_to_the_version_of_the_stay_it_was_typed_on(world: Any) -> None:
    """A day of leaving typed before an extension must not come back after it."""

    def draft_names() -> set[str]:
        pages = [bob.get(reverse(f"stays:{name}", args=[stay.pk])) for name in ("stay", "correct")]
        return {name for page in pages for name in re.findall(r'data-draft="([^"]+)"', page.content.decode())}

    stay, bob = make_stay(world.lodging, room="201"), world.client("bob")
    before = draft_names()
    assert {name.rsplit("-", 2)[0] for name in before} == {"correct", "check-out", "extend", "room", "withdraw"}
    assert draft_names() == before
    change_room(actor=world.actor("bob"), stay_id=stay.pk, room="305")
    assert not draft_names() & before


def test_the_same_value_in_both_windows_is_no_conflict(world: Any) -> None:
    stay = make_stay(world.lodging, room="201", purpose="")
    url = reverse("stays:correct", args=[stay.pk])
    bob, alice = world.client("bob"), world.client("alice")
    old = opened(bob, stay)
    alice.post(url, opened(alice, stay) | {"room": "305"})
    assert bob.post(url, old | {"room": "305"}).status_code == 302


def act(client: Any, stay: Stay, name: str, version: object, **answers: str) -> Any:
    return client.post(reverse(f"stays:{name}", args=[stay.pk]), {"version": str(version), **answers})


def version_on_page(client: Any, stay: Stay) -> object:
    return client.get(reverse("stays:stay", args=[stay.pk])).context["version"]


@pytest.mark.parametrize(("name", "field"), [("change_room", "room"), ("extend", "expected_departure")])
def test_an_act_from_an_older_page_shows_what_another_has_saved(world: Any, name: str, field: str) -> None:
    today = clock.today()
    first, second = ("305", "7B") if field == "room" else (today + 6 * DAY, today + 4 * DAY)
    stay = make_stay(world.lodging, room="201")
    bob, alice = world.client("bob"), world.client("alice")
    old = version_on_page(bob, stay)
    assert act(alice, stay, name, old, **{field: written(first)}).status_code == 302
    page = act(bob, stay, name, old, **{field: written(second)})
    body = page.content.decode()
    assert page.status_code == 409 and "Alice" in body and f"<ins>{written(first)}</ins>" in body
    assert f'value="{written(second)}"' in body, "what was typed stays"
    stay.refresh_from_db()
    assert getattr(stay, field) == first
    assert act(bob, stay, name, page.context["version"], **{field: written(second)}).status_code == 302
    stay.refresh_from_db()
    assert getattr(stay, field) == second


def written(value: object) -> str:
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value)


def test_what_another_changed_elsewhere_in_the_declaration_holds_no_act_up(world: Any) -> None:
    stay = make_stay(world.lodging, room="201")
    bob, alice = world.client("bob"), world.client("alice")
    old = version_on_page(bob, stay)
    later = written(clock.today() + 4 * DAY)
    assert act(alice, stay, "extend", old, expected_departure=later).status_code == 302
    assert act(bob, stay, "change_room", old, room="305").status_code == 302
    assert act(alice, stay, "change_room", old, room="305").status_code == 302, "the same room is no conflict"


def test_a_question_about_the_new_day_does_not_hide_what_another_has_saved(world: Any) -> None:
    stay = make_stay(world.lodging, permitted_until=clock.today() + timedelta(days=3))
    bob, alice = world.client("bob"), world.client("alice")
    old = version_on_page(bob, stay)
    day = written(clock.today() + timedelta(days=9))
    assert act(alice, stay, "extend", old, expected_departure=written(clock.today() + DAY)).status_code == 302
    asking = act(bob, stay, "extend", old, expected_departure=day)
    assert asking.status_code == 422
    sure, version = asking.context["sure"], asking.context["version"]
    assert act(bob, stay, "extend", version, expected_departure=day, sure=sure).status_code == 409


def test_a_day_of_leaving_from_an_older_page_is_not_written_over_another(world: Any) -> None:
    stay = make_stay(world.lodging, arrived_on=clock.today() - timedelta(days=5))
    bob = world.client("bob")
    old = version_on_page(bob, stay)
    presumed = clock.today() - DAY
    Stay.objects.filter(pk=stay.pk).update(departed_on=presumed, departure_presumed=True)
    departure = written(clock.today() - timedelta(days=2))
    page = act(bob, stay, "check_out", old, departed_on=departure)
    assert page.status_code == 409 and f"<ins>{written(presumed)}</ins>" in page.content.decode()
    assert act(bob, stay, "check_out", page.context["version"], departed_on=departure).status_code == 302


def test_the_words_fit_an_earlier_day(world: Any) -> None:
    stay = make_stay(world.lodging, expected_departure=clock.today() + timedelta(days=9))
    bob = world.client("bob")
    act(bob, stay, "extend", version_on_page(bob, stay), expected_departure=written(clock.today() + DAY))
    body = bob.get(reverse("stays:stay", args=[stay.pk])).content.decode()
    assert "is changed." in body and "stays longer" not in body


def test_a_correction_of_a_guest_withdrawn_meanwhile_is_shown_as_not_saved(world: Any) -> None:
    stay = make_stay(world.lodging, room="201")
    bob, alice = world.client("bob"), world.client("alice")
    old = opened(bob, stay)
    act(alice, stay, "withdraw", "", reason="Declared twice")
    page = bob.post(reverse("stays:correct", args=[stay.pk]), old | {"room": "7B"})
    body = page.content.decode()
    assert (
        page.status_code == 409 and "has since been withdrawn" in body and "Alice" in body and "Declared twice" in body
    )
    assert "Your correction was not saved" in body and 'value="7B"' in body and "Save the correction" not in body
    stay.refresh_from_db()
    assert (stay.room, stay.status) == ("201", "withdrawn")


def test_a_check_out_from_an_older_page_does_not_go_over_an_extension(world: Any) -> None:
    today, stay = clock.today(), make_stay(world.lodging)
    bob, alice = world.client("bob"), world.client("alice")
    old = version_on_page(bob, stay)
    act(alice, stay, "extend", old, expected_departure=written(today + 6 * DAY))
    page = act(bob, stay, "check_out", old, departed_on=written(today))
    assert page.status_code == 409 and f"<ins>{written(today + 6 * DAY)}</ins>" in page.content.decode()
    stay.refresh_from_db()
    assert stay.departed_on is None


def test_guests_chosen_on_an_older_page_are_not_checked_out_over_an_extension(world: Any) -> None:
    today, stays = clock.today(), [make_stay(world.lodging), make_stay(world.lodging, document_number="C02")]
    bob, alice = world.client("bob"), world.client("alice")
    url, answers = reverse("stays:check_out_many"), {"stay": [s.pk for s in stays], "bulk-departed_on": written(today)}
    version = bob.post(url, answers).context["version"]
    act(alice, stays[0], "extend", "", expected_departure=written(today + 6 * DAY))
    page = bob.post(url, answers | {"sure": "1", "version": str(version)})
    assert page.status_code == 409 and f"<ins>{written(today + 6 * DAY)}</ins>" in page.content.decode()
    assert not Stay.objects.filter(departed_on__isnull=False).exists()
    assert bob.post(url, answers | {"sure": "1", "version": str(page.context["version"])}).status_code == 302
    assert Stay.objects.filter(departed_on=today).count() == 2


@pytest.fixture
def row_urls(world: Any, settings: Any, tmp_path: Path) -> dict[str, str]:
    """The pages that correct a row of a file and a guest who is not declared yet, both of the same wrong line."""
    settings.MEDIA_ROOT = tmp_path
    uploads._reading.cache_clear()
    wrong = csv(line(), line("SUTARNO", "X0000777", "???"))
    send(world.client("bob"), wrong)
    declared = Upload.objects.get()
    world.client("bob").post(reverse("stays:upload_confirm", args=[declared.pk]), {"good": "1"})
    send(world.client("bob"), wrong)
    upload = Upload.objects.exclude(pk=declared.pk).get()
    return {
        "file": reverse("stays:upload_row", args=[upload.pk, 2]),
        "undeclared": reverse("stays:undeclared_row", args=[UndeclaredRow.objects.get().pk]),
    }


def row_answers(client: Any, url: str) -> dict[str, str]:
    """The answers of a row's page as a browser would send them back, with the country that the file lacks."""
    return answers_of(client.get(url).context["form"]) | {"nationality": "IDN", "save": "1"}


def current_texts(client: Any, url: str) -> dict[str, str]:
    initial = client.get(url).context["form"].initial
    return {name: str(initial[name]) for name in ("room", "full_name", "sex")}


@pytest.mark.parametrize("kind", ["file", "undeclared"])
def test_a_row_in_an_older_window_does_not_restore_what_another_saved(
    world: Any, row_urls: dict[str, str], kind: str
) -> None:
    url, bob, alice = row_urls[kind], world.client("bob"), world.client("alice")
    old = row_answers(bob, url)
    assert alice.post(url, row_answers(alice, url) | {"room": "305", "sex": "M"}).status_code == 302
    assert bob.post(url, old | {"full_name": "SUTARNO B"}).status_code == 302
    assert current_texts(bob, url) == {"room": "305", "full_name": "SUTARNO B", "sex": "M"}


@pytest.mark.parametrize("kind", ["file", "undeclared"])
def test_ones_own_other_window_of_a_row_is_not_somebody_else(world: Any, row_urls: dict[str, str], kind: str) -> None:
    url, bob = row_urls[kind], world.client("bob")
    body = bob.get(url).content.decode()
    assert "Row 2" in body and "line 3 of the file" in body, "both pages name a row alike"
    old = row_answers(bob, url)
    bob.post(url, old | {"room": "305"})
    body = bob.post(url, old | {"room": "7B"}).content.decode()
    assert "You changed this yourself in another window" in body and texts.SOMEONE_ELSE not in body


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["file", "undeclared"])
def test_what_both_windows_changed_of_a_row_is_shown_and_asked(world: Any, row_urls: dict[str, str], kind: str) -> None:
    url, bob, alice = row_urls[kind], world.client("bob"), world.client("alice")
    old = row_answers(bob, url)
    alice.post(url, row_answers(alice, url) | {"room": "305", "sex": "M"})
    page = bob.post(url, old | {"room": "7B"})
    body = page.content.decode()
    assert page.status_code == 409 and "Someone else has changed this guest" in body and "Alice" in body
    assert "<ins>305</ins>" in body and 'value="7B"' in body and page.context["form"]["sex"].value() == "M"
    assert current_texts(bob, url)["room"] == "305"
    assert bob.post(url, answers_of(page.context["form"]) | {"save": "1"}).status_code == 302
    assert current_texts(bob, url) == {"room": "7B", "full_name": "SUTARNO", "sex": "M"}


@pytest.mark.parametrize("kind", ["file", "undeclared"])
def test_a_row_settled_meanwhile_says_so_and_keeps_what_was_typed(
    world: Any, row_urls: dict[str, str], kind: str
) -> None:
    url, bob, alice = row_urls[kind], world.client("bob"), world.client("alice")
    old = row_answers(bob, url)
    if kind == "file":
        alice.post(reverse("stays:upload_discard", args=[url.split("/")[3]]), {"dismissal": "no_guest"})
    else:
        alice.post(url, row_answers(alice, url) | {"declare": "1"})
    page = bob.post(url, old | {"room": "7B"})
    body = page.content.decode()
    assert page.status_code == 409 and "already" in body and "Alice" in body and 'value="7B"' in body
    assert 'name="declare"' not in body and texts.SAVE_THIS_ROW not in body


@pytest.mark.parametrize("kind", ["file", "undeclared"])
def test_who_changed_the_fields_in_question_is_named(world: Any, row_urls: dict[str, str], kind: str) -> None:
    url, bob, alice = row_urls[kind], world.client("bob"), world.client("alice")
    old = row_answers(bob, url)
    alice.post(url, row_answers(alice, url) | {"room": "305"})
    bob.post(url, row_answers(bob, url) | {"sex": "M"})  # the last act, in another window
    page = bob.post(url, old | {"room": "7B", "sex": "F"})
    changes = {change.who: [field.name for field in change.fields] for change in page.context["changes_since"]}
    assert page.status_code == 409 and len(changes) == 2
    [alices] = [fields for who, fields in changes.items() if "Alice" in who]
    [bobs] = [fields for who, fields in changes.items() if "Alice" not in who]
    assert sorted(alices) == ["nationality", "room"] and bobs == ["sex"]


def declare_sutarno(world: Any) -> Stay:
    """Declared by the form, as by Alice at the other desk."""
    person = {"document_number": "X0000777", "full_name": "SUTARNO", "birth_date": "08/03/1990", "nationality": "IDN"}
    world.client("alice").post(reverse("stays:declare"), form_answers(**person))
    return Stay.objects.get(document_number="X0000777")


def test_a_guest_declared_elsewhere_meanwhile_is_shown_by_what_is_true_then(
    world: Any, row_urls: dict[str, str]
) -> None:
    url, bob = row_urls["undeclared"], world.client("bob")
    old = row_answers(bob, url)
    UndeclaredRow.objects.update(arrived_on=clock.today())
    stay = declare_sutarno(world)
    page = bob.post(url, old)
    body = page.content.decode()
    assert page.status_code == 409 and "This guest has already been declared." in body and "Alice" in body
    assert reverse("stays:stay", args=[stay.pk]) in body and texts.NOT_DECLARED_YET not in body.partition("<main")[2]
    assert page.context["form"].remarks == [] and 'class="findings"' not in body
    opened_page = bob.get(url, follow=True)
    assert opened_page.redirect_chain == [(reverse("stays:stay", args=[stay.pk]), 302)]
    assert "has already been declared" in opened_page.content.decode()


def test_a_guest_declared_by_the_row_meanwhile_has_no_warnings(world: Any, row_urls: dict[str, str]) -> None:
    url, bob, alice = row_urls["undeclared"], world.client("bob"), world.client("alice")
    old = row_answers(bob, url)
    alice.post(url, row_answers(alice, url) | {"declare": "1"})
    page = bob.post(url, old)
    body = page.content.decode()
    body = without_line_breaks(body)
    assert page.status_code == 409 and 'class="findings"' not in body and "SUTARNO</h1>" in body
    assert reverse("stays:stay", args=[Stay.objects.get(document_number="X0000777").pk]) in body
