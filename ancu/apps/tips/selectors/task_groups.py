"""Tasks about tips: only their number, not even since when."""

from django.urls import reverse
from django.utils.translation import gettext as _

from ancu.apps.tips.rules import is_tip_handler
from ancu.apps.tips.selectors.tips import counts
from ancu.core.actor import Actor
from ancu.core.registry.task_groups import Ask, Task, TaskGroup, summary_group


def task_groups(actor: Actor) -> list[TaskGroup]:
    """Return a handler's task to open new tips, with their number; empty for anybody else."""
    if not is_tip_handler(actor):
        return []
    new, page = counts(actor)["new"], f"{reverse('tips:list')}?new=on"
    task = Task(_("New tips"), page, grave=True)  # never how many at once, nor since when
    return [summary_group("tips", "shield", _("Tips"), new, task, asks=Ask.LOOK, act=_("Open and read"))]
