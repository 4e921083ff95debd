"""What people are told: at which step, in whose language, once, and nothing of anybody in a subject line."""

from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.db import transaction

from ancu.apps.dossiers.enums import ComponentState, LegalFileState, ReturnReason, State
from ancu.apps.dossiers.models import Dossier, Supplement
from ancu.apps.dossiers.services import filing, handling, legal_files, letters
from ancu.apps.dossiers.tests.factories import make_cast, make_dossier, make_legal_file
from ancu.apps.lodging.tests.factories import World
from ancu.apps.messaging.models import Notification
from ancu.core import clock
from ancu.core.actor import system


@pytest.fixture
def cast(world: World) -> World:
    return make_cast(world)


def told(dossier: Dossier, name: str = "") -> list[str]:
    """Which letters were written about it, in order."""
    sent = Notification.objects.filter(subject_kind="dossier", subject_id=dossier.number, channel="email")
    if name:
        sent = sent.filter(user__full_name=name)
    return [one.template.rsplit("/", 1)[1].removesuffix(".txt") for one in sent.order_by("pk")]


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (State.DRAFT, []),
        (State.SUBMITTED, ["submitted"]),
        (State.SUPPLEMENT, ["submitted", "supplement"]),
        (State.ACCEPTED, ["submitted", "accepted"]),
        (State.ASSESSED, ["submitted", "accepted"]),
        (State.DELIVERED, ["submitted", "accepted", "approved", "ready", "delivered"]),
        (State.REFUSED, ["submitted", "accepted", "refused"]),
        (State.NOT_ACCEPTED, ["submitted", "not_accepted"]),
        (State.TRANSFERRED, ["submitted", "transferred"]),
        (State.WITHDRAWN, ["submitted", "withdrawn"]),
    ],
)
def test_each_step_is_told(cast: World, state: State, expected: list[str]) -> None:
    assert told(make_dossier(cast, state)) == expected


def test_every_told_act_has_its_letter_and_its_short_form_in_both_languages(cast: World) -> None:
    """Each is rendered for a reader with a mobile number, who gets both."""
    ramon = cast.users["ramon"]
    ramon.phone = "0912 345 678"
    for language in ("vi", "en"):
        ramon.language = language
        ramon.save()
        for state in (State.SUPPLEMENT, State.DELIVERED, State.REFUSED, State.NOT_ACCEPTED, State.TRANSFERRED):
            make_dossier(cast, state)
    texts = Notification.objects.filter(channel="sms")
    letters_sent = Notification.objects.filter(channel="email")
    assert texts.count() == letters_sent.count() == 2 * (2 + 5 + 3 + 2 + 2)
    assert all(len(one.body) <= 160 for one in texts)
    assert {one.subject_line.partition(" ")[0] for one in letters_sent.filter(language="vi")} == {"Hồ"}


def test_no_subject_names_a_person(cast: World) -> None:
    for state in (State.SUPPLEMENT, State.DELIVERED, State.REFUSED):
        make_dossier(cast, state)
    for one in Notification.objects.filter(subject_kind="dossier"):
        assert "ADAMS" not in one.title
        assert "ADAMS" not in one.body


def test_a_refusal_is_told_with_reason_and_article_but_no_assessors_words(cast: World) -> None:
    dossier = make_dossier(cast, State.REFUSED)
    body = Notification.objects.get(subject_id=dossier.number, template__endswith="/refused.txt").body
    assert "The work permit is false." in body
    assert "art. 20" in body


def test_a_supplement_is_told_with_each_thing_asked_and_until_when(cast: World) -> None:
    ramon = cast.users["ramon"]
    ramon.language = "en"
    ramon.save()
    dossier = make_dossier(cast, State.SUBMITTED)
    ines: Any = cast.actor("ines")
    key = dossier.components.order_by("pk")[0].key
    handling.judge_component(
        ines, dossier=dossier, key=key, state=ComponentState.RETURNED, reason_code=ReturnReason.UNREADABLE
    )
    supplement = handling.request_supplement(ines, dossier=dossier, fields={"NA8.occupation": "Which post?"})
    body = Notification.objects.get(subject_id=dossier.number, template__endswith="/supplement.txt").body
    assert "it cannot be read" in body
    assert "Occupation and position: Which post?" in body
    assert supplement.answer_by is not None
    assert f"{supplement.answer_by:%d/%m/%Y}" in body


