"""The kinds of lodging and what each must tell about a guest."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from ancu.engines.rulebook.loader import as_of


@dataclass(frozen=True, slots=True)
class LodgingKindRule:
    """One kind of lodging; `room_required`: its declarations must name the room."""

    code: str
    name_vi: str
    name_en: str
    room_required: bool


@cache
def lodging_kinds(on: date) -> Mapping[str, LodgingKindRule]:
    """Return by code the kinds of lodging that the law knows that day, in the order to offer them."""
    kinds = as_of("lodging.kinds", on).values["kinds"]
    return {raw["code"]: LodgingKindRule(**raw) for raw in kinds}


def room_required(kind: str, on: date) -> bool:
    """Whether declarations of this kind of lodging need a room. Raises KeyError for an unknown kind."""
    return lodging_kinds(on)[kind].room_required
