"""An area officer finds a guest by a misheard name and by a number; an officer of another commune does not."""

import pytest

from ancu.apps.audit.models import Event
from ancu.apps.stays.models import Stay
from ancu.apps.stays.tests.factories import make_stay
from ancu.core import clock
from e2e.conftest import Invite
from e2e.visitor import Visitor

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.two_ways
def test_an_area_officer_finds_that_guest(invite: Invite, world: object) -> None:
    stay = make_stay(world.lodging, "HOFFMANN-MUSTER JÖRG", document_number="C01X0T478")  # type: ignore[attr-defined]
    person = f"/office/people/{stay.identity.traveller_id}/"
    olga = invite("olga")
    olga.check_page()
    she_finds_him(olga, "jorg hofmann muster", person)
    she_finds_him(olga, "C01X0", person)
    her_access_is_audited(olga, stay.identity.traveller_id)
    what_stands_beside_the_days_is_not_cut_off(olga)
    pavel = invite("pavel")
    another_commune_does_not_know_him(pavel, person, f"/office/stays/{stay.pk}/")


def she_finds_him(olga: Visitor, words: str, person: str) -> None:
    olga.go("/office/people/")
    olga.page.locator("main [name=q]").fill(words)
    olga.follow(olga.button("Find"))
    olga.check_page()
    olga.follow(olga.page.locator("main table a", has_text="HOFFMANN-MUSTER JÖRG"))
    assert olga.path() == person
    olga.expect_text("C01X0T478")
    olga.check_page()


def her_access_is_audited(olga: Visitor, traveller: int) -> None:
    looks = Event.objects.filter(act="looked", subject_id=str(traveller))
    assert looks.count() == 2
    assert {look.actor_kind for look in looks} == {"person"}
    olga.go("/audit/mine/")
    olga.check_page()


def what_stands_beside_the_days_is_not_cut_off(olga: Visitor) -> None:
    """For a guest who left today, the status wraps to the next line on a phone and is not cut off by the card."""
    Stay.objects.update(departed_on=clock.today())
    olga.go(f"/office/submissions/{Stay.objects.get().submission_id}/")
    olga.check_page()
    chip, card = (
        olga.page.locator("main td .chip").first.bounding_box(),
        olga.page.locator("main .card").last.bounding_box(),
    )
    assert chip and card and chip["x"] + chip["width"] < card["x"] + card["width"]


def another_commune_does_not_know_him(pavel: Visitor, person: str, stay: str) -> None:
    for path in (person, stay):
        assert pavel.status_of(path) == 404
    pavel.go("/office/people/?q=C01X0T478")
    assert pavel.page.locator("main table").count() == 0
    pavel.check_page()
    pavel.page.goto(pavel.address + person)
    pavel.check_page()  # the error page meets the same standard
