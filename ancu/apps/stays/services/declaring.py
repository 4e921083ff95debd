"""Declare guests: check, store, number, hash and record them in one transaction; return the outcome of each row."""

from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from django.conf import settings
from django.db import OperationalError, transaction
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.services import event_of
from ancu.apps.files.models import StoredFile
from ancu.apps.lodging.models import Establishment
from ancu.apps.programs.services import enqueue_delivery
from ancu.apps.stays.enums import DeclarationChannel
from ancu.apps.stays.models import Submission
from ancu.apps.stays.rules import may_declare, may_declare_now
from ancu.apps.stays.rules.oddities import batch_oddities, shared_documents, unconfirmed_oddities
from ancu.apps.stays.selectors.receipts import CURRENT_VERSION, digest
from ancu.apps.stays.selectors.today import guests_present_at
from ancu.apps.stays.services import expired_documents, idempotency, webhooks
from ancu.apps.stays.services.matching import DeclaredMatch, differences, guest_of
from ancu.apps.stays.services.outcome import (
    DEPARTURE_PRESUMED,
    EARLIER_CLOSED,
    NOT_STORED_ALL_OR_NOTHING,
    RECEIPT,
    DeclarationOutcome,
    RowOutcome,
)
from ancu.apps.stays.services.storing import DeclarationRow, StoredRow
from ancu.apps.stays.services.storing_batch import ConcurrentlyStored, store_batch
from ancu.apps.stays.services.validating import ValidatedBatch, validate_rows
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.statements import insert_statement, run_combined
from ancu.core.documents.reference_numbers import new_number
from ancu.core.errors import Conflict, require
from ancu.engines import rulebook
from ancu.engines.exchange import Finding, GuestRow

T = TypeVar("T")
ATTEMPTS = 4
SANDBOX_PREFIX = "SANDBOX"  # on every receipt of what was only tried


@dataclass(slots=True, kw_only=True)
class Declaration:
    """The input of one act of declaring.

    ``row_confirmations`` are the codes of oddities that the sender confirms, one set a row; None when a person was
    asked before. ``notices`` are those of the file that the rows came in.
    """

    actor: Actor
    establishment: Establishment
    rows: Sequence[GuestRow]
    channel: str
    keyed_at: datetime | None = None
    client_reference: str = ""
    row_references: Sequence[str] | None = None
    row_confirmations: Sequence[Set[str]] | None = None
    notices: Sequence[Finding] = ()
    all_or_nothing: bool = False
    dry_run: bool = False
    skipped: int = 0
    source_file: StoredFile | None = None
    device_id: UUID | None = None
    judged: rulebook.Judged | None = None  # by which time a phone's declaration is judged; None: when it is received

    def judged_at(self, received: datetime) -> datetime:
        """Return when lateness is judged: at receipt, for a phone at the proved time of entry, if earlier."""
        return min(self.judged.at, received) if self.judged else received

    def times(self, received: datetime) -> dict[str, Any]:
        """Return the submission's time columns by name: when the guests were entered and received.

        For a phone also by which time lateness was judged, and the phone's id.
        """
        moments = {"keyed_at": self.keyed_at or received, "received_at": received}
        return moments | ({"judged_by": self.judged.basis.value, "device_id": self.device_id} if self.judged else {})


def declare(
    *,
    actor: Actor,
    establishment: Establishment,
    rows: Sequence[GuestRow],
    channel: str,
    keyed_at: datetime | None = None,
    client_reference: str = "",
    row_references: Sequence[str] | None = None,
    row_confirmations: Sequence[Set[str]] | None = None,
    notices: Sequence[Finding] = (),
    all_or_nothing: bool = False,
    dry_run: bool = False,
    skipped: int = 0,
    source_file: StoredFile | None = None,
) -> DeclarationOutcome:
    """Declare ``rows`` for ``establishment``: store the valid rows; return the outcome with the others' errors.

    ``row_references`` are the program's own, one per row. With ``row_confirmations`` an odd row is stored only when
    its set holds the codes of its oddities. ``skipped`` counts example rows the caller left out (examples still in
    ``rows`` are counted here). The receipt's number is returned only after the commit. Raises Forbidden without
    permission to declare here, Conflict when the lodging is not active or too many declare the same guests at once.
    """
    declaration = Declaration(
        actor=actor,
        establishment=establishment,
        rows=rows,
        channel=channel,
        keyed_at=keyed_at,
        client_reference=client_reference,
        row_references=row_references,
        row_confirmations=row_confirmations,
        notices=notices,
        all_or_nothing=all_or_nothing,
        dry_run=dry_run,
        skipped=skipped,
        source_file=source_file,
    )
    check_may_declare(actor, establishment)
    return _retry_on_conflict(lambda: _declare_in_transaction(declaration))


