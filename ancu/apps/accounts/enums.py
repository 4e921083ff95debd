from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class OrganisationKind(models.TextChoices):
    AGENCY = "agency", _("agency")
    LODGING_BUSINESS = "lodging_business", _("lodging business")
    SPONSOR = "sponsor", _("sponsor")


class Role(models.TextChoices):
    MANAGER = "manager", _("manager")
    RECEPTIONIST = "receptionist", _("receptionist")
    REPRESENTATIVE = "representative", _("representative")
    CLERK = "clerk", _("clerk")
    APPLICANT = "applicant", _("applicant")
    AREA_OFFICER = "area_officer", _("area officer")
    INTAKE_OFFICER = "intake_officer", _("intake officer")
    ASSESSING_OFFICER = "assessing_officer", _("assessing officer")
    APPROVING_OFFICER = "approving_officer", _("approving officer")
    HOTLINE_OPERATOR = "hotline_operator", _("hotline operator")
    TIP_HANDLER = "tip_handler", _("tip handler")
    ANALYST = "analyst", _("analyst")
    ADMINISTRATOR = "administrator", _("administrator")


LODGING_ROLES = (Role.MANAGER, Role.RECEPTIONIST)
SPONSOR_ROLES = (Role.REPRESENTATIVE, Role.CLERK)
AGENCY_ROLES = (
    Role.AREA_OFFICER, Role.INTAKE_OFFICER, Role.ASSESSING_OFFICER, Role.APPROVING_OFFICER,
    Role.HOTLINE_OPERATOR, Role.TIP_HANDLER, Role.ANALYST, Role.ADMINISTRATOR,
)  # fmt: skip

# Officers whose work is with foreigners and their lodgings; analysts, hotline operators and tip handlers need no names.
OFFICE_READERS = frozenset(
    {Role.AREA_OFFICER, Role.INTAKE_OFFICER, Role.ASSESSING_OFFICER, Role.APPROVING_OFFICER, Role.ADMINISTRATOR}
)
OFFICE_DECIDERS = frozenset({Role.AREA_OFFICER, Role.APPROVING_OFFICER})


class OfficerState(models.TextChoices):
    WORKING = "working", pgettext_lazy("officer", "active")
    TO_CONFIRM = "to_confirm", _("ending soon")
    LOCKED = "locked", _("locked")
    ENDED = "ended", _("ended")


class ProposalKind(models.TextChoices):
    """Changes of an officer's rights or of an agency that need a second administrator's confirmation."""

    INVITE = "invite", _("invite an officer")
    ROLE = "role", _("give a role")
    MOVE = "move", _("move to another agency")
    RESET_FACTOR = "reset_factor", _("reset a lost second factor")
    UNLOCK = "unlock", _("unlock an account")
    COMMUNES = "communes", _("change the communes of an agency")
    CLOSE_AGENCY = "close_agency", _("close an agency")


AGENCY_KINDS = frozenset({ProposalKind.COMMUNES, ProposalKind.CLOSE_AGENCY})


class ProposalState(models.TextChoices):
    OPEN = "open", _("waiting")
    CONFIRMED = "confirmed", _("confirmed")
    REFUSED = "refused", _("not confirmed")
    WITHDRAWN = "withdrawn", _("withdrawn by the proposer")


# Descriptions of audit events.
ACTS = {
    "accounts.created": _("opened an account"),
    "accounts.founded": _("opened a lodging business"),
    "accounts.founded_sponsor": _("registered a sponsor organisation"),
    "accounts.invited": _("invited a colleague"),
    "accounts.reinvited": _("sent an invitation again"),
    "accounts.revoked_invitation": _("withdrew an invitation"),
    "accounts.joined": _("accepted an invitation"),
    "accounts.ended_membership": _("ended a colleague’s access"),
    "accounts.set_limits": _("changed what a clerk may prepare and submit"),
    "accounts.gave_mandate": _("gave an agent a mandate"),
    "accounts.accepted_mandate": _("accepted a company’s mandate"),
    "accounts.revoked_mandate": _("revoked the mandate of an agent"),
    "accounts.reminded_mandate": _("announced that a mandate ends"),
    "accounts.created_token": _("created a key for the organisation’s program"),
    "accounts.revoked_token": _("revoked a key of the organisation’s program"),
    "accounts.set_sign_in_phone": _("changed the phone number used to sign in"),
    "accounts.chose_password": _("chose a new password after a code"),
    "accounts.updated_profile": _("changed their own data"),
    "accounts.delegated": _("handed over their work during leave"),
    "accounts.ended_delegation": _("took back their work before the leave ended"),
    "accounts.signed_out": _("signed out other browsers"),
    "accounts.created_agency": _("created an agency"),
    "accounts.renamed_agency": _("renamed an agency"),
    "accounts.changed_communes": _("changed the communes of an agency"),
    "accounts.closed_agency": _("closed an agency"),
    "accounts.retried_job": _("retried a background job"),
    "accounts.retried_jobs": _("retried all failed background jobs of a kind"),
    "accounts.proposed_rights": _("proposed a change to the rights of an officer or to an agency"),
    "accounts.confirmed_rights": _("confirmed a change to the rights of an officer or to an agency"),
    "accounts.refused_rights": _("refused a change to the rights of an officer or to an agency"),
    "accounts.withdrew_rights": _("withdrew a proposal about the rights of an officer or about an agency"),
    "accounts.confirmed_role": _("confirmed an officer’s role for another year"),
    "accounts.announced_ends": _("notified administrators that officers' roles are ending"),
    "accounts.locked": _("locked the account of an officer"),
    "accounts.ended_officer": _("closed the account of an officer"),
    "accounts.created_administrator": _("became an administrator through the operator's command"),
    "accounts.signed_in": _("signed in"),
    "accounts.left": _("signed out"),
    "accounts.sign_in_failed": _("tried to sign in with a wrong password or code"),
    "accounts.sign_in_locked": _("was blocked after too many failed sign-ins"),
    "accounts.changed_password": _("changed the password"),
    "accounts.reset_password": _("chose a new password by email"),
    "accounts.added_factor": _("added a second factor"),
    "accounts.removed_factor": _("removed a second factor"),
    "accounts.renewed_recovery_codes": _("created new recovery codes"),
    "accounts.requested_address_change": _("requested a change of the email address"),
    "accounts.cancelled_address_change": _("cancelled the change of the email address"),
    "accounts.confirmed_address_change": _("confirmed the change of the email address"),
    "accounts.changed_address": _("changed the email address used to sign in"),
    "accounts.undid_address_change": _("undid the change of the email address"),
    "accounts.rotated_keys": _("re-encrypted stored data with the new key"),
    "accounts.redact": _("deleted the data of expired accounts"),
}
