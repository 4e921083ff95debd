"""Guests of a file or a group who could not be declared: kept, mended in place, declared or dismissed with a reason.

The row is read anew from its texts whenever it is shown, by the same engine as a form's; what the file said beside
them is in the file.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import msgspec
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.services import record
from ancu.apps.files import services as files
from ancu.apps.lodging.models import Establishment
from ancu.apps.stays import rules
from ancu.apps.stays.enums import Channel, Dismissal, UndeclaredState
from ancu.apps.stays.models import Picture, UndeclaredRow, Upload
from ancu.apps.stays.rules.oddities import Oddity, check_answered, oddities, row_oddities
from ancu.apps.stays.selectors.today import house_of
from ancu.apps.stays.selectors.undeclared import undeclared_rows, waiting_rows
from ancu.apps.stays.services import pictures
from ancu.apps.stays.services.declaring import declare
from ancu.apps.stays.services.outcome import Outcome, RowOutcome
from ancu.apps.stays.services.row_texts import CORRECTABLE, texts_of
from ancu.apps.travellers.rules import document_key, name_key
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, Http404, require
from ancu.core.privacy import Keep
from ancu.engines.exchange import Finding, Row, interpret
from ancu.engines.passports import Answer

BATCH = 1000
NO_FOREIGNER = "not_a_foreigner"  # a Vietnamese guest in a hotel's list is declared elsewhere: nothing is left to do
COMMON = pictures.GROUP


def keep_undeclared(actor: Actor, upload: Upload, outcome: Outcome) -> int:
    """Let the rows that became no stay wait for a person; return how many are new.

    Called in the transaction that declared the others. The same row of a file sent again waits once, and one that was
    dismissed stays dismissed.
    """
    left = [row for row in outcome.rows if row.state in {"refused", "held"} and not _is_no_foreigner(row)]
    if not left:
        return 0
    seen = {one.position: one for one in upload.pictures.all()} if upload.channel == Channel.PHOTO else {}
    now = clock.now()
    rows = [_undeclared(upload, row, seen.get(row.position), now) for row in left]
    before = upload.undeclared.count()
    UndeclaredRow.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
    count = upload.undeclared.count() - before
    record(actor, "stays.rows_left", upload, rows=count)
    return count


def _is_no_foreigner(row: RowOutcome) -> bool:
    return any(error.code == NO_FOREIGNER for error in row.errors)


def _undeclared(upload: Upload, outcome: RowOutcome, picture: Picture | None, now: datetime) -> UndeclaredRow:
    row = UndeclaredRow(
        upload=upload,
        establishment_id=upload.establishment_id,
        position=outcome.position,
        line=outcome.row.line,
        created_at=now,
        digest=_digest(upload, outcome.row),
        refusal=[] if outcome.row.errors or outcome.state == "held" else msgspec.to_builtins(outcome.errors),
    )
    if picture is not None:
        row.answers, row.file = picture.answers, picture.file
    if picture is not None and str(picture.position) not in upload.corrections:
        row.problem = picture.problem
        row.refusal = msgspec.to_builtins(pictures.doubts_of(pictures.answers_of(picture)))
    _write(row, texts_of(outcome.row))
    return row


def _digest(upload: Upload, row: Row) -> str:
    """Equal for the same row sent again. Two pictures of which nothing was read are two guests."""
    place = f"{upload.pk} {row.position}" if upload.channel == Channel.PHOTO else ""
    texts = {name: text for name, text in texts_of(row).items() if text}
    return sha256(place.encode() + msgspec.json.encode(texts, order="sorted")).hexdigest()


def waiting_of(actor: Actor, upload: Upload, rows: Iterable[Row]) -> dict[int, int]:
    """Of the refused rows of a file those that wait still, under it or an earlier one: position → id."""
    positions = {_digest(upload, row): row.position for row in rows}
    waiting = waiting_rows(actor).filter(establishment=upload.establishment_id, digest__in=list(positions))
    return {positions[digest]: pk for digest, pk in waiting.values_list("digest", "pk")}


def _write(row: UndeclaredRow, texts: Mapping[str, str | None]) -> None:
    """The texts, and what of them tells whether the guest was declared since."""
    row.texts = {name: text for name in CORRECTABLE if (text := texts.get(name))}
    [read] = interpret([row.texts], today=clock.today())
    guest = read.values
    row.name_key = name_key(guest.full_name or row.texts.get("full_name", ""))
    row.document_number = document_key(guest.document_number or row.texts.get("document_number", ""))[:60]
    row.birth_date, row.arrived_on = guest.birth_date or "", guest.arrived_on


def read_rows(undeclared: Sequence[UndeclaredRow]) -> list[Row]:
    """Each as a row of the exchange engine, with what is wrong with it."""
    rows = interpret([one.texts for one in undeclared], today=clock.today()) if undeclared else []
    return [_judged(one, row) for one, row in zip(undeclared, rows, strict=True)]


def pictures_seen(pks: Iterable[int]) -> dict[int, list[Answer]]:
    """What was read of the rows' pictures, with the strips as long as they are kept: one query."""
    found = UndeclaredRow.objects.filter(pk__in=list(pks)).values_list("pk", "answers")
    return {pk: pictures.unpacked(answers) for pk, answers in found}


