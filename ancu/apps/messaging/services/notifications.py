"""Letters and text messages: recorded, sent by a job, retried, never sent twice."""

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
from ancu.apps.messaging.enums import TRANSITIONS, DeliveryChannel, NotificationState
from ancu.apps.messaging.models import Notification
from ancu.apps.messaging.selectors.in_app import is_sent_daily, preference
from ancu.apps.messaging.services.gates import Undelivered, sms_gate
from ancu.apps.messaging.services.in_app import create_in_app_notification
from ancu.core import clock
from ancu.core.actor import Actor, system
from ancu.core.db.jobs import enqueue
from ancu.core.errors import Conflict, Http404, require
from ancu.core.transitions import follows
from ancu.core.web.mail import LetterNotSent, LetterRefused, render, render_letter, send_by_smtp

State = NotificationState
JOB = "messaging.deliver"


class NotDelivered(Exception):
    """Raised for the job to retry. It has the code only, because a server's response may name a person."""

    def __init__(self, code: str, wait: int = 0) -> None:
        super().__init__(code)
        self.wait = wait


BETWEEN_LANGUAGES = "—" * 20


@dataclass(frozen=True, slots=True)
class _Letter:
    channel: DeliveryChannel
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
    """Record a letter to a person in the caller's transaction; a job sends it. Return the records by channel.

    ``to`` is a user, an e-mail address or a mobile number. ``template`` is the letter (its first line is the
    subject); with ``sms`` a user with a mobile number also gets ``<template>.sms.txt`` (for ``x/ready.txt``:
    ``x/ready.sms.txt``), as does a number. ``key`` names the occasion: the same key to the same person is sent once.
    A user is written to in their own language; readers of a third language in English and Vietnamese.
    """
    user = to if isinstance(to, User) else None
    tongue = user.language if user else language or settings.LANGUAGE_CODE
    values = {"reader": user, **(context or {})}
    (title_vi, body_vi), (title_en, body_en) = (
        render_letter(template, language, **values) for language in ("vi", "en")
    )
    body = body_en if tongue == "en" else body_vi
    if user and user.page_language:
        body = f"{body_en}\n{BETWEEN_LANGUAGES}\n\n{body_vi}"
    letters = _letters(to, template, tongue, values, body=body, sms=sms)
    if user and (kind := rules.kind_of(template)):
        choice = preference(user, kind)
        create_in_app_notification(
            user, key=key, kind=kind, titles=(title_vi, title_en), path=str(values.get("path", "")), choice=choice,
            subject=subject,
        )  # fmt: skip
        waits = is_sent_daily(choice)
        letters = [letter for letter in letters if letter.channel != DeliveryChannel.EMAIL or not waits]
    whom = f"user-{user.pk}" if user else sha256(str(to).strip().lower().encode()).hexdigest()[:20]
    facts: dict[str, Any] = {
        "template": template,
        "subject_kind": subject[0],
        "subject_id": str(subject[1]),
        "user": user,
    }
    facts |= {"language": tongue, "created_at": clock.now()}
    facts |= {"title_vi": title_vi[:250], "title_en": title_en[:250]}
    return [_record_letter(actor, letter, f"{key}:{letter.channel}:{whom}", facts) for letter in letters]


