"""Rewrite a PDF without scripts, actions, attachments and metadata; a signed one is only checked.

Papers filed over the internet may be certified by an electronic signature, and rewriting would break it. A signed
file is therefore judged, never changed.
"""

import io
from collections.abc import Iterator
from typing import Any

import pikepdf
import pypdfium2
from pikepdf import Array, Dictionary, Name, Pdf, Stream

from ancu.engines.papers.model import PDF, Cleaned, PaperRefused

MOST_DECODED = 64 * 1024 * 1024  # one stream; a page of text is thousands of times smaller
MOST_DECODED_WHOLE = 400 * 1024 * 1024
MOST_OBJECTS = 200_000
MOST_PIXELS = 100_000_000  # one picture on a page
TAIL = 2048
BAD_ACTIONS = {
    f"/{kind}"
    for kind in (
        *("JavaScript", "Launch", "ImportData", "SubmitForm", "ResetForm", "GoToR", "GoToE", "URI", "Named", "Hide"),
        *("Rendition", "Movie", "Sound", "Thread", "SetOCGState", "GoTo3DView", "RichMediaExecute"),
    )
}
BAD_ANNOTATIONS = {"/FileAttachment", "/Movie", "/Sound", "/Screen", "/RichMedia", "/3D"}
pikepdf.settings.set_qpdf_limits(
    parser_max_nesting=100,
    parser_max_container_size=500_000,
    max_stream_filters=4,
    doc_max_warnings=200,
    flate_max_memory=MOST_DECODED,
    png_max_memory=MOST_DECODED,
    tiff_max_memory=MOST_DECODED,
    run_length_max_memory=MOST_DECODED,
    dct_max_memory=MOST_DECODED,
    dct_max_progressive_scans=50,
)


def warm_up() -> None:
    """Open the system's source of random numbers, which reading an encrypted PDF needs.

    A confined child could not open it later.
    """
    with Pdf.new() as empty:
        empty.save(io.BytesIO(), encryption=pikepdf.Encryption(owner="", user=""))


def clean_pdf(data: bytes, *, max_pages: int) -> Cleaned:
    """Return the PDF without scripts, actions, attachments and metadata. Raises PaperRefused.

    A signed PDF is returned unchanged, as any change would break the signature; it is refused if it has scripts or
    attachments.
    """
    try:
        pdf, notes = _open_pdf(data)
        with pdf:
            return _check_and_strip(pdf, data, notes, max_pages)
    except PaperRefused:
        raise
    except MemoryError as error:
        raise PaperRefused("pdf_bomb") from error
    except Exception as error:  # a parser fed with anything may raise anything; the person is told the same
        raise PaperRefused("pdf_damaged") from error


def _open_pdf(data: bytes) -> tuple[Pdf, list[str]]:
    """Open a PDF strictly, else repaired; return it with notes.

    It is repaired only if its end is there, else pages may be lost. Raises PaperRefused for a password,
    pikepdf.PdfError for a damaged file.
    """
    try:
        return Pdf.open(io.BytesIO(data), attempt_recovery=False), []
    except pikepdf.PasswordError as error:
        raise PaperRefused("pdf_password") from error
    except pikepdf.PdfError:
        if b"%%EOF" not in data[-TAIL:]:
            raise
    try:
        return Pdf.open(io.BytesIO(data)), ["pdf_repaired"]
    except pikepdf.PasswordError as error:
        raise PaperRefused("pdf_password") from error


def _check_and_strip(pdf: Pdf, data: bytes, notes: list[str], max_pages: int) -> Cleaned:
    """Check an open PDF and strip scripts, attachments and metadata; return it with notes. Raises PaperRefused.

    A signed PDF is returned unchanged, and refused if it has scripts or attachments. ``data`` are the file's bytes.
    """
    pages = len(pdf.pages)
    if not pages:
        raise PaperRefused("pdf_damaged")
    if pages > max_pages:
        raise PaperRefused("pdf_too_many_pages", pages=pages, most=max_pages)
    if len(pdf.objects) > MOST_OBJECTS:
        raise PaperRefused("pdf_bomb")
    _refuse_what_hides_the_content(pdf.Root)
    _refuse_pdf_bombs(pdf)
    signed = is_signed(pdf)
    removed = _strip_content(pdf)
    if signed:
        if "pdf_actions_removed" in removed or "pdf_attachments_removed" in removed:
            raise PaperRefused("pdf_active_signed")
        cleaned, notes = data, [*notes, "pdf_signed"]
    else:
        cleaned, notes = to_bytes(pdf), [*notes, *sorted(removed)]
    _check_rendering(cleaned, pages)
    return Cleaned(data=cleaned, media_type=PDF, pages=pages, notes=tuple(notes))


def _refuse_what_hides_the_content(root: Any) -> None:
    """Raise PaperRefused for a PDF portfolio or an XFA form, whose content many PDF readers do not show."""
    if Name.Collection in root:  # a portfolio: the papers are its attachments, its page only says so
        raise PaperRefused("pdf_portfolio")
    form = root.get(Name.AcroForm)
    if isinstance(form, Dictionary) and Name.XFA in form:  # drawn by a script; other readers see "please wait"
        raise PaperRefused("pdf_form_xfa")


