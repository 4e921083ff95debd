"""An edit page that was opened before somebody else saved: nothing is written over, and both versions are shown."""

import re
from collections.abc import Callable
from datetime import time, timedelta
from typing import Any, NamedTuple

import pytest
from django.urls import reverse

from ancu.apps.accounts.models import Organisation, User
from ancu.apps.dossiers.services.counters import OpeningPeriod
from ancu.apps.dossiers.tests.factories import make_counter
from ancu.apps.listening.models import Meeting
from ancu.apps.listening.tests.factories import make_meeting
from ancu.apps.messaging.models import ReplyTemplate
from ancu.apps.messaging.services import save_template
from ancu.apps.programs.models import Webhook
from ancu.apps.programs.services import add as add_webhook
from ancu.apps.protection.services.breaches import record_breach as note_breach
from ancu.apps.surveys.rules.definition import read
from ancu.apps.surveys.selectors.surveys import newest_version
from ancu.apps.surveys.tests.factories import make_survey
from ancu.core import clock
from ancu.core.testing import texts
from ancu.core.testing.edit_pages import hidden_fields

pytestmark = pytest.mark.django_db


class EditedPage(NamedTuple):
    """An edit page: ``earlier`` and ``later`` are what two tabs change of ``values``."""

    who: str
    url: str
    values: dict[str, Any]
    earlier: dict[str, Any]
    later: dict[str, Any]
    stored: Callable[[], Any]
    post_to: str = ""


def meeting(world: Any) -> EditedPage:
    begins = clock.local(clock.now() + timedelta(days=9)).replace(hour=8, minute=0, second=0, microsecond=0)
    meeting = make_meeting(world, starts_at=begins, ends_at=begins + timedelta(hours=2))
    values = {
        "theme": meeting.theme, "level": meeting.level, "unit": meeting.unit_id, "station": meeting.station,
        "venue": meeting.venue, "quota": meeting.quota, "agenda": meeting.agenda, "survey": "",
        "day": f"{begins:%d/%m/%Y}", "begins": "08:00",
        "ends": "10:00", "key": meeting.key,
    }  # fmt: skip
    later_day = begins + timedelta(days=2)
    return EditedPage(
        "olga", f"/office/meetings/{meeting.pk}/change/", values, {"day": f"{later_day:%d/%m/%Y}"},
        {"venue": "Nhà văn hoá mới"}, lambda: Meeting.objects.get(pk=meeting.pk).starts_at == later_day,
    )  # fmt: skip


def survey_settings(world: Any) -> EditedPage:
    survey = make_survey(world)
    values = {"title_vi": survey.title_vi, "title_en": survey.title_en, "intro_vi": "", "intro_en": ""}
    return EditedPage(
        "rosa", f"/surveys/{survey.pk}/settings/", values, {"intro_vi": "Lời một"}, {"title_vi": "Tên hai"},
        lambda: type(survey).objects.get(pk=survey.pk).intro_vi == "Lời một",
    )  # fmt: skip


def question(world: Any) -> EditedPage:
    survey = make_survey(world)
    values = {"text_vi": "Ông bà chờ bao nhiêu phút?", "text_en": "How long?", "minimum": "0", "maximum": "600"}
    return EditedPage(
        "rosa", f"/surveys/{survey.pk}/questions/q5/", values, {"maximum": "300"}, {"text_vi": "Sửa ở thẻ hai"},
        lambda: read(newest_version(survey).definition).question("q5").maximum == 300,
    )  # fmt: skip


def counter(world: Any) -> EditedPage:
    counter = make_counter(world, [OpeningPeriod(0, time(8), time(11)), OpeningPeriod(5, time(7, 30), time(11))])
    values = {
        "name": counter.name, "address": counter.address, "slot_minutes": 30, "capacity": 4, "is_open": "on",
        "day_0": "08:00–11:00", "day_5": "07:30–11:00",
    }  # fmt: skip
    return EditedPage(
        "rosa", f"/office/counters/{counter.pk}", values, {"day_5": ""}, {"capacity": 5},
        lambda: not counter.hours.filter(weekday=5).exists(),
    )  # fmt: skip


