"""Read a passport's picture for a person to confirm, and gather several for one declaration.

The picture is read by a process of its own (``engines.passports``) and forgotten, unless the office keeps pictures
(``PASSPORT_PICTURES_DAYS`` and the legal basis it names): then it is drawn anew, encrypted and deleted on time. What is
kept hangs on a declaration: a picture that none was made of goes as a draft does, and a program's is never kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from ancu.apps.audit.services import record
from ancu.apps.files import services as files
from ancu.apps.files.models import StoredFile
from ancu.apps.files.selectors import get_file
from ancu.apps.lodging.models import Establishment
from ancu.apps.stays.enums import PICTURE_REFUSALS, DeclarationChannel, Dismissal, UploadState
from ancu.apps.stays.models import Picture, UndeclaredRow, Upload
from ancu.apps.stays.selectors.undeclared import is_in_house, waiting_row_of, waiting_rows
from ancu.apps.stays.services import pictures
from ancu.apps.stays.services.declaring import check_may_declare
from ancu.apps.stays.services.outcome import DeclarationOutcome
from ancu.apps.stays.services.row_texts import typed_changes
from ancu.apps.stays.services.undeclared import dismiss_rows
from ancu.apps.stays.services.uploads import in_preview, keep_all_undeclared
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, Http404
from ancu.core.security.privacy import Keep
from ancu.core.security.rate_limits import allow
from ancu.core.templatetags.ui import possible_from
from ancu.core.web.http import parse_whole_number
from ancu.engines import passports
from ancu.engines.exchange import interpret
from ancu.engines.passports import FieldAnswer, PassportReading

MOST_PICTURES = 20
READS_AN_HOUR = 400  # of one lodging, people and programs together: a coach every few minutes
PURPOSE = "passport"


class PictureRefused(Exception):
    """The picture cannot be read. ``message`` (what is wrong) and ``mend`` (what to do) are lazy sentences."""

    def __init__(self, code: str, mend: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.message, usual = PICTURE_REFUSALS[code]
        self.mend = mend or usual


@dataclass(frozen=True)
class PictureReading:
    """What was read of a picture; ``file`` is set only where the office stores passport pictures."""

    sight: PassportReading
    file: StoredFile | None


def read_picture(*, actor: Actor, establishment: Establishment, data: bytes, way: str) -> PictureReading:
    """Read one passport picture; return what was read. Raises PictureRefused.

    ``way`` (form, group, api) is for the audit. Nothing is declared: the answers are displayed to the person who sent
    the picture.
    """
    check_may_declare(actor, establishment)
    if not data:
        raise PictureRefused("no_picture")
    if not (use := allow("stays.passport_read", str(establishment.pk), limit=READS_AN_HOUR)):
        words = _("Enter the guest by hand, or have pictures read again from %(when)s.")
        raise PictureRefused("too_many", words % {"when": possible_from(use.until)})
    try:
        files.scan(data)
        sight = passports.read_passport(data)
    except (passports.Unread, files.FileRefused) as refusal:
        code = refusal.code if isinstance(refusal, passports.Unread) else "scanner"
        record(actor, "stays.passport_read", establishment, way=way, outcome=code)
        raise PictureRefused(code) from refusal
    return _record_reading(actor, establishment, data, sight, way)


def _record_reading(
    actor: Actor, establishment: Establishment, data: bytes, sight: PassportReading, way: str
) -> PictureReading:
    """Record in the audit that a picture was read, and return the reading.

    The picture is stored if the office keeps passport pictures and it did not come through the API.
    """
    keeps = settings.PASSPORT_PICTURES_DAYS and way != "api"  # what a program declares later names no picture
    cleaned = _cleaned(data) if keeps else None
    with transaction.atomic():
        file = cleaned and files.store_paper(
            actor,
            cleaned,
            name="passport.jpg",
            purpose=PURPOSE,
            organisation_id=establishment.business_id,
            delete_after=clock.now() + timedelta(days=min(Keep.DRAFT.value, settings.PASSPORT_PICTURES_DAYS)),
        )
        details: dict[str, Any] = {"way": way, "outcome": "certain" if sight.certain else "to_confirm"}
        if file:
            details |= {"file": str(file.pk), "basis": settings.PASSPORT_PICTURES_BASIS}
        record(actor, "stays.passport_read", establishment, format=sight.format, **details)
    return PictureReading(sight, file or None)


def _cleaned(data: bytes) -> files.Cleaned:
    """Return the picture without hidden data; PictureRefused ``not_kept`` when it cannot be stored."""
    try:
        return files.clean_paper(data)
    except files.FileRefused as refusal:
        raise PictureRefused("not_kept") from refusal


@transaction.atomic
def start_group(*, actor: Actor, establishment: Establishment) -> Upload:
    """Create an empty group of passport pictures at the lodging; the pictures are added one by one."""
    check_may_declare(actor, establishment)
    name = _("Passport pictures of %(moment)s") % {"moment": f"{clock.local(clock.now()):%d/%m/%Y %H:%M}"}
    group = Upload.objects.create(
        establishment=establishment,
        created_by=actor.user_id,
        file_name=name,
        channel=DeclarationChannel.PHOTO,
        state=UploadState.PREVIEW,
    )
    record(actor, "stays.group_started", group)
    return group


@dataclass(frozen=True)
class OtherGuests:
    """Undeclared guests whose documents are in the same picture as that of the guest on the form."""

    rows: list[UndeclaredRow]

    @property
    def names(self) -> str:
        """The names of the guests in one text, or their document numbers where no name was read."""
        return ", ".join(row.full_name or row.document_number or "–" for row in self.rows)

    @property
    def ids(self) -> str:
        """The ids of the waiting guests' rows in a text, separated by commas, for a form."""
        return ",".join(str(row.pk) for row in self.rows)

    @property
    def url(self) -> str:
        """The address of the page on which these guests are declared or dismissed."""
        is_single = len(self.rows) == 1
        return reverse("stays:undeclared_row", args=[self.rows[0].pk]) if is_single else reverse("stays:undeclared")


