"""Writes: what people say to each other, and what the house sends out."""

from ancu.apps.messaging.services.decisions import notify_decision
from ancu.apps.messaging.services.notifications import NotDelivered, deliver, notify, send_again
from ancu.apps.messaging.services.retention import redact
from ancu.apps.messaging.services.templates import remove_template, save_template
from ancu.apps.messaging.services.threads import MessageUpload, download, mark_read, post_message, refresh_parties

__all__ = [
    "MessageUpload",
    "NotDelivered",
    "deliver",
    "download",
    "mark_read",
    "notify",
    "notify_decision",
    "post_message",
    "redact",
    "refresh_parties",
    "remove_template",
    "save_template",
    "send_again",
]
