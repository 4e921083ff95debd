"""News and outage notices for those who write them, shown or not."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse

from ancu.apps.audit.selectors import NamedRecord
from ancu.apps.site import rules
from ancu.apps.site.models import NewsItem, OutageNotice
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.pagination import CursorPage, cursor_page
from ancu.core.web.language import reader_language

PAST_OUTAGES = timedelta(days=90)
NEWS_VALUES = ("title_vi", "title_en", "summary_vi", "summary_en", "body_vi", "body_en", "published_at")
OUTAGE_VALUES = (
    "reason_vi", "reason_en", "works_vi", "works_en", "details_vi", "details_en", "shown_from", "starts_at", "ends_at",
)  # fmt: skip


def visible_news(actor: Actor) -> QuerySet[NewsItem]:
    """Return all news for those who write it; nothing for others."""
    return NewsItem.objects.all() if rules.may_publish(actor) else NewsItem.objects.none()


def visible_outages(actor: Actor) -> QuerySet[OutageNotice]:
    """Return all outage notices for those who write them; nothing for others."""
    return OutageNotice.objects.all() if rules.may_publish(actor) else OutageNotice.objects.none()


def news_list(actor: Actor, after: str = "") -> CursorPage[NewsItem]:
    """Return a page of all news, newest first."""
    return cursor_page(visible_news(actor).defer("body_vi", "body_en"), "-published_at", "-id", after=after)


def recent_outages(actor: Actor) -> Sequence[OutageNotice]:
    """Return the notices of outages ahead and of the last 90 days, the latest first."""
    recent = visible_outages(actor).filter(ends_at__gt=clock.now() - PAST_OUTAGES)
    return list(recent.order_by("-starts_at", "-id"))


def get_news(actor: Actor, pk: int) -> NewsItem:
    """Return an item of news, or 404."""
    return get_object_or_404(visible_news(actor), pk=pk)


def get_outage(actor: Actor, pk: int) -> OutageNotice:
    """Return an outage notice, or 404."""
    return get_object_or_404(visible_outages(actor), pk=pk)


def news_values(item: NewsItem) -> dict[str, Any]:
    """Return the values of an item that its edit page changes."""
    return {name: getattr(item, name) for name in NEWS_VALUES}


def outage_values(outage: OutageNotice) -> dict[str, Any]:
    """Return the values of a notice that its edit page changes."""
    return {name: getattr(outage, name) for name in OUTAGE_VALUES}


def news_named(actor: Actor, keys: list[str]) -> dict[str, NamedRecord]:
    """Return title and address of news for the audit, by id."""
    rows = visible_news(actor).filter(pk__in=keys).values_list("pk", f"title_{reader_language()}")
    return {str(pk): NamedRecord(title, reverse("site:office-news", args=[pk])) for pk, title in rows}


def outages_named(actor: Actor, keys: list[str]) -> dict[str, NamedRecord]:
    """Return reason and address of outage notices for the audit, by id."""
    rows = visible_outages(actor).filter(pk__in=keys).values_list("pk", f"reason_{reader_language()}")
    return {str(pk): NamedRecord(reason, reverse("site:office-outage", args=[pk])) for pk, reason in rows}
