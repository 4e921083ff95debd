"""The texts in force on a day that a change of a letter's sentence or of a listed reason would replace."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from ancu.apps.dossiers.enums import RuleKind
from ancu.engines.rulebook import letter_passages


def _passage_values(entry: str, on: date) -> dict[str, Any]:
    """Return the sentence of the letters in both languages. Raises KeyError for an unknown one."""
    passage = letter_passages(on)[entry]
    return {"vi": passage.vi, "en": passage.en}


TEXT_VALUES: Mapping[str, Callable[[str, date], dict[str, Any]]] = {RuleKind.LETTER: _passage_values}
