"""Tasks about tips: only their number, not even since when."""

from django.urls import reverse
from django.utils.translation import gettext as _

from ancu.apps.tips.rules import is_tip_handler
from ancu.apps.tips.selectors.tips import counts
from ancu.core.actor import Actor
from ancu.core.registry.task_groups import Task, TaskGroup, summary_group
from ancu.core.templatetags.ui import counted


def task_groups(actor: Actor) -> list[TaskGroup]:
    """Return a handler's tasks about tips, as numbers without days."""
    if not is_tip_handler(actor):
        return []
    new, page = counts(actor)["new"], f"{reverse('tips:list')}?new=on"
    unread_tips = counted("%(n)s unopened tip", "%(n)s unopened tips", new)
    return [summary_group("tips", "shield", _("Tips"), new, Task(unread_tips, page, grave=True))]