def reply_template(world: Any) -> EditedPage:
    template = save_template(actor=world.actor("olga"), title="Nhắc khai báo", body="Kính gửi quý vị", kind="")
    return EditedPage(
        "olga", f"/messages/templates/{template.pk}/", {"title": template.title, "body": template.body, "kind": ""},
        {"body": "Lời một"}, {"title": "Tên hai"}, lambda: ReplyTemplate.objects.get(pk=template.pk).body == "Lời một",
    )  # fmt: skip


def agency_name(world: Any) -> EditedPage:
    agency = world.commune_agency
    return EditedPage(
        "rosa", f"/office/administration/agencies/{agency.pk}/rename/", {"name": agency.name}, {"name": "Tên một"},
        {"name": "Tên hai"}, lambda: Organisation.objects.get(pk=agency.pk).name == "Tên một",
    )  # fmt: skip


def profile(world: Any) -> EditedPage:
    values = {"full_name": world.users["olga"].full_name, "phone": "", "language": "en"}
    return EditedPage(
        "olga", "/accounts/profile", values, {"phone": "0912 111 222"}, {"full_name": "Olga Hai"},
        lambda: User.objects.get(pk=world.users["olga"].pk).phone != "",
    )  # fmt: skip


def webhook(world: Any) -> EditedPage:
    events, url = ["stay.corrected", "stay.withdrawn"], "https://93.184.216.34/hook"
    webhook, _secret = add_webhook(world.actor("alice"), establishment=world.lodging, url=url, events=events)
    return EditedPage(
        "alice", f"/programs/{webhook.pk}", {"events": webhook.events}, {"events": ["stay.corrected"]},
        {"events": ["stay.checked_out"]}, lambda: Webhook.objects.get(pk=webhook.pk).events == ["stay.corrected"],
        f"/programs/{webhook.pk}/events",
    )  # fmt: skip


def breach(world: Any) -> EditedPage:
    moment = clock.local(clock.now() - timedelta(hours=2)).replace(second=0, microsecond=0)
    values = {
        "discovered_day": f"{moment:%d/%m/%Y}", "discovered_time": f"{moment:%H:%M}", "what_happened": "Mất máy",
        "data_kinds": ["contact"], "risk": "low", "telling": "open",
    }  # fmt: skip
    stored = {"discovered_at": moment, "what_happened": "Mất máy", "data_kinds": ["contact"], "risk": "low"}
    breach = note_breach(world.actor("rosa"), **stored)
    url = reverse("protection:breach-change", args=[breach.pk])
    return EditedPage(
        "rosa", url, values | {"telling": breach.telling}, {"measures": "Đã khoá máy"},
        {"what_happened": "Mất máy tính"},
        lambda: type(breach).objects.get(pk=breach.pk).measures == "Đã khoá máy",
    )  # fmt: skip


PAGES = [breach, meeting, survey_settings, question, counter, reply_template, agency_name, profile, webhook]


@pytest.mark.parametrize("lay_out", PAGES)
def test_an_older_tab_writes_over_nothing(world: Any, lay_out: Callable[[Any], EditedPage]) -> None:
    page = lay_out(world)
    client, to = world.client(page.who), page.post_to or page.url
    before = hidden_fields(client, page.url)
    assert client.post(to, page.values | before | page.earlier).status_code == 302
    assert page.stored()
    answer = client.post(to, page.values | before | page.later)
    text = answer.content.decode()
    assert answer.status_code == 409 and page.stored(), "what the first tab saved stands"
    assert texts.YOU_LAST_CHANGED_THIS_YOURSELF in text and "not saved" in text and "Below is what you typed" in text
    form = answer.context["edit"].form
    form_values = {field.name: str(field.value()) for field in form.visible_fields()}
    assert {name: form_values[name] for name in page.later} == {name: str(value) for name, value in page.later.items()}
    edit = answer.context["edit"]
    looked_at = page.values | page.earlier | page.later | {"edition": edit.edition, "shown": edit.shown}
    assert client.post(to, looked_at).status_code == 302, "once it was looked at it is saved"


