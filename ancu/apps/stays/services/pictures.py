"""The rows of a group of passport pictures: what was read, the group's common values, a person's corrections.

The same rows as a file's, so that one preview, one correction and one way to declare serve both. A row in which a
character is in doubt, a check digit contradicts or nothing was read is refused until a person has looked at it:
``upload.corrections`` holds its position then, also when nothing had to be changed.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

import msgspec
from django.conf import settings
from django.utils.translation import gettext as _

from ancu.apps.files import services as files
from ancu.apps.files.models import StoredFile
from ancu.apps.stays.enums import PICTURE_REFUSALS
from ancu.apps.stays.models import Picture, Upload
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.web.language import both_languages
from ancu.engines.exchange import DeclarationFile, Finding, GuestRow, interpret
from ancu.engines.passports import FieldAnswer

GROUP = ("room", "arrived_on", "arrived_time", "expected_departure", "permitted_until")
"""What is typed once for all guests of a group."""
UNSURE = Finding(
    "picture_unsure",
    None,
    None,
    "Có ký tự đọc chưa chắc chắn. Vui lòng so với ảnh, sửa lại hoặc xác nhận là đúng.",
    "Some characters are in doubt. Please compare them with the picture, then mend them or say that they are right.",
)
CARD = Finding(
    "picture_of_card",
    "document_kind",
    None,
    "Đây là thẻ, không phải hộ chiếu. Vui lòng chọn loại giấy tờ.",
    "This is a card, not a passport. Please choose the kind of document.",
)
ALSO_SHOWN, ALSO_SHOWN_CODE = "also_shown", "picture_also_shown"
"""The name of the answer that marks a second document in a picture, and the code of what is said of it."""
BESIDE = 1_000_000
"""Added to a picture's position for each other document in it: a row of its own, behind all others."""
BLOCKING = frozenset({"permit_equals_document_expiry"})
"""A warning in a file, where nobody can be asked at once; here the person stands before the page (a passport's expiry
is not the day a stay is permitted until)."""


def row_number(position: int) -> int:
    """Return the row's number for people; a second document in a picture has the picture's number."""
    return position % BESIDE if position > BESIDE else position


def rows_of(upload: Upload) -> list[GuestRow]:
    """Return all rows of the group in the pictures' order, with their corrections."""
    pictures = list(upload.pictures.order_by("position"))
    texts = [_texts(upload, picture) for picture in pictures]
    rows = interpret(texts, today=clock.today()) if texts else []
    return [_judged(upload, picture, row) for picture, row in zip(pictures, rows, strict=True)]


def _texts(upload: Upload, picture: Picture) -> dict[str, str | None]:
    """Return a row's texts: what was read, then the group's common values, then the person's corrections."""
    return {**picture.texts, **upload.group, **upload.corrections.get(str(picture.position), {})}


def _judged(upload: Upload, picture: Picture, row: GuestRow) -> GuestRow:
    """Return the row with the findings about its picture, except doubts that a person resolved."""
    doubts = doubts_of(answers_of(picture))
    if str(picture.position) in upload.corrections:
        return judge_row(row, picture.position, doubts=unresolved_doubts(doubts))
    return judge_row(row, picture.position, problem=picture.problem, doubts=doubts)


def judge_row(row: GuestRow, position: int, *, problem: str = "", doubts: Iterable[Finding] = ()) -> GuestRow:
    """Add the errors of its picture to a row: unreadable, doubtful characters, or an unknown kind of card."""
    errors = [doubt for doubt in doubts if doubt != CARD or row.values.document_kind is None]
    errors += [*row.errors, *(warning for warning in row.warnings if warning.code in BLOCKING)]
    warnings = [warning for warning in row.warnings if warning.code not in BLOCKING]
    if problem:
        errors, warnings = [_unreadable_finding(problem)], []  # that each field is missing goes without saying
    return msgspec.structs.replace(row, position=position, errors=errors, warnings=warnings)


