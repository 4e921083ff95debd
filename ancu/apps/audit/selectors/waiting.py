"""What waits for an administrator: an audit that does not agree with its heads."""

from django.urls import reverse
from django.utils.translation import gettext as _

from ancu.apps.audit.rules import may_read_audit
from ancu.apps.audit.selectors.checks import last_check
from ancu.core.actor import Actor
from ancu.core.registry.task_groups import Task, TaskGroup, summary_group


def waits(actor: Actor) -> list[TaskGroup]:
    """The last nightly check, if it found something."""
    check = last_check() if may_read_audit(actor) else None
    if check is None or check.problem is None:
        return []
    task = Task(check.problem.label, reverse("audit:list"), grave=True)
    return [summary_group("audit", "warn", _("The record of acts does not hold"), 1, task)]