def declare_once(
    declaration: Declaration, body_sha256: str, render: Callable[[DeclarationOutcome], tuple[int, bytes]]
) -> tuple[int, bytes]:
    """Declare and return (HTTP status, body) as ``render`` makes them from the outcome.

    A repeated ``client_reference`` gets the same bytes. The answer is kept in the same transaction as the stays, so
    neither exists without the other. Raises Conflict ``reference_reused`` when the reference came before with another
    body. Answers by which nothing was settled (all refused, dry runs, guests declared before with other data) are not
    kept.
    """
    check_may_declare(declaration.actor, declaration.establishment)
    return _retry_on_conflict(lambda: _declare_idempotently(declaration, body_sha256, render))


def preview_rows(rows: Sequence[GuestRow]) -> DeclarationOutcome:
    """Return the outcome of an unusable file: its example rows are listed, and nothing is counted as read."""
    examples = [RowOutcome(row.position, "skipped_example", row) for row in rows if row.is_example]
    return DeclarationOutcome(skipped_examples=len(examples), rows=examples)


def check_may_declare(actor: Actor, establishment: Establishment) -> None:
    """Raise Forbidden without permission to declare, Conflict when the lodging is not active."""
    require(may_declare(actor, establishment))
    if not may_declare_now(actor, establishment):
        raise Conflict("establishment_not_active", _("This lodging is not active, so it cannot declare guests."))


def _retry_on_conflict(attempt: Callable[[], T]) -> T:
    """Return what ``attempt`` returns, retried after a simultaneous declaration or deadlock; Conflict ``busy``."""
    for _count in range(ATTEMPTS):
        try:
            return attempt()
        except (ConcurrentlyStored, idempotency.ConcurrentResponse):
            continue
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", "") not in ("40P01", "40001"):
                raise
    raise Conflict("busy", _("Someone else is declaring the same guests right now. Try again."))


def _declare_idempotently(
    declaration: Declaration, body_sha256: str, render: Callable[[DeclarationOutcome], tuple[int, bytes]]
) -> tuple[int, bytes]:
    """Declare; return the response (status, body) of ``render``, or the stored one of a repeated reference."""
    reference = declaration.client_reference
    if not reference or declaration.dry_run:
        return render(_declare_in_transaction(declaration))
    with transaction.atomic():
        if (earlier := idempotency.find_response(declaration.establishment.pk, reference, body_sha256)) is not None:
            return earlier
        outcome = _declare_in_transaction(declaration)
        status, body = render(outcome)
        if outcome.accepted or (outcome.already_declared and not outcome.differing):
            idempotency.store_response(declaration.establishment.pk, reference, body_sha256, status, body)
    return status, body


def _declare_in_transaction(declaration: Declaration) -> DeclarationOutcome:
    """Declare in a transaction and return the outcome; a dry run or a batch held back is rolled back."""
    now = clock.now()
    outcome, batch = validate_rows(
        declaration.rows,
        declaration.row_references or (),
        establishment=declaration.establishment,
        channel=declaration.channel,
        now=now,
        judged_at=declaration.judged_at(now),
        skipped=declaration.skipped,
    )
    with transaction.atomic():
        stored_rows, matches = _store_confirmed_rows(declaration, outcome, batch, now)
        _record_outcomes(outcome, batch, stored_rows, matches)
        holds = declaration.all_or_nothing and bool(outcome.refused or outcome.differing)
        if holds:
            _hold_back_accepted(outcome)
        if declaration.dry_run or holds:
            transaction.set_rollback(True)
            outcome.forget_numbers()
        elif outcome.accepted:
            _issue_receipt(declaration, outcome, batch.rows, stored_rows, now)
        else:
            _set_earlier_receipt(outcome)
    outcome.name_conflicts(batch.conflicts)
    if outcome.refused and not (outcome.accepted or declaration.dry_run):
        webhooks.enqueue_refusal(
            declaration.establishment,
            outcome,
            reference=declaration.client_reference,
            channel=declaration.channel,
            at=now,
        )
    return outcome


