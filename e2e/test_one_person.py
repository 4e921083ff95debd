"""A guest returns with a new passport and a misspelt name: the officer reads the proposal, joins and undoes it."""

import pytest
from django.core.management import call_command

from ancu.apps.stays.tests.factories import make_stay
from ancu.apps.travellers.models import TravellerPair
from ancu.apps.travellers.tests.factories import KLAUS, RENEWED, declare
from ancu.core.testing import texts
from e2e.conftest import Invite
from e2e.visitor import Visitor

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_officer_decides_who_is_one_person(invite: Invite, world: object) -> None:
    declare(world.lodging)  # type: ignore[attr-defined]
    back = make_stay(world.lodging, **RENEWED, birth_date=KLAUS["birth_date"])  # type: ignore[attr-defined]
    call_command("match_people", verbosity=0)
    olga = invite("olga")
    she_finds_the_proposal(olga)
    she_reads_why(olga)
    she_says_same_person(olga)
    the_persons_page_shows_both(olga, f"/office/people/{back.identity.traveller_id}/")
    she_undoes_it(olga)
    she_says_they_are_different(olga)
    another_commune_does_not_see_it(invite("pavel"))


def she_finds_the_proposal(olga: Visitor) -> None:
    olga.go("/office/people/")
    olga.check_page()
    olga.follow(olga.link("One person, several records"))
    olga.check_page()
    olga.expect_text(RENEWED["document_number"])
    olga.follow(olga.page.locator("main table a", has_text=KLAUS["full_name"]))


def she_reads_why(olga: Visitor) -> None:
    olga.expect_heading(olga.translate(texts.IS_THIS_ONE_PERSON))
    olga.expect_text("08/03/1984")
    olga.expect_text(
        olga.translate("Different document numbers, %(a)s and %(b)s, as after a renewal.", a="C01X0T478", b="C77Y1K902")
    )
    olga.check_page()


def she_says_same_person(olga: Visitor) -> None:
    olga.follow(olga.button("Confirm as the same person"))
    olga.expect_heading(olga.translate("One person"))
    olga.expect_text(olga.translate("The two records now belong to one person."))
    olga.check_page()


def the_persons_page_shows_both(olga: Visitor, path: str) -> None:
    olga.go(path)
    for number in (KLAUS["document_number"], RENEWED["document_number"]):
        olga.expect_text(number)
    olga.expect_text(olga.translate(texts.WHY_THESE_RECORDS_ARE_ONE))
    olga.check_page()
    olga.follow(olga.page.locator("main a[href*='same-person/']").last)


def she_undoes_it(olga: Visitor) -> None:
    olga.page.locator("main summary", has_text=olga.translate("Undo the join")).click()
    olga.follow(olga.button("Undo the decision"))  # without a reason
    olga.expect_text(olga.translate("Say in a sentence why."))
    olga.check_page()
    olga.page.locator("main [name=undo-reason]").fill("Ảnh hộ chiếu khác nhau")
    olga.follow(olga.button("Undo the decision"))
    olga.expect_heading(olga.translate(texts.IS_THIS_ONE_PERSON))
    olga.expect_text("Ảnh hộ chiếu khác nhau")
    olga.check_page()
    assert TravellerPair.objects.get().state == "open"


def she_says_they_are_different(olga: Visitor) -> None:
    olga.page.locator("main summary", has_text=olga.translate("Different people")).click()
    olga.check_page()
    olga.follow(olga.button("Confirm as different people"))
    olga.expect_heading(olga.translate("Different people"))
    olga.go("/office/same-person/")
    olga.expect_text(olga.translate(texts.NOTHING_TO_DECIDE))
    olga.check_page()
    olga.go("/office/same-person/?state=different")
    olga.expect_text(RENEWED["document_number"])
    olga.check_page()


def another_commune_does_not_see_it(pavel: Visitor) -> None:
    pavel.go("/office/same-person/?state=different")
    assert pavel.page.locator("main table").count() == 0
    assert pavel.status_of(f"/office/same-person/{TravellerPair.objects.get().pk}/") == 404
    pavel.check_page()
