"""Receipts on paper and on the public page, which shows nothing that the paper does not."""

import hmac
import io
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import translation
from pypdf import PdfReader

from ancu.apps.stays.models import Stay
from ancu.apps.stays.selectors.receipts import find_stay, stay_receipt_code
from ancu.apps.stays.services import correct, withdraw
from ancu.apps.stays.templatetags.guests import late_by
from ancu.apps.stays.tests.factories import make_stay, make_submission
from ancu.core import clock
from ancu.core.documents.reference_numbers import new_number
from ancu.core.testing.query_counts import ExpectQueries

pytestmark = pytest.mark.django_db


@pytest.fixture
def stay(world: Any) -> Any:
    cache.clear()
    submission = make_submission(world.lodging, number=new_number("HB"))
    return make_stay(world.lodging, "NGUYỄN HOFFMANN", document_number="C01X0T478", submission=submission)


def public(url: str) -> Any:
    client = Client()
    client.cookies["django_language"] = "en"
    return client.get(url)


def test_a_long_family_name_stays_in_its_column(world):
    """A word that cannot be broken was printed over the nationality."""
    submission = make_submission(world.lodging, number=new_number("HB"))
    make_stay(world.lodging, "WOLFESCHLEGELSTEINHAUSENBERGERDORFF HUBERT", submission=submission)
    paper = world.client("bob").get(reverse("stays:receipt_pdf", args=[submission.number])).content
    words = PdfReader(io.BytesIO(paper)).pages[0].extract_text()
    assert "WOLFESCHLEGELSTEINHAUSENBERGERDORFF" not in words, "on one line it is wider than its column"
    assert "WOLFESCHLEGELSTEINHAUSENBERGERDORFF" in "".join(words.replace("\u200b", "").split())
    assert "HUBERT" in words.split(), "short names stay whole"


def test_a_submission_is_verified_without_naming_guests(stay: Any) -> None:
    page = public(reverse("stays:verify_code", args=[stay.submission.number]))
    text = page.content.decode()
    assert page.status_code == 200 and stay.submission.sha256 in text
    assert "HOFFMANN" not in text and "C01X0T478" not in text and page["Cache-Control"] == "no-store"


def test_a_guests_code_shows_that_guest_alone(world: Any, stay: Any) -> None:
    another_stay = make_stay(world.lodging, "KIM NA RA", submission=stay.submission)
    text = public(reverse("stays:verify_code", args=[stay_receipt_code(stay)])).content.decode()
    assert "HOFFMANN" in text and "C0•••••78" in text
    assert all(secret not in text for secret in (another_stay.full_name, "C01X0T478", stay.room + "<", "08/03/1984"))


def test_a_late_declaration_is_said_to_be_late_as_on_the_lodgings_receipt(world: Any, stay: Any) -> None:
    url = reverse("stays:verify_code", args=[stay_receipt_code(stay)])
    assert "Declared" not in public(url).content.decode()
    Stay.objects.filter(pk=stay.pk).update(minutes_late=150)
    with translation.override("en"):
        sentence = f"Declared {late_by(150)} late"
    own = world.client("bob").get(reverse("stays:guest_receipt", args=[stay.pk])).content.decode()
    assert sentence in own and sentence in public(url).content.decode()


@pytest.mark.parametrize("change", [lambda c: c[:-1] + ("0" if c[-1] != "0" else "1"), lambda c: "nonsense"])
def test_a_wrong_code_is_not_found(stay: Any, change: Any) -> None:
    page = public(reverse("stays:verify_code", args=[change(stay_receipt_code(stay))]))
    assert page.status_code == 404 and "No receipt with this number" in page.content.decode()


