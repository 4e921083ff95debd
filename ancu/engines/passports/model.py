"""What is seen in a picture of a passport, and why one could not be read."""

import msgspec

MOST_BYTES = 15 * 1024 * 1024
"""A phone's largest; the page makes it smaller before it is sent."""

REASONS = frozenset(
    {"not_an_image", "too_large", "too_heavy", "too_small", "no_zone", "not_legible", "glare", "blur", "dark", "far"}
)


class Unread(Exception):
    """Nothing is read; ``code`` is one of ``REASONS``, for the page to put in words with what to do."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Sign(msgspec.Struct, frozen=True):
    """A part of an answer. ``others``: what an unsure character may be instead, likeliest first."""

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
    signs: tuple[Sign, ...]
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


class Sight(msgspec.Struct, frozen=True):
    """A reading as ``engines.mrz`` gives it, and the ``answers`` a declaration takes from it."""

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
        """Who else's document is in the picture: names and number."""
        return tuple(f"{answers['full_name'].text} ({answers['document_number'].text})" for answers in self.also_read)

    @property
    def record(self) -> dict[str, str]:
        """The texts as a file would hold them; what the zone does not say is not in it."""
        return {name: answer.text for name, answer in self.answers.items() if answer.text}

    @property
    def is_visa(self) -> bool:
        return self.format.startswith("MRV")

    @property
    def names_cut(self) -> bool:
        return bool(self.fields.get("names_cut"))
