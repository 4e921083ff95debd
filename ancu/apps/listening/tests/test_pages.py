"""The petitioner's pages, the hotline's screen, the list of promises; limits, and attacks on them."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from ancu.apps.accounts.models import Organisation
from ancu.apps.audit.models import Event
from ancu.apps.dossiers.tests.factories import picture
from ancu.apps.listening.enums import PetitionOutcome, PetitionState
from ancu.apps.listening.forms.meetings import ItemOwnerForm
from ancu.apps.listening.models import Petition, PetitionPromise, PetitionRemark
from ancu.apps.listening.selectors import office
from ancu.apps.listening.selectors.hotline import caller_matches
from ancu.apps.listening.selectors.promises import published_promises
from ancu.apps.listening.services import handling, verdicts
from ancu.apps.listening.services.receiving import receive_remark
from ancu.apps.listening.tests.factories import add_staff, answer, make_petition, take_in
from ancu.apps.listening.views import petitioner
from ancu.apps.lodging.tests.factories import make_world
from ancu.core import clock
from ancu.core.actor import PUBLIC, system
from ancu.core.db import pagination
from ancu.core.security.proof_of_work import is_answer, new_puzzle
from ancu.core.testing import texts


def laid_out():
    world = make_world()
    add_staff(world)
    return world


pytestmark = [pytest.mark.django_db, pytest.mark.stage(make=laid_out)]


@pytest.fixture
def world(shared_data):
    return shared_data


def text(response):
    return response.content.decode()


def sent(**more):
    return {"category": "order", "about": "none", "body": "Hàng xóm mở nhạc to ban đêm", "key": str(uuid4())} | more


def solved():
    puzzle = new_puzzle()
    number = next(number for number in range(10**7) if is_answer(puzzle, str(number)))
    return {"puzzle": puzzle, "solution": str(number)}


def test_sent_without_an_account_followed_by_the_code_answered_and_judged(world):
    anybody = world.client()
    receipt = sent(place="Xã Mai Hạ", **solved())
    photo = SimpleUploadedFile("a.jpg", picture(), content_type="image/jpeg")
    answered = anybody.post("/petitions/", receipt | {"attached": [photo]})
    assert answered["location"] == "/petitions/sent/"
    petition = Petition.objects.get()
    page = text(anybody.get("/petitions/sent/"))
    code = page.split('data-copy="')[1].split('"')[0]
    assert petition.number in page and code.startswith("MS-")
    assert "Hàng xóm" in text(anybody.get(f"/petitions/{petition.number}/"))
    file = petition.evidence.get()
    assert anybody.get(f"/petitions/{petition.number}/files/{file.pk}/").status_code == 200
    stranger = world.client()
    for path in ("", f"files/{file.pk}/"):
        assert stranger.get(f"/petitions/{petition.number}/{path}").status_code == 404
    assert stranger.post(f"/petitions/{petition.number}/word/", {"verdict": "settled"}).status_code == 404
    assert stranger.get("/petitions/sent/")["location"] == "/petitions/"
    answer(world, petition)
    assert stranger.post("/petitions/follow/", {"code": code.lower()})["location"] == f"/petitions/{petition.number}/"
    refused = stranger.post(f"/petitions/{petition.number}/word/", {"verdict": "refused"})
    assert refused.status_code == 422 and "what is still missing" in text(refused)
    stranger.post(f"/petitions/{petition.number}/word/", {"verdict": "settled", "rating": "5"})
    assert Petition.objects.get().state == PetitionState.SETTLED


def test_the_code_is_not_told_to_who_uses_the_device_next(world, monkeypatch):
    anybody = world.client()
    anybody.post("/petitions/", sent(place="Xã Mai Hạ", **solved()))
    later = petitioner.time.time() + 601
    monkeypatch.setattr(petitioner.time, "time", lambda: later)
    assert anybody.get("/petitions/sent/")["location"] == "/petitions/"


def test_what_is_open_begins_with_the_first_due_and_what_is_closed_with_the_latest(world, monkeypatch):
    monkeypatch.setattr(pagination, "PAGE", 2)
    petitions = [make_petition(world, body=f"Việc {number}") for number in range(4)]
    for days, petition in enumerate(petitions):
        Petition.objects.filter(pk=petition.pk).update(due_on=clock.today() + timedelta(days=days))
    olga = world.actor("olga")

    def walked(view):
        first = office.petition_page(olga, view=view)
        second = office.petition_page(olga, view=view, after=first.after)
        return [petition.title for petition in (*first.rows, *second.rows)]

    assert walked("open") == [f"Việc {number}" for number in range(4)]
    assert walked("all") == [f"Việc {number}" for number in (3, 2, 1, 0)]
    assert [petition.title for petition in office.export_petitions(olga, view="all", words="")] == walked("all")


def test_who_is_signed_in_finds_it_under_the_account_and_nobody_else_does(world):
    alice, bob = world.client("alice"), world.client("bob")
    alice.post("/petitions/", sent())
    petition = Petition.objects.get()
    assert petition.user == world.users["alice"]
    second_browser = world.client("alice")
    assert petition.title in text(second_browser.get("/petitions/own/"))
    assert second_browser.get(f"/petitions/{petition.number}/").status_code == 200
    assert bob.get(f"/petitions/{petition.number}/").status_code == 404
    assert petition.title not in text(bob.get("/petitions/own/"))


def test_an_officer_who_writes_here_is_not_the_petitioner(world):
    world.client("olga").post("/petitions/", sent())
    assert Petition.objects.get().user is None


def test_a_form_without_its_puzzle_is_taken_twice_an_hour_and_kept_typed(world):
    anybody = world.client()
    for _turn in range(2):
        assert anybody.post("/petitions/", sent()).status_code == 302
    third = anybody.post("/petitions/", sent(body="Lần thứ ba"))
    assert third.status_code == 429 and "Lần thứ ba" in text(third) and texts.DUTY_OFFICER in text(third)
    assert anybody.post("/petitions/", sent(**solved())).status_code == 302


def test_codes_are_not_guessed(world):
    anybody = world.client()
    for _turn in range(8):
        assert anybody.post("/petitions/follow/", {"code": "MS-0000-0000-0000"}).status_code == 422
    code = take_in(world).code
    assert anybody.post("/petitions/follow/", {"code": code}).status_code == 429


@pytest.mark.parametrize(
    "wrong",
    [
        {"body": ""},
        {"category": "weather"},
        {"key": "x"},
        {"about": "999"},
        {"email": "x"},
        {"category": "denunciation"},
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_taken_in(world, wrong):
    response = world.client().post("/petitions/", sent(**wrong))
    assert response.status_code == 422 and not Petition.objects.exists()


def test_one_wrong_file_of_several_is_named_and_the_number_received_is_told(world):
    """Two with a camera's names: which of them is wrong?"""
    photo = SimpleUploadedFile("two.jpg", picture(), content_type="image/jpeg")
    broken = SimpleUploadedFile("bad.jpg", bytes(3000), content_type="image/jpeg")
    anybody = world.client()
    page = text(anybody.post("/petitions/", sent(attached=[photo, broken])))
    assert "bad.jpg: Papers must be PDF" in page and 'data-wrong-files="[&quot;bad.jpg&quot;]"' in page
    assert texts.CHOOSE_ALL_OF_THEM_AGAIN in page and not Petition.objects.exists()
    photo.seek(0)
    anybody.post("/petitions/", sent(attached=[photo]))
    assert "We received 1 file with it" in text(anybody.get("/petitions/sent/"))