def _set_earlier_receipt(outcome: DeclarationOutcome) -> None:
    """Set, if all rows declared before have the same receipt, that receipt as the outcome's own."""
    numbers = {result.receipt for result in outcome.rows if result.state == "already_declared"}
    if len(numbers) == 1:
        outcome.name_receipt(Submission.objects.only(*RECEIPT).get(number=numbers.pop()))


def _store_confirmed_rows(
    declaration: Declaration, outcome: DeclarationOutcome, batch: ValidatedBatch, now: datetime
) -> tuple[dict[int, StoredRow], dict[int, DeclaredMatch]]:
    """Store the batch's rows, except those with oddities that their sender has not confirmed.

    Return by position the stored rows, and the earlier stays that others match. Only storing tells which rows are
    new; nothing is asked about a guest who was declared before.
    """
    if declaration.row_confirmations is None:
        return store_batch(declaration.establishment, batch, now)
    today = clock.today()
    house = guests_present_at(declaration.establishment, declaration.rows, today)
    outcome.warn(shared_documents(declaration.rows, house))
    pairs = list(zip((result.row for result in outcome.rows), declaration.row_confirmations, strict=True))
    if not unconfirmed_oddities(pairs, house, today, notices=declaration.notices):
        return store_batch(declaration.establishment, batch, now)
    with transaction.atomic():
        stored_rows, matches = store_batch(declaration.establishment, batch, now)
        new_pairs = [(row, codes) for row, codes in pairs if row.position in stored_rows]
        unconfirmed = unconfirmed_oddities(new_pairs, house, today, notices=declaration.notices)
        outcome.notices = batch_oddities([row for row, _codes in new_pairs], house, today)
        transaction.set_rollback(bool(unconfirmed))
    if not unconfirmed:
        return stored_rows, matches
    batch.take_out(unconfirmed)
    return store_batch(declaration.establishment, batch, now)


def _record_outcomes(
    outcome: DeclarationOutcome,
    batch: ValidatedBatch,
    stored_rows: dict[int, StoredRow],
    matches: dict[int, DeclaredMatch],
) -> None:
    """Set in each row's outcome whether it was stored, declared before, refused, or needs confirmation."""
    for result in outcome.rows:
        origin = batch.repeats.get(result.position, result.position)
        if (stored_row := stored_rows.get(origin)) is not None:
            _record_stored(outcome, result, stored_row, batch.rows[origin], repeats=origin != result.position)
        elif (match := matches.get(origin)) is not None:
            _record_matched(outcome, result, match)
        elif origin in batch.unconfirmed:
            outcome.ask_to_confirm(result, batch.unconfirmed[origin])
        elif origin in batch.rows:
            outcome.refuse(result, batch.refusals[origin])


def _record_stored(
    outcome: DeclarationOutcome,
    result: RowOutcome,
    stored_row: StoredRow,
    declaration_row: DeclarationRow,
    *,
    repeats: bool,
) -> None:
    """Set in the row's outcome that it was stored now, or that it repeats (``repeats``) an earlier row that was."""
    result.stay_id, result.minutes_late = stored_row.stay_id, declaration_row.minutes_late
    if repeats:
        first = guest_of(declaration_row)
        outcome.record_match(result, first, differences(result.row.values, first))
        return
    result.state, result.declared = "accepted", result.row.values
    if stored_row.departure_presumed:
        result.declared = msgspec.structs.replace(result.declared, departed_on=stored_row.departed_on)
    result.warnings = result.warnings + _closing_warnings(stored_row)
    outcome.accepted += 1
    outcome.warned += bool(result.warnings)
    outcome.late += result.minutes_late > 0


