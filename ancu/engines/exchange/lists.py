"""The code lists an integrator needs, each with its version, in Vietnamese and English."""

from functools import lru_cache
from typing import Any, NamedTuple

from ancu.engines.exchange import nationality
from ancu.engines.exchange.codes import CODES
from ancu.engines.exchange.nationality import fold

VERSION = "2026-08"
"""Version of the lists other than nationalities: the ministry's API document 1.4."""


class ListEntry(NamedTuple):
    code: str
    name_vi: str
    name_en: str
    portal_code: str = ""
    aliases: tuple[str, ...] = ()


SEXES = (
    ListEntry("M", "Nam", "Male", "M"),
    ListEntry("F", "Nữ", "Female", "F"),
    ListEntry("X", "Khác", "Other"),
)
PRECISIONS = (
    ListEntry("D", "Ngày", "Day", "D"),
    ListEntry("M", "Tháng", "Month", "M"),
    ListEntry("Y", "Năm", "Year", "Y"),
)
PURPOSES = (
    ListEntry(
        "tourism",
        "Du lịch",
        "Tourism",
        "1",
        ("du lịch / nghỉ dưỡng", "nghỉ dưỡng", "holiday", "leisure", "vacation"),
    ),
    ListEntry("business_trip", "Công tác", "Business trip", "2", ("business", "work trip")),
    ListEntry("study", "Học tập", "Study", "3", ("du học", "student")),
    ListEntry("visit", "Thăm viếng", "Visit", "4"),
    ListEntry("conference", "Hội nghị", "Conference", "5", ("hội thảo", "meeting")),
    ListEntry(
        "family_visit",
        "Thăm thân",
        "Visiting relatives",
        "6",
        ("thăm người thân", "family"),
    ),
    ListEntry("charity", "Từ thiện", "Charity", "7"),
    ListEntry(
        "international_organisation",
        "Tổ chức quốc tế",
        "International organisation",
        "8",
    ),
    ListEntry("marriage", "Kết hôn", "Marriage", "9"),
    ListEntry("consulate", "Lãnh sự quán", "Consulate", "10"),
    ListEntry("aid", "Viện trợ", "Aid", "11"),
    ListEntry("embassy", "Đại sứ quán", "Embassy", "12"),
    ListEntry("settlement", "Định cư", "Settlement", "13"),
    ListEntry("marketing", "Tiếp thị", "Marketing", "14"),
    ListEntry("press", "Báo chí phóng viên", "Press", "15", ("báo chí", "phóng viên")),
    ListEntry("trade", "Thương mại", "Trade", "16"),
    ListEntry("visa_extension", "Gia hạn thị thực", "Visa extension", "17"),
    ListEntry(
        "medical_treatment",
        "Chữa bệnh",
        "Medical treatment",
        "18",
        ("khám chữa bệnh", "medical"),
    ),
    ListEntry("work", "Lao động", "Work", "19", ("làm việc", "employment")),
    ListEntry("other", "Mục đích khác", "Other purpose", "20", ("khác",)),
)
DOCUMENT_KINDS = (
    ListEntry(
        "passport",
        "Hộ chiếu",
        "Passport",
        "4",
        ("p", "pp", "hc", "hộ chiếu phổ thông", "ordinary passport", "ppt"),
    ),
    ListEntry("official_passport", "Hộ chiếu công vụ", "Official passport"),
    ListEntry("diplomatic_passport", "Hộ chiếu ngoại giao", "Diplomatic passport"),
    ListEntry(
        "travel_document",
        "Giấy tờ đi lại quốc tế",
        "International travel document",
        "",
        ("laissez-passer",),
    ),
    ListEntry(
        "citizen_card",
        "Thẻ CCCD",
        "Citizen identity card",
        "1",
        ("cccd", "căn cước công dân"),
    ),
    ListEntry(
        "identity_card",
        "CMND",
        "Identity card",
        "2",
        ("chứng minh nhân dân", "id card"),
    ),
    ListEntry("driving_licence", "Giấy phép lái xe", "Driving licence", "3", ("gplx",)),
    ListEntry("birth_certificate", "Giấy khai sinh", "Birth certificate", "5", ("gks",)),
    ListEntry("health_insurance", "Thẻ bảo hiểm y tế", "Health insurance card", "6", ("bhyt",)),
    ListEntry(
        "personal_number",
        "Thông báo số định danh",
        "Notice of personal number",
        "7",
        ("tb số định danh",),
    ),
    ListEntry("identity_card_2024", "Thẻ Căn cước", "Identity card (2024)", "8", ("căn cước",)),
    ListEntry("other", "Giấy tờ khác", "Other document", "9", ("khác",)),
)
ENTRY_PAPERS = (
    ListEntry("visa", "Thị thực", "Visa", "", ("vs",)),
    ListEntry("e_visa", "Thị thực điện tử", "E-visa", "", ("evisa", "ev")),
    ListEntry(
        "visa_exemption",
        "Miễn thị thực",
        "Visa exemption",
        "",
        ("mtt", "visa free", "exempt"),
    ),
    ListEntry(
        "exemption_certificate",
        "Giấy miễn thị thực",
        "Visa-exemption certificate",
        "",
        ("gmtt",),
    ),
    ListEntry(
        "temporary_residence_card",
        "Thẻ tạm trú",
        "Temporary residence card",
        "",
        ("ttt", "trc"),
    ),
    ListEntry(
        "permanent_residence_card",
        "Thẻ thường trú",
        "Permanent residence card",
        "",
        ("prc",),
    ),
    ListEntry("abtc", "Thẻ ABTC", "APEC business travel card", "", ("apec",)),
    ListEntry("other", "Giấy tờ khác", "Other paper", "", ("khác",)),
)
BY_FIELD = {
    "purpose": PURPOSES,
    "document_kind": DOCUMENT_KINDS,
    "entry_paper": ENTRY_PAPERS,
}


