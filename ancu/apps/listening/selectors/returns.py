"""A rejected draft of an answer: by whom, why, and what the next draft changes."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import NamedTuple

from django.utils.translation import gettext as _

from ancu.apps.listening.enums import PetitionStep
from ancu.apps.listening.models import Petition, PetitionAnswer, PetitionTrace
from ancu.core.templatetags.ui import day


class TextDifference(NamedTuple):
    """A part of two texts laid over each other; ``kind`` is ``same``, ``del`` or ``ins``."""

    kind: str
    text: str


@dataclass(frozen=True)
class AnswerChange:
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class ReturnedAnswer:
    """``text`` and ``changes`` compare it with the draft that waits now; both are empty when nothing has changed."""

    answer: PetitionAnswer
    trace: PetitionTrace
    text: list[TextDifference]
    changes: list[AnswerChange]

    @property
    def form_values(self) -> dict[str, object]:
        """Return the rejected answer's values as initial values of the form for the next draft."""
        names = ("outcome", "text", "promised_on", "public_words")
        return {name: getattr(self.answer, name) for name in names}


def last_returned(
    petition: Petition, answers: Sequence[PetitionAnswer], traces: Sequence[PetitionTrace], draft: PetitionAnswer | None
) -> ReturnedAnswer | None:
    """Return the petition's last answer that was rejected, with the changes in the present draft.

    None if an answer was approved since. Both lists are latest first. A draft withdrawn because the petition is about
    its unit or writer has no reason and is not continued.
    """
    answer = next((answer for answer in answers if answer != draft), None)
    trace = next((trace for trace in traces if trace.step == PetitionStep.RETURNED), None)
    if answer is None or answer.returned_at is None or trace is None or not trace.words:
        return None
    if answer.written_for_id != petition.unit_id or answer.written_by_id in petition.about_officers:
        return None
    changed_text = draft is not None and draft.text != answer.text
    text = word_diff(answer.text, draft.text) if draft is not None and changed_text else []
    return ReturnedAnswer(answer, trace, text, list(_changes(answer, draft)) if draft is not None else [])


def _changes(before: PetitionAnswer, after: PetitionAnswer) -> Iterator[AnswerChange]:
    """Yield the differences between a rejected answer and the present draft, except those in the text."""
    rows = (
        (_("Type of answer"), *(str(answer.get_outcome_display()) for answer in (before, after))),
        (_("It will be done by"), *(day(answer.promised_on) for answer in (before, after))),
        (_("Public text of the promise"), before.public_words, after.public_words),
        (_("Evidence"), *(_file_names(answer) for answer in (before, after))),
    )
    yield from (AnswerChange(label, old, new) for label, old, new in rows if old != new)


def _file_names(answer: PetitionAnswer) -> str:
    """Return the names of the files attached to the answer, joined."""
    return ", ".join(sorted(evidence.file.name for evidence in answer.evidence.all() if evidence.file))


def word_diff(before: str, after: str) -> list[TextDifference]:
    """Return the two texts merged word by word: parts that are common, removed or added."""
    old, new = (re.findall(r"\S+\s*", text) for text in (before, after))
    parts = []
    for kind, old_start, old_end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            parts.append(TextDifference("same", "".join(new[new_start:new_end])))
            continue
        removed, added = "".join(old[old_start:old_end]), "".join(new[new_start:new_end])
        parts += [TextDifference(name, text) for name, text in (("del", removed), ("ins", added)) if text]
    return parts
