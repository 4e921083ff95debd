"""Which files a source may attach: pictures, recordings and documents, no programs whatever their name."""

from ancu.engines import papers

MEDIA = ("image/", "audio/", "video/")
WORD, EXCEL, TEXT = "application/msword", "application/vnd.ms-excel", "text/plain"
ENCRYPTED = "application/x-ole-storage"  # an Office file under a password
UNKNOWN = "application/octet-stream"  # also what ``papers.sniff`` says
KINDS_OF_ENDING = {
    **dict.fromkeys((".jpg", ".jpeg", ".png", ".heic", ".heif"), ("image/",)),
    ".pdf": (papers.PDF,),
    **dict.fromkeys((".doc", ".docx"), (WORD, ENCRYPTED)),
    **dict.fromkeys((".xls", ".xlsx"), (EXCEL, ENCRYPTED)),
    ".txt": (TEXT,),
}
ENDINGS = tuple(KINDS_OF_ENDING)
ACCEPT = ",".join([*(f"{media}*" for media in MEDIA), *ENDINGS])
KINDS = "JPEG, PNG, HEIC, MP3, M4A, MP4, MOV, PDF, DOC, DOCX, XLS, XLSX, TXT"  # as the page's script names them

SIGNATURES = (
    (b"\x1aE\xdf\xa3", "audio/webm"),  # also video; a recording of this page has no picture
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfa", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf2", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"\xff\xf1", "audio/aac"),
    (b"\xff\xf9", "audio/aac"),
    (b"fLaC", "audio/flac"),
    (b"#!AMR\n", "audio/amr"),
    (b"\x00\x00\x01\xba", "video/mpeg"),
    (b"0&\xb2u\x8ef\xcf\x11", "video/x-ms-asf"),
    (b"GIF8", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
)
RIFF_KINDS = {b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo", b"WEBP": "image/webp"}  # after RIFF and a length
BOX_KINDS = (  # after a length below 16 MB, so that no program's first letters stand there
    (b"ftypM4A ", "audio/mp4"),
    (b"ftypM4B ", "audio/mp4"),
    (b"ftypavif", "image/avif"),
    (b"ftyp", "video/mp4"),
    (b"moov", "video/quicktime"),
    (b"mdat", "video/quicktime"),
    (b"wide", "video/quicktime"),
)
OLE, ZIP, RICH_TEXT = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04", b"{\\rtf"
OFFICE_PARTS = (
    (ZIP, b"word/", WORD),
    (ZIP, b"xl/", EXCEL),
    (OLE, "WordDocument".encode("utf-16-le"), WORD),
    (OLE, "Workbook".encode("utf-16-le"), EXCEL),
    (OLE, "Book".encode("utf-16-le"), EXCEL),
    (OLE, "EncryptedPackage".encode("utf-16-le"), ENCRYPTED),
)
CONTENT_TYPES = b"[Content_Types].xml"  # in every Office file that is a ZIP
CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\f\r")


def may_attach(name: str, media_type: str) -> bool:
    """Whether a source may attach the file: its name ends in one of ``ENDINGS``, or it is an image, audio or video."""
    return name.lower().endswith(ENDINGS) or media_type.startswith(MEDIA)


def is_as_named(name: str, data: bytes) -> bool:
    """Whether the bytes match the file name's ending.

    For an unknown ending, whether they are a picture or recording.
    """
    kinds = next((kinds for ending, kinds in KINDS_OF_ENDING.items() if name.lower().endswith(ending)), MEDIA)
    return kind_of(data).startswith(kinds)


def kind_of(data: bytes) -> str:
    """Return the media type of a file by its bytes; its name and declared type are ignored."""
    paper = papers.sniff(data)
    if paper != UNKNOWN:
        return paper
    return _media_kind(data) or _office_kind(data) or (TEXT if _is_text(data) else UNKNOWN)


def _media_kind(data: bytes) -> str | None:
    """Return the media type of a recording or video by its first bytes; None otherwise."""
    if data.startswith(b"RIFF"):
        return RIFF_KINDS.get(data[8:12])
    boxes = BOX_KINDS if data[:1] == b"\x00" else ()
    by_box = next((kind for sign, kind in boxes if data.startswith(sign, 4)), None)
    return by_box or next((kind for sign, kind in SIGNATURES if data.startswith(sign)), None)


def _office_kind(data: bytes) -> str | None:
    """Return the media type of an office document by its bytes; None for any other file.

    The archive is not unpacked: the names of the files in it can be read as they are.
    """
    if data.startswith(RICH_TEXT):
        return WORD
    if data.startswith(ZIP) and CONTENT_TYPES not in data:
        return None
    return next((kind for sign, part, kind in OFFICE_PARTS if data.startswith(sign) and part in data), None)


def _is_text(data: bytes) -> bool:
    """Whether the bytes are text in any encoding.

    It has no control characters except line breaks; UTF-16 is recognised by its mark.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            data = data.decode("utf-16").encode()
        except UnicodeDecodeError:
            return False
    return bool(data) and CONTROLS.isdisjoint(data)


def clean_name(name: str) -> str:
    """Return the last part of a file name, without control characters; "file" if nothing remains.

    At most its last 100 characters.
    """
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(sign for sign in base if sign.isprintable()).strip()[-100:] or "file"
