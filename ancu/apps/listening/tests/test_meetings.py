"""A meeting from its plan to its minutes: seats, the room, owners and days; where meetings were held."""

from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pypdf import PdfReader

from ancu.apps.files.services import read_bytes
from ancu.apps.listening.enums import MeetingState, PetitionState
from ancu.apps.listening.models import Attendee, Meeting, Petition, PetitionPromise
from ancu.apps.listening.selectors import meetings as selectors
from ancu.apps.listening.selectors.public_items import public_items
from ancu.apps.listening.services import attending, handling, merging
from ancu.apps.listening.services import meetings as services
from ancu.apps.listening.services.minutes import initials, minutes_pdf
from ancu.apps.listening.services.receiving import PetitionIntake
from ancu.apps.listening.tests.factories import add_staff, answer, make_meeting, make_petition
from ancu.apps.lodging.tests.factories import make_world
from ancu.apps.places.models import AdministrativeUnit
from ancu.core import clock
from ancu.core.actor import PUBLIC
from ancu.core.errors import Conflict, Forbidden, Http404
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


def raised(world, meeting, body="Đèn ngõ 5 hỏng đã lâu", **changes):
    item = PetitionIntake(channel="meeting", category="order", body=body, key=uuid4(), name="Bùi Thị Hoa", **changes)
    return services.raise_item(actor=world.actor("olga"), pk=meeting.pk, intake=item).petition


def now_open(world, **changes):
    begins = clock.now() + timedelta(minutes=30)
    meeting = make_meeting(world, starts_at=begins, ends_at=begins + timedelta(hours=2), **changes)
    for to in (MeetingState.ANNOUNCED, MeetingState.OPEN):
        services.change_state(actor=world.actor("olga"), pk=meeting.pk, to=to)
    return Meeting.objects.get(pk=meeting.pk)


def test_it_closes_with_minutes_only_when_every_item_has_an_owner_and_a_day(world):
    meeting, olga = now_open(world), world.actor("olga")
    first, second = raised(world, meeting), raised(world, meeting, "Làm căn cước lâu")
    assert (first.state, first.unit, first.channel) == (PetitionState.RECEIVED, None, "meeting")
    services.change_state(actor=olga, pk=meeting.pk, to=MeetingState.CONCLUDED)
    end = {"chair": "Đại úy Olga", "secretary": "Otto", "minutes": "Bà con phát biểu sôi nổi.", "present": 40}
    day = clock.today() + timedelta(days=9)
    with pytest.raises(Conflict, match="unowned"):
        services.close(actor=olga, pk=meeting.pk, **end)
    own = {"actor": olga, "pk": meeting.pk, "agency_id": world.commune_agency.pk, "due_on": day}
    services.assign_owner(number=first.number, words="Thay bóng đèn ngõ 5", **own)
    assert not PetitionPromise.objects.exists(), "another officer reads its words first"
    with pytest.raises(Forbidden):
        handling.approve(actor=world.actor("olga"), number=first.number)
    handling.approve(actor=world.actor("otto"), number=first.number)
    with pytest.raises(Conflict, match="unowned"):
        services.close(actor=olga, pk=meeting.pk, **end)
    services.assign_owner(number=second.number, **own)
    services.close(actor=olga, pk=meeting.pk, **end)
    meeting.refresh_from_db()
    assert (meeting.state, PetitionPromise.objects.get().words) == (MeetingState.CLOSED, "Thay bóng đèn ngõ 5")
    first.refresh_from_db()
    assert (first.state, first.unit, first.due_on) == (PetitionState.ASSIGNED, world.commune_agency, day)
    printed = " ".join(PdfReader(BytesIO(read_bytes(meeting.document))).pages[0].extract_text().split())
    assert first.number in printed and f"{day:%d/%m/%Y}" in printed and "Thay bóng đèn" in printed
    assert "40 người." in printed and "danh sách" not in printed, "nobody registered"
    assert "CÔNG AN TỈNH PHÚ THỌ" in printed, "above the police of a commune stands that of the province"
    assert "B.T.H." in printed and "Bùi Thị Hoa" not in printed
    page = world.client("olga").get(f"/office/meetings/{meeting.pk}/minutes.pdf")
    assert page.content == read_bytes(meeting.document)
    for act in (lambda: raised(world, meeting), lambda: attending.add_walk_in(actor=olga, pk=meeting.pk, name="X")):
        with pytest.raises(Forbidden):
            act()
    with pytest.raises(Conflict):
        services.close(actor=olga, pk=meeting.pk, **end)


