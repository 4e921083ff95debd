"""What was raised in a meeting that is over, for everybody: who owes the answer, by when, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from ancu.apps.listening.enums import OVER, Outcome, State
from ancu.apps.listening.models import Answer, Meeting, Petition, Promise, Transfer
from ancu.apps.listening.rules.meetings import is_confidential
from ancu.apps.listening.selectors import category_words
from ancu.core.privacy import REDACTED


@dataclass(frozen=True)
class RaisedItem:
    """``petition`` is the one that is handled; ``words`` are those written for everybody, else its matter alone."""

    words: str
    petition: Petition
    promise: Promise | None
    answer: Answer | None
    sent_to: str


def public_items(meeting: Meeting) -> list[RaisedItem]:
    """In the order they were said; without those that are handled apart, and none before the meeting is over."""
    if meeting.state not in OVER:
        return []
    raised = meeting.petitions.select_related("unit", "main__unit").order_by("id")
    told = [one for one in raised if not is_confidential(one) and not is_confidential(one.head)]
    heads = [one.head for one in told]
    answers, transfers = _last_answers(heads), _transfers(heads)
    promises = {one.petition_id: one for one in Promise.objects.filter(petition__in=heads)}
    return [
        RaisedItem(
            words=category_words(one.category) if one.public_words in ("", REDACTED) else one.public_words,
            petition=one.head,
            promise=promises.get(one.head.pk),
            answer=answers.get(one.head.pk),
            sent_to=transfers.get(one.head.pk, ""),
        )
        for one in told
    ]


def _last_answers(petitions: Sequence[Petition]) -> dict[int, Answer]:
    """The answer that stands; none while the petition is at work again."""
    standing = [one.pk for one in petitions if one.state in (State.ANSWERED, State.SETTLED, State.SILENT)]
    approved = Answer.objects.filter(petition__in=standing, approved_at__isnull=False)
    return {one.petition_id: one for one in approved.exclude(outcome=Outcome.PROMISED).order_by("id")}


def _transfers(petitions: Sequence[Petition]) -> dict[int, str]:
    sent = [one.pk for one in petitions if one.state == State.TRANSFERRED]
    return dict(Transfer.objects.filter(petition__in=sent).order_by("id").values_list("petition_id", "to"))
