"""Change an agency's communes or close it: one administrator proposes, another confirms."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ancu.apps.accounts import rules
from ancu.apps.accounts.enums import ProposalKind
from ancu.apps.accounts.models import Organisation, RightsProposal
from ancu.apps.accounts.selectors.closing import reasons_against_closing
from ancu.apps.accounts.selectors.proposals import basis_of_agency, pending_proposals
from ancu.apps.audit.services import record, required_reason
from ancu.apps.places.models import AdministrativeUnit
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, require


@transaction.atomic
def propose_communes(
    actor: Actor, *, agency: Organisation, units: Sequence[AdministrativeUnit], reason: str
) -> RightsProposal:
    """Propose another set of communes for the agency.

    Conflict for communes outside the province or an unchanged set.
    """
    require(rules.administers_officers(actor))
    if not all(unit.pk in actor.area for unit in units):
        raise Conflict("unit", _("This commune is outside your province."))
    if {unit.pk for unit in units} == set(agency.jurisdiction.values_list("pk", flat=True)):
        raise Conflict("unit", _("The agency is already responsible for these communes."))
    return _propose(actor, ProposalKind.COMMUNES, agency, units, reason)


@transaction.atomic
def propose_closing(actor: Actor, *, agency: Organisation, reason: str) -> RightsProposal:
    """Propose to close the agency, for a second administrator to confirm.

    Conflict while it has officers, invitations, agencies below it or open tasks.
    """
    require(rules.administers_officers(actor))
    _require_closable(actor, agency)
    return _propose(actor, ProposalKind.CLOSE_AGENCY, agency, [], reason)


def _propose(
    actor: Actor, kind: ProposalKind, agency: Organisation, units: Sequence[AdministrativeUnit], reason: str
) -> RightsProposal:
    """Store a proposal of this kind about the agency; Conflict if such a proposal is pending already."""
    locked = Organisation.objects.select_for_update().get(pk=agency.pk)
    if pending_proposals().filter(kind=kind, agency=locked).exists():
        raise Conflict("proposed", _("The same proposal for this agency is already waiting for an administrator."))
    proposal = RightsProposal.objects.create(
        kind=kind, agency=locked, basis=basis_of_agency(locked), reason=required_reason(reason),
        proposed_by_id=actor.user_id or 0, proposed_at=clock.now(),
    )  # fmt: skip
    proposal.units.set(units)
    record(
        actor, "accounts.proposed_rights", proposal, kind=kind, agency=locked.pk, units=[unit.pk for unit in units],
        reason=proposal.reason,
    )  # fmt: skip
    return proposal


def _require_closable(actor: Actor, agency: Organisation) -> None:
    """Raise Conflict with a sentence for each obstacle, if the agency cannot be closed."""
    if sentences := reasons_against_closing(actor, agency):
        raise Conflict("not_closable", " ".join(sentences))


def set_communes(actor: Actor, proposal: RightsProposal) -> None:
    """Set the agency's communes to those of a confirmed proposal; the caller has locked the agency."""
    agency = Organisation.objects.get(pk=proposal.agency_id or 0)
    before = list(agency.jurisdiction.order_by("pk").values_list("pk", flat=True))
    agency.jurisdiction.set(proposal.units.all())
    after = list(agency.jurisdiction.order_by("pk").values_list("pk", flat=True))
    record(actor, "accounts.changed_communes", agency, before=before, after=after, reason=proposal.reason)


def close(actor: Actor, proposal: RightsProposal) -> None:
    """Close the agency of a confirmed proposal: it leaves every list, but past acts keep its name.

    The caller has locked it. Conflict while there are obstacles.
    """
    agency = Organisation.objects.get(pk=proposal.agency_id or 0)
    _require_closable(actor, agency)
    units = list(agency.jurisdiction.order_by("pk").values_list("pk", flat=True))
    agency.jurisdiction.clear()
    agency.closed_at, agency.is_inspectorate = clock.now(), False
    agency.save(update_fields=["closed_at", "is_inspectorate"])
    record(actor, "accounts.closed_agency", agency, units=units, reason=proposal.reason)
