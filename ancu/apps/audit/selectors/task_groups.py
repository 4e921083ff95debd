"""An administrator's tasks: mismatches found by nightly checks."""

from django.urls import reverse
from django.utils.translation import gettext as _

from ancu.apps.audit.rules import may_read_audit
from ancu.apps.audit.selectors.checks import last_check
from ancu.apps.audit.selectors.proofs import last_proof_checks
from ancu.core.actor import Actor
from ancu.core.registry.task_groups import Task, TaskGroup, summary_group


def task_groups(actor: Actor) -> list[TaskGroup]:
    """Return an administrator's tasks: nightly checks of the audit log and stored records that found a problem."""
    if not may_read_audit(actor):
        return []
    check, url = last_check(), reverse("audit:list")
    groups, act = [], _("Find out what happened")
    if check and check.problem:
        task = Task(check.problem.label, url, grave=True)
        groups.append(summary_group("audit", "warn", _("The audit log is no longer intact"), 1, task, act=act))
    for proof in last_proof_checks():
        if proof.mismatches:
            task = Task(proof.sentence, url, grave=True)
            groups.append(summary_group(proof.kind.value, "warn", _("Stored records were changed"), 1, task, act=act))
    return groups