def _judged(undeclared: UndeclaredRow, row: Row) -> Row:
    doubts = [Finding(**one) for one in undeclared.refusal]
    if undeclared.upload.channel == Channel.PHOTO:
        return pictures.judged(row, undeclared.position, problem=undeclared.problem, doubts=doubts)
    return msgspec.structs.replace(row, position=undeclared.position, errors=[*doubts, *row.errors])


def _locked(actor: Actor, pks: Iterable[int] | None = None) -> list[UndeclaredRow]:
    """Rows that wait, in order and locked; all of them, or those named."""
    waiting = (
        waiting_rows(actor)
        .select_related("upload", "upload__file", "establishment", "file")
        .select_for_update(of=("self",))
    )
    rows = list((waiting if pks is None else waiting.filter(pk__in=list(pks))).order_by("pk"))
    for place in {row.establishment for row in rows}:
        require(rules.may_declare(actor, place))
    return rows


def _one(actor: Actor, pk: int) -> UndeclaredRow:
    if not undeclared_rows(actor).filter(pk=pk).exists():
        raise Http404
    if not (rows := _locked(actor, [pk])):
        raise Conflict("undeclared_settled", _("This guest has been declared or dismissed already."))
    return rows[0]


@transaction.atomic
def correct_undeclared(*, actor: Actor, pk: int, texts: Mapping[str, str]) -> Row:
    """Keep what a person wrote, and read the row again; by doing so the picture was compared, too."""
    row = _one(actor, pk)
    changed = {name: texts[name] for name in CORRECTABLE if name in texts and texts[name] != row.texts.get(name, "")}
    _write(row, row.texts | changed)
    row.problem, row.refusal = "", []
    row.save()
    record(actor, "stays.row_corrected", row, fields=sorted(changed))
    return read_rows([row])[0]


@transaction.atomic
def fill_undeclared(*, actor: Actor, upload_id: Any, texts: Mapping[str, str]) -> int:
    """Write what all guests of one file or group have in common where it is missing; return how many rows changed."""
    changed = []
    rows = [row for row in _locked(actor) if row.upload_id == upload_id]
    for row, read in zip(rows, read_rows(rows), strict=True):
        missing = {name: texts[name] for name in COMMON if texts.get(name) and not _has(read, row, name)}
        if missing:
            _write(row, row.texts | missing)
            changed.append(row)
    UndeclaredRow.objects.bulk_update(changed, ["texts", "name_key", "document_number", "birth_date", "arrived_on"])
    if changed:
        record(actor, "stays.rows_filled", changed[0].upload, rows=len(changed), fields=sorted(set(texts)))
    return len(changed)


def _has(read: Row, row: UndeclaredRow, name: str) -> bool:
    """Something that can be read stands there."""
    return bool(row.texts.get(name)) and not any(error.field == name for error in read.errors)


def is_ready(read: Row) -> bool:
    """Nothing is wrong any more, and nothing odd, which is asked of each guest by himself."""
    return not read.errors and not row_oddities(read.warnings)


def odd_together(pairs: Iterable[tuple[UndeclaredRow, Row]]) -> list[Oddity]:
    """What is to be asked before these rows are declared: of each, and of all of a lodging together."""
    today = clock.today()
    by_place: dict[Establishment, list[Row]] = {}
    for undeclared, read in pairs:
        by_place.setdefault(undeclared.establishment, []).append(read)
    return [one for place, rows in by_place.items() for one in oddities(rows, house_of(place, today), today)]


