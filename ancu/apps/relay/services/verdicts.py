"""Interpret a refusal of the portal for each stay of the batch."""

from collections.abc import Collection, Mapping, Sequence

from ancu.apps.relay.enums import THERE, ForwardingReason, ForwardingState
from ancu.apps.relay.models import Forwarding
from ancu.apps.relay.rules import todo_of
from ancu.apps.relay.services.portal import PortalAnswer
from ancu.core import clock
from ancu.engines.exchange import ministry


def arrive(forwarding: Forwarding, sent_record: Mapping[str, str], *, reconciled: bool = False) -> None:
    """Record the arrival as ``sent_record``; changes made meanwhile are listed for a person."""
    forwarding.state, forwarding.why, forwarding.sent_at, forwarding.reconciled = (
        ForwardingState.SENT,
        ForwardingReason.NONE,
        clock.now(),
        reconciled,
    )
    forwarding.sent_record, forwarding.message = dict(sent_record), ""
    forwarding.todo = todo_of(sent_record, forwarding.stay)


def refused(
    sent: Sequence[Forwarding],
    answer: PortalAnswer,
    records: Sequence[Mapping[str, str]],
    first_attempts: Collection[int],
) -> None:
    """One bad record fails the call: those it names are judged, the others go again at once without them.

    Where it names none that we sent, the whole batch was meant, and each is sent alone to learn which. The document
    does not say whether the good ones of a refused batch are kept, so those remain doubted.
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
    """A clear refusal of a stay never sent before leaves no doubt."""
    meaning = ministry.meaning(reasons)
    forwarding.message, forwarding.judged_at = ", ".join(reasons)[:600], clock.now()
    if meaning.already and _is_this_stay(forwarding, meaning, asked_before=asked_before):
        arrive(forwarding, sent_record, reconciled=True)
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


def _is_this_stay(forwarding: Forwarding, meaning: ministry.Meaning, *, asked_before: bool) -> bool:
    """The portal names the arrival, or the stay was sent before and no other can be meant."""
    if meaning.arrived_on is not None:
        return meaning.arrived_on == forwarding.stay.arrived_on
    return asked_before and not _other_stay_there(forwarding)


def _other_stay_there(forwarding: Forwarding) -> bool:
    """An earlier stay of the same document at the portal: its API checks no foreigner out."""
    same = Forwarding.objects.filter(
        establishment_id=forwarding.establishment_id,
        stay__document_number=forwarding.stay.document_number,
        stay__nationality=forwarding.stay.nationality,
        state__in=THERE,
    )
    return same.exclude(pk=forwarding.pk).exists()
