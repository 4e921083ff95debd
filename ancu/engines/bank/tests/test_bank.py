"""The code a payer scans, amounts in words, and statements as banks export them."""

import io
from datetime import date
from typing import Any

import pytest
import xlsxwriter

from ancu.engines.bank import checksum, dong_in_english, dong_in_words, read_statement, transfer_code
from ancu.engines.bank.statement import read_amount

# ---- VietQR --------------------------------------------------------------------------------------------


def test_the_checksum_is_that_of_the_standard() -> None:
    assert checksum("123456789") == 0x29B1


def test_a_code_is_what_banking_apps_make_of_the_same_transfer() -> None:
    """A published example: 1,000 dong to account 257678859 at ACB, with the words "Chuyen tien"."""
    code = transfer_code(bank_bin="970416", account="257678859", vnd=1000, text="Chuyen tien")
    assert code == (
        "00020101021238530010A0000007270123000697041601092576788590208QRIBFTTA53037045404100058"
        "02VN62150811Chuyen tien6304BBB8"
    )


def fields(code: str) -> dict[str, str]:
    values_by_tag, at = {}, 0
    while at < len(code):
        length = int(code[at + 2 : at + 4])
        values_by_tag[code[at : at + 2]] = code[at + 4 : at + 4 + length]
        at += 4 + length
    return values_by_tag


def test_every_field_can_be_read_back() -> None:
    code = transfer_code(bank_bin="970436", account="0011001234567", vnd=4_092_000, text="HBP7K3M9QXA4")
    read = fields(code)
    assert (read["00"], read["01"], read["53"], read["54"], read["58"]) == ("01", "12", "704", "4092000", "VN")
    payee = fields(read["38"])
    assert (payee["00"], fields(payee["01"]), payee["02"]) == (
        "A000000727", {"00": "970436", "01": "0011001234567"}, "QRIBFTTA",
    )  # fmt: skip
    assert fields(read["62"]) == {"08": "HBP7K3M9QXA4"}
    assert int(read["63"], 16) == checksum(code[:-4])


def test_accents_are_left_out_of_the_words() -> None:
    assert fields(fields(transfer_code(bank_bin="970436", account="1", vnd=1, text="Lệ phí Đỗ"))["62"]) == {
        "08": "Le phi Do"
    }


def test_a_code_for_everybody_says_no_amount():
    code_fields = fields(transfer_code(bank_bin="970436", account="0011001234567", vnd=None, text="Ung ho CT 7"))
    assert code_fields["01"] == "11" and "54" not in code_fields and code_fields["62"] == "0811Ung ho CT 7"


@pytest.mark.parametrize(
    "wrong",
    [{"bank_bin": "97041"}, {"account": "12 34"}, {"account": "1" * 20}, {"vnd": 0}, {"vnd": -5}, {"text": "x" * 26}],
)
def test_what_cannot_be_transferred_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        transfer_code(**({"bank_bin": "970416", "account": "257678859", "vnd": 1000, "text": "a"} | wrong))


# ---- in words ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("vnd", "words"),
    [
        (0, "Không đồng"),
        (5, "Năm đồng"),
        (10, "Mười đồng"),
        (15, "Mười lăm đồng"),
        (21, "Hai mươi mốt đồng"),
        (105, "Một trăm linh năm đồng"),
        (111, "Một trăm mười một đồng"),
        (1_000, "Một nghìn đồng"),
        (1_005, "Một nghìn không trăm linh năm đồng"),
        (254_055, "Hai trăm năm mươi tư nghìn không trăm năm mươi lăm đồng".replace("tư", "bốn")),
        (4_092_000, "Bốn triệu không trăm chín mươi hai nghìn đồng"),
        (1_000_000_000, "Một tỷ đồng"),
        (2_000_000_011, "Hai tỷ không trăm mười một đồng"),
        (1_234_567_891, "Một tỷ hai trăm ba mươi bốn triệu năm trăm sáu mươi bảy nghìn tám trăm chín mươi mốt đồng"),
    ],
)
def test_an_amount_in_words(vnd: int, words: str) -> None:
    assert dong_in_words(vnd) == words


@pytest.mark.parametrize(
    ("vnd", "words"),
    [
        (0, "Zero dong"),
        (13, "Thirteen dong"),
        (40, "Forty dong"),
        (105, "One hundred and five dong"),
        (254_055, "Two hundred and fifty-four thousand fifty-five dong"),
        (4_092_000, "Four million ninety-two thousand dong"),
        (2_000_000_011, "Two billion eleven dong"),
    ],
)
def test_an_amount_in_english_words(vnd: int, words: str) -> None:
    assert dong_in_english(vnd) == words


# ---- statements ----------------------------------------------------------------------------------------


def lines(data: bytes) -> list[tuple[date, int, str, str]]:
    statement = read_statement(data)
    assert (statement.problem, statement.unread) == ("", [])
    return [(credit.day, credit.vnd, credit.text, credit.reference) for credit in statement.credits]


