"""Filled-in forms for an invented case, complete and consistent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from ancu.apps.dossiers.enums import Filer
from ancu.demo.names import DemoPerson, mrz_spelling
from ancu.engines.rulebook import Field, Procedure, shown_fields, with_presets

OFFICE = "Phòng Quản lý xuất nhập cảnh Công an tỉnh"
PORTS = ("Sân bay quốc tế Nội Bài", "Sân bay quốc tế Nội Bài", "Sân bay quốc tế Tân Sơn Nhất", "Cửa khẩu Hữu Nghị")
WORK_OCCUPATIONS = (
    "Kỹ sư cơ khí",
    "Chuyên gia kỹ thuật",
    "Giám đốc sản xuất",
    "Giáo viên tiếng Anh",
    "Quản lý chất lượng",
)
OTHER_OCCUPATIONS = ("Giáo viên", "Kỹ sư phần mềm", "Nội trợ", "Nhiếp ảnh", "Y tá", "Hưu trí", "Kế toán", "Sinh viên")
AREAS = "Xã Hang Kia và xã Pà Cò"
REASONS = {
    "work": "Tiếp tục làm việc theo hợp đồng lao động đã ký với công ty.",
    "family": "Ở cùng gia đình tại Việt Nam.",
    "tourism": "Muốn ở lại thêm để tham quan và học tiếng Việt.",
    "visit": "Thăm người thân đang sinh sống tại địa phương.",
}


@dataclass(frozen=True, slots=True)
class DemoCase:
    """An invented request: traveller, sponsor, purpose and dates.

    ``sponsor`` holds answers by the rulebook's prefill names.
    """

    person: DemoPerson
    on: date
    entered_on: date
    permitted_until: date
    unit: str
    address: str
    filer: Filer
    purpose: str
    symbol: str
    present_symbol: str
    until: date
    passport_expiry: date
    sponsor: Mapping[str, str] = field(default_factory=dict)
    email: str = ""
    phone: str = "0912 345 678"


def fill(rng: Random, procedure: Procedure, case: DemoCase) -> dict[str, dict[str, Any]]:
    """Return invented answers to the procedure's forms for a case: form code → field key → value.

    A table has the traveller as its only row.
    """
    values = _values(rng, case)
    answers: dict[str, dict[str, Any]] = {}
    for form in procedure.forms:
        own = with_presets(procedure, {})[form.code]
        for _round in range(3):  # an answer can require further fields
            for asked_field in shown_fields(form, own):
                if asked_field.key not in own and (value := _value(asked_field, values)) not in ("", None):
                    own[asked_field.key] = value
        answers[form.code] = own
    return answers


def _value(asked_field: Field, values: Mapping[str, Any]) -> Any:
    """Return the invented answer to a form field, looked up by prefill name, key or fact; None if there is none.

    A table gets one row; a required choice its first option.
    """
    if asked_field.kind == "table":
        return [{column.key: _value(column, values) for column in asked_field.columns}]
    for name in (asked_field.prefill, asked_field.key, asked_field.fact):  # a name on a sponsor's form is the sponsor's
        if name and name in values:
            return values[name].upper() if asked_field.uppercase else values[name]
    return asked_field.choices[0].code if asked_field.kind == "choice" and asked_field.required else None


def mailbox(person: DemoPerson) -> str:
    """Return an invented email address of a person."""
    words = mrz_spelling(person.full_name).lower().replace("-", " ").split()
    return f"{words[-1]}.{words[0]}@mail.example"


def _values(rng: Random, case: DemoCase) -> dict[str, Any]:
    """Return all invented answers of a case, by the prefill name, key or fact of the field that asks for them."""
    occupation = rng.choice(WORK_OCCUPATIONS if case.purpose == "work" else OTHER_OCCUPATIONS)
    return {
        **_traveller(rng, case),
        "occupation": occupation,
        "position": occupation,
        "office.name": OFFICE,
        "sponsor_kind": case.filer.value,
        "relationship": "spouse",
        "letter_number": f"{rng.randint(10, 990)}/{case.on.year}/CV",
        "reason": REASONS.get(case.purpose, REASONS["visit"]),
        "undertakes": True,
        "organisation_consents": True,
        **_wishes(rng, case),
        **case.sponsor,
    }


def _traveller(rng: Random, case: DemoCase) -> dict[str, Any]:
    """Return the invented answers about the traveller, by field name."""
    person = case.person
    return {
        "full_name": person.full_name,
        "sex": person.sex,
        "birth_date": person.birth_date,
        "nationality": person.nationality,
        "birth_nationality": person.nationality,
        "passport_number": person.document_number,
        "passport_kind": "ordinary",
        "passport_authority": "Bộ Ngoại giao / Ministry of Foreign Affairs",
        "passport_expiry": case.passport_expiry.isoformat(),
        "foreign_address": f"{rng.randint(2, 180)} Station Road",
        "foreign_workplace": f"{rng.randint(2, 90)} Market Street",
        "entered_on": case.entered_on.isoformat(),
        "entry_port": rng.choice(PORTS),
        "entry_purpose": case.purpose,
        "entry_kind": "visa",
        "present_symbol": case.present_symbol,
        "permitted_until": case.permitted_until.isoformat(),
        "stay_unit": case.unit,
        "stay_address": case.address,
        "phone": case.phone,
        "email": case.email or mailbox(person),
    }


def _wishes(rng: Random, case: DemoCase) -> dict[str, Any]:
    """Return the invented answers about the request, by field name: dates, symbols and purpose."""
    start = case.on + timedelta(days=rng.randint(5, 9))
    visit = min(case.on + timedelta(days=rng.randint(2, 4)), case.permitted_until)
    until = case.until.isoformat()
    return {
        "purpose": case.purpose,
        "visa_symbol": case.symbol,
        "card_symbol": case.symbol,
        "visa_entries": rng.choice(("single", "multiple", "multiple")),
        "visa_from": start.isoformat(),
        "visa_until": max(case.until, start + timedelta(days=20)).isoformat(),
        "card_from": case.on.isoformat(),
        "card_until": until,
        "sponsor_from": case.on.isoformat(),
        "sponsor_until": until,
        "extend_until": until,
        "visit_from": visit.isoformat(),
        "visit_until": min(visit + timedelta(days=3), case.permitted_until).isoformat(),
        "visit_purpose": "Tham quan bản làng và chợ phiên",
        "area": AREAS,
        "loose_leaf": False,
        "change_ground": "none",
    }
