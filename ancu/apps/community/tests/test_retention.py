"""People go when their time is over; what and how much stays, and so does what was empty."""

from datetime import timedelta
from uuid import uuid4

import pytest

from ancu.apps.community.models import (
    Donor,
    HandoverConfirmation,
    Pledge,
    ProgrammeStatement,
    StatementLine,
    UnreadStatementLine,
    Voucher,
)
from ancu.apps.community.selectors.ledger import sums
from ancu.apps.community.selectors.public import donors_named
from ancu.apps.community.services import choosing, confirming, planning, reconciling, retention
from ancu.apps.community.tests.factories import (
    STROKES,
    ProgrammeBook,
    make_donor,
    make_photo_row,
    make_pledge,
    make_selection,
)
from ancu.apps.community.tests.test_planning import of
from ancu.core import clock
from ancu.core.actor import PUBLIC, system
from ancu.core.security.privacy import Keep

pytestmark = pytest.mark.django_db
JOB = system("test")


def told_everything(world):
    """A programme with something in every field that speaks of people."""
    book = ProgrammeBook(world)
    Donor.objects.update(contact="0912")
    book.give(book.of("vnd", 500))
    first, second = book.hand_over(book.of("vnd", 1)), book.hand_over(book.of("vnd", 1))
    witness_fields = {"name": "Dở", "standing": "chủ hộ", "key": uuid4()}
    confirming.sign(**of(book, entry_id=first.pk, strokes=STROKES, **witness_fields))
    confirming.confirm_as_recipient(actor=PUBLIC, entry=second, agrees=False, words="Bò ốm", key=uuid4())
    selection = make_selection(book, {"poor": 1}, {})
    high, low = selection.candidates.order_by("-points")
    common = of(book, selection_id=selection.pk)
    choosing.propose(**common, chosen={low.pk}, reasons={high.pk: "nhường", low.pk: "nhà cháy"})
    type(selection).objects.update(words="xem lại")
    planning.withdraw(**of(book, pledge_id=make_pledge(book).pk, why="phá sản"))
    data = "Ngày giao dịch,Số tiền ghi có,Nội dung\n01/03/2026,7,NGUYEN VAN A\n31/02/2026,8,TRAN B\n".encode()
    reconciling.read_in(**of(book, data=data, name="a.csv"))
    reconciling.set_aside(**of(book, line_id=StatementLine.objects.get().pk, why="của ông A"))
    unread = UnreadStatementLine.objects.get()
    reconciling.dismiss_unread(**of(book, unread_id=unread.pk, why="của bà B"))
    book.buy(book.of("vnd", 1), book.of("pieces", 1))
    HandoverConfirmation.objects.filter(agrees=False).update(
        decision="dismissed", decision_words="đã hỏi ông A", decided_at=clock.now(), decided_by=book.actor.user_id
    )
    photo = make_photo_row(book, consent="bà Dở", shows_people=True, public=True)
    return book, [
        book.donor, book.recipient, selection, high, *first.confirmations.all(), *second.confirmations.all(), photo,
        Pledge.objects.get(), StatementLine.objects.get(), ProgrammeStatement.objects.get(), unread,
        Voucher.objects.get(),
    ]  # fmt: skip


def test_everybody_is_forgotten_and_every_sum_stays(world):
    book, rows = told_everything(world)
    for row in rows:
        row.refresh_from_db()
    before = [{name: getattr(row, name) for name in type(row).privacy.personal} for row in rows]
    sums_before = [(line.received, line.handed, line.remaining) for line in sums(book.programme)]
    assert retention.redact(JOB) == 0
    ended = clock.today() - timedelta(days=Keep.CORRESPONDENCE.value + 1)
    type(book.programme).objects.update(begins_on=ended, ends_on=ended)
    assert retention.redact(JOB) > 15 and retention.redact(JOB) == 0
    for row, values in zip(rows, before, strict=True):
        row.refresh_from_db()
        for name, value in values.items():
            assert not value or getattr(row, name) != value, (type(row), name)
    assert [(line.received, line.handed, line.remaining) for line in sums(book.programme)] == sums_before
    assert donors_named(book.programme) == ([], 0) and not type(rows[6]).objects.filter(public=True).exists()
    assert confirming.signature_svg(HandoverConfirmation.objects.get(how="signature")) == ""
    assert {type(row) for row in rows} == set(retention.OF_HELP)


def test_a_donor_of_a_younger_programme_is_kept(world):
    book, young = ProgrammeBook(world), ProgrammeBook(world)
    young.donor = book.donor
    book.give(book.of("vnd", 5))
    make_pledge(young)
    silent = make_donor(world, "Chưa cho gì")
    ended = clock.today() - timedelta(days=Keep.CORRESPONDENCE.value + 1)
    type(book.programme).objects.filter(pk=book.programme.pk).update(begins_on=ended, ends_on=ended)
    retention.redact(JOB)
    assert set(Donor.objects.filter(pk__in=(book.donor.pk, silent.pk)).values_list("name", flat=True)) == {
        "Công ty Sông Đà", "Chưa cho gì",
    }  # fmt: skip
