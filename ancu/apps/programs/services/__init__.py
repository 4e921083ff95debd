"""Manage webhooks, write messages, and deliver them."""

from ancu.apps.programs.services.announcing import announce, announcement, enqueue_delivery, outbox_statement
from ancu.apps.programs.services.delivering import deliver, redact
from ancu.apps.programs.services.webhooks import add, change, end, replay, replay_since, rotate, send_test

__all__ = [
    "add",
    "announce",
    "announcement",
    "change",
    "deliver",
    "end",
    "enqueue_delivery",
    "outbox_statement",
    "redact",
    "replay",
    "replay_since",
    "rotate",
    "send_test",
]
