"""Items of a meeting that is over, as everybody reads them: the unit that answers, the day, and the outcome."""

from collections.abc import Sequence
from dataclasses import dataclass

from ancu.apps.listening.enums import ENDED, Outcome, State
from ancu.apps.listening.models import Answer, Meeting, Petition, Promise, Transfer
from ancu.apps.listening.rules.meetings import is_confidential
from ancu.apps.listening.selectors import category_words
from ancu.apps.listening.selectors.promises import judged_units
from ancu.core.privacy import REDACTED


@dataclass(frozen=True)
class RaisedItem:
    """``petition`` is the one that is handled; ``words`` are the public wording, or else the name of the category.

    ``is_judged``: whether it says what became of its promise; the list of promises withholds it for small units.
    """

    words: str
    petition: Petition
    promise: Promise | None
    answer: Answer | None
    sent_to: str
    is_judged: bool


def public_items(meeting: Meeting) -> list[RaisedItem]:
    """Items in the order they were raised, without confidential ones; none before the meeting is over."""
    if meeting.state not in ENDED:
        return []
    items = meeting.petitions.select_related("unit", "main__unit").order_by("id")
    public = [petition for petition in items if not is_confidential(petition) and not is_confidential(petition.head)]
    heads = [petition.head for petition in public]
    answers, transfers = _last_answers(heads), _transfers(heads)
    rows = Promise.objects.filter(petition__in=heads).select_related("agency")
    promises = {promise.petition_id: promise for promise in rows}
    judged = judged_units() if promises else frozenset()
    return [
        RaisedItem(
            words=category_words(petition.category)
            if petition.public_words in ("", REDACTED)
            else petition.public_words,
            petition=petition.head,
            promise=promises.get(petition.head.pk),
            answer=answers.get(petition.head.pk),
            sent_to=transfers.get(petition.head.pk, ""),
            is_judged=petition.head.pk not in promises or promises[petition.head.pk].agency.name in judged,
        )
        for petition in public
    ]


def _last_answers(petitions: Sequence[Petition]) -> dict[int, Answer]:
    """The last approved answer of each petition that is not being worked on, by the petition's id."""
    standing = [
        petition.pk for petition in petitions if petition.state in (State.ANSWERED, State.SETTLED, State.SILENT)
    ]
    approved = Answer.objects.filter(petition__in=standing, approved_at__isnull=False)
    return {answer.petition_id: answer for answer in approved.exclude(outcome=Outcome.PROMISED).order_by("id")}


def _transfers(petitions: Sequence[Petition]) -> dict[int, str]:
    sent = [petition.pk for petition in petitions if petition.state == State.TRANSFERRED]
    return dict(Transfer.objects.filter(petition__in=sent).order_by("id").values_list("petition_id", "to"))
