"""Who takes part in a conversation and may do what. The subject's app decides each person's standing."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.utils.functional import Promise

from ancu.apps.accounts.enums import OFFICE_READERS, Role
from ancu.apps.messaging.enums import TRANSITIONS, DeliveryChannel, NotificationState, ThreadSide
from ancu.apps.messaging.models import Notification, ReplyTemplate
from ancu.core.actor import Actor, ActorKind
from ancu.core.registry import Hook
from ancu.core.transitions import follows
from ancu.engines import telephone

# Whom an organisation is written to through; the others of it read the same thread in the house.
TOLD_ROLES = (Role.MANAGER, Role.REPRESENTATIVE, Role.CLERK)
MOST_COUNTED = 100  # unread; beyond it a badge says no more than "many"
MAY_TRY = 8  # attempts before a notification is given up
MOST_FILES = 5
MAX_FILE_BYTES = 10 * 1024 * 1024
DOCUMENTS = ".pdf,.jpg,.jpeg,.png,.heic,.heif"
MESSAGE_FILES = f"{DOCUMENTS},.webp,.xlsx"


def file_attributes(accept: str) -> dict[str, str | int]:
    """Return the HTML attributes of a file input: accepted types, most bytes of a file and most files.

    A script checks the chosen files by them before sending.
    """
    return {"accept": accept, "data-max-bytes": MAX_FILE_BYTES, "data-most": MOST_FILES}


@dataclass(frozen=True, slots=True)
class SubjectStanding:
    """The role of one actor towards one subject; an actor without one is a stranger and gets 404."""

    title: str | Promise
    url: str
    side: ThreadSide
    may_write: bool = True
    about: str = ""

    @property
    def is_office(self) -> bool:
        """Whether the actor takes part in the conversation for the office, not as the applicant or lodging."""
        return self.side == ThreadSide.OFFICE


@dataclass(frozen=True, slots=True)
class ThreadParties:
    """Ids of those whose inbox shows a subject's threads. Rights come from ``standings``, not from this."""

    agencies: frozenset[int] = frozenset()
    officers: frozenset[int] = frozenset()
    organisations: frozenset[int] = frozenset()
    people: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class SubjectKind:
    """What a higher app provides for one kind of subject."""

    label: Any
    standings: Callable[[Actor, Sequence[str]], Mapping[str, SubjectStanding]]
    parties: Callable[[str], ThreadParties]


CONVERSATIONS: Hook[tuple[str, SubjectKind]] = Hook()
"""The kinds of subject that people converse about, with their codes."""


@cache
def subject_kinds() -> dict[str, SubjectKind]:
    """Return, by code, the registered kinds of subject that conversations are about, such as a dossier."""
    return dict(CONVERSATIONS)


@dataclass(frozen=True, slots=True)
class ThreadTopic:
    """A matter that has its own threads about a subject. ``record`` is the audit's name for its record."""

    label: Any
    record: str
    people: Callable[[Actor, Sequence[str]], Mapping[str, str]] | None = None


TOPICS: Hook[tuple[str, ThreadTopic]] = Hook()
"""Topics by the beginning of a thread's topic: ``alert`` for ``alert-12``."""


@cache
def topics() -> dict[str, ThreadTopic]:
    """Return, by code such as ``alert``, the registered kinds of record that a separate conversation may be about."""
    return dict(TOPICS)


def topic_of(topic: str) -> ThreadTopic | None:
    """Return the topic of a thread such as ``alert-12``; None if no app registered it."""
    return topics().get(topic.partition("-")[0])


@dataclass(frozen=True, slots=True)
class UnreadNotice:
    """An unread notice of a higher app, counted in badge and inbox."""

    title: str
    by: str
    url: str
    at: datetime


@dataclass(frozen=True, slots=True)
class NotificationKind:
    """A kind of notification. ``at_once``: its letters begin deadlines, so its emails are never delayed."""

    code: str
    label: Any
    at_once: bool


