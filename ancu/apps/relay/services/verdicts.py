"""What a refusal of the portal means for each stay of the batch."""

from collections.abc import Collection, Mapping, Sequence

from ancu.apps.relay.enums import THERE, State, Why
from ancu.apps.relay.models import Forwarding
from ancu.apps.relay.rules import todo_of
from ancu.apps.relay.services.portal import Answer
from ancu.core import clock
from ancu.engines.exchange import ministry


def arrive(one: Forwarding, told: Mapping[str, str], *, reconciled: bool = False) -> None:
    """It is there, as ``told``; what changed here while it was on its way is a person's to mend there."""
    one.state, one.why, one.sent_at, one.reconciled = State.SENT, Why.NONE, clock.now(), reconciled
    one.told, one.message = dict(told), ""
    one.todo = todo_of(told, one.stay)


def refused(
    sent: Sequence[Forwarding], answer: Answer, records: Sequence[Mapping[str, str]], fresh: Collection[int]
) -> None:
    """One bad record fails the call: those it names are judged, the others go again at once without them.

    Where it names none that we sent, the whole batch was meant, and each is sent alone to learn which. The document
    does not say whether the good ones of a refused batch are kept, so those remain doubted.
    """
    named = {place: answer.reasons.get(place + 1, []) for place in range(len(sent))}
    if len(sent) == 1 and not named[0]:
        named[0] = [text for texts in answer.reasons.values() for text in texts] or [answer.code]
    nobody = not any(named.values())
    for place, one in enumerate(sent):
        if one.state != State.WAITING:  # withdrawn or settled by a person meanwhile
            continue
        one.next_at = clock.now()
        if named[place]:
            _judge(one, named[place], records[place], asked_before=one.pk not in fresh)
        elif nobody:
            one.alone = True


def _judge(one: Forwarding, reasons: list[str], told: Mapping[str, str], *, asked_before: bool) -> None:
    """A clear no to one that was never sent before leaves no doubt of its own."""
    said = ministry.meaning(reasons)
    one.message, one.judged_at = ", ".join(reasons)[:600], clock.now()
    if said.already and _is_this_stay(one, said, asked_before=asked_before):
        arrive(one, told, reconciled=True)
        return
    if not asked_before:
        one.doubted_at = None
    if said.already:
        one.state, one.why = State.DOUBTFUL, Why.ANOTHER_STAY
    elif said.too_old:
        one.state, one.why = (State.DOUBTFUL, Why.MAYBE_THERE) if asked_before else (State.BY_HAND, Why.TOO_OLD)
    else:
        one.state, one.why = State.REFUSED, Why.NONE


def _is_this_stay(one: Forwarding, said: ministry.Meaning, *, asked_before: bool) -> bool:
    """The portal names the arrival, or we sent this one before and know of no other that could be meant."""
    if said.arrived_on is not None:
        return said.arrived_on == one.stay.arrived_on
    return asked_before and not _other_stay_there(one)


def _other_stay_there(one: Forwarding) -> bool:
    """An earlier stay of the same document that we told the portal of: its interface checks no foreigner out."""
    same = Forwarding.objects.filter(
        establishment_id=one.establishment_id,
        stay__document_number=one.stay.document_number,
        stay__nationality=one.stay.nationality,
        state__in=THERE,
    )
    return same.exclude(pk=one.pk).exists()
