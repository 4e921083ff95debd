"""Create and read notifications, and save preferences and devices."""

from collections.abc import Mapping
from hashlib import sha256

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ancu.apps.accounts.models import User
from ancu.apps.audit.services import record
from ancu.apps.messaging import rules
from ancu.apps.messaging.enums import EmailTiming
from ancu.apps.messaging.models import InAppNotification, NotificationPreference, PushAddress
from ancu.apps.messaging.selectors import in_app as selectors
from ancu.core import clock
from ancu.core.actor import Actor, ActorKind
from ancu.core.db.jobs import enqueue
from ancu.core.errors import Conflict, require
from ancu.core.web.http import local_path
from ancu.core.web.outbound import AddressRefused, look_up

PUSH = "messaging.push"
DECISION = ".decision"  # ends the kind of subject of a letter about a colleague's decision
MOST_DEVICES = 10


def create_in_app_notification(
    user: User, *, key: str, kind: str, titles: tuple[str, str], path: str, choice: NotificationPreference | None,
    subject: tuple[str, object] = ("", ""),
) -> None:  # fmt: skip
    """Add an entry to the user's list of notifications, once for each ``key``, and push it to the devices.

    ``choice`` may refuse the push. ``titles`` are in Vietnamese and English, because the list follows the language of
    its page. ``subject`` is kind and id of what it is about.
    """
    values = {"kind": kind, "path": local_path(path)[:300], "rung_at": clock.now()}
    values |= {"title_vi": titles[0][:250], "title_en": titles[1][:250]}
    values |= {"subject_kind": subject[0].removesuffix(DECISION), "subject_id": str(subject[1])}
    _bell, new = InAppNotification.objects.get_or_create(user=user, key=key, defaults=values)
    if not new or not settings.WEB_PUSH or (choice is not None and not choice.push):
        return
    for pk in PushAddress.objects.filter(user=user).values_list("pk", flat=True):
        enqueue(PUSH, address_id=pk)


@transaction.atomic
def mark_notification_read(*, actor: Actor, pk: int) -> InAppNotification:
    """Store when the actor first read the notification; return the notification."""
    bell = selectors.get_own_notification(actor, pk)
    if bell.read_at is None:
        bell.read_at = clock.now()
        bell.save(update_fields=["read_at"])
    return bell


def mark_all_read(*, actor: Actor) -> int:
    """Mark all present notifications of the actor read; return their number."""
    return selectors.own_notifications(actor).filter(read_at__isnull=True).update(read_at=clock.now())


@transaction.atomic
def save_preferences(*, actor: Actor, choices: Mapping[str, tuple[str, bool]]) -> None:
    """Save when to e-mail and whether to push, by kind of notification; unknown kinds are ignored."""
    require(actor.kind is ActorKind.PERSON)
    known_kinds = {*rules.kinds(), selectors.WAITING}
    for kind, (email, push) in choices.items():
        if kind in known_kinds and email in EmailTiming.values:
            values = {"email": email, "push": push}
            NotificationPreference.objects.update_or_create(user_id=actor.user_id or 0, kind=kind, defaults=values)
    record(actor, "messaging.preferred", ("accounts.user", actor.user_id), kinds=sorted(set(choices) & known_kinds))


@transaction.atomic
def add_device(*, actor: Actor, endpoint: str, device: str) -> PushAddress:
    """Register a browser for push messages to the actor, its last signed-in user.

    The oldest devices beyond ``MOST_DEVICES`` are deleted. 409 if the office sends no push messages, or for an
    address that no push service could have.
    """
    require(actor.kind is ActorKind.PERSON)
    refused = Conflict("push_address", _("This browser did not give us an address for notifications."))
    if not settings.WEB_PUSH:
        raise refused
    try:
        look_up(endpoint, loopback=settings.WEBHOOK_LOOPBACK)
    except AddressRefused:
        raise refused from None
    User.objects.select_for_update().get(pk=actor.user_id or 0)
    values = {"user_id": actor.user_id or 0, "endpoint": endpoint, "device": device[:60], "added_at": clock.now()}
    digest = sha256(endpoint.encode()).hexdigest()
    added, _new = PushAddress.objects.update_or_create(digest=digest, defaults=values | {"refused": 0})
    record(actor, "messaging.device_added", added)
    for old in selectors.devices(actor)[MOST_DEVICES:]:
        old.delete()
    return added


@transaction.atomic
def remove_device(*, actor: Actor, pk: int) -> None:
    """Delete one of the devices to which the actor's push messages are sent."""
    device = selectors.get_device(actor, pk)
    record(actor, "messaging.device_removed", device)
    device.delete()
