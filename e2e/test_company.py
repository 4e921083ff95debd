"""A company obtains a residence card for its engineer, from the company's legal file to the delivery of the card.

test_every_page.py checks every address; this journey checks pages that its states change.
"""

from datetime import time, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from ancu.apps.dossiers.enums import DecisionProposal, LegalFileState, State
from ancu.apps.dossiers.models import Dossier, LegalFile
from ancu.apps.dossiers.services import handling
from ancu.apps.dossiers.services.counters import OpeningPeriod
from ancu.apps.dossiers.services.passports import read_unread
from ancu.apps.dossiers.tests.factories import make_cast, make_counter, make_rate, picture
from ancu.apps.dossiers.views import papers
from ancu.apps.dossiers.views.office import dossier as office_dossier
from ancu.apps.dossiers.views.office import legal_files as office_legal_files
from ancu.core import clock
from ancu.core.testing import texts
from ancu.engines.papers.tests.samples import face
from e2e.conftest import Invite
from e2e.visitor import Visitor

pytestmark = pytest.mark.django_db(transaction=True)
CARD = "TRC7654321"
BLURRED = "Trang thứ hai bị mờ."


def day(days: int) -> str:
    return f"{clock.today() + timedelta(days=days):%d/%m/%Y}"


def paper(name: str) -> dict[str, Any]:
    return {"name": name, "mimeType": "image/jpeg", "buffer": picture(600, 850)}


