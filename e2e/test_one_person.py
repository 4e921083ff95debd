"""A guest comes back with a new passport and a misspelt name: proposed with reasons, joined, seen together, undone."""

import pytest
from django.core.management import call_command

from ancu.apps.stays.tests.factories import make_stay
from ancu.apps.travellers.models import Pair
from ancu.apps.travellers.tests.factories import KLAUS, RENEWED, declare
from e2e.conftest import Invite
from e2e.walk import Walk

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
    another_commune_knows_nothing_of_it(invite("pavel"))


def she_finds_the_proposal(olga: Walk) -> None:
    olga.go("/office/people/")
    olga.look()
    olga.follow(olga.link("One person, several records"))
    olga.look()
    olga.sees(RENEWED["document_number"])
    olga.follow(olga.page.locator("main table a", has_text=KLAUS["full_name"]))


def she_reads_why(olga: Walk) -> None:
    olga.heading(olga.say("Is this one person?"))
    olga.sees("08/03/1984")
    olga.sees(olga.say("Another document number, %(a)s and %(b)s, as after a renewal.", a="C01X0T478", b="C77Y1K902"))
    olga.look()


def she_says_same_person(olga: Walk) -> None:
    olga.follow(olga.button("Same person"))
    olga.heading(olga.say("One person"))
    olga.sees(olga.say("They are one person now."))
    olga.look()


def the_persons_page_shows_both(olga: Walk, path: str) -> None:
    olga.go(path)
    for number in (KLAUS["document_number"], RENEWED["document_number"]):
        olga.sees(number)
    olga.sees(olga.say("Why these records are one person"))
    olga.look()
    olga.follow(olga.page.locator("main a[href*='same-person/']").last)


def she_undoes_it(olga: Walk) -> None:
    olga.page.locator("main summary", has_text=olga.say("Undo the join")).click()
    olga.follow(olga.button("Undo it"))  # without a reason
    olga.sees(olga.say("Please say in a sentence why."))
    olga.look()
    olga.page.locator("main [name=undo-reason]").fill("Ảnh hộ chiếu khác nhau")
    olga.follow(olga.button("Undo it"))
    olga.heading(olga.say("Is this one person?"))
    olga.sees("Ảnh hộ chiếu khác nhau")
    olga.look()
    assert Pair.objects.get().state == "open"


def she_says_they_are_different(olga: Walk) -> None:
    olga.page.locator("main summary", has_text=olga.say("Different people")).click()
    olga.look()
    olga.follow(olga.button("They are different people"))
    olga.heading(olga.say("Different people"))
    olga.go("/office/same-person/")
    olga.sees(olga.say("Nothing to decide"))
    olga.look()
    olga.go("/office/same-person/?state=different")
    olga.sees(RENEWED["document_number"])
    olga.look()


def another_commune_knows_nothing_of_it(pavel: Walk) -> None:
    pavel.go("/office/same-person/?state=different")
    assert pavel.page.locator("main table").count() == 0
    assert pavel.status_of(f"/office/same-person/{Pair.objects.get().pk}/") == 404
    pavel.look()