@transaction.atomic
def declare_ready(*, actor: Actor, good: int, sure: str = "") -> list[Outcome]:
    """Declare every row that has nothing wrong any more; ``good`` is the number the person saw, still true.

    Where they are odd together, ``sure`` says that it is right; Conflict ``odd`` without it.
    """
    rows = _locked(actor)
    pairs = [(row, read) for row, read in zip(rows, read_rows(rows), strict=True) if is_ready(read)]
    ready = [row for row, _read in pairs]
    if good != len(ready):
        raise Conflict(
            "control_total", _("The number of guests ready has changed since you looked. Please look again.")
        )
    check_answered(odd_together(pairs), {"sure": sure})
    return declare_undeclared(actor=actor, pks=[row.pk for row in ready])


@transaction.atomic
def declare_undeclared(*, actor: Actor, pks: Iterable[int]) -> list[Outcome]:
    """Declare those of the rows that are right, a submission for each file or group. Raises what ``declare`` does."""
    by_upload: dict[Any, list[tuple[UndeclaredRow, Row]]] = {}
    rows = _locked(actor, pks)
    for row, read in zip(rows, read_rows(rows), strict=True):
        if not read.errors:
            by_upload.setdefault(row.upload_id, []).append((row, read))
    return [_declare(actor, pairs) for pairs in by_upload.values()]


def _declare(actor: Actor, pairs: list[tuple[UndeclaredRow, Row]]) -> Outcome:
    upload = pairs[0][0].upload
    outcome = declare(
        actor=actor,
        establishment=pairs[0][0].establishment,
        rows=[row for _undeclared, row in pairs],
        channel=upload.channel,
        keyed_at=clock.now(),
        source_file=upload.file,
    )
    for (undeclared, _row), result in zip(pairs, outcome.rows, strict=True):
        _settle(actor, undeclared, result)
    return outcome


def _settle(actor: Actor, row: UndeclaredRow, result: RowOutcome) -> None:
    """Declared, now or before: the stay says all that the row said. Refused: it goes on waiting, with the reason."""
    if result.state == "refused":
        row.refusal = msgspec.to_builtins(result.errors)
        row.save(update_fields=["refusal"])
        return
    if row.file is not None:
        pictures.settle(actor, {row.position: row.file}, {row.position: result.state})
    row.state, row.stay_id = UndeclaredState.DECLARED, result.stay_id
    row.settled_at, row.settled_by = clock.now(), actor.user_id
    row.texts, row.answers, row.name_key, row.document_number, row.birth_date = {}, b"", "", "", ""
    row.arrived_on = None
    row.save()


@transaction.atomic
def dismiss_undeclared(*, actor: Actor, pks: Iterable[int], dismissal: Dismissal, reason: str = "") -> int:
    """These guests are not to be declared, for a reason that stays on record; return how many were dismissed."""
    rows = _locked(actor, pks)
    for row in rows:
        row.state, row.dismissal, row.reason = UndeclaredState.DISMISSED, dismissal, reason
        row.settled_at, row.settled_by, row.answers = clock.now(), actor.user_id, b""
        if row.file is not None:
            files.delete(actor, file=row.file)
    UndeclaredRow.objects.bulk_update(rows, ["state", "dismissal", "reason", "settled_at", "settled_by", "answers"])
    for upload in {row.upload for row in rows}:
        ids = [row.pk for row in rows if row.upload_id == upload.pk]
        record(actor, "stays.rows_dismissed", upload, rows=ids, dismissal=str(dismissal))
    return len(rows)


@transaction.atomic
def reopen_undeclared(*, actor: Actor, pk: int) -> UndeclaredRow:
    """Take a dismissal back: the row waits again."""
    row = undeclared_rows(actor).select_related("establishment").select_for_update(of=("self",)).filter(pk=pk).first()
    if row is None:
        raise Http404
    require(rules.may_declare(actor, row.establishment))
    if row.state != UndeclaredState.DISMISSED:
        raise Conflict("undeclared_settled", _("This guest is not dismissed, or was deleted after its time."))
    row.state, row.dismissal, row.reason = UndeclaredState.OPEN, "", ""
    row.settled_at = row.settled_by = None
    row.save(update_fields=["state", "dismissal", "reason", "settled_at", "settled_by"])
    record(actor, "stays.row_reopened", row)
    return row


@transaction.atomic
def redact_undeclared(actor: Actor) -> int:
    """Strips of pictures go as a draft does, the rows themselves as the file that they came in."""
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
