"""State changes of dossiers, and their history."""

import copy
from collections.abc import Callable, Collection
from datetime import date, datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.selectors import overtaken_conflict
from ancu.apps.audit.services import record
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import FINAL, TRANSITIONS, State
from ancu.apps.dossiers.models import RECEIVED, Dossier, DossierEvent
from ancu.apps.dossiers.services import letters
from ancu.apps.dossiers.services.official_letters import issue_letter
from ancu.apps.dossiers.services.places import cancel_needless_appointments
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, require
from ancu.core.transitions import follows


def lock(dossier: Dossier) -> Dossier:
    """Return the dossier as stored now, with its row locked until the transaction ends."""
    return Dossier.objects.select_for_update().get(pk=dossier.pk)


def lock_and_authorize(
    actor: Actor, dossier: Dossier, states: Collection[State], may: Callable[[Actor, Dossier], bool]
) -> Dossier:
    """Lock the dossier and require the actor's office, one of ``states``, and the actor's permission."""
    locked = lock(dossier)
    require(rules.is_office(actor, locked))
    require_in_state(actor, locked, states, may)
    return locked


def move(
    actor: Actor, dossier: Dossier, to: State, *, act: str = "", reason: str = "", article: str = "", **data: Any
) -> DossierEvent:
    """Move a locked dossier to the state ``to``, with event, audit row and letters; return the event.

    ``act`` defaults to the state's name. Conflict when the transition is not allowed. Future appointments that the
    new state does not need are cancelled.
    """
    before, purposes = dossier.state, rules.purposes_of(dossier)
    if not follows(TRANSITIONS, before, to):
        raise stale_state(actor, dossier)
    dossier.state = to
    dossier.reason, dossier.article = reason, article
    if to in FINAL:
        dossier.ended_at = clock.now()
    dossier.save(update_fields=["state", "reason", "article", "ended_at"])
    if purposes - rules.purposes_of(dossier):
        cancel_needless_appointments(dossier)
    event = note(actor, dossier, act or to.value, before=before, reason=reason, article=article, **data)
    issue_letter(actor, dossier, event)
    letters.notify_applicant(actor, dossier, event)
    return event


def note(
    actor: Actor,
    dossier: Dossier,
    act: str,
    *,
    before: str = "",
    reason: str = "",
    article: str = "",
    internal: bool = False,
    **data: Any,
) -> DossierEvent:
    """Add an event to the history of a locked dossier, and an audit row without personal data.

    ``before`` is the state that the event changed; ``data`` are further values of the event.
    """
    last = DossierEvent.objects.filter(dossier=dossier).aggregate(last=Max("sequence"))["last"] or 0
    event = DossierEvent.objects.create(
        dossier=dossier,
        sequence=last + 1,
        act=act,
        before=before,
        after=dossier.state,
        at=clock.now(),
        by_id=actor.user_id,
        internal=internal,
        reason=reason,
        article=article,
        data={key: _json_value(value) for key, value in data.items()},
    )
    _update_has_passport(dossier, event)
    more = {"component": data["component"]} if "component" in data else {}
    if mandate := rules.mandate_of(actor, dossier):  # so that the company's audit tells an agent's act by its mandate
        more["mandate_id"] = mandate.mandate_id
    record(actor, f"dossiers.{act}", dossier, number=dossier.number, **more)
    return event


def _update_has_passport(dossier: Dossier, event: DossierEvent) -> None:
    """Store whether the office has the passport, if the event says where the passport is."""
    if event.tells_where_passport_is:
        dossier.has_passport = event.act == RECEIVED
        dossier.save(update_fields=["has_passport"])


def _json_value(value: Any) -> Any:
    """Return a date or time as ISO text; any other value unchanged."""
    return value.isoformat() if isinstance(value, date | datetime) else value


def require_in_state(
    actor: Actor, dossier: Dossier, states: Collection[State], may: Callable[[Actor, Dossier], bool]
) -> None:
    """Raise Conflict if the dossier has left the states in which the actor may act, otherwise Forbidden.

    An act may be open to a role in some of its states only: an outdated page gets Conflict, not Forbidden.
    """
    if dossier.state not in states:
        raise stale_state(actor, dossier)
    if not may(actor, dossier) and any(may(actor, _copy_in_state(dossier, state)) for state in states):
        raise stale_state(actor, dossier)
    require(may(actor, dossier))


def _copy_in_state(dossier: Dossier, state: State) -> Dossier:
    """Return an unsaved copy of the dossier in another state, to ask whether an act would be allowed in it."""
    supposed = copy.copy(dossier)
    supposed.state = state
    return supposed


def writable(actor: Actor, dossier: Dossier) -> Dossier:
    """Return the dossier if the actor may edit it: a draft, or one that waits for documents.

    Forbidden for all who may not prepare it, Conflict in any other state.
    """
    require(rules.may_prepare_dossier(actor, dossier))
    if not rules.may_write(actor, dossier):
        raise stale_state(actor, dossier)
    return dossier


def stale_state(actor: Actor, dossier: Dossier) -> Conflict:
    """Return the Conflict that says the dossier's present state, in which the act is impossible."""
    state = dossier.get_state_display()
    sentence = _("The dossier is now “%(state)s”, so you can no longer do this.") % {"state": state}
    return overtaken_conflict(actor, "dossier_moved", dossier, sentence)
