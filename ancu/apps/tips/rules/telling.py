"""What a tip may hold, and what each part of it is."""

import msgspec

from ancu.engines import papers

MEGABYTE = 1024 * 1024
LONGEST_TEXT, LONGEST_REPLY, LONGEST_LINE = 10_000, 3_000, 200
MOST_FILES, MOST_BYTES = 6, 40 * MEGABYTE
PICTURES = frozenset({papers.JPEG, papers.PNG, papers.HEIC})


class FileNote(msgspec.Struct, frozen=True):
    """What is known of a file, within the envelope of what it came with."""

    id: str
    name: str
    kind: str
    size: int

    @property
    def has_copy(self) -> bool:
        """Whether a reading copy without its metadata can be made of it."""
        return self.kind in PICTURES or self.kind == papers.PDF

    @property
    def is_sound(self) -> bool:
        return self.kind.startswith("audio/")


class TipContent(msgspec.Struct, frozen=True):
    """What the source told; ``name`` and ``contact`` when it wanted to be known."""

    text: str
    place: str = ""
    when: str = ""
    name: str = ""
    contact: str = ""
    files: list[FileNote] = []


class TipSorting(msgspec.Struct, frozen=True):
    """What handlers make of it: sealed, since it says what the tip is about."""

    category: str = ""
    urgency: str = "usual"
    case_number: str = ""
    duplicate_of: str = ""
    note: str = ""


def encode(value: msgspec.Struct) -> bytes:
    return msgspec.json.encode(value)
