"""An administrator's tasks: proposals of another administrator, and roles to confirm."""

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from ancu.apps.accounts import rules
from ancu.apps.accounts.enums import OfficerState
from ancu.apps.accounts.models import RightsProposal
from ancu.apps.accounts.selectors.administration import due_memberships
from ancu.apps.accounts.selectors.proposals import proposals
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.registry.task_groups import Ask, Task, TaskGroup, listed_group, summary_group


def task_groups(actor: Actor) -> list[TaskGroup]:
    """Return an administrator's tasks: proposals to decide and officers' roles to confirm; others have none."""
    if not rules.administers_officers(actor):
        return []
    tasks = [_task(proposal) for proposal in proposals(actor) if rules.may_decide(actor, proposal)]
    kind = ("rights", _("Officer rights to confirm"), "users", reverse("administration:proposals"))
    rights = listed_group(*kind, tasks, asks=Ask.SIGN, act=_("Confirm as second administrator"))
    return [rights, _roles_to_confirm(actor)]


def _roles_to_confirm(actor: Actor) -> TaskGroup:
    """Return one task with the number of officers' roles to confirm for another year, without the actor's own."""
    total = due_memberships().exclude(user_id__in=actor.own_user_ids).order_by().count()
    url = f"{reverse('administration:officers')}?state={OfficerState.TO_CONFIRM}"
    label = _("Officer roles to confirm for another year")
    return summary_group("terms", "calendar", label, total, Task(label, url), asks=Ask.DECIDE, act=_("Confirm or end"))


def _task(proposal: RightsProposal) -> Task:
    """Return a task to decide on a proposal about an officer's rights or an agency, due on its last day."""
    name = proposal.user.full_name if proposal.user else proposal.full_name
    due = clock.local(proposal.proposed_at).date() + rules.PROPOSAL_LIFE
    title = f"{capfirst(proposal.get_kind_display())}: {name}"
    return Task(title, reverse("administration:proposals"), proposal.proposed_by.full_name, due)
