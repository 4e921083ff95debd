"""Pre-flight: the officer's own checks, made for the applicant before he sends the dossier."""

from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import ComponentState, Filer, LegalFileState
from ancu.apps.dossiers.models import Dossier, LegalFile
from ancu.apps.dossiers.selectors.procedures import day_of, procedure_of
from ancu.apps.dossiers.selectors.signatures import is_signed
from ancu.apps.stays.models import OPEN, Stay
from ancu.engines.rulebook import Facts, Finding, facts_from, preflight, signature_finding


def findings(dossier: Dossier) -> tuple[Finding, ...]:
    """Everything found, blocking ones first: fields, papers, eligibility, signature.

    A paper counts as present when its file is there or its original is promised; one that was returned does not.
    """
    procedure = procedure_of(dossier)
    held = [one.key for one in dossier.components.all() if one.state in {ComponentState.GIVEN, ComponentState.ACCEPTED}]
    found = preflight(procedure, dossier.answers, facts_of(dossier), held)
    if rules.needs_signature(dossier) and not is_signed(dossier):
        found = (signature_finding(procedure, day_of(dossier)), *found)
    return found


def facts_of(dossier: Dossier) -> Facts:
    """What the answers state, and what the office itself has on record."""
    on = day_of(dossier)
    known: dict[str, object] = {"legal_file": legal_file_state(dossier), "sponsor_kind": dossier.filer}
    if dossier.document_number and dossier.birth_date:
        stay = open_stay_of(dossier)
        known["stay_on_record"] = stay is not None
        known["recorded_unit"] = stay.unit.code if stay else None
    return facts_from(procedure_of(dossier), dossier.answers, on, **known)


def open_stay_of(dossier: Dossier) -> Stay | None:
    """Where the foreigner is declared now. Number and birth date must both agree: nobody probes with a number alone."""
    real = Stay.objects.filter(OPEN, establishment__sandbox=False)
    same = real.filter(document_number=dossier.document_number, birth_date=dossier.birth_date)
    return same.select_related("unit").order_by("-arrived_on", "-id").first()


def legal_file_state(dossier: Dossier) -> str | None:
    """``approved``, ``pending`` or ``none`` for an organisation; nothing to say of a person."""
    if dossier.filer != Filer.ORGANISATION or dossier.organisation_id is None:
        return None
    states = set(LegalFile.objects.filter(organisation_id=dossier.organisation_id).values_list("state", flat=True))
    if LegalFileState.APPROVED in states:
        return "approved"
    return "pending" if LegalFileState.SUBMITTED in states else "none"


def blocking(found: tuple[Finding, ...]) -> list[Finding]:
    return [finding for finding in found if finding.severity == "blocking"]