@pytest.mark.parametrize("lay_out", PAGES)
def test_the_same_form_sent_twice_is_no_conflict(world: Any, lay_out: Callable[[Any], EditedPage]) -> None:
    page = lay_out(world)
    client, to = world.client(page.who), page.post_to or page.url
    sent = page.values | hidden_fields(client, page.url) | page.earlier
    assert [client.post(to, sent).status_code for _ in range(2)] == [302, 302]


def test_what_was_typed_stands_beside_what_a_colleague_saved(world: Any) -> None:
    page = counter(world)
    client = world.client("rosa")
    before = hidden_fields(client, page.url)
    client.post(page.url, page.values | before | page.earlier)
    answer = client.post(page.url, page.values | before | {"capacity": "5", "day_0": "09:00-12:00"})
    compared = {str(field.label): (field.typed, field.present) for field in answer.context["edit"].comparisons}
    assert compared == {
        "People at the same time": ("5", "4"), "Monday": ("09:00–12:00", "08:00–11:00"), "Saturday": (None, ""),
    }  # fmt: skip
    assert answer.context["edit"].form["day_5"].value() in ("", None, []), "the closed day is not opened again"


def test_nonsense_in_the_hidden_fields_is_no_failure(world: Any) -> None:
    page = reply_template(world)
    for nonsense in ("", "x", "[]", "{}", '{"title": {"a": [1]}, "kind": 7}', "[" * 20_000):
        answer = world.client("olga").post(page.url, page.values | page.later | {"edition": "x", "shown": nonsense})
        assert answer.status_code == 409
    assert world.client("olga").post(page.url, page.values | page.later).status_code == 302


def test_a_template_removed_meanwhile_says_by_whom_and_keeps_the_text(world: Any) -> None:
    page = reply_template(world)
    olga = world.client("olga")
    assert olga.post(f"{page.url}remove/").status_code == 302
    answer = olga.post(page.url, page.values | {"body": "Lời vừa gõ"})
    text = answer.content.decode()
    assert answer.status_code == 409 and "This template has been removed. You last changed this yourself" in text
    assert "Lời vừa gõ" in text and "What you typed" in text
    second_answer = olga.post(f"{page.url}remove/", follow=True).content.decode()
    assert "This template has been removed." in second_answer and "Template removed" not in second_answer
    assert olga.get(page.url).status_code == 404
    assert world.client("pavel").post(page.url, page.values).status_code == 404


def test_a_question_removed_meanwhile_says_by_whom_and_keeps_the_text(world: Any) -> None:
    page = question(world)
    rosa = world.client("rosa")
    carried = hidden_fields(rosa, page.url)
    assert rosa.post(f"{page.url}remove/").status_code == 302
    answer = rosa.post(page.url, page.values | carried | {"text_vi": "Câu vừa gõ"})
    text = answer.content.decode()
    assert answer.status_code == 409 and "This question has been removed. You last changed this yourself" in text
    assert "Câu vừa gõ" in text and "600" in text
    for act in ("remove", "move"):
        assert "has been removed" in rosa.post(f"{page.url}{act}/", {"to": "up"}, follow=True).content.decode()
    assert rosa.get(page.url).status_code == 404
    assert rosa.post(page.url.replace("q5", "q99"), page.values).status_code == 404


def test_a_heading_from_an_older_tab_writes_over_nothing(world: Any) -> None:
    survey = make_survey(world)
    rosa, url = world.client("rosa"), f"/surveys/{survey.pk}/questions/"
    part = read(newest_version(survey).definition).sections[0]
    edition = re.search(r'name="edition" value="([^"]+)"', rosa.get(url).content.decode())
    to = f"/surveys/{survey.pk}/sections/{part.id}/"
    assert edition
    first = {"title_vi": "Một", "title_en": "One", "edition": edition[1]}
    assert rosa.post(to, first).status_code == 302
    text = rosa.post(to, first | {"title_vi": "Hai"}, follow=True).content.decode()
    assert "This was changed after you opened the page." in text and "“Hai”" in text
    assert read(newest_version(survey).definition).sections[0].title.vi == "Một"