def test_names_in_minutes_are_letters():
    assert [initials(name) for name in ("Bùi Thị Hoa", "", "Ân")] == ["B.T.H.", "", "Â."]


def test_an_item_never_goes_to_the_unit_it_is_about_nor_to_a_day_gone_by(world):
    meeting, olga = now_open(world), world.actor("olga")
    item = raised(world, meeting, about=world.elsewhere_agency)
    own = {"actor": olga, "pk": meeting.pk, "number": item.number, "due_on": clock.today()}
    with pytest.raises(Conflict, match="complained_of"):
        services.assign_owner(agency_id=world.elsewhere_agency.pk, **own)
    own["due_on"] -= timedelta(days=1)
    with pytest.raises(Conflict, match="promise_day"):
        services.assign_owner(agency_id=world.provincial_agency.pk, **own)
    stranger = make_petition(world)
    with pytest.raises(Http404):
        services.assign_owner(agency_id=world.provincial_agency.pk, **own | {"number": stranger.number})


def test_another_unit_neither_runs_it_nor_reads_its_list(world):
    meeting, pavel = now_open(world), world.actor("pavel")
    attending.add_walk_in(actor=world.actor("olga"), pk=meeting.pk, name="Bùi Thị Hoa")
    raised(world, meeting)
    page = text(world.client("pavel").get(f"/office/meetings/{meeting.pk}/"))
    assert "Another unit holds this meeting" in page and "Hoa" not in page and "Đèn" not in page
    for act in (
        lambda: services.change_state(actor=pavel, pk=meeting.pk, to=MeetingState.CONCLUDED),
        lambda: attending.add_walk_in(actor=pavel, pk=meeting.pk, name="X"),
        lambda: services.raise_item(actor=pavel, pk=meeting.pk, intake=None),
    ):
        with pytest.raises(Forbidden):
            act()
    planned = make_meeting(world)
    assert world.client("pavel").get(f"/office/meetings/{planned.pk}/").status_code == 404
    assert world.client().get(f"/meetings/{planned.pk}/").status_code == 404
    with pytest.raises(Http404):
        make_meeting(world, unit=world.units.elsewhere)


def test_at_the_door_somebody_is_found_by_a_part_of_the_name_or_of_the_telephone(world, monkeypatch):
    monkeypatch.setattr(selectors, "SEATS", 2)
    meeting = now_open(world)
    people = (("Bùi Thị Hoa", "0912345678"), ("Hà Công Tình", ""), ("Đinh Thị Hoà", ""), *[("Vì Văn Tám", "")] * 7)
    for name, phone in people:
        attending.add_walk_in(actor=world.actor("olga"), pk=meeting.pk, name=name, phone=phone)
    seats = selectors.attendee_list(meeting, "thi hoa")
    assert ([attendee.name for attendee in seats.rows], seats.matching, seats.total) == (
        ["Bùi Thị Hoa", "Đinh Thị Hoà"],
        2,
        10,
    )
    address, client = f"/office/meetings/{meeting.pk}/", world.client("olga")
    page = text(client.get(address, {"who": "234567"}))
    assert "Bùi Thị Hoa" in page and "Đinh" not in page
    assert "The first 2 of 7" in text(client.get(address, {"who": "tám"}))
    assert "No one on the list has this name" in text(client.get(address, {"who": "khong co"}))


def test_the_room_opens_when_people_come_and_not_the_day_before(world):
    meeting = make_meeting(world, state=MeetingState.ANNOUNCED)
    with pytest.raises(Conflict, match="too_early"):
        services.change_state(actor=world.actor("olga"), pk=meeting.pk, to=MeetingState.OPEN)


