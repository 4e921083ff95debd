"""Each rule against the database: the stays that are found, those that are not, and where the alert belongs."""

import re
from datetime import timedelta

import pytest
from django.utils.translation import override

from ancu.apps.dossiers.models import Dossier, Result
from ancu.apps.dossiers.tests.factories import make_cast, make_dossier
from ancu.apps.lodging.tests.factories import make_establishment
from ancu.apps.oversight.models import Alert
from ancu.apps.oversight.selectors.words import sentence_of
from ancu.apps.oversight.tests.factories import evaluate, make_busy, make_overstay
from ancu.apps.stays.models import ExpiredDocument, Stay
from ancu.apps.stays.tests.factories import make_identity, make_stay, make_submission
from ancu.core import clock

pytestmark = pytest.mark.django_db


def ago(days):
    return clock.today() - timedelta(days=days)


def alerts_of(rule):
    evaluate()
    return list(Alert.objects.filter(rule=rule, gone_at__isnull=True).order_by("id"))


def test_an_overstay_is_none_once_an_extension_was_issued(world):
    stay = make_overstay(world.lodging)
    assert [alert.stay for alert in alerts_of("overstay")] == [stay]
    make_stay(world.lodging, "IN ORDER", permitted_until=clock.today())
    make_overstay(world.lodging, "LEFT", departed_on=clock.today())
    dossier = make_dossier(make_cast(world))
    Dossier.objects.filter(pk=dossier.pk).update(document_number=stay.document_number, birth_date=stay.birth_date)

    Result.objects.create(
        dossier=dossier, number="1", valid_from=ago(3), valid_until=clock.today() + timedelta(days=30),
        entered_by=world.users["olga"], entered_at=clock.now(),
    )  # fmt: skip
    assert alerts_of("overstay") == []


def test_a_guest_who_should_have_left_days_ago(world):
    late = make_stay(world.lodging, "LATE", arrived_on=ago(9), expected_departure=ago(3))
    make_stay(world.lodging, "IN TIME", arrived_on=ago(9), expected_departure=ago(2))
    make_stay(world.lodging, "GONE", arrived_on=ago(9), expected_departure=ago(5), departed_on=ago(3))
    make_stay(world.lodging, "TAKEN BACK", arrived_on=ago(9), expected_departure=ago(5), status="withdrawn")
    assert [alert.stay for alert in alerts_of("not_checked_out")] == [late]


def test_one_document_in_two_places_is_one_alert_for_both_areas(world):
    who = make_identity("HOFFMANN JÖRG", "C01X00T47")
    first = make_stay(world.lodging, identity=who, arrived_on=ago(5), expected_departure=ago(-3))
    second = make_stay(world.other_lodging, identity=who, arrived_on=ago(3), expected_departure=ago(-1))
    (alert,) = alerts_of("two_places")
    assert (alert.stay, alert.other_stay) == (second, first)
    assert (alert.unit, alert.other_unit) == (world.units.elsewhere, world.units.commune)
    assert alert.evidence["nights"] == 3
    for name, own_stay in (("olga", first), ("pavel", second)):
        page = world.client(name).get(f"/office/alerts/{alert.pk}/")
        assert page.status_code == 200 and page.context["page"].stays == [own_stay] and page.context["page"].elsewhere
        links = set(re.findall(r'href="(/(?:office/stays|lodgings)/[0-9]+/?)"', page.content.decode()))
        assert all(world.client(name).get(link).status_code == 200 for link in links), "no link leads to a closed door"
        assert (f"/lodgings/{world.other_lodging.pk}" in links) == (name == "pavel")
    Stay.objects.filter(pk=first.pk).update(departed_on=ago(3))
    assert alerts_of("two_places") == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"departed_on": 3}, {}),  # left on the day the other began
        ({"expected_departure": 3}, {}),  # was to leave on that day: the missing check-out is another rule's
        ({"status": "withdrawn"}, {}),
        ({}, {"birth_date": "1990-01-01"}),  # another country may have given out the same number
    ],
)
def test_two_stays_that_do_not_contradict_each_other(world, first, second):
    days = {name: ago(value) if isinstance(value, int) else value for name, value in first.items()}
    values = {"arrived_on": ago(5), "expected_departure": ago(-3), "document_number": "C01X00T47"}
    make_stay(world.lodging, **(values | days))
    who = make_identity("ANOTHER", "C01X00T47", birth_date=second.get("birth_date", "1984-03-08"), nationality="FRA")
    make_stay(world.other_lodging, identity=who, arrived_on=ago(3), expected_departure=ago(-1))
    assert alerts_of("two_places") == []


@pytest.mark.parametrize(
    ("number", "problems"),
    [
        ("C01X00T47", None), ("CFGHJKLMN", None), ("M1234567", None), ("12345", ["run"]),
        ("123456789", ["run"]), ("987654", ["run"]),
        ("KHONGCO", ["no_digit"]), ("00000000", ["one_sign"]), ("A1", ["short"]), ("X" * 5 + "1" * 10, ["long"]),
        ("C01/X00.T47", None), ("C01X*0T47", ["signs"]),
    ],
)  # fmt: skip
def test_numbers_no_document_has(world, number, problems):
    make_stay(world.lodging, document_number=number)
    assert [alert.evidence["problems"] for alert in alerts_of("invalid_document")] == ([problems] if problems else [])
    assert all(number not in str(alert.evidence) for alert in Alert.objects.all()), "the number itself is not kept"


