"""Papers as PDF: which there are in which state, who may take them, and what stands on them."""

from datetime import UTC, datetime
from io import BytesIO

import pypdfium2
import pytest
import time_machine

from ancu.apps.dossiers.enums import Filer, State
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.selectors.documents import DOCUMENT_TITLES, is_printable
from ancu.apps.dossiers.selectors.papers import papers_at_submission
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.apps.dossiers.selectors.public import look_up_code
from ancu.apps.dossiers.services import filing
from ancu.apps.dossiers.tests.factories import make_cast, make_dossier, make_draft, make_paper
from ancu.apps.lodging.tests.factories import World


@pytest.fixture
def cast(world: World) -> World:
    return make_cast(world)


def text_of(cast: World, dossier: Dossier, kind: str, name: str = "ramon") -> str:
    """What stands on the paper, as somebody takes it from the page."""
    response = cast.client(name).get(f"/dossiers/{dossier.number}/documents/{kind}.pdf")
    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    assert b"/StructTreeRoot" in response.content  # tagged: read aloud in order
    paper = pypdfium2.PdfDocument(BytesIO(response.content))
    pages = [paper[place].get_textpage().get_text_bounded() for place in range(len(paper))]
    paper.close()
    return " ".join(" ".join(pages).split())


@pytest.mark.parametrize(
    ("state", "kinds"),
    [
        (State.DRAFT, []),
        (State.SUBMITTED, ["receipt"]),
        (State.SUPPLEMENT, ["receipt", "supplement"]),
        (State.ACCEPTED, ["receipt", "appointment"]),
        (State.NOT_ACCEPTED, ["receipt", "not-accepted"]),
        (State.REFUSED, ["receipt", "refusal"]),  # no slip for a result that will not be
        (State.READY, ["receipt", "appointment", "result"]),
    ],
)
def test_each_state_has_its_papers_and_no_others(cast: World, state: State, kinds: list[str]) -> None:
    dossier = make_dossier(cast, state)
    assert [kind for kind in DOCUMENT_TITLES if is_printable(dossier, kind)] == kinds
    for kind in kinds:
        text = text_of(cast, dossier, kind)
        for part in ("Độc lập - Tự do - Hạnh phúc", dossier.number, look_up_code(dossier.number)):
            assert part in text
    absent = next(kind for kind in DOCUMENT_TITLES if kind not in kinds)
    assert cast.client("ramon").get(f"/dossiers/{dossier.number}/documents/{absent}.pdf").status_code == 404


def test_a_refusal_says_why_by_which_article_and_what_can_be_done(cast: World) -> None:
    text = text_of(cast, make_dossier(cast, State.REFUSED), "refusal")
    for part in ("The work permit is false.", "art. 20", "Luật Khiếu nại", "Law on complaints"):
        assert part in text


def test_a_paper_bears_the_day_of_its_act_whenever_it_is_printed(cast: World) -> None:
    with time_machine.travel(datetime(2026, 3, 8, 3, tzinfo=UTC)):
        dossier = make_dossier(cast, State.REFUSED)
    assert "ngày 08 tháng 3 năm 2026" in text_of(cast, dossier, "refusal")
    assert "ngày 08 tháng 03 năm 2026" in text_of(cast, dossier, "receipt")


def test_the_receipt_lists_the_papers_as_they_were_when_it_was_given(cast: World) -> None:
    dossier = make_dossier(cast, State.SUPPLEMENT)
    before = text_of(cast, dossier, "receipt")
    ramon = cast.actor("ramon")
    filing.attach(ramon, dossier=dossier, key="passport", file=make_paper(cast, "ramon", "renewed"), pages=77)
    optional = next(
        component.key
        for component in procedure_of(dossier).components
        if component.key not in papers_at_submission(dossier)
    )
    filing.promise_by_post(ramon, dossier=dossier, key=optional)
    assert text_of(cast, dossier, "receipt") == before and "77 tr." not in before


def test_the_slip_for_the_result_names_the_day_it_is_owed(cast: World) -> None:
    dossier = make_dossier(cast, State.ACCEPTED)
    assert f"{dossier.due_on:%d/%m/%Y}" in text_of(cast, dossier, "appointment")


@pytest.mark.parametrize(("code", "written"), [("NA6", "NGUYỆT"), ("NA8", "NGUYỆT")])
def test_a_form_is_printed_from_the_draft_with_its_numbers_to_be_signed(cast: World, code: str, written: str) -> None:
    draft = make_draft(cast, full_name="NGUYỄN THỊ " + "ÁNH NGUYỆT MINH CHÂU " * 5)
    text = text_of(cast, draft, f"form-{code}")
    for part in (f"Mẫu (Form) {code}", written, "Làm tại", draft.number):
        assert part in text


@pytest.mark.parametrize(("procedure", "code"), [("visa", "NA5"), ("trc_organisation", "NA8")])
def test_the_title_of_a_form_stands_below_the_frame_for_the_photo(cast: World, procedure: str, code: str) -> None:
    draft = make_draft(cast, procedure)
    answer = cast.client("ramon").get(f"/dossiers/{draft.number}/documents/form-{code}.pdf")
    paper = pypdfium2.PdfDocument(BytesIO(answer.content))
    text = paper[0].get_textpage()
    results = text.search("TỜ KHAI", match_case=True).get_next()
    assert results
    top = text.get_charbox(results[0])[3]
    frame = next(page_object for page_object in paper[0].get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_PATH]))
    assert top < frame.get_bounds()[1]
    paper.close()


@pytest.mark.parametrize(
    ("procedure", "filer", "by"),
    [
        ("visa", Filer.CITIZEN, "liem"),
        ("trc_individual", Filer.CITIZEN, "liem"),
        ("restricted_permit", Filer.ORGANISATION, "ramon"),
    ],
)
def test_every_form_can_be_printed_empty_items_too(cast: World, procedure: str, filer: Filer, by: str) -> None:
    draft = make_draft(cast, procedure, filer, by)
    forms = list(draft.answers)
    Dossier.objects.filter(pk=draft.pk).update(answers={})
    for code in forms:
        assert "Hòa Bình" not in text_of(cast, draft, f"form-{code}", by)


@pytest.mark.parametrize(("name", "status"), [("ramon", 200), ("ines", 200), ("zoe", 404), ("olga", 404)])
def test_the_filers_side_and_the_office_take_them_and_nobody_else(cast: World, name: str, status: int) -> None:
    dossier = make_dossier(cast, State.SUBMITTED)
    assert cast.client(name).get(f"/dossiers/{dossier.number}/documents/receipt.pdf").status_code == status