def test_seats_are_given_until_there_is_none(world):
    meeting = make_meeting(world, state=MeetingState.ANNOUNCED, quota=2)
    ticket = attending.register_attendee(PUBLIC, pk=meeting.pk, name="Một", email="mot@example.test")
    attending.invite_attendee(actor=world.actor("olga"), pk=meeting.pk, name="Hai")
    with pytest.raises(Conflict, match="full"):
        attending.register_attendee(PUBLIC, pk=meeting.pk, name="Ba")
    with pytest.raises(Conflict, match="quota"):
        services.change(actor=world.actor("olga"), pk=meeting.pk, quota=1)
    page = text(world.client().get(f"/meetings/{meeting.pk}/"))
    assert "All seats are taken" in page
    path = f"/meetings/{meeting.pk}/ticket/{ticket.code}/"
    assert "<svg" in text(world.client().get(path)) and "Một" in text(world.client().get(path))
    assert world.client().get(f"/meetings/{meeting.pk}/ticket/VE-0000-0000-0000/").status_code == 404
    assert world.client().get(f"/meetings/{make_meeting(world).pk}/ticket/{ticket.code}/").status_code == 404
    calendar = world.client().get(f"{path}calendar.ics").content
    assert b"BEGIN:VEVENT" in calendar and "Một".encode() not in calendar


def test_the_qr_of_a_ticket_is_read_at_the_door_once(world):
    meeting = now_open(world)
    Meeting.objects.filter(pk=meeting.pk).update(state=MeetingState.ANNOUNCED)
    ticket = attending.register_attendee(PUBLIC, pk=meeting.pk, name="Hà Văn Ba")
    Meeting.objects.filter(pk=meeting.pk).update(state=MeetingState.OPEN)
    door, otto = f"/office/meetings/{meeting.pk}/arrive/{ticket.code}/", world.client("otto")
    assert "Hà Văn Ba" in text(otto.get(door))
    assert Attendee.objects.get().attended_at is None  # looking is not arriving
    assert otto.post(door).status_code == 302
    since = Attendee.objects.get().attended_at
    assert since is not None and "This ticket has been shown before" in text(otto.get(door))
    otto.post(door)
    assert Attendee.objects.get().attended_at == since
    assert world.client("pavel").get(door).status_code == 403 and world.client().get(door).status_code == 302


def test_in_the_room_what_is_typed_stays_when_it_is_wrong(world):
    meeting, olga = now_open(world), world.client("olga")
    room = f"/office/meetings/{meeting.pk}/room/"
    fields = {
        "name": "Hà Văn Ba", "body": "Loa phường ồn", "category": "order", "about": "none", "phone": "",
        "key": str(uuid4()),
    }  # fmt: skip
    bad = SimpleUploadedFile("x.exe", b"MZ\x00\x01")
    answer = olga.post(room, fields | {"attached": [bad]})
    assert answer.status_code == 422 and "Loa phường ồn" in text(answer) and not Petition.objects.exists()
    assert olga.post(room, fields).status_code == 302
    assert olga.post(room, fields).status_code == 302
    petition = Petition.objects.get()
    page = text(olga.get(room))
    assert petition.number in page
    assert (petition.place, petition.meeting, petition.name) == (meeting.unit, meeting, "Hà Văn Ba")


def meeting_form(world, **changes):
    day = clock.today() + timedelta(days=3)
    return {
        "theme": "A", "level": "commune", "unit": world.units.commune.pk, "venue": "Nhà văn hóa", "quota": "9",
        "day": f"{day:%d/%m/%Y}", "begins": "08:00", "ends": "11:00", "key": str(uuid4()),
    } | changes  # fmt: skip


def test_a_survey_leads_nowhere_but_into_this_house(world):
    olga, answers = world.client("olga"), meeting_form(world)
    for wrong in ("https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"):
        assert olga.post("/office/meetings/new/", answers | {"survey": wrong}).status_code == 422
    for wrong in ({"ends": "07:00"}, {"day": "01/01/2020"}, {"quota": "0"}, {"unit": world.units.elsewhere.pk}):
        assert olga.post("/office/meetings/new/", answers | wrong).status_code == 422
    assert olga.post("/office/meetings/new/", answers | {"survey": "/surveys/a"}).status_code == 302
    assert Meeting.objects.get().survey == "/surveys/a"


