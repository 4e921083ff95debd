"""What need not be typed again: what the account, the organisation, earlier dossiers or a declared stay say.

A stay's data are given only for the code on the guest's own receipt, never for a passport number: whoever holds a
number alone must not learn where its bearer sleeps.
"""

from collections.abc import Mapping
from typing import Any

from ancu.apps.accounts.selectors import get_user
from ancu.apps.dossiers.enums import Filer
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.selectors import legal_file_in_force, only_office, visible_to
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.apps.dossiers.selectors.steps import Step
from ancu.apps.places.selectors import unit_today
from ancu.apps.stays.models import Stay
from ancu.apps.stays.selectors.receipts import find_stay
from ancu.core.actor import Actor
from ancu.engines.rulebook import Answers, Procedure
from ancu.engines.telephone import readable

Known = dict[str, Any]  # by the rulebook's names of sources (PREFILLS)
PEOPLE_OFFERED = 8
# Of an earlier dossier everything about people is taken over; a later entry makes its entry and stamps another's.
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


def people_before(actor: Actor) -> list[Dossier]:
    """The latest dossier of each person the actor filed for, newest first, to be filed for once more."""
    own = visible_to(actor).filter(document_number__gt="")
    mine = own.filter(organisation_id=actor.organisation_id) if actor.organisation_id else own.filter(organisation=None)
    latest = mine.filter(filed_by_id=actor.user_id) if not actor.organisation_id else mine
    found: dict[tuple[str, str], Dossier] = {}
    for dossier in latest.order_by("-id")[: 10 * PEOPLE_OFFERED]:
        found.setdefault((dossier.document_number, dossier.birth_date), dossier)
    return list(found.values())[:PEOPLE_OFFERED]


def guest_of(code: str) -> Stay | None:
    """The stay whose own receipt bears this code, as it is typed, scanned or pasted as a link."""
    return find_stay("-".join(code.split()).rsplit("/", 1)[-1])


def known_for(
    actor: Actor, filer: Filer, *, is_sponsor: bool = False, before: Dossier | None = None, stay: Stay | None = None
) -> Known:
    """What can be filled in; the nearer to the person and the fresher wins."""
    known: Known = {}
    if before is not None:
        earlier = collect(procedure_of(before), before.answers)
        known.update({name: value for name, value in earlier.items() if name.startswith(LASTING)})
        if before.filer != filer:
            known = {name: value for name, value in known.items() if not name.startswith("sponsor.")}
    known.update(_account(actor, filer, is_sponsor))
    known.update(_stay(stay) if stay else {})
    known["sponsor.kind"] = filer.value
    known["office.name"] = only_office()
    return {name: value for name, value in known.items() if value}


def _account(actor: Actor, filer: Filer, is_sponsor: bool) -> Known:
    user = get_user(actor.user_id or 0)
    if filer == Filer.ORGANISATION:
        return _organisation(actor.organisation_id or 0, actor.organisation_name)
    person = {"full_name": user.full_name.upper(), "phone": readable(user.phone), "email": user.email}
    side = "sponsor" if is_sponsor else "applicant"
    return {f"{side}.{name}": value for name, value in person.items() if is_sponsor or name != "full_name"}


def _organisation(organisation_id: int, name: str) -> Known:
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


def _stay(stay: Stay) -> Known:
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


def collect(procedure: Procedure, answers: Answers) -> Known:
    """What stands in a dossier's answers, by the names of sources; of a list of people the first."""
    known: Known = {}
    for form in procedure.forms:
        given = answers.get(form.code, {})
        for key, field in form.fields.items():
            value = given.get(key)
            if field.prefill == "dossier.travellers" and isinstance(value, list) and value:
                columns = {column.prefill: value[0].get(column.key) for column in field.columns if column.prefill}
                known = {**columns, **known}
            elif field.prefill and value:
                known.setdefault(field.prefill, value)
    return {name: value for name, value in known.items() if value}


def spread(procedure: Procedure, known: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """What is known, at every place of the forms that asks for it."""
    return {form.code: _spread(form.fields.values(), known) for form in procedure.forms}


def _spread(fields: Any, known: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for field in fields:
        if field.prefill == "dossier.travellers":
            if row := _spread(field.columns, known):
                found[field.key] = [row]
        elif field.prefill in known:
            found[field.key] = known[field.prefill]
    return found


def lend(dossier: Dossier, step: Step) -> dict[str, Any]:
    """What other forms of the same dossier say that an untouched step asks again: a passport is typed once."""
    if step.begun:
        return {}
    known = collect(procedure_of(dossier), dossier.answers)
    return _spread(step.section.fields, known)
