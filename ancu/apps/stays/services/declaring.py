"""Declare guests: check, store, number, hash and record them in one transaction, then say what became of each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.db import OperationalError, transaction
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.services import event_of
from ancu.apps.files.models import StoredFile
from ancu.apps.lodging.models import Establishment
from ancu.apps.places.selectors import is_remote
from ancu.apps.programs.services import send_what_was_written
from ancu.apps.stays.enums import Channel
from ancu.apps.stays.models import Submission
from ancu.apps.stays.rules import may_declare, may_declare_now
from ancu.apps.stays.selectors.receipts import Line, digest, utc
from ancu.apps.stays.services import answers, expired, telling
from ancu.apps.stays.services.outcome import DEPARTURE_PRESUMED, EARLIER_CLOSED, HELD, RECEIPT, Outcome, RowOutcome
from ancu.apps.stays.services.storing import Incoming, Stored, store
from ancu.apps.travellers.rules import name_key
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, require
from ancu.core.numbers import new_number
from ancu.core.statements import insertion, run_together
from ancu.engines import rulebook
from ancu.engines.exchange import Finding, Row

T = TypeVar("T")
ATTEMPTS = 4
SANDBOX_PREFIX = "SANDBOX"  # on every receipt of what was only tried
FIRST_LIMIT = date(2015, 1, 1)  # earlier arrivals are judged by the first limit the rulebook knows


class _Again(Exception):
    """Somebody stored the same key at the same moment; a fresh look will find it."""


@dataclass(slots=True, kw_only=True)
class Declaration:
    """Everything about one act of declaring, before it is done."""

    actor: Actor
    establishment: Establishment
    rows: Sequence[Row]
    channel: str
    keyed_at: datetime | None = None
    client_reference: str = ""
    row_references: Sequence[str] | None = None
    all_or_nothing: bool = False
    dry_run: bool = False
    skipped: int = 0
    source_file: StoredFile | None = None
    device_id: UUID | None = None
    judged: rulebook.Judged | None = None  # by which time a phone's declaration is judged; None: when it is received

    def judged_at(self, received: datetime) -> datetime:
        return min(self.judged.at, received) if self.judged else received

    def times(self, received: datetime) -> dict[str, Any]:
        """When the submission was keyed and received, and of a phone's which of the two it was judged by."""
        both = {"keyed_at": self.keyed_at or received, "received_at": received}
        return both | ({"judged_by": self.judged.basis.value, "device_id": self.device_id} if self.judged else {})


def declare(
    *,
    actor: Actor,
    establishment: Establishment,
    rows: Sequence[Row],
    channel: str,
    keyed_at: datetime | None = None,
    client_reference: str = "",
    row_references: Sequence[str] | None = None,
    all_or_nothing: bool = False,
    dry_run: bool = False,
    skipped: int = 0,
    source_file: StoredFile | None = None,
) -> Outcome:
    """Declare ``rows`` for ``establishment``; good rows stand, the others come back with their reasons.

    ``row_references`` are the program's own, one per row. ``skipped`` counts example rows the caller left out
    (examples still in ``rows`` are counted here). The receipt's number is returned only after the commit.
    Raises Forbidden for whom may not declare here, Conflict when the lodging is not active or too many
    declare the same guests at once.
    """
    declaration = Declaration(
        actor=actor,
        establishment=establishment,
        rows=rows,
        channel=channel,
        keyed_at=keyed_at,
        client_reference=client_reference,
        row_references=row_references,
        all_or_nothing=all_or_nothing,
        dry_run=dry_run,
        skipped=skipped,
        source_file=source_file,
    )
    check_may_declare(actor, establishment)
    return _until_settled(lambda: _attempt(declaration))


def declare_once(
    declaration: Declaration, body_sha256: str, render: Callable[[Outcome], tuple[int, bytes]]
) -> tuple[int, bytes]:
    """Declare and render the answer; the same ``client_reference`` again gets the same bytes.

    The answer is kept in the same transaction as the stays, so neither exists without the other. Raises
    Conflict ``reference_reused`` when the reference came before with another body. Answers under which
    nothing stands (all refused, dry runs) are not kept.
    """
    check_may_declare(declaration.actor, declaration.establishment)
    return _until_settled(lambda: _attempt_once(declaration, body_sha256, render))


def preview_rows(rows: Sequence[Row]) -> Outcome:
    """The outcome of a file that cannot be used as a whole: its examples are named, and nothing is counted as read."""
    examples = [RowOutcome(row.position, "skipped_example", row) for row in rows if row.is_example]
    return Outcome(skipped_examples=len(examples), rows=examples)