def test_a_lodging_cannot_be_named_as_the_unit_complained_of(world):
    business = world.lodging.business
    assert world.client().post("/petitions/", sent(about=business.pk)).status_code == 422


def test_words_of_strangers_are_shown_as_words(world):
    petition = make_petition(world, body="<script>alert(1)</script>", name="<b>x</b>", title="<img src=x onerror=y>")
    page = text(world.client("olga").get(f"/office/petitions/{petition.number}/"))
    assert "<script>alert" not in page and "<img" not in page and "&lt;script&gt;" in page


def test_an_officers_acts_keep_what_was_typed_and_say_why_not(world):
    petition, olga = make_petition(world), world.client("olga")
    url = f"/office/petitions/{petition.number}/"
    empty = olga.post(f"{url}draft/", {"outcome": "promised", "text": "Sẽ làm"})
    assert empty.status_code == 422 and "Enter the date by which you promise" in text(empty) and "Sẽ làm" in text(empty)
    assert olga.post(f"{url}draft/", {"outcome": "done", "text": "Xong"}).status_code == 302
    retry = olga.post(f"{url}draft/", {"outcome": "done", "text": "Xong nữa"})
    assert retry.status_code == 409 and "Xong nữa" in text(retry)
    assert olga.post(f"{url}approve/").status_code == 403
    assert olga.post(f"{url}nothing/").status_code == 404
    assert world.client("otto").post(f"{url}approve/").status_code == 302


