"""Webhook messages of acts: ids, references, states and counts, never personal data.

A submission has one message of each kind, however many guests it has; a program reads the rest by the receipt.
"""

from datetime import datetime
from typing import Any

from django.db import transaction

from ancu.apps.programs.enums import WebhookEvent
from ancu.apps.programs.services import announce, announcement, enqueue_delivery, outbox_statement
from ancu.apps.stays.models import Stay, Submission
from ancu.apps.stays.services.outcome import UNDECLARED, DeclarationOutcome, RowOutcome
from ancu.core.db.statements import PreparedStatement, run

MOST_ROWS = 100  # in one message
COUNTS = ("read", "accepted", "already_declared", "differing", "refused", "late")
# The acts on one stay, and what they are called outside: whatever changes what was declared is a correction.
ACTS = {
    "corrected": WebhookEvent.CORRECTED,
    "extended": WebhookEvent.CORRECTED,
    "moved": WebhookEvent.CORRECTED,
    "checked_out": WebhookEvent.CHECKED_OUT,
    "withdrawn": WebhookEvent.WITHDRAWN,
    "reopened": WebhookEvent.CORRECTED,
    "undone": WebhookEvent.CORRECTED,
}


def submission_messages(submission: Submission, outcome: DeclarationOutcome, at: datetime) -> PreparedStatement:
    """Return the statement that stores the webhook messages of a submission, to run in its transaction.

    They go to the lodging's programs.
    """
    common = _message_data(outcome, submission.client_reference, submission.channel) | {
        "receipt": submission.number,
        "receipt_url": f"/api/v1/receipts/{submission.number}",
        "received_at": submission.received_at,
        "sha256": submission.sha256,
    }
    place = submission.establishment
    announcements = [
        announcement(
            WebhookEvent.ACCEPTED.value, place, at, **common, **_first_rows(outcome, "accepted", _accepted_row)
        )
    ]
    if outcome.refused:
        announcements.append(
            announcement(
                WebhookEvent.REFUSED.value, place, at, **common, **_first_rows(outcome, "refused", _refused_row)
            )
        )
    return outbox_statement(place, announcements, at)


def enqueue_refusal(place: Any, outcome: DeclarationOutcome, *, reference: str, channel: str, at: datetime) -> None:
    """Enqueue the webhook message that nothing of a declaration was stored, to the lodging's programs."""
    refusal = _message_data(outcome, reference, channel) | _first_rows(outcome, "refused", _refused_row)
    statement = outbox_statement(place, [announcement(WebhookEvent.REFUSED.value, place, at, **refusal)], at)
    with transaction.atomic():
        enqueue_delivery(run(statement.sql, statement.values))


def announce_acts(submission: Submission, stays: list[Stay], verb: str) -> None:
    """Enqueue one webhook message about an act on several stays of a submission.

    It goes to the lodging's programs; a single stay has its ordinary message.
    """
    if len(stays) == 1:
        announce_act(stays[0], verb)
        return
    announce(
        ACTS[verb].value,
        submission.establishment,
        act=verb,
        receipt=submission.number,
        receipt_url=f"/api/v1/receipts/{submission.number}",
        stays=[_stay_data(stay) for stay in stays[:MOST_ROWS]],
        rows_left_out=len(stays) > MOST_ROWS,
    )


def announce_act(stay: Stay, verb: str, *, fields: list[str] | None = None) -> None:
    """Enqueue the webhook message of an act on one stay to the lodging's programs, in its transaction.

    ``fields`` are the names of the corrected fields.
    """
    announce(
        ACTS[verb].value,
        stay.establishment,
        act=verb,
        receipt=stay.submission.number,
        stay=_stay_data(stay),
        stay_url=f"/api/v1/stays/{stay.pk}",
        **({"fields": fields} if fields else {}),
    )


def _stay_data(stay: Stay) -> dict[str, Any]:
    """Return a stay's id, client reference and status for a webhook message."""
    return {"id": stay.pk, "client_reference": stay.client_reference or None, "status": stay.status}


def _message_data(outcome: DeclarationOutcome, reference: str, channel: str) -> dict[str, Any]:
    """Return what every webhook message about a declaration has: reference, channel and counts."""
    counts = {name: getattr(outcome, name) for name in COUNTS}
    return {"batch_reference": reference or None, "channel": channel, "counts": counts}


def _first_rows(outcome: DeclarationOutcome, state: str, render: Any) -> dict[str, Any]:
    """Return the outcome's first rows in this state, as ``render`` makes them, under ``rows``.

    ``rows_left_out`` is whether there are more than ``MOST_ROWS``. ``refused`` includes rows held back or
    unconfirmed.
    """
    states = UNDECLARED if state == "refused" else {state}
    rows: list[Any] = []
    for row in outcome.rows:
        if row.state in states:
            if len(rows) == MOST_ROWS:
                return {"rows": rows, "rows_left_out": True}
            rows.append(render(row))
    return {"rows": rows, "rows_left_out": False}


def _accepted_row(row: RowOutcome) -> dict[str, Any]:
    """Return an accepted row's position, reference and stay id."""
    return {"position": row.position, "client_reference": row.client_reference or None, "id": row.stay_id}


def _refused_row(row: RowOutcome) -> dict[str, Any]:
    """Return a refused row's position, reference and error codes, without its values."""
    errors = [{"code": finding.code, "field": finding.field} for finding in row.errors]
    return {"position": row.position, "client_reference": row.client_reference or None, "errors": errors}