def test_a_passport_that_a_dossier_says_has_expired(world):
    stay = make_stay(world.lodging, arrived_on=ago(4))
    dossier = make_dossier(make_cast(world))
    answers = {
        form: {**form_answers, "passport_expiry": ago(2).isoformat()} for form, form_answers in dossier.answers.items()
    }
    Dossier.objects.filter(pk=dossier.pk).update(
        document_number=stay.document_number, birth_date=stay.birth_date, answers=answers
    )
    (alert,) = alerts_of("expired_document")
    assert (alert.stay, alert.severity) == (stay, 2)
    newer = {form: {**form_answers, "passport_expiry": ago(-900).isoformat()} for form, form_answers in answers.items()}
    Dossier.objects.filter(pk=dossier.pk).update(answers=newer)
    assert alerts_of("expired_document") == []


def test_a_passport_that_had_expired_when_its_guest_came(world):
    stay = make_stay(world.lodging, arrived_on=ago(4))
    ExpiredDocument.objects.create(stay=stay, expired_on=ago(9))
    (alert,) = alerts_of("expired_document")
    assert (alert.stay, alert.severity, alert.evidence["known_by"]) == (stay, 3, "declaration")
    with override("en"):
        assert sentence_of(alert).startswith("By the lodging’s declaration the passport of")
    dossier = make_dossier(make_cast(world))  # where the same passport is said to be valid: the day was mistyped
    answers = {
        form: {**form_answers, "passport_expiry": ago(-900).isoformat()}
        for form, form_answers in dossier.answers.items()
    }
    Dossier.objects.filter(pk=dossier.pk).update(
        document_number=stay.document_number, birth_date=stay.birth_date, answers=answers
    )
    assert alerts_of("expired_document") == []


def test_one_act_of_declaring_late_is_one_alert(world):
    late = make_submission(world.lodging, late_count=2, read_count=4, accepted_count=4)
    for number, minutes in enumerate((660, 800, 3000, 0)):
        make_stay(world.lodging, f"GUEST {number}", submission=late, minutes_late=minutes)
    make_stay(world.lodging, "HARDLY", submission=make_submission(world.lodging, late_count=1), minutes_late=60)
    (alert,) = alerts_of("declared_late")
    assert (alert.key, alert.evidence["guests"]) == (f"submission:{late.pk}", 2)
    assert alert.stay.full_name == "GUEST 2", "the latest guest, not the first of the submission"
    with override("en"):
        assert sentence_of(alert).endswith("declared 2 guests at least 12 hours late, and up to 2 days late.")
    Stay.objects.filter(submission=late, minutes_late=800).update(status="withdrawn")
    (alert,) = alerts_of("declared_late")
    assert alert.evidence["guests"] == 1
    with override("en"):
        assert "declared 1 guest at least 12 hours late" in sentence_of(alert)
    Stay.objects.filter(submission=late).update(status="withdrawn")
    assert alerts_of("declared_late") == []


def test_an_alert_about_a_late_declaration_outlives_the_weeks_it_is_looked_for(world, monkeypatch):
    submission = make_submission(world.lodging, late_count=1)
    make_stay(world.lodging, submission=submission, minutes_late=3000)
    (alert,) = alerts_of("declared_late")
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=90))
    monkeypatch.setattr(clock, "today", lambda: now.date() + timedelta(days=90))
    assert [row.pk for row in alerts_of("declared_late")] == [alert.pk]


@pytest.mark.slow
def test_a_lodging_gone_silent_and_heard_of_again(world):
    make_busy(world.lodging, until=15)
    make_busy(world.other_lodging, until=0, days=40)
    (alert,) = alerts_of("silent")
    assert (alert.establishment, alert.unit, alert.stay) == (world.lodging, world.units.commune, None)
    assert alert.since == ago(14)
    assert "Mai Châu Lodge" in sentence_of(alert)
    page = world.client("olga").get(f"/office/alerts/{alert.pk}/").content.decode()
    assert "Usual pattern of the lodging" in page and '<dt>Monday</dt><dd class="num">98 %</dd>' in page
    make_stay(world.lodging, "AT LAST")
    assert alerts_of("silent") == []
    alert.refresh_from_db()
    assert alert.state == "closed"


def test_a_lodging_that_is_suspended_is_not_silent(world):
    make_busy(world.lodging, until=15)
    world.lodging.status = "suspended"
    world.lodging.save()
    assert alerts_of("silent") == []


def test_more_guests_than_beds(world):
    small = make_establishment(world.lodging.business, world.units.commune, beds=2)
    for number in range(3):
        make_stay(small, f"GUEST {number}", arrived_on=ago(2 - number))
    make_stay(small, "SHOULD BE GONE", arrived_on=ago(9), expected_departure=ago(1))
    make_stay(small, "TO COME", arrived_on=ago(-1), expected_departure=ago(-4))
    (alert,) = alerts_of("too_many_guests")
    assert (alert.establishment, alert.evidence["present"], alert.since) == (small, 3, clock.today())
    small.beds = 3
    small.save()
    assert alerts_of("too_many_guests") == []
