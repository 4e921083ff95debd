"""The types of a reading, and why a picture could not be read."""

from collections.abc import Mapping
from dataclasses import dataclass, field

CERTAIN = 6.0
"""Nats between the string read and the next likely one, from which a reading is taken without a second look. At two, a
`G` in a document's number was taken for a `6`, which no check digit can tell apart; at five, an `O` for a `0` where
there is no digit, and an `H` for a `K` in a face that the reader had never seen."""
DOUBT = 0.98
"""A character less likely right than this is shown as doubtful: four nats to the next."""


class Unreadable(Exception):
    """The picture could not be read; `code` is the reason, which the page words.

    `not_an_image`, `too_large`, `too_small`, `no_zone`, `not_legible`
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class CharacterDoubt:
    """A character that may be another one: `line` and `position` count from 0; `others` are likeliest first."""

    line: int
    position: int
    read: str
    others: str
    confidence: float


@dataclass(frozen=True, slots=True)
class CheckDigit:
    """One check digit: of which field, where it stands, and whether it holds."""

    name: str
    line: int
    position: int
    holds: bool


@dataclass(frozen=True, slots=True)
class ZoneAlternative:
    """Another possible reading of the lines, with its probability."""

    lines: tuple[str, ...]
    confidence: float


@dataclass(frozen=True, slots=True)
class ZoneReading:
    """A zone as read.

    `valid`: every check digit holds and the dates exist. `certain`: also no other reading is nearly as likely; only
    then may a program use the values without a person's confirmation. `fields` are plain text, dates as `yyyy-mm-dd`
    (`yyyy-mm` or `yyyy` where the document has no more), empty where the zone has nothing.
    """

    format: str
    lines: tuple[str, ...]
    valid: bool
    certain: bool
    confidence: float
    margin: float
    fields: Mapping[str, str]
    checks: tuple[CheckDigit, ...]
    doubts: tuple[CharacterDoubt, ...]
    alternatives: tuple[ZoneAlternative, ...]
    doubtful_fields: frozenset[str]
    crops: tuple[bytes, ...] = field(default=(), repr=False)
