"""The statement against the ledger: pledges are known by their words, a line counts once, nobody's money is guessed."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from ancu.apps.community.models import LedgerEntry, StatementLine, UnreadStatementLine
from ancu.apps.community.selectors import planning as plans
from ancu.apps.community.selectors.ledger import sums
from ancu.apps.community.selectors.public import trust_figures
from ancu.apps.community.services import planning, reconciling
from ancu.apps.community.tests.factories import ProgrammeBook, make_pledge, make_programme
from ancu.apps.community.tests.test_planning import of, text, undo
from ancu.apps.lodging.tests.factories import make_world
from ancu.core import clock
from ancu.core.documents.spreadsheets import write_xlsx
from ancu.core.errors import Conflict, Http404
from ancu.core.testing import texts

pytestmark = [pytest.mark.django_db, pytest.mark.stage(make=make_world)]
HEAD = ["Ngày giao dịch", "Số tiền ghi có", texts.TEXT_VI, "Số tham chiếu"]


def statement(*rows, kind="csv"):
    """Day, amount, words and the bank's number of each transfer."""
    if kind == "xlsx":
        return write_xlsx("Sao kê", HEAD, [[str(cell) for cell in row] for row in rows])
    return "\n".join(",".join(str(cell) for cell in row) for row in (HEAD, *rows)).encode()


def day(ago=1):
    return f"{clock.today() - timedelta(days=ago):%d/%m/%Y}"


def read(book, data, **more):
    return reconciling.read_in(**of(book, data=data, name="a.csv") | more)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_transfer_with_the_words_of_a_pledge_is_its_gift_once(shared_data, kind):
    book = ProgrammeBook(shared_data)
    pledge = make_pledge(book, 500)
    words = f"ck {pledge.reference.lower()} ung ho"
    data = statement((day(), 300, words, "FT1"), (day(), 700, "hoan tien", "FT2"), kind=kind)
    done = read(book, data)
    assert (done.new_lines, len(done.gifts), done.gifts[0].pledge) == (2, 1, pledge)
    assert read(book, data).new_lines == 0  # the same file
    later = read(book, statement((day(), 300, words, "FT1"), (day(0), 200, words, "FT3")))
    assert (later.new_lines, len(later.gifts)) == (1, 1)
    assert plans.pledge_status(plans.get_pledge(book.programme, pledge.pk)).state == "kept"
    assert read(book, statement((day(0), 50, words, "FT4"))).gifts == []  # it is kept: somebody must look
    assert sums(book.programme)[0].received == 500


def test_words_of_two_pledges_or_of_another_programme_decide_nothing(shared_data):
    book, elsewhere_book = ProgrammeBook(shared_data), ProgrammeBook(shared_data)
    first_pledge, two, elsewhere = make_pledge(book), make_pledge(book), make_pledge(elsewhere_book)
    two_references = f"{first_pledge.reference} {two.reference}"
    assert read(book, statement((day(), 5, two_references, "A"), (day(), 5, elsewhere.reference, "B"))).gifts == []
    assert StatementLine.objects.filter(entry=None).count() == 2


def test_a_transfer_of_a_closed_day_waits_and_is_entered_today(shared_data):
    book, quynh = ProgrammeBook(shared_data), shared_data.client("quynh")
    pledge = make_pledge(book, 500)
    planning.close(**of(book, until=clock.today() - timedelta(days=3)))
    assert read(book, statement((day(5), 500, pledge.reference, "A"))).gifts == []
    line = StatementLine.objects.get()
    path = f"/office/community/{book.programme.pk}/bank/"
    sent = {"name": "Công ty Sông Đà", "kind": "organisation"}
    assert "Write who gave" in text(quynh.post(f"{path}{line.pk}/gift/", {"name": ""}, follow=True))
    assert "Gift entered" in text(quynh.post(f"{path}{line.pk}/gift/", sent, follow=True))
    line.refresh_from_db()
    assert (line.entry.day, line.entry.donor) == (clock.today(), book.donor)
    assert "already been matched" in text(quynh.post(f"{path}{line.pk}/aside/", {"aside": "lãi"}, follow=True))


def test_a_gift_entered_before_is_offered_for_its_transfer_and_reopened_when_it_is_reversed(shared_data):
    book, quynh = ProgrammeBook(shared_data), shared_data.client("quynh")
    gift, near = (book.give(book.of("vnd", amount), day=clock.today() - timedelta(days=2)) for amount in (700, 701))
    read(book, statement((day(1), 700, "ung ho", "A")))
    line, path = StatementLine.objects.get(), f"/office/community/{book.programme.pk}/bank/"
    page_html = text(quynh.get(path))
    assert f'name="entry" value="{gift.pk}"' in page_html and f'name="entry" value="{near.pk}"' not in page_html
    with pytest.raises(Conflict, match="other_amount"):
        reconciling.match(**of(book, line_id=line.pk, entry_id=near.pk))
    assert "matched with this entry" in text(quynh.post(f"{path}{line.pk}/match/", {"entry": gift.pk}, follow=True))
    undo(book, gift)
    assert "There are no open transfers" not in text(quynh.get(path))
    assert trust_figures(book.programme).lines_open == 1
    first = reconciling.enter_gift(**of(book, line_id=line.pk, donor=book.donor))
    undo(book, first)
    second = reconciling.enter_gift(**of(book, line_id=line.pk, donor=book.donor))
    assert second.pk != first.pk and not LedgerEntry.objects.filter(reverses=second).exists()