@transaction.atomic
def gather_others(*, actor: Actor, establishment: Establishment, sight: PassportReading) -> OtherGuests | None:
    """Store the guests of the other documents in a picture as undeclared; return those waiting.

    None when there are none. A picture may be read several times, also at one moment: a guest who waits already is
    not stored twice, and a guest who is present is not stored.
    """
    Establishment.objects.select_for_update(no_key=True).get(pk=establishment.pk)
    waiting, new = [], []
    for answers in sight.also_read:
        [row] = interpret([_texts(answers)], today=clock.today())
        if is_in_house(establishment, row.values):
            continue
        if (undeclared := waiting_row_of(actor, establishment, row.values)) is not None:
            waiting.append(undeclared)
        else:
            new.append(answers)
    if new:
        group = start_group(actor=actor, establishment=establishment)
        _store_other_documents(group, 1, sight, new)
        keep_all_undeclared(actor, group)
        waiting += group.undeclared.order_by("position")
    return OtherGuests(waiting) if waiting else None


def undeclared_others(actor: Actor, ids: str) -> OtherGuests | None:
    """Return those guests among ``ids`` who still wait to be declared; None if none does.

    ``ids`` is a text of row ids separated by commas, as written by ``OtherGuests.ids``.
    """
    pks = [pk for text in ids.split(",") if (pk := parse_whole_number(text)) is not None]
    rows = list(waiting_rows(actor).filter(pk__in=pks).order_by("pk")) if pks else []
    return OtherGuests(rows) if rows else None


def add_picture(*, actor: Actor, upload_id: UUID, position: int, data: bytes) -> Picture:
    """Read one passport picture and store it in the group at this position.

    An unreadable picture becomes an empty row with the reason. The same position again replaces what was there: a
    picture whose response was lost is sent twice.
    """
    with transaction.atomic():  # the reading itself must hold no lock
        group = _photo_group(actor, upload_id)
        _check_room(group, position)
    reading: PictureReading | None = None
    problem = ""
    try:
        reading = read_picture(actor=actor, establishment=group.establishment, data=data, way="group")
    except PictureRefused as refusal:
        problem = refusal.code
    with transaction.atomic():
        group = _photo_group(actor, upload_id)
        _check_room(group, position)
        return _store_picture(actor, group, position, reading, problem)


def _store_picture(actor: Actor, group: Upload, position: int, reading: PictureReading | None, problem: str) -> Picture:
    """Store what was read of a group's picture at this position in place of the earlier picture; return it.

    Without a ``reading``, ``problem`` says why it is unreadable.
    """
    values: dict[str, Any] = {"problem": problem, "texts": {}, "answers": b"", "file": None}
    if reading:
        values |= {
            "texts": reading.sight.record,
            "answers": pictures.pack_answers(reading.sight.answers),
            "file": reading.file,
        }
    _remove_other_documents(group, position, values["texts"])
    before = group.pictures.select_related("file").filter(position=position).first()
    picture, created = Picture.objects.update_or_create(upload=group, position=position, defaults=values)
    if before is not None and before.file is not None:
        files.delete(actor, file=before.file)
    if not created and group.corrections.pop(str(position), None) is not None:
        group.save(update_fields=["corrections"])
    if reading:
        _store_other_documents(group, position, reading.sight, reading.sight.also_read)
    return picture


def _store_other_documents(
    group: Upload, position: int, sight: PassportReading, others: Sequence[Mapping[str, FieldAnswer]]
) -> None:
    """Store a row of its own for each other document in the picture, unless the group has one of the person."""
    if not others:
        return
    first = sight.answers["full_name"].text or sight.answers["document_number"].text
    persons = {_person(picture.texts) for picture in group.pictures.all()}
    for number, answers in enumerate(others, 1):
        texts = _texts(answers)
        if _person(texts) not in persons:
            Picture.objects.create(
                upload=group,
                position=position + number * pictures.BESIDE,
                texts=texts,
                answers=pictures.pack_answers(answers, beside=first),
            )