@pytest.mark.parametrize("code", ["HB-0000-0000-0000-1-ABCDEFGH", "x", "HB-1", "é-1-ABCDEFGH", "HB-١-ABCDEFGH"])
def test_unknown_and_wrong_codes_take_the_same_way(
    stay: Any, code: str, expect_queries: ExpectQueries, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[Any] = []
    real = hmac.compare_digest
    monkeypatch.setattr(
        "ancu.core.documents.reference_numbers.hmac.compare_digest", lambda *two: compared.append(two) or real(*two)
    )
    right = stay_receipt_code(stay)
    for wrong in (code, right[:-1] + ("0" if right[-1] != "0" else "1"), right):
        with expect_queries():
            assert (find_stay(wrong) is not None) == (wrong == right)
    assert len(compared) == 3


def test_a_withdrawn_or_corrected_declaration_is_said_to_be_so(world: Any, stay: Any) -> None:
    url = reverse("stays:verify_code", args=[stay_receipt_code(stay)])
    day = f"{clock.today():%d/%m/%Y}"
    correct(actor=world.actor("bob"), stay_id=stay.pk, changes={"full_name": "NGUYEN HOFFMANN"})
    corrected = public(url).content.decode()
    assert "the declaration was corrected" in corrected and f"corrected the declaration on {day}" in corrected
    assert "NGUYEN HOFFMANN" in corrected
    withdraw(actor=world.actor("bob"), stay_id=stay.pk, reason="khách không đến")
    withdrawn = public(url).content.decode()
    assert "This declaration was withdrawn" in withdrawn and f"was withdrawn on {day}" in withdrawn
    assert "khách không đến" not in withdrawn and "is genuine" not in withdrawn
    data = world.client("bob").get(reverse("stays:guest_receipt_pdf", args=[stay.pk])).content
    assert day in PdfReader(io.BytesIO(data)).pages[0].extract_text()


def test_a_number_is_read_as_people_type_it(stay: Any) -> None:
    typed = stay.submission.number.replace("-", " ").lower()
    client = Client()
    page = client.get(reverse("stays:verify"), {"number": typed}, follow=True)
    assert page.status_code == 200 and stay.submission.number in page.content.decode()


@pytest.mark.slow
def test_guessing_is_limited(stay: Any) -> None:
    url = reverse("stays:verify_code", args=["HB-0000-0000-0000"])
    statuses = [public(url).status_code for _turn in range(61)]
    assert statuses[:60] == [404] * 60 and statuses[60] == 429


def test_receipts_are_the_lodgings_own(world: Any, stay: Any) -> None:
    for name in ("receipt", "receipt_pdf"):
        url = reverse(f"stays:{name}", args=[stay.submission.number])
        assert world.client("bob").get(url).status_code == 200
        assert world.client("charlie").get(url).status_code == 404
        assert world.client("bob").post(url).status_code == 405


@pytest.mark.parametrize(("paper", "millimetres"), [("58", 58), ("80", 80), ("pocket", 105)])
def test_a_slip_is_one_page_of_its_printers_width_in_both_languages(
    world: Any, stay: Any, paper: str, millimetres: int
) -> None:
    name = "NGUYỄN HOFFMANN-VON DER LEYEN " * 3
    Stay.objects.filter(pk=stay.pk).update(full_name=name, nationality="DEU", room="12A")
    url = reverse("stays:guest_receipt_pdf", args=[stay.pk])
    [page] = PdfReader(io.BytesIO(world.client("bob").get(url, {"paper": paper}).content)).pages
    assert float(page.mediabox.width) == pytest.approx(millimetres / 25.4 * 72, abs=0.5)
    text = " ".join(page.extract_text().split())
    for fact in (
        "Công an xã Mai Hạ", "Đã khai báo tạm trú", "Stay declared to the police", "Đức · Germany", "C01X0T478",
        stay.submission.number, "Mai Châu Lodge", "Số biên nhận · Receipt number", "phòng (room) 12A",
    ):  # fmt: skip
        assert fact in text, (fact, text)
    assert world.client("bob").get(url, {"paper": "57"}).status_code == 404


@pytest.mark.parametrize("language", ["vi", "en"])
def test_papers_are_tagged_pdfs_that_carry_their_facts(world: Any, stay: Any, language: str) -> None:
    client = world.client("bob")
    client.cookies["django_language"] = language
    for url in (
        reverse("stays:receipt_pdf", args=[stay.submission.number]),
        reverse("stays:guest_receipt_pdf", args=[stay.pk]),
    ):
        data = client.get(url).content
        reader = PdfReader(io.BytesIO(data))
        text = "".join(page.extract_text() for page in reader.pages)
        assert "/StructTreeRoot" in reader.trailer["/Root"] and reader.trailer["/Root"]["/Lang"] == language
        for fact in ("NGUYỄN HOFFMANN", "C01X0T478", stay.submission.number, "Mai Châu Lodge"):
            assert fact in text, (fact, text)


def test_the_paper_names_the_article_by_which_guests_were_late(world: Any) -> None:
    submission = make_submission(
        world.lodging, number=new_number("HB"), read_count=9999, accepted_count=9999, late_count=1
    )
    make_stay(world.lodging, submission=submission, minutes_late=185)
    paper = world.client("bob").get(reverse("stays:receipt_pdf", args=[submission.number])).content
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(paper)).pages)
    assert "Circular 87/2026/TT-BCA" in " ".join(text.split()) and "9,999" in text


@pytest.mark.parametrize("typed", ["HB-1/", "/", "//"])
def test_an_address_typed_without_its_number_is_no_number(stay: Any, typed: str) -> None:
    client = Client()
    answer = client.get(reverse("stays:verify"), {"number": typed}, follow=True)
    assert answer.status_code in {200, 404}


def test_a_submissions_receipt_says_what_was_withdrawn_since(world: Any, stay: Any) -> None:
    second_stay = make_stay(world.lodging, submission=stay.submission)
    stay.submission.__class__.objects.filter(pk=stay.submission_id).update(read_count=2, accepted_count=2)
    url, day = reverse("stays:verify_code", args=[stay.submission.number]), f"{clock.today():%d/%m/%Y}"
    assert "ithdrawn" not in public(url).content.decode()
    withdraw(actor=world.actor("bob"), stay_id=stay.pk, reason="twice")
    page = public(url).content.decode()
    assert f"1 declaration of this receipt was withdrawn since, on {day}" in page and "is genuine" in page
    withdraw(actor=world.actor("bob"), stay_id=second_stay.pk, reason="twice")
    page = public(url).content.decode()
    assert "These declarations were withdrawn" in page and "is genuine" not in page


def test_the_receipt_of_a_withdrawn_guest_is_not_offered_to_him(world: Any, stay: Any) -> None:
    url, bob = reverse("stays:guest_receipt", args=[stay.pk]), world.client("bob")
    offers = "Let the guest photograph this code", "Send to the guest"
    assert all(words in bob.get(url).content.decode() for words in offers)
    withdraw(actor=world.actor("bob"), stay_id=stay.pk, reason="twice")
    assert not any(words in bob.get(url).content.decode() for words in offers)
