"""The types of a passport reading, and why a picture could not be read."""

import msgspec

MOST_BYTES = 15 * 1024 * 1024
"""A phone's largest; the page makes it smaller before it is sent."""

REASONS = frozenset(
    {"not_an_image", "too_large", "too_heavy", "too_small", "no_zone", "not_legible", "glare", "blur", "dark", "far"}
)


class Unread(Exception):
    """The picture could not be read; ``code`` is one of ``REASONS``, which the page words with advice."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class AnswerPart(msgspec.Struct, frozen=True):
    """A part of an answer. ``others``: alternatives of an uncertain character, likeliest first."""

    text: str
    sure: bool = True
    others: str = ""


class FieldAnswer(msgspec.Struct, frozen=True):
    """One answer of a declaration as read; ``text`` is its plain value, ISO where it is a day.

    ``other_texts`` are what the likely other readings of a zone that is not certain say here; ``sure`` is false where
    a character is in doubt, a check digit contradicts, or the zone cannot say it (a visa's number is not a passport's).
    ``is_of_card``: it is the number of a card (TD1, TD2), which the zone does not tell the kind of.
    """

    name: str
    text: str
    signs: tuple[AnswerPart, ...]
    sure: bool = True
    contradicted: bool = False
    other_texts: tuple[str, ...] = ()
    piece: bytes = b""
    is_of_card: bool = False


class Check(msgspec.Struct, frozen=True):
    name: str
    line: int
    position: int
    holds: bool


class PassportDoubt(msgspec.Struct, frozen=True):
    line: int
    position: int
    read: str
    others: str
    confidence: float


class Alternative(msgspec.Struct, frozen=True):
    lines: tuple[str, ...]
    confidence: float


class PassportReading(msgspec.Struct, frozen=True):
    """A reading of the zone by ``engines.mrz``, with the ``answers`` for a declaration."""

    format: str
    lines: tuple[str, ...]
    valid: bool
    certain: bool
    confidence: float
    fields: dict[str, str]
    checks: tuple[Check, ...]
    doubts: tuple[PassportDoubt, ...]
    alternatives: tuple[Alternative, ...]
    doubtful_fields: tuple[str, ...]
    answers: dict[str, FieldAnswer]
    crops: tuple[bytes, ...] = ()
    also_read: tuple[dict[str, FieldAnswer], ...] = ()
    """The answers of each other person's document in the picture."""

    @property
    def also_shown(self) -> tuple[str, ...]:
        """Each further person whose document is in the picture, as "name (document number)"; often empty."""
        return tuple(f"{answers['full_name'].text} ({answers['document_number'].text})" for answers in self.also_read)

    @property
    def record(self) -> dict[str, str]:
        """The values read from the passport, as texts by the field names of a declaration, without empty ones."""
        return {name: answer.text for name, answer in self.answers.items() if answer.text}

    @property
    def is_visa(self) -> bool:
        """Whether the zone is that of a visa (format MRV-A or MRV-B)."""
        return self.format.startswith("MRV")

    @property
    def names_cut(self) -> bool:
        """Whether the names fill their place in the zone, so that they are probably truncated."""
        return bool(self.fields.get("names_cut"))
