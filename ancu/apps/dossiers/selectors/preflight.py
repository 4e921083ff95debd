"""Pre-flight: the officer's own checks, made for the applicant before he sends the dossier."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from ancu.apps.accounts.models import Organisation
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import ComponentState, Filer, LegalFileState
from ancu.apps.dossiers.models import Dossier, LegalFile
from ancu.apps.dossiers.selectors import in_force, legal_file_in_force
from ancu.apps.dossiers.selectors.procedures import day_of, issued_by, procedure_of
from ancu.apps.dossiers.selectors.signatures import is_signed
from ancu.apps.stays.models import OPEN, Stay
from ancu.engines.exchange.nationality import read_nationality
from ancu.engines.rulebook import (
    Facts,
    Finding,
    OfficeRecord,
    facts_from,
    is_stated_holder,
    preflight,
    reading_finding,
    signature_finding,
    unnamed_holder_finding,
)


class Stays(StrEnum):
    """How much the pre-flight tells of the stays on record."""

    ALL = "all"  # to the office: whether a stay is open, and whether its commune is the one stated
    STATED = "stated"  # to whoever files: only whether a stay is open in the very commune he states
    NOTHING = "nothing"


def findings(dossier: Dossier, stays: Stays) -> tuple[Finding, ...]:
    """Everything found, blocking ones first: fields, papers, eligibility, signature.

    For a filer it is asked by ``services.preflight``, which counts his questions.
    A paper counts as present when its file is there or its original is promised; one that was returned does not.
    """
    procedure = procedure_of(dossier)
    held = [one.key for one in dossier.components.all() if one.state in {ComponentState.GIVEN, ComponentState.ACCEPTED}]
    all_findings = preflight(procedure, dossier.answers, facts_of(dossier, stays), held, records_of(dossier))
    if is_passport_being_read(dossier):
        all_findings = (reading_finding(procedure, day_of(dossier)), *all_findings)
    if rules.needs_signature(dossier) and not is_signed(dossier):
        all_findings = (signature_finding(procedure, day_of(dossier)), *all_findings)
    return (*all_findings, *unnamed_holder_findings(dossier))


def unnamed_holder_findings(dossier: Dossier) -> list[Finding]:
    """A warning for each passport of a person no form names, where the pages show a named person's too.

    Where they show no other, the form is contradicted already.
    """
    procedure = procedure_of(dossier)
    passports = [passport for zone in _zones(dossier) if zone["certain"] and (passport := _passport_of(zone["says"]))]
    unnamed = [passport for passport in passports if not is_stated_holder(procedure, dossier.answers, passport)]
    if len(unnamed) == len(passports):
        return []
    return [unnamed_holder_finding(procedure, day_of(dossier), passport) for passport in unnamed]


def is_passport_being_read(dossier: Dossier) -> bool:
    """Whether sending waits for the reader: nothing can be compared with the passport yet."""
    return any(rules.is_being_read(component) for component in dossier.components.all())


NAME, NUMBER = "traveller.full_name", "traveller.document_number"
CERTAIN = ("document_number", "birth_date", "document_expiry")  # each has a check digit in the zone


def records_of(dossier: Dossier) -> list[OfficeRecord]:
    """What the office holds of those who sign, and what was read in the passport's picture."""
    if dossier.organisation is not None:
        return [*_legal_records(dossier.organisation), *_passport_records(dossier)]
    signers = [{"sponsor.full_name": dossier.sponsor.full_name}] if dossier.sponsor is not None else []
    return [OfficeRecord("account_disagrees", tuple(signers)), *_passport_records(dossier)]


def _legal_records(organisation: Organisation) -> list[OfficeRecord]:
    """The name of the account, and all that the legal file in force registers."""
    account = {"organisation.name": organisation.name}
    file = legal_file_in_force(organisation.pk)
    if file is None:
        return [OfficeRecord("organisation_differs", (account,))]
    registered = {
        "organisation.name": file.name,
        "organisation.signer_name": file.signatory_name,
        "organisation.tax_code": file.tax_code,
    }
    return [OfficeRecord("organisation_differs", (registered, account))]


