"""What people are told: at which step, in whose language, once, and nothing of anybody in a subject line."""

from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.db import transaction

from ancu.apps.accounts.models import User
from ancu.apps.dossiers.enums import ComponentState, LegalFileState, State
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


def letters_about(dossier: Dossier, name: str = "") -> list[str]:
    """Which letters were written about it, in order."""
    sent = Notification.objects.filter(subject_kind="dossier", subject_id=dossier.number, channel="email")
    if name:
        sent = sent.filter(user__full_name=name)
    return [letter.template.rsplit("/", 1)[1].removesuffix(".txt") for letter in sent.order_by("pk")]


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
    assert letters_about(make_dossier(cast, state)) == expected


@pytest.mark.slow
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
    letters_sent = Notification.objects.filter(channel="email", user=ramon)
    assert texts.count() == letters_sent.count() == 2 * (2 + 5 + 3 + 2 + 2)
    assert all(len(text.body) <= 160 for text in texts)
    assert {letter.subject_line.partition(" ")[0] for letter in letters_sent.filter(language="vi")} == {"Hồ"}


def test_no_subject_names_a_person(cast: World) -> None:
    for state in (State.SUPPLEMENT, State.DELIVERED, State.REFUSED):
        make_dossier(cast, state)
    for notification in Notification.objects.filter(subject_kind="dossier"):
        assert "ADAMS" not in notification.title
        assert "ADAMS" not in notification.body


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
    handling.judge_component(ines, dossier=dossier, key=key, state=ComponentState.RETURNED, reason_code="unreadable")
    supplement = handling.request_supplement(ines, dossier=dossier, fields={"NA8.occupation": "Which post?"})
    body = Notification.objects.get(subject_id=dossier.number, template__endswith="/supplement.txt").body
    assert "it cannot be read" in body
    assert "Occupation and position: Which post?" in body
    assert supplement.answer_by is not None
    assert f"{supplement.answer_by:%d/%m/%Y}" in body


def test_the_representative_is_told_of_what_the_clerk_prepared(cast: World) -> None:
    dossier = make_dossier(cast, State.DRAFT, by="sam")
    filing.submit(cast.actor("ramon"), dossier=dossier)
    assert letters_about(dossier, "Sam") == letters_about(dossier, "Ramon") == ["submitted"]


def test_an_act_that_is_undone_is_not_told(cast: World) -> None:
    dossier = make_dossier(cast, State.DRAFT)
    with transaction.atomic():
        filing.submit(cast.actor("ramon"), dossier=dossier)
        transaction.set_rollback(True)
    assert letters_about(dossier) == []


@pytest.mark.parametrize(("days_left", "expected"), [(6, 0), (5, 1), (4, 1), (1, 1), (0, 1)])
def test_a_first_reminder_goes_out_five_days_before_or_as_soon_after_as_a_job_runs(
    cast: World, days_left: int, expected: int
) -> None:
    dossier = make_dossier(cast, State.SUPPLEMENT)
    Supplement.objects.update(answer_by=clock.today() + timedelta(days=days_left))
    assert letters.remind(system("test")) == expected
    letters.remind(system("test"))
    assert letters_about(dossier).count("reminder") == expected


def test_day_by_day_two_reminders_are_written(cast: World) -> None:
    dossier, start = make_dossier(cast, State.SUPPLEMENT), clock.now()
    days = (Supplement.objects.get().answer_by - clock.today()).days  # more than fifteen when it ends on a day off
    written = []
    for day in range(days + 1):
        with patch("django.utils.timezone.now", return_value=start + timedelta(days=day)):
            written.append(letters.remind(system("test")))
    assert (written.index(1), written[days - 1], sum(written)) == (days - 5, 1, 2)
    assert letters_about(dossier).count("reminder") == 2


def test_what_was_answered_is_not_reminded_of(cast: World) -> None:
    dossier = make_dossier(cast, State.SUPPLEMENT)
    Supplement.objects.update(answer_by=clock.today() + timedelta(days=5))
    filing.resubmit(cast.actor("ramon"), dossier=dossier)
    assert letters.remind(system("test")) == 0
    assert letters_about(dossier)[-1] == "resubmitted"


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
    assert texts.count() == 2 and all(0 < len(text.body) <= 160 for text in texts)
    assert ("has approved" in approved.body) == (language == "en")