def _refuse_pdf_bombs(pdf: Pdf) -> None:
    """Raise PaperRefused if streams or images unpack to more than a paper needs."""
    total = 0
    for element in pdf.objects:
        if not isinstance(element, Stream):
            continue
        if element.get(Name.Subtype) == Name.Image:
            if int(element.get(Name.Width, 0)) * int(element.get(Name.Height, 0)) > MOST_PIXELS:
                raise PaperRefused("pdf_bomb")
            continue
        try:
            total += len(element.read_bytes())
        except pikepdf.PdfError as error:
            packed = len(element.read_raw_bytes())
            raise PaperRefused("pdf_bomb" if packed * 900 > MOST_DECODED else "pdf_damaged") from error
        if total > MOST_DECODED_WHOLE:
            raise PaperRefused("pdf_bomb")


def _dictionaries(pdf: Pdf) -> Iterator[Any]:
    """Yield every dictionary of the file, nested ones and those of streams included."""
    for element in pdf.objects:
        yield from _nested_dictionaries(element, 0)


def _nested_dictionaries(element: Any, depth: int) -> Iterator[Any]:
    """Yield an element and all dictionaries and streams inside it. Raises PaperRefused if it is nested too deeply."""
    if depth > 60:
        raise PaperRefused("pdf_bomb")
    if isinstance(element, Dictionary | Stream):
        yield element
        children: Any = [element.get(key) for key in list(element.keys())]
    elif isinstance(element, Array):
        children = list(element)
    else:
        return
    for child in children:
        # What has a number of its own is met in ``pdf.objects``; following it here would go in circles.
        if isinstance(child, Dictionary | Array) and not child.is_indirect:
            yield from _nested_dictionaries(child, depth + 1)


def is_signed(pdf: Pdf) -> bool:
    """Whether the PDF has an electronic signature, which any change would break."""
    return any(_is_signature(element) for element in _dictionaries(pdf))


def _is_signature(element: Any) -> bool:
    """Whether a PDF object is an electronic signature."""
    return isinstance(element, Dictionary) and Name.ByteRange in element and Name.Contents in element


def _strip_content(pdf: Pdf) -> set[str]:
    """Delete actions, attachments and metadata from the PDF in place; return the notes of what was removed."""
    removed = set()
    for element in _dictionaries(pdf):
        if _is_bad_action(element):
            for key in list(element.keys()):
                del element[key]
            removed.add("pdf_actions_removed")
            continue
        if _empty_attachment(element):
            removed.add("pdf_attachments_removed")
        for key in (Name.Metadata, Name.PieceInfo):
            if isinstance(element.get(key), Dictionary | Stream):
                del element[key]
        if isinstance(element, Stream) and element.get(Name.Filter) == Name.DCTDecode:
            element.write(plain_jpeg(element.read_raw_bytes()), filter=Name.DCTDecode)
    _strip_root(pdf, removed)
    return removed


def _is_bad_action(element: Any) -> bool:
    """Whether a PDF object is an action that runs a program or script or leaves the document."""
    if not isinstance(element, Dictionary):
        return False
    kind = element.get(Name.S)
    return isinstance(kind, Name) and str(kind) in BAD_ACTIONS


def _empty_attachment(element: Any) -> bool:
    """Remove the file or media that a PDF annotation or file entry carries; return whether it carried any."""
    kind = element.get(Name.Subtype)
    if isinstance(kind, Name) and str(kind) in BAD_ANNOTATIONS and Name.Rect in element:
        for key in list(element.keys()):
            if key not in {"/Type", "/Rect", "/P"}:
                del element[key]
        element[Name.Subtype] = Name.Link
        return True
    if Name.EF in element and isinstance(element[Name.EF], Dictionary):
        del element[Name.EF]
        return True
    return False


def _strip_root(pdf: Pdf, removed: set[str]) -> None:
    """Delete actions, scripts and attached files of the document and its pages; add the notes to ``removed``."""
    for holder in (pdf.Root, *(page.obj for page in pdf.pages)):
        for key in (Name.AA, Name.AF, Name.OpenAction):
            if key in holder:
                del holder[key]
    names = pdf.Root.get(Name.Names)
    if isinstance(names, Dictionary):
        for key, note in ((Name.JavaScript, "pdf_actions_removed"), (Name.EmbeddedFiles, "pdf_attachments_removed")):
            if key in names:
                del names[key]
                removed.add(note)
    if Name.Info in pdf.trailer:
        del pdf.trailer[Name.Info]


def to_bytes(pdf: Pdf) -> bytes:
    """Return the PDF written out, unencrypted; equal documents give equal bytes."""
    buffer = io.BytesIO()
    pdf.save(buffer, encryption=False, deterministic_id=True, fix_metadata_version=False)
    return buffer.getvalue()


def _check_rendering(data: bytes, pages: int) -> None:
    """Render the first page to check that the officer's viewer opens the file. Raises PaperRefused if not."""
    document = pypdfium2.PdfDocument(data)
    try:
        if len(document) != pages:
            raise PaperRefused("pdf_damaged")
        page = document[0]
        width, height = page.get_size()
        if min(width, height) < 1:
            raise PaperRefused("pdf_damaged")
        page.render(scale=200 / max(width, height)).close()
    finally:
        document.close()


def plain_jpeg(data: bytes) -> bytes:
    """Return the same JPEG without metadata segments such as place and camera; pixels are untouched."""
    if data[:2] != b"\xff\xd8":
        return data
    segments, at = [b"\xff\xd8"], 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == 0xDA or length < 2:  # the picture itself begins
            break
        # APP0 (JFIF) and APP14 (Adobe: how colours are stored) are needed to draw it; COM and the others are not.
        if not (0xE1 <= marker <= 0xED or marker in {0xEF, 0xFE}):
            segments.append(data[at : at + 2 + length])
        at += 2 + length
    return b"".join([*segments, data[at:]])
