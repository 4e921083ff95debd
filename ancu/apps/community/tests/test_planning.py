"""Goals, pledges and closed books: what is promised is kept or told; nothing is entered into a past that was shown."""

import re
import time
from datetime import date, timedelta
from threading import Event
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from ancu.apps.community.models import BooksClosing, LedgerEntry, Pledge, ProgrammeGoal
from ancu.apps.community.selectors import planning as plans
from ancu.apps.community.selectors.ledger import sums
from ancu.apps.community.selectors.public import donor_code
from ancu.apps.community.services import planning
from ancu.apps.community.services.posting import give, reverse
from ancu.apps.community.tests.factories import ProgrammeBook, make_donor, make_pledge, make_programme
from ancu.apps.lodging.tests.factories import make_world
from ancu.core import clock
from ancu.core.db import pagination
from ancu.core.errors import Conflict, Http404
from ancu.core.testing.at_once import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.stage(make=make_world)]


def text(response):
    return response.content.decode()


def of(book, **more):
    return {"actor": book.actor, "programme_id": book.programme.pk} | more


def undo(book, entry):
    return reverse(**of(book, entry_id=entry.pk, reason="mistyped", key=uuid4()))


def test_a_goal_that_was_lowered_still_says_what_it_was(shared_data):
    book = ProgrammeBook(shared_data)
    for quantity in (10, 4, 4):
        planning.set_goal(**of(book, what="handed", item=book.items["pieces"], quantity=quantity))
    planning.set_goal(**of(book, what="reached", item=None, quantity=3))
    book.give(book.of("pieces", 4))
    book.hand_over(book.of("pieces", 3))
    handed, reached = plans.progress(book.programme, sums(book.programme))
    assert (handed.reached, handed.percent, [goal.quantity for goal in handed.before]) == (3, 75, [10])
    assert (reached.reached, reached.percent) == (1, 33)
    public = text(shared_data.client().get(f"/community/{book.programme.pk}/"))
    assert "3 of 4 (75\u00a0%)" in public and "was 10." in public
    with pytest.raises(DatabaseError), transaction.atomic():
        ProgrammeGoal.objects.update(quantity=1)
    with pytest.raises(Http404):
        planning.set_goal(**of(book, what="raised", item=ProgrammeBook(shared_data).items["vnd"], quantity=1))


def test_a_goal_bears_the_day_on_which_it_was_decided(shared_data):
    book = ProgrammeBook(shared_data)
    money = {"what": "raised", "item": book.items["vnd"]}
    planning.set_goal(**of(book, **money, quantity=300, set_on=date(2018, 1, 5)))
    planning.set_goal(**of(book, **money, quantity=280, set_on=date(2018, 1, 22)))
    assert "The goal set on 05/01/2018 was 300." in text(shared_data.client().get(f"/community/{book.programme.pk}/"))
    for day in (date(2018, 1, 21), clock.today() + timedelta(days=1)):
        with pytest.raises(Conflict, match="goal_day"):
            planning.set_goal(**of(book, **money, quantity=1, set_on=day))


def test_a_pledge_is_kept_by_gifts_that_stand_and_by_its_own_donor(shared_data):
    book = ProgrammeBook(shared_data)
    pledge = make_pledge(book, 100)
    assert [(item.measure, rest) for item, rest in plans.promised_amounts(book.programme)] == [("vnd", 100)]
    first = book.give(book.of("vnd", 60), pledge=pledge)
    assert plans.pledge_status(plans.get_pledge(book.programme, pledge.pk)).rest == 40
    book.give(book.of("vnd", 40), pledge=pledge)
    assert plans.pledge_status(plans.get_pledge(book.programme, pledge.pk)).state == "kept"
    undo(book, first)
    assert plans.pledge_status(plans.get_pledge(book.programme, pledge.pk)).rest == 60
    with pytest.raises(Conflict, match="other_pledge"):
        book.give(book.of("pieces", 1), pledge=pledge)
    book.donor = make_donor(shared_data, "Người khác")
    with pytest.raises(Http404):
        book.give(book.of("vnd", 1), pledge=pledge)
    with pytest.raises(IntegrityError), transaction.atomic():
        LedgerEntry.objects.create(
            programme=book.programme, kind="purchase", number="x", key=uuid4(), day=clock.today(), pledge=pledge,
            made_at=clock.now(), made_by_id=book.actor.user_id,
        )  # fmt: skip


def test_a_withdrawn_pledge_takes_no_gifts_and_stays_to_be_seen(shared_data):
    book, quynh = ProgrammeBook(shared_data), shared_data.client("quynh")
    pledge, page = make_pledge(book, 100), f"/office/community/{book.programme.pk}/pledges/"
    quynh.post(f"{page}{pledge.pk}/withdraw/", {"why": ""})
    assert Pledge.objects.get().withdrawn_at is None
    assert "withdrawn" in text(quynh.post(f"{page}{pledge.pk}/withdraw/", {"why": "phá sản"}, follow=True))
    assert plans.promised_amounts(book.programme) == []
    for refused, act in (
        ("withdrawn", lambda: planning.withdraw(**of(book, pledge_id=pledge.pk, why="x"))),
        ("other_pledge", lambda: book.give(book.of("vnd", 1), pledge=pledge)),
    ):
        with pytest.raises(Conflict, match=refused):
            act()
    with pytest.raises(Http404):
        planning.withdraw(actor=book.actor, programme_id=make_programme(shared_data).pk, pledge_id=pledge.pk, why="x")
    with pytest.raises(Conflict, match="past"):
        make_pledge(book, due_on=clock.today() - timedelta(days=1))


