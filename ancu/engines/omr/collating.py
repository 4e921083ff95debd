"""Combine the pages of all files: every sheet counts once; duplicates and missing pages are reported."""

from collections.abc import Iterable, Sequence

from ancu.engines.omr.model import BoxMark, Collation, Duplicate, Layout, PageReading, SheetAnswers

Key = tuple[str, int, int]


def collate(
    pages: Sequence[PageReading], layouts: Iterable[Layout], *, serials: Iterable[int] = (), code: str = ""
) -> Collation:
    """Combine all pages read into the answers of each questionnaire sheet.

    The result also lists repeated pages (the first counts, differing groups go to review), unread or unknown pages,
    and sheets that are absent: those of ``serials``, the printed numbers of the questionnaire ``code`` (by default
    the first layout), without a page.
    """
    layouts_by_code = {layout.code: layout for layout in layouts}
    first: dict[Key, int] = {}
    duplicates, unread = [], []
    for at, page in enumerate(pages):
        if page.problem or page.code not in layouts_by_code:
            unread.append(at)
            continue
        key = (page.code, page.serial, page.page)
        if key in first:
            duplicates.append(_duplicate(pages, first[key], at))
        else:
            first[key] = at
    contested: dict[tuple[str, int], set[str]] = {}
    for duplicate in duplicates:
        if not duplicate.agrees:
            contested.setdefault((duplicate.code, duplicate.serial), set()).update(
                _differing(pages[duplicate.first], pages[duplicate.repeated])
            )
    pages_by_sheet: dict[tuple[str, int], list[PageReading]] = {}
    for (name, serial, _page), at in sorted(first.items()):
        pages_by_sheet.setdefault((name, serial), []).append(pages[at])
    sheets = [
        _sheet_answers(layouts_by_code[key[0]], key[1], its, contested.get(key, set()))
        for key, its in pages_by_sheet.items()
    ]
    stack = code or next(iter(layouts_by_code), "")
    return Collation(
        sheets=tuple(sheets),
        duplicates=tuple(duplicates),
        unread=tuple(unread),
        absent=tuple((stack, serial) for serial in serials if (stack, serial) not in pages_by_sheet),
    )


def _duplicate(pages: Sequence[PageReading], first: int, repeated: int) -> Duplicate:
    """Return the report about a page that was read twice: both indexes, and whether the readings agree."""
    earlier = pages[first]
    agrees = not _differing(earlier, pages[repeated])
    return Duplicate(
        code=earlier.code, serial=earlier.serial, page=earlier.page, first=first, repeated=repeated, agrees=agrees
    )


def _differing(a: PageReading, b: PageReading) -> set[str]:
    """Return the ids of groups with a box that one reading certainly found chosen and the other certainly not."""
    certain_marks = {mark.id: mark for mark in a.marks if mark.certain}
    return {
        mark.group
        for mark in b.marks
        if mark.certain and mark.id in certain_marks and certain_marks[mark.id].chosen != mark.chosen
    }


def _sheet_answers(layout: Layout, serial: int, pages: list[PageReading], contested: set[str]) -> SheetAnswers:
    """Return the answers of one sheet, combined from its pages.

    A person must review the groups that are uncertain, on a missing page, or ``contested`` between two scans of a
    page.
    """
    answers: dict[str, tuple[str, ...]] = {}
    review: list[str] = []
    by_group: dict[str, list[BoxMark]] = {}
    for mark in (mark for page in pages for mark in page.marks):
        by_group.setdefault(mark.group, []).append(mark)
    doubts = contested.union(*(page.doubts for page in pages))
    for group in layout.groups:
        group_marks = by_group.get(group.id, [])
        if not group_marks:
            continue
        answers[group.id] = tuple(mark.choice for mark in group_marks if mark.chosen)
        is_complete = len(group_marks) == len(
            group.choices
        )  # a question that goes over to a page nobody scanned is not settled
        several = len(answers[group.id]) > 1 and not group.many  # on two pages, each of which saw one
        if group.id in doubts or several or not is_complete or not all(mark.certain for mark in group_marks):
            review.append(group.id)
    there = {page.page for page in pages}
    return SheetAnswers(
        code=layout.code,
        serial=serial,
        pages=tuple(pages),
        answers=answers,
        review=tuple(review),
        missing=tuple(number for number in range(1, layout.pages + 1) if number not in there),
    )
