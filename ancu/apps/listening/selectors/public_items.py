"""Items of a past meeting for the public: the unit that answers, the day, and the outcome."""

from collections.abc import Sequence
from dataclasses import dataclass

from ancu.apps.listening.enums import ENDED, PetitionOutcome, PetitionState
from ancu.apps.listening.models import Meeting, Petition, PetitionAnswer, PetitionPromise, PetitionTransfer
from ancu.apps.listening.rules.meetings import is_confidential
from ancu.apps.listening.selectors import category_name
from ancu.apps.listening.selectors.meetings import promises_to_approve
from ancu.apps.listening.selectors.promises import judged_units
from ancu.core.security.privacy import REDACTED


@dataclass(frozen=True)
class RaisedItem:
    """``petition`` is the one that is handled; ``words`` are the public wording, or else the name of the category.

    ``is_judged``: whether its outcome is shown; for a small unit it is withheld, as in the list of promises.
    """

    words: str
    petition: Petition
    promise: PetitionPromise | None
    answer: PetitionAnswer | None
    sent_to: str
    is_judged: bool
    promise_pending: bool  # another officer has yet to approve it: its words are not public


def public_items(meeting: Meeting) -> list[RaisedItem]:
    """Return the petitions raised at a meeting, in order, as the public may see them; none before it is over.

    Confidential ones are left out.
    """
    if meeting.state not in ENDED:
        return []
    items = meeting.items_in_minutes.select_related("unit", "main__unit").order_by("id")
    public = [petition for petition in items if not is_confidential(petition) and not is_confidential(petition.head)]
    heads = [petition.head for petition in public]
    answers, transfers = _last_answers(heads), _transfers(heads)
    rows = PetitionPromise.objects.filter(petition__in=heads).select_related("agency")
    promises = {promise.petition_id: promise for promise in rows}
    pending = set(promises_to_approve().filter(petition__in=heads).values_list("petition_id", flat=True))
    judged = judged_units() if promises else frozenset()
    raised = []
    for petition, head in zip(public, heads, strict=True):
        has_words = petition.public_words not in ("", REDACTED)
        promise = promises.get(head.pk)
        raised.append(
            RaisedItem(
                words=petition.public_words if has_words else category_name(petition.category),
                petition=head,
                promise=promise,
                answer=answers.get(head.pk),
                sent_to=transfers.get(head.pk, ""),
                is_judged=promise is None or promise.agency.name in judged,
                promise_pending=promise is None and head.pk in pending,
            )
        )
    return raised


def _last_answers(petitions: Sequence[Petition]) -> dict[int, PetitionAnswer]:
    """Return the last approved answer of each answered or closed petition, by petition id.

    Merged and transferred petitions are left out. A promise does not count as an answer.
    """
    standing = [
        petition.pk
        for petition in petitions
        if petition.state in (PetitionState.ANSWERED, PetitionState.SETTLED, PetitionState.SILENT)
    ]
    approved = PetitionAnswer.objects.filter(petition__in=standing, approved_at__isnull=False)
    return {answer.petition_id: answer for answer in approved.exclude(outcome=PetitionOutcome.PROMISED).order_by("id")}


def _transfers(petitions: Sequence[Petition]) -> dict[int, str]:
    """Return by petition id the outside body to which the petition is transferred now."""
    sent = [petition.pk for petition in petitions if petition.state == PetitionState.TRANSFERRED]
    return dict(PetitionTransfer.objects.filter(petition__in=sent).order_by("id").values_list("petition_id", "to"))
