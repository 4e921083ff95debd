"""Values for prefilling a form, from the account, the organisation, earlier dossiers or a declared stay.

A stay's data are only given for the code on the guest's own receipt, never for a passport number: somebody who knows
only a number must not learn where its bearer stays.
"""

from collections.abc import Mapping
from typing import Any

from ancu.apps.accounts.selectors import get_user
from ancu.apps.dossiers.enums import Filer
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.selectors import legal_file_in_force, only_office, visible_to
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.apps.dossiers.selectors.steps import FormStep
from ancu.apps.places.selectors import unit_today
from ancu.apps.stays.models import Stay
from ancu.apps.stays.selectors.receipts import find_stay
from ancu.core.actor import Actor, MandateScope
from ancu.engines.rulebook import Answers, Procedure
from ancu.engines.telephone import readable

PrefillValues = dict[str, Any]  # keyed by the rulebook's source names (PREFILLS)
PEOPLE_OFFERED = 8
# Everything about people is copied from an earlier dossier; entry data and stamps are not.
LASTING = ("traveller.", "sponsor.", "applicant.", "organisation.")
ENTRY_PAPERS = {
    "visa": "visa",
    "e_visa": "e_visa",
    "exemption_certificate": "exemption_certificate",
    "temporary_residence_card": "card",
}
PURPOSES = {
    "tourism": "tourism",
    "study": "study",
    "conference": "conference",
    "press": "press",
    "work": "work",
    "visit": "visit",
    "family_visit": "visit",
}
PASSPORTS = {"passport": "ordinary", "official_passport": "official", "diplomatic_passport": "diplomatic"}


def earlier_people(actor: Actor, mandate: MandateScope | None = None) -> list[Dossier]:
    """Return the latest dossier of each person the actor filed for, newest first; by a mandate, for that company."""
    own = visible_to(actor).filter(document_number__gt="")
    organisation_id = mandate.organisation_id if mandate else actor.organisation_id
    mine = own.filter(organisation_id=organisation_id) if organisation_id else own.filter(organisation=None)
    latest = mine.filter(filed_by_id=actor.user_id) if not actor.organisation_id else mine
    by_person: dict[tuple[str, str], Dossier] = {}
    for dossier in latest.order_by("-id")[: 10 * PEOPLE_OFFERED]:
        by_person.setdefault((dossier.document_number, dossier.birth_date), dossier)
    return list(by_person.values())[:PEOPLE_OFFERED]


def guest_of(code: str) -> Stay | None:
    """Return the stay whose receipt shows this code, typed, scanned or pasted as a link; None for a wrong one."""
    return find_stay("-".join(code.split()).rsplit("/", 1)[-1])


def prefill_values(
    actor: Actor,
    filer: Filer,
    *,
    is_sponsor: bool = False,
    before: Dossier | None = None,
    stay: Stay | None = None,
    mandate: MandateScope | None = None,
) -> PrefillValues:
    """Return the values to prefill a new dossier with, by prefill name; without empty ones.

    Of the same person's earlier dossier (``before``), then of the account or of the company that gave ``mandate``, then
    of the declared stay: later ones win.
    """
    values: PrefillValues = {}
    if before is not None:
        earlier = values_by_source(procedure_of(before), before.answers)
        values.update({name: value for name, value in earlier.items() if name.startswith(LASTING)})
        if before.filer != filer:
            values = {name: value for name, value in values.items() if not name.startswith("sponsor.")}
    values.update(_account_values(actor, filer, is_sponsor, mandate))
    values.update(stay_values(stay) if stay else {})
    values["sponsor.kind"] = filer.value
    values["office.name"] = only_office()
    return {name: value for name, value in values.items() if value}


def _account_values(actor: Actor, filer: Filer, is_sponsor: bool, mandate: MandateScope | None) -> PrefillValues:
    """Return the account's values for a new dossier by prefill name: of the organisation, or of the person.

    The person is the sponsor or the applicant; an applicant's name is left out.
    """
    user = get_user(actor.user_id or 0)
    if mandate is not None:
        return _organisation_values(mandate.organisation_id, mandate.organisation_name)
    if filer == Filer.ORGANISATION:
        return _organisation_values(actor.organisation_id or 0, actor.organisation_name)
    person = {"full_name": user.full_name.upper(), "phone": readable(user.phone), "email": user.email}
    side = "sponsor" if is_sponsor else "applicant"
    return {f"{side}.{name}": value for name, value in person.items() if is_sponsor or name != "full_name"}


def _organisation_values(organisation_id: int, name: str) -> PrefillValues:
    """Return the details of an organisation from its legal file, or only its name without one."""
    file = legal_file_in_force(organisation_id)
    if file is None:
        return {"organisation.name": name}
    return {
        "organisation.name": file.name,
        "organisation.address": file.address,
        "organisation.phone": readable(file.phone),
        "organisation.email": file.email,
        "organisation.tax_code": file.tax_code,
        "organisation.signer_name": file.signatory_name,
        "organisation.signer_position": file.signatory_title,
    }


def stay_values(stay: Stay) -> PrefillValues:
    """Return a guest's details from the declared stay, by prefill name."""
    until = stay.permitted_until
    return {
        "traveller.full_name": stay.full_name,
        "traveller.native_name": stay.native_name,
        "traveller.birth_date": stay.birth_date,
        "traveller.sex": stay.sex,
        "traveller.nationality": stay.nationality,
        "traveller.birth_nationality": stay.nationality,
        "traveller.document_number": stay.document_number,
        "traveller.document_kind": PASSPORTS.get(stay.document_kind),
        "stay.permitted_until": until.isoformat() if until else None,
        "stay.entry_paper": ENTRY_PAPERS.get(stay.entry_paper),
        "stay.purpose": PURPOSES.get(stay.purpose),
        "stay.unit": unit_today(stay.unit).code,
        "stay.address": f"{stay.establishment.name}, {stay.establishment.address}"[:300],
    }


def values_by_source(procedure: Procedure, answers: Answers) -> PrefillValues:
    """Return a dossier's non-empty answers by the name under which other forms prefill them.

    Of a list of travellers the first one's answers.
    """
    values: PrefillValues = {}
    for form in procedure.forms:
        answered = answers.get(form.code, {})
        for key, field in form.fields.items():
            value = answered.get(key)
            if field.prefill == "dossier.travellers" and isinstance(value, list) and value:
                columns = {column.prefill: value[0].get(column.key) for column in field.columns if column.prefill}
                values = {**columns, **values}
            elif field.prefill and value:
                values.setdefault(field.prefill, value)
    return {name: value for name, value in values.items() if value}


def fill_forms(procedure: Procedure, values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return prefilled answers for a procedure's forms, by form code and field key, from values by prefill name."""
    return {form.code: _fill_fields(form.fields.values(), values) for form in procedure.forms}


def _fill_fields(fields: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return, by field key, the values whose prefill name the fields have; a table of travellers gets one row."""
    filled: dict[str, Any] = {}
    for field in fields:
        if field.prefill == "dossier.travellers":
            if row := _fill_fields(field.columns, values):
                filled[field.key] = [row]
        elif field.prefill in values:
            filled[field.key] = values[field.prefill]
    return filled


def borrowed_answers(dossier: Dossier, step: FormStep) -> dict[str, Any]:
    """Return values for a step that was not begun, from the dossier's other answers, so a passport is typed once.

    Empty once the step was begun.
    """
    if step.begun:
        return {}
    values = values_by_source(procedure_of(dossier), dossier.answers)
    return _fill_fields(step.section.fields, values)