def test_a_meeting_late_at_night_is_asked_about_once(world):
    olga, late = world.client("olga"), meeting_form(world, begins="23:00", ends="23:30")
    question = olga.post("/office/meetings/new/", late)
    assert question.status_code == 422 and not Meeting.objects.exists()
    assert "data-errors" in text(question).split(texts.IS_THIS_RIGHT)[0], "it takes the focus, far below the page's top"
    assert texts.IS_THIS_RIGHT in text(question) and "from 23:00 to 23:30, outside 07:00–21:00" in text(question)
    sure = {"sure": question.context["sure"]}
    other_hours = olga.post("/office/meetings/new/", late | sure | {"begins": "05:00", "ends": "06:00"})
    assert other_hours.status_code == 422, "another hour is another question"
    assert olga.post("/office/meetings/new/", late | sure).status_code == 302
    meeting = Meeting.objects.get()
    form = text(olga.get(f"/office/meetings/{meeting.pk}/change/"))
    assert 'value="23:00"' in form and 'value="23:30"' in form
    assert olga.post(f"/office/meetings/{meeting.pk}/change/", late | {"quota": "10"}).status_code == 302
    usual = late | {"begins": "07:00", "ends": "21:00", "key": str(uuid4())}
    assert olga.post("/office/meetings/new/", usual).status_code == 302


def test_map_and_calendar_say_where_and_which_communes_have_had_none(world):
    make_meeting(world, state=MeetingState.CLOSED)
    make_meeting(world, who="quynh", unit=world.units.former_district, level="district", state=MeetingState.CLOSED)
    make_meeting(world, who="quynh", unit=world.units.commune, state=MeetingState.CANCELLED)
    overview = selectors.overview(world.actor("quynh"), clock.today())
    assert overview.total == 2 and {commune.unit.name: commune.number for commune in overview.communes} == {"Mai Hạ": 1}
    assert [(commune.unit.name, commune.number) for commune in overview.districts] == [("Mai Châu", 2)]
    assert "Mai Hạ" not in {administrative_unit.name for administrative_unit in overview.none}
    begins = clock.local(Meeting.objects.first().starts_at)
    page = text(world.client("olga").get(f"/office/meetings/?month={begins:%Y-%m}"))
    assert "3 meetings" in page
    for month in ("2026-13", "x", "9999-01"):
        assert world.client("olga").get(f"/office/meetings/?month={month}").status_code == 404


def test_a_meeting_outside_the_former_districts_is_listed_and_counted(world):
    make_meeting(world, state=MeetingState.CLOSED)
    viet_tri = AdministrativeUnit.objects.create(
        code="07900", name="Việt Trì", full_name="Phường Việt Trì", kind="ward", parent=world.units.province,
        valid_from=world.units.commune.valid_from,
    )  # fmt: skip
    world.provincial_agency.jurisdiction.add(viet_tri)
    make_meeting(world, who="quynh", unit=viet_tri, state=MeetingState.CLOSED)
    overview = selectors.overview(world.actor("quynh"), clock.today())
    assert overview.total == 2 == sum(row.number for row in overview.districts) + overview.elsewhere
    assert {row.unit.name: row.number for row in overview.communes} == {"Mai Hạ": 1, "Việt Trì": 1}
    page = text(world.client("quynh").get("/office/meetings/map/"))
    assert "1 further meeting was in none of these districts" in page and "Phường Việt Trì" in page


def test_a_month_as_a_list_has_no_meeting_of_the_days_beside_it(world):
    past_meeting = make_meeting(world, state=MeetingState.CLOSED)
    begins = clock.local(past_meeting.starts_at).replace(year=2019, month=12, day=31)
    Meeting.objects.filter(pk=past_meeting.pk).update(starts_at=begins, ends_at=begins + timedelta(hours=3))

    def listed(month):
        page = text(world.client("olga").get(f"/office/meetings/?month={month}"))
        return past_meeting.theme in page.partition("only-phone")[2].partition("</ul>")[0]

    assert (listed("2019-12"), listed("2020-01")) == (True, False)


@pytest.mark.parametrize("count", [1, 3])
def test_query_counts(world, count, expect_queries):
    for _number in range(count):
        meeting = now_open(world)
        raised(world, meeting)
        attending.add_walk_in(actor=world.actor("olga"), pk=meeting.pk, name="A")
    for _number in range(count - 1):
        raised(world, meeting)
        attending.add_walk_in(actor=world.actor("olga"), pk=meeting.pk, name="B")
    olga, anybody = world.client("olga"), world.client()
    olga.get("/office/meetings/")
    anybody.get("/meetings/")
    with expect_queries("calendar"):
        olga.get("/office/meetings/")
    with expect_queries("public_list"):
        anybody.get("/meetings/")
    with expect_queries("page"):
        olga.get(f"/office/meetings/{meeting.pk}/")


