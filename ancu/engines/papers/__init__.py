"""Papers people send: pictures and PDFs cleaned and reduced, shown page by page; identity photos examined.

    cleaned = clean(data, kind="scan")           # JPEG, PNG, HEIC → JPEG; PDF → PDF without scripts and metadata
    picture = page_image(cleaned.data, page=0, width=1200)   # one page as JPEG
    findings = examine_photo(cleaned.data, size="4x6")       # face, background, sharpness
    words = printed_words(cleaned.data)                      # the visible text layer of a PDF

Each raises ``Refused`` with a stable code. Files of strangers are parsed in a process of their own (``sandbox``):
it has no key, no database and no environment, and a limit of memory and time. No Django here.
"""

from ancu.engines.papers.model import (
    HEIC,
    JPEG,
    PDF,
    PHOTO_FINDINGS,
    PHOTO_SIZES,
    PNG,
    REFUSALS,
    Cleaned,
    PageEdit,
    PaperRefused,
    PictureFinding,
    PrintedWord,
    sniff,
)
from ancu.engines.papers.sandbox import arrange, clean, examine_photo, page_image, printed_words

__all__ = [
    "HEIC",
    "JPEG",
    "PDF",
    "PHOTO_FINDINGS",
    "PHOTO_SIZES",
    "PNG",
    "REFUSALS",
    "Cleaned",
    "PageEdit",
    "PaperRefused",
    "PictureFinding",
    "PrintedWord",
    "arrange",
    "clean",
    "examine_photo",
    "page_image",
    "printed_words",
    "sniff",
]