def _texts(answers: Mapping[str, FieldAnswer]) -> dict[str, str]:
    """Return the texts that were read of a document, by field; empty ones are missing."""
    return {name: answer.text for name, answer in answers.items() if answer.text}


def _remove_other_documents(group: Upload, position: int, texts: Mapping[str, str]) -> None:
    """Remove the rows of the other documents in the picture at this position, which is sent again.

    Also the row of the person with these ``texts``, who now has a picture.
    """
    for picture in group.pictures.filter(position__gt=pictures.BESIDE):
        if picture.position % pictures.BESIDE == position or _person(picture.texts) == _person(texts):
            group.corrections.pop(str(picture.position), None)
            group.save(update_fields=["corrections"])
            picture.delete()


def _person(texts: Mapping[str, str]) -> tuple[str, str]:
    """Return (document number, name) of texts that were read; two readings of one person have them equal."""
    return texts.get("document_number", ""), texts.get("full_name", "")


def _photo_group(actor: Actor, upload_id: UUID) -> Upload:
    """Return the group of pictures, locked and in preview; 404 for an uploaded file, Conflict once settled."""
    group = in_preview(actor, upload_id)
    if group.channel != DeclarationChannel.PHOTO:
        raise Http404
    return group


def _own_pictures(group: Upload) -> QuerySet[Picture]:
    """Return the pictures of a group, without the rows for further documents seen in the same pictures."""
    return group.pictures.filter(position__lt=pictures.BESIDE)


def _check_room(group: Upload, position: int) -> None:
    """Raise Conflict ``group_full`` for an impossible position, or a new picture in a full group."""
    positions = set(_own_pictures(group).values_list("position", flat=True))
    if position < 1 or position > 10_000 or (position not in positions and len(positions) >= MOST_PICTURES):
        what, mend = PICTURE_REFUSALS["group_full"]
        raise Conflict("group_full", f"{what} {mend}")


def kept_picture(actor: Actor, file_id: str) -> StoredFile | None:
    """Return the passport picture with this id that the actor may see; None for anything else.

    None also where the office stores no pictures.
    """
    if not settings.PASSPORT_PICTURES_DAYS or not file_id:
        return None
    try:
        file = get_file(actor, UUID(file_id))
    except (ValueError, Http404):
        return None
    return file if file.purpose == PURPOSE else None


def keep_or_delete_picture(*, actor: Actor, picture: StoredFile | None, outcome: DeclarationOutcome) -> None:
    """Keep the picture of a guest declared now, and delete that of a guest declared before.

    A refused guest's is kept until the draft ends; nothing happens without a picture.
    """
    if picture is not None:
        pictures.keep_or_delete_files(actor, {1: picture}, {1: outcome.rows[0].state})


def discard_picture(actor: Actor, file_id: str) -> None:
    """Delete the passport picture with this id, from which nothing was declared."""
    if (picture := kept_picture(actor, file_id)) is not None:
        pictures.keep_or_delete_files(actor, {1: picture}, {})


def next_position(group: Upload) -> int:
    """Return the position for the group's next picture; positions of removed rows are not used again."""
    rows: tuple[QuerySet[Any], ...] = group.pictures.all(), group.undeclared.all()
    positions = [position for queryset in rows for position in queryset.values_list("position", flat=True)]
    return max(map(pictures.row_number, positions), default=0) + 1


@transaction.atomic
def set_group(
    *, actor: Actor, upload_id: UUID, texts: Mapping[str, str], displayed: Mapping[str, str] | None = None
) -> Upload:
    """Set the common values of the guests in a group of pictures; return the group.

    A row's own corrections stay. ``displayed`` are the texts on the page; raises Conflict ``changed_since`` as
    ``typed_changes`` does.
    """
    group = _photo_group(actor, upload_id)
    changes = typed_changes(group.group, {name: texts.get(name, "") for name in pictures.GROUP}, displayed)
    answers = {**group.group, **changes}
    group.group = {name: answers[name] for name in pictures.GROUP if answers.get(name)}
    group.save(update_fields=["group"])
    record(actor, "stays.group_answers", group, fields=sorted(changes))
    return group


@transaction.atomic
def remove_picture(*, actor: Actor, upload_id: UUID, position: int, dismissal: Dismissal, reason: str = "") -> None:
    """Remove a row from a group of pictures; why the guest is not declared stays on record.

    404 without such a row.
    """
    group = _photo_group(actor, upload_id)
    rows = [row for row in pictures.rows_of(group) if row.position == position]
    if not rows:
        raise Http404
    dismiss_rows(actor=actor, upload=group, rows=rows, dismissal=dismissal, reason=reason)
    picture = group.pictures.select_related("file").get(position=position)
    if picture.file:  # of a guest declared before, who is not dismissed
        files.delete(actor, file=picture.file)
    picture.delete()
    group.corrections.pop(str(position), None)
    group.save(update_fields=["corrections"])
    record(actor, "stays.group_remove", group, position=position)
