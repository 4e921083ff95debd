"""The content of a survey: sections of questions in both languages, with stable ids. Stored as JSON."""

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
    """A text in both languages; one stands in for the other if it is missing."""

    vi: str = ""
    en: str = ""

    def __str__(self) -> str:
        return self.into(get_language() or "vi")

    def into(self, language: str) -> str:
        """Return the text in this language, otherwise in the other one."""
        return (self.en or self.vi) if language == "en" else (self.vi or self.en)


class AnswerOption(msgspec.Struct, frozen=True, omit_defaults=True):
    """A choice, or a row or column of a table. ``alone`` excludes all other choices ("none")."""

    id: str
    text: BilingualText
    alone: bool = False


class QuestionCondition(msgspec.Struct, frozen=True):
    """The question applies only to people who chose one of ``options`` in an earlier ``question``."""

    question: str
    options: tuple[str, ...]


def answers_of(condition: QuestionCondition, earlier: "SurveyQuestion", language: str) -> str:
    """Return the options that a condition on the question ``earlier`` names, as text: ``“yes” or “no”``.

    They are quoted because they may contain commas.
    """
    words = [f"“{option.text.into(language)}”" for key in condition.options if (option := earlier.option(key))]
    return _(" or ").join(words)


class SurveyQuestion(msgspec.Struct, frozen=True, omit_defaults=True):
    """``options`` are the choices (columns of a matrix), ``rows`` a matrix's rows; a scale runs from low to high."""

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
        """The steps of a scale, from the lowest to the highest."""
        return range(self.low, self.high + 1)

    @property
    def is_written(self) -> bool:
        """Whether the answer is a free text."""
        return self.kind in (QuestionKind.SHORT, QuestionKind.LONG)

    @property
    def is_counted(self) -> bool:
        """Whether the answers are counted; free texts are grouped by words instead."""
        return not self.is_written

    def option(self, key: str) -> AnswerOption | None:
        """Return the option with this id; None if there is none."""
        return next((option for option in self.options if option.id == key), None)


class SurveySection(msgspec.Struct, frozen=True):
    id: str
    title: BilingualText
    questions: tuple[SurveyQuestion, ...] = ()


class SurveyDefinition(msgspec.Struct, frozen=True):
    """``next`` is the number of the next new id, so that no id is used twice."""

    sections: tuple[SurveySection, ...] = ()
    next: int = 1

    def questions(self) -> Iterator[SurveyQuestion]:
        """Yield the questions of all sections in order."""
        for section in self.sections:
            yield from section.questions

    def question(self, key: str) -> SurveyQuestion | None:
        """Return the question with this id; None if there is none."""
        return next((question for question in self.questions() if question.id == key), None)

    def section_of(self, key: str) -> int:
        """Return the index of the section that contains the question."""
        return next(place for place, section in enumerate(self.sections) if any(q.id == key for q in section.questions))

    def number_of(self, key: str) -> int:
        """Return the question's displayed number, counted through all sections."""
        return next(place for place, question in enumerate(self.questions(), 1) if question.id == key)

    def before(self, key: str) -> list[SurveyQuestion]:
        """Return the questions that come before the question ``key`` in the survey."""
        questions: list[SurveyQuestion] = []
        for question in self.questions():
            if question.id == key:
                break
            questions.append(question)
        return questions


def read(stored: Any) -> SurveyDefinition:
    """Return the definition from its JSON value."""
    return msgspec.convert(stored, SurveyDefinition)


@lru_cache(maxsize=64)
def read_text(stored: str) -> SurveyDefinition:
    """Return a definition from its JSON text.

    It is cached by the text, because versions that were answered never change.
    """
    return msgspec.json.decode(stored.encode(), type=SurveyDefinition)


def write(definition: SurveyDefinition) -> Any:
    """Return the definition as a JSON value."""
    return msgspec.to_builtins(definition)


def replace_section(definition: SurveyDefinition, place: int, section: SurveySection) -> SurveyDefinition:
    """Return the definition with this section instead of the one at the index ``place``."""
    sections = list(definition.sections)
    sections[place] = section
    return msgspec.structs.replace(definition, sections=tuple(sections))
