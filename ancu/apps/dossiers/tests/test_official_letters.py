"""Official letters: which act issues which, their numbers without gaps, what they say for ever, and who reads them."""

from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from unittest.mock import patch

import pypdfium2
import pytest
import time_machine
from django.db import DatabaseError, transaction

from ancu.apps.audit.models import Event as AuditEvent
from ancu.apps.dossiers.enums import LetterKind, SigningForm, State
from ancu.apps.dossiers.models import Dossier, Letterhead, LetterSigner, OfficialLetter, Supplement
from ancu.apps.dossiers.selectors.letter_facts import signing_lines
from ancu.apps.dossiers.selectors.results import values_of
from ancu.apps.dossiers.services import corrections, handling
from ancu.apps.dossiers.services.letterhead import set_letterhead
from ancu.apps.dossiers.services.official_letters import issue_letter
from ancu.apps.dossiers.services.retention import redact_dossiers
from ancu.apps.dossiers.tests.factories import make_cast, make_dossier
from ancu.apps.lodging.tests.factories import World
from ancu.apps.messaging.models import Notification
from ancu.core import clock
from ancu.core.actor import system
from ancu.core.clock import VIETNAM
from ancu.core.errors import Forbidden
from ancu.core.security.privacy import Keep

LIST = "/office/dossiers/letters/"


@pytest.fixture
def cast(world: World) -> World:
    return make_cast(world)


def numbers() -> list[tuple[str, str]]:
    return [(letter.kind, letter.symbol) for letter in OfficialLetter.objects.order_by("pk")]


def pages_of(pdf: bytes) -> list[str]:
    paper = pypdfium2.PdfDocument(BytesIO(pdf))
    pages = [" ".join(paper[place].get_textpage().get_text_bounded().split()) for place in range(len(paper))]
    paper.close()
    return pages


def pdf_of(cast: World, letter: OfficialLetter, name: str = "ramon") -> Any:
    return cast.client(name).get(f"/dossiers/{letter.dossier.number}/letters/{letter.pk}.pdf")


@pytest.mark.parametrize(
    ("state", "kinds"),
    [
        (State.SUBMITTED, []),
        (State.SUPPLEMENT, [LetterKind.SUPPLEMENT]),
        (State.NOT_ACCEPTED, [LetterKind.NOT_ACCEPTED]),
        (State.TRANSFERRED, [LetterKind.TRANSFER]),
        (State.REFUSED, [LetterKind.REFUSAL]),
        (State.DELIVERED, [LetterKind.RESULT]),
    ],
)
def test_each_act_issues_its_letter_with_the_first_number(cast: World, state: State, kinds: list[LetterKind]) -> None:
    make_dossier(cast, state)
    series = "PC" if state == State.TRANSFERRED else "TB"
    assert [(kind, symbol.split("-")[0]) for kind, symbol in numbers()] == [(kind, f"01/{series}") for kind in kinds]


def test_each_series_is_numbered_apart_and_anew_each_year(cast: World) -> None:
    with time_machine.travel(datetime(2026, 12, 31, 10, tzinfo=VIETNAM)):
        for state in (State.SUPPLEMENT, State.TRANSFERRED, State.NOT_ACCEPTED):
            make_dossier(cast, state)
    with time_machine.travel(datetime(2027, 1, 4, 10, tzinfo=VIETNAM)):
        make_dossier(cast, State.NOT_ACCEPTED)
    parts = OfficialLetter.objects.order_by("pk").values_list("year", "series", "number")
    assert list(parts) == [(2026, "TB", 1), (2026, "PC", 1), (2026, "TB", 2), (2027, "TB", 1)]


def test_an_act_that_is_undone_uses_no_number(cast: World) -> None:
    undone, done, ines = make_dossier(cast), make_dossier(cast), cast.actor("ines")
    with transaction.atomic():
        handling.not_accept(ines, dossier=undone, reason="Not here.")
        transaction.set_rollback(True)
    handling.not_accept(ines, dossier=done, reason="Not here.")
    assert [letter.number for letter in OfficialLetter.objects.all()] == [1]


