"""What papers' texts say about the form: read once by a job, shown beside the facts and on the page, then deleted."""

from typing import Any

import pytest
from django.utils.translation import override
from pikepdf import Stream

from ancu.apps.dossiers.enums import ComponentState, DecisionProposal, State
from ancu.apps.dossiers.models import Component, Dossier
from ancu.apps.dossiers.selectors.facts import FactRow, comparison_of
from ancu.apps.dossiers.selectors.requests import offers_of
from ancu.apps.dossiers.services import filing, handling, papers
from ancu.apps.dossiers.services.retention import _redact_batch
from ancu.apps.dossiers.tasks import read_texts
from ancu.apps.dossiers.tests.factories import accept, make_cast, make_draft
from ancu.apps.files.services import store
from ancu.apps.lodging.tests.factories import World
from ancu.core.actor import system
from ancu.core.errors import Conflict
from ancu.engines.papers import PageEdit
from ancu.engines.papers.tests import samples
from ancu.engines.rulebook import FactMark

LINES = ("Ho va ten: ADAMS CLAIRE", "Ngay sinh: 12/04/1990", "Ho chieu so: 533380006")


@pytest.fixture
def cast(world: World, tmp_path: Any, settings: Any) -> World:
    settings.MEDIA_ROOT = tmp_path
    return make_cast(world)


def pdf(*lines: str) -> bytes:
    document = samples.pdf(1)
    drawn = "".join(f"BT /A 12 Tf 72 {700 - 24 * place} Td ({line}) Tj ET " for place, line in enumerate(lines))
    document.pages[0].obj.Contents = Stream(document, drawn.encode())
    return samples.saved(document)


def attach(cast: World, dossier: Dossier, data: bytes, key: str = "work_permit") -> None:
    ramon = cast.actor("ramon")
    file = store(ramon, data=data, name=f"{key}.pdf", purpose="dossier")
    filing.attach(ramon, dossier=dossier, key=key, file=file, pages=1)


def submitted(cast: World, *lines: str) -> Dossier:
    """A dossier whose work permit has these lines, as the office has it when its papers are read."""
    draft = make_draft(cast)
    attach(cast, draft, pdf(*lines))
    dossier = filing.submit(cast.actor("ramon"), dossier=draft)
    read_texts(dossier_id=dossier.pk)
    return Dossier.objects.get(pk=dossier.pk)


def permit_of(dossier: Dossier) -> Component:
    return dossier.components.get(key="work_permit")


def rows_of(dossier: Dossier) -> dict[str, FactRow]:
    with override("en"):
        return {row.label: row for row in comparison_of(Dossier.objects.get(pk=dossier.pk)).rows if row.papers}


def page_of(dossier: Dossier, rest: str = "") -> str:
    return f"/office/dossiers/{dossier.number}/{rest}"


def read(response: Any) -> str:
    return str(response.content.decode())


# ---- reading -------------------------------------------------------------------------------------------


def test_a_job_reads_the_papers_of_a_sent_dossier(cast: World) -> None:
    draft = make_draft(cast)
    attach(cast, draft, pdf(*LINES))
    assert permit_of(draft).printed is None  # to be read when it is sent
    dossier = filing.submit(cast.actor("ramon"), dossier=draft)
    assert read_texts(dossier_id=dossier.pk) is None
    printed = permit_of(dossier).printed
    assert printed["words"] == 12
    assert {fact["prefill"]: fact["mark"] for fact in printed["facts"]} == {
        "traveller.full_name": "same", "traveller.birth_date": "same", "traveller.document_number": "same",
    }  # fmt: skip
    events = permit_of(dossier).events.count()
    read_texts(dossier_id=dossier.pk)
    assert permit_of(dossier).events.count() == events  # the same again changes nothing


def test_a_broken_paper_has_no_text(cast: World) -> None:
    draft = make_draft(cast)
    attach(cast, draft, b"%PDF-1.7\nnothing of a PDF")
    dossier = filing.submit(cast.actor("ramon"), dossier=draft)
    read_texts(dossier_id=dossier.pk)
    assert (permit_of(dossier).printed["words"], permit_of(dossier).printed["facts"]) == (0, [])
    page_text = read(cast.client("ines").get(page_of(dossier, "papers/work_permit")))
    assert "No text to be read here: compare it yourself." in page_text


def test_a_file_that_was_replaced_meanwhile_is_not_described(cast: World) -> None:
    dossier = submitted(cast, *LINES)
    Component.objects.filter(pk=permit_of(dossier).pk).update(file=dossier.components.get(key="signed_na6").file)
    assert not rows_of(dossier)


def test_what_was_read_is_deleted_with_the_paper(cast: World) -> None:
    dossier = submitted(cast, *LINES)
    _redact_batch(system("test"), [dossier.pk])
    assert permit_of(dossier).printed == {}
    assert not permit_of(dossier).events.exclude(printed={}).exists()
    read_texts(dossier_id=dossier.pk)


# ---- the comparison ------------------------------------------------------------------------------------


def test_papers_that_say_the_same_stand_below_the_fact(cast: World) -> None:
    dossier = submitted(cast, "Ho va ten: CLAIRE ADAMS", *LINES[1:])
    rows = rows_of(dossier)
    assert {paper.label for row in rows.values() for paper in row.papers} == {"Work permit"}
    name = next(row for row in rows.values() if row.papers[0].mark == FactMark.SPELLING)
    assert name.papers[0].reason == "The words stand in another order."
    page_text = read(cast.client("ines").get(page_of(dossier)))
    assert "The words stand in another order." in page_text and page_text.count("The same in: Work permit") == 4