def photo() -> dict[str, Any]:
    out = BytesIO()
    face((600, 900)).save(out, "JPEG")
    return {"name": "anh.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def test_a_company_has_a_card_made(
    invite: Invite, world: Any, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MEDIA_ROOT = tmp_path
    make_rate(make_cast(world))
    make_counter(world, [OpeningPeriod(day, time(8), time(11)) for day in range(6)])
    ramon, ines = (invite(name, by_login_page=False) for name in ("ramon", "ines"))
    without_drawing(monkeypatch)
    he_files_the_legal_file(ramon)
    she_approves_the_legal_file(ines)
    he_begins(ramon)
    dossier = Dossier.objects.get()
    he_fills_in_the_forms(ramon)
    he_adds_papers(ramon)
    he_mends_what_the_check_finds(ramon)
    he_sends_it(ramon, dossier)
    he_books_a_time(ramon, dossier)
    he_sees_how_to_pay(ramon, dossier)
    she_reads_in_the_statement(ines, dossier)
    she_asks_for_a_supplement(ines, dossier)
    he_gives_it(ramon, dossier)
    she_accepts_it(ines, dossier)
    it_is_assessed_and_approved(invite, world, dossier)
    she_enters_the_result(ines, dossier)
    she_hands_it_over(ines, ramon, dossier)


def without_drawing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace the pictures of papers, each of which takes a process; other tests check them.

    This happens on the server because a browser with intercepted requests does not cache fonts and scripts.
    """
    blank = picture(84, 112)
    for view in (papers, office_dossier, office_legal_files):
        monkeypatch.setattr(view, "page_image", lambda *_args, **_kwargs: blank)


# ---- the legal file ------------------------------------------------------------------------------------


def he_files_the_legal_file(ramon: Visitor) -> None:
    ramon.go("/dossiers/")
    ramon.follow(ramon.link("Legal file"))
    ramon.expect_text(ramon.translate("The organisation cannot submit a dossier without it."))
    ramon.fill(
        name="Công ty TNHH Sông Đà",
        tax_code="5400123456",
        field="Thủy điện",
        licence_number="5400123456",
        licence_date="04/05/2015",
        licence_authority="Sở Kế hoạch và Đầu tư",
        address="Số 5, đường Cù Chính Lan",
        phone="0218 385 1234",
        email="office@songda.example",
        signatory_name="NGUYỄN VĂN HÒA",
        signatory_title="Giám đốc",
        valid_from="01/01/2020",
    )
    with ramon.page.expect_download() as printed:
        ramon.button("Form NA16 to sign (PDF)").click()
    assert printed.value.suggested_filename == "NA16.pdf"
    for which in ("licence", "na16"):
        zone = ramon.page.locator("main [data-paper]", has=ramon.page.locator(f"[name={which}]"))
        zone.locator("input[type=file]").set_input_files(paper(f"{which}.jpg"))
    expect(ramon.page.locator("[data-paper-id]:not([value=''])")).to_have_count(2)
    ramon.follow(ramon.button("Submit to the office"))
    ramon.expect_text(ramon.translate("A version is waiting for the office"))


def she_approves_the_legal_file(ines: Visitor) -> None:
    ines.go("/office/dossiers/")
    ines.follow(ines.link("Legal files"))
    ines.follow(ines.page.locator("main ul.rows a"))
    ines.confirm("Approve")
    assert LegalFile.objects.get().state == LegalFileState.APPROVED


# ---- the dossier ---------------------------------------------------------------------------------------


def he_begins(ramon: Visitor) -> None:
    ramon.go("/dossiers/")
    ramon.follow(ramon.link("What do you need?"))
    ramon.follow(ramon.page.locator('main ul.rows a[href*="wish=card"]'))
    ramon.follow(ramon.page.locator('main ul.rows a[href*="trc_organisation"]'))
    ramon.follow(ramon.button(texts.START))
    ramon.follow(ramon.link("Continue without a picture"))


def he_fills_in_the_forms(ramon: Visitor) -> None:
    page = ramon.page
    ramon.fill(letter_number="12/CV-SĐ")
    expect(page.locator("[name=addressed_to]")).to_have_value("Phòng Quản lý xuất nhập cảnh")
    expect(page.locator("[name=organisation_address]")).to_have_value("Số 5, đường Cù Chính Lan")
    go_on(ramon)
    he_lists_the_engineer(ramon)
    expect(page.locator("[name=signer_name]")).to_have_value("NGUYỄN VĂN HÒA")
    go_on(ramon)
    expect(page.locator("[name=full_name]")).to_have_value("SCHMIDT ANNA")  # typed once
    for name, choice in {"birth_nationality": "DEU", "passport_kind": "ordinary"}.items():
        page.locator(f"select[name={name}]").select_option(choice, force=True)
    ramon.fill(occupation="Engineer", passport_authority="Stadt Kiel", passport_expiry=day(1500))
    ramon.fill(foreign_address="Kiel, Hafenstraße 1", foreign_workplace="Kiel, Werftstraße 2")
    go_on(ramon)
    he_tells_of_her_stay(ramon)
    page.locator("select[name=card_symbol]").select_option("LĐ2", force=True)
    page.locator("select[name=purpose]").select_option("work")
    ramon.fill(card_until=day(900))  # the law limits an LĐ2 card to two years
    go_on(ramon)


def he_lists_the_engineer(ramon: Visitor) -> None:
    page = ramon.page
    for name, text in {
        "full_name": "SCHMIDT ANNA",
        "birth_date": "12/04/1990",
        "passport_number": "C01X0T478",
        "position": "Engineer",
        "card_from": day(10),
        "card_until": day(700),
    }.items():
        page.locator(f"main [name=people-0-{name}]").fill(text)
    page.locator("label:has([name=people-0-sex][value=F])").click()
    for name, choice in {"nationality": "DEU", "card_symbol": "LĐ2"}.items():
        page.locator(f"select[name=people-0-{name}]").select_option(choice, force=True)
    go_on(ramon)


def he_tells_of_her_stay(ramon: Visitor) -> None:
    page = ramon.page
    page.locator("select[name=entry_kind]").select_option("visa")
    page.locator("#field-present_symbol select").select_option("LĐ2", force=True)
    page.locator("select[name=entry_purpose]").select_option("work")
    ramon.fill(entered_on=day(-40), entry_port="Nội Bài", permitted_until=day(40), stay_address="Số 3, bản Lác")
    ramon.fill(phone="0912 345 679", email="anna@example.test", stay_unit="mai ha")
    page.locator("main [role=option]:visible").first.click()
    go_on(ramon)


def go_on(ramon: Visitor) -> None:
    ramon.follow(ramon.button(texts.SAVE_AND_CONTINUE))


def he_adds_papers(ramon: Visitor) -> None:
    for key, file in {
        "signed_na6": paper("na6.jpg"),
        "passport": paper("passport.jpg"),
        "photo": photo(),
        "work_permit": paper("permit.jpg"),
    }.items():
        put(ramon, key, file)
    ramon.follow(ramon.link(texts.CHECK_AND_SUBMIT))


def put(ramon: Visitor, key: str, file: dict[str, Any]) -> None:
    with ramon.page.expect_navigation():
        ramon.page.locator(f"#paper-{key} input[type=file]").set_input_files(file)
    expect(ramon.page.locator(f"#paper-{key} .pages img")).to_be_visible()


def he_mends_what_the_check_finds(ramon: Visitor) -> None:
    reading = ramon.page.locator("#found [role=status]")
    expect(reading).to_be_visible()
    ramon.check_page()
    assert ramon.page.locator("main a[href$='/send'].btn-primary").count() == 0
    read_unread(Dossier.objects.get())
    expect(reading).to_have_count(0)  # the page continues by itself
    wrong = ramon.page.locator("main .findings li", has=ramon.page.locator(".chip-bad"))
    expect(wrong).to_have_count(2)  # longer than the law allows, and different from the list
    ramon.follow(wrong.locator("a").first)
    ramon.fill(card_until=day(700))
    go_on(ramon)
    if not ramon.path().endswith("/check"):
        ramon.follow(ramon.link(texts.CHECK_AND_SUBMIT))
    expect(ramon.page.locator("main .findings .chip-bad")).to_have_count(0)


def he_sends_it(ramon: Visitor, dossier: Dossier) -> None:
    ramon.go(f"/dossiers/{dossier.number}/step/2")
    expect(ramon.page.locator("[data-table-row]")).to_have_count(1)  # no empty row below the engineer's
    ramon.page.go_back()
    ramon.follow(ramon.link(texts.REVIEW_AND_SUBMIT))
    ramon.expect_text("Xã Mai Hạ")
    ramon.page.locator("[name=true]").check()
    ramon.follow(ramon.button(texts.SUBMIT_THE_DOSSIER))
    ramon.expect_text(dossier.number)
    assert state_of(dossier) == State.SUBMITTED


def state_of(dossier: Dossier) -> str:
    return Dossier.objects.get(pk=dossier.pk).state


def he_books_a_time(ramon: Visitor, dossier: Dossier) -> None:
    ramon.follow(ramon.link(texts.CHOOSE_A_TIME))
    ramon.follow(ramon.page.locator("main .slot-days a").first)
    ramon.follow(ramon.page.locator("main button[name=slot]").first)
    ramon.expect_text(ramon.translate(texts.YOUR_APPOINTMENT))
    ramon.check_page()


def he_sees_how_to_pay(ramon: Visitor, dossier: Dossier) -> None:
    ramon.follow(ramon.page.locator("main .crumbs a"))
    ramon.follow(ramon.link("Pay the fee"))
    expect(ramon.page.locator("main .pay-qr svg")).to_be_visible()
    ramon.expect_text(dossier.charge.reference)


# ---- the office ----------------------------------------------------------------------------------------


def open_it(officer: Visitor, dossier: Dossier) -> None:
    """Open the dossier from the queue."""
    officer.go("/office/dossiers/")
    officer.follow(officer.page.locator(f"main a[href*='{dossier.number}']").first)


def open_it_again(officer: Visitor, dossier: Dossier) -> None:
    officer.go(f"/office/dossiers/{dossier.number}/")


def show_pane(officer: Visitor, pane: str) -> None:
    """Show a pane of the dossier's page, which is a tab on a phone."""
    tab = officer.page.locator(f"main [data-pane={pane}]")
    if tab.is_visible():
        tab.click()


def open_step(officer: Visitor, act: str) -> None:
    """Open the second step of an act beside the papers."""
    officer.page.locator("#place .strip-count").wait_for()  # the page's scripts have started
    officer.link(act).click()
    expect(officer.page.locator("#step form")).to_be_visible()


def she_reads_in_the_statement(ines: Visitor, dossier: Dossier) -> None:
    charge = dossier.charge
    rows = ["Ngày,Nội dung,Ghi có,Số tham chiếu", f"{day(0)},CT DEN {charge.reference},{charge.vnd},FT26329001"]
    ines.go("/office/money/")
    ines.follow(ines.page.locator("main a[href$='/office/money/statements']"))
    file = {"name": "saoke.csv", "mimeType": "text/csv", "buffer": "\n".join(rows).encode()}
    ines.page.set_input_files("main input[type=file]", file)
    ines.button(texts.SEND_AND_CHECK).click()
    ines.page.wait_for_url("**/statements/new/*")
    ines.follow(ines.button("Save transfers"))


def she_asks_for_a_supplement(ines: Visitor, dossier: Dossier) -> None:
    open_it(ines, dossier)
    expect(ines.page.locator("main")).to_contain_text(ines.translate("paid", context="fee"), ignore_case=True)
    show_pane(ines, "checks-pane")
    ines.follow(ines.button("Record that it has arrived"))
    for _paper in ("signed_na6", "passport", "photo"):
        ines.follow(ines.page.locator("main button[value=accepted]"))
    ines.page.locator("main summary", has_text=ines.translate("Reject")).click()
    ines.page.locator("main select[name=reason_code]").select_option("unreadable")
    ines.fill(reason=BLURRED)
    ines.follow(ines.page.locator("main button[value=returned]"))
    open_step(ines, "Request more documents")
    ines.check_page()
    ines.follow(ines.button(texts.SEND_REQUEST))
    assert state_of(dossier) == State.SUPPLEMENT


def he_gives_it(ramon: Visitor, dossier: Dossier) -> None:
    ramon.go("/dossiers/")
    ramon.follow(ramon.page.locator("main .card-asked ul.rows a"))
    ramon.expect_text(BLURRED)
    ramon.check_page()
    ramon.follow(ramon.link("Add the documents"))
    put(ramon, "work_permit", paper("permit-2.jpg"))
    ramon.follow(ramon.link(texts.CHECK_AND_SUBMIT))
    ramon.follow(ramon.link(texts.REVIEW_AND_SUBMIT))
    ramon.page.locator("[name=true]").check()
    ramon.follow(ramon.page.locator("main form.card-asked button"))
    assert state_of(dossier) == State.RESUBMITTED


def she_accepts_it(ines: Visitor, dossier: Dossier) -> None:
    open_it_again(ines, dossier)
    ines.follow(ines.page.locator("main button[value=accepted]"))
    open_step(ines, "Accept as complete")
    ines.follow(ines.button("Accept as complete"))
    assert state_of(dossier) == State.ACCEPTED


def it_is_assessed_and_approved(invite: Invite, world: Any, dossier: Dossier) -> None:
    """Let another officer approve the proposal; test_dossier_office.py has the journey of the proposal."""
    handling.assess(world.actor("selma"), dossier=dossier, proposal=DecisionProposal.APPROVE, reason="Đủ điều kiện.")
    dora = invite("dora", by_login_page=False)
    open_it(dora, dossier)
    dora.expect_text("Đủ điều kiện.")
    dora.check_page()
    open_step(dora, texts.APPROVE)
    dora.check_page()
    dora.follow(dora.button(texts.APPROVE))
    assert state_of(dossier) == State.APPROVED


def she_enters_the_result(ines: Visitor, dossier: Dossier) -> None:
    open_it_again(ines, dossier)
    open_step(ines, "Enter the result")
    ines.fill(number=CARD)
    ines.page.set_input_files("main input[name=scan]", paper("the.jpg"))
    ines.follow(ines.button("Enter the result"))
    assert state_of(dossier) == State.READY


def she_hands_it_over(ines: Visitor, ramon: Visitor, dossier: Dossier) -> None:
    open_step(ines, texts.HAND_OVER_RESULT)
    ines.fill(received_by="SCHMIDT ANNA", proof_number="C01X0T478")
    ines.page.locator("main label:has([name=proof][value=identity])").click()
    ines.follow(ines.button(texts.HAND_OVER_RESULT))
    ines.check_page()
    ramon.go("/dossiers/")
    ramon.follow(ramon.page.locator(f"main ul.rows a[href*='{dossier.number}']").first)
    for text in (CARD, "SCHMIDT ANNA", ramon.translate("handed over")):
        expect(ramon.page.locator("main")).to_contain_text(text, ignore_case=True)
    ramon.check_page()
    with ramon.page.expect_download() as scan:
        ramon.link("Scan of the paper").click()
    assert scan.value.suggested_filename == "the.jpg"