def check_may_declare(actor: Actor, establishment: Establishment) -> None:
    require(may_declare(actor, establishment))
    if not may_declare_now(actor, establishment):
        raise Conflict("establishment_not_active", _("This lodging is not active, so it cannot declare guests."))


def _until_settled(attempt: Callable[[], T]) -> T:
    for _count in range(ATTEMPTS):
        try:
            return attempt()
        except (_Again, answers.AnsweredMeanwhile):
            continue
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", "") not in ("40P01", "40001"):
                raise
    raise Conflict("busy", _("The same guests are being declared by somebody else. Please try again."))


def _attempt_once(
    declaration: Declaration, body_sha256: str, render: Callable[[Outcome], tuple[int, bytes]]
) -> tuple[int, bytes]:
    reference = declaration.client_reference
    if not reference or declaration.dry_run:
        return render(_attempt(declaration))
    with transaction.atomic():
        if (earlier := answers.find(declaration.establishment.pk, reference, body_sha256)) is not None:
            return earlier
        outcome = _attempt(declaration)
        status, body = render(outcome)
        if outcome.accepted or outcome.already_declared:
            answers.keep(declaration.establishment.pk, reference, body_sha256, status, body)
    return status, body


def _attempt(declaration: Declaration) -> Outcome:
    """One try, in one transaction; a dry run and a held batch are rolled back at its end."""
    now = clock.now()
    outcome, sent, twins = _sort_out(declaration, now)
    with transaction.atomic():
        stored = _store(declaration, sent, now)
        _settle(outcome, sent, stored, twins)
        holds = declaration.all_or_nothing and outcome.refused > 0
        if holds:
            _hold(outcome)
        if declaration.dry_run or holds:
            transaction.set_rollback(True)
            outcome.forget_numbers()
        elif outcome.accepted:
            _receive(declaration, outcome, sent, stored, now)
        else:
            _name_earlier_receipt(outcome)
    if outcome.refused and not (outcome.accepted or declaration.dry_run):
        telling.of_nothing_stored(
            declaration.establishment,
            outcome,
            reference=declaration.client_reference,
            channel=declaration.channel,
            at=now,
        )
    return outcome


def _name_earlier_receipt(outcome: Outcome) -> None:
    """The one receipt under which all good rows stood before; none when there are several, or no good row."""
    numbers = {result.receipt for result in outcome.rows if result.state == "already_declared"}
    if len(numbers) == 1:
        outcome.name_receipt(Submission.objects.only(*RECEIPT).get(number=numbers.pop()))


def _sort_out(declaration: Declaration, now: datetime) -> tuple[Outcome, dict[int, Incoming], dict[int, int]]:
    """Refuse and skip what cannot be stored; the rest by position, and which rows repeat an earlier one."""
    outcome = Outcome(skipped_examples=declaration.skipped)
    judge = rulebook.LatenessJudge(declaration.channel, _remote(declaration, now), declaration.judged_at(now))
    today = clock.local(now).date()
    room_needed = rulebook.room_required(declaration.establishment.kind, today)
    references = declaration.row_references or ()
    sent: dict[int, Incoming] = {}
    twins: dict[int, int] = {}
    seen: dict[object, int] = {}
    limits: dict[int, str] = {}
    for index, row in enumerate(declaration.rows):
        reference = references[index] if index < len(references) else ""
        result = RowOutcome(row.position, "refused", row, client_reference=reference, errors=row.errors)
        result.warnings = row.warnings if room_needed else [w for w in row.warnings if w.code != "room_missing"]
        outcome.rows.append(result)
        if row.is_example:
            result.state = "skipped_example"
            outcome.skipped_examples += 1
            continue
        outcome.read += 1
        if row.errors:
            outcome.refused += 1
            continue
        guest = row.values
        key = (guest.document_number, guest.nationality, guest.arrived_on)
        twin = seen.get(key) or (seen.get(reference) if reference else None)
        if twin is not None:
            twins[row.position] = twin
            continue
        seen[key] = row.position
        if reference:
            seen[reference] = row.position
        sent[row.position], result.minutes_late = _incoming(row, reference, judge, limits)
    return outcome, sent, twins


def _remote(declaration: Declaration, now: datetime) -> bool:
    """Whether the place counts as remote; asked only where the limit depends on it."""
    today = clock.local(now).date()
    near = rulebook.declaration_limit(today, declaration.channel, False)
    far = rulebook.declaration_limit(today, declaration.channel, True)
    if near.allowed == far.allowed:
        return False
    place = declaration.establishment
    return is_remote({place.unit_id, place.locality_id or place.unit_id}, today)


