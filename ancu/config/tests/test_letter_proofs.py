"""Each kind of letter has its proof, and no page of a letter bears the signature without text before it."""

from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from ancu.apps.dossiers.enums import LetterKind
from ancu.apps.dossiers.selectors.letter_texts import KIND_NAMES, SERIES, TEXTS
from ancu.apps.dossiers.services.letter_proofs import SIGNATURES, proof_content, typeset_proof
from ancu.apps.dossiers.services.official_letters import LETTER_OF_ACT
from ancu.config.letter_proofs import FOLDER, index, proofs
from ancu.config.reference import FOLDER as REFERENCE
from ancu.engines.rulebook import PASSAGES

SENTENCE = "Giấy tờ kèm theo chưa chứng minh được mục đích nhập cảnh, đề nghị giải trình rõ bằng văn bản."


def test_each_kind_of_letter_is_written_numbered_issued_and_proved() -> None:
    assert set(TEXTS) == set(SERIES) == set(SIGNATURES) == set(LETTER_OF_ACT.values()) == set(LetterKind)
    assert {code.split(".")[0] for code in PASSAGES if "." in code} == {kind.value for kind in LetterKind}
    assert set(KIND_NAMES) == {series.value for series in SERIES.values()}
    files = {path.name for path in (REFERENCE / FOLDER).iterdir()}
    assert files == {"README.md", *(f"{kind.value}.pdf" for kind in LetterKind)}
    assert all(f"({kind.value}.pdf)" in index() for kind in LetterKind)


def test_a_proof_has_the_same_bytes_every_time() -> None:
    first = proofs()
    assert proofs() == first and set(first) == {f"{FOLDER}/{kind.value}.pdf" for kind in LetterKind}


def text_beside_signature(pdf: bytes, kind: LetterKind) -> list[str]:
    """The lines of the page that bears the signature which come before the recipients' list."""
    name = SIGNATURES[kind][2]
    pages = [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]
    (page,) = [text for text in pages if name in text and "Nơi nhận:" in text]
    lines = page.split("Nơi nhận:")[0].splitlines()
    return [line for line in lines if len(line.split()) >= 3]


@pytest.mark.parametrize("kind", LetterKind)
def test_a_proof_is_one_vietnamese_page_and_one_english(kind: LetterKind) -> None:
    pages = PdfReader(BytesIO(typeset_proof(kind, proof_content(kind)))).pages
    assert len(pages) == 2
    assert "Kính gửi" in pages[0].extract_text() and "Translation for information" in pages[1].extract_text()


@pytest.mark.slow
@settings(deadline=None, max_examples=25)
@given(kind=st.sampled_from(LetterKind), paragraphs=st.integers(1, 60), length=st.integers(1, 4))
def test_no_page_bears_the_signature_alone(kind: LetterKind, paragraphs: int, length: int) -> None:
    reason = "\n".join([" ".join([SENTENCE] * length)] * paragraphs)
    requested = [
        ({"vi": f"Giấy tờ {place}", "en": f"Paper {place}"}, dict.fromkeys(("vi", "en"), SENTENCE))
        for place in range(paragraphs)
    ]
    pdf = typeset_proof(kind, proof_content(kind, reason=reason, requested=requested))
    assert len(text_beside_signature(pdf, kind)) >= 3