def test_a_denunciation_in_a_room_is_told_to_handlers_alone_and_not_printed(world):
    meeting = make_meeting(world, state=MeetingState.OPEN)
    item = PetitionIntake(
        channel="meeting", category="denunciation", body="Thu tiền không biên lai", key=uuid4(), name="Hà Ba",
        about=world.elsewhere_agency,
    )  # fmt: skip
    petition = services.raise_item(actor=world.actor("olga"), pk=meeting.pk, intake=item).petition
    page = f"/office/meetings/{meeting.pk}/"
    assert petition.title in text(world.client("olga").get(page))
    for path in (page, f"{page}room/"):
        page_html = text(world.client("hoa").get(path))
        assert petition.title not in page_html and petition.number not in page_html, path
    printed = "".join(page.extract_text() for page in PdfReader(BytesIO(minutes_pdf(meeting))).pages)
    assert "biên lai" not in printed and "H.B." not in printed and "Tố cáo" in printed


def test_minutes_of_a_meeting_where_nobody_was_say_nothing_that_is_not_so(world):
    meeting = make_meeting(world, state=MeetingState.CONCLUDED, theme="Lắng nghe ý kiến nhân dân về trật tự")
    meeting.present, meeting.held_at = 0, clock.now()
    printed = printed_text(minutes_pdf(meeting))
    assert "Hội nghị lắng nghe ý kiến nhân dân về trật tự" in printed, "what kind of meeting it is stands there once"
    assert "đọc lại cho mọi người" not in printed and "Các đơn vị trả lời" not in printed
    page = text(world.client("olga").get(f"/office/meetings/{meeting.pk}/"))
    assert "No points were recorded at this meeting." in page and "Record in the room what people say" not in page


@pytest.mark.parametrize(("hours", "words"), [(3, "cùng ngày"), (24, "")])
def test_minutes_name_the_day_on_which_a_meeting_ended(world, hours, words):
    meeting = make_meeting(world, state=MeetingState.CONCLUDED)
    began = clock.now()
    meeting.opened_at, meeting.held_at = began, began + timedelta(hours=hours)
    day = words or f"ngày {clock.local(meeting.held_at):%d/%m/%Y}"
    ended = f"kết thúc hồi {clock.local(meeting.held_at):%H:%M} {day}"
    assert ended in printed_text(minutes_pdf(meeting))


def test_a_meeting_without_an_opinion_is_asked_about_before_it_ends(world):
    meeting = make_meeting(world, state=MeetingState.OPEN)
    page, question = f"/office/meetings/{meeting.pk}/", "No points were recorded. End this meeting?"
    olga = world.client("olga")
    assert question in text(olga.get(page))
    item = PetitionIntake(channel="meeting", category="other", body="Xin thêm đèn đường", key=uuid4())
    services.raise_item(actor=world.actor("olga"), pk=meeting.pk, intake=item)
    page_html = text(olga.get(page))
    assert question not in page_html and "End this meeting?" in page_html


def make_kept_promises(world, number, meeting=None):
    for _turn in range(number):
        petition = make_petition(world)
        Petition.objects.filter(pk=petition.pk).update(meeting=meeting)
        PetitionPromise.objects.create(
            petition=petition, agency=world.commune_agency, words="Lắp đèn", due_on=clock.today(),
            made_by=world.users["olga"], made_at=clock.now(), kept_at=clock.now(),
        )  # fmt: skip


@pytest.mark.parametrize("number", [1, 5])
def test_what_became_of_a_small_units_promise_is_not_said(world, number):
    """As the list of promises withholds it."""
    meeting = make_meeting(world, state=MeetingState.CLOSED)
    make_kept_promises(world, number, meeting=meeting)
    html = text(world.client().get(f"/meetings/{meeting.pk}/"))
    assert "Lắp đèn" in html and ("· kept" in html) == (number == 5)


def test_the_room_is_offered_when_it_may_be_opened(world):
    meeting = make_meeting(world, state=MeetingState.ANNOUNCED)
    step = f"/office/meetings/{meeting.pk}/step/open/"
    assert step not in world.client("olga").get(f"/office/meetings/{meeting.pk}/").content.decode()
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=clock.now() + timedelta(minutes=90))
    assert step in world.client("olga").get(f"/office/meetings/{meeting.pk}/").content.decode()


