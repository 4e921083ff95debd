"""What a tip may hold, and what each part of it is."""

import msgspec

from ancu.engines import papers

MEGABYTE = 1024 * 1024
LONGEST_TEXT, LONGEST_REPLY, LONGEST_LINE = 10_000, 3_000, 200
MOST_FILES, MOST_BYTES = 6, 40 * MEGABYTE
SIGNS = (
    (b"\x1aE\xdf\xa3", "audio/webm"),  # also video; a recording of this page has no picture
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"\xff\xf1", "audio/aac"),
)
UNKNOWN = "application/octet-stream"  # also what ``papers.sniff`` says
# What a source may attach: what handlers can look at or listen to, and no programs.
MEDIA = ("image/", "audio/", "video/")
ENDINGS = (".jpg", ".jpeg", ".png", ".heic", ".heif", ".pdf", ".doc", ".docx", ".xls", ".xlsx", ".txt")
ACCEPT = ",".join([*(f"{media}*" for media in MEDIA), *ENDINGS])
KINDS = "JPEG, PNG, HEIC, MP3, M4A, MP4, MOV, PDF, DOC, DOCX, XLS, XLSX, TXT"  # as the page's script names them
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


class Told(msgspec.Struct, frozen=True):
    """What the source told; ``name`` and ``contact`` when it wanted to be known."""

    text: str
    place: str = ""
    when: str = ""
    name: str = ""
    contact: str = ""
    files: list[FileNote] = []


class Sorting(msgspec.Struct, frozen=True):
    """What handlers make of it: sealed, since it says what the tip is about."""

    category: str = ""
    urgency: str = "usual"
    case_number: str = ""
    duplicate_of: str = ""
    note: str = ""


def kind_of(data: bytes) -> str:
    """The real kind, by the first bytes; what the browser says is not asked."""
    if data[4:12] in {b"ftypM4A ", b"ftypM4B "}:
        return "audio/mp4"
    if data[:4] == b"RIFF" and data[8:12] == b"WAVE":
        return "audio/wav"
    for start, kind in SIGNS:
        if data.startswith(start):
            return kind
    return papers.sniff(data)


def may_attach(name: str, media_type: str) -> bool:
    """Whether a source may attach a file, by the same rule as the control's ``accept``."""
    return name.lower().endswith(ENDINGS) or media_type.startswith(MEDIA)


def clean_name(name: str) -> str:
    """The last part alone, without control signs."""
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(sign for sign in base if sign.isprintable()).strip()[-100:] or "file"


def encode(value: msgspec.Struct) -> bytes:
    return msgspec.json.encode(value)