def _passport_records(dossier: Dossier) -> list[OfficeRecord]:
    """Of every passport that was read with certainty; a renewed one may lie beside the old.

    Where none was, the number's readings that the check digits allow: the form's number should be one of them.
    """
    zones = _zones(dossier)
    certain = [zone["says"] for zone in zones if zone["certain"]]
    numbers = [] if certain else [number for zone in zones for number in zone.get("numbers", ())]
    return [
        OfficeRecord("passport_disagrees", tuple(_stated_in_zone(says) for says in certain)),
        OfficeRecord("passport_name_differs", tuple({NAME: says.get("full_name", "")} for says in certain)),
        OfficeRecord("passport_number_unclear", tuple({NUMBER: number} for number in numbers)),
    ]


def _zones(dossier: Dossier) -> list[dict[str, Any]]:
    return [zone for paper in dossier.components.all() for zone in paper.zones or ()]


def _passport_of(says: Mapping[str, str]) -> dict[str, str]:
    """Whose passport it is, as the forms name a person."""
    return _stated_in_zone(says) | {NAME: says.get("full_name", "")}


def _stated_in_zone(says: Mapping[str, str]) -> dict[str, str]:
    """What the forms state too, as they state it: a country by its code of the lists, of the sexes those they offer."""
    stated = {name: says.get(name, "") for name in CERTAIN}
    stated["nationality"] = read_nationality(says.get("nationality")).code or ""
    stated["sex"] = says.get("sex", "").replace("X", "")
    return {f"traveller.{name}": value for name, value in stated.items()}


def facts_of(dossier: Dossier, stays: Stays) -> Facts:
    """What the answers state, and what the office itself has on record."""
    procedure, on = procedure_of(dossier), day_of(dossier)
    known: dict[str, object] = {
        "legal_file": legal_file_state(dossier),
        "sponsor_kind": dossier.filer,
        "issued_by": issued_by(dossier),
    }
    if stays is not Stays.NOTHING and dossier.document_number and dossier.birth_date:
        known |= _of_the_stay(dossier, stays, stated_unit(dossier))
    return facts_from(procedure, dossier.answers, on, **known)


def stated_unit(dossier: Dossier) -> str | None:
    """The commune where the foreigner stays, as it is written in the form."""
    return facts_from(procedure_of(dossier), dossier.answers, day_of(dossier)).declared_unit


def _of_the_stay(dossier: Dossier, stays: Stays, stated: str | None) -> dict[str, object]:
    stay = open_stay_of(dossier)
    if stays is Stays.ALL:
        return {"stay_on_record": stay is not None, "recorded_unit": stay.unit.code if stay else None}
    return {"stay_on_record": stay is not None and stay.unit.code == stated} if stated else {}


def open_stay_of(dossier: Dossier) -> Stay | None:
    """Where the foreigner is declared now. Number and birth date must both agree: nobody probes with a number alone."""
    real = Stay.objects.filter(OPEN, establishment__sandbox=False)
    same = real.filter(document_number=dossier.document_number, birth_date=dossier.birth_date)
    return same.select_related("unit").order_by("-arrived_on", "-id").first()


def legal_file_state(dossier: Dossier) -> str | None:
    """``approved`` once it counts, ``pending`` or ``none`` for an organisation; nothing to say of a person."""
    if dossier.filer != Filer.ORGANISATION or dossier.organisation_id is None:
        return None
    versions = list(LegalFile.objects.filter(organisation_id=dossier.organisation_id).order_by("-version"))
    if in_force(versions):
        return "approved"
    coming = {LegalFileState.SUBMITTED, LegalFileState.APPROVED}  # the day of an approved one may still be to come
    return "pending" if any(one.state in coming for one in versions) else "none"


def blocking(found: tuple[Finding, ...]) -> list[Finding]:
    return [finding for finding in found if finding.severity == "blocking"]