def test_the_representative_is_told_of_what_the_clerk_prepared(cast: World) -> None:
    dossier = make_dossier(cast, State.DRAFT, by="sam")
    filing.submit(cast.actor("ramon"), dossier=dossier)
    assert told(dossier, "Sam") == told(dossier, "Ramon") == ["submitted"]


def test_an_act_that_is_undone_is_not_told(cast: World) -> None:
    dossier = make_dossier(cast, State.DRAFT)
    with transaction.atomic():
        filing.submit(cast.actor("ramon"), dossier=dossier)
        transaction.set_rollback(True)
    assert told(dossier) == []


@pytest.mark.parametrize(("left", "expected"), [(6, 0), (5, 1), (4, 1), (1, 1), (0, 1)])
def test_a_first_reminder_goes_out_five_days_before_or_as_soon_after_as_a_job_runs(
    cast: World, left: int, expected: int
) -> None:
    dossier = make_dossier(cast, State.SUPPLEMENT)
    Supplement.objects.update(answer_by=clock.today() + timedelta(days=left))
    assert letters.remind(system("test")) == expected
    letters.remind(system("test"))
    assert told(dossier).count("reminder") == expected


def test_day_by_day_two_reminders_are_written(cast: World) -> None:
    dossier, start = make_dossier(cast, State.SUPPLEMENT), clock.now()
    written = []
    for day in range(16):
        with patch("django.utils.timezone.now", return_value=start + timedelta(days=day)):
            written.append(letters.remind(system("test")))
    assert (written.index(1), written[14], sum(written)) == (10, 1, 2)
    assert told(dossier).count("reminder") == 2


def test_what_was_answered_is_not_reminded_of(cast: World) -> None:
    dossier = make_dossier(cast, State.SUPPLEMENT)
    Supplement.objects.update(answer_by=clock.today() + timedelta(days=5))
    filing.resubmit(cast.actor("ramon"), dossier=dossier)
    assert letters.remind(system("test")) == 0
    assert told(dossier)[-1] == "resubmitted"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_decided_legal_file_is_told_to_those_who_represent_the_organisation(cast: World, language: str) -> None:
    ines, ramon = cast.actor("ines"), cast.users["ramon"]
    ramon.phone, ramon.language = "0912 345 678", language
    ramon.save()
    returned = make_legal_file(cast, LegalFileState.SUBMITTED)
    legal_files.give_back(ines, legal_file=returned, reason="The seal is cut off.")
    legal_files.approve(ines, legal_file=make_legal_file(cast, LegalFileState.SUBMITTED))
    assert set(Notification.objects.values_list("user__full_name", flat=True)) == {"Ramon"}
    letter, approved = Notification.objects.filter(channel="email").order_by("pk")
    assert "The seal is cut off." in letter.body and "/dossiers/legal-file" in letter.body
    assert approved.template == "dossiers/letters/legal_approved.txt" and "/dossiers/new" in approved.body
    assert returned.name not in letter.title
    texts = Notification.objects.filter(channel="sms")
    assert texts.count() == 2 and all(0 < len(one.body) <= 160 for one in texts)
    assert ("has approved" in approved.body) == (language == "en")


def test_a_decision_on_a_legal_file_that_is_undone_is_not_told(cast: World) -> None:
    waiting = make_legal_file(cast, LegalFileState.SUBMITTED)
    with transaction.atomic():
        legal_files.approve(cast.actor("ines"), legal_file=waiting)
        transaction.set_rollback(True)
    assert not Notification.objects.exists()
