"""Permissions at the counter: dossiers of people without an account, taken in by an officer."""

from ancu.apps.accounts.enums import Role
from ancu.apps.dossiers.enums import Filer
from ancu.apps.dossiers.models import Dossier
from ancu.core.actor import Actor, ActorKind


def may_receive_at_counter(actor: Actor) -> bool:
    """Whether the actor may take in dossiers of people who come to the counter: the office's intake officers."""
    return actor.kind is ActorKind.PERSON and actor.is_office and actor.role == Role.INTAKE_OFFICER


def may_be_received(filer: Filer) -> bool:
    """Whether a dossier of this filer can be taken in at the counter: not an organisation's.

    Its account holds the legal file and the authorised signature (articles 14 and 16).
    """
    return filer != Filer.ORGANISATION


def is_without_account(dossier: Dossier) -> bool:
    """Whether the dossier was taken in at the counter, and the applicant has not taken it over into an account."""
    return dossier.received_by_id is not None and dossier.filed_by_id == dossier.received_by_id


def writes_at_counter(actor: Actor, dossier: Dossier) -> bool:
    """Whether the actor writes at the counter for the applicant, who has no account.

    A draft is written by the officer who began it; what the office requests afterwards may be brought to any intake
    officer of the office that has the dossier.
    """
    if not is_without_account(dossier) or not may_receive_at_counter(actor):
        return False
    if dossier.submitted_at is None:
        return dossier.received_by_id == actor.user_id
    return dossier.agency_id == actor.organisation_id


def may_take_over(actor: Actor, dossier: Dossier) -> bool:
    """Whether the actor may take the dossier over from the counter: a person with an account of their own.

    Neither an officer, nor the member of a sponsoring organisation, nor the officer who took it in, who would become
    the applicant of a dossier of the own office.
    """
    person = actor.kind is ActorKind.PERSON and not actor.is_agency and actor.organisation_kind != "sponsor"
    submitted = is_without_account(dossier) and dossier.submitted_at is not None
    return person and submitted and dossier.received_by_id != actor.user_id


def involved_user_ids(dossier: Dossier) -> frozenset[int | None]:
    """Return the users who may not assess or decide the dossier: filer, sponsor, and who took it in at the counter."""
    return frozenset({dossier.filed_by_id, dossier.sponsor_id, dossier.received_by_id})