def test_the_database_refuses_to_change_or_delete_a_letter(cast: World) -> None:
    make_dossier(cast, State.REFUSED)
    letters = OfficialLetter.objects.all()
    changes: list[dict[str, Any]] = [{"number": 9}, {"kind": LetterKind.RESULT}, {"content": {"title": "another"}}]
    for change in changes:
        with pytest.raises(DatabaseError), transaction.atomic():
            letters.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        letters.delete()
    letters.update(content={})  # as retention does


def test_a_refusal_is_laid_out_and_says_until_when_and_where_to_complain(cast: World) -> None:
    make_dossier(cast, State.REFUSED)
    letter = OfficialLetter.objects.get()
    response = pdf_of(cast, letter)
    assert b"/StructTreeRoot" in response.content  # tagged: read aloud in order
    vietnamese, english = pages_of(response.content)
    for part in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", f"Số: {letter.symbol}", "Kính gửi:",
        "THÔNG BÁO", "The work permit is false.", "90 ngày", "Điều 9", "02/2011/QH13", "93/2015/QH13", "Nơi nhận:",
        "Như trên", "Lưu: VT", cast.users["dora"].full_name,
    ):  # fmt: skip
        assert part in vietnamese, part
    for part in ("Translation for information", "within 90 days", "Law on complaints", letter.symbol):
        assert part in english, part


def test_a_letter_says_the_same_for_ever(cast: World) -> None:
    make_dossier(cast, State.REFUSED)
    letter = OfficialLetter.objects.get()
    before = pages_of(pdf_of(cast, letter).content)
    rosa, dora = cast.actor("rosa"), cast.users["dora"]
    set_letterhead(
        rosa, symbol="PA08", place="Việt Trì", head_title="Trưởng phòng",
        signers={dora.pk: (SigningForm.DEPUTY, "Phó Trưởng phòng")},
    )  # fmt: skip
    Dossier.objects.update(reason="Other words.")
    assert pages_of(pdf_of(cast, letter).content) == before


def test_the_next_letter_follows_the_letterhead(cast: World) -> None:
    rosa, dora = cast.actor("rosa"), cast.users["dora"]
    dora.title = "Thượng tá"
    dora.save()
    signers = {dora.pk: (SigningForm.DEPUTY, "Phó Trưởng phòng"), cast.users["alice"].pk: (SigningForm.HEAD, "Boss")}
    set_letterhead(rosa, symbol="PA08", place="Việt Trì", head_title="Trưởng phòng", signers=signers)
    assert [signer.user_id for signer in LetterSigner.objects.all()] == [dora.pk]  # officers of the office only
    make_dossier(cast, State.REFUSED)
    letter = OfficialLetter.objects.get()
    page = pages_of(pdf_of(cast, letter).content)[0]
    assert letter.symbol == "01/TB-PA08"
    assert "KT. TRƯỞNG PHÒNG PHÓ TRƯỞNG PHÒNG" in page and f"Thượng tá {dora.full_name}" in page
    assert "Việt Trì, ngày" in page


@pytest.mark.parametrize(
    ("form", "lines"),
    [
        (SigningForm.HEAD, ["Trưởng phòng"]),
        (SigningForm.DEPUTY, ["KT. Trưởng phòng", "Phó Trưởng phòng"]),
        (SigningForm.BY_ORDER, ["TL. Trưởng phòng", "Phó Trưởng phòng"]),
        (SigningForm.OFFICER, ["Phó Trưởng phòng"]),
    ],
)
def test_a_form_of_signing_has_its_lines(form: SigningForm, lines: list[str]) -> None:
    assert signing_lines(form, "Trưởng phòng", "Phó Trưởng phòng") == lines


def test_a_letter_of_an_act_before_numbering_is_a_copy_without_a_number(cast: World) -> None:
    with patch("ancu.apps.dossiers.services.moving.issue_letter"):
        dossier = make_dossier(cast, State.REFUSED)
    page = pages_of(cast.client("ramon").get(f"/dossiers/{dossier.number}/documents/refusal.pdf").content)[0]
    assert "Số: ......./TB-" in page and "The work permit is false." in page
    with patch("ancu.apps.dossiers.services.moving.issue_letter", wraps=issue_letter):
        make_dossier(cast, State.REFUSED)
    letter = OfficialLetter.objects.get()
    page = pages_of(cast.client("ramon").get(f"/dossiers/{letter.dossier.number}/documents/refusal.pdf").content)[0]
    assert "Số: 01/TB-" in page


