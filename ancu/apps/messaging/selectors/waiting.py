"""Conversations and broadcasts that the actor has not read, as one task: the inbox has them."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ancu.apps.messaging.selectors import unread_count
from ancu.core.actor import Actor, ActorKind
from ancu.core.templatetags.ui import number
from ancu.core.waiting import Pile, Task


def waits(actor: Actor) -> list[Pile]:
    unread = unread_count(actor) if actor.kind is ActorKind.PERSON else 0
    page = reverse("messaging:inbox")
    said = ngettext("%(count)s conversation not read", "%(count)s conversations not read", unread)
    tasks = [Task(said % {"count": number(unread)}, page)] if unread else []
    return [Pile(_("Messages"), "chat", page, unread, tasks)]
