"""Papers of open dossiers as officers see them: set pages with a text layer, some of them scanned, some with a slip."""

import io
from pathlib import Path
from random import Random
from typing import Any

from PIL import Image

from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.selectors.printed import in_words
from ancu.demo.dossiers.passports import answer_of
from ancu.engines.exchange import code_name
from ancu.engines.rulebook import Procedure, ProcedureComponent, paper_statements
from ancu.engines.typesetting import compile_document, compile_picture

TEMPLATE, WORK_PERMIT = (Path(__file__).parent / name for name in ("paper.typ", "work_permit.typ"))
SCANNED, SLIP, REORDERED = range(3), 3, range(4, 6)  # of twelve papers
ISSUERS = {
    "work_permit": ("SỞ NỘI VỤ", "TỈNH PHÚ THỌ", "GPLĐ", "KT. GIÁM ĐỐC"),
    "work_permit_exemption": ("SỞ NỘI VỤ", "TỈNH PHÚ THỌ", "XN-SNV", "KT. GIÁM ĐỐC"),
    "investment_proof": ("SỞ TÀI CHÍNH", "TỈNH PHÚ THỌ", "ĐKĐT", "PHÓ GIÁM ĐỐC"),
    "relationship_proof": ("UBND PHƯỜNG", "TỈNH PHÚ THỌ", "TLKH", "CÔNG CHỨC TƯ PHÁP"),
}
PRIVATE = ("BÊN BẢO LÃNH", "", "CV", "ĐẠI DIỆN BÊN BẢO LÃNH")
SEXES = {"M": "Nam", "F": "Nữ"}
PERMIT_ROWS = (
    ("traveller.full_name", "Họ và tên"),
    ("sex", "Giới tính"),
    ("traveller.birth_date", "Ngày sinh"),
    ("nationality", "Quốc tịch"),
    ("traveller.document_number", "Hộ chiếu số"),
    ("organisation.name", "Làm việc tại"),
    ("place", "Địa điểm"),
    ("position", "Vị trí"),
    ("term", "Thời hạn"),
)
ROWS = (
    ("traveller.full_name", "Họ và tên"),
    ("traveller.birth_date", "Ngày sinh"),
    ("traveller.document_number", "Hộ chiếu số"),
    ("traveller.document_expiry", "Hộ chiếu đến"),
    ("organisation.name", "Tổ chức"),
    ("organisation.signer_name", "Người đại diện"),
    ("sponsor.full_name", "Người bảo lãnh"),
    ("request.card_until", "Thời hạn đến"),
)


def drawn_paper(
    dossier: Dossier, procedure: Procedure, paper: ProcedureComponent, number: int, kind: int | None = None
) -> tuple[str, bytes]:
    """Return name and bytes of an invented paper about the dossier's foreigner.

    ``kind`` says whether it is scanned or has a slip. The dossier's own numbers decide about that, so that other
    invented data stays as it is.
    """
    if kind is None:
        kind = Random(f"{paper.key} {dossier.document_number} {dossier.birth_date}").randrange(12)
    data = _data(dossier, procedure, paper, number, kind)
    template = WORK_PERMIT if paper.key == "work_permit" else TEMPLATE
    if kind in SCANNED:
        return f"{paper.key}.jpg", _scan(compile_picture(template, data, ppi=200))
    return f"{paper.key}.pdf", compile_document(template, data)


def _data(dossier: Dossier, procedure: Procedure, paper: ProcedureComponent, number: int, kind: int) -> dict[str, Any]:
    """Return the texts of a paper."""
    issuer, above, symbol, signer = ISSUERS.get(paper.key, PRIVATE)
    values: dict[str, str] = {}
    for statement in paper_statements(procedure, dossier.answers):
        values.setdefault(statement.field.prefill, in_words(statement.field, statement.value, "vi"))
    if kind == SLIP and (passport := values.get("traveller.document_number")):
        values["traveller.document_number"] = passport[:-2] + passport[-1] + passport[-2]
    if kind in REORDERED and (name := values.get("traveller.full_name", "")):
        first, *further = name.split()
        values["traveller.full_name"] = " ".join((*further, first))
    rows = _permit_rows(dossier, values) if paper.key == "work_permit" else ROWS
    form = next((form for form in procedure.forms if f"signed_{form.code}".lower() == paper.key), None)
    return {
        "issuer": issuer,
        "above": above,
        "number": f"{number % 10000:04}/{dossier.saved_at:%Y}/{symbol}",
        "title": form.name_vi if form else paper.label_vi,
        "title_en": form.name_en if form else paper.label_en,
        "rows": [{"label": label, "value": values[name]} for name, label in rows if values.get(name)],
        "day": f"Phú Thọ, ngày {dossier.saved_at:%d/%m/%Y}",
        "signer": signer,
    }


def _permit_rows(dossier: Dossier, values: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """Add to the values what a work permit says besides, and return its rows."""
    begins, ends = f"{dossier.saved_at:%d/%m/%Y}", values.get("request.card_until", "")
    values |= {
        "sex": SEXES.get(dossier.sex, ""),
        "nationality": code_name("nationality", dossier.nationality, "vi"),
        "place": dossier.unit.full_name if dossier.unit else "",
        "position": answer_of(dossier, "occupation"),
        "term": f"từ {begins}\nđến {ends}" if ends else f"từ {begins}",
    }
    return PERMIT_ROWS


def _scan(picture: bytes) -> bytes:
    """Return a picture of a page as a scanner stores it: grey, without text."""
    buffer = io.BytesIO()
    Image.open(io.BytesIO(picture)).convert("L").save(buffer, "JPEG", quality=70)
    return buffer.getvalue()