def test_a_decision_on_a_legal_file_that_is_undone_is_not_told(cast: World) -> None:
    waiting = make_legal_file(cast, LegalFileState.SUBMITTED)
    with transaction.atomic():
        legal_files.approve(cast.actor("ines"), legal_file=waiting)
        transaction.set_rollback(True)
    assert not Notification.objects.exists()


# ---- one language a letter -----------------------------------------------------------------------------

VIETNAMESE = ("Điều", "khoản", "Luật", "Thông tư", "hộ chiếu", "Thẻ", "Chọn")


def english_letter(cast: World, dossier: Dossier, name: str) -> str:
    sent = Notification.objects.filter(template=f"dossiers/letters/{name}.txt", subject_id=dossier.number)
    return str(sent.get(channel="email", user__full_name="Ramon").body)


def ask_from_page(cast: World, dossier: Dossier, **changed: str) -> None:
    """Ines, who reads Vietnamese, asks with what the page has begun for her."""
    client = cast.client("ines")
    client.cookies["django_language"] = "vi"
    page = client.get(f"/office/dossiers/{dossier.number}/supplement")
    form = page.context["form"]
    body = {name: form[name].value() or "" for name in form.fields} | changed
    page_text = client.post(f"/office/dossiers/{dossier.number}/supplement", body | {"preview": "1"}).context["letter"]
    assert page_text["language"] == "en"
    client.post(f"/office/dossiers/{dossier.number}/supplement", body | {"send": "1"})


@pytest.fixture
def read_by_an_englishman(cast: World) -> Dossier:
    """A dossier in which the pre-flight finds something, of people who read English; its officers read Vietnamese."""
    User.objects.filter(full_name__in=["Ramon", "Sam"]).update(language="en")
    User.objects.filter(full_name__in=["Ines", "Dora"]).update(language="vi")
    return make_dossier(cast, purpose="study")


def test_what_the_program_found_is_written_in_the_applicants_language(
    cast: World, read_by_an_englishman: Dossier
) -> None:
    dossier = read_by_an_englishman
    ask_from_page(cast, dossier)
    letter = english_letter(cast, dossier, "supplement")
    assert "does not seem to match the purpose" in letter and "Law 47/2014/QH13, arts. 36, 37, 38" in letter
    assert not [word for word in VIETNAMESE if word in letter], letter
    client = cast.client("ines")
    client.cookies["django_language"] = "vi"
    assert "có vẻ không phù hợp" in client.get(f"/office/dossiers/{dossier.number}/").content.decode()


def test_an_article_cited_by_hand_is_said_in_the_applicants_language(
    cast: World, read_by_an_englishman: Dossier
) -> None:
    dossier = read_by_an_englishman
    ask_from_page(cast, dossier, article="Điều 36, 37", note_text="Please send page 2.")
    letter = english_letter(cast, dossier, "supplement")
    assert "Legal basis: Article 36, 37" in letter and "Điều" not in letter
    page = cast.client("ramon").get(f"/dossiers/{dossier.number}/").content.decode()
    assert "Article 36, 37" in page and "Điều 36" not in page


def test_a_refusal_cites_the_law_in_the_readers_language(cast: World, read_by_an_englishman: Dossier) -> None:
    dossier = read_by_an_englishman
    handling.not_accept(cast.actor("ines"), dossier=dossier, reason="Not here.", article="Khoản 1 Điều 36")
    assert "Legal basis: clause 1 Article 36" in english_letter(cast, dossier, "not_accepted")


def test_the_officer_is_told_which_language_the_applicant_reads(cast: World, read_by_an_englishman: Dossier) -> None:
    dossier, client = read_by_an_englishman, cast.client("ines")
    client.cookies["django_language"] = "vi"
    for page in ("supplement", "not-accept", "transfer"):
        text = client.get(f"/office/dossiers/{dossier.number}/{page}").content.decode()
        assert "Người nộp đọc tiếng Anh" in text
    client.cookies["django_language"] = "en"
    User.objects.filter(full_name="Ines").update(language="en")
    assert "reads English" not in client.get(f"/office/dossiers/{dossier.number}/supplement").content.decode()
