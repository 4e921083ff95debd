"""Pre-flight: the officer's own checks, run for the applicant before the dossier is sent."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from ancu.apps.accounts.models import Organisation
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import ComponentState, Filer, LegalFileState
from ancu.apps.dossiers.models import Dossier, LegalFile
from ancu.apps.dossiers.selectors import in_force
from ancu.apps.dossiers.selectors.procedures import day_of, issued_by, procedure_of
from ancu.apps.dossiers.selectors.signatures import is_signed
from ancu.apps.stays.models import OPEN, Stay
from ancu.engines.exchange.nationality import read_nationality
from ancu.engines.rulebook import (
    CheckFinding,
    Facts,
    OfficeRecord,
    facts_from,
    is_stated_holder,
    preflight,
    reading_finding,
    signature_finding,
    unnamed_holder_finding,
)


class StayDisclosure(StrEnum):
    """How much the pre-flight reveals about recorded stays."""

    ALL = "all"  # for the office: whether a stay is open, and whether its commune is the one stated
    STATED = "stated"  # for filers: only whether a stay is open in exactly the stated commune
    NOTHING = "nothing"


def findings(dossier: Dossier, stays: StayDisclosure) -> tuple[CheckFinding, ...]:
    """Return all findings, blocking ones first: fields, papers, eligibility, signature.

    Filers call ``services.preflight``, which rate-limits their questions. A paper counts as present when its file or
    the promise of its original is there; a returned paper does not.
    """
    legal_files = legal_files_of(dossier)
    facts = facts_of(dossier, stays, legal_files=legal_files)
    return findings_of(dossier, facts, records_of(dossier, legal_files))


def findings_of(dossier: Dossier, facts: Facts, records: Sequence[OfficeRecord]) -> tuple[CheckFinding, ...]:
    """Return all findings from facts and records that the caller has read already."""
    procedure = procedure_of(dossier)
    received_keys = [
        component.key
        for component in dossier.components.all()
        if component.state in {ComponentState.RECEIVED, ComponentState.ACCEPTED}
    ]
    all_findings = preflight(procedure, dossier.answers, facts, received_keys, records)
    if is_passport_being_read(dossier):
        all_findings = (reading_finding(procedure, day_of(dossier)), *all_findings)
    if rules.needs_signature(dossier) and not is_signed(dossier):
        all_findings = (signature_finding(procedure, day_of(dossier)), *all_findings)
    return (*all_findings, *unnamed_holder_findings(dossier))


def unnamed_holder_findings(dossier: Dossier) -> list[CheckFinding]:
    """Return a warning for each passport of a person no form names, if another passport shows a named person.

    If no passport shows a named person, the form is contradicted already.
    """
    procedure = procedure_of(dossier)
    passports = [
        passport for zone in _zones(dossier) if zone["certain"] and (passport := passport_values(zone["says"]))
    ]
    unnamed = [passport for passport in passports if not is_stated_holder(procedure, dossier.answers, passport)]
    if len(unnamed) == len(passports):
        return []
    return [unnamed_holder_finding(procedure, day_of(dossier), passport) for passport in unnamed]


def is_passport_being_read(dossier: Dossier) -> bool:
    """Return whether sending must wait because an uploaded passport is still being read."""
    return any(rules.is_being_read(component) for component in dossier.components.all())


NAME, NUMBER = "traveller.full_name", "traveller.document_number"
CERTAIN = ("document_number", "birth_date", "document_expiry")  # each has a check digit in the zone


def legal_files_of(dossier: Dossier) -> list[LegalFile]:
    """Return all versions of the legal file of the dossier's organisation, newest first."""
    if dossier.organisation_id is None:
        return []
    return list(LegalFile.objects.filter(organisation_id=dossier.organisation_id).order_by("-version"))


def records_of(dossier: Dossier, legal_files: Sequence[LegalFile]) -> list[OfficeRecord]:
    """Return what the forms are compared with: the sponsor's account or legal file, and the passports read.

    Of an organisation its name and legal file; of a person the sponsor's account name.
    """
    if dossier.organisation is not None:
        return [*_legal_records(dossier.organisation, legal_files), *_passport_records(dossier)]
    signers = [{"sponsor.full_name": dossier.sponsor.full_name}] if dossier.sponsor is not None else []
    return [OfficeRecord("account_disagrees", tuple(signers)), *_passport_records(dossier)]


def _legal_records(organisation: Organisation, legal_files: Sequence[LegalFile]) -> list[OfficeRecord]:
    """Return the organisation's name in its legal file and account, for comparison with the forms.

    The legal file in force adds the signatory and the tax code.
    """
    account = {"organisation.name": organisation.name}
    file = in_force(legal_files)
    if file is None:
        return [OfficeRecord("organisation_differs", (account,))]
    registered = {
        "organisation.name": file.name,
        "organisation.signer_name": file.signatory_name,
        "organisation.tax_code": file.tax_code,
    }
    return [OfficeRecord("organisation_differs", (registered, account))]