# --- the hotline ------------------------------------------------------------------------------------------


def called(**more):
    return {
        "channel": "hotline",
        "category": "declaration",
        "about": "none",
        "body": "Khách ở không khai báo",
        "key": str(uuid4()),
    } | more


def test_a_call_becomes_a_petition_and_its_code_is_read_out_once(world):
    hoa = world.client("hoa")
    assert hoa.get("/")["location"] == "/office/hotline/"
    assert hoa.post("/office/hotline/", called(phone="+84 912 345 678", name="Bà Tâm")).status_code == 302
    petition = Petition.objects.get()
    assert (petition.channel, petition.phone, petition.recorded_by) == ("hotline", "+84912345678", world.users["hoa"])
    page = text(hoa.get("/office/hotline/"))
    assert petition.number in page and "MS-" in page and "MS-" not in text(hoa.get("/office/hotline/"))


def test_the_callers_earlier_and_similar_ones_are_found_while_typing(world):
    mine = make_petition(world, phone="0912 345 678", name="Bùi Thị Hoa", body="Nhà nghỉ ồn ào")
    alike = make_petition(world, phone="", name="", body="Đèn đường ở ngõ năm bị hỏng nhiều ngày")
    hoa, search = world.client("hoa"), "/office/hotline/search/"
    assert mine.number in text(hoa.post(search, {"phone": "0912 34"}))
    assert mine.number in text(hoa.post(search, {"phone": "+84912"}))
    assert mine.number in text(hoa.post(search, {"name": "bui thi"}))
    assert mine.number not in text(hoa.post(search, {"phone": "091"}))
    results_html = text(hoa.post(search, {"body": "đèn đường ngõ năm hỏng"}))
    assert alike.number in results_html and mine.number not in results_html
    looked = Event.objects.filter(subject_type="listening.petitions", subject_id="hotline", act="looked")
    assert looked.count() == 4 and "0912" not in str([*looked.values_list("details", flat=True)])
    assert caller_matches(world.actor("hoa"), phone="%%%%", name="'; --", words="\\' OR 1=1").earlier == []


def test_a_second_call_is_put_to_the_petition_that_is_here(world):
    petition, hoa = make_petition(world), world.client("hoa")
    assert hoa.post("/office/hotline/", called(to=petition.number, body="Hỏi bao giờ xong")).status_code == 302
    assert (PetitionRemark.objects.get().operator, Petition.objects.count()) == (True, 1)
    secret = make_petition(world, category="denunciation")
    assert hoa.post("/office/hotline/", called(to=secret.number)).status_code == 404
    answer(world, petition)
    verdicts.record_verdict(PUBLIC, Petition.objects.get(pk=petition.pk), verdict="settled")
    late = hoa.post("/office/hotline/", called(to=petition.number, body="Gọi lại"))
    assert late.status_code == 409 and "Gọi lại" in text(late)


def test_a_survey_hands_over_a_remark_once(world):
    key = uuid4()
    for _turn in range(2):
        receive_remark(
            system("test"), body="Trả kết quả chậm", unit_id=world.units.commune.pk, key=key, category="residence"
        )
    petition = Petition.objects.get()
    assert (petition.channel, petition.unit, petition.name) == ("survey", world.commune_agency, "")


# --- for everybody ----------------------------------------------------------------------------------------


OUTCOMES = ("kept", "not kept")
CELL_UNDER_FIVE = re.compile(r'<td class="num"[^>]*>\s*[0-4]\s*<')


def promised(world, unit, number, *, days, kept_at_day=None, words="Lắp đèn ngõ"):
    for _turn in range(number):
        petition = make_petition(world)
        PetitionPromise.objects.create(
            petition=petition, agency=unit, words=words, due_on=clock.today() + timedelta(days=days),
            made_by=world.users["olga"], made_at=clock.now(), kept_at=kept_at_day,
        )  # fmt: skip


