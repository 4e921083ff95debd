"""What people decide: send again, settled by hand, pause and take up again; and what is forgotten on time."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.selectors import overtaken_conflict
from ancu.apps.audit.services import record
from ancu.apps.relay.enums import State, Why
from ancu.apps.relay.models import Forwarding, Pause
from ancu.apps.relay.rules import can_retry, can_settle, known_by, may_pause, may_reconcile
from ancu.apps.relay.selectors import get_forwarding
from ancu.apps.relay.services.gathering import lock_progress
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, require
from ancu.core.security.privacy import REDACTED

BATCH = 1000


@transaction.atomic
def retry(actor: Actor, *, pk: int) -> Forwarding:
    """Ask the portal again, now. What it may have already keeps its doubt, so that nothing is doubled."""
    one = _locked(actor, pk)
    if not can_retry(one.state):
        raise overtaken_conflict(actor, "forwarding_moved", one)
    one.state, one.why, one.next_at, one.judged_at = State.WAITING, Why.NONE, clock.now(), None
    one.save()
    record(actor, "relay.retried", one, stay=one.stay_id)
    return one


@transaction.atomic
def settle(actor: Actor, *, pk: int, reason: str) -> Forwarding:
    """A person saw to it at the portal: from now on it counts as there, as it stands here now."""
    one = _locked(actor, pk)
    if not can_settle(one.state, one.todo):
        raise overtaken_conflict(actor, "forwarding_moved", one)
    if not reason.strip():
        raise Conflict("reason_missing", _("Please say how this was settled."))
    if one.state != State.SENT:
        one.state = State.SETTLED
    one.told, one.todo, one.why = known_by(one.stay), "", Why.NONE
    one.settled_by, one.settled_at, one.settled_reason = actor.user_id, clock.now(), reason.strip()[:300]
    one.save()
    record(actor, "relay.settled", one, reason=reason.strip(), stay=one.stay_id)
    return one


def _locked(actor: Actor, pk: int) -> Forwarding:
    require(may_reconcile(actor))
    return get_forwarding(actor, pk, lock=True)


@transaction.atomic
def pause(actor: Actor, *, reason: str) -> Pause:
    """Nothing goes to the portal until it is taken up again; what is declared meanwhile waits."""
    require(may_pause(actor))
    lock_progress()  # two at once: the second finds it paused
    if Pause.objects.filter(resumed_at=None).exists():
        raise Conflict("paused", _("The forwarding is paused already."))
    made = Pause.objects.create(reason=reason.strip()[:300], paused_by=actor.user_id, paused_at=clock.now())
    record(actor, "relay.paused", made, reason=reason.strip())
    return made


@transaction.atomic
def resume(actor: Actor) -> None:
    require(may_pause(actor))
    progress = lock_progress()
    ended = Pause.objects.filter(resumed_at=None).first()
    if ended is None:
        raise Conflict("not_paused", _("The forwarding is not paused."))
    ended.resumed_by, ended.resumed_at = actor.user_id, clock.now()
    ended.save()
    progress.rest_until, progress.failures = None, 0
    progress.save()
    record(actor, "relay.resumed", ended)


@transaction.atomic
def redact(actor: Actor) -> int:
    """Empty what was told of stays that were emptied themselves."""
    due = Forwarding.objects.filter(stay__full_name=REDACTED).exclude(message="", told=None, settled_reason="")
    ids = list(due.order_by("id").values_list("pk", flat=True)[:BATCH])
    Forwarding.objects.filter(pk__in=ids).update(message="", told=None, settled_reason="", todo="")
    if ids:
        record(actor, "relay.redact", ("relay.forwarding", "batch"), forwardings=len(ids))
    return len(ids)
