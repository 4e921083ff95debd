"""The outbox: what is to be told is written in the transaction of the act, for the addresses that want to hear it.

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
    """Return type and JSON body of an outbox event; ``data`` holds ids, states and counts, no personal data."""
    place = {"establishment": establishment.code, "sandbox": establishment.sandbox}
    message = {"type": event, "timestamp": at, "data": place | data}
    return event, msgspec.json.encode(message).decode()


def outbox(establishment: Establishment, messages: Sequence[tuple[str, str]], at: datetime) -> PreparedStatement:
    """The messages as one SQL statement whose rows go to ``send_what_was_written``."""
    events, payloads = [event for event, _payload in messages], [payload for _event, payload in messages]
    return PreparedStatement(WRITE, [at, at, at + TRIED_FOR, events, payloads, establishment.pk])


def send_what_was_written(written: Sequence[tuple[Any, ...]]) -> None:
    """Enqueue the delivery job, which starts after the commit."""
    if written:
        enqueue(JOB, queue="webhooks")


def announce(event: str, establishment: Establishment, **data: Any) -> None:
    """Write and send one message in the caller's transaction."""
    now = clock.now()
    statement = outbox(establishment, [announcement(event, establishment, now, **data)], now)
    send_what_was_written(run(statement.sql, statement.values))