def _record_matched(outcome: DeclarationOutcome, result: RowOutcome, match: DeclaredMatch) -> None:
    """Set in the row's outcome that it was declared before, or that another guest's stay refuses it."""
    if match.refusal is not None:
        outcome.refuse(result, match.refusal, conflicts_with=match.stay.pk)
        return
    result.stay_id, result.receipt, result.minutes_late = match.stay.pk, match.number, match.stay.minutes_late
    declared = guest_of(match.stay)
    outcome.record_match(result, declared, differences(result.row.values, declared))


def _closing_warnings(stored_row: StoredRow) -> list[Finding]:
    """Return the warnings that storing the row presumed a departure, of an earlier stay or of its own."""
    closings = []
    if stored_row.closed_earlier:
        closings.append(EARLIER_CLOSED)
    if stored_row.departure_presumed:
        closings.append(DEPARTURE_PRESUMED)
    return closings


def _hold_back_accepted(outcome: DeclarationOutcome) -> None:
    """Set accepted rows to held and count them among the refused: a row was refused, so nothing is stored."""
    numbered = {result.stay_id: result for result in outcome.rows if result.state == "accepted"}
    for result in outcome.rows:
        if result.state == "accepted" or (result.receipt is None and result.stay_id in numbered):
            result.state, result.errors = "held", [*result.errors, NOT_STORED_ALL_OR_NOTHING]
            result.stay_id, result.minutes_late, result.declared, result.differs = None, 0, None, []
    outcome.held_back = sum(result.state == "held" for result in outcome.rows)
    outcome.already_declared = sum(result.state == "already_declared" for result in outcome.rows)
    outcome.differing = sum(bool(result.differs) for result in outcome.rows)
    outcome.refused = outcome.read - outcome.already_declared
    outcome.accepted = outcome.warned = outcome.late = 0


def _issue_receipt(
    declaration: Declaration,
    outcome: DeclarationOutcome,
    declaration_rows: dict[int, DeclarationRow],
    stored_rows: dict[int, StoredRow],
    now: datetime,
) -> None:
    """Store the submission of the stored rows, whose number and hash are the receipt, and announce it."""
    accepted = sorted(stored_rows.values())
    submission = Submission(
        id=accepted[0].submission_id,
        number=new_number(SANDBOX_PREFIX if declaration.establishment.sandbox else settings.OFFICE_PREFIX),
        establishment=declaration.establishment,
        unit_id=declaration.establishment.unit_id,
        channel=DeclarationChannel(declaration.channel),
        actor_kind=declaration.actor.kind.value,
        user_id=declaration.actor.user_id,
        token_id=declaration.actor.token_id,
        client_reference=declaration.client_reference,
        **declaration.times(now),
        read_count=outcome.read,
        accepted_count=outcome.accepted,
        warned_count=outcome.warned,
        already_count=outcome.already_declared,
        refused_count=outcome.refused,
        skipped_count=outcome.skipped_examples,
        late_count=outcome.late,
        sha256=digest(_rows_as_stored(declaration_rows, accepted)),
        receipt_version=CURRENT_VERSION,
        source_file=declaration.source_file,
    )
    outcome.submission = submission
    outcome.name_receipt(submission)
    _set_receipts_of_rows(outcome, submission.number)
    event = event_of(
        declaration.actor,
        "stays.declared",
        submission,
        establishment=declaration.establishment.pk,
        accepted=outcome.accepted,
        already_declared=outcome.already_declared,
        refused=outcome.refused,
        late=outcome.late,
    )
    expired_documents.store_expired_documents(outcome.rows)
    written = run_combined(insert_statement(submission), event, webhooks.submission_messages(submission, outcome, now))
    enqueue_delivery(written)


def _set_receipts_of_rows(outcome: DeclarationOutcome, number: str) -> None:
    """Set the receipt's number on the outcome's rows that were stored now."""
    for result in outcome.rows:
        if result.stay_id is not None and result.receipt is None:
            result.receipt = number


def _rows_as_stored(
    declaration_rows: dict[int, DeclarationRow], stored_rows: Iterable[StoredRow]
) -> list[DeclarationRow]:
    """Return the declaration rows that became stays, in the order of these, with the departures as stored."""
    rows = []
    for stored_row in stored_rows:
        row = declaration_rows[stored_row.position]
        row.take_departure(stored_row)
        rows.append(row)
    return rows
