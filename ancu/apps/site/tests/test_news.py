"""News: who writes it, who reads it, and what happens when it is changed or withdrawn."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from ancu.apps.audit.models import Event
from ancu.apps.dossiers.tests.factories import make_cast
from ancu.apps.site.models import NewsItem
from ancu.apps.site.selectors.office import news_values
from ancu.apps.site.selectors.public import newest_news
from ancu.apps.site.services.news import change_news, publish_news, withdraw_news
from ancu.apps.site.tests.factories import make_news, reader
from ancu.core import clock
from ancu.core.errors import Conflict, Forbidden, Http404
from ancu.core.forms.editions import edition_of
from ancu.core.testing.edit_pages import hidden_fields

pytestmark = pytest.mark.django_db
FORM = {
    "title_vi": "Quầy thêm một bàn", "title_en": "One more desk", "summary_vi": "Sáng thứ Bảy.",
    "summary_en": "On Saturday.", "body_vi": "", "body_en": "", "published_at_day": "01/06/2026",
    "published_at_time": "08:00",
}  # fmt: skip


def acts(item):
    return list(
        Event.objects.filter(subject_type="site.newsitem", subject_id=item.pk)
        .order_by("id")
        .values_list("act", flat=True)
    )


@pytest.mark.parametrize("who", ["rosa", "dora"])
def test_administrators_and_approving_officers_write_news(world, who):
    client = make_cast(world).client(who)
    assert client.post(reverse("site:office-news-new"), FORM | {"key": uuid4()}).status_code == 302
    item = NewsItem.objects.get()
    assert (item.title_vi, f"{clock.local(item.published_at):%d/%m/%Y %H:%M}") == (
        "Quầy thêm một bàn",
        "01/06/2026 08:00",
    )
    assert acts(item) == ["site.published_news"]


@pytest.mark.parametrize("who", ["olga", "quynh", "ines", "alice", "mia"])
def test_nobody_else_writes_news(world, who):
    item = make_news(make_cast(world))
    actor = world.actor(who)
    with pytest.raises(Forbidden):
        publish_news(actor=actor, key=uuid4(), **news_values(item))
    with pytest.raises(Forbidden):
        change_news(actor=actor, pk=item.pk, title_vi="?")
    with pytest.raises(Forbidden):
        withdraw_news(actor=actor, pk=item.pk)
    assert acts(item) == ["site.published_news"]


def test_a_form_sent_twice_publishes_once(world):
    item = make_news(world)
    assert make_news(world, key=item.key, title_vi="Khác").pk == item.pk
    assert NewsItem.objects.count() == 1


def test_news_is_read_from_its_time_on(world):
    item = make_news(world)
    later = make_news(world, title_vi="Sắp tới", published_at=clock.now() + timedelta(hours=1))
    client = world.client()
    assert [item.pk for item in newest_news()] == [item.pk]
    assert "Sắp tới" not in client.get(reverse("site:news")).content.decode()
    assert client.get(reverse("site:news-item", args=[later.pk])).status_code == 404
    assert client.get(reverse("site:news-item", args=[item.pk])).status_code == 200


def test_each_language_has_its_own_words(world):
    item = make_news(world, body_vi="Toàn văn.", body_en="The full text.")
    url = reverse("site:news-item", args=[item.pk])
    vietnamese = reader(world, "vi").get(url).content.decode()
    english = reader(world, "en").get(url).content.decode()
    assert "Toàn văn." in vietnamese
    assert "The full text." not in vietnamese
    assert "The counter opens on Saturday" in english
    assert "The full text." in english


def test_withdrawn_news_is_gone_and_stays_as_it_was(world):
    item = make_news(world)
    withdraw_news(actor=world.actor("rosa"), pk=item.pk)
    assert newest_news() == []
    assert world.client().get(reverse("site:news-item", args=[item.pk])).status_code == 404
    with pytest.raises(Conflict):
        withdraw_news(actor=world.actor("rosa"), pk=item.pk)
    with pytest.raises(Conflict):
        change_news(actor=make_cast(world).actor("dora"), pk=item.pk, title_vi="Khác")
    assert acts(item) == ["site.published_news", "site.withdrew_news"]


def test_a_change_is_recorded_by_its_fields(world):
    item = make_news(world)
    change_news(actor=world.actor("rosa"), pk=item.pk, edition=edition_of(news_values(item)), title_vi="Tên mới")
    change_news(actor=world.actor("rosa"), pk=item.pk, title_vi="Tên mới")  # nothing changes
    assert acts(item) == ["site.published_news", "site.changed_news"]
    assert Event.objects.get(act="site.changed_news").details == {"fields": ["title_vi"]}
    with pytest.raises(Http404):
        change_news(actor=world.actor("rosa"), pk=item.pk + 1, title_vi="?")


def test_a_change_by_another_person_is_not_overwritten(world):
    item = make_news(world, published_at=clock.now().replace(second=0, microsecond=0) - timedelta(hours=1))
    url, client = reverse("site:office-news", args=[item.pk]), world.client("rosa")
    moment = clock.local(item.published_at)
    sent = FORM | {"key": item.key, "published_at_day": f"{moment:%d/%m/%Y}", "published_at_time": f"{moment:%H:%M}"}
    sent |= hidden_fields(client, url)
    change_news(actor=make_cast(world).actor("dora"), pk=item.pk, summary_vi="Của Dora.")
    page = client.post(url, sent)
    assert page.status_code == 409
    assert "Của Dora." in page.content.decode()
    item.refresh_from_db()
    assert item.title_vi == "Quầy mở sáng thứ Bảy"


def test_a_full_text_is_written_in_both_languages(world):
    page = world.client("rosa").post(reverse("site:office-news-new"), FORM | {"key": uuid4(), "body_vi": "Chỉ một."})
    assert page.status_code == 422
    assert page.context["form"].errors.keys() == {"body_en"}
