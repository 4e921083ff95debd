"""Read a page: locate it by its squares, identify it by its code, straighten it, read box by box."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import cv2
import numpy as np
import zxingcpp
from msgspec.structs import replace

from ancu.engines.omr import box_frames, codes, handwriting, marks
from ancu.engines.omr.anchors import Grey, Unplaced, locate_page
from ancu.engines.omr.flattening import SCALE, FlatPage, flatten
from ancu.engines.omr.model import BoxMark, ChoiceGroup, Layout, PageReading
from ancu.engines.omr.opening import count_pages, grey_pages

PICTURE = 1100  # pixels of the long side of the small picture
QR = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
FEW_GROUPS = 3  # groups on a page, from which it is asked whether
LOST, LOST_BILEVEL = 0.6, 0.25  # of them are more than people leave out
_ROOM = 2.2  # millimetres around a code that are cut out with it


def read_here(
    data: bytes, layouts: Iterable[Layout], *, secret: bytes, former: bytes = b"", start: int = 0
) -> Iterator[PageReading]:
    """Yield each page read in this process; untrusted files go through ``sandbox.read``.

    ``start`` is the first page to read, counted from 0.
    """
    layouts_by_code = {layout.code: layout for layout in layouts}
    count = count_pages(data)
    for index, grey in enumerate(grey_pages(data, start), start):
        if grey is None:
            yield PageReading(index=index, count=count, problem="damaged")
        else:
            yield read_page(grey, layouts_by_code, secret=secret, former=former, index=index, count=count)


def read_page(
    grey: Grey,
    layouts_by_code: Mapping[str, Layout],
    *,
    secret: bytes,
    former: bytes = b"",
    index: int = 0,
    count: int = 1,
) -> PageReading:
    """Read one page of a scan: locate it, identify it by its code, and read its boxes and writing areas.

    If that fails, the reading's ``problem`` says why. ``index`` and ``count`` are the page's place in the file,
    ``former`` a replaced secret that is still accepted.
    """
    reading = PageReading(index=index, count=count, picture=small_picture(grey))
    try:
        flat = flatten(grey, locate_page(grey))
        name = identify_page(flat, secret, former)
    except Unplaced as problem:
        return replace(reading, problem=problem.problem)
    reading = replace(reading, code=name.code, serial=name.serial, page=name.page)
    layout = layouts_by_code.get(name.code)
    if layout is None or not 1 <= name.page <= layout.pages:
        return replace(reading, problem="unknown_questionnaire")
    boxes, areas = layout.on(name.page)
    places = box_frames.locate_boxes(flat.ink, boxes)
    page_marks = marks.read_boxes(flat, boxes, places)
    doubts = tuple(_doubtful_groups(layout.groups, page_marks, flat.bilevel))
    return replace(
        reading,
        marks=tuple(
            replace(mark, crop=marks.box_picture(flat, place)) if mark.group in doubts or not mark.certain else mark
            for mark, place in zip(page_marks, places, strict=True)
        ),
        writings=tuple(handwriting.read_areas(flat, areas, boxes, places)),
        doubts=doubts,
    )


# ---- which page it is ---------------------------------------------------------------------------


def identify_page(flat: FlatPage, *secrets: bytes) -> codes.PageName:
    """Return which page of which sheet this is, from either of its QR codes.

    Raises Unplaced: ``no_code``, or ``foreign_code`` if a code's check matches none of ``secrets``.
    """
    foreign = False
    for place in codes.PLACES:
        for text in _code_texts(flat.grey, place):
            try:
                return codes.parse_code(text, *secrets)
            except codes.ForeignCode:
                foreign = True
    raise Unplaced("foreign_code" if foreign else "no_code")


def _code_texts(grey: Grey, place: tuple[float, float]) -> Iterator[str]:
    """Yield the texts a QR reader finds at a code's place, then in an enlarged and sharpened crop."""
    left_edge, top = (round((value - _ROOM) * SCALE) for value in place)
    side = round((codes.SIZE + 2 * _ROOM) * SCALE)
    crop = np.ascontiguousarray(grey[max(0, top) : top + side, max(0, left_edge) : left_edge + side])
    for look in (crop, _enlarged(crop)):
        yield from (barcode.text for barcode in zxingcpp.read_barcodes(look, formats=QR))


def _enlarged(crop: Grey) -> Grey:
    """Return the crop twice as large, sharpened and with a white border."""
    twice = cv2.resize(crop, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    sharp = cv2.addWeighted(twice, 2.2, cv2.GaussianBlur(twice, (0, 0), 4), -1.2, 0)
    return np.asarray(cv2.copyMakeBorder(sharp, 24, 24, 24, 24, cv2.BORDER_CONSTANT, value=255), np.uint8)


# ---- what speaks against it as a whole ----------------------------------------------------------


def _doubtful_groups(groups: Sequence[ChoiceGroup], page_marks: Sequence[BoxMark], bilevel: bool) -> Iterator[str]:
    """Yield the ids of groups that a person must review.

    They have several choices where one is allowed, or none after marks were corrected. If hardly any group of the
    page has a mark, it yields all groups without one: the pen may have been too pale.
    """
    by_group: dict[str, list[BoxMark]] = {}
    for mark in page_marks:
        by_group.setdefault(mark.group, []).append(mark)
    here = [group for group in groups if group.id in by_group]
    empty = {group.id for group in here if not any(mark.chosen for mark in by_group[group.id])}
    hardly = len(here) >= FEW_GROUPS and len(empty) > len(here) * (LOST_BILEVEL if bilevel else LOST)
    for group in here:
        chosen = sum(mark.chosen for mark in by_group[group.id])
        taken_back = any(mark.state == "corrected" for mark in by_group[group.id])
        if (chosen > 1 and not group.many) or (group.id in empty and (taken_back or hardly)):
            yield group.id


def small_picture(grey: Grey) -> bytes:
    """Return a small JPEG of the scanned page, at most ``PICTURE`` pixels long."""
    part = min(1.0, PICTURE / max(grey.shape))
    resized = cv2.resize(grey, None, fx=part, fy=part, interpolation=cv2.INTER_AREA)
    return cv2.imencode(".jpg", resized, [cv2.IMWRITE_JPEG_QUALITY, 60])[1].tobytes()