def doubts_of(answers: Iterable[FieldAnswer]) -> list[Finding]:
    """Return the findings by which a picture's row is refused until a person has compared it."""
    answers = list(answers)
    of_card = [CARD] if any(answer.is_of_card for answer in answers) else []  # first: one look does not make it good
    in_one_picture = [_shared_picture_finding(answer.text) for answer in answers if answer.name == ALSO_SHOWN]
    return of_card + (in_one_picture or ([] if is_sure(answers) else [UNSURE]))


def unresolved_doubts(doubts: Iterable[Finding]) -> list[Finding]:
    """Return the doubts that a person's comparison does not resolve: the kind of a card must be chosen."""
    return [doubt for doubt in doubts if doubt == CARD]


def _shared_picture_finding(whom: str) -> Finding:
    """Return the error of a second document in a picture, which a person must compare."""
    vi, en = both_languages(lambda: _shared_picture_sentence(whom))
    return Finding(ALSO_SHOWN_CODE, None, None, vi, en)


def _shared_picture_sentence(whom: str) -> str:
    """Return the sentence that another guest's document is in the same picture."""
    sentence = _(
        "This document is in the same picture as that of %(whom)s. Compare it and confirm that it is right, or say "
        "why this person is not declared."
    )
    return sentence % {"whom": whom}


def _unreadable_finding(code: str) -> Finding:
    """Return the finding for a picture that could not be read."""
    what, mend = PICTURE_REFUSALS[code]
    vi, en = both_languages(lambda: f"{what} {mend}")
    return Finding(f"picture_{code}", None, None, vi, en)


def reading_of(upload: Upload) -> DeclarationFile:
    """Return the group as a file's reading, so that one page shows files and groups."""
    return DeclarationFile("photo", "", None, rows_of(upload), None, [])


def is_sure(answers: Iterable[FieldAnswer]) -> bool:
    """Return whether no declared field is in doubt; the passport's expiry is not declared."""
    return all(answer.sure for answer in answers if answer.name != "document_expiry")


def pack_answers(answers: Mapping[str, FieldAnswer], *, beside: str = "") -> bytes:
    """Pack the answers that the preview shows; ``beside`` names the first document in the same picture."""
    mark = [FieldAnswer(ALSO_SHOWN, beside, (), sure=False)] if beside else []
    return msgspec.msgpack.encode([*answers.values(), *mark])


def answers_of(picture: Picture) -> list[FieldAnswer]:
    """Return the answers read of the picture, with their strips."""
    return unpack_answers(picture.answers)


def unpack_answers(answers: bytes | memoryview) -> list[FieldAnswer]:
    """Decode stored answers; none when they were emptied."""
    return msgspec.msgpack.decode(bytes(answers), type=list[FieldAnswer]) if answers else []


def answers_by_position(upload: Upload, positions: Iterable[int]) -> Mapping[int, list[FieldAnswer]]:
    """Return by position the answers with their strips for the rows of a page, in one query."""
    pictures = upload.pictures.filter(position__in=list(positions))
    return {picture.position: answers_of(picture) for picture in pictures}


def keep_or_delete_files(actor: Actor, files_by_position: Mapping[int, StoredFile], states: Mapping[int, str]) -> None:
    """Set how long a group's pictures are kept: those of declared guests for the office's period.

    Those of refused rows are kept as long as a draft, and all others are deleted.
    """
    until = clock.now() + timedelta(days=settings.PASSPORT_PICTURES_DAYS)
    for position, file in files_by_position.items():
        if states.get(position) == "accepted":
            files.keep_until(actor, file=file, moment=until)
        elif states.get(position) != "refused":
            files.delete(actor, file=file)


def kept_files(upload: Upload) -> dict[int, StoredFile]:
    """Return by position the pictures that the office keeps of a group."""
    pictures = upload.pictures.select_related("file").exclude(file=None)
    return {picture.position: picture.file for picture in pictures if picture.file is not None}


def forget_strips(upload: Upload) -> None:
    """Delete the strips of a group that was declared or discarded."""
    upload.pictures.exclude(answers=b"").update(answers=b"")


def empty_pictures(upload: Upload) -> None:
    """Empty an old draft; a picture that the office keeps has its own period (``StoredFile.delete_after``)."""
    changes: dict[str, Any] = {"texts": {}, "answers": b""}
    upload.pictures.update(**changes)
