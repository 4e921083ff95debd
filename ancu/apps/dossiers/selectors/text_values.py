"""The texts in force on a day that a change of a letter's sentence or of a listed reason would replace."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any

from ancu.apps.dossiers.enums import RuleKind
from ancu.engines.rulebook import letter_passages, reason_rows


def _passage_values(entry: str, on: date) -> dict[str, Any]:
    """Return the sentence of the letters in both languages. Raises KeyError for an unknown one."""
    passage = letter_passages(on)[entry]
    return {"vi": passage.vi, "en": passage.en}


def _reason_values(rule: str, entry: str, on: date) -> dict[str, Any]:
    """Return the values of a reason; of one that is not in the list that it is ended, as a change ends it."""
    row = reason_rows(rule, on).get(entry)
    return {"ended": True} if row is None else {name: value for name, value in row.items() if name != "code"}


TEXT_VALUES: Mapping[str, Callable[[str, date], dict[str, Any]]] = {
    RuleKind.LETTER: _passage_values,
    **{
        rule: partial(_reason_values, rule)
        for rule in (RuleKind.RETURN_REASON, RuleKind.REFUSAL_REASON, RuleKind.REQUEST)
    },
}