def _incoming(row: Row, reference: str, judge: rulebook.LatenessJudge, limits: dict[int, str]) -> tuple[Incoming, int]:
    guest = row.values
    arrived_on, expected = guest.arrived_on, guest.expected_departure
    assert arrived_on is not None  # a row without errors has both
    assert expected is not None
    lateness = judge(max(arrived_on, FIRST_LIMIT), guest.arrived_at if arrived_on >= FIRST_LIMIT else None)
    limit = lateness.limit
    limit_id = limits.get(id(limit)) or limits.setdefault(id(limit), f"{limit.id} {limit.version}")
    name = guest.full_name or ""
    incoming = Incoming(
        row.position,
        reference,
        name,
        name_key(name),
        guest.birth_date or "",
        guest.sex or "",
        guest.nationality or "",
        guest.document_kind or "passport",
        guest.document_number or "",
        guest.permitted_until,
        guest.entry_paper or "",
        guest.purpose or "",
        guest.room or "",
        arrived_on,
        guest.arrived_at,
        expected,
        guest.departed_on,
        lateness.minutes_late,
        limit_id,
    )
    return incoming, lateness.minutes_late


def _store(declaration: Declaration, sent: dict[int, Incoming], now: datetime) -> dict[int, Stored]:
    if not sent:
        return {}
    place = declaration.establishment
    ordered = sorted(sent.values(), key=_key)
    found = store(ordered, establishment_id=place.pk, unit_id=place.unit_id, now=now)
    if len(found) != len(sent):
        raise _Again
    return {entry.position: entry for entry in found}


def _key(row: Incoming) -> tuple[str, str, date]:
    """All transactions touch rows in this order, so that they wait for each other and never in a circle."""
    return row.document_number, row.nationality, row.arrived_on


def _settle(outcome: Outcome, sent: dict[int, Incoming], stored: dict[int, Stored], twins: dict[int, int]) -> None:
    for result in outcome.rows:
        entry = stored.get(twins.get(result.position, result.position))
        if entry is None:
            continue
        result.stay_id, result.receipt, result.minutes_late = entry.stay_id, entry.number, entry.minutes_late
        if entry.number is not None or result.position in twins:
            result.state = "already_declared"
            outcome.already_declared += 1
            continue
        result.state = "accepted"
        result.warnings = result.warnings + _closings(entry)
        outcome.accepted += 1
        outcome.warned += bool(result.warnings)
        outcome.late += result.minutes_late > 0


def _closings(entry: Stored) -> list[Finding]:
    found = []
    if entry.closed_earlier:
        found.append(EARLIER_CLOSED)
    if entry.departure_presumed:
        found.append(DEPARTURE_PRESUMED)
    return found


def _hold(outcome: Outcome) -> None:
    """Nothing is stored: what would have been accepted is held and counts with the refused."""
    numbered = {result.stay_id: result for result in outcome.rows if result.state == "accepted"}
    for result in outcome.rows:
        if result.state == "accepted" or (result.receipt is None and result.stay_id in numbered):
            result.state, result.errors = "held", [*result.errors, HELD]
            result.stay_id, result.minutes_late = None, 0
    outcome.held = sum(result.state == "held" for result in outcome.rows)
    outcome.already_declared = sum(result.state == "already_declared" for result in outcome.rows)
    outcome.refused = outcome.read - outcome.already_declared
    outcome.accepted = outcome.warned = outcome.late = 0


def _receive(
    declaration: Declaration,
    outcome: Outcome,
    sent: dict[int, Incoming],
    stored: dict[int, Stored],
    now: datetime,
) -> None:
    """The submission, its number and hash, and the audit's event."""
    accepted = [entry for entry in stored.values() if entry.number is None]
    submission = Submission(
        id=accepted[0].submission_id,
        number=new_number(SANDBOX_PREFIX if declaration.establishment.sandbox else settings.OFFICE_PREFIX),
        establishment=declaration.establishment,
        unit_id=declaration.establishment.unit_id,
        channel=Channel(declaration.channel),
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
        sha256=digest(_line(sent[entry.position], entry) for entry in sorted(accepted)),
        source_file=declaration.source_file,
    )
    outcome.submission = submission
    outcome.name_receipt(submission)
    for result in outcome.rows:
        if result.stay_id is not None and result.receipt is None:
            result.receipt = submission.number
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
    expired.keep(outcome.rows)
    send_what_was_written(run_together(insertion(submission), event, telling.of_submission(submission, outcome, now)))


def _line(row: Incoming, entry: Stored) -> Line:
    return Line(
        utc(row.arrived_at),
        row.arrived_on,
        row.birth_date,
        entry.departed_on,
        entry.departure_presumed,
        row.document_kind,
        row.document_number,
        row.entry_paper,
        row.expected_departure,
        row.full_name,
        row.nationality,
        row.permitted_until,
        row.position,
        row.purpose,
        row.room,
        row.sex,
    )
