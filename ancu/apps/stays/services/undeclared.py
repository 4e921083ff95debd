"""Guests of a file or a group who could not be declared: store, correct, declare or dismiss them.

A row is parsed again from its texts whenever it is shown, by the same engine as a form. What the file held besides
those texts stays in the file.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import msgspec
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.selectors import overtaken_conflict
from ancu.apps.audit.services import record
from ancu.apps.files import services as files
from ancu.apps.lodging.models import Establishment
from ancu.apps.stays import rules
from ancu.apps.stays.enums import DeclarationChannel, Dismissal, UndeclaredState
from ancu.apps.stays.models import Picture, Stay, UndeclaredRow, Upload
from ancu.apps.stays.rules.oddities import Oddity, check_answered, find_oddities, row_oddities
from ancu.apps.stays.selectors import as_declared
from ancu.apps.stays.selectors.today import guests_present_at
from ancu.apps.stays.selectors.undeclared import (
    DECLARED_AS,
    IS_SIMILAR,
    get_undeclared,
    stay_of,
    undeclared_rows,
    waiting_rows,
)
from ancu.apps.stays.services import pictures
from ancu.apps.stays.services.declaring import declare
from ancu.apps.stays.services.matching import differences, guest_of
from ancu.apps.stays.services.outcome import UNDECLARED, DeclarationOutcome, DeclaredDifference, RowOutcome
from ancu.apps.stays.services.row_texts import CORRECTABLE, texts_of, typed_changes
from ancu.apps.travellers.rules import document_key, name_key
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, Http404, require
from ancu.core.security.privacy import Keep
from ancu.engines.exchange import Finding, GuestRow, interpret
from ancu.engines.passports import FieldAnswer

BATCH = 1000
NO_FOREIGNER = "not_a_foreigner"  # a Vietnamese guest in a hotel's list is declared elsewhere: nothing is left to do
COMMON = pictures.GROUP
PERSON_FACTS = frozenset({"full_name", "birth_date", "document_number"})
DISMISSED = _("This guest has already been dismissed.")
ALREADY_DECLARED = _("This guest has already been declared.")


def keep_undeclared(actor: Actor, upload: Upload, outcome: DeclarationOutcome) -> int:
    """Store the rows of an outcome that were not declared, for a person to resolve; return how many are new.

    Call it in the transaction that declared the others. A row sent again is stored once; a dismissed row stays
    dismissed.
    """
    refused_rows = [row for row in outcome.rows if row.state in UNDECLARED and not is_no_foreigner(row)]
    refused_rows += _perhaps_other_guests(outcome.rows)
    if not refused_rows:
        return 0
    upload_pictures = upload.pictures.all() if upload.channel == DeclarationChannel.PHOTO else ()
    by_position = {picture.position: picture for picture in upload_pictures}
    now = clock.now()
    rows = [_undeclared(upload, row, by_position.get(row.position), now) for row in refused_rows]
    count_before = upload.undeclared.count()
    UndeclaredRow.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
    count = upload.undeclared.count() - count_before
    record(actor, "stays.rows_left", upload, rows=count)
    return count


def is_no_foreigner(row: GuestRow | RowOutcome) -> bool:
    """Whether the row is refused because it is about a Vietnamese citizen."""
    return any(error.code == NO_FOREIGNER for error in row.errors)


def _perhaps_other_guests(rows: Iterable[RowOutcome]) -> list[RowOutcome]:
    """Return rows matched to a declared guest who differs in name, birth date or document, such as a twin.

    A guest corrected since is also compared as first declared, because the file still has those data.
    """
    mismatched = [row for row in rows if row.state == "already_declared" and _differs_in_person(row.differs)]
    declared = as_declared(Stay.objects.filter(pk__in={row.stay_id for row in mismatched})) if mismatched else {}
    return [
        row
        for row in mismatched
        if row.stay_id in declared and _differs_in_person(differences(row.row.values, guest_of(declared[row.stay_id])))
    ]


def _differs_in_person(differs: Iterable[DeclaredDifference]) -> bool:
    """Whether one of the differences is in name, birth date or document number."""
    return any(difference.field in PERSON_FACTS for difference in differs)


def _undeclared(upload: Upload, outcome: RowOutcome, picture: Picture | None, now: datetime) -> UndeclaredRow:
    """Return the unsaved record of a row that was not declared, with what was read of its picture."""
    row = UndeclaredRow(
        upload=upload,
        establishment_id=upload.establishment_id,
        position=outcome.position,
        line=outcome.row.line,
        created_at=now,
        digest=_digest(upload, outcome.row),
        refusal=[] if outcome.row.errors or outcome.state != "refused" else msgspec.to_builtins(outcome.errors),
    )
    if picture is not None:
        row.answers, row.file = picture.answers, picture.file
        doubts = pictures.doubts_of(pictures.answers_of(picture))
        if str(picture.position) in upload.corrections:
            row.refusal += msgspec.to_builtins(pictures.unresolved_doubts(doubts))
        else:
            row.problem, row.refusal = picture.problem, msgspec.to_builtins(doubts)
    _write_texts(row, texts_of(outcome.row))
    return row


def _digest(upload: Upload, row: GuestRow) -> str:
    """Return the SHA-256 of the row's texts, equal if a file is sent again; rows of pictures are always different."""
    place = f"{upload.pk} {row.position}" if upload.channel == DeclarationChannel.PHOTO else ""
    texts = {name: text for name, text in texts_of(row).items() if text}
    return sha256(place.encode() + msgspec.json.encode(texts, order="sorted")).hexdigest()


