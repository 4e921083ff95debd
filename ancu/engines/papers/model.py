"""The types of papers and their limits."""

from dataclasses import dataclass

import msgspec

PDF, JPEG, PNG, HEIC = "application/pdf", "image/jpeg", "image/png", "image/heic"
UNKNOWN = "application/octet-stream"
# HEVC pictures only: AV1 (avif) has the same box and another decoder, which is not shipped.
HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1"})

# Every reason a paper is refused for. The words stand with whoever speaks to the person.
REFUSALS = frozenset(
    {
        "paper_type",
        "paper_too_heavy",
        "image_damaged",
        "image_too_many_pixels",
        "image_too_small",
        "pdf_damaged",
        "pdf_password",
        "pdf_too_many_pages",
        "pdf_active_signed",
        "pdf_portfolio",
        "pdf_form_xfa",
        "pdf_bomb",
        "pdf_signed_whole",
        "page_missing",
        "crop_too_small",
    }
)


class PaperRefused(Exception):
    """The paper was refused; ``values`` fill the sentence of its code."""

    def __init__(self, code: str, **values: int) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


class Cleaned(msgspec.Struct, frozen=True, kw_only=True):
    """A paper cleaned for storage. Sizes are pixels of a picture, 0 for a PDF."""

    data: bytes
    media_type: str
    pages: int = 1
    width: int = 0
    height: int = 0
    notes: tuple[str, ...] = ()


class PageEdit(msgspec.Struct, frozen=True, kw_only=True):
    """One page of a combined paper: a page of one of the sources, turned and cropped.

    ``turn`` is clockwise, in degrees; ``crop`` is left, top, right and bottom as shares of the turned page.
    """

    source: int = 0
    page: int = 0
    turn: int = 0
    crop: tuple[float, float, float, float] | None = None

    @property
    def is_changed(self) -> bool:
        """Whether the page is turned or cropped."""
        return bool(self.turn) or self.crop is not None


class PrintedWord(msgspec.Struct, frozen=True, array_like=True):
    """A word of a PDF's text layer that stands visibly on its page (the first is 1).

    ``before`` parts it from the word before: a new line, a tab for a wide gap, or a space. ``box`` is left, top, right
    and bottom of the page as it is shown, in page widths.
    """

    text: str
    page: int = 1
    before: str = " "
    box: tuple[float, float, float, float] = (0, 0, 0, 0)


class PictureFinding(msgspec.Struct, frozen=True, kw_only=True):
    """A fault of an identity photo that an officer would object to; never about who is in it."""

    code: str
    severity: str  # "error" is sent back by an officer, "warning" may be
    values: dict[str, int] = {}


# What ``examine_photo`` may find.
PHOTO_FINDINGS = frozenset(
    {
        "photo_too_small",
        "photo_ratio",
        "photo_no_face",
        "photo_many_faces",
        "photo_face_small",
        "photo_face_large",
        "photo_face_off_centre",
        "photo_background_dark",
        "photo_background_uneven",
        "photo_blurred",
        "photo_no_colour",
    }
)


@dataclass(frozen=True)
class PhotoSize:
    """A photo in centimetres, and the fewest pixels that print it: 200 to the inch."""

    width_cm: int
    height_cm: int

    @property
    def least(self) -> tuple[int, int]:
        """The least width and height in pixels for a photo of this size, printed at 200 pixels per inch."""
        return round(self.width_cm / 2.54 * 200), round(self.height_cm / 2.54 * 200)

    @property
    def ratio(self) -> float:
        """Width of the photo divided by its height."""
        return self.width_cm / self.height_cm


PHOTO_SIZES = {"2x3": PhotoSize(2, 3), "4x6": PhotoSize(4, 6)}


def sniff(data: bytes) -> str:
    """Return the media type of a file by its first bytes; empty if unknown. The file name does not count."""
    if data[:5] == b"%PDF-":
        return PDF
    if data[:3] == b"\xff\xd8\xff":
        return JPEG
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return PNG
    if data[4:8] == b"ftyp" and data[8:12] in HEIC_BRANDS:
        return HEIC
    return UNKNOWN
