"""The ledger: each act once and whole, nothing that is not there, and the way of every gift."""

import os
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ancu.apps.audit.models import Event
from ancu.apps.community.enums import LedgerAccount
from ancu.apps.community.models import LedgerEntry, LedgerLeg, StockLot
from ancu.apps.community.selectors import planning as planned
from ancu.apps.community.selectors.ledger import sums, uses, uses_of
from ancu.apps.community.services import planning
from ancu.apps.community.services.posting import reverse
from ancu.apps.community.tests.factories import ProgrammeBook, make_donor, make_pledge, make_programme, make_recipient
from ancu.apps.lodging.tests.factories import make_world
from ancu.core import clock
from ancu.core.errors import Conflict, Http404

pytestmark = pytest.mark.django_db


def make_book():
    return ProgrammeBook(make_world())


def test_nine_cows_from_donors_to_households(world):
    book = ProgrammeBook(world)
    first = book.give(book.of("vnd", 100_000_000))
    book.give(book.of("vnd", 50_000_000), book.of("minutes", 960))
    book.buy(book.of("vnd", 150_000_000), book.of("pieces", 9))
    for _household in range(8):
        book.hand_over(book.of("pieces", 1))
    lines = {line.item.measure: line for line in sums(book.programme)}
    assert (lines["vnd"].received, lines["vnd"].remaining) == (150_000_000, 0)
    assert (lines["pieces"].handed, lines["pieces"].remaining) == (8, 1)
    assert (lines["minutes"].received, lines["minutes"].remaining) == (960, 960)
    (use,) = uses(first)
    assert (use.spent, use.remaining, use.handed) == (100_000_000, 0, 0)
    assert (use.bought[0].handed, use.bought[0].remaining) == (8, 1)
    acts = Event.objects.filter(subject_type="community.ledgerentry").order_by("id").values_list("act", flat=True)
    assert [*acts] == ["community.gift"] * 2 + ["community.purchase"] + ["community.handover"] * 8


def test_nothing_goes_out_that_is_not_there_and_nothing_is_left_of_the_attempt(world):
    book = ProgrammeBook(world)
    book.give(book.of("vnd", 1000), book.of("pieces", 2))
    before = LedgerEntry.objects.count(), LedgerLeg.objects.count()
    with pytest.raises(Conflict, match="not_there"):
        book.hand_over(book.of("vnd", 500), book.of("pieces", 3))
    with pytest.raises(Conflict, match="not_there"):
        book.buy(book.of("vnd", 1001), book.of("pieces", 1))
    for wrong in ([], [book.of("vnd", 0)], [book.of("vnd", -5)]):
        with pytest.raises(Conflict, match="nothing"):
            book.hand_over(*wrong)
    assert (LedgerEntry.objects.count(), LedgerLeg.objects.count()) == before


def test_a_form_sent_twice_is_one_entry(world):
    book, key = ProgrammeBook(world), uuid4()
    assert book.give(book.of("vnd", 7), key=key) == book.give(book.of("vnd", 7), key=key)
    assert LedgerLeg.objects.count() == 2
    with pytest.raises(Http404):
        book.hand_over(book.of("vnd", 7), key=key)


def test_what_was_wrong_is_reversed_and_stays_to_be_seen(world):
    book = ProgrammeBook(world)
    gift = book.give(book.of("vnd", 900))
    bought = book.buy(book.of("vnd", 600), book.of("pieces", 2))
    handed = book.hand_over(book.of("pieces", 1))

    def undo(entry):
        return reverse(
            actor=book.actor, programme_id=book.programme.pk, entry_id=entry.pk, reason="mistyped", key=uuid4()
        )

    for used in (gift, bought):
        with pytest.raises(Conflict, match="used"):
            undo(used)
    for entry in (handed, bought, gift):
        undo(entry)
        with pytest.raises(Conflict, match="reversed"):
            undo(entry)
    assert all((line.received, line.handed, line.remaining) == (0, 0, 0) for line in sums(book.programme))
    assert LedgerEntry.objects.count() == 6


def test_other_programmes_and_other_agencies_are_not_there(world):
    book, elsewhere_book = ProgrammeBook(world), make_programme(world, agency=world.commune_agency)
    book.give(book.of("vnd", 10))
    for more in ({"programme_id": elsewhere_book.pk}, {"actor": world.actor("olga")}, {"actor": world.actor("alice")}):
        with pytest.raises(Http404):
            book.give(book.of("vnd", 10), **more)
    with pytest.raises(Http404):
        book.hand_over(book.of("vnd", 1), recipient=make_recipient(elsewhere_book))
    book.donor = make_donor(world, agency=world.commune_agency)
    with pytest.raises(Http404):
        book.give(book.of("vnd", 10))


