"""Obstacles to closing an agency."""

from django.utils.translation import gettext as _

from ancu.apps.accounts import rules
from ancu.apps.accounts.models import Invitation, Membership, Organisation
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.name_order import name_order
from ancu.core.errors import require
from ancu.core.registry.agency_tasks import AGENCY_TASKS


def reasons_against_closing(actor: Actor, agency: Organisation) -> list[str]:
    """Return a sentence for each obstacle to closing the agency; empty if it can be closed.

    Obstacles are officers, invitations, subordinate agencies and open tasks; the office itself can never be closed.
    """
    require(rules.administers_officers(actor))
    if agency.parent_id is None:
        return [_("This is the provincial office. It cannot be closed.")]
    return [*_officers_left(agency), *_open_invitations(agency), *_open_branches(agency), *_open_tasks(agency)]


def _officers_left(agency: Organisation) -> list[str]:
    """Return a sentence that names the officers who still belong to the agency; empty if there are none."""
    members = Membership.objects.filter(organisation=agency, ended_at=None).select_related("user")
    names = sorted({member.user.full_name for member in members}, key=name_order)
    sentence = _("First move these officers to another agency, or end their roles: %(names)s.")
    return [sentence % {"names": ", ".join(names)}] if names else []


def _open_invitations(agency: Organisation) -> list[str]:
    """Return a sentence that names the people with a pending invitation to the agency; empty without any."""
    invitations = Invitation.objects.filter(
        organisation=agency, accepted_at=None, revoked_at=None, expires_at__gt=clock.now()
    )
    sentence = _("First withdraw these invitations: %(names)s.")
    names = [invitation.full_name or invitation.email for invitation in invitations]
    return [sentence % {"names": ", ".join(names)}] if names else []


def _open_branches(agency: Organisation) -> list[str]:
    """Return a sentence that names the open agencies below the agency; empty if there are none."""
    names = list(agency.branches.filter(closed_at=None).order_by("name").values_list("name", flat=True))
    sentence = _("First close the agencies that report to this one: %(names)s.")
    return [sentence % {"names": ", ".join(names)}] if names else []


def _open_tasks(agency: Organisation) -> list[str]:
    """Return a sentence that lists the agency's open tasks, named by the apps; empty without any.

    The apps register them in ``core.registry.agency_tasks``.
    """
    tasks = [task for tasks_of in AGENCY_TASKS for task in tasks_of(agency.pk)]
    sentence = _("First finish these open tasks or transfer them to another agency: %(tasks)s.")
    return [sentence % {"tasks": ", ".join(tasks)}] if tasks else []
