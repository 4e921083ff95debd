"""Unread conversations and broadcasts as one task that leads to the inbox."""

from django.urls import reverse
from django.utils.translation import gettext as _

from ancu.apps.messaging.selectors import unread_count
from ancu.core.actor import Actor, ActorKind
from ancu.core.registry.task_groups import Ask, Task, TaskGroup, summary_group
from ancu.core.templatetags.ui import counted


def task_groups(actor: Actor) -> list[TaskGroup]:
    """Return one task group for the inbox, with the number of the actor's unread conversations and broadcasts.

    The number is 0 for programs and jobs.
    """
    unread = unread_count(actor) if actor.kind is ActorKind.PERSON else 0
    page = f"{reverse('messaging:inbox')}?unread=on"
    conversations = counted("%(n)s unread conversation", "%(n)s unread conversations", unread)
    task, act = Task(conversations, page), _("Read and answer")
    return [summary_group("messages", "chat", _("Messages"), unread, task, asks=Ask.ANSWER, act=act)]
