"""The rulebook's procedures, as a dossier meets them."""

from datetime import date, datetime
from typing import Any

from ancu.apps.dossiers.models import Dossier
from ancu.apps.places.models import AdministrativeUnit
from ancu.core import clock
from ancu.core.web.language import reader_language
from ancu.engines.rulebook import (
    Procedure,
    answered_by,
    facts_from,
    get_procedure,
    is_name,
    required_components,
    with_presets,
)


def day_of(dossier: Dossier) -> date:
    """The day whose law the dossier follows: that of its submission, today's while it is a draft."""
    return law_of(dossier.submitted_at)


def law_of(submitted_at: datetime | None) -> date:
    return clock.local(submitted_at).date() if submitted_at else clock.today()


def procedure_of(dossier: Dossier) -> Procedure:
    return get_procedure(dossier.procedure, day_of(dossier))


def issued_by(dossier: Dossier) -> date:
    """The day by which its result is issued, if the office answers in time: a card's validity is counted from it."""
    latest = dossier.due_on or answered_by(procedure_of(dossier), clock.today())
    return max(latest, clock.local(dossier.decided_at).date() if dossier.decided_at else clock.today())


def name_of(code: str, day: date) -> str:
    """A procedure's name in the reader's language, also of one that is no longer in force; its code at the worst."""
    try:
        found = get_procedure(code, day)
    except LookupError:
        return code
    return str(getattr(found, f"name_{reader_language()}"))


def is_component(dossier: Dossier, key: str) -> bool:
    return any(one.key == key for one in procedure_of(dossier).components)


def needs_original(procedure: Procedure) -> bool:
    """Whether the office decides with the passport itself before it."""
    return any(one.kind == "original" for one in procedure.components)


def wanted_components(dossier: Dossier) -> list[str]:
    """The papers the answers ask for, in the order of the procedure."""
    return [one.key for one in required_components(procedure_of(dossier), dossier.answers)]


COLUMNS = {"full_name": 200, "birth_date": 10, "sex": 1, "nationality": 3, "document_number": 30}
KEYS = {"document_number": "passport_number"}  # where the form's name for it is another


def subject_of(dossier: Dossier) -> dict[str, str]:
    """Whom the dossier is about, as far as it is typed: the traveller's fields, else the first row of a list.

    A name that no passport can hold is left empty here, so lists and letters do not show it. It stays in the draft's
    answers, where its writer corrects it.
    """
    procedure = procedure_of(dossier)
    answers = with_presets(procedure, dossier.answers)
    found: dict[str, Any] = {}
    for form in procedure.forms:
        for key, field in form.fields.items():
            value = answers[form.code].get(key)
            if field.prefill == "dossier.travellers" and value and isinstance(value, list):
                found = dict(value[0]) | found
            elif field.prefill.startswith("traveller.") and value:
                found.setdefault(key, value)
    if not is_name(str(found.get("full_name") or "")):
        found["full_name"] = ""
    return {column: str(found.get(KEYS.get(column, column)) or "")[:length] for column, length in COLUMNS.items()}


# To whom and where a result is sent, the first that the forms state.
POSTAL_SOURCES = (
    ("organisation.name", "organisation.address"),
    ("sponsor.full_name", "sponsor.address"),
    ("traveller.full_name", "stay.address"),
)


def postal_address_of(dossier: Dossier) -> str:
    """The name and address that the forms state: the organisation's, the sponsor's, else the foreigner's."""
    procedure = procedure_of(dossier)
    answers = with_presets(procedure, dossier.answers)
    stated = {
        field.prefill: answers[form.code].get(key) for form in procedure.forms for key, field in form.fields.items()
    }
    for name, address in POSTAL_SOURCES:
        if stated.get(address):
            unit = dossier.unit if address == "stay.address" else None  # asked for beside it; the others are whole
            return ", ".join(str(part) for part in (stated.get(name), stated[address], unit) if part)
    return ""


def unit_of(dossier: Dossier) -> AdministrativeUnit | None:
    """The commune where the foreigner stays: its office receives the dossier."""
    code = facts_from(procedure_of(dossier), dossier.answers, day_of(dossier)).declared_unit
    return unit_of_code(code) if code else None


def unit_of_code(code: str) -> AdministrativeUnit | None:
    """The commune of today that an answer means: forms keep its code, which a former one may have borne before."""
    return AdministrativeUnit.objects.filter(code=code, valid_until=None).first()
