"""The outbox: messages are stored in the transaction of the act, for the webhooks that subscribe to it.

A lodging without an address pays nothing but a look into an index, inside the statement that it sends anyway.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from ancu.apps.lodging.models import Establishment
from ancu.apps.programs.rules import TRIED_FOR
from ancu.core import clock
from ancu.core.db.jobs import enqueue
from ancu.core.db.statements import PreparedStatement, run

JOB = "programs.deliver"
WRITE = """
INSERT INTO programs_delivery (webhook_id, event, payload, state, attempts, created_at, next_at, give_up_at,
    last_answer)
SELECT webhook.id, said.event, said.payload, 'waiting', 0, %s, %s, %s, ''
FROM programs_webhook webhook
JOIN unnest(%s::text[], %s::text[]) AS said(event, payload) ON said.event = ANY(webhook.events)
WHERE webhook.establishment_id = %s AND webhook.ended_at IS NULL
ORDER BY webhook.id, said.event
RETURNING id
"""


def announcement(event: str, establishment: Establishment, at: datetime, **data: Any) -> tuple[str, str]:
    """Return the type and JSON body of a message about the lodging's ``event``.

    ``data`` holds ids, states and counts, no personal data.
    """
    place = {"establishment": establishment.code, "sandbox": establishment.sandbox}
    message = {"type": event, "timestamp": at, "data": place | data}
    return event, msgspec.json.encode(message).decode()


def outbox_statement(
    establishment: Establishment, messages: Sequence[tuple[str, str]], at: datetime
) -> PreparedStatement:
    """Return the SQL statement that stores these messages (type, body) for the lodging's webhooks.

    Its rows go to ``enqueue_delivery``.
    """
    events, payloads = [event for event, _payload in messages], [payload for _event, payload in messages]
    return PreparedStatement(WRITE, [at, at, at + TRIED_FOR, events, payloads, establishment.pk])


def enqueue_delivery(written: Sequence[tuple[Any, ...]]) -> None:
    """Enqueue the job that delivers the messages written in this transaction; it starts after the commit."""
    if written:
        enqueue(JOB, queue="webhooks")


def announce(event: str, establishment: Establishment, **data: Any) -> None:
    """Store a message about the lodging's ``event`` for its webhooks, and enqueue its delivery.

    Both belong to the caller's transaction.
    """
    now = clock.now()
    statement = outbox_statement(establishment, [announcement(event, establishment, now, **data)], now)
    enqueue_delivery(run(statement.sql, statement.values))