def test_what_went_out_is_a_purchase_of_the_ledger(shared_data):
    book, quynh = ProgrammeBook(shared_data), shared_data.client("quynh")
    gift = book.give(book.of("vnd", 900), day=clock.today() - timedelta(days=9))
    bought = book.buy(book.of("vnd", 600), book.of("pieces", 2), day=clock.today() - timedelta(days=2))
    head = "Ngày giao dịch,Ghi nợ,Ghi có,Nội dung,Số tham chiếu"
    data = f"{head}\n{day(1)},600,,mua bo,FT1\n{day(9)},,900,ung ho,FT1\n{day(0)},11,0,phi,FT2\n".encode()
    assert read(book, data).new_lines == 3 and read(book, data + b"\n").new_lines == 0
    paid, fee = StatementLine.objects.filter(out=True).order_by("-vnd")
    path = f"/office/community/{book.programme.pk}/bank/"
    assert f'name="entry" value="{bought.pk}"' in text(quynh.get(path))
    with pytest.raises(Conflict, match="other_amount"):
        reconciling.match(**of(book, line_id=paid.pk, entry_id=gift.pk))
    with pytest.raises(Conflict, match="went_out"):
        reconciling.enter_gift(**of(book, line_id=fee.pk, donor=book.donor))
    reconciling.match(**of(book, line_id=paid.pk, entry_id=bought.pk))
    reconciling.set_aside(**of(book, line_id=fee.pk, why="phí chuyển tiền"))
    only_out = f"{head}\n{day(0)},77,,mua cam,FT9\n".encode()
    assert read(book, only_out).new_lines == 1
    reconciling.set_aside(**of(book, line_id=StatementLine.objects.get(vnd=77).pk, why="nhầm"))
    assert (
        StatementLine.objects.get(entry=bought).out and StatementLine.objects.filter(entry=None, aside="").count() == 1
    )


def test_what_is_no_gift_is_set_aside_with_its_reason(shared_data):
    book, quynh = ProgrammeBook(shared_data), shared_data.client("quynh")
    read(book, statement((day(), 12, "lai tien gui", "A")))
    line, path = StatementLine.objects.get(), f"/office/community/{book.programme.pk}/bank/"
    assert "what the transfer is" in text(quynh.post(f"{path}{line.pk}/aside/", {"aside": " "}, follow=True))
    assert "set aside" in text(quynh.post(f"{path}{line.pk}/aside/", {"aside": "lãi tiền gửi"}, follow=True))
    assert "Resolved by Quynh" in text(quynh.get(path))
    assert sums(book.programme)[0].received == 0 and quynh.post(f"{path}{line.pk}/other/").status_code == 404


def test_lines_of_another_programme_and_files_that_are_no_statement(shared_data):
    book, elsewhere_programme, quynh = (
        ProgrammeBook(shared_data),
        make_programme(shared_data, agency=shared_data.commune_agency),
        shared_data.client("quynh"),
    )
    read(book, statement((day(), 12, "x", "A")))
    with pytest.raises(Http404):
        reconciling.set_aside(
            actor=shared_data.actor("olga"),
            programme_id=elsewhere_programme.pk,
            line_id=StatementLine.objects.get().pk,
            why="x",
        )
    path = f"/office/community/{book.programme.pk}/bank/"
    for data in (b"%PDF-1.7", b"a,b\n1,2", b"=cmd()"):
        answer = quynh.post(path, {"file": SimpleUploadedFile("a.csv", data)})
        assert answer.status_code == 422 and "could not read any transfers" in text(answer)
    assert StatementLine.objects.count() == 1


def test_a_row_that_cannot_be_read_is_shown_kept_and_mended(shared_data):
    book, quynh = ProgrammeBook(shared_data), shared_data.client("quynh")
    pledge = make_pledge(book, 700)
    data = statement((day(), 300, "ai đó", "FT1"), ("31/02/2026", 700, f"ck {pledge.reference}", "FT2"),
                     (day(), "bảy trăm", "không rõ", "FT3"))  # fmt: skip
    page = f"/office/community/{book.programme.pk}/bank/"
    html = text(quynh.post(page, {"file": SimpleUploadedFile("a.csv", data)}, follow=True))
    assert "could not read 2 rows" in html and "31/02/2026" in html and "bảy trăm" in html
    read(book, data + b"\n")  # another export with the same rows
    wrong_day, wrong_amount = UnreadStatementLine.objects.order_by("row")
    row_path = f"{page}unread/{wrong_day.pk}"
    quynh.post(f"{row_path}/mend/", {"day": "31/02/2026", "vnd": "700"})
    assert UnreadStatementLine.objects.filter(line=None, aside="").count() == 2
    quynh.post(f"{row_path}/mend/", {"day": day(), "vnd": "700"})
    wrong_day.refresh_from_db()
    assert (wrong_day.line.vnd, wrong_day.line.entry.pledge) == (700, pledge)
    quynh.post(f"{page}unread/{wrong_amount.pk}/aside/", {"aside": "dòng ghi chú"})
    html = text(quynh.get(page))
    assert (
        not UnreadStatementLine.objects.filter(line=None, aside="").exists()
        and "Rows that could not be read" not in html
    )
    assert "bảy trăm" in html and "dòng ghi chú" in html and "31/02/2026" not in html, "set aside, with its reason"
    assert "Resolved by Quynh" in html.partition('id="dismissed"')[2]
    with pytest.raises(Conflict, match="settled"):
        reconciling.dismiss_unread(**of(book, unread_id=wrong_amount.pk, why="x"))


def test_money_that_went_out_on_no_day_is_kept_too(shared_data):
    book = ProgrammeBook(shared_data)
    data = (
        "Ngày giao dịch,Số tiền ghi nợ,Số tiền ghi có,Nội dung\n31/02/2026,500,,mua áo\n01/03/2026,năm trăm,,mua áo\n"
    )
    result = read(book, data.encode())
    assert result.unread == 2 and [row.out for row in UnreadStatementLine.objects.order_by("row")] == [True, True]
