"""Nationalities to choose from: the ones met most often first, found by every name and code."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django import forms

from ancu.core.forms.choices import OtherNames, SearchSelect, compact
from ancu.core.web.language import localized_text, reader_language, third_language
from ancu.engines.exchange import FREQUENT_NATIONALITIES, code_lists

VIET_NAM = "VNM"
TWO_CONGOS = {"COG": "Congo (Brazzaville)", "COD": "Congo (Kinshasa)"}  # "Congo" alone chooses neither


@lru_cache
def nationality_aliases() -> dict[str, OtherNames]:
    """Return by nationality code the names and codes that find it in a search: both languages, aliases, ISO codes."""
    return {
        entry["code"]: OtherNames(
            names=tuple(dict.fromkeys([entry["name_vi"], entry["name_en"], *entry["aliases"], *_shared_names(entry)])),
            codes=tuple(dict.fromkeys(filter(None, [entry["code"], entry["portal_code"], entry["iso2"]]))),
        )
        for entry in code_lists()["nationality"]["entries"]
    }


def _shared_names(entry: Mapping[str, Any]) -> list[str]:
    """Return the additional names of the two nationalities called Congo; empty for all others."""
    return ["Congo", TWO_CONGOS[entry["code"]]] if entry["code"] in TWO_CONGOS else []


def nationality_choices() -> list[tuple[str, str]]:
    """Return (code, name) of all nationalities in the reader's language, the frequent ones first."""
    return _choices(third_language() or reader_language())


@lru_cache
def _choices(language: str) -> list[tuple[str, str]]:
    """Return (code, name) of all nationalities in this language, the frequent ones first; cached."""
    key = f"name_{reader_language()}"
    names = {entry["code"]: localized_text(str(entry[key])) for entry in code_lists()["nationality"]["entries"]}
    names |= TWO_CONGOS
    frequent = [(code, names.pop(code)) for code in FREQUENT_NATIONALITIES]
    return [("", ""), *frequent, *sorted(names.items(), key=lambda pair: compact(pair[1]))]


def foreign_choices() -> list[tuple[str, str]]:
    """Return (code, name) of the nationalities other than Viet Nam's, in the reader's language."""
    return [choice for choice in nationality_choices() if choice[0] != VIET_NAM]


class NationalityField(forms.ChoiceField):
    """A nationality, ISO 3166 alpha-3; ``foreign`` leaves Viet Nam's out, as every declaration does."""

    def __init__(self, *, foreign: bool = False, **kwargs: Any) -> None:
        kwargs.setdefault("choices", foreign_choices if foreign else nationality_choices)
        kwargs.setdefault("widget", SearchSelect(aliases=nationality_aliases, frequent=len(FREQUENT_NATIONALITIES)))
        super().__init__(**kwargs)