def stored_rows(actor: Actor, upload: Upload, rows: Iterable[GuestRow]) -> dict[int, Any]:
    """Return by position the undeclared rows stored of a file's refused ``rows``.

    ``declared_as`` is the id of the guest's stay, if declared since. A stored row may belong to an earlier file that
    had the same row.
    """
    positions = {_digest(upload, row): row.position for row in rows}
    entries = undeclared_rows(actor).filter(establishment=upload.establishment_id, digest__in=list(positions))
    return {positions[entry.digest]: entry for entry in entries.annotate(declared_as=DECLARED_AS).defer("answers")}


def _write_texts(row: UndeclaredRow, texts: Mapping[str, str | None]) -> None:
    """Set the undeclared row's texts, and the facts by which a later declaration of its guest is found, unsaved."""
    row.texts = {name: text for name in CORRECTABLE if (text := texts.get(name))}
    [parsed] = interpret([row.texts], today=clock.today())
    guest = parsed.values
    row.name_key = name_key(guest.full_name or row.texts.get("full_name", ""))
    row.document_number = document_key(guest.document_number or row.texts.get("document_number", ""))[:60]
    row.birth_date, row.arrived_on = guest.birth_date or "", guest.arrived_on


def read_rows(entries: Sequence[UndeclaredRow]) -> list[GuestRow]:
    """Return the undeclared rows as declaration rows with their errors, in the same order."""
    rows = interpret([entry.texts for entry in entries], today=clock.today()) if entries else []
    return [_judge(entry, row) for entry, row in zip(entries, rows, strict=True)]


def answers_by_row(pks: Iterable[int]) -> dict[int, list[FieldAnswer]]:
    """Return by id of an undeclared row what was read of its picture, in one query; empty once deleted."""
    pairs = UndeclaredRow.objects.filter(pk__in=list(pks)).values_list("pk", "answers")
    return {pk: pictures.unpack_answers(answers) for pk, answers in pairs}


