"""Letters and text messages to people: recorded, sent by a job, tried again, never doubled."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction

from ancu.apps.accounts.models import User
from ancu.apps.audit.selectors import overtaken_conflict
from ancu.apps.audit.services import record
from ancu.apps.messaging import rules
from ancu.apps.messaging.enums import Channel, NotificationState
from ancu.apps.messaging.models import Notification
from ancu.apps.messaging.selectors.bells import preference, waits_for_the_day
from ancu.apps.messaging.services.bells import ring
from ancu.apps.messaging.services.gates import Undelivered, sms_gate
from ancu.core import clock
from ancu.core.actor import Actor, system
from ancu.core.db.jobs import enqueue
from ancu.core.errors import Conflict, Http404, require
from ancu.core.web.mail import LetterNotSent, LetterRefused, render, render_letter, send_by_smtp

State = NotificationState
JOB = "messaging.deliver"


class NotDelivered(Exception):
    """For the job: not this time. Holds the code alone, since what a server said may name a person."""

    def __init__(self, code: str, wait: int = 0) -> None:
        super().__init__(code)
        self.wait = wait


@dataclass(frozen=True, slots=True)
class _Letter:
    channel: Channel
    address: str
    body: str


@transaction.atomic
def notify(
    *,
    actor: Actor,
    to: User | str,
    key: str,
    template: str,
    subject: tuple[str, object],
    context: Mapping[str, Any] | None = None,
    language: str = "",
    sms: bool = False,
) -> list[Notification]:
    """Write to a person, in the caller's transaction; a job sends it. Returns what was recorded, by channel.

    ``to`` is a user, an email address or a mobile number. ``template`` is the letter (its first line the
    subject of the email); with ``sms`` a user who gave a mobile number also gets ``<template>.sms.txt`` (for
    ``x/ready.txt``: ``x/ready.sms.txt``), as does a number. ``key`` names the occasion: the same key to the
    same person is sent once, however often this is called. A user is written to in his own language.
    """
    user = to if isinstance(to, User) else None
    tongue = user.language if user else language or settings.LANGUAGE_CODE
    values = {"reader": user, **(context or {})}
    (title_vi, body_vi), (title_en, body_en) = (render_letter(template, one, **values) for one in ("vi", "en"))
    letters = _letters(to, template, tongue, values, body=body_en if tongue == "en" else body_vi, sms=sms)
    if user and (kind := rules.kind_of(template)):
        choice = preference(user, kind)
        ring(user, key=key, kind=kind, titles=(title_vi, title_en), path=str(values.get("path", "")), choice=choice)
        waits = waits_for_the_day(choice)
        letters = [letter for letter in letters if letter.channel != Channel.EMAIL or not waits]
    whom = f"user-{user.pk}" if user else sha256(str(to).strip().lower().encode()).hexdigest()[:20]
    facts: dict[str, Any] = {
        "template": template,
        "subject_kind": subject[0],
        "subject_id": str(subject[1]),
        "user": user,
    }
    facts |= {"language": tongue, "created_at": clock.now()}
    facts |= {"title_vi": title_vi[:250], "title_en": title_en[:250]}
    return [_written(actor, letter, f"{key}:{letter.channel}:{whom}", facts) for letter in letters]


def _written(actor: Actor, letter: "_Letter", key: str, facts: Mapping[str, Any]) -> Notification:
    """The record of one letter, and its job when it is the first of its key."""
    own = {
        "channel": letter.channel,
        "address": letter.address,
        "masked": rules.masked(letter.channel, letter.address),
        "body": letter.body,
    }
    notification, created = Notification.objects.get_or_create(key=key, defaults={**facts, **own})
    if created:
        record(actor, "messaging.notified", notification, template=facts["template"], channel=str(letter.channel))
        enqueue(JOB, notification_id=notification.pk)
    return notification


def _letters(
    to: User | str, template: str, language: str, values: Mapping[str, Any], *, body: str, sms: bool
) -> list[_Letter]:
    """What goes out on which channel; rendered now, so that it says what was true when it was decided."""
    email = to.email if isinstance(to, User) else to.strip() if "@" in to else ""
    given = to.phone if isinstance(to, User) else "" if "@" in to else to
    mobile = rules.mobile_number(given) if sms or (isinstance(to, str) and not email) else ""
    letters = []
    if email:
        letters.append(_Letter(Channel.EMAIL, email, body))
    if mobile and sms_gate() is not None:
        text = render(f"{template.removesuffix('.txt')}.sms.txt", language, **values)
        letters.append(_Letter(Channel.SMS, mobile, " ".join(text.split())))
    return letters


def deliver(notification_id: int) -> None:
    """Send one notification, unless it is sent already or being sent. Raises NotDelivered to be tried again.

    The row stays locked while the server is asked, so that two workers never send the same one.
    """
    failure: Undelivered | None = None
    with transaction.atomic():
        waiting = Notification.objects.select_for_update(skip_locked=True, of=("self",))
        one = waiting.filter(pk=notification_id, state=State.QUEUED).first()
        if one is None:
            return
        one.attempts += 1
        try:
            one.reference = _send(one)
        except Undelivered as problem:
            failure = problem
        if failure is None:
            _sent(one)
        else:
            _not_sent(one, failure)
    # Outside both blocks: the attempt is committed, and no server's words hang on this exception as its cause.
    if failure is not None and one.state == State.QUEUED:
        raise NotDelivered(failure.code, failure.wait)


def _sent(one: Notification) -> None:
    one.sent_at, one.error = clock.now(), ""
    one.address = one.body = ""  # it has arrived; nobody needs it here any more
    _move(one, State.SENT)
    record(system(JOB), "messaging.sent", one, attempts=one.attempts)


def _not_sent(one: Notification, failure: Undelivered) -> None:
    one.error = failure.code
    if failure.final or one.attempts >= rules.MAY_TRY:
        _move(one, State.FAILED)
        record(system(JOB), "messaging.failed", one, attempts=one.attempts, code=failure.code)
    else:
        one.save(update_fields=["attempts", "error"])


def _move(one: Notification, to: State) -> None:
    """The one door between states; the row is locked by the caller."""
    if not rules.follows(one.state, to):
        raise Conflict("notification_moved", one.get_state_display())
    one.state = to
    one.save()


def _send(one: Notification) -> str:
    if not one.address:  # emptied by retention while it still waited
        raise Undelivered("too_old", final=True)
    if one.channel == Channel.EMAIL:
        return _send_email(one)
    gate = sms_gate()
    if gate is None:
        raise Undelivered("no_gate")
    return gate.send(one.address, one.body, key=one.key)


def _send_email(one: Notification) -> str:
    """By the mail server; the Message-ID comes from the key, so that a letter sent twice by a crash shows as one."""
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "localhost"
    reference = f"<{sha256(one.key.encode()).hexdigest()[:32]}@{host}>"
    letter = EmailMessage(one.subject_line, one.body, to=[one.address], headers={"Message-ID": reference})
    try:
        send_by_smtp(letter)
    except LetterNotSent as failure:
        raise Undelivered(failure.code, final=isinstance(failure, LetterRefused)) from None
    return reference[:100]


@transaction.atomic
def send_again(*, actor: Actor, notification: Notification) -> Notification:
    """An officer has what could not be delivered tried once more, from the first attempt."""
    found = rules.standing(actor, notification.subject_kind, notification.subject_id)
    if found is None:
        raise Http404
    locked = Notification.objects.select_for_update().get(pk=notification.pk)
    require(rules.may_see_notifications(found) and found.may_write)
    if not rules.may_send_again(found, locked):
        raise overtaken_conflict(actor, "notification_moved", locked)
    locked.attempts = 0
    _move(locked, State.QUEUED)
    record(actor, "messaging.queued", locked)
    enqueue(JOB, notification_id=locked.pk)
    return locked