@pytest.mark.parametrize(
    ("name", "status"), [("ramon", 200), ("ines", 200), ("rosa", 200), ("zoe", 404), ("olga", 404)]
)
def test_the_filers_side_and_the_office_read_a_letter_and_nobody_else(cast: World, name: str, status: int) -> None:
    make_dossier(cast, State.REFUSED)
    assert pdf_of(cast, OfficialLetter.objects.get(), name).status_code == status


def test_a_letter_is_found_below_its_own_dossier_only(cast: World) -> None:
    make_dossier(cast, State.REFUSED)
    another = make_dossier(cast)
    letter = OfficialLetter.objects.get()
    assert cast.client("ramon").get(f"/dossiers/{another.number}/letters/{letter.pk}.pdf").status_code == 404


def test_reading_a_letter_is_a_recorded_look(cast: World) -> None:
    dossier = make_dossier(cast, State.REFUSED)
    letter = OfficialLetter.objects.get()
    pdf_of(cast, letter, "ines")
    look = AuditEvent.objects.filter(subject_type="dossiers.dossier", subject_id=str(dossier.pk)).latest("pk")
    assert look.details["export"] == f"letter-{letter.pk}"


def test_a_closing_is_signed_by_the_officer_whose_request_was_not_answered(cast: World) -> None:
    dossier = make_dossier(cast, State.SUPPLEMENT)
    Supplement.objects.update(answer_by=clock.today() - timedelta(days=1))
    assert handling.close_unanswered(system("test")) == 1
    request, closing = OfficialLetter.objects.order_by("number")
    assert (closing.kind, closing.number, closing.dossier) == (LetterKind.CLOSING, request.number + 1, dossier)
    assert closing.signed_by == request.signed_by is not None
    assert "closes this dossier without a decision" in pages_of(pdf_of(cast, closing).content)[1]


def test_a_corrected_result_is_announced_by_a_second_letter(cast: World) -> None:
    dossier = make_dossier(cast, State.READY)
    values = values_of(dossier.result) | {"number": "TRC 99"}
    correction = corrections.propose(cast.actor("ines"), dossier=dossier, reason="Mistyped.", **values)
    corrections.decide(cast.actor("selma"), correction=correction, confirmed=True)
    first, second = OfficialLetter.objects.order_by("number")
    assert first.kind == second.kind == LetterKind.RESULT
    assert "TRC 99" in pages_of(pdf_of(cast, second).content)[0]
    assert "TRC 99" not in pages_of(pdf_of(cast, first).content)[0]


def test_a_letter_is_gone_with_the_personal_data_and_its_number_stays(cast: World) -> None:
    make_dossier(cast, State.REFUSED)
    Dossier.objects.update(ended_at=clock.now() - timedelta(days=Keep.DOSSIER.value + 1))
    assert redact_dossiers(system("test")) == 1
    letter = OfficialLetter.objects.get()
    assert letter.content == {} and letter.number == 1
    assert pdf_of(cast, letter).status_code == 404
    assert cast.client("ramon").get(f"/dossiers/{letter.dossier.number}/documents/refusal.pdf").status_code == 404


# ---- a delay -------------------------------------------------------------------------------------------


def test_a_delay_is_told_with_its_reason_and_the_new_date(cast: World) -> None:
    with time_machine.travel(datetime(2026, 12, 1, 10, tzinfo=VIETNAM)):
        dossier, client = make_dossier(cast, State.ACCEPTED), cast.client("selma")
        address = f"/office/dossiers/{dossier.number}/postpone"
        body = {"reason": "The commune has not answered yet.", "version": ""}
        for wrong in ("01/12/2026", f"{dossier.due_on:%d/%m/%Y}", "13/12/2026"):  # today, the due day, a Sunday
            refused = client.post(address, body | {"new_day": wrong})
            assert refused.status_code == 422 and body["reason"] in refused.content.decode()
        assert client.post(address, body | {"new_day": "14/12/2026"}).status_code == 302
        letter = OfficialLetter.objects.get()
        page, english = pages_of(pdf_of(cast, letter).content)
        assert letter.kind == LetterKind.DELAY and "14/12/2026" in page and body["reason"] in page
        assert "apologises for the delay" in english
        sent = Notification.objects.filter(template="dossiers/letters/postponed.txt", channel="email")
        assert sent.exists() and all("14/12/2026" in mail.body for mail in sent)
        before = dossier.due_on
        dossier.refresh_from_db()
        assert dossier.due_on == before
        own = cast.client("ramon").get(f"/dossiers/{dossier.number}/").content.decode()
        assert "deadline-promised" in own and "14/12/2026" in own


