"""An act from a page that shows an older state of the dossier is refused, and says who changed it."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.selectors import overtaken_conflict
from ancu.apps.dossiers.models import Dossier, Event
from ancu.apps.dossiers.services.moving import lock
from ancu.core.actor import Actor


def version_of(dossier: Dossier) -> str:
    """Changes with every act on the dossier, those inside the office too: each of them is one event."""
    last = Event.objects.filter(dossier=dossier).order_by("-sequence").values_list("sequence", flat=True).first()
    return str(last or 0)


@transaction.atomic
def act_on(do: Callable[..., Any], actor: Actor, dossier: Dossier, *, version: str) -> Any:
    """``do`` it, unless the dossier is no longer as the page showed it. Without a page ``version`` is empty.

    Its state alone would not tell: what was sent back and proposed again stands in the same state.
    """
    if version and version != version_of(locked := lock(dossier)):
        state = locked.get_state_display()
        sentence = _("Since you opened this page the dossier has changed. It is now “%(state)s”.") % {"state": state}
        raise overtaken_conflict(actor, "dossier_changed", dossier, sentence)
    return do()