def _codes_by_name(entries: tuple[ListEntry, ...]) -> dict[str, str]:
    """Return the code of every name, alias and code of a code list's entries, by their folded text."""
    values_by_text: dict[str, str] = {}
    for e in entries:
        for name in (e.code, e.name_vi, e.name_en, *e.aliases, e.portal_code):
            if name:
                values_by_text.setdefault(fold(name), e.code)
        if e.portal_code:
            values_by_text[fold(f"{e.portal_code} - {e.name_vi}")] = e.code
    return values_by_text


_TABLES = {field: _codes_by_name(entries) for field, entries in BY_FIELD.items()}


def code_of(field: str, text: str) -> str | None:
    """Return the code of a value of a code list (purpose, document kind, entry paper) in any usual spelling.

    ``field`` names the list. None if the value is not listed.
    """
    return _TABLES[field].get(fold(text))


def code_lists() -> dict[str, dict[str, Any]]:
    """Return every code list as plain data by its name: {"version", "entries": [...]}.

    Codes are stable; names may be reworded.
    """
    return {
        "nationality": {"version": nationality.VERSION, "entries": _nationality_entries()},
        "sex": _list_entries(SEXES),
        "birth_precision": _list_entries(PRECISIONS),
        "purpose": _list_entries(PURPOSES),
        "document_kind": _list_entries(DOCUMENT_KINDS),
        "entry_paper": _list_entries(ENTRY_PAPERS),
        "finding": {
            "version": VERSION,
            "entries": [
                {
                    "code": code,
                    "level": c.level,
                    "template_vi": c.vi,
                    "template_en": c.en,
                }
                for code, c in CODES.items()
            ],
        },
    }


def code_name(name: str, code: str | None, language: str) -> str:
    """Return the name of a code of the list ``name`` in ``language`` (vi, en); the code itself if it is not listed."""
    return _code_names(name, language).get(code or "", code or "")


@lru_cache
def _code_names(name: str, language: str) -> dict[str, str]:
    """Return the names of a code list's entries in this language, by their code."""
    return {entry["code"]: entry[f"name_{language}"] for entry in code_lists()[name]["entries"]}


def _list_entries(entries: tuple[ListEntry, ...]) -> dict[str, Any]:
    """Return a code list as plain data: its version, and for each entry code, names and portal code."""
    rows = [
        {
            "code": e.code,
            "name_vi": e.name_vi,
            "name_en": e.name_en,
            "portal_code": e.portal_code or None,
        }
        for e in entries
    ]
    return {"version": VERSION, "entries": rows}


def _nationality_entries() -> list[dict[str, Any]]:
    """Return the nationalities as plain data, with ISO and portal codes, names and aliases."""
    labels = nationality.portal_labels()
    return [
        {
            "code": c.code,
            "iso2": c.iso2 or None,
            "iso3": c.code if c.iso2 else None,
            "portal_code": c.portal_code or None,
            "portal_label": labels.get(c.portal_code),
            "name_vi": c.name_vi,
            "name_en": c.name_en,
            "aliases": list(c.aliases),
            "note": c.note or None,
            "valid_from": nationality.VERSION if c.portal_code else None,
            "valid_to": None,
        }
        for c in nationality.countries()
    ]