NOTIFICATION_KINDS: Hook[NotificationKind] = Hook()


@cache
def kinds() -> dict[str, NotificationKind]:
    """Return the registered kinds of notification by code, such as ``dossiers``."""
    return {kind.code: kind for kind in NOTIFICATION_KINDS}


def kind_of(template: str) -> str:
    """Return the kind of a letter's template: ``dossiers/letters/ready.txt`` is dossiers.

    "" for a letter that nobody may choose about.
    """
    code = template.partition("/")[0]
    return code if code in kinds() else ""


UNREAD_NOTICES: Hook[Callable[[Actor], Sequence[UnreadNotice]]] = Hook()
"""What apps above have sent to the actor's side and nobody there has read."""


def standing(actor: Actor, kind: str, subject_id: str) -> SubjectStanding | None:
    """Return the actor's side and rights in conversations about the subject, such as a dossier.

    None for an actor without access to the subject and for an unregistered ``kind``.
    """
    subject = subject_kinds().get(kind)
    return subject.standings(actor, [subject_id]).get(subject_id) if subject else None


def may_post(actor: Actor, standing: SubjectStanding) -> bool:
    """Whether the actor may write messages in the subject's conversations: a person, if ``standing`` allows writing."""
    return actor.kind is ActorKind.PERSON and standing.may_write


def may_note(actor: Actor, standing: SubjectStanding) -> bool:
    """Whether the actor may write internal notes in the subject's conversations: an officer who may post messages."""
    return may_post(actor, standing) and standing.is_office


def keeps_templates(actor: Actor) -> bool:
    """Whether the actor maintains reply templates: officers who may write messages."""
    return actor.kind is ActorKind.PERSON and actor.is_agency and actor.role in OFFICE_READERS


def may_change_template(actor: Actor, template: ReplyTemplate) -> bool:
    """Whether the actor may change the template: that of the own agency.

    Templates of an agency above are read-only.
    """
    return keeps_templates(actor) and template.agency_id == actor.organisation_id


# What stands in braces in a template, by any of its names. Anything else in braces stays as it was written: a
# template is text and never a format string.
BLANKS = {
    "subject": ("subject", "nội dung"),
    "officer": ("officer", "cán bộ"),
    "office": ("office", "cơ quan"),
    "today": ("today", "hôm nay"),
}


def fill_template(body: str, values: Mapping[str, str]) -> str:
    """Return the template with its placeholders filled, in one pass, so that inserted text is not interpreted."""
    named = {name: values[blank] for blank, names in BLANKS.items() for name in names}
    return re.sub(r"\{([^{}]{1,20})\}", lambda match: named.get(match[1].strip().lower(), match[0]), body)


def may_see_notifications(standing: SubjectStanding) -> bool:
    """Whether the actor may see which notifications about the subject were sent to whom: officers only."""
    return standing.is_office


def may_send_again(standing: SubjectStanding, notification: Notification) -> bool:
    """Whether the actor may send the failed notification again: an officer with the right to write.

    The notification's address must still be stored; it is emptied by retention.
    """
    is_retryable = follows(TRANSITIONS, notification.state, NotificationState.QUEUED)
    return standing.is_office and standing.may_write and is_retryable and bool(notification.address)


def mobile_number(phone: str) -> str:
    """Return the number in international form (+84912345678); "" if it cannot receive text messages."""
    return (telephone.normalize(phone) or "") if telephone.is_mobile(phone) else ""


def mask_address(channel: str, address: str) -> str:
    """Return the address with all hidden but a number's last three digits, or an e-mail's first letter and host."""
    if channel == DeliveryChannel.SMS:
        return "•" * (len(address) - 3) + address[-3:]
    name, _at, host = address.rpartition("@")
    return f"{name[:1]}•••@{host}"


def badge_text(unread: int) -> str:
    """Return the number in a badge: ``99+`` from the limit on, "" for zero."""
    return f"{MOST_COUNTED - 1}+" if unread >= MOST_COUNTED else str(unread or "")
