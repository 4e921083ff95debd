"""Two officers with the same petition open: the slower one's act is refused, and says what stands now and by whom."""

import re
from uuid import uuid4

import pytest
from django.utils import translation

from ancu.apps.listening.enums import MeetingState
from ancu.apps.listening.models import Petition
from ancu.apps.listening.services import handling, merging, remarks, verdicts, versions
from ancu.apps.listening.tests.factories import add_staff, make_meeting, make_petition
from ancu.core.actor import PUBLIC
from ancu.core.errors import Conflict
from ancu.core.testing import texts

pytestmark = pytest.mark.django_db
VERSION = re.compile(r'name="version" value="([^"]+)"')


@pytest.fixture
def petition(world):
    add_staff(world)
    return make_petition(world)


def page_of(petition, act=""):
    return f"/office/petitions/{petition.number}/{act + '/' if act else ''}"


def shown_version(world, petition, name="quynh"):
    return VERSION.search(world.client(name).get(page_of(petition)).content.decode())[1]


def test_the_second_of_two_units_is_refused_and_the_first_stands(world, petition):
    version = shown_version(world, petition)
    handling.assign(actor=world.actor("dora"), number=petition.number, agency_id=world.provincial_agency.pk)
    typed = {"agency_id": world.commune_agency.pk, "reason": "Gần dân hơn.", "version": version}
    response = world.client("quynh").post(page_of(petition, "assign"), typed)
    page = response.content.decode()
    assert response.status_code == 409 and "Last changed by Dora" in page and texts.WAS_NOT_SAVED in page
    assert f"unit: {world.provincial_agency.name}" in page and "Gần dân hơn." in page
    assert Petition.objects.get(pk=petition.pk).unit_id == world.provincial_agency.pk
    now = VERSION.search(page)[1]
    assert now != version
    sent = world.client("quynh").post(page_of(petition, "assign"), typed | {"version": now})
    assert sent.status_code == 302 and Petition.objects.get(pk=petition.pk).unit_id == world.commune_agency.pk


def test_the_second_of_two_matters_is_refused_and_the_day_stays(world, petition):
    version = shown_version(world, petition)
    handling.categorise(actor=world.actor("dora"), number=petition.number, category="conduct")
    due_on = Petition.objects.get(pk=petition.pk).due_on
    response = world.client("quynh").post(
        page_of(petition, "categorise"), {"category": "declaration", "version": version}
    )
    assert (
        response.status_code == 409
        and "by Dora" in response.content.decode()
        and f"{due_on:%d/%m/%Y}" in response.content.decode()
    )
    now = Petition.objects.get(pk=petition.pk)
    assert (now.category, now.due_on) == ("conduct", due_on)


def test_an_answer_is_not_approved_from_a_page_that_shows_an_older_one(world, petition):
    draft = {"actor": world.actor("olga"), "number": petition.number, "outcome": "explained"}
    handling.submit_draft(**draft, text="Bản một")
    version = shown_version(world, petition, "otto")
    handling.send_back(actor=world.actor("dora"), number=petition.number, reason="Viết lại.")
    handling.submit_draft(**draft, text="Bản hai")
    response = world.client("otto").post(page_of(petition, "approve"), {"version": version})
    assert response.status_code == 409 and "by Olga" in response.content.decode()
    assert Petition.objects.get(pk=petition.pk).state == "drafted"


@pytest.mark.parametrize(("first", "second"), [("approve", "send-back"), ("send-back", "approve")])
def test_the_second_decision_on_an_answer_says_who_was_first_and_keeps_the_words(world, petition, first, second):
    """Its form stands on the page no more."""
    handling.submit_draft(actor=world.actor("olga"), number=petition.number, outcome="done", text="Đã nhắc nhở.")
    version = shown_version(world, petition)
    typed = {"approve": {}, "send-back": {"reason": "Nêu rõ ngày nhắc nhở."}}
    world.client("dora").post(page_of(petition, first), typed[first] | {"version": version})
    response = world.client("quynh").post(page_of(petition, second), typed[second] | {"version": version})
    page = response.content.decode()
    assert response.status_code == 409 and "Last changed by Dora" in page and texts.WAS_NOT_SAVED in page
    assert all(text in page for text in typed[second].values())


