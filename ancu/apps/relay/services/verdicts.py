"""Interpret a refusal of the portal for each stay of the batch."""

from collections.abc import Collection, Mapping, Sequence

from ancu.apps.relay.enums import THERE, ForwardingReason, ForwardingState
from ancu.apps.relay.models import Forwarding
from ancu.apps.relay.rules import todo_of
from ancu.apps.relay.services.portal import PortalAnswer
from ancu.core import clock
from ancu.engines.exchange import ministry


def record_arrival(forwarding: Forwarding, sent_record: Mapping[str, str], *, reconciled: bool = False) -> None:
    """Mark the forwarding as arrived with ``sent_record``; list what a person must correct at the portal since.

    ``reconciled``: the portal answered that it has the stay already. The caller saves.
    """
    forwarding.state, forwarding.why, forwarding.sent_at, forwarding.reconciled = (
        ForwardingState.SENT,
        ForwardingReason.NONE,
        clock.now(),
        reconciled,
    )
    forwarding.sent_record, forwarding.message = dict(sent_record), ""
    forwarding.todo = todo_of(sent_record, forwarding.stay)


def apply_refusal(
    sent: Sequence[Forwarding],
    answer: PortalAnswer,
    records: Sequence[Mapping[str, str]],
    first_attempts: Collection[int],
) -> None:
    """Apply the portal's refusal of a batch: judge the stays that it names, and queue the others again.

    One bad record fails the whole call. If the portal names none that was sent, each is sent alone next. The document
    does not say whether the good records of a refused batch are stored, so those remain doubtful.
    """
    named = {place: answer.reasons.get(place + 1, []) for place in range(len(sent))}
    if len(sent) == 1 and not named[0]:
        named[0] = [text for texts in answer.reasons.values() for text in texts] or [answer.code]
    nobody = not any(named.values())
    for place, forwarding in enumerate(sent):
        if forwarding.state != ForwardingState.WAITING:  # withdrawn or settled by a person meanwhile
            continue
        forwarding.next_at = clock.now()
        if named[place]:
            _judge(forwarding, named[place], records[place], asked_before=forwarding.pk not in first_attempts)
        elif nobody:
            forwarding.alone = True


def _judge(forwarding: Forwarding, reasons: list[str], sent_record: Mapping[str, str], *, asked_before: bool) -> None:
    """Apply the portal's refusal of one stay: mark it arrived if the portal has it, else refused or for a person.

    A clear refusal of a stay never sent before (not ``asked_before``) leaves no doubt that it did not arrive.
    """
    meaning = ministry.refusal_summary(reasons)
    forwarding.message, forwarding.judged_at = ", ".join(reasons)[:600], clock.now()
    if meaning.already and _is_this_stay(forwarding, meaning, asked_before=asked_before):
        record_arrival(forwarding, sent_record, reconciled=True)
        return
    if not asked_before:
        forwarding.doubted_at = None
    if meaning.already:
        forwarding.state, forwarding.why = ForwardingState.DOUBTFUL, ForwardingReason.ANOTHER_STAY
    elif meaning.too_old:
        forwarding.state, forwarding.why = (
            (ForwardingState.DOUBTFUL, ForwardingReason.MAYBE_THERE)
            if asked_before
            else (ForwardingState.BY_HAND, ForwardingReason.TOO_OLD)
        )
    else:
        forwarding.state, forwarding.why = ForwardingState.REFUSED, ForwardingReason.NONE


def _is_this_stay(forwarding: Forwarding, meaning: ministry.RefusalMeaning, *, asked_before: bool) -> bool:
    """Whether the portal's answer "already declared" means this stay and not another of the same guest.

    The arrival day in the answer agrees; without one, the stay was sent before (``asked_before``) and no other stay
    is at the portal.
    """
    if meaning.arrived_on is not None:
        return meaning.arrived_on == forwarding.stay.arrived_on
    return asked_before and not _other_stay_there(forwarding)


def _other_stay_there(forwarding: Forwarding) -> bool:
    """Whether another stay of this document at the lodging is at the portal; its API cannot check guests out."""
    same = Forwarding.objects.filter(
        establishment_id=forwarding.establishment_id,
        stay__document_number=forwarding.stay.document_number,
        stay__nationality=forwarding.stay.nationality,
        state__in=THERE,
    )
    return same.exclude(pk=forwarding.pk).exists()
