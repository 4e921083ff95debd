"""Optimistic locking: an act from an outdated page is refused with the name of who changed the dossier."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.selectors import overtaken_conflict
from ancu.apps.dossiers.models import Dossier, DossierEvent
from ancu.apps.dossiers.services.moving import lock
from ancu.core.actor import Actor


def version_of(dossier: Dossier) -> str:
    """Return a token of the dossier that changes with each of its events, including internal ones."""
    last = DossierEvent.objects.filter(dossier=dossier).order_by("-sequence").values_list("sequence", flat=True).first()
    return str(last or 0)


@transaction.atomic
def run_unless_changed(act: Callable[..., Any], actor: Actor, dossier: Dossier, *, version: str) -> Any:
    """Return ``act()`` if the dossier still has this version; Conflict ``dossier_changed`` otherwise.

    ``version`` is the page's (``version_of``), or empty without a page. The state alone is not enough: a dossier sent
    back and proposed again has the same state.
    """
    if version and version != version_of(locked := lock(dossier)):
        state = locked.get_state_display()
        sentence = _("The dossier has changed since you opened this page. It is now “%(state)s”.") % {"state": state}
        raise overtaken_conflict(actor, "dossier_changed", dossier, sentence)
    return act()