def _judge(entry: UndeclaredRow, row: GuestRow) -> GuestRow:
    """Return an undeclared row as a declaration row, with its stored refusals and the doubts about its picture."""
    doubts = [Finding(**refusal) for refusal in entry.refusal]
    if entry.upload.channel == DeclarationChannel.PHOTO:
        return pictures.judge_row(row, entry.position, problem=entry.problem, doubts=doubts)
    return msgspec.structs.replace(row, position=entry.position, errors=[*doubts, *row.errors])


def _lock_waiting_rows(actor: Actor, pks: Iterable[int] | None = None) -> list[UndeclaredRow]:
    """Return the actor's waiting rows (among ``pks``), locked, by id; Forbidden if one may not be declared."""
    queryset = (
        waiting_rows(actor)
        .annotate(is_similar=IS_SIMILAR)
        .select_related("upload", "upload__file", "establishment", "file")
        .select_for_update(of=("self",))
    )
    rows: list[UndeclaredRow] = list((queryset if pks is None else queryset.filter(pk__in=list(pks))).order_by("pk"))
    for place in {row.establishment for row in rows}:
        require(rules.may_declare(actor, place))
    return rows


def _lock_waiting_row(actor: Actor, pk: int) -> UndeclaredRow:
    """Return the waiting row, locked; Conflict ``undeclared_settled`` if it was declared or dismissed meanwhile."""
    if rows := _lock_waiting_rows(actor, [pk]):
        return rows[0]
    row = get_undeclared(actor, pk)
    if (stay := stay_of(row)) is not None:
        raise overtaken_conflict(actor, "undeclared_settled", row, ALREADY_DECLARED, about=stay.submission)
    is_dismissed = row.state == UndeclaredState.DISMISSED
    sentence = (
        DISMISSED if is_dismissed else _("The data stored for this guest has been deleted after its retention period.")
    )
    dismissed = Q(act="stays.rows_dismissed", details__rows__contains=row.pk)
    raise overtaken_conflict(actor, "undeclared_settled", row, sentence, about=row.upload, only=dismissed)


@transaction.atomic
def correct_undeclared(
    *, actor: Actor, pk: int, texts: Mapping[str, str], displayed: Mapping[str, str] | None = None
) -> GuestRow:
    """Store a person's texts of an undeclared row and return the row read anew, with its errors.

    This also confirms the doubtful characters of its picture. ``displayed`` are the texts on the page; raise Conflict
    ``changed_since`` as ``typed_changes`` does.
    """
    row = _lock_waiting_row(actor, pk)
    changes = typed_changes(row.texts, texts, displayed)
    _write_texts(row, row.texts | changes)
    row.problem = ""
    row.refusal = msgspec.to_builtins(pictures.unresolved_doubts(Finding(**refusal) for refusal in row.refusal))
    row.save()
    record(actor, "stays.row_corrected", row, fields=sorted(changes))
    return read_rows([row])[0]


@transaction.atomic
def fill_undeclared(*, actor: Actor, pks: Iterable[int], texts: Mapping[str, str]) -> int:
    """Fill in common values where undeclared rows lack readable ones; return the number of rows changed."""
    changed_rows: list[UndeclaredRow] = []
    changed_fields: set[str] = set()
    rows = _lock_waiting_rows(actor, pks)
    for row, parsed in zip(rows, read_rows(rows), strict=True):
        missing_texts = {
            name: texts[name] for name in COMMON if texts.get(name) and not _has_readable_text(parsed, row, name)
        }
        if missing_texts:
            _write_texts(row, row.texts | missing_texts)
            changed_rows.append(row)
            changed_fields |= missing_texts.keys()
    UndeclaredRow.objects.bulk_update(
        changed_rows, ["texts", "name_key", "document_number", "birth_date", "arrived_on"]
    )
    for upload in {row.upload for row in changed_rows}:
        ids = [row.pk for row in changed_rows if row.upload_id == upload.pk]
        record(actor, "stays.rows_filled", upload, rows=len(ids), ids=ids, fields=sorted(changed_fields))
    return len(changed_rows)


