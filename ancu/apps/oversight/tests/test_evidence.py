"""An alert's page holds what one needs to compute it again; its sentence counts to the day it speaks of."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.utils.html import strip_tags
from django.utils.translation import override

from ancu.apps.audit.models import Event
from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.models import Dossier, Result
from ancu.apps.dossiers.tests.factories import enter_result, make_cast, make_dossier
from ancu.apps.lodging.models import Establishment
from ancu.apps.lodging.tests.factories import World, make_establishment
from ancu.apps.oversight.models import Alert
from ancu.apps.oversight.rules.facts import day_of
from ancu.apps.oversight.selectors import evidence
from ancu.apps.oversight.selectors.inbox import AlertFilter, area_for_reader, inbox
from ancu.apps.oversight.selectors.timeline import timeline_of
from ancu.apps.oversight.selectors.words import fine_in_short, law_of, sentence_of
from ancu.apps.oversight.services import deciding
from ancu.apps.oversight.tests.factories import (
    evaluate,
    make_alert,
    make_busy,
    make_inspection,
    make_notice,
    make_overstay,
)
from ancu.apps.stays.models import Stay
from ancu.apps.stays.tests.factories import make_identity, make_stay, make_submission
from ancu.core import clock

pytestmark = pytest.mark.django_db


def page(world: World, who: str, alert: Alert) -> str:
    raw = world.client(who).get(f"/office/alerts/{alert.pk}/").content.decode()
    return unescape(re.sub(r"\s+", " ", strip_tags(raw)))


def raise_alert(rule: str) -> Alert:
    evaluate()
    return Alert.objects.get(rule=rule)


def sentence(alert: Alert) -> str:
    with override("en"):
        return sentence_of(Alert.objects.select_related("stay", "establishment").get(pk=alert.pk))


def test_days_are_counted_to_today_to_the_departure_or_to_the_decision(world: World, monkeypatch: Any) -> None:
    permitted = clock.today() - timedelta(days=1)
    alert = make_alert(world.lodging, permitted_until=permitted)
    assert f"1 day too long on {clock.today():%d/%m/%Y}. Fine for 1 to 15 days: " in sentence(alert)
    week = clock.now() + timedelta(days=7)
    monkeypatch.setattr(clock, "now", lambda: week)
    monkeypatch.setattr(clock, "today", lambda: clock.local(week).date())
    evaluate()
    assert f"8 days too long on {clock.today():%d/%m/%Y}" in sentence(alert), "not the step that was kept"
    olga = world.actor("olga")
    with override("en"):
        [row] = inbox(olga, AlertFilter(rule="overstay"), area_for_reader(olga)).rows
    assert row.title.endswith("overstayed by 8 days") and "500,000" in sentence(alert)
    Stay.objects.filter(pk=alert.stay_id).update(departed_on=clock.today() - timedelta(days=2))
    assert "6 days too long" in sentence(alert)
    Stay.objects.filter(pk=alert.stay_id).update(departed_on=None)
    deciding.confirm(world.actor("olga"), alert_id=alert.pk)
    later = week + timedelta(days=30)
    monkeypatch.setattr(clock, "now", lambda: later)
    monkeypatch.setattr(clock, "today", lambda: clock.local(later).date())
    assert "8 days too long" in sentence(alert), "as it stood when it was decided"


def test_what_follows_is_said_after_a_confirmation(world: World) -> None:
    alert = make_alert(world.lodging)
    assert "What happens next" not in page(world, "olga", alert)
    deciding.confirm(world.actor("olga"), alert_id=alert.pk)
    text = page(world, "olga", alert)
    assert "What happens next" in text and "No one is fined" in text


def test_every_late_guest_stands_there_with_arrival_limit_and_declaration(world: World) -> None:
    late_list = make_submission(world.lodging, late_count=2, read_count=3, accepted_count=3)
    stays = [
        make_stay(world.lodging, f"GUEST {n}", submission=late_list, minutes_late=m) for n, m in ((1, 3000), (2, 800))
    ]
    make_stay(world.lodging, "IN TIME", submission=late_list, minutes_late=0)
    alert = raise_alert("declared_late")
    text = page(world, "olga", alert)
    assert "GUEST 1" in text and "GUEST 2" in text and "IN TIME" not in text
    for stay in stays:
        by = clock.local(stay.declared_at - timedelta(minutes=stay.minutes_late))
        assert f"{by:%d/%m %H:%M}" in text
    assert "is the legal time limit plus 2 hours allowed by the office" in text
    assert text.count("by electronic means, immediately on arrival") == 1, "the limit of all stands once"
    look = Event.objects.filter(act="looked", subject_type="oversight.alert").latest("id")
    assert sorted(look.details["stays"]) == sorted(stay.pk for stay in stays)


def test_a_cut_table_says_so_and_leads_to_all_and_to_the_decision(world: World, monkeypatch: Any) -> None:
    monkeypatch.setattr(evidence, "LISTED", 13)
    late_list = make_submission(world.lodging, late_count=15, read_count=15, accepted_count=15)
    for number in range(15):
        make_stay(world.lodging, f"GUEST {number:02}", submission=late_list, minutes_late=3000 - number)
    alert = raise_alert("declared_late")
    raw = world.client("olga").get(f"/office/alerts/{alert.pk}/").content.decode()
    assert "GUEST 12" in raw and "GUEST 13" not in raw
    assert "The first 13 of 15 guests, most recently declared first." in raw
    assert f'href="/office/submissions/{late_list.pk}/"' in raw and "All guests in the submission" in raw
    assert raw.index('href="#decision"') < raw.index("<table") < raw.index('id="decision"')
    monkeypatch.setattr(evidence, "LISTED", 15)
    raw = world.client("olga").get(f"/office/alerts/{alert.pk}/").content.decode()
    assert "The first" not in raw and "All guests in the submission" not in raw


def test_both_places_are_named_to_every_reader(world: World) -> None:
    twice, today = make_identity("TWICE", "C7777X07"), clock.today()
    make_stay(world.other_lodging, identity=twice, arrived_on=today - timedelta(days=5))
    make_stay(world.lodging, identity=twice, arrived_on=today - timedelta(days=3))
    alert = raise_alert("two_places")
    for who in ("olga", "pavel"):
        text = page(world, who, alert)
        assert world.lodging.name in text and world.other_lodging.name in text, who


@pytest.mark.slow
def test_the_expected_days_are_the_sum_of_what_is_shown(world: World) -> None:
    make_busy(world.lodging, until=15)
    alert = raise_alert("silent")
    page = world.client("olga").get(f"/office/alerts/{alert.pk}/").context["page"]
    table, habit = page.table, {name.capitalize(): f"{share} %" for name, share in page.habit}
    assert all(row[3] == habit[row[1]] for row in table.rows), "a weekday has one share of the year on the page"
    assert table.head[3:5] == ("Share with arrivals, whole year", "Expected for this month")
    total = sum(int(days) * float(share.rstrip(" %")) / 100 for _month, _day, days, _year, share, _sum in table.rows)
    assert total == pytest.approx(alert.evidence["expected"], abs=0.06)
    days = day_of(alert.evidence["as_of"]) - day_of(alert.evidence["last"])
    assert sum(int(row[2]) for row in table.rows) == days.days


def test_the_guests_who_are_more_than_the_beds_are_listed(world: World, monkeypatch: Any) -> None:
    small = make_establishment(world.lodging.business, world.units.commune, beds=2)
    for number in range(3):
        make_stay(small, f"GUEST {number}")
    make_stay(small, "SHOULD BE GONE", arrived_on=clock.today() - timedelta(days=9), expected_departure=clock.today())
    alert = raise_alert("too_many_guests")
    text = page(world, "olga", alert)
    assert all(f"GUEST {number}" in text for number in range(3)) and "SHOULD BE GONE" not in text
    assert "3 guests tonight; 2 beds registered." in text
    monkeypatch.setattr(evidence, "LISTED", 2)
    text = page(world, "olga", alert)
    assert "3 guests tonight; 2 beds registered." in text and "The first 2 of 3 guests." in text


def test_the_notice_stands_beside_its_match(world: World) -> None:
    notice = make_notice(world)
    make_stay(world.lodging, "HOFFMANN JÖRG")
    text = page(world, "quynh", raise_alert("notice_match"))
    assert f"Notice {notice.number}" in text and "HOFFMANN JORG" in text and "HOFFMANN JÖRG" in text


def test_a_match_cannot_begin_before_its_notice(world: World) -> None:
    today = clock.today()
    make_stay(world.lodging, "HOFFMANN JÖRG", declared_at=clock.now() - timedelta(days=50))
    make_notice(world)
    alert = raise_alert("notice_match")
    assert alert.since == today and alert.evidence["notice_from"] == today.isoformat()


def links(world: World, who: str, alert: Alert) -> dict[str, str]:
    """The links of the table of evidence: text → address."""
    raw = world.client(who).get(f"/office/alerts/{alert.pk}/").content.decode()
    table = raw[raw.index('aria-labelledby="evidence"') :].partition("</section>")[0]
    return {unescape(text): url for url, text in re.findall(r'<a href="([^"]+)">([^<]+)</a>', table)}


def test_links_of_the_evidence_name_what_they_open(world: World) -> None:
    make_notice(world)
    stay = make_stay(world.lodging, "HOFFMANN JÖRG")
    link_texts = links(world, "quynh", raise_alert("notice_match"))
    assert link_texts["HOFFMANN JÖRG"] == f"/office/stays/{stay.pk}/"
    assert any(text.startswith("Notice ") and "/notices/" in url for text, url in link_texts.items()), link_texts
    visit = make_inspection(world, "C02X00T48")
    [(text, url)] = links(world, "olga", raise_alert("undeclared_found")).items()
    assert text.startswith(f"Inspection of {world.lodging.name}, ") and url == f"/office/inspections/{visit.pk}/"


def test_a_lodging_of_another_area_is_named_without_a_link(world: World) -> None:
    twice, today = make_identity("TWICE", "C7777X07"), clock.today()
    make_stay(world.other_lodging, identity=twice, arrived_on=today - timedelta(days=5))
    make_stay(world.lodging, identity=twice, arrived_on=today - timedelta(days=3))
    alert = raise_alert("two_places")
    assert links(world, "olga", alert) == {world.lodging.name: f"/lodgings/{world.lodging.pk}"}
    assert set(links(world, "quynh", alert)) == {world.lodging.name, world.other_lodging.name}


@pytest.mark.slow
def test_an_overstay_before_a_later_card_names_the_card_and_its_dossier(world: World) -> None:
    stay = make_overstay(world.lodging, days=10)
    evaluate()
    dossier = make_dossier(make_cast(world), State.APPROVED)
    Dossier.objects.filter(pk=dossier.pk).update(document_number=stay.document_number, birth_date=stay.birth_date)
    enter_result(world, Dossier.objects.get(pk=dossier.pk))
    evaluate()
    alert, result = Alert.objects.get(rule="overstay", stay=stay), Result.objects.get(dossier=dossier)
    text = page(world, "olga", alert)
    assert dossier.number in text and result.number in text and f"{result.valid_until:%d/%m/%Y}" in text
    assert links(world, "olga", alert) == {}, "a commune's officer does not open dossiers"
    assert links(world, "dora", alert) == {dossier.number: f"/office/dossiers/{dossier.number}/"}
    assert "an extension, a visa or a card has been issued" not in text
    assert f"another permit covered the days before {result.valid_from:%d/%m/%Y}" in text


def test_an_overstay_without_a_card_keeps_the_rules_own_words(world: World) -> None:
    alert = make_alert(world.lodging)
    text = page(world, "olga", alert)
    assert "an extension, a visa or a card has been issued" in text and 'aria-labelledby="evidence"' not in text


@pytest.mark.slow
def test_an_expired_passport_names_the_dossier_that_says_so(world: World) -> None:
    expired = clock.today() - timedelta(days=2)
    stay = make_stay(world.lodging, arrived_on=clock.today() - timedelta(days=4))
    dossier = make_dossier(make_cast(world))
    answers = {form: {**values, "passport_expiry": expired.isoformat()} for form, values in dossier.answers.items()}
    Dossier.objects.filter(pk=dossier.pk).update(
        document_number=stay.document_number, birth_date=stay.birth_date, answers=answers
    )
    alert = raise_alert("expired_document")
    text = page(world, "olga", alert)
    assert dossier.number in text and f"{expired:%d/%m/%Y}" in text
    assert links(world, "olga", alert) == {}
    assert links(world, "dora", alert) == {dossier.number: f"/office/dossiers/{dossier.number}/"}


@pytest.mark.slow
def test_a_silence_says_until_which_day_it_counts_and_why(world: World) -> None:
    make_busy(world.lodging, until=15)
    alert = raise_alert("silent")
    text = page(world, "olga", alert)
    as_of = day_of(alert.evidence["as_of"])
    assert as_of < clock.today()
    counted_until = f"Counted until {as_of:%d/%m/%Y}, when the conditions for this alert were met"
    assert f"{counted_until}: at least 9 expected days" in text
    assert f"First day without arrivals {alert.since:%d/%m/%Y}" in " ".join(text.split()) and alert.since < as_of
    assert "True since" not in text
    assert "Later days are not counted." in text


# --- the bar of days, and what stands beside the evidence ---------------------------------------------------


def test_the_bar_of_an_overstay_has_its_limit_and_the_days_of_questions(world: World) -> None:
    make_overstay(world.lodging, days=5)  # arrived five days before the limit
    alert = raise_alert("overstay")
    deciding.ask(world.actor("olga"), alert_id=alert.pk, question="Khách còn ở không?")
    alert = Alert.objects.select_related("stay", "establishment").get(pk=alert.pk)
    with override("en"):
        bar = timeline_of(alert, list(alert.trace.order_by("id")))
    assert bar is not None and (bar.place, bar.rest) == ("50.00%", "50.00%")
    assert "5 days" in bar.amiss and [mark.place for mark in bar.questions] == ["100.00%"]
    text = page(world, "olga", alert)
    assert "this office has issued no visa, extension or card" in text and "5 days too long" in text


def test_the_law_of_an_overstay_names_each_decree_once(world: World) -> None:
    make_overstay(world.lodging, days=20)
    alert = raise_alert("overstay")
    with override("vi"):
        alert = Alert.objects.select_related("stay", "establishment").get(pk=alert.pk)
        law, fine = law_of(alert), fine_in_short(alert)
    assert fine.startswith("Quá hạn 16 đến 29 ngày: phạt từ ") and fine.endswith(" triệu đồng.") and "Điều" not in fine
    assert "Điều 44 khoản 2" in law and law.count("282/2025/NĐ-CP") == 1


def test_the_sentence_leads_to_the_lodging_and_its_name_is_escaped(world: World) -> None:
    Establishment.objects.filter(pk=world.lodging.pk).update(name="Sao <b>Mai</b>")
    make_overstay(world.lodging, days=5)
    alert = raise_alert("overstay")
    raw = world.client("olga").get(f"/office/alerts/{alert.pk}/").content.decode()
    lead = raw.split('<p class="lead">')[1].split("</p>")[0]
    assert f'<a href="/lodgings/{world.lodging.pk}">Sao &lt;b&gt;Mai&lt;/b&gt;</a>' in lead
    assert lead.count('<b class="num nowrap">') == 2


def test_an_alert_about_a_lodging_has_no_bar_and_names_no_guest_in_its_head(world: World) -> None:
    late_list = make_submission(world.lodging, late_count=1, read_count=1, accepted_count=1)
    make_stay(world.lodging, "LATE", submission=late_list, minutes_late=3000)
    alert = raise_alert("declared_late")
    raw = world.client("olga").get(f"/office/alerts/{alert.pk}/").content.decode()
    assert 'class="timeline"' not in raw and 'class="alert-guest"' not in raw
    cases = raw[raw.index('class="alert-cases"') : raw.index('class="alert-law"')]
    assert cases.count('<li class="alert-doubtful">') == 2