def _record_letter(actor: Actor, letter: "_Letter", key: str, facts: Mapping[str, Any]) -> Notification:
    """Store a letter, and enqueue its job if it is the first with its key.

    ``facts`` are the columns that the letters of all channels share.
    """
    own = {
        "channel": letter.channel,
        "address": letter.address,
        "masked": rules.mask_address(letter.channel, letter.address),
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
    """Return the letter for each channel in which it reaches ``to``: e-mail, text message.

    Texts are rendered now, so that they state what was true at the decision; ``body`` is that of the e-mail.
    """
    email = to.email if isinstance(to, User) else to.strip() if "@" in to else ""
    phone = to.phone if isinstance(to, User) else "" if "@" in to else to
    mobile = rules.mobile_number(phone) if sms or (isinstance(to, str) and not email) else ""
    letters = []
    if email:
        letters.append(_Letter(DeliveryChannel.EMAIL, email, body))
    if mobile and sms_gate() is not None:
        text = render(f"{template.removesuffix('.txt')}.sms.txt", language, **values)
        letters.append(_Letter(DeliveryChannel.SMS, mobile, " ".join(text.split())))
    return letters


def deliver(notification_id: int) -> None:
    """Send a notification unless it was sent or is being sent. Raises NotDelivered to be retried.

    The row stays locked during sending, so that two workers never send the same one.
    """
    failure: Undelivered | None = None
    with transaction.atomic():
        waiting = Notification.objects.select_for_update(skip_locked=True, of=("self",))
        notification = waiting.filter(pk=notification_id, state=State.QUEUED).first()
        if notification is None:
            return
        notification.attempts += 1
        try:
            notification.reference = _send(notification)
        except Undelivered as problem:
            failure = problem
        if failure is None:
            _record_delivery(notification)
        else:
            _record_failure(notification, failure)
    # Outside both blocks: the attempt is committed, and no server's words hang on this exception as its cause.
    if failure is not None and notification.state == State.QUEUED:
        raise NotDelivered(failure.code, failure.wait)


def _record_delivery(notification: Notification) -> None:
    """Mark the notification sent and empty its address and text."""
    notification.sent_at, notification.error = clock.now(), ""
    notification.address = notification.body = ""  # it has arrived; nobody needs it here any more
    _change_state(notification, State.SENT)
    record(system(JOB), "messaging.sent", notification, attempts=notification.attempts)


def _record_failure(notification: Notification, failure: Undelivered) -> None:
    """Store the failure; after too many attempts, or a final one, mark the notification failed."""
    notification.error = failure.code
    if failure.final or notification.attempts >= rules.MAY_TRY:
        _change_state(notification, State.FAILED)
        record(system(JOB), "messaging.failed", notification, attempts=notification.attempts, code=failure.code)
    else:
        notification.save(update_fields=["attempts", "error"])


def _change_state(notification: Notification, to: State) -> None:
    """Set the notification's state to ``to`` and save it; Conflict if its present state does not allow the change.

    The caller has locked the row.
    """
    if not follows(TRANSITIONS, notification.state, to):
        raise Conflict("notification_moved", notification.get_state_display())
    notification.state = to
    notification.save()


def _send(notification: Notification) -> str:
    """Send the notification by e-mail or text message and return the message's reference. Raises Undelivered."""
    if not notification.address:  # emptied by retention while it still waited
        raise Undelivered("too_old", final=True)
    if notification.channel == DeliveryChannel.EMAIL:
        return _send_email(notification)
    gate = sms_gate()
    if gate is None:
        raise Undelivered("no_gate")
    return gate.send(notification.address, notification.body, key=notification.key)


def _send_email(notification: Notification) -> str:
    """Send the notification by the mail server and return the Message-ID.

    The id comes from the key, so mail programs recognise a duplicate.
    """
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "localhost"
    reference = f"<{sha256(notification.key.encode()).hexdigest()[:32]}@{host}>"
    letter = EmailMessage(
        notification.subject_line, notification.body, to=[notification.address], headers={"Message-ID": reference}
    )
    try:
        send_by_smtp(letter)
    except LetterNotSent as failure:
        raise Undelivered(failure.code, final=isinstance(failure, LetterRefused)) from None
    return reference[:100]


@transaction.atomic
def send_again(*, actor: Actor, notification: Notification) -> Notification:
    """Queue a failed notification again on an officer's request and reset its number of attempts.

    Conflict if it is no longer failed or its text was deleted; 404 without access to its subject, 403 without the
    right.
    """
    standing = rules.standing(actor, notification.subject_kind, notification.subject_id)
    if standing is None:
        raise Http404
    locked = Notification.objects.select_for_update().get(pk=notification.pk)
    require(rules.may_see_notifications(standing) and standing.may_write)
    if not rules.may_send_again(standing, locked):
        raise overtaken_conflict(actor, "notification_moved", locked)
    locked.attempts = 0
    _change_state(locked, State.QUEUED)
    record(actor, "messaging.queued", locked)
    enqueue(JOB, notification_id=locked.pk)
    return locked
