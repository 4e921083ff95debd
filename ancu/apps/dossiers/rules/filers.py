"""Who files for whom: persons, members of a sponsoring organisation within their limits, and agents by a mandate."""

from ancu.apps.accounts.enums import SPONSOR_ROLES, Role
from ancu.apps.dossiers.enums import Filer
from ancu.apps.dossiers.models import Dossier
from ancu.core.actor import Actor, ActorKind, MandateScope


def is_sponsor_office(actor: Actor) -> bool:
    """Whether the actor represents or works for a sponsoring organisation (article 14)."""
    return actor.organisation_kind == "sponsor" and actor.role in SPONSOR_ROLES


def may_start(actor: Actor) -> bool:
    """Whether the actor may file dossiers: every signed-in person but officers."""
    return actor.user_id is not None and not actor.is_agency


def may_file_as(actor: Actor, filer: Filer) -> bool:
    """Whether the actor may file as this filer: as an organisation only its members, who file in no other way."""
    return (filer == Filer.ORGANISATION) == is_sponsor_office(actor)


def may_be_asked(actor: Actor, filer: Filer) -> bool:
    """Whether the questions before filing offer this kind of filer to the actor.

    Members of a sponsoring organisation are offered only the organisation.
    """
    return not is_sponsor_office(actor) or filer == Filer.ORGANISATION


def may_prepare(actor: Actor, procedure: str) -> bool:
    """Whether the actor may prepare dossiers of the procedure with this code.

    A sponsor's representative may limit a clerk to some procedures; nobody else has a limit.
    """
    return actor.procedures is None or procedure in actor.procedures


def may_file_for(actor: Actor, organisation_id: int | None, procedure: str) -> bool:
    """Whether the actor may begin a dossier of this procedure for an organisation.

    Its members within their limits, and agents whose mandate covers the procedure today.
    """
    if organisation_id is None:
        return False
    own = is_sponsor_office(actor) and organisation_id == actor.organisation_id and may_prepare(actor, procedure)
    return own or actor.mandate_for(organisation_id, procedure) is not None


def may_begin(actor: Actor, filer: Filer, procedure: str) -> bool:
    """Whether the actor may begin a dossier of this procedure as this filer, for one organisation or another."""
    if not may_start(actor):
        return False
    if filer == Filer.ORGANISATION and any(procedure in mandate.procedures for mandate in actor.mandates):
        return True
    return may_file_as(actor, filer) and may_prepare(actor, procedure)


def is_member_of_filer(actor: Actor, dossier: Dossier) -> bool:
    """Whether the dossier is an organisation's to which the actor belongs, whichever member began it."""
    return is_sponsor_office(actor) and dossier.organisation_id == actor.organisation_id


def mandate_of(actor: Actor, dossier: Dossier) -> MandateScope | None:
    """Return the mandate by which the actor acts in the dossier; None without one in force.

    An agent sees only what the agent began, and only while a mandate of that company covers the procedure. Nothing
    else of the company is open to an agent: neither its other dossiers nor its workers nor its legal file.
    """
    began = actor.user_id is not None and dossier.filed_by_id == actor.user_id
    if actor.kind is not ActorKind.PERSON or not began or dossier.organisation_id is None:
        return None
    return actor.mandate_for(dossier.organisation_id, dossier.procedure)


def is_within_limits(actor: Actor, dossier: Dossier) -> bool:
    """Whether the actor's limits allow work on the dossier; only a clerk of its organisation has limits."""
    return not is_member_of_filer(actor, dossier) or may_prepare(actor, dossier.procedure)


def signs_for_filer(actor: Actor, dossier: Dossier) -> bool:
    """Whether the actor may send the dossier in its organisation's name.

    Its representative, whose signature form NA16 introduces (article 16(2)), a clerk to whom a representative gave
    that right, and an agent whose mandate says so.
    """
    if is_member_of_filer(actor, dossier):
        return actor.role == Role.REPRESENTATIVE or actor.may_submit
    mandate = mandate_of(actor, dossier)
    return mandate is not None and mandate.may_submit


def withdraws_for_filer(actor: Actor, dossier: Dossier) -> bool:
    """Whether the limits of a clerk or of an agent allow to withdraw the dossier.

    An agent who only prepares withdraws drafts alone: what was submitted is the organisation's statement.
    """
    mandate = None if is_member_of_filer(actor, dossier) else mandate_of(actor, dossier)
    ends_own = mandate is None or mandate.may_submit or dossier.submitted_at is None
    return is_within_limits(actor, dossier) and ends_own
