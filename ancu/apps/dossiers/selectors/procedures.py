"""The rulebook's procedures, applied to a dossier."""

from datetime import date, datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ancu.apps.dossiers.models import Dossier
from ancu.apps.places.models import AdministrativeUnit
from ancu.core import clock
from ancu.core.web.language import localized
from ancu.engines.rulebook import (
    Procedure,
    answered_by,
    facts_from,
    get_procedure,
    is_name,
    required_components,
    with_presets,
)

SHORT_NAMES: dict[str, str | Promise] = {
    "visa": _("Visa, in Viet Nam"),
    "stay_extension": _("Stay extension"),
    "exemption_extension": _("Extension with a visa exemption"),
    "trc_organisation": _("Residence card, organisation sponsors"),
    "trc_individual": _("Residence card, relative sponsors"),
    "restricted_permit": _("Permit for restricted areas"),
}  # for charts; the law's names are the rulebook's


def day_of(dossier: Dossier) -> date:
    """Return the day whose law applies to the dossier: that of its submission, or today for a draft."""
    return law_day(dossier.submitted_at)


def law_day(submitted_at: datetime | None) -> date:
    """Return the day whose law applies: that of the submission, or today for a draft."""
    return clock.local(submitted_at).date() if submitted_at else clock.today()


def procedure_of(dossier: Dossier) -> Procedure:
    """Return the dossier's procedure by the law of its submission day, or of today for a draft."""
    return get_procedure(dossier.procedure, day_of(dossier))


def issued_by(dossier: Dossier) -> date:
    """Return the latest day of the result if the office keeps its deadline.

    Never before the decision, or before today without one. A residence card's validity is counted from this day.
    """
    latest = dossier.due_on or answered_by(procedure_of(dossier), clock.today())
    return max(latest, clock.local(dossier.decided_at).date() if dossier.decided_at else clock.today())


def name_of(code: str, day: date) -> str:
    """Return a procedure's name in the reader's language, also when no longer in force; otherwise its code."""
    try:
        procedure = get_procedure(code, day)
    except LookupError:
        return code
    return localized(procedure, "name")


def short_name_of(code: str, day: date) -> str:
    """Return a procedure's name for the row of a chart; that of the law if it has no short one."""
    return str(SHORT_NAMES.get(code) or name_of(code, day))


def is_component(dossier: Dossier, key: str) -> bool:
    """Whether the dossier's procedure has a paper with this key."""
    return any(component.key == key for component in procedure_of(dossier).components)


def needs_original(procedure: Procedure) -> bool:
    """Return whether the office needs the passport itself to decide."""
    return any(component.kind == "original" for component in procedure.components)


def required_keys(dossier: Dossier) -> list[str]:
    """Return the keys of the papers that the dossier's answers require, in the procedure's order."""
    return [component.key for component in required_components(procedure_of(dossier), dossier.answers)]


COLUMNS = {"full_name": 200, "birth_date": 10, "sex": 1, "nationality": 3, "document_number": 30}
KEYS = {"document_number": "passport_number"}  # where the form's name differs


def subject_values(dossier: Dossier) -> dict[str, str]:
    """Return the foreigner's details as typed so far: the traveller's fields, otherwise the first row of a list.

    A name that no passport can contain is left empty, so lists and letters do not show it. It stays in the draft's
    answers, where the filer corrects it.
    """
    procedure = procedure_of(dossier)
    answers = with_presets(procedure, dossier.answers)
    values: dict[str, Any] = {}
    for form in procedure.forms:
        for key, field in form.fields.items():
            value = answers[form.code].get(key)
            if field.prefill == "dossier.travellers" and value and isinstance(value, list):
                values = dict(value[0]) | values
            elif field.prefill.startswith("traveller.") and value:
                values.setdefault(key, value)
    if not is_name(str(values.get("full_name") or "")):
        values["full_name"] = ""
    return {column: str(values.get(KEYS.get(column, column)) or "")[:length] for column, length in COLUMNS.items()}


def permitted_until(dossier: Dossier) -> date | None:
    """Return the last day of the present stay that the forms state; None if no form does."""
    return facts_from(procedure_of(dossier), dossier.answers, day_of(dossier)).permitted_until


# Where a result is sent: the first of these that the forms state.
POSTAL_SOURCES = (
    ("organisation.name", "organisation.address"),
    ("sponsor.full_name", "sponsor.address"),
    ("traveller.full_name", "stay.address"),
)


def postal_address_of(dossier: Dossier) -> str:
    """Return name and address, joined by commas, to which letters about the dossier go.

    The stated ones of the organisation, otherwise of the sponsor, otherwise of the foreigner; empty without any.
    """
    procedure = procedure_of(dossier)
    answers = with_presets(procedure, dossier.answers)
    stated = {
        field.prefill: answers[form.code].get(key) for form in procedure.forms for key, field in form.fields.items()
    }
    for name, address in POSTAL_SOURCES:
        if stated.get(address):
            unit = (
                dossier.unit if address == "stay.address" else None
            )  # asked beside it; the other addresses are complete
            return ", ".join(str(part) for part in (stated.get(name), stated[address], unit) if part)
    return ""


def unit_of(dossier: Dossier) -> AdministrativeUnit | None:
    """Return the commune where the foreigner stays according to the answers; None if they state none in force."""
    code = facts_from(procedure_of(dossier), dossier.answers, day_of(dossier)).declared_unit
    return unit_of_code(code) if code else None


def unit_of_code(code: str) -> AdministrativeUnit | None:
    """Return today's commune with this code: a former commune may have had the same code."""
    return AdministrativeUnit.objects.filter(code=code, valid_until=None).first()
