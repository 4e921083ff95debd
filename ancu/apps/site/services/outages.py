"""Announce, change and withdraw outage notices."""

from typing import Any
from uuid import UUID

from django.db import transaction

from ancu.apps.audit.services import record
from ancu.apps.site import rules
from ancu.apps.site.models import OutageNotice
from ancu.apps.site.selectors.office import outage_values, visible_outages
from ancu.apps.site.services.entries import change_entry, get_locked, withdraw_entry
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import require


@transaction.atomic
def announce_outage(*, actor: Actor, key: UUID, **values: Any) -> OutageNotice:
    """Announce an outage; the same ``key`` returns the same notice."""
    require(rules.may_publish(actor))
    defaults = values | {"author_id": actor.user_id, "changed_at": clock.now()}
    outage, created = OutageNotice.objects.get_or_create(key=key, defaults=defaults)
    if created:
        record(actor, "site.announced_outage", outage)
    return outage


@transaction.atomic
def change_outage(*, actor: Actor, pk: int, edition: str = "", **values: Any) -> OutageNotice:
    """Change a notice. Conflict if it was withdrawn, or changed after the page showed ``edition``."""
    require(rules.may_publish(actor))
    outage = get_locked(actor, visible_outages(actor), pk)
    if changed := change_entry(actor, outage, outage_values(outage), values, edition):
        record(actor, "site.changed_outage", outage, fields=changed)
    return outage


@transaction.atomic
def withdraw_outage(*, actor: Actor, pk: int) -> OutageNotice:
    """Take a notice off the public pages. Conflict if it was withdrawn already."""
    require(rules.may_publish(actor))
    outage = get_locked(actor, visible_outages(actor), pk)
    withdraw_entry(outage)
    record(actor, "site.withdrew_outage", outage)
    return outage
