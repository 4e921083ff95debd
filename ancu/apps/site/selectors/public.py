"""What everybody may read: news that is published, and outage notices that are shown now."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Max, QuerySet
from django.shortcuts import get_object_or_404

from ancu.apps.site.models import NewsItem, OutageNotice
from ancu.core import clock
from ancu.core.db.pagination import CursorPage, cursor_page

NEWS_ON_HOME = 5


def published_news() -> QuerySet[NewsItem]:
    """Return the published news."""
    return NewsItem.objects.filter(withdrawn_at=None, published_at__lte=clock.now())


def newest_news(number: int = NEWS_ON_HOME) -> Sequence[NewsItem]:
    """Return the newest published items, without their long text."""
    return list(published_news().order_by("-published_at", "-id").defer("body_vi", "body_en")[:number])


def news_page(after: str = "") -> CursorPage[NewsItem]:
    """Return a page of published news, newest first."""
    return cursor_page(published_news(), "-published_at", "-id", after=after)


def get_published_news(pk: int) -> NewsItem:
    """Return a published item, or 404."""
    return get_object_or_404(published_news(), pk=pk)


def _current_outages() -> QuerySet[OutageNotice]:
    """Return the outage notices that are to be shown now."""
    now = clock.now()
    return OutageNotice.objects.filter(withdrawn_at=None, shown_from__lte=now, ends_at__gt=now)


def shown_outages() -> Sequence[OutageNotice]:
    """Return the outage notices that public pages show now, the next one first."""
    return list(_current_outages().order_by("starts_at", "id"))


def get_shown_outage(pk: int) -> OutageNotice:
    """Return a notice that public pages show now, or 404."""
    return get_object_or_404(_current_outages(), pk=pk)


def content_changed_at() -> datetime | None:
    """Return when the published news changed last; None without any."""
    changed: datetime | None = published_news().aggregate(changed=Max("changed_at"))["changed"]
    return changed