# --- what everybody reads of it -------------------------------------------------------------------------


def assign_owner(world, meeting, item, **changes):
    values = {"agency_id": world.commune_agency.pk, "due_on": clock.today() + timedelta(days=9)} | changes
    return services.assign_owner(actor=world.actor("olga"), pk=meeting.pk, number=item.number, **values)


def test_a_held_meeting_says_what_was_raised_who_owes_it_by_when_and_what_became_of_it(world):
    meeting = now_open(world)
    lamp = raised(world, meeting, "Bà Hoa ở ngõ 5 nói đèn hỏng", phone="0912345678")
    loudspeaker, confidential = (
        raised(world, meeting, "Loa phường ồn"),
        raised(world, meeting, "Cán bộ", about_person="Olga"),
    )
    assign_owner(world, meeting, lamp, raised="Đèn ngõ 5 hỏng", words="Thay bóng đèn")
    page = f"/office/petitions/{lamp.number}/"
    assert "Public text of this promise:" in text(world.client("otto").get(page))
    assign_owner(world, meeting, loudspeaker, raised="Loa phường mở to buổi sáng", agency_id=world.provincial_agency.pk)
    path = f"/meetings/{meeting.pk}/"
    assert "Đèn ngõ 5 hỏng" not in text(world.client().get(path)), "not while it goes on"
    services.change_state(actor=world.actor("olga"), pk=meeting.pk, to=MeetingState.CONCLUDED)
    assert "Thay bóng đèn" not in text(world.client().get(path)), "not before it is approved"
    handling.approve(actor=world.actor("otto"), number=lamp.number)
    html = text(world.client().get(path))
    day = f"{clock.today() + timedelta(days=9):%d/%m/%Y}"
    assert html.index("Đèn ngõ 5 hỏng") < html.index("Loa phường mở to")
    assert f"answer due by {day}" in html and "Thay bóng đèn" in html and world.provincial_agency.name in html
    for secret in ("Bà Hoa", "Bùi Thị Hoa", "0912345678", "Cán bộ", confidential.number, lamp.number):
        assert secret not in html, secret
    handling.submit_draft(actor=world.actor("olga"), number=lamp.number, outcome="done", text="Đã thay")
    assert "Answered on" not in text(world.client().get(path)), "not before it is approved"
    handling.approve(actor=world.actor("otto"), number=lamp.number)
    merging.transfer(actor=world.actor("quynh"), number=loudspeaker.number, to="UBND xã", reference="1", reason="…")
    assert "Answered on" not in text(world.client().get(path)), "one promise alone of its unit"
    make_kept_promises(world, 4)
    html = text(world.client().get(path))
    assert f"Answered on {clock.today():%d/%m/%Y}: done" in html and "· kept" in html
    assert "Transferred to UBND xã" in html


def test_minutes_say_that_a_promise_awaits_approval_without_its_words(world):
    meeting = now_open(world)
    item = raised(world, meeting)
    assign_owner(world, meeting, item, raised="Đèn ngõ 5 hỏng", words="Thay bóng đèn")
    services.change_state(actor=world.actor("olga"), pk=meeting.pk, to=MeetingState.CONCLUDED)
    path = f"/office/meetings/{meeting.pk}/"
    html = text(world.client("olga").get(path))
    assert (
        "1 promise is waiting for approval. If you close the meeting now" in html
        and "A promise is waiting for approval" in html
    )
    form = {"chair": "Olga", "secretary": "Otto", "present": "9", "minutes": ""}
    assert world.client("olga").post(f"{path}close/", form).status_code == 302
    meeting.refresh_from_db()
    printed = printed_text(read_bytes(meeting.document))
    assert "cam kết đang chờ phê duyệt" in printed and "Thay bóng đèn" not in printed
    assert "A promise is waiting for approval" in text(world.client("olga").get(path))
    public = text(world.client().get(f"/meetings/{meeting.pk}/"))
    assert "A promise is waiting for approval" in public and "Thay bóng đèn" not in public
    handling.approve(actor=world.actor("otto"), number=item.number)
    html = text(world.client("olga").get(path))
    assert "Thay bóng đèn" in html and "A promise is waiting for approval" not in html
    public = text(world.client().get(f"/meetings/{meeting.pk}/"))
    assert "Thay bóng đèn" in public and "A promise is waiting for approval" not in public
    assert "chờ phê duyệt" not in printed_text(minutes_pdf(meeting)), "once approved its words are printed"