EXPECTED = [
    (date(2026, 11, 23), 4_092_000, "HBP7K3M9QXA4 NGUYEN VAN A chuyen tien", "FT26327001"),
    (date(2026, 11, 24), 254_055, "MBVCB.1.hbp 2222.CT tu 001", "FT26328002"),
]
VIETCOMBANK = """SAO KÊ TÀI KHOẢN,,,,
Số tài khoản: 0011001234567,,,,
Từ ngày 01/11/2026 đến ngày 24/11/2026,,,,
,,,,
Ngày giao dịch,Số tham chiếu,Số tiền ghi nợ,Số tiền ghi có,Mô tả
23/11/2026,FT26327001,,"4,092,000",HBP7K3M9QXA4 NGUYEN VAN A chuyen tien
23/11/2026,FT26327009,"11,000",,Phí dịch vụ
24/11/2026,FT26328002,,"254,055",MBVCB.1.hbp 2222.CT tu 001
Tổng cộng,,"11,000","4,346,055",
"""
BIDV = (
    "STT;Ngày hiệu lực;Ghi nợ/ Debit;Ghi có/ Credit;Số dư;Nội dung giao dịch/ Description;Số tham chiếu/ Ref no\n"
    "1;23/11/2026 10:11:12;0;4.092.000;9.000.000;HBP7K3M9QXA4 NGUYEN VAN A chuyen tien;FT26327001\n"
    "2;24/11/2026 00:00:01;0;254.055;9.254.055;MBVCB.1.hbp 2222.CT tu 001;FT26328002\n"
)
SIGNED = (
    "Transaction date\tAmount\tDescription\tTransaction number\n"
    "2026-11-23\t+4,092,000.00\tHBP7K3M9QXA4 NGUYEN VAN A chuyen tien\tFT26327001\n"
    "2026-11-23\t-11,000.00\tfee\tFT26327009\n"
    "2026-11-24\t254,055.00\tMBVCB.1.hbp 2222.CT tu 001\tFT26328002\n"
)
TWO_ROWS = (
    "Ngày,Diễn giải,Nợ,Có,Số bút toán\n"
    "(Date),(Details),(Dr),(Cr),(No.)\n"
    '23/11/2026,HBP7K3M9QXA4 NGUYEN VAN A chuyen tien,,4092000 VND,="FT26327001"\n'
    "24/11/2026,MBVCB.1.hbp 2222.CT tu 001,,254 055 đ,FT26328002\n"
)


@pytest.mark.parametrize("text", [VIETCOMBANK, BIDV, SIGNED, TWO_ROWS], ids=["comma", "bilingual", "signed", "two"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_statement_as_text(text: str, encoding: str) -> None:
    assert lines(text.encode(encoding)) == EXPECTED


def workbook(*rows: list[Any]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet("Sao kê")
    for at, cells in enumerate(rows):
        for column, value in enumerate(cells):
            if isinstance(value, str) and value.startswith("="):
                sheet.write_formula(at, column, value, None, "")
            else:
                sheet.write(at, column, value)
    book.close()
    return out.getvalue()


def test_a_statement_as_a_workbook() -> None:
    data = workbook(
        ["NGÂN HÀNG"],
        ["Ngày phát sinh", "Mô tả giao dịch", "Phát sinh nợ", "Phát sinh có", "Số giao dịch"],
        ["23/11/2026", EXPECTED[0][2], None, 4_092_000, "FT26327001"],
        ["24/11/2026", EXPECTED[1][2], None, "254.055", "FT26328002"],
    )
    assert lines(data) == EXPECTED


def test_a_web_page_called_xls() -> None:
    cells = [["Ngày", "Nội dung", "Ghi có", "Mã GD"]]
    cells += [[f"{transfer[0]:%d/%m/%Y}", transfer[2], f"{transfer[1]:,}", transfer[3]] for transfer in EXPECTED]
    rows = "".join("<tr>" + "".join(f"<td>{text}</td>" for text in row) + "</tr>" for row in cells)
    assert lines(f"<html><table>{rows}</table></html>".encode()) == EXPECTED


def test_a_formula_stays_text_and_is_no_amount() -> None:
    text = 'Ngày,Nội dung,Ghi có,Mã GD\n24/11/2026,"=HYPERLINK(""http://x"",""HBP"")",=1+4092000,A1\n'
    statement = read_statement(text.encode())
    assert statement.credits == []
    assert [(line.row, line.why, line.text) for line in statement.unread] == [
        (2, "amount", '=HYPERLINK("http://x","HBP")')
    ]
    assert read_statement(workbook(["Ngày", "Nội dung", "Ghi có"], ["24/11/2026", "x", "=1+1"])).credits == []


def test_a_line_without_a_reference_keeps_the_name_it_got() -> None:
    text = "Ngày,Nội dung,Ghi có\n24/11/2026,a,100000\n24/11/2026,a,100000\n24/11/2026,b,100000\n"
    first, second = (read_statement(text.encode()).credits for _time in range(2))
    assert len({credit.reference for credit in first}) == 3
    assert [credit.reference for credit in first] == [credit.reference for credit in second]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "empty_file"),
        (b"%PDF-1.7", "unsupported_format"),
        (b"PK\x03\x04 broken", "damaged_file"),
        ("Họ tên,Ngày sinh\nA,1990\n".encode(), "no_header"),
        ("Ngày,Nội dung,Ghi có\n".encode(), "no_credits"),
    ],
)
def test_what_is_no_statement_is_said(data: bytes, problem: str) -> None:
    assert read_statement(data).problem == problem


@pytest.mark.parametrize(
    ("text", "vnd"),
    [
        ("4.092.000", 4_092_000), ("4,092,000.00", 4_092_000), ("4 092 000 VND", 4_092_000), ("+4092000", 4_092_000),
        ("4092000.0", 4_092_000), ("-11.000", -11_000), ("(11,000)", -11_000), ("11", 11), ("1.5", None),
        ("4092000.123", None), ("1.23.456", None), ("1,234.567", None), ("abc", None), ("=1+1", None), ("9" * 20, None),
    ],
)  # fmt: skip
def test_amounts(text: str, vnd: int | None) -> None:
    assert read_amount(text) == vnd
