"""Fees: how to pay, the test provider, the counter and its book, a bank's statement, receipts anyone can check."""

from playwright.sync_api import FilePayload, expect

from ancu.apps.dossiers.models import BankLine, Dossier, FeeReceipt
from ancu.apps.dossiers.selectors.money import fee_of, receipt_code
from ancu.core import clock
from e2e.walk import Walk
from e2e.walks.kit import Demo, part
from e2e.walks.made import COMPANY, INTAKE, sent_by_company, stamp


def fee_state(dossier: Dossier) -> str:
    return str(fee_of(Dossier.objects.get(pk=dossier.pk)).state)


@part
def ways_to_pay(demo: Demo) -> None:
    dossier = sent_by_company(demo)
    path = f"/dossiers/{dossier.number}/pay"
    demo.four_ways("pay", path, COMPANY)
    with demo.person(COMPANY) as walk:
        walk.go(path)
        walk.look()
        text = walk.page.inner_text("main")
        demo.seen(
            "VietQR with account, amount and words",
            walk.page.locator(".pay-qr svg").is_visible() and dossier.charge.reference in text,
        )
        demo.seen(
            "the fee in dong, by separators", f"{dossier.charge.vnd:,}".replace(",", ".") in text, dossier.charge.vnd
        )
        walk.follow(walk.button("Pay online"))
        walk.look()
        walk.follow(walk.button("Go back without paying"))
        demo.seen("gone back, nothing is paid", fee_state(dossier) == "due")
        walk.go(path)
        walk.follow(walk.button("Pay online"))
        walk.follow(walk.button("Pay"))
        demo.seen("paid by the provider", fee_state(dossier) == "paid", walk.page.url)
        walk.go(path)
        walk.look()
        demo.seen("the receipt is a PDF", walk.status_of(f"/dossiers/{dossier.number}/fee-receipt.pdf") == 200)
    demo.four_ways("paid", path, COMPANY)
    receipt = FeeReceipt.objects.get(payment__charge__dossier=dossier)
    demo.four_ways("receipt-verified", f"/d/fee-receipts/{receipt_code(receipt)}")


@part
def at_the_counter(demo: Demo) -> None:
    dossier = sent_by_company(demo)
    with demo.person(INTAKE, size="1280") as ines:
        ines.go(f"/office/money/?q={dossier.number}")
        ines.look()
        ines.go(f"/office/money/take/{dossier.number}")
        ines.look()
        ines.fill(payer="Trần Thị Thu Hà")
        ines.follow(ines.page.locator("main form.card [type=submit]"))
        demo.seen("taken in cash", fee_state(dossier) == "paid")
        ines.look()
        ines.go("/office/money/")
        demo.seen("it stands in the cash book", dossier.number in ines.page.inner_text("main"))
        ines.fill(counted="1.000")
        ines.follow(ines.button("Close the cash book"))
        demo.seen(
            "a difference asks why",
            ines.page.locator("main .err").count(),
            ines.page.locator("main .err").first.inner_text(),
        )
        ines.look()
        book = ines.page.locator("main [name=book]").input_value()
        ines.fill(counted=f"{int(book):,}".replace(",", "."))
        ines.follow(ines.button("Close the cash book"))
        demo.seen("the book is closed", dossier.number not in ines.page.inner_text("main table").split("\n")[0])
        ines.look()
    numbers = list(FeeReceipt.objects.order_by("series", "number").values_list("series", "number"))
    series = {name: [number for one, number in numbers if one == name] for name, _number in numbers}
    demo.seen(
        "receipts are numbered without gaps", all(found == list(range(1, len(found) + 1)) for found in series.values())
    )


def statement(exact: Dossier, less: Dossier, key: str) -> FilePayload:
    """A bank's file: one sum is right, one too little, one is not for us, one cannot be read."""
    day = f"{clock.today():%d/%m/%Y}"
    lines = [
        "Ngày,Nội dung,Ghi có,Số tham chiếu",
        f"{day},CT DEN {exact.charge.reference.lower()} NOP LE PHI,{exact.charge.vnd},FT{key}1",
        f"{day},{less.charge.reference},{less.charge.vnd - 1000},FT{key}2",
        f"{day},tien phong,50000,FT{key}3",
        f"{day},hỏng,x,FT{key}4",
    ]
    return {"name": f"saoke-{key}.csv", "mimeType": "text/csv", "buffer": "\n".join(lines).encode()}


@part
def a_statement(demo: Demo) -> None:
    exact, less = sent_by_company(demo), sent_by_company(demo)
    key = stamp()
    file = statement(exact, less, key)
    with demo.person(INTAKE, size="1280") as ines:
        ines.go("/office/money/statements")
        ines.look()
        ines.page.set_input_files("main input[type=file]", file)
        ines.button("Send and look").click()
        ines.page.wait_for_url("**/statements/new/*")
        ines.look()
        demo.keep(ines.page, "statement-preview-vi-1280")
        demo.seen("nothing is paid before it is read in", fee_state(exact) == "due")
        ines.follow(ines.button("Read it in"))
        ines.look()
        demo.seen("the exact sum pays, the other is looked at", (fee_state(exact), fee_state(less)) == ("paid", "due"))
        too_little(demo, ines, less, BankLine.objects.get(reference=f"FT{key}2"))
        look_again(demo, ines, file)


def too_little(demo: Demo, ines: Walk, less: Dossier, line: BankLine) -> None:
    ines.go(f"/office/money/lines/{line.pk}")
    ines.look()
    ines.fill(number=less.number)
    ines.page.locator("form:has([value=match]) [name=note]").fill("Thiếu 1.000 đồng, đã nộp thêm tiền mặt.")
    ines.follow(ines.button("It pays this fee"))
    demo.seen(
        "too little is not the fee, by hand neither",
        fee_state(less) == "due" and ines.page.locator("main .err").count(),
        ines.page.locator("main .err, .alert").all_inner_texts(),
    )
    ines.look()
    ines.page.locator("main [name=aside-note]").fill("Đã chuyển trả lại hôm nay.")
    ines.follow(ines.button("Set it aside"))
    line.refresh_from_db()
    demo.seen("set aside, with what it is", line.state == "set_aside", line.note)


def look_again(demo: Demo, ines: Walk, file: FilePayload) -> None:
    ines.go("/office/money/statements")
    ines.page.set_input_files("main input[type=file]", file)
    ines.button("Send and look").click()
    ines.page.wait_for_url("**/statements/new/*")
    demo.seen("the same file is known", not ines.button("Read it in").count())
    ines.go("/office/money/lines")
    ines.look()
    wrong = {"name": "a.csv", "mimeType": "text/csv", "buffer": b"\x00\x01 nothing"}
    ines.go("/office/money/statements")
    ines.page.set_input_files("main input[type=file]", wrong)
    ines.button("Send and look").click()
    expect(ines.page.locator("main .err, main .alert-danger").first).to_be_visible()
    ines.look()
    demo.seen(
        "what is no statement is told",
        True,
        ines.page.locator("main .err, main .alert-danger").first.inner_text()[:120],
    )


@part
def rates(demo: Demo) -> None:
    with demo.person(INTAKE, size="1280") as ines:
        ines.go("/office/money/rates")
        ines.look()
        ines.fill(day=f"{clock.today():%d/%m/%Y}", vnd_per_usd="99.000", source="Vietcombank")
        ines.follow(ines.button("Keep the rate"))
        demo.seen(
            "an odd or used rate is asked about",
            ines.page.locator("main .err").count(),
            ines.page.locator("main .err").all_inner_texts(),
        )
        ines.look()