def _has_readable_text(parsed: GuestRow, row: UndeclaredRow, name: str) -> bool:
    """Whether the undeclared row has a text in the field ``name`` that could be read."""
    return bool(row.texts.get(name)) and not any(error.field == name for error in parsed.errors)


def is_ready(entry: UndeclaredRow, parsed: GuestRow) -> bool:
    """Whether the undeclared row can be declared with others: no errors, no oddities, no similar declared guest.

    ``entry`` is annotated with ``is_similar``.
    """
    return not (parsed.errors or row_oddities(parsed.warnings) or entry.is_similar)  # type: ignore[attr-defined]


def find_batch_oddities(pairs: Iterable[tuple[UndeclaredRow, GuestRow]]) -> list[Oddity]:
    """Return what a person must confirm before these undeclared rows are declared, lodging by lodging."""
    today = clock.today()
    by_place: dict[Establishment, list[GuestRow]] = {}
    for entry, parsed in pairs:
        by_place.setdefault(entry.establishment, []).append(parsed)
    return [
        oddity
        for place, rows in by_place.items()
        for oddity in find_oddities(rows, guests_present_at(place, rows, today), today)
    ]


@transaction.atomic
def declare_ready(*, actor: Actor, good: int, sure: str = "", sandbox: bool = False) -> list[DeclarationOutcome]:
    """Declare every ready row of the real lodgings, or of the sandbox.

    Raise Conflict ``control_total`` if their number is no longer ``good``, as displayed. If the rows are odd
    together, ``sure`` confirms that; without it raise Conflict ``odd``.
    """
    rows = [row for row in _lock_waiting_rows(actor) if row.establishment.sandbox == sandbox]
    pairs = [(row, parsed) for row, parsed in zip(rows, read_rows(rows), strict=True) if is_ready(row, parsed)]
    if good != len(pairs):
        raise Conflict("control_total", _("The number of guests ready has changed since you looked. Check again."))
    check_answered(find_batch_oddities(pairs), {"sure": sure})
    return _declare_by_upload(actor, pairs)


@transaction.atomic
def declare_undeclared(*, actor: Actor, pks: Iterable[int]) -> list[DeclarationOutcome]:
    """Declare the rows without errors, one submission for each file or group; raise what ``declare`` raises."""
    rows = _lock_waiting_rows(actor, pks)
    pairs = [(row, parsed) for row, parsed in zip(rows, read_rows(rows), strict=True) if not parsed.errors]
    return _declare_by_upload(actor, pairs)


def _declare_by_upload(actor: Actor, pairs: Iterable[tuple[UndeclaredRow, GuestRow]]) -> list[DeclarationOutcome]:
    """Declare the undeclared rows, one submission for each file or group; return the outcomes."""
    by_upload: dict[Any, list[tuple[UndeclaredRow, GuestRow]]] = {}
    for row, parsed in pairs:
        by_upload.setdefault(row.upload_id, []).append((row, parsed))
    return [_declare(actor, members) for members in by_upload.values()]


def _declare(actor: Actor, pairs: list[tuple[UndeclaredRow, GuestRow]]) -> DeclarationOutcome:
    """Declare undeclared rows of the same file or group, store what became of each, and return the outcome."""
    upload = pairs[0][0].upload
    outcome = declare(
        actor=actor,
        establishment=pairs[0][0].establishment,
        rows=[row for _entry, row in pairs],
        channel=upload.channel,
        keyed_at=clock.now(),
        source_file=upload.file,
    )
    for (entry, _row), result in zip(pairs, outcome.rows, strict=True):
        _settle(actor, entry, result)
    return outcome