@pytest.mark.slow
def test_promises_are_counted_by_unit_and_never_under_five(world):
    promised(world, world.commune_agency, 3, days=1, kept_at_day=clock.now())
    promised(world, world.commune_agency, 1, days=-1, kept_at_day=clock.now())
    promised(world, world.commune_agency, 2, days=-1)
    promised(world, world.elsewhere_agency, 4, days=3, words="Chỉ một người nói điều này")
    row = published_promises().rows[0]
    assert [row.unit, row.promised, row.in_time, row.late, row.broken, row.coming] == [
        "Công an xã Mai Hạ", 5, None, None, None, None,
    ]  # fmt: skip
    page = text(world.client().get("/meetings/promises/"))
    assert not set(CELL_UNDER_FIVE.findall(page)) and "round them to the nearest five" in page
    assert "Công an xã Lương Sơn" not in page and "Chỉ một người" not in page and len(published_promises().rows) == 1
    promised(world, world.provincial_agency, 2, days=3)
    combined = published_promises().rows[-1]
    assert (combined.unit, combined.promised, combined.coming) == (None, 5, 5)
    promised(world, world.commune_agency, 9, days=-3, kept_at_day=clock.now() - timedelta(days=9))
    promised(world, world.commune_agency, 4, days=-3)
    row = published_promises().rows[0]
    assert (row.promised, row.in_time, row.broken) == (20, 10, 5)
    before = published_promises()
    promised(world, world.commune_agency, 1, days=1)
    assert published_promises().rows[0] == before.rows[0], "nobody learns of one by taking yesterday from today"


@pytest.mark.slow
def test_the_list_below_the_table_tells_no_outcome_that_the_table_hides(world):
    promised(world, world.commune_agency, 6, days=-1, kept_at_day=clock.now() - timedelta(days=9))
    promised(world, world.elsewhere_agency, 6, days=-1, kept_at_day=clock.now() - timedelta(days=9))
    promised(world, world.elsewhere_agency, 2, days=-2)
    page = text(world.client().get("/meetings/promises/"))
    assert page.count("Lắp đèn ngõ") == 14
    outcomes = [
        len(re.findall(rf">\s*{words}\s*<", page.split("Individual promises")[1], re.IGNORECASE)) for words in OUTCOMES
    ]
    assert outcomes == [6, 0]
    words_of_page = re.sub(r"<[^>]*>", " ", page.split("<main")[1].split("</main>")[0])
    assert "%" not in words_of_page, "no share beside rounded counts"


@pytest.mark.parametrize("personal", ["0912 345 678", "hoa@example.com", "B1234567", "sinh 12/04/1990", "113456789012"])
def test_personal_data_in_a_promise_for_everybody_is_asked_about_before_it_waits_for_approval(world, personal):
    petition = make_petition(world)
    url, olga = f"/office/petitions/{petition.number}/draft/", world.client("olga")
    form = {
        "outcome": "promised", "text": "…", "promised_on": f"{clock.today() + timedelta(days=5):%d/%m/%Y}",
        "public_words": f"Lắp đèn cho anh Hòa, {personal}",
    }  # fmt: skip
    answer = olga.post(url, form)
    assert answer.status_code == 422 and "no_personal_data" in text(answer) and personal.split()[-1] in text(answer)
    assert not petition.answers.exists()
    public_words = f"Lắp đèn ở ngõ 5, xong trước {form['promised_on']}"
    assert olga.post(url, form | {"public_words": public_words}).status_code == 302
    handling.send_back(actor=world.actor("otto"), number=petition.number, reason="…")
    assert olga.post(url, form | {"no_personal_data": "on"}).status_code == 302


def test_complaints_are_not_counted_and_few_answers_are_not_told(world):
    for number in range(7):
        make_petition(world, category="complaint" if number < 4 else "order")
    assert published_promises().answers.received is None
    for _number in range(4):
        make_petition(world)
    assert published_promises().answers.received == 5
    page = text(world.client().get("/meetings/promises/"))
    assert 'class="stat-value">5<' in page and 'class="stat-value">–<' in page
    assert 'class="stat-value">0<' not in page