def test_the_database_refuses_what_the_program_never_writes(world):
    book = ProgrammeBook(world)
    entry = book.give(book.of("vnd", 10))
    lot, item = StockLot.objects.get(), book.items["vnd"]

    def written(write):
        write()
        connection.check_constraints()

    def refused(write):
        with pytest.raises(DatabaseError), transaction.atomic():
            written(write)

    refused(lambda: LedgerLeg.objects.update(quantity=5))
    refused(lambda: LedgerLeg.objects.all().delete())
    refused(lambda: LedgerEntry.objects.update(day="2020-01-01"))
    refused(lambda: LedgerLeg.objects.create(entry=entry, account=LedgerAccount.HANDED_OVER, item=item, quantity=3))
    refused(
        lambda: LedgerLeg.objects.create(entry=entry, account=LedgerAccount.STOCK, item=item, quantity=-11, lot=lot)
    )
    refused(lambda: LedgerLeg.objects.create(entry=entry, account=LedgerAccount.STOCK, item=item, quantity=-1))
    with pytest.raises(IntegrityError), transaction.atomic():
        StockLot.objects.update(left_over=-1)


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["give", "buy", "hand", "reverse", "pledge", "keep", "withdraw", "close"]),
        st.sampled_from(["vnd", "pieces", "minutes"]),
        st.integers(1, 40),
        st.integers(0, 9),
    ),
    max_size=18,
)
LONG = 200 if os.environ.get("ANCU_LONG") == "1" else 0


@pytest.mark.slow
@pytest.mark.stage(make=make_book)
@settings(max_examples=LONG or 12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(acts=ACTS)
def test_at_every_instant_the_sum_is_zero_nothing_is_below_nothing_and_every_gift_is_somewhere(shared_data, acts):
    with transaction.atomic():
        sums_at_closing: dict[int, object] = {}  # by closing: the sums up to its day, as they were when it was closed
        for act, measure, quantity, which in acts:
            _do(shared_data, act, measure, quantity, which)
            _holds(shared_data, sums_at_closing)
        _promises_hold(shared_data)
        transaction.set_rollback(True)


def _do(book, act, measure, quantity, which):
    day = clock.today() - timedelta(days=which)
    programme = {"actor": book.actor, "programme_id": book.programme.pk}
    entries, pledges = [*book.programme.entries.order_by("pk")], [*book.programme.pledges.order_by("pk")]
    try:
        if act == "give":
            book.give(book.of(measure, quantity), day=day)
        elif act == "buy":
            book.buy(book.of("vnd", quantity), book.of("pieces", 1 + which), day=day)
        elif act == "hand":
            book.hand_over(book.of(measure, quantity), day=day)
        elif act == "pledge":
            make_pledge(book, quantity, item=book.items[measure])
        elif act == "close":
            planning.close(until=day, **programme)
        elif act == "reverse" and entries:
            reverse(entry_id=entries[which % len(entries)].pk, reason="x", key=uuid4(), **programme)
        elif act == "keep" and pledges:
            pledge = pledges[which % len(pledges)]
            book.give(book.of(measure, quantity), pledge=pledge, day=day)
        elif act == "withdraw" and pledges:
            planning.withdraw(pledge_id=pledges[which % len(pledges)].pk, why="x", **programme)
    except Conflict:
        return


def _holds(book, sums_at_closing):
    connection.check_constraints()
    for line in sums(book.programme):
        taken_in = line.received - min(line.sellers, 0)
        assert line.remaining >= 0 and taken_in == line.handed + line.remaining + max(line.sellers, 0), line
    gifts = list(LedgerEntry.objects.filter(programme=book.programme, kind="gift", reversal__isnull=True))
    for gift_uses in uses_of(gifts).values():
        assert gift_uses and all(use.lot.quantity == use.remaining + use.handed + use.spent for use in gift_uses)
    for closing in book.programme.closings.all():
        before = LedgerLeg.objects.filter(entry__programme=book.programme, entry__day__lte=closing.until)
        sealed = sorted(before.values_list("account", "item").annotate(sum=Sum("quantity")))
        assert sums_at_closing.setdefault(closing.pk, sealed) == sealed  # nothing came into a past that was closed


def _promises_hold(book):
    """What came for each pledge is what its standing gifts brought of its item; a withdrawn one waits for nothing."""
    gifts = LedgerEntry.objects.filter(programme=book.programme, kind="gift", reversal__isnull=True)
    for pledge in planned.pledges(book.programme):
        legs = LedgerLeg.objects.filter(
            entry__in=[gift for gift in gifts if gift.pledge_id == pledge.pk], account="donors"
        )
        assert pledge.came == -sum(leg.quantity for leg in legs if leg.item_id == pledge.item_id)
        waits = pledge.withdrawn_at is None and pledge.came < pledge.quantity
        assert waits == (pledge in planned.open_pledges(book.programme))
