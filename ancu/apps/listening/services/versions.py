"""Refuse acts from a page that shows an older version of the petition, and say who changed it."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.selectors import overtaken_conflict
from ancu.apps.listening.enums import PetitionStep
from ancu.apps.listening.models import Petition
from ancu.apps.listening.selectors import category_name, lock_petition
from ancu.apps.listening.selectors.office import version_of
from ancu.apps.listening.services import merging
from ancu.core.actor import Actor
from ancu.core.errors import Conflict
from ancu.core.templatetags.ui import day

CHANGES = Q(act__in=[f"listening.{step.value}" for step in PetitionStep])  # not what was only written to each other


@transaction.atomic
def act_on(do: Callable[..., Any], *, actor: Actor, number: str, version: str, **data: Any) -> Any:
    """Call ``do``, an officer's act on the petition; Conflict if the petition changed since the page showed it.

    ``version`` is "" for callers without a page. A merge locks both petitions in order and checks this itself:
    locking one of them first could deadlock two merges.
    """

    def require_current(petition: Petition) -> None:
        """Raise Conflict if the petition has changed since the page showed the version ``version``."""
        if version != version_of(petition, petition.answers.order_by("-id").first()):
            raise _overtaken_conflict(actor, petition)

    if version and do is merging.merge:
        data["require_current"] = require_current
    elif version:
        require_current(lock_petition(actor, number))
    return do(actor=actor, number=number, **data)


def _overtaken_conflict(actor: Actor, petition: Petition) -> Conflict:
    """Return the Conflict for an outdated page: what has changed in the petition and who changed it."""
    sentence = _("This has changed since you opened the page. It is now “%(state)s”, unit: %(unit)s, subject: "
                 "%(category)s, due: %(day)s.") % {
        "state": petition.get_state_display(), "unit": petition.unit.name if petition.unit else _("none yet"),
        "category": category_name(petition.category), "day": day(petition.due_on),
    }  # fmt: skip
    return overtaken_conflict(actor, "petition_changed", petition, sentence, only=CHANGES)