def test_words_alone_make_no_page_stale_and_every_other_act_is_watched(world, petition):
    version = shown_version(world, petition)
    remarks.record_call(actor=world.actor("hoa"), number=petition.number, text="Gọi lại.", key=petition.key)
    assert shown_version(world, petition) == version
    handling.assign(actor=world.actor("dora"), number=petition.number, agency_id=world.provincial_agency.pk)
    with pytest.raises(Conflict, match="petition_changed"):
        versions.act_on(
            merging.transfer, actor=world.actor("quynh"), number=petition.number, version=version, to="Sở Y tế",
            reference="1", reason="x",
        )  # fmt: skip


@translation.override("en")
def test_a_merge_from_an_older_page_is_refused(world, petition):
    main = make_petition(world)
    handling.assign(actor=world.actor("dora"), number=main.number, agency_id=world.provincial_agency.pk)
    version = shown_version(world, petition)
    handling.assign(actor=world.actor("dora"), number=petition.number, agency_id=world.provincial_agency.pk)
    data = {"actor": world.actor("quynh"), "number": petition.number, "into": main.number, "reason": "Cùng việc."}
    with pytest.raises(Conflict, match="petition_changed") as refused:
        versions.act_on(merging.merge, version=version, **data)
    assert "by Dora" in str(refused.value.message)
    versions.act_on(merging.merge, version=shown_version(world, petition), **data)
    assert Petition.objects.get(pk=petition.pk).main_id == main.pk


def answered(world, petition, text):
    handling.submit_draft(actor=world.actor("olga"), number=petition.number, outcome="explained", text=text)
    handling.approve(actor=world.actor("otto"), number=petition.number)
    return petition.answers.order_by("-pk")[0]


@translation.override("en")
def test_a_petitioner_judges_the_answer_he_has_read(world, petition):
    """The office answered anew: it is told as the office, never by an officer's name, to officers neither."""
    first = answered(world, petition, "Bản một")
    verdicts.record_verdict(PUBLIC, petition, verdict="refused", text="Chưa xong.")
    answered(world, petition, "Bản hai")
    for actor in (PUBLIC, world.actor("quynh")):
        with pytest.raises(Conflict, match="answered_anew") as refused:
            verdicts.record_verdict(actor, petition, verdict="settled", answer_id=first.pk)
        words = str(refused.value.message)
        assert (
            "a new answer since you opened this page" in words and texts.BY_THE_OFFICE in words and "Otto" not in words
        )
    verdicts.record_verdict(PUBLIC, petition, verdict="settled", answer_id=petition.answers.order_by("-pk")[0].pk)


def test_a_petitioners_second_tab_is_told_that_nothing_waits_for_his_word(world, petition):
    petition.user_id = world.users["bob"].pk
    petition.save(update_fields=["user_id"])
    answer = answered(world, petition, "Bản một")
    path, bob = f"/petitions/{petition.number}/", world.client("bob")
    form = {"answer": answer.pk, "text": "Chưa xong."}
    assert bob.post(f"{path}word/", form | {"verdict": "refused"}).status_code == 302
    late = bob.post(f"{path}word/", form | {"verdict": "settled", "rating": "5", "text": "Đã xong thật rồi."})
    page = late.content.decode()
    assert late.status_code == 409 and texts.WAS_NOT_SAVED in page and "Đã xong thật rồi." in page


@translation.override("en")
def test_what_a_petitioner_adds_too_late_is_not_saved_and_says_so(world, petition):
    merging.transfer(actor=world.actor("quynh"), number=petition.number, to="Sở Y tế", reference="1", reason="x")
    with pytest.raises(Conflict, match="petition_moved") as refused:
        verdicts.add_remark(PUBLIC, petition, text="Thêm", key=uuid4())
    words = str(refused.value.message)
    assert texts.BY_THE_OFFICE in words and texts.WAS_NOT_SAVED in words and "Quynh" not in words


def test_closing_a_meeting_that_a_colleague_closed_keeps_the_minutes_that_were_typed(world):
    add_staff(world)
    meeting = make_meeting(world, state=MeetingState.CONCLUDED)
    path, typed = f"/office/meetings/{meeting.pk}/close/", {"chair": "Olga", "secretary": "Otto", "present": 0}
    otto, olga = world.client("otto"), world.client("olga")
    sure = re.findall(r'name="sure" value="([^"]+)"', otto.post(path, typed | {"minutes": ""}).content.decode())
    assert otto.post(path, typed | {"minutes": "", "sure": sure}).status_code == 302
    response = olga.post(path, typed | {"minutes": "Ông Bình đề nghị mở đường."})
    page = response.content.decode()
    assert response.status_code == 409 and "Last changed by Otto" in page and texts.WAS_NOT_SAVED in page
    assert "Ông Bình đề nghị mở đường." in page
