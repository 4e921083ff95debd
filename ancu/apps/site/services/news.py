"""Publish, change and withdraw news."""

from typing import Any
from uuid import UUID

from django.db import transaction

from ancu.apps.audit.services import record
from ancu.apps.site import rules
from ancu.apps.site.models import NewsItem
from ancu.apps.site.selectors.office import news_values, visible_news
from ancu.apps.site.services.entries import change_entry, get_locked, withdraw_entry
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import require


@transaction.atomic
def publish_news(*, actor: Actor, key: UUID, **values: Any) -> NewsItem:
    """Publish an item of news at its time; the same ``key`` returns the same item."""
    require(rules.may_publish(actor))
    defaults = values | {"author_id": actor.user_id, "changed_at": clock.now()}
    item, created = NewsItem.objects.get_or_create(key=key, defaults=defaults)
    if created:
        record(actor, "site.published_news", item)
    return item


@transaction.atomic
def change_news(*, actor: Actor, pk: int, edition: str = "", **values: Any) -> NewsItem:
    """Change an item of news. Conflict if it was withdrawn, or changed after the page showed ``edition``."""
    require(rules.may_publish(actor))
    item = get_locked(actor, visible_news(actor), pk)
    if changed := change_entry(actor, item, news_values(item), values, edition):
        record(actor, "site.changed_news", item, fields=changed)
    return item


@transaction.atomic
def withdraw_news(*, actor: Actor, pk: int) -> NewsItem:
    """Take an item of news off the public site. Conflict if it was withdrawn already."""
    require(rules.may_publish(actor))
    item = get_locked(actor, visible_news(actor), pk)
    withdraw_entry(item)
    record(actor, "site.withdrew_news", item)
    return item