def test_who_approves_a_promise_sees_what_everybody_will_read(world):
    petition = make_petition(world)
    draft = {"outcome": "promised", "text": "…", "promised_on": clock.today() + timedelta(days=5)}
    handling.submit_draft(actor=world.actor("olga"), number=petition.number, public_words="Lắp đèn ở ngõ 5", **draft)
    page = text(world.client("otto").get(f"/office/petitions/{petition.number}/"))
    assert "Public text of this promise" in page and "Lắp đèn ở ngõ 5" in page
    handling.send_back(actor=world.actor("otto"), number=petition.number, reason="…")
    handling.submit_draft(actor=world.actor("olga"), number=petition.number, **draft)
    assert "is only counted" in text(world.client("otto").get(f"/office/petitions/{petition.number}/"))


def sent_back(world, **fields):
    """A petition whose first answer Otto sent back."""
    petition = make_petition(world)
    first = {"outcome": "done", "text": "Đã nhắc nhở chủ quán."} | fields
    handling.submit_draft(actor=world.actor("olga"), number=petition.number, **first)
    handling.send_back(actor=world.actor("otto"), number=petition.number, reason="Nêu rõ ngày nhắc nhở.")
    return petition


def test_a_draft_that_was_sent_back_is_written_on_from_its_words(world):
    day = clock.today() + timedelta(days=5)
    petition = sent_back(world, outcome="promised", promised_on=day, public_words="Lắp đèn ở ngõ 5")
    page = world.client("olga").get(f"/office/petitions/{petition.number}/")
    form = page.context["forms"]["draft"]
    values = {name: form[name].value() for name in ("outcome", "text", "promised_on", "public_words")}
    assert values == {
        "outcome": "promised", "text": "Đã nhắc nhở chủ quán.", "promised_on": day, "public_words": "Lắp đèn ở ngõ 5",
    }  # fmt: skip
    part = text(page).split('id="returned-head"')[1].split("</section>")[0]
    assert "Otto" in part and "Nêu rõ ngày nhắc nhở." in part


def test_who_approves_a_second_draft_sees_why_the_first_came_back_and_what_changed(world):
    petition = sent_back(world)
    second = {"outcome": "declined", "text": "Đã nhắc nhở chủ quán ngày 20/11."}
    handling.submit_draft(actor=world.actor("olga"), number=petition.number, **second)
    part = text(world.client("otto").get(f"/office/petitions/{petition.number}/")).split('id="returned-head"')[1]
    part = part.split("</section>")[0]
    assert "Nêu rõ ngày nhắc nhở." in part and "Đã nhắc nhở chủ" in part
    assert "<del>quán.</del>" in part and "<ins>quán ngày 20/11.</ins>" in part
    assert "Type of answer" in part and texts.NOTHING_WAS_CHANGED not in part


def test_a_second_draft_with_the_same_words_says_that_nothing_changed(world):
    petition = sent_back(world)
    handling.submit_draft(
        actor=world.actor("olga"), number=petition.number, outcome="done", text="Đã nhắc nhở chủ quán."
    )
    assert texts.NOTHING_HAS_CHANGED_SINCE_THEN in text(
        world.client("otto").get(f"/office/petitions/{petition.number}/")
    )


def test_what_the_officer_complained_of_wrote_is_offered_to_nobody(world):
    petition = make_petition(world)
    handling.submit_draft(actor=world.actor("olga"), number=petition.number, outcome="done", text="Không có gì.")
    handling.name_officer(actor=world.actor("otto"), number=petition.number, user_id=world.users["olga"].pk)
    page = world.client("otto").get(f"/office/petitions/{petition.number}/")
    assert page.context["opened"].returned is None
    assert not page.context["forms"]["draft"]["text"].value()


