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
    """Return the number of a group's row that people read; a further document has the number of its picture."""
    return position % BESIDE if position > BESIDE else position


def rows_of(upload: Upload) -> list[GuestRow]:
    """Return all rows of a group of pictures, in their order, with corrections and errors."""
    pictures = list(upload.pictures.order_by("position"))
    texts = [_texts(upload, picture) for picture in pictures]
    rows = interpret(texts, today=clock.today()) if texts else []
    return [_judged(upload, picture, row) for picture, row in zip(pictures, rows, strict=True)]


def _texts(upload: Upload, picture: Picture) -> dict[str, str | None]:
    """Return a row's texts by field: as read, replaced by the group's common values and the person's corrections."""
    return {**picture.texts, **upload.group, **upload.corrections.get(str(picture.position), {})}


def _judged(upload: Upload, picture: Picture, row: GuestRow) -> GuestRow:
    """Return a group's row with the errors about its picture; a person's correction resolves doubts and problems."""
    doubts = doubts_of(answers_of(picture))
    if str(picture.position) in upload.corrections:
        return judge_row(row, picture.position, doubts=unresolved_doubts(doubts))
    return judge_row(row, picture.position, problem=picture.problem, doubts=doubts)


def judge_row(row: GuestRow, position: int, *, problem: str = "", doubts: Iterable[Finding] = ()) -> GuestRow:
    """Return a picture's row with its position and the errors about the picture.

    These are the ``doubts``, or only ``problem`` if it is unreadable.
    """
    errors = [doubt for doubt in doubts if doubt != CARD or row.values.document_kind is None]
    errors += [*row.errors, *(warning for warning in row.warnings if warning.code in BLOCKING)]
    warnings = [warning for warning in row.warnings if warning.code not in BLOCKING]
    if problem:
        errors, warnings = [_unreadable_finding(problem)], []  # that each field is missing goes without saying
    return msgspec.structs.replace(row, position=position, errors=errors, warnings=warnings)


def doubts_of(answers: Iterable[FieldAnswer]) -> list[Finding]:
    """Return the errors that refuse a picture's row until a person has compared it with the picture.

    Empty if every field was read without doubt.
    """
    answers = list(answers)
    of_card = [CARD] if any(answer.is_of_card for answer in answers) else []  # first: one look does not make it good
    in_one_picture = [_shared_picture_finding(answer.text) for answer in answers if answer.name == ALSO_SHOWN]
    return of_card + (in_one_picture or ([] if is_sure(answers) else [UNSURE]))


def unresolved_doubts(doubts: Iterable[Finding]) -> list[Finding]:
    """Return those doubts that a comparison does not resolve: the kind of an identity card must be chosen."""
    return [doubt for doubt in doubts if doubt == CARD]


def _shared_picture_finding(whom: str) -> Finding:
    """Return the error that a document is in the same picture as that of the guest named ``whom``."""
    vi, en = both_languages(lambda: _shared_picture_sentence(whom))
    return Finding(ALSO_SHOWN_CODE, None, None, vi, en)


def _shared_picture_sentence(whom: str) -> str:
    """Return the sentence of the error ``_shared_picture_finding`` in the active language."""
    sentence = _(
        "This document is in the same picture as that of %(whom)s. Compare it and confirm that it is right, or say "
        "why this person is not declared."
    )
    return sentence % {"whom": whom}


def _unreadable_finding(code: str) -> Finding:
    """Return the error, by its code, of a picture that could not be read."""
    what, mend = PICTURE_REFUSALS[code]
    vi, en = both_languages(lambda: f"{what} {mend}")
    return Finding(f"picture_{code}", None, None, vi, en)


def reading_of(upload: Upload) -> DeclarationFile:
    """Return a group of pictures in the form of a file that was read, so that one page shows both."""
    return DeclarationFile("photo", "", None, rows_of(upload), None, [])


def is_sure(answers: Iterable[FieldAnswer]) -> bool:
    """Whether every field that is declared was read without doubt; the passport's expiry does not count."""
    return all(answer.sure for answer in answers if answer.name != "document_expiry")


def pack_answers(answers: Mapping[str, FieldAnswer], *, beside: str = "") -> bytes:
    """Return what was read of a picture as bytes, to be stored.

    For a further document in the same picture, ``beside`` names the first one.
    """
    mark = [FieldAnswer(ALSO_SHOWN, beside, (), sure=False)] if beside else []
    return msgspec.msgpack.encode([*answers.values(), *mark])


def answers_of(picture: Picture) -> list[FieldAnswer]:
    """Return what was read of the picture by field, each with its strip of the image."""
    return unpack_answers(picture.answers)


def unpack_answers(answers: bytes | memoryview) -> list[FieldAnswer]:
    """Return what was read of a picture, decoded from storage; empty once it was deleted."""
    return msgspec.msgpack.decode(bytes(answers), type=list[FieldAnswer]) if answers else []


def answers_by_position(upload: Upload, positions: Iterable[int]) -> Mapping[int, list[FieldAnswer]]:
    """Return what was read of a group's pictures at these positions, by position, in one query."""
    pictures = upload.pictures.filter(position__in=list(positions))
    return {picture.position: answers_of(picture) for picture in pictures}


def keep_or_delete_files(actor: Actor, files_by_position: Mapping[int, StoredFile], states: Mapping[int, str]) -> None:
    """Keep or delete picture files by the state of their row.

    Those of accepted rows are kept for the office's period, those of refused rows as long as a draft; all others are
    deleted. Keys of both arguments are positions.
    """
    until = clock.now() + timedelta(days=settings.PASSPORT_PICTURES_DAYS)
    for position, file in files_by_position.items():
        if states.get(position) == "accepted":
            files.keep_until(actor, file=file, moment=until)
        elif states.get(position) != "refused":
            files.delete(actor, file=file)


def kept_files(upload: Upload) -> dict[int, StoredFile]:
    """Return by position the stored picture files of a group; empty where the office stores none."""
    pictures = upload.pictures.select_related("file").exclude(file=None)
    return {picture.position: picture.file for picture in pictures if picture.file is not None}


def forget_strips(upload: Upload) -> None:
    """Delete what was read of a group's pictures, with the strips of the image, once it is settled."""
    upload.pictures.exclude(answers=b"").update(answers=b"")


def empty_pictures(upload: Upload) -> None:
    """Empty the rows of a group's pictures.

    A picture that the office keeps has its own period (``StoredFile.delete_after``).
    """
    changes: dict[str, Any] = {"texts": {}, "answers": b""}
    upload.pictures.update(**changes)
