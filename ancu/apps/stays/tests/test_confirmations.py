"""Confirmations of stay: who may ask, who decides, what the paper says, and who learns of it."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from pypdf import PdfReader

from ancu.apps.audit.models import Event
from ancu.apps.messaging.models import Notification
from ancu.apps.stays import rules
from ancu.apps.stays.enums import TRANSITIONS, ConfirmationState, Proof
from ancu.apps.stays.models import Confirmation, ConfirmationBook
from ancu.apps.stays.selectors import confirmations as selectors
from ancu.apps.stays.selectors.receipts import stay_receipt_code
from ancu.apps.stays.services import confirmations as services
from ancu.apps.stays.services import correct, withdraw
from ancu.apps.stays.tests.factories import make_stay, make_submission
from ancu.core import clock
from ancu.core.actor import PUBLIC
from ancu.core.db import pagination
from ancu.core.documents.reference_numbers import new_number
from ancu.core.errors import Conflict, Forbidden, Http404
from ancu.core.testing.query_counts import ExpectQueries
from ancu.core.transitions import follows
from ancu.core.working_days import calendar

pytestmark = pytest.mark.django_db
NUMBER = "C01X0T478"


@pytest.fixture
def stay(world: Any) -> Any:
    cache.clear()
    submission = make_submission(world.lodging, number=new_number("HB"))
    return make_stay(world.lodging, "NGUYỄN HOFFMANN", document_number=NUMBER, submission=submission)


def make_request(stay: Any, **changes: Any) -> Confirmation:
    return services.ask_as_guest(PUBLIC, stay_id=stay.pk, purpose="residence_card", **changes)


def issued(world: Any, stay: Any) -> Confirmation:
    return services.issue(world.actor("olga"), confirmation=for_guest(world, stay))


def for_guest(world: Any, stay: Any, **changes: Any) -> Confirmation:
    return services.ask_for_guest(world.actor("bob"), stay_id=stay.pk, purpose="driving_licence", **changes)


def public(path: str) -> Any:
    client = Client()
    client.cookies["django_language"] = "en"
    return client.get(path)


# ---- asking ------------------------------------------------------------------------------------------------


def test_a_request_is_due_in_the_rulebooks_working_days(world: Any, stay: Any) -> None:
    confirmation = make_request(stay, email="eva@example.test")
    assert (
        confirmation.state == "requested"
        and confirmation.unit == world.units.commune
        and confirmation.proof == Proof.NONE
    )
    assert confirmation.due_on == calendar().deadline(confirmation.asked_at, 3)
    event = Event.objects.get(act="stays.confirmation_requested")
    assert event.details == {"stay": stay.pk, "through": "self_check", "proof": "none"}


def test_the_receipt_proves_who_asks(world: Any, stay: Any) -> None:
    another_stay = make_stay(
        world.lodging, "KIM NA RA", submission=make_submission(world.lodging, number=new_number("HB"))
    )
    for typed in (stay_receipt_code(stay), f"http://127.0.0.1:8000/r/{stay_receipt_code(stay)}"):
        assert make_request(stay, receipt=typed).proof == Proof.RECEIPT
    for wrong in (stay_receipt_code(another_stay), stay.submission.number, "nonsense"):
        with pytest.raises(Conflict) as refused:
            make_request(stay, receipt=wrong)
        assert refused.value.code == "receipt_wrong"


def test_a_strangers_requests_do_not_stand_in_the_guests_way(world: Any, stay: Any) -> None:
    first = make_request(stay)
    assert make_request(stay).reference != first.reference
    make_request(stay)
    with pytest.raises(Conflict) as refused:
        make_request(stay)
    assert refused.value.code == "asked_too_often"
    services.withdraw(PUBLIC, confirmation=first)
    assert make_request(stay).state == "requested"


def test_the_lodging_asks_for_its_own_guest_alone(world: Any, stay: Any) -> None:
    assert for_guest(world, stay).proof == Proof.LODGING
    with pytest.raises(Http404):
        services.ask_for_guest(world.actor("charlie"), stay_id=stay.pk, purpose="bank")
    with pytest.raises(Forbidden):
        services.ask_for_guest(world.actor("olga"), stay_id=stay.pk, purpose="bank")
    withdraw(actor=world.actor("bob"), stay_id=stay.pk, reason="declared twice")
    with pytest.raises(Conflict):
        for_guest(world, stay)
    with pytest.raises(Conflict):
        make_request(stay)


# ---- deciding ----------------------------------------------------------------------------------------------


def test_passport_data_alone_open_nobodys_address(world: Any, stay: Any) -> None:
    """Whoever holds a copy of the passport may ask; the officer must have spoken with the guest."""
    confirmation = make_request(stay)
    for proof in ("", "receipt", "lodging", "none"):
        with pytest.raises(Conflict) as refused:
            services.issue(world.actor("olga"), confirmation=confirmation, proof=proof)
        assert refused.value.code == "unproved"
    page = public(selectors.requester_path(confirmation)).content.decode()
    assert "Mai Châu Lodge" not in page and "HOFFMANN" not in page
    assert services.issue(world.actor("olga"), confirmation=confirmation, proof="called").proof == Proof.CALLED
    assert not ConfirmationBook.objects.exclude(last=1).exists()  # what was refused took no number


def test_who_may_decide(world: Any, stay: Any) -> None:
    confirmation = for_guest(world, stay)
    for name, may in (("olga", True), ("quynh", True), ("pavel", False), ("rosa", False), ("alice", False)):
        assert rules.may_issue(world.actor(name), confirmation) is may
        if not may:
            with pytest.raises(Forbidden):
                services.issue(world.actor(name), confirmation=confirmation)
            with pytest.raises(Forbidden):
                services.refuse(world.actor(name), confirmation=confirmation, ground="not_staying")


def test_what_the_paper_says_stays_though_the_declaration_changes(world: Any, stay: Any) -> None:
    confirmation = issued(world, stay)
    correct(actor=world.actor("bob"), stay_id=stay.pk, changes={"full_name": "OTHER NAME"})
    confirmation.refresh_from_db()
    assert (confirmation.full_name, confirmation.document_number) == ("NGUYỄN HOFFMANN", NUMBER)
    assert confirmation.has_left is False
    assert confirmation.address == "Mai Châu Lodge, Số 1, đường 15, Xã Mai Hạ, Tỉnh Phú Thọ"
    assert confirmation.stays_until == stay.expected_departure and confirmation.agency == world.commune_agency


def test_numbers_have_no_gaps_in_a_commune_and_a_year(world: Any, stay: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    olga = world.actor("olga")
    first, second = issued(world, stay), for_guest(world, stay)
    with monkeypatch.context() as broken:
        broken.setattr(services, "_notify_requester", lambda *_: (_ for _ in ()).throw(RuntimeError))
        with pytest.raises(RuntimeError):
            services.issue(olga, confirmation=second)
    second = services.issue(olga, confirmation=second)
    elsewhere = make_stay(world.other_lodging)
    another_confirmation = services.ask_for_guest(world.actor("charlie"), stay_id=elsewhere.pk, purpose="bank")
    another_confirmation = services.issue(world.actor("pavel"), confirmation=another_confirmation)
    year = clock.today().year
    assert [selectors.printed_number(confirmation) for confirmation in (first, second, another_confirmation)] == [
        f"01/{year}/XNTT-05251", f"02/{year}/XNTT-05251", f"01/{year}/XNTT-04924",
    ]  # fmt: skip


def test_a_refusal_has_a_reason_of_the_rulebook(world: Any, stay: Any) -> None:
    olga, confirmation = world.actor("olga"), make_request(stay)
    for ground, reason, code in (
        ("", "", "ground_unknown"),
        ("wrong_data", "", "ground_unknown"),
        ("differs", " ", "reason_missing"),
    ):
        with pytest.raises(Conflict) as refused:
            services.refuse(olga, confirmation=confirmation, ground=ground, reason=reason)
        assert refused.value.code == code
    refused_one = services.refuse(olga, confirmation=confirmation, ground="differs", reason="Sai ngày sinh")
    assert refused_one.state == "refused" and refused_one.number is None
    text = public(selectors.requester_path(confirmation)).content.decode()
    assert "differs from the passport" in text and "Sai ngày sinh" in text and "art. 33(3)" in text
    event = Event.objects.get(act="stays.confirmation_refused")
    assert event.details == {"before": "requested", "ground": "differs"} and event.reason == ""


@pytest.mark.parametrize("state", ConfirmationState)
def test_every_way_that_the_table_has_not_is_a_conflict(world: Any, stay: Any, state: ConfirmationState) -> None:
    olga, confirmation = world.actor("olga"), for_guest(world, stay)
    if state in {"issued", "revoked"}:
        services.issue(olga, confirmation=confirmation)
    if state == "revoked":
        services.revoke(olga, confirmation=confirmation, ground="not_staying")
    if state == "refused":
        services.refuse(olga, confirmation=confirmation, ground="not_staying")
    if state == "withdrawn":
        services.withdraw(PUBLIC, confirmation=confirmation)
    acts = {
        "issued": lambda: services.issue(olga, confirmation=confirmation),
        "refused": lambda: services.refuse(olga, confirmation=confirmation, ground="not_staying"),
        "withdrawn": lambda: services.withdraw(PUBLIC, confirmation=confirmation),
        "revoked": lambda: services.revoke(olga, confirmation=confirmation, ground="not_staying"),
    }
    for to, act in acts.items():
        if not follows(TRANSITIONS, state, to):
            with pytest.raises(Conflict) as refused:
                act()
            assert refused.value.code == "confirmation_moved"
    confirmation.refresh_from_db()
    assert confirmation.state == state


def test_nothing_is_confirmed_of_a_withdrawn_declaration(world: Any, stay: Any) -> None:
    confirmation = for_guest(world, stay)
    withdraw(actor=world.actor("bob"), stay_id=stay.pk, reason="declared twice")
    with pytest.raises(Conflict) as refused:
        services.issue(world.actor("olga"), confirmation=confirmation)
    assert refused.value.code == "withdrawn" and not ConfirmationBook.objects.exists()


# ---- who is told, and what anybody sees --------------------------------------------------------------------


def test_the_letter_has_a_link_and_no_content(world: Any, stay: Any) -> None:
    confirmation = for_guest(world, stay, email="eva@example.test")
    assert not Notification.objects.exists()
    services.issue(world.actor("olga"), confirmation=confirmation)
    letter = Notification.objects.get()
    assert (letter.address, letter.language) == ("eva@example.test", "en")
    assert selectors.requester_path(confirmation) in letter.body
    letter_text = letter.title + letter.body
    assert all(word not in letter_text for word in ("HOFFMANN", NUMBER, "Mai Châu", "issued", "refused"))
    services.revoke(world.actor("olga"), confirmation=confirmation, ground="not_staying")
    assert Notification.objects.count() == 2


def test_without_an_address_whoever_asked_signed_in_is_told(world: Any, stay: Any) -> None:
    services.issue(world.actor("olga"), confirmation=for_guest(world, stay))
    assert Notification.objects.get().user == world.users["bob"]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_public_page_says_what_the_paper_says_word_for_word(world: Any, stay: Any, language: str) -> None:
    confirmation = issued(world, stay)
    data = Client().get(selectors.requester_path(confirmation, "confirmation_pdf")).content
    reader = PdfReader(io.BytesIO(data))
    paper = " ".join("".join(page.extract_text() for page in reader.pages).split())
    client = Client()
    client.cookies["django_language"] = language
    page = client.get(reverse("stays:verify_confirmation_code", args=[confirmation.code])).content.decode()
    with override(language):
        for line in selectors.printed(confirmation):
            assert str(line.label) in paper and str(line.label) in page
            assert line.vi in paper and (line.localized_text in page)
    for fact in (confirmation.code, selectors.printed_number(confirmation), "Công an xã Mai Hạ", "Olga"):
        assert fact in paper or fact.upper() in paper
        assert fact in page
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in paper and len(reader.pages) == 1
    assert "/StructTreeRoot" in reader.trailer["/Root"]


def test_a_revoked_paper_is_said_to_be_so(world: Any, stay: Any) -> None:
    confirmation = issued(world, stay)
    services.revoke(world.actor("olga"), confirmation=confirmation, ground="other", reason="Khách đã rời đi")
    page = public(reverse("stays:verify_confirmation_code", args=[confirmation.code])).content.decode()
    assert "This confirmation is revoked" in page and "Khách đã rời đi" not in page and "NGUYỄN HOFFMANN" in page
    data = Client().get(selectors.requester_path(confirmation, "confirmation_pdf")).content
    assert "REVOKED ON" in PdfReader(io.BytesIO(data)).pages[0].extract_text()


def test_a_declaration_withdrawn_since_is_told(world: Any, stay: Any) -> None:
    confirmation = issued(world, stay)
    withdraw(actor=world.actor("bob"), stay_id=stay.pk, reason="declared twice")
    page = public(reverse("stays:verify_confirmation_code", args=[confirmation.code])).content.decode()
    assert "has withdrawn the declaration since" in page


def test_a_declaration_corrected_since_is_told(world: Any, stay: Any) -> None:
    """Neither page says what it is now: the paper is compared with the passport, and the police are asked."""
    confirmation = issued(world, stay)
    address = reverse("stays:verify_confirmation_code", args=[confirmation.code])
    office = reverse("stays:office-confirmation", args=[confirmation.pk])
    assert "has corrected" not in public(address).content.decode()
    later = f"{clock.today() + timedelta(days=9):%Y-%m-%d}"
    correct(actor=world.actor("bob"), stay_id=stay.pk, changes={"expected_departure": later})
    assert "has corrected" not in public(address).content.decode(), "when the guest leaves was never certain"
    correct(actor=world.actor("bob"), stay_id=stay.pk, changes={"full_name": "OTHER NAME"})
    page = public(address).content.decode()
    assert "has corrected the declaration since this confirmation was issued: full name" in page
    assert "the declaration was corrected since" in page and "OTHER NAME" not in page
    assert "since the confirmation was issued: full name" in world.client("olga").get(office).content.decode()
    services.revoke(world.actor("olga"), confirmation=confirmation, ground="other", reason="Sai tên")
    assert "has corrected" not in public(address).content.decode()


def test_the_number_that_anybody_can_count_opens_nothing(world: Any, stay: Any) -> None:
    confirmation, waiting = issued(world, stay), for_guest(world, stay)
    for typed in (
        selectors.printed_number(confirmation).replace("/", "-"),
        confirmation.reference,
        waiting.reference,
        "x",
        "0",
    ):
        assert public(reverse("stays:verify_confirmation_code", args=[typed])).status_code == 404
    typed = confirmation.code.lower().replace("-", " ")
    page = Client().get(reverse("stays:verify_confirmation"), {"code": typed}, follow=True)
    assert page.status_code == 200 and confirmation.code in page.content.decode()


def test_the_link_needs_its_secret(world: Any, stay: Any) -> None:
    confirmation, another_confirmation = issued(world, stay), for_guest(world, stay)
    path, wrong = selectors.requester_path(confirmation), selectors.secret_of(another_confirmation)
    assert public(path).status_code == 200
    for name in ("confirmation", "confirmation_pdf"):
        assert public(reverse(f"stays:{name}", args=[confirmation.reference, wrong])).status_code == 404
    assert (
        Client().post(reverse("stays:confirmation_take_back", args=[confirmation.reference, wrong])).status_code == 404
    )
    waiting = reverse("stays:confirmation_pdf", args=[another_confirmation.reference, wrong])
    assert public(waiting).status_code == 404  # there is no paper yet


def test_looks_are_in_the_audit(world: Any, stay: Any) -> None:
    confirmation = issued(world, stay)
    public(selectors.requester_path(confirmation)), public(selectors.requester_path(confirmation, "confirmation_pdf"))
    public(reverse("stays:verify_confirmation_code", args=[confirmation.code]))
    world.client("olga").get(reverse("stays:office-confirmation", args=[confirmation.pk]))
    looks = Event.objects.filter(act="looked", subject_type="stays.confirmation").order_by("id")
    assert [event.details for event in looks] == [{"link": True}, {"export": "pdf"}, {"verified": True}, {}]


# ---- pages -------------------------------------------------------------------------------------------------


def test_the_guests_way_from_yes_to_the_request(world: Any, stay: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ancu.core.security.constant_time.STEP", 0)
    client = Client()
    client.cookies["django_language"] = "en"
    assert client.get("/guest/ask/").headers["Location"] == "/guest/"
    client.post("/guest/", {"document_number": NUMBER, "birth_date": "08/03/1984", "arrived_on": f"{clock.today()}"})
    wrong = client.post("/guest/ask/", {"purpose": "bank", "receipt": "HB-1", "email": "eva"})
    assert wrong.status_code == 422 and "eva" in wrong.content.decode()
    wrong = client.post("/guest/ask/", {"purpose": "bank", "receipt": "HB-1", "email": "eva@example.test"})
    assert wrong.status_code == 422 and "not the receipt for this stay" in wrong.content.decode()
    sent = client.post("/guest/ask/", {"purpose": "bank", "email": "eva@example.test"})
    confirmation = Confirmation.objects.get()
    assert sent.headers["Location"] == selectors.requester_path(confirmation) and confirmation.language == "en"
    assert client.get("/guest/ask/").status_code == 302  # one yes, one request
    client.post(selectors.requester_path(confirmation, "confirmation_take_back"))
    confirmation.refresh_from_db()
    assert confirmation.state == "withdrawn"


def test_a_yes_holds_half_an_hour(world: Any, stay: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ancu.core.security.constant_time.STEP", 0)
    client = Client()
    client.post("/guest/", {"document_number": NUMBER, "birth_date": "08/03/1984", "arrived_on": f"{clock.today()}"})
    assert client.get("/guest/ask/").status_code == 200
    monkeypatch.setattr("ancu.apps.stays.views.self_check.time.time", lambda: 4_000_000_000)
    assert client.get("/guest/ask/").status_code == 302


def test_the_office_page_acts_by_the_same_rules(world: Any, stay: Any) -> None:
    confirmation = make_request(stay)
    page = reverse("stays:office-confirmation", args=[confirmation.pk])
    olga, rosa = world.client("olga"), world.client("rosa")
    assert "The person gave only passport data" in olga.get(page).content.decode()
    assert "Issue the confirmation" not in rosa.get(page).content.decode()
    unsaid = olga.post(f"{page}issue/", {})
    assert unsaid.status_code == 422 and "Choose an option" in unsaid.content.decode()
    unsaid = olga.post(f"{page}refuse/", {"ground-ground": "differs"})
    assert unsaid.status_code == 422 and "in a sentence" in unsaid.content.decode()
    assert olga.post(f"{page}issue/", {"issue-proof": "passport"}).status_code == 302
    assert rosa.post(f"{page}revoke/", {"ground-ground": "other"}).status_code == 403
    assert world.client("pavel").get(page).status_code == 404
    second_answer = olga.post(f"{page}refuse/", {"ground-ground": "not_staying"}, follow=True).content.decode()
    assert "is now “issued”" in second_answer


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_queries_for_one_and_for_three(
    world: Any, stay: Any, count: int, expect_queries: ExpectQueries
) -> None:
    for turn in range(count):
        guest = make_stay(world.lodging, f"GUEST {turn}")
        for_guest(world, guest)
    client = world.client("olga")
    client.get(reverse("stays:confirmations"))
    with expect_queries():
        page = client.get(reverse("stays:confirmations"))
    assert page.content.decode().count("data-open") == count


@pytest.mark.parametrize("count", [1, 3])
def test_so_does_a_guests_own_list(world: Any, count: int, expect_queries: ExpectQueries) -> None:
    from ancu.apps.accounts.tests.factories import make_user

    world.users["mia"] = make_user("Mia")
    for turn in range(count):
        guest = make_stay(world.lodging, f"GUEST {turn}")
        services.ask_as_guest(world.actor("mia"), stay_id=guest.pk, purpose="bank")
    client = world.client("mia")
    client.get(reverse("stays:confirmations_own"))
    with expect_queries():
        page = client.get(reverse("stays:confirmations_own"))
    assert page.content.decode().count('"num">HBX-') == count


def test_the_list_is_in_the_order_it_is_due_and_goes_on(world: Any, stay: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pagination, "PAGE", 2)
    confirmations = [for_guest(world, make_stay(world.lodging, f"GUEST {turn}")) for turn in range(5)]
    olga, pks, after = world.actor("olga"), [], ""
    while True:
        page = selectors.office_page(olga, "requested", after=after)
        pks += [row.confirmation.pk for row in page.rows]
        if not page.after:
            break
        after = page.after
    assert pks == [confirmation.pk for confirmation in confirmations]
    assert [row.confirmation.pk for row in selectors.office_page(olga, "").rows] == [
        confirmations[4].pk,
        confirmations[3].pk,
    ]
    assert selectors.office_page(world.actor("pavel"), "").rows == []
    Confirmation.objects.update(due_on=clock.today() - timedelta(days=30))
    assert "Overdue" in world.client("olga").get(reverse("stays:confirmations")).content.decode()


@pytest.mark.parametrize("paper", ["a4", "a5", "a0"])
def test_the_poster_is_one_page_with_the_address(world: Any, paper: str) -> None:
    data = world.client("bob").get(reverse("stays:poster"), {"paper": paper}).content
    reader = PdfReader(io.BytesIO(data))
    text = " ".join(reader.pages[0].extract_text().split())
    assert len(reader.pages) == 1 and "/guest/" in text and "Mai Châu Lodge" in text and "Điều 33" in text
    assert round(float(reader.pages[0].mediabox.width)) == (420 if paper == "a5" else 595)


def test_the_database_refuses_an_issued_paper_without_its_number(world: Any, stay: Any) -> None:
    from django.db import IntegrityError, transaction

    confirmation = for_guest(world, stay)
    with pytest.raises(IntegrityError), transaction.atomic():
        Confirmation.objects.filter(pk=confirmation.pk).update(state="issued")
    assert connection.is_usable()
