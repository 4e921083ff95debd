"""Test data: news and outage notices of Rosa, an administrator."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings

from ancu.apps.lodging.tests.factories import World
from ancu.apps.site.models import NewsItem, OutageNotice
from ancu.apps.site.services.news import publish_news
from ancu.apps.site.services.outages import announce_outage
from ancu.core import clock


def reader(world: World, language: str) -> Any:
    """Return the browser of a visitor who reads this language."""
    client = world.client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return client


def make_news(world: World, **values: Any) -> NewsItem:
    """Rosa publishes an item of news an hour ago."""
    texts = {
        "title_vi": "Quầy mở sáng thứ Bảy", "title_en": "The counter opens on Saturday",
        "summary_vi": "Từ tuần tới.", "summary_en": "From next week.", "body_vi": "", "body_en": "",
    }  # fmt: skip
    moment = {"published_at": clock.now() - timedelta(hours=1), "key": uuid4()}
    return publish_news(actor=world.actor("rosa"), **(texts | moment | values))


def make_outage(world: World, **values: Any) -> OutageNotice:
    """Rosa announces an outage of two hours tomorrow, shown since an hour ago."""
    now = clock.now()
    texts = {
        "reason_vi": "Bảo trì máy chủ", "reason_en": "Maintenance", "works_vi": "Điện thoại giữ lượt khai.",
        "works_en": "Phones keep what you declare.", "details_vi": "", "details_en": "",
    }  # fmt: skip
    moments = {
        "shown_from": now - timedelta(hours=1), "starts_at": now + timedelta(days=1),
        "ends_at": now + timedelta(days=1, hours=2), "key": uuid4(),
    }  # fmt: skip
    return announce_outage(actor=world.actor("rosa"), **(texts | moments | values))


def scene_addresses(world: World) -> dict[str, dict[str, Any]]:
    """An item of news and an outage notice, both shown."""
    news, outage = {"pk": make_news(world).pk}, {"pk": make_outage(world).pk}
    return {"/news/": news, "/outages/": outage, "/office/site/news/": news, "/office/site/outages/": outage}