def _passport_records(dossier: Dossier) -> list[OfficeRecord]:
    """Return what the passports' zones read with certainty say, for comparison with the forms.

    If none was certain, the numbers that the check digits allow: the form's number should be one of them.
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
    """Return the contents of all machine-readable zones read from the dossier's papers."""
    return [zone for paper in dossier.components.all() for zone in paper.zones or ()]


def passport_values(says: Mapping[str, str]) -> dict[str, str]:
    """Return what a passport's zone says about its holder, name included, by the forms' field names."""
    return _stated_in_zone(says) | {NAME: says.get("full_name", "")}


def _stated_in_zone(says: Mapping[str, str]) -> dict[str, str]:
    """Return a zone's values but the name by the forms' field names, in the forms' codes.

    Countries are codes of the lists; the sex X is left empty, as the forms do not offer it.
    """
    stated = {name: says.get(name, "") for name in CERTAIN}
    stated["nationality"] = read_nationality(says.get("nationality")).code or ""
    stated["sex"] = says.get("sex", "").replace("X", "")
    return {f"traveller.{name}": value for name, value in stated.items()}


def office_facts(dossier: Dossier, stay: Stay | None, legal_files: Sequence[LegalFile]) -> Facts:
    """Return the facts the office's checks compare, with the person's open stay that the caller has read already."""
    return facts_of(dossier, StayDisclosure.ALL, lambda _dossier: stay, legal_files=legal_files)


def facts_of(
    dossier: Dossier,
    stays: StayDisclosure,
    read_stay: Callable[[Dossier], Stay | None] | None = None,
    *,
    legal_files: Sequence[LegalFile],
) -> Facts:
    """Return the facts that the checks compare: answers, state of the legal file, kind of sponsor, declared stay.

    ``stays`` limits what is revealed about the stay, which ``read_stay`` reads.
    """
    procedure, on = procedure_of(dossier), day_of(dossier)
    recorded_facts: dict[str, object] = {
        "legal_file": legal_file_state(dossier, legal_files),
        "sponsor_kind": dossier.filer,
        "issued_by": issued_by(dossier),
    }
    if stays is not StayDisclosure.NOTHING and dossier.document_number and dossier.birth_date:
        recorded_facts |= _stay_facts(stays, (read_stay or open_stay_of)(dossier), stated_unit(dossier))
    return facts_from(procedure, dossier.answers, on, **recorded_facts)


def stated_unit(dossier: Dossier) -> str | None:
    """Return the code of the commune where the foreigner stays, as the answers state it; None without one."""
    return facts_from(procedure_of(dossier), dossier.answers, day_of(dossier)).declared_unit


def _stay_facts(stays: StayDisclosure, stay: Stay | None, stated: str | None) -> dict[str, object]:
    """Return facts about the person's open stay for the checks: whether one is declared, and in which unit.

    With ``StayDisclosure.STATED`` only whether it is in the ``stated`` unit; empty without a stated unit.
    """
    if stays is StayDisclosure.ALL:
        return {"stay_on_record": stay is not None, "recorded_unit": stay.unit.code if stay else None}
    return {"stay_on_record": stay is not None and stay.unit.code == stated} if stated else {}


def open_stay_of(dossier: Dossier) -> Stay | None:
    """Return the latest open stay declared of the dossier's foreigner; None without one.

    Number and birth date must match, so that a number alone reveals nothing.
    """
    real = Stay.objects.filter(OPEN, establishment__sandbox=False)
    same = real.filter(document_number=dossier.document_number, birth_date=dossier.birth_date)
    return same.select_related("unit", "establishment").order_by("-arrived_on", "-id").first()


def legal_file_state(dossier: Dossier, legal_files: Sequence[LegalFile]) -> str | None:
    """Return the state of the filing organisation's legal file; None for a person's dossier.

    ``approved`` with a version in force, ``pending`` with one submitted or not begun yet, otherwise ``none``.
    """
    if dossier.filer != Filer.ORGANISATION or dossier.organisation_id is None:
        return None
    if in_force(legal_files):
        return "approved"
    coming = {
        LegalFileState.SUBMITTED,
        LegalFileState.APPROVED,
    }  # an approved file may still be valid only from a later day
    return "pending" if any(version.state in coming for version in legal_files) else "none"


def blocking(all_findings: tuple[CheckFinding, ...]) -> list[CheckFinding]:
    """Return those of the findings that are blocking: with them the dossier cannot be sent."""
    return [finding for finding in all_findings if finding.severity == "blocking"]