# ---- the list ------------------------------------------------------------------------------------------


def test_the_list_has_kind_month_and_print(cast: World) -> None:
    refused, transferred = make_dossier(cast, State.REFUSED), make_dossier(cast, State.TRANSFERRED)
    client = cast.client("ines")
    page = client.get(LIST).content.decode()
    assert "01/TB-" in page and "01/PC-" in page and refused.number in page
    narrowed = client.get(f"{LIST}?kind=transfer").content.decode()
    assert transferred.number in narrowed and refused.number not in narrowed
    earlier = client.get(f"{LIST}?period=2020-01").content.decode()
    assert "01/TB-" not in earlier
    printed = client.get(f"{LIST}print.pdf?series=TB")
    text = " ".join(pages_of(printed.content))
    assert printed["Content-Type"] == "application/pdf" and "01/TB-" in text and "01/PC-" not in text
    looks = AuditEvent.objects.filter(subject_type="dossiers.letters")
    assert looks.latest("pk").details["dossiers"] == [refused.pk]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_one_letter_and_for_three(cast: World, count: int, expect_queries: Any) -> None:
    for _ in range(count):
        make_dossier(cast, State.REFUSED)
    client = cast.client("ines")
    client.get(LIST)
    with expect_queries():
        client.get(LIST)


def test_only_the_administrator_sets_how_letters_are_signed(cast: World) -> None:
    with pytest.raises(Forbidden):
        set_letterhead(cast.actor("ines"), symbol="X", place="Y", head_title="Z", signers={})
    client, dora = cast.client("rosa"), cast.users["dora"]
    page = client.get(f"{LIST}signing")
    body = {field.html_name: field.value() or "" for field in page.context["form"]}
    wrong = client.post(f"{LIST}signing", body | {"symbol": "X N C", f"position_{dora.pk}": "Phó Trưởng phòng"})
    assert wrong.status_code == 422 and "Phó Trưởng phòng" in wrong.content.decode()  # nothing typed is lost
    assert not Letterhead.objects.exists()
    right = body | {"symbol": "xnc", "head_title": "Trưởng phòng", "place": "Hòa Bình", f"form_{dora.pk}": "deputy"}
    assert client.post(f"{LIST}signing", right).status_code == 302
    assert Letterhead.objects.get().symbol == "XNC" and LetterSigner.objects.get(user=dora).form == SigningForm.DEPUTY


def test_two_administrators_do_not_overwrite_each_other(cast: World) -> None:
    client, dora = cast.client("rosa"), cast.users["dora"]
    page = client.get(f"{LIST}signing")
    edit = page.context["edit"]
    body = {field.html_name: field.value() or "" for field in page.context["form"]}
    body |= {"edition": edit.edition, "shown": edit.shown}
    set_letterhead(
        cast.actor("rosa"), symbol="XNC", place="Hòa Bình", head_title="Trưởng phòng",
        signers={dora.pk: (SigningForm.DEPUTY, "Phó Trưởng phòng")},
    )  # fmt: skip
    answer = client.post(f"{LIST}signing", body | {"place": "Lạc Sơn"})
    text = answer.content.decode()
    assert answer.status_code == 409 and "Lạc Sơn" in text and "Phó Trưởng phòng" in text
    assert Letterhead.objects.get().place == "Hòa Bình"
    overtaken = answer.context["edit"]
    values = {field.html_name: field.value() or "" for field in answer.context["form"]}
    assert (
        client.post(f"{LIST}signing", values | {"edition": overtaken.edition, "shown": overtaken.shown}).status_code
        == 302
    )
    assert Letterhead.objects.get().place == "Lạc Sơn"
    assert LetterSigner.objects.get(user=dora).form == SigningForm.DEPUTY
