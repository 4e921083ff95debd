"""Rows whose guest resembles a declared one: they wait until a person says whether the two are one guest."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from ancu.apps.stays.models import Stay, UndeclaredRow
from ancu.apps.stays.selectors.undeclared import is_in_house
from ancu.apps.stays.services import correct, uploads
from ancu.apps.stays.tests.test_undeclared import answers, declare_file, page, row_url, strip, waiting_count
from ancu.apps.stays.tests.test_uploads import line
from ancu.core.testing import texts
from ancu.engines.exchange import Guest

pytestmark = pytest.mark.django_db
UNREAD = "???"
TWINS = (line("MOON JI WOO", "M7310042", UNREAD), line("MOON JI SOO", "M7310042", UNREAD))


@pytest.fixture(autouse=True)
def _files_of_the_test(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    uploads._reading.cache_clear()


@pytest.fixture
def bob(world: Any) -> Client:
    client: Client = world.client("bob")
    return client


def declare_row(client: Client, row: UndeclaredRow, **corrections: str) -> Any:
    return client.post(row_url(row), answers(client, row, **corrections, declare="1"), follow=True)


@pytest.mark.slow
def test_a_twin_with_a_copied_number_waits_until_declared(bob: Client) -> None:
    declare_file(bob, line(), *TWINS, good=1)
    first, second = UndeclaredRow.objects.order_by("position")
    declare_row(bob, first, nationality="KOR")
    assert waiting_count(bob) == 1 and "MOON JI SOO" in page(bob)
    assert "1 guest is not declared yet" in strip(bob)
    upload_page = bob.get(reverse("stays:upload_preview", args=[second.upload_id])).content.decode()
    assert row_url(second) in upload_page
    notice_page = declare_row(bob, second, nationality="KOR")
    assert notice_page.redirect_chain[-1][0] == row_url(second)
    second.refresh_from_db()
    assert second.state == "open" and waiting_count(bob) == 1
    text = notice_page.content.decode()
    stay = Stay.objects.get(document_number="M7310042")
    assert "MOON JI SOO: The document" in text and reverse("stays:stay", args=[stay.pk]) in text
    assert stay.submission.number in text and "<ins>MOON JI SOO</ins>" in text
    declare_row(bob, second, document_number="M7310043")
    assert Stay.objects.filter(full_name="MOON JI SOO").exists() and waiting_count(bob) == 0


def test_the_same_guest_is_dismissed_in_one_click(bob: Client) -> None:
    declare_file(bob, line(), *TWINS, good=1)
    first, second = UndeclaredRow.objects.order_by("position")
    declare_row(bob, first, nationality="KOR")
    row_page = bob.get(row_url(second)).content.decode()
    assert 'name="dismissal" value="otherwise"' in row_page
    bob.post(reverse("stays:undeclared_dismiss"), {"row": [second.pk], "dismissal": "otherwise"})
    second.refresh_from_db()
    assert (second.state, second.dismissal, waiting_count(bob)) == ("dismissed", "otherwise", 0)


def test_a_second_passport_under_one_name_and_birth_date_waits(bob: Client) -> None:
    declare_file(bob, line(), line("BERGSTROM ELSA", "SE102772", UNREAD), good=1)
    row = UndeclaredRow.objects.get()
    declare_file(bob, line("BERGSTROM ELSA", "SE101772", "SWE"), good=1)
    assert waiting_count(bob) == 1 and "SE101772" in bob.get(row_url(row)).content.decode()
    assert "1 guest declared." in declare_row(bob, row, nationality="SWE").content.decode()
    assert set(Stay.objects.values_list("document_number", flat=True)) >= {"SE101772", "SE102772"}


@pytest.mark.slow
def test_a_row_like_a_declared_guest_is_not_declared_with_the_others(bob: Client) -> None:
    declare_file(bob, line(), *TWINS, line("SUTARNO", "X0000777", UNREAD), good=1)
    first, second, unlike_guest = UndeclaredRow.objects.order_by("position")
    declare_row(bob, first, nationality="KOR")
    for row in (second, unlike_guest):
        code = "KOR" if row == second else "IDN"
        bob.post(row_url(row), answers(bob, row, nationality=code, save="1"))
    list_page = bob.get(reverse("stays:undeclared"))
    assert (list_page.context["total"], list_page.context["ready"]) == (2, 1)
    assert "Similar to a declared guest: check" in list_page.content.decode()
    bob.post(reverse("stays:undeclared_declare"), {"good": "1"})
    assert waiting_count(bob) == 1 and Stay.objects.count() == 3


def test_twins_made_ready_together_are_not_taken_for_one(world: Any, bob: Client) -> None:
    declare_file(bob, line(), *TWINS, good=1)
    rows = list(UndeclaredRow.objects.order_by("position"))
    for row in rows:
        bob.post(row_url(row), answers(bob, row, nationality="KOR", save="1"))
    answer = bob.post(reverse("stays:undeclared_declare"), {"good": "2"}, follow=True).content.decode()
    assert "1 guest declared." in answer and "MOON JI SOO: The document" in answer
    assert "declared before" not in answer and waiting_count(bob) == 1


def test_a_row_with_an_unread_name_disappears_once_the_guest_is_declared_otherwise(bob: Client) -> None:
    declare_file(bob, line(), line("", "X0000777", "IDN"), good=1)
    row = UndeclaredRow.objects.get()
    assert (row.name_key, row.document_number) == ("", "X0000777")
    declare_file(bob, line("SUTARNO", "X0000777", "IDN"), good=1)
    assert waiting_count(bob) == 0


@pytest.mark.parametrize("button", ["declare", "save"])
def test_a_row_corrected_to_a_declared_guest_says_so(button: str, bob: Client) -> None:
    declare_file(bob, line(), line("SUTARNO B", "X0000777", UNREAD), good=1)
    row = UndeclaredRow.objects.get()
    declare_file(bob, line("SUTARNO", "X0000777", "IDN"), good=1)
    assert waiting_count(bob) == 1
    answer = bob.post(
        row_url(row), answers(bob, row, full_name="SUTARNO", nationality="IDN") | {button: "1"}, follow=True
    )
    stay = Stay.objects.get(document_number="X0000777")
    assert answer.redirect_chain[-1][0] == reverse("stays:stay", args=[stay.pk])
    assert texts.ALREADY_BEEN_DECLARED in answer.content.decode() and waiting_count(bob) == 0


def test_a_guest_in_a_picture_who_resembles_one_in_house_is_not_passed_over(world: Any, bob: Client) -> None:
    declare_file(bob, line("BERGSTROM ELSA", "SE101772", "SWE"), good=1)
    guest = Guest(full_name="BERGSTROM ELSA", document_number="SE102772", birth_date="1990-03-08")
    assert not is_in_house(world.lodging, guest)
    assert is_in_house(world.lodging, Guest(full_name="BERGSTROM ELSA", birth_date="1990-03-08"))
    assert not is_in_house(world.lodging, Guest(document_number="SE101772"))


def test_a_row_like_nobody_declared_has_no_notice(bob: Client) -> None:
    declare_file(bob, line(), line("SUTARNO", "X0000777", UNREAD), good=1)
    assert "similar-stay" not in bob.get(row_url(UndeclaredRow.objects.get())).content.decode()


def test_a_twin_in_a_file_without_errors_waits_too(bob: Client) -> None:
    """Taken for the first, whose number was copied to both, the second would never be declared."""
    twins = [line(name, "M7310042", "KOR") for name in ("MOON JI WOO", "MOON JI SOO")]
    declare_file(bob, *twins, good=1)
    row = UndeclaredRow.objects.get()
    assert waiting_count(bob) == 1 and "<ins>MOON JI SOO</ins>" in bob.get(row_url(row)).content.decode()
    declare_row(bob, row, document_number="M7310043")
    assert waiting_count(bob) == 0 and Stay.objects.filter(full_name="MOON JI SOO").exists()


def test_a_guest_corrected_since_does_not_wait_when_the_file_comes_again(bob: Client, world: Any) -> None:
    declare_file(bob, line(), good=1)
    stay = Stay.objects.get()
    correct(actor=world.actor("bob"), stay_id=stay.pk, changes={"full_name": stay.full_name[:-1] + "X"}, confirmed=None)
    declare_file(bob, line(), line("OTHER GUEST", "Z7654321", "IDN"), good=2)
    assert waiting_count(bob) == 0


def test_the_declaration_corrected_as_the_file_says_settles_the_row(bob: Client, world: Any) -> None:
    declare_file(bob, line("SUTARNO", "X0000777", "IDN"), good=1)
    declare_file(bob, line("SUTARNA", "X0000777", "IDN"), good=1)
    assert waiting_count(bob) == 1
    correct(actor=world.actor("bob"), stay_id=Stay.objects.get().pk, changes={"full_name": "SUTARNA"}, confirmed=None)
    assert waiting_count(bob) == 0
