"""Proofs of the official letters with invented facts: for the documentation, and of a sentence that is to change."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from ancu.apps.dossiers.enums import LetterKind, SigningForm
from ancu.apps.dossiers.models import RuleDraft
from ancu.apps.dossiers.selectors.letter_facts import signing_lines
from ancu.apps.dossiers.selectors.letter_texts import SERIES, LetterFacts, letter_content
from ancu.apps.dossiers.selectors.rule_changes import tried_change
from ancu.apps.dossiers.services.official_letters import parts_of_day, typeset_with_code
from ancu.engines.rulebook import contest_rule, edition_with, tried_edition

DAY = date(2026, 11, 25)
DOSSIER = "HB-7K3M-9QXZ-2C4D"
FACTS: dict[str, Any] = {
    "number": DOSSIER,
    "office": {
        "vi": "Phòng Quản lý xuất nhập cảnh",
        "en": "The immigration office (Phòng Quản lý xuất nhập cảnh)",
    },
    "procedure": {"vi": "Cấp thẻ tạm trú cho người nước ngoài", "en": "Residence card for a foreigner"},
    "person": "HOFFMANN ANNA",
    "birth": "08/03/1984",
    "nationality": {"vi": "Đức", "en": "Germany"},
    "document": "C01X00T47",
    "recipient": "Công ty TNHH Đá Sông Đà",
    "place": "Bộ phận tiếp nhận, số 12 đường Trần Phú, thành phố Hòa Bình",
    "article": {"vi": "Điều 36, Điều 37 Luật số 47/2014/QH13", "en": "Law 47/2014/QH13, arts. 36, 37"},
    "asked_on": date(2026, 11, 2),
    "answer_by": date(2026, 12, 17),
}
OWN_FACTS: Mapping[LetterKind, dict[str, Any]] = {
    LetterKind.SUPPLEMENT: {
        "reason": "Đề nghị nộp bản chụp rõ nét, đủ bốn góc của từng trang.",
        "requested": (
            ({"vi": "Hộ chiếu", "en": "Passport"}, {"vi": "không đọc được", "en": "it cannot be read"}),
            ({"vi": "Giấy phép lao động", "en": "Work permit"}, {"vi": "đã hết hạn", "en": "it has expired"}),
        ),
    },
    LetterKind.NOT_ACCEPTED: {"reason": "Người đề nghị không thuộc trường hợp giải quyết của thủ tục này."},
    LetterKind.TRANSFER: {"reason": "Hồ sơ thuộc thẩm quyền giải quyết của Cục Quản lý xuất nhập cảnh."},
    LetterKind.DELAY: {
        "reason": "Cần xác minh thêm nơi cư trú của người đề nghị tại Công an xã.",
        "due_on": date(2026, 11, 26), "new_day": date(2026, 12, 3),
    },
    LetterKind.REFUSAL: {"reason": "Giấy phép lao động không còn giá trị."},
    LetterKind.RESULT: {
        "result": {
            "number": "TRC 0012345", "symbol": "LĐ2", "valid_from": DAY, "valid_until": date(2028, 11, 24),
        },
    },
    LetterKind.CLOSING: {},
}  # fmt: skip
SIGNATURES: Mapping[LetterKind, tuple[SigningForm, str, str]] = {
    LetterKind.SUPPLEMENT: (SigningForm.OFFICER, "Cán bộ tiếp nhận hồ sơ", "Trung úy Nguyễn Thị Hà"),
    LetterKind.NOT_ACCEPTED: (SigningForm.BY_ORDER, "Đội trưởng Đội tiếp nhận", "Thiếu tá Đinh Thị Hạnh"),
    LetterKind.TRANSFER: (SigningForm.DEPUTY, "Phó Trưởng phòng", "Thượng tá Phạm Quang Vinh"),
    LetterKind.DELAY: (SigningForm.DEPUTY, "Phó Trưởng phòng", "Thượng tá Phạm Quang Vinh"),
    LetterKind.REFUSAL: (SigningForm.HEAD, "Trưởng phòng", "Đại tá Bùi Quang Hải"),
    LetterKind.RESULT: (SigningForm.BY_ORDER, "Đội trưởng Đội tiếp nhận", "Thiếu tá Đinh Thị Hạnh"),
    LetterKind.CLOSING: (SigningForm.DEPUTY, "Phó Trưởng phòng", "Thượng tá Phạm Quang Vinh"),
}


def proof_content(kind: LetterKind, day: date = DAY, **changes: Any) -> dict[str, Any]:
    """Return what the proof of this kind of letter says on a day; ``changes`` are other facts by name."""
    facts = LetterFacts(**{**FACTS, "on": day, "contest": contest_rule(day), **OWN_FACTS[kind], **changes})
    form, position, name = SIGNATURES[kind]
    return letter_content(kind, facts) | {
        "above": "Công an tỉnh Phú Thọ", "office": FACTS["office"]["vi"], "place": "Phú Thọ",
        **parts_of_day(day),
        "signature": {"lines": signing_lines(form, "Trưởng phòng", position), "name": name},
    }  # fmt: skip


def typeset_proof(kind: LetterKind, content: Mapping[str, Any]) -> bytes:
    """Return a letter with this content as PDF, with an invented number, address and code."""
    site = "https://ancu.example/d/"
    symbol = f"{list(LetterKind).index(kind) + 5:02}/{SERIES[kind]}-XNC"
    return typeset_with_code(content, symbol, url=f"{site}{DOSSIER}", site=site, code="7K3M9QXA")


def draft_proof(draft: RuleDraft, kind: LetterKind) -> bytes:
    """Return the proof of a letter on the first day of a draft, with the draft's values, as PDF."""
    with tried_edition(edition_with(tried_change(draft, draft.values, draft.valid_from))):
        return typeset_proof(kind, proof_content(kind, draft.valid_from))
