"""The content of a tip, of its files and of its sorting."""

import msgspec

from ancu.engines import papers

MEGABYTE = 1024 * 1024
LONGEST_TEXT, LONGEST_REPLY, LONGEST_LINE = 10_000, 3_000, 200
MOST_FILES, MOST_BYTES = 6, 40 * MEGABYTE
PICTURES = frozenset({papers.JPEG, papers.PNG, papers.HEIC})


class FileNote(msgspec.Struct, frozen=True):
    """Description of a file, inside the envelope it came with."""

    id: str
    name: str
    kind: str
    size: int

    @property
    def has_copy(self) -> bool:
        """Whether a copy without metadata can be made of the file."""
        return self.kind in PICTURES or self.kind == papers.PDF

    @property
    def is_sound(self) -> bool:
        """Whether the file is an audio recording, which the handler can listen to."""
        return self.kind.startswith("audio/")


class TipContent(msgspec.Struct, frozen=True):
    """The source's statement; ``name`` and ``contact`` only if the source gave them."""

    text: str
    place: str = ""
    when: str = ""
    name: str = ""
    contact: str = ""
    files: list[FileNote] = []


class TipSorting(msgspec.Struct, frozen=True):
    """The handlers' sorting: sealed, because it says what the tip is about."""

    category: str = ""
    urgency: str = "usual"
    case_number: str = ""
    duplicate_of: str = ""
    note: str = ""


def encode(value: msgspec.Struct) -> bytes:
    """Return the content of a tip, a message or a sorting as JSON bytes, ready to be encrypted."""
    return msgspec.json.encode(value)