def test_a_gift_for_a_pledge_is_entered_by_its_form_with_the_donor_and_the_rest_filled_in(shared_data):
    book, quynh = ProgrammeBook(shared_data), shared_data.client("quynh")
    pledge = make_pledge(book, 500)
    book.give(book.of("vnd", 200), pledge=pledge)
    path = f"/office/community/{book.programme.pk}/gift/"
    form_html = text(quynh.get(f"{path}?pledge={pledge.pk}"))
    assert 'value="300"' in form_html and f'value="{pledge.pk}" selected' in form_html
    sent = {"gift-pledge": pledge.pk, "gift-item": book.items["vnd"].pk, "gift-quantity": 300, "gift-key": uuid4(),
            "gift-day": f"{clock.today():%d/%m/%Y}"}  # fmt: skip
    assert quynh.post(path, sent).status_code == 302
    assert not plans.open_pledges(book.programme)
    assert quynh.get(f"{path}?pledge=999999").status_code == 404


def test_nothing_is_entered_on_a_closed_day_and_a_mistake_is_mended_on_a_later_one(shared_data):
    book, today = ProgrammeBook(shared_data), clock.today()
    gift = book.give(book.of("vnd", 900), day=today - timedelta(days=10))
    with pytest.raises(Conflict, match="not_over"):
        planning.close(**of(book, until=today))
    planning.close(**of(book, until=today - timedelta(days=5)))
    with pytest.raises(Conflict, match="closed"):
        planning.close(**of(book, until=today - timedelta(days=6)))
    with pytest.raises(Conflict, match="closed"):
        book.give(book.of("vnd", 1), day=today - timedelta(days=5))
    with pytest.raises(Conflict, match="future"):
        book.give(book.of("vnd", 1), day=today + timedelta(days=1))
    repeated = give(**of(book, donor=book.donor, amounts=[book.of("vnd", 900)], day=gift.day, key=gift.key))
    assert repeated == gift  # the form that was sent before the closing, and came again after it
    assert undo(book, gift).day == today
    assert "closed up to" in text(shared_data.client().get(f"/community/{book.programme.pk}/"))


def test_the_database_keeps_closed_days_closed(shared_data):
    book, today = ProgrammeBook(shared_data), clock.today()
    closing = planning.close(**of(book, until=today - timedelta(days=5)))
    rest = {"programme": book.programme, "made_at": closing.made_at, "made_by_id": book.actor.user_id}
    for refused in (
        lambda: LedgerEntry.objects.create(kind="purchase", number="x", key=uuid4(), day=closing.until, **rest),
        lambda: BooksClosing.objects.create(until=closing.until, **rest),
        BooksClosing.objects.all().delete,
        lambda: BooksClosing.objects.update(until=today - timedelta(days=50)),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            refused()
    entry_fields = {"kind": "purchase", "number": "y", "key": uuid4(), "day": closing.until}
    LedgerEntry.objects.create(**entry_fields, **rest | {"programme": make_programme(shared_data)})


@pytest.mark.django_db(transaction=True)
def test_an_entry_waits_for_a_closing_that_is_being_written_and_is_refused():
    """Without the service's own lock: the database alone."""
    book, begun = ProgrammeBook(make_world()), Event()
    day, now = clock.today() - timedelta(days=5), clock.now()
    rest = {"programme": book.programme, "made_at": now, "made_by_id": book.actor.user_id}

    def close():
        with transaction.atomic():
            BooksClosing.objects.create(until=day, **rest)
            begun.set()
            time.sleep(0.3)

    def enter():
        begun.wait(10)
        with pytest.raises(DatabaseError):
            LedgerEntry.objects.create(kind="purchase", number="x", key=uuid4(), day=day, **rest)

    at_once(close, enter)
    assert BooksClosing.objects.count() == 1 and not LedgerEntry.objects.exists()


def numbers(page, pattern):
    return re.findall(pattern, text(page))


def test_long_lists_of_pledges_and_gifts_go_on_on_a_next_page_and_every_row_is_on_one(shared_data, monkeypatch):
    monkeypatch.setattr(pagination, "PAGE", 2)
    book, quynh = ProgrammeBook(shared_data), shared_data.client("quynh")
    pledges = [make_pledge(book, 100 + days, due_on=clock.today() + timedelta(days=days)) for days in (3, 1, 1, 2, 9)]
    gifts = [book.give(book.of("vnd", 1), day=date(2026, 3, day)) for day in (3, 1, 1, 2, 9)]
    office, donor = f"/office/community/{book.programme.pk}/pledges/", f"/community/donors/{donor_code(book.donor)}/"
    due = [str(pledges[at].pk) for at in (1, 2, 3, 0, 4)]
    assert walked(quynh, office, "after", r"gift/\?pledge=(\d+)") == due
    newest = [gifts[at].number for at in (4, 0, 3, 2, 1)]
    assert walked(shared_data.client(), donor, "gifts", r"/receipts/([^/]+)\.pdf") == newest
    words = [pledges[at].reference for at in (1, 2, 3, 0, 4)]
    assert walked(shared_data.client(), donor, "pledges", r'<b class="num">([^<]+)</b></span>') == words
    late = quynh.get(f"/office/community/{book.programme.pk}/gift/?pledge={pledges[4].pk}")
    assert f'value="{pledges[4].pk}" selected' in text(late)
    assert plans.promised_amounts(book.programme) == [(book.items["vnd"], 516)]


def walked(client, path, name, pattern):
    """What the pages of a list show, page by page to the last."""
    references, address = [], path
    while address:
        page = client.get(address)
        references_on_page = re.findall(pattern, text(page))
        assert 0 < len(references_on_page) <= 2
        references += references_on_page
        onward = re.search(rf'rel="next" href="(\?{name}=[^#"]+)[#"]', text(page))
        address = path + onward[1] if onward else ""
    return references