def printed_text(pdf):
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


def test_what_is_put_together_with_another_shares_its_end_and_a_complaint_is_not_listed(world):
    meeting = now_open(world)
    item, main = raised(world, meeting), make_petition(world)
    intake = PetitionIntake(
        channel="meeting", category="complaint", body="Phạt sai", key=uuid4(), name="Hà Văn Ba",
        about=world.elsewhere_agency,
    )  # fmt: skip
    complaint = services.raise_item(actor=world.actor("olga"), pk=meeting.pk, intake=intake).petition
    assign_owner(world, meeting, item, raised="Đèn ngõ 5 hỏng")
    assign_owner(world, meeting, complaint, raised="Phạt sai")
    merging.merge(actor=world.actor("olga"), number=item.number, into=main.number, reason="Cùng việc")
    answer(world, main)
    services.change_state(actor=world.actor("olga"), pk=meeting.pk, to=MeetingState.CONCLUDED)
    [public_item] = public_items(Meeting.objects.get(pk=meeting.pk))
    assert (public_item.words, public_item.petition, public_item.answer.outcome) == ("Đèn ngõ 5 hỏng", main, "done")
    html = text(world.client().get(f"/meetings/{meeting.pk}/"))
    assert "Phạt sai" not in html and "are handled separately and are not listed" in html


def test_the_minutes_and_the_page_use_the_words_for_everybody_and_ask_for_them(world):
    meeting = now_open(world)
    item = raised(world, meeting, "Ông Tư nhà số 9 gây ồn")
    owner_path = f"/office/meetings/{meeting.pk}/items/{item.number}/owner/"
    form = {"agency_id": world.commune_agency.pk, "due_on": f"{clock.today():%d/%m/%Y}", "raised": ""}
    assert world.client("olga").post(owner_path, form).status_code == 422
    assert world.client("olga").post(owner_path, form | {"raised": "Tiếng ồn ban đêm"}).status_code == 302
    minutes_text = "".join(page.extract_text() for page in PdfReader(BytesIO(minutes_pdf(meeting))).pages)
    assert "Tiếng ồn ban đêm" in minutes_text and "Ông Tư" not in minutes_text


@pytest.mark.parametrize("count", [1, 3])
def test_public_page_query_counts(world, count, expect_queries):
    meeting = now_open(world)
    for _number in range(count):
        item = raised(world, meeting)
        assign_owner(world, meeting, item, raised="Đèn", words="Thay")
        handling.approve(actor=world.actor("otto"), number=item.number)
    Meeting.objects.filter(pk=meeting.pk).update(state=MeetingState.CLOSED)
    visitor = world.client()
    with expect_queries():
        visitor.get(f"/meetings/{meeting.pk}/")


@pytest.mark.parametrize(
    ("present", "question"), [(0, "No one was in the room."), (90000, "You entered 90,000 people in")]
)
def test_an_unlikely_number_of_people_is_asked_about_once(world, present, question):
    meeting = now_open(world, quota=60)
    services.change_state(
        actor=world.actor("olga"), pk=meeting.pk, to=MeetingState.CONCLUDED, because="Không có ý kiến"
    )
    path = f"/office/meetings/{meeting.pk}/close/"
    form = {"chair": "Olga", "secretary": "Otto", "present": str(present), "minutes": ""}
    question_page = world.client("olga").post(path, form)
    assert question_page.status_code == 422 and question in question_page.content.decode()
    assert world.client("olga").post(path, form | {"sure": question_page.context["sure"]}).status_code == 302
    meeting.refresh_from_db()
    assert (meeting.state, meeting.present) == (MeetingState.CLOSED, present)


def test_each_step_says_what_became_of_the_meeting(world):
    meeting = make_meeting(world, starts_at=clock.now() + timedelta(minutes=30))
    olga, page = world.client("olga"), f"/office/meetings/{meeting.pk}/"
    for step, sentence in (("announce", "Meeting announced."), ("open", "Meeting opened.")):
        assert sentence in olga.post(f"{page}step/{step}/", follow=True).content.decode()
