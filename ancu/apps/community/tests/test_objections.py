"""A recipient's objection is decided by a second person, and counted for everybody."""

from uuid import uuid4

import pytest

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.services import enable_totp
from ancu.apps.accounts.tests.factories import TOTP_SECRET, make_member, make_user
from ancu.apps.audit.models import Event
from ancu.apps.community.models import Confirmation
from ancu.apps.community.selectors.objections import objections_to_decide
from ancu.apps.community.selectors.public import recipient_code, trust
from ancu.apps.community.selectors.waiting import of_programme, waits
from ancu.apps.community.services import confirming
from ancu.apps.community.tests.factories import Book
from ancu.apps.community.tests.test_pages import text
from ancu.apps.community.tests.test_planning import of
from ancu.apps.lodging.tests.factories import make_world
from ancu.core.actor import PUBLIC
from ancu.core.errors import Conflict, Forbidden


def make_office():
    world = make_world()
    world.users["dora"] = make_user("Dora")
    make_member(world.users["dora"], world.provincial_agency, Role.APPROVING_OFFICER)
    enable_totp(world.users["dora"], TOTP_SECRET)
    return world


pytestmark = [pytest.mark.django_db, pytest.mark.stage(make=make_office)]


def make_objection(book, words="Thiếu một bao gạo"):
    entry = book.hand_over(book.of("vnd", 1))
    return confirming.speak(actor=PUBLIC, entry=entry, agrees=False, words=words, key=uuid4())


def decide(book, actor, objection, decision="dismissed"):
    values = {"decision": decision, "words": "Đã hỏi gia đình"}
    return confirming.decide(**of(book, objection_id=objection.pk, **values) | {"actor": actor})


def make_book(world):
    book = Book(world)
    book.give(book.of("vnd", 500))
    return book


def test_who_handed_over_does_not_decide_on_the_objection(laid):
    book = make_book(laid)
    objection, dora = make_objection(book), laid.actor("dora")
    assert not objections_to_decide(book.actor).exists() and list(objections_to_decide(dora)) == [objection]
    assert f"/objections/{objection.pk}/" in str([task.url for pile in waits(dora) for task in pile.tasks])
    with pytest.raises(Forbidden):
        decide(book, book.actor, objection)
    decide(book, dora, objection)
    assert not objections_to_decide(dora).exists() and of_programme(book.programme).disputed == 0
    with pytest.raises(Conflict, match="decided"):
        decide(book, dora, objection, "upheld")
    assert Event.objects.filter(act="community.decided").count() == 1


def test_what_is_upheld_waits_until_the_entry_is_reversed(laid):
    book = make_book(laid)
    objection = make_objection(book)
    decide(book, laid.actor("dora"), objection, "upheld")
    assert of_programme(book.programme).disputed == 1


def test_the_page_of_an_objection_and_what_the_recipient_reads(laid):
    book = make_book(laid)
    objection = make_objection(book)
    path = f"/office/community/{book.programme.pk}/objections/{objection.pk}/"
    assert "Somebody else than who entered" in text(laid.client("quynh").get(path))
    dora = laid.client("dora")
    assert "Thiếu một bao gạo" in text(dora.get(path)) and path in text(dora.get("/office/community/"))
    assert dora.post(path, {"decision": "upheld"}).status_code == 422
    assert dora.post(path, {"decision": "upheld", "words": "Đúng là thiếu"}).status_code == 302
    entry = objection.entry
    html = text(laid.client().get(f"/community/received/{entry.number}/{recipient_code(entry)}/"))
    assert "Đúng là thiếu" in html and "The recipient is right" in html


def test_everybody_reads_how_many_objected_and_never_about_few(laid):
    book, dora = make_book(laid), laid.actor("dora")
    page = f"/community/{book.programme.pk}/"
    book.hand_over(book.of("vnd", 1))
    assert "No recipient has said that something is not right" in text(laid.client().get(page))
    make_objection(book)
    assert "Fewer than 5 recipients said that something" in text(laid.client().get(page))
    for _turn in range(5):
        make_objection(book)
    html = text(laid.client().get(page))
    assert "6 recipients said that something is not right." in html and "has decided on 0 of them" in html
    for objection in Confirmation.objects.filter(agrees=False):
        decide(book, dora, objection)
    assert (trust(book.programme).objections, trust(book.programme).decided) == (6, 6)
    assert "A second person has decided on 6 of them" in text(laid.client().get(page))


def test_the_recipients_code_stands_on_no_page_of_the_office_but_on_a_printed_slip(laid):
    book = make_book(laid)
    entry, quynh = book.hand_over(book.of("vnd", 1)), laid.client("quynh")
    page = f"/office/community/{book.programme.pk}/entries/{entry.pk}/"
    html = quynh.get(page).content.decode()
    assert recipient_code(entry) not in html and "/community/received/" not in html and "<svg xmlns" not in html
    assert "ask a colleague to print" in html and quynh.get(f"{page}slip.pdf").status_code == 403, "who entered it"
    dora = laid.client("dora")
    assert "slip.pdf" in text(dora.get(page))
    slip = dora.get(f"{page}slip.pdf")
    assert slip.content.startswith(b"%PDF") and slip["Content-Disposition"].startswith("attachment")
    assert Event.objects.filter(act="community.printed", details__paper="slip").count() == 1