def test_every_promise_can_be_read_page_by_page_and_no_closed_matter_says_its_day(world, monkeypatch):
    monkeypatch.setattr(pagination, "PAGE", 4)
    promised(world, world.commune_agency, 6, days=1)
    closed = make_petition(world, category="complaint", name="A")
    promise_on_page = PetitionPromise.objects.order_by("pk")[0]
    PetitionPromise.objects.create(
        petition=closed,
        agency=promise_on_page.agency,
        words="Kín",
        due_on=clock.today() - timedelta(days=9),
        made_by=promise_on_page.made_by,
        made_at=clock.now(),
    )
    first = published_promises()
    assert len(first.promises.rows) == 4
    assert f"?after={first.promises.after}" in text(world.client().get("/meetings/promises/"))
    rest = published_promises(first.promises.after)
    assert (
        len({promise.pk for promise in (*first.promises.rows, *rest.promises.rows)}) == 6 and rest.promises.after == ""
    )
    assert published_promises(str(PetitionPromise.objects.get(petition=closed).pk)).promises.rows == first.promises.rows


def test_what_is_closed_matter_is_nowhere_in_public(world):
    petition = make_petition(world)
    answer(
        world, petition, outcome=PetitionOutcome.PROMISED, promised_on=clock.today() + timedelta(days=1),
        public_words="Xem lại quyết định",
    )  # fmt: skip
    handling.categorise(actor=world.actor("dora"), number=petition.number, category="complaint")
    promised(world, world.provincial_agency, 5, days=1)
    assert "Xem lại quyết định" not in text(world.client().get("/meetings/promises/"))
    assert PetitionPromise.objects.filter(petition=petition).exists()


@pytest.mark.slow
@pytest.mark.parametrize("count", [1, 3])
def test_query_counts(world, count, expect_queries):
    for _number in range(count):
        petition = make_petition(world)
        answer(world, petition)
        make_petition(world, phone="0912345678")
    olga, anybody, hoa = world.client("olga"), world.client(), world.client("hoa")
    olga.get("/office/petitions/")
    with expect_queries("list"):
        olga.get("/office/petitions/?view=all")
    with expect_queries("page"):
        olga.get(f"/office/petitions/{petition.number}/")
    promised(world, world.commune_agency, 5, days=1)
    with expect_queries("promises"):
        anybody.get("/meetings/promises/")
    hoa.get("/office/hotline/")
    with expect_queries("search"):
        hoa.post("/office/hotline/search/", {"phone": "0912345678", "body": "Nhà nghỉ không khai báo"})
    assert Organisation.objects.count() == 5


def test_whoever_chooses_no_matter_has_not_said_the_first_one(world):
    """The first of the list would give it to the wrong unit and day."""
    page = text(world.client().get("/petitions/"))
    assert '<option value="other" selected>' in page and '<option value="declaration" selected>' not in page


def test_personal_data_in_what_a_meeting_publishes_is_asked_about(world):
    fields = {"agency_id": world.commune_agency.pk, "due_on": f"{clock.today():%d/%m/%Y}", "words": ""}
    units = [(world.commune_agency.pk, "Công an xã")]
    form = ItemOwnerForm(fields | {"raised": "Đèn nhà anh Hòa, 0912345678"}, units=units)
    assert set(form.errors) == {"no_personal_data"} and "0912345678" in str(form.errors)
    ticked = ItemOwnerForm(fields | {"raised": "Quyết định 4512 3456", "no_personal_data": "on"}, units=units)
    assert ticked.is_valid() and "no_personal_data" not in ticked.cleaned_data
    assert ItemOwnerForm(fields | {"raised": "Đèn ở ngõ 5 hỏng"}, units=units).is_valid()


@pytest.mark.parametrize(
    ("category", "unit_heading", "officer_heading"),
    [
        ("conduct", "Unit concerned", "Officer concerned"),
        ("complaint", "Unit in the complaint", "Officer in the complaint"),
        ("denunciation", "Unit in the denunciation", "Officer in the denunciation"),
    ],
)
def test_whom_a_petition_is_about_is_headed_by_its_kind(world, category, unit_heading, officer_heading):
    """Praise of an officer comes under the conduct of officers: it is no complaint."""
    petition = make_petition(world)
    Petition.objects.filter(pk=petition.pk).update(
        category=category, closed_matter=category != "conduct", unit=world.provincial_agency,
        about=world.elsewhere_agency, about_person="Bùi Văn Sơn", about_key="bui van son",
    )  # fmt: skip
    html = text(world.client("quynh").get(f"/office/petitions/{petition.number}/"))
    headings = [heading.strip() for heading in re.findall(r"<dt>([^<]*)</dt>", html)]
    assert unit_heading in headings and officer_heading in headings
