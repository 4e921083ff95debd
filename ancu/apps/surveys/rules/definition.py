"""What a survey asks: sections of questions, in both languages, with stable ids. Stored as JSON."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import msgspec
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ancu.apps.surveys.enums import QuestionKind

MOST_QUESTIONS = 80
MOST_OPTIONS = 20
LONGEST_SHORT, LONGEST_LONG = 200, 4000


class BilingualText(msgspec.Struct, frozen=True):
    """A sentence in both languages; where one is missing the other stands in."""

    vi: str = ""
    en: str = ""

    def __str__(self) -> str:
        return self.into(get_language() or "vi")

    def into(self, language: str) -> str:
        return (self.en or self.vi) if language == "en" else (self.vi or self.en)


class AnswerOption(msgspec.Struct, frozen=True, omit_defaults=True):
    """One answer to choose, a line or a column of a table. ``alone``: no other is chosen beside it ("none")."""

    id: str
    text: BilingualText
    alone: bool = False


class QuestionCondition(msgspec.Struct, frozen=True):
    """Asked only of those who chose one of ``options`` in an earlier ``question``."""

    question: str
    options: tuple[str, ...]


def answers_of(condition: QuestionCondition, earlier: "SurveyQuestion", language: str) -> str:
    """``“yes” or “no”``: answers hold commas of their own."""
    words = [f"“{option.text.into(language)}”" for key in condition.options if (option := earlier.option(key))]
    return _(" or ").join(words)


class SurveyQuestion(msgspec.Struct, frozen=True, omit_defaults=True):
    """``options`` are the answers (a matrix's columns), ``rows`` a matrix's lines; a scale goes from low to high."""

    id: str
    kind: str
    text: BilingualText
    help: BilingualText = BilingualText()
    required: bool = False
    options: tuple[AnswerOption, ...] = ()
    rows: tuple[AnswerOption, ...] = ()
    low: int = 1
    high: int = 5
    low_text: BilingualText = BilingualText()
    high_text: BilingualText = BilingualText()
    minimum: int | None = None
    maximum: int | None = None
    only_if: QuestionCondition | None = None

    @property
    def steps(self) -> range:
        return range(self.low, self.high + 1)

    @property
    def is_written(self) -> bool:
        return self.kind in (QuestionKind.SHORT, QuestionKind.LONG)

    @property
    def is_counted(self) -> bool:
        """Whether its answers are counted by themselves; texts are gathered in words."""
        return not self.is_written

    def option(self, key: str) -> AnswerOption | None:
        return next((option for option in self.options if option.id == key), None)


class SurveySection(msgspec.Struct, frozen=True):
    id: str
    title: BilingualText
    questions: tuple[SurveyQuestion, ...] = ()


class SurveyDefinition(msgspec.Struct, frozen=True):
    """``next`` is the number of the next new id, so that none is ever given twice."""

    sections: tuple[SurveySection, ...] = ()
    next: int = 1

    def questions(self) -> Iterator[SurveyQuestion]:
        for section in self.sections:
            yield from section.questions

    def question(self, key: str) -> SurveyQuestion | None:
        return next((question for question in self.questions() if question.id == key), None)

    def section_of(self, key: str) -> int:
        """The place of the section a question stands in."""
        return next(place for place, section in enumerate(self.sections) if any(q.id == key for q in section.questions))

    def number_of(self, key: str) -> int:
        """What a question is called: 1, 2, 3 through all sections."""
        return next(place for place, question in enumerate(self.questions(), 1) if question.id == key)

    def before(self, key: str) -> list[SurveyQuestion]:
        """The questions asked earlier."""
        questions: list[SurveyQuestion] = []
        for question in self.questions():
            if question.id == key:
                break
            questions.append(question)
        return questions


def read(stored: Any) -> SurveyDefinition:
    return msgspec.convert(stored, SurveyDefinition)


@lru_cache(maxsize=64)
def read_text(stored: str) -> SurveyDefinition:
    """As JSON text, remembered: a version that was answered never changes, and its text is the key."""
    return msgspec.json.decode(stored.encode(), type=SurveyDefinition)


def write(definition: SurveyDefinition) -> Any:
    return msgspec.to_builtins(definition)


def replaced(definition: SurveyDefinition, place: int, section: SurveySection) -> SurveyDefinition:
    """With another section at that place."""
    sections = list(definition.sections)
    sections[place] = section
    return msgspec.structs.replace(definition, sections=tuple(sections))