def _settle(actor: Actor, row: UndeclaredRow, result: RowOutcome) -> None:
    """Store what became of an undeclared row: emptied if it became a stay, kept with the errors if it was refused.

    It is also kept if it differs from a declared stay: the stay lacks its data, and may be another guest's.
    """
    if result.state == "refused":
        row.refusal = msgspec.to_builtins(result.errors)
        row.save(update_fields=["refusal"])
        return
    if result.differs:
        return
    if row.file is not None:
        pictures.keep_or_delete_files(actor, {row.position: row.file}, {row.position: result.state})
    row.state, row.stay_id = UndeclaredState.DECLARED, result.stay_id
    row.settled_at, row.settled_by = clock.now(), actor.user_id
    row.texts, row.answers, row.name_key, row.document_number, row.birth_date = {}, b"", "", "", ""
    row.arrived_on = None
    row.save()


@transaction.atomic
def dismiss_undeclared(*, actor: Actor, pks: Iterable[int], dismissal: Dismissal, reason: str = "") -> int:
    """Dismiss the rows with a reason that stays on record; return the number dismissed."""
    rows = _lock_waiting_rows(actor, pks)
    for row in rows:
        if row.file is not None:
            files.delete(actor, file=row.file)
    UndeclaredRow.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=UndeclaredState.DISMISSED,
        dismissal=dismissal,
        reason=reason,
        settled_at=clock.now(),
        settled_by=actor.user_id,
        answers=b"",
    )
    for upload in {row.upload for row in rows}:
        ids = [row.pk for row in rows if row.upload_id == upload.pk]
        record(actor, "stays.rows_dismissed", upload, rows=ids, dismissal=str(dismissal))
    return len(rows)


@transaction.atomic
def dismiss_rows(
    *, actor: Actor, upload: Upload, rows: Sequence[GuestRow], dismissal: Dismissal, reason: str = ""
) -> None:
    """Store the rows of a file or group that is not declared yet as dismissed, with the reason."""
    outcomes = [RowOutcome(row.position, "refused", row, errors=row.errors) for row in rows]
    keep_undeclared(actor, upload, DeclarationOutcome(rows=outcomes))
    rows_left = upload.undeclared.filter(position__in=[row.position for row in rows])
    dismiss_undeclared(
        actor=actor, pks=list(rows_left.values_list("pk", flat=True)), dismissal=dismissal, reason=reason
    )


@transaction.atomic
def reopen_undeclared(*, actor: Actor, pk: int) -> UndeclaredRow:
    """Take the dismissal of an undeclared row back: it waits again. Conflict if it is not dismissed."""
    row = undeclared_rows(actor).select_related("establishment").select_for_update(of=("self",)).filter(pk=pk).first()
    if row is None:
        raise Http404
    require(rules.may_declare(actor, row.establishment))
    if row.state != UndeclaredState.DISMISSED:
        raise Conflict(
            "undeclared_settled", _("This guest is not dismissed, or the data was deleted after its retention period.")
        )
    row.state, row.dismissal, row.reason = UndeclaredState.OPEN, "", ""
    row.settled_at = row.settled_by = None
    row.save(update_fields=["state", "dismissal", "reason", "settled_at", "settled_by"])
    record(actor, "stays.row_reopened", row)
    return row


@transaction.atomic
def redact_undeclared(actor: Actor) -> int:
    """Empty old undeclared rows, and earlier what was read of pictures; return the number of rows emptied."""
    now = clock.now()
    old = UndeclaredRow.objects.filter(created_at__lt=now - timedelta(days=Keep.DRAFT.value)).exclude(answers=b"")
    old.update(answers=b"")
    due = UndeclaredRow.objects.filter(created_at__lt=now - timedelta(days=Keep.SOURCE_FILE.value)).exclude(digest="")
    due.filter(state=UndeclaredState.OPEN).update(state=UndeclaredState.EXPIRED)
    count = due.update(
        texts={}, refusal=[], digest="", name_key="", birth_date="", document_number="", arrived_on=None, reason=""
    )
    if count:
        record(actor, "stays.redact_undeclared", ("stays.undeclaredrow", "batch"), rows=count)
    return count