def test_changed_answers_are_not_compared_with_an_old_reading(cast: World) -> None:
    dossier = submitted(cast, *LINES)
    answers = dossier.answers
    answers["NA6"]["people"][0]["passport_number"] = answers["NA8"]["passport_number"] = "533380007"
    Dossier.objects.filter(pk=dossier.pk).update(answers=answers)
    assert len(rows_of(dossier)) == 2


def test_another_number_in_a_paper_differs_and_can_be_asked_about(cast: World) -> None:
    dossier = submitted(cast, *LINES[:2], "Ho chieu so: 533380060")
    accept(cast, dossier)
    dossier = Dossier.objects.get(pk=dossier.pk)
    comparison = comparison_of(dossier)
    (row,) = [row for row in comparison.open_differences if row.source == "Giấy phép lao động"]
    assert (str(row.stated), str(row.beside)) == ("533380006", "533380060")
    before = comparison.rows[comparison.rows.index(row) - 1]
    assert (row.label, row.is_further) == (before.label, True)  # one fact, two sources
    numbers = [row.number for row in comparison.rows]
    assert numbers == list(range(1, len(numbers) + 1)), "each row has a number of its own, which the paper shows"
    offer = next(offer for offer in offers_of(dossier, comparison) if offer.key == row.key)
    assert offer.fits and "533380060" in offer.text_en and "Giấy phép lao động" in offer.text_vi
    with pytest.raises(Conflict) as refused:
        handling.assess(cast.actor("selma"), dossier=dossier, proposal=DecisionProposal.APPROVE, reason="In order.")
    assert refused.value.code == "difference_unexplained"


def test_the_numbers_stand_on_the_page_of_the_paper(cast: World) -> None:
    dossier = submitted(cast, *LINES[:2], "Ho chieu so: 533380060")
    ines = cast.client("ines")
    part = read(ines.get(page_of(dossier, "papers/work_permit"), headers={"HX-Request": "true"}))
    assert (part.count('class="mark-same"'), part.count('class="mark-differs"')) == (2, 1)
    assert part.count('class="rail-mark bad"') == 1, "a paper that differs has the mark of the difference"
    assert 'class="marks"' not in read(ines.get(page_of(dossier, "papers/passport")))
    permit = permit_of(dossier)
    assert permit.file is not None
    papers.arrange_copy(
        cast.actor("ines"), dossier=dossier, key="work_permit", edits=[PageEdit(turn=90)], sha256=permit.file.sha256
    )
    assert 'class="marks"' not in read(ines.get(page_of(dossier, "papers/work_permit")))


# ---- the paper before ----------------------------------------------------------------------------------


def test_a_replaced_paper_can_be_seen_beside_the_new(cast: World) -> None:
    dossier, ines = submitted(cast, "Ho va ten: ADAMS"), cast.client("ines")
    paper, image = page_of(dossier, "papers/work_permit"), page_of(dossier, "papers/work_permit/1.jpg")
    assert "version=both" not in read(ines.get(paper))
    assert ines.get(image, {"old": "1"}).status_code == 404
    handling.judge_component(
        cast.actor("ines"), dossier=dossier, key="work_permit", state=ComponentState.RETURNED, reason="Again.",
        reason_code="other", version=permit_of(dossier).version,
    )  # fmt: skip
    handling.request_supplement(cast.actor("ines"), dossier=dossier, note_text="Again.")
    for data in (pdf("never sent"), pdf(*LINES)):
        attach(cast, Dossier.objects.get(pk=dossier.pk), data)
    assert "version=both" not in read(ines.get(paper))  # not sent yet
    filing.resubmit(cast.actor("ramon"), dossier=dossier)
    part = read(ines.get(paper, {"version": "both"}))
    assert part.count('class="sheet"') == 2 and "1.jpg?old=1" in part
    old, new = ines.get(image, {"old": "1"}), ines.get(image)
    assert old.status_code == new.status_code == 200 and old.content != new.content
    assert ines.get(page_of(dossier, "papers/work_permit/2.jpg"), {"old": "1"}).status_code == 404
    assert cast.client("zoe").get(image, {"old": "1"}).status_code == 404


# ---- who decides ---------------------------------------------------------------------------------------


def test_the_bar_names_who_decides(cast: World) -> None:
    dossier = submitted(cast, *LINES)
    accept(cast, dossier)
    selma, dora = cast.client("selma"), cast.client("dora")
    bar = selma.get(page_of(dossier)).context["bar"]
    assert bar.decider == "Who decides: approving officer, never the person who proposes"
    handling.assess(
        cast.actor("selma"), dossier=dossier, proposal=DecisionProposal.APPROVE, reason="In order.",
        explanations={row.key: "Seen." for row in comparison_of(Dossier.objects.get(pk=dossier.pk)).open_differences},
    )  # fmt: skip
    assert Dossier.objects.get(pk=dossier.pk).state == State.ASSESSED
    name = cast.users["selma"].full_name
    assert selma.get(page_of(dossier)).context["bar"].decider == (
        f"Who decides: approving officer, not {name}, who proposed it"
    )
    assert dora.get(page_of(dossier)).context["bar"].decider == f"You decide, as approving officer; {name} proposed it"
