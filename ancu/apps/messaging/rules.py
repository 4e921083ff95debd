"""Whose a conversation is, and who may do what in it. The subject's own app answers for each person.

An app above registers its subjects in ``CONVERSATIONS``; nothing is imported upwards.
"""

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
    """The attributes of a control for files, by which the page checks kind, size and number before it sends."""
    return {"accept": accept, "data-max-bytes": MAX_FILE_BYTES, "data-most": MOST_FILES}


@dataclass(frozen=True, slots=True)
class SubjectStanding:
    """What one actor is to one subject: whoever has none is a stranger to it and is answered 404.

    ``title`` stands in letters too and names no guest; where it has words it is lazy, for each reader's language.
    ``about`` is the person the subject is about, named on pages alone.
    """

    title: str | Promise
    url: str
    side: ThreadSide
    may_write: bool = True
    about: str = ""

    @property
    def is_office(self) -> bool:
        return self.side == ThreadSide.OFFICE


@dataclass(frozen=True, slots=True)
class ThreadParties:
    """Ids of those in whose inbox a subject's threads lie. It gives no right: ``standings`` does."""

    agencies: frozenset[int] = frozenset()
    officers: frozenset[int] = frozenset()
    organisations: frozenset[int] = frozenset()
    people: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class SubjectKind:
    """What the app above answers for one kind of its records.

    ``standings(actor, ids)`` → those of the ids the actor may read, each with his standing, in one query for
    them all; ``parties(id)`` → whose inbox it belongs to, asked at each message.
    """

    label: Any
    standings: Callable[[Actor, Sequence[str]], Mapping[str, SubjectStanding]]
    parties: Callable[[str], ThreadParties]


CONVERSATIONS: Hook[tuple[str, SubjectKind]] = Hook()
"""The kinds of subject that people converse about, with their codes."""


@cache
def subjects() -> dict[str, SubjectKind]:
    """The registered kinds of subject, by code."""
    return dict(CONVERSATIONS)


@dataclass(frozen=True, slots=True)
class ThreadTopic:
    """A matter that has threads of its own on a subject. ``record``: what the audit calls what it is about.

    ``people(actor, ids)`` returns the names of the people the records are about, as far as the actor may know them.
    """

    label: Any
    record: str
    people: Callable[[Actor, Sequence[str]], Mapping[str, str]] | None = None


TOPICS: Hook[tuple[str, ThreadTopic]] = Hook()
"""Topics by the beginning of a thread's topic: ``alert`` for ``alert-12``."""


@cache
def topics() -> dict[str, ThreadTopic]:
    return dict(TOPICS)


def topic_of(topic: str) -> ThreadTopic | None:
    """What ``alert-12`` is one of; None for what no app names."""
    return topics().get(topic.partition("-")[0])


@dataclass(frozen=True, slots=True)
class UnreadNotice:
    """Something an app above told the actor's side and nobody there has read: it counts in the badge and the inbox."""

    title: str
    by: str
    url: str
    at: datetime


@dataclass(frozen=True, slots=True)
class NotificationKind:
    """What an app tells of. ``at_once``: its letters begin terms, so that no email of it waits for the evening."""

    code: str
    label: Any
    at_once: bool


NOTIFICATION_KINDS: Hook[NotificationKind] = Hook()


@cache
def kinds() -> dict[str, NotificationKind]:
    """The registered kinds of notification, by the label of their app."""
    return {kind.code: kind for kind in NOTIFICATION_KINDS}


def kind_of(template: str) -> str:
    """``dossiers/letters/ready.txt`` is of the dossiers; empty for what nobody may choose about."""
    code = template.partition("/")[0]
    return code if code in kinds() else ""


UNREAD_NOTICES: Hook[Callable[[Actor], Sequence[UnreadNotice]]] = Hook()
"""What apps above have sent to the actor's side and nobody there has read."""


def standing(actor: Actor, kind: str, subject_id: str) -> SubjectStanding | None:
    """The actor's standing to one subject; None for a stranger, and for a kind that nobody named."""
    subject = subjects().get(kind)
    return subject.standings(actor, [subject_id]).get(subject_id) if subject else None


def may_post(actor: Actor, standing: SubjectStanding) -> bool:
    """A person to whom the subject says so; programs and jobs do not converse."""
    return actor.kind is ActorKind.PERSON and standing.may_write


def may_note(actor: Actor, standing: SubjectStanding) -> bool:
    """Notes among the office are the office's alone."""
    return may_post(actor, standing) and standing.is_office


def keeps_templates(actor: Actor) -> bool:
    """Officers who converse keep the texts that their agency writes often."""
    return actor.kind is ActorKind.PERSON and actor.is_agency and actor.role in OFFICE_READERS


def may_change_template(actor: Actor, template: ReplyTemplate) -> bool:
    """Its own agency's; those of an agency above are read and used only."""
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
    """The template's text with its blanks filled, each once: what is put in is not looked at again."""
    named = {name: values[blank] for blank, names in BLANKS.items() for name in names}
    return re.sub(r"\{([^{}]{1,20})\}", lambda match: named.get(match[1].strip().lower(), match[0]), body)


def may_see_notifications(standing: SubjectStanding) -> bool:
    """What was sent to whom is for those who answer for the subject."""
    return standing.is_office


def may_send_again(standing: SubjectStanding, notification: Notification) -> bool:
    """What could not be delivered is tried anew, unless its time is over and it is empty."""
    is_retryable = follows(TRANSITIONS, notification.state, NotificationState.QUEUED)
    return standing.is_office and standing.may_write and is_retryable and bool(notification.address)


def mobile_number(phone: str) -> str:
    """The number as gates want it (+84912345678); empty when no text message can go there."""
    return (telephone.normalize(phone) or "") if telephone.is_mobile(phone) else ""


def mask_address(channel: str, address: str) -> str:
    """Enough for staff to recognise the address by, not enough to write to it."""
    if channel == DeliveryChannel.SMS:
        return "•" * (len(address) - 3) + address[-3:]
    name, _at, host = address.rpartition("@")
    return f"{name[:1]}•••@{host}"


def badge_text(unread: int) -> str:
    """A number that was counted to ``MOST_COUNTED``: ``99+`` where there may be more; nothing for none."""
    return f"{MOST_COUNTED - 1}+" if unread >= MOST_COUNTED else str(unread or "")
