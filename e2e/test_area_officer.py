"""An area officer finds a guest by a name heard wrongly and by a number; the officer of another commune does not."""

import pytest

from ancu.apps.audit.models import Event
from ancu.apps.stays.models import Stay
from ancu.apps.stays.tests.factories import make_stay
from ancu.core import clock
from e2e.conftest import Invite
from e2e.walk import Walk

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.two_ways
def test_an_area_officer_finds_that_guest(invite: Invite, world: object) -> None:
    stay = make_stay(world.lodging, "HOFFMANN-MUSTER JÖRG", document_number="C01X0T478")  # type: ignore[attr-defined]
    person = f"/office/people/{stay.identity.traveller_id}/"
    olga = invite("olga")
    olga.look()
    she_finds_him(olga, "jorg hofmann muster", person)
    she_finds_him(olga, "C01X0", person)
    her_looks_are_written_down(olga, stay.identity.traveller_id)
    what_stands_beside_the_days_is_not_cut_off(olga)
    pavel = invite("pavel")
    another_commune_does_not_know_him(pavel, person, f"/office/stays/{stay.pk}/")


def she_finds_him(olga: Walk, words: str, person: str) -> None:
    olga.go("/office/people/")
    olga.page.locator("main [name=q]").fill(words)
    olga.follow(olga.button("Find"))
    olga.look()
    olga.follow(olga.page.locator("main table a", has_text="HOFFMANN-MUSTER JÖRG"))
    assert olga.path() == person
    olga.sees("C01X0T478")
    olga.look()


def her_looks_are_written_down(olga: Walk, traveller: int) -> None:
    looks = Event.objects.filter(act="looked", subject_id=str(traveller))
    assert looks.count() == 2
    assert {look.actor_kind for look in looks} == {"person"}
    olga.go("/audit/mine/")
    olga.look()


def what_stands_beside_the_days_is_not_cut_off(olga: Walk) -> None:
    """A guest who left today: on a phone the word goes to the next line, and not under the edge of the card."""
    Stay.objects.update(departed_on=clock.today())
    olga.go(f"/office/submissions/{Stay.objects.get().submission_id}/")
    olga.look()
    chip, card = (
        olga.page.locator("main td .chip").first.bounding_box(),
        olga.page.locator("main .card").last.bounding_box(),
    )
    assert chip and card and chip["x"] + chip["width"] < card["x"] + card["width"]


def another_commune_does_not_know_him(pavel: Walk, person: str, stay: str) -> None:
    for path in (person, stay):
        assert pavel.status_of(path) == 404
    pavel.go("/office/people/?q=C01X0T478")
    assert pavel.page.locator("main table").count() == 0
    pavel.look()
    pavel.page.goto(pavel.address + person)
    pavel.look()  # what a stranger is told is a page as good as any other
