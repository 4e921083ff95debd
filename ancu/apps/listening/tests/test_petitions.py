"""A petition from the way it came to the petitioner's word; who may see it, and who never does."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.models import Organisation
from ancu.apps.accounts.tests.factories import make_member, make_user
from ancu.apps.audit.models import Event
from ancu.apps.listening.enums import TRANSITIONS, PetitionOutcome, PetitionState
from ancu.apps.listening.forms.petitions import UnitSelect
from ancu.apps.listening.models import Petition, PetitionPromise, PetitionTrace, Verdict
from ancu.apps.listening.selectors import unit_for, visible_to
from ancu.apps.listening.selectors.following import find_by_code, followed_petition
from ancu.apps.listening.services import daily, handling, merging, verdicts
from ancu.apps.listening.services.state_changes import move
from ancu.apps.listening.tests.factories import add_inspectorate, add_staff, answer, make_petition, take_in
from ancu.apps.lodging.tests.factories import make_world
from ancu.apps.messaging.models import Notification
from ancu.core import clock
from ancu.core.actor import PUBLIC, system
from ancu.core.errors import Conflict, Forbidden, Http404
from ancu.core.forms.choices import UnmatchedText

JOB = system("test")


def laid_out():
    world = make_world()
    add_staff(world)
    return world


pytestmark = [pytest.mark.django_db, pytest.mark.stage(make=laid_out)]


@pytest.fixture
def world(shared_data):
    return shared_data


def later(monkeypatch, days):
    moment = clock.now() + timedelta(days=days)
    monkeypatch.setattr(clock, "now", lambda: moment)
    monkeypatch.setattr(clock, "today", lambda: clock.local(moment).date())


def refreshed(petition):
    return Petition.objects.get(pk=petition.pk)


# --- it comes in ------------------------------------------------------------------------------------------


def test_it_goes_to_the_unit_of_the_place_with_a_day_a_number_and_a_code(world):
    received = take_in(world)
    petition = received.petition
    assert (petition.unit, petition.state) == (world.commune_agency, PetitionState.ASSIGNED)
    assert petition.due_on > clock.today() and petition.rule_version == "136/2025"
    assert petition.number.startswith("HBK-") and received.code.startswith("MS-")
    assert find_by_code(received.code.lower().replace("-", " ")) == petition
    assert received.code not in str(Petition.objects.filter(pk=petition.pk).values().get())
    assert (
        find_by_code("MS-0000-0000-0000") is None
        and find_by_code(petition.number) is None
        and find_by_code("x") is None
    )
    acts = Event.objects.filter(subject_id=str(petition.pk), subject_type="listening.petition").order_by("id")
    assert [*acts.values_list("act", flat=True)] == ["listening.received", "listening.assigned"]


def test_a_form_sent_twice_is_one_petition_and_its_code_is_told_once(world):
    first = take_in(world)
    repeated = take_in(world, key=first.petition.key)
    assert repeated.petition == first.petition and repeated.code == ""
    assert Petition.objects.count() == 1


def test_what_is_for_the_office_goes_there_and_a_former_commune_leads_to_todays_unit(world):
    assert make_petition(world, category="visa").unit == world.provincial_agency
    assert make_petition(world, place=world.units.former_commune).unit == world.commune_agency
    assert make_petition(world, place=None).unit == world.provincial_agency


def test_never_with_the_unit_complained_of_nor_below_it(world):
    office, commune = world.provincial_agency, world.commune_agency
    order = {"category": "order", "place": world.units.commune, "received_at": clock.now()}
    assert unit_for(Petition(about=commune, **order)) == office
    assert unit_for(Petition(about=office, **order)) is None
    petition = make_petition(world, about=commune)
    assert petition.unit == office
    for unit in (commune,):
        with pytest.raises(Conflict, match="complained_of"):
            handling.assign(actor=world.actor("quynh"), number=petition.number, agency_id=unit.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        Petition.objects.filter(pk=petition.pk).update(unit=commune)
    assert world.client("olga").get(f"/office/petitions/{petition.number}/").status_code == 404


def test_what_is_about_the_office_is_answered_or_sent_on_by_the_inspectorate(world):
    add_inspectorate(world)
    petition = make_petition(world, about=world.provincial_agency, category="conduct")
    for who in ("olga", "quynh", "hoa", "dora"):
        assert not visible_to(world.actor(who)).filter(pk=petition.pk).exists()
    ines = world.actor("ines")
    with pytest.raises(Conflict):
        handling.assign(actor=ines, number=petition.number, agency_id=world.elsewhere_agency.pk)
    merging.transfer(
        actor=ines, number=petition.number, to="Thanh tra Bộ", reference="12/CV", reason="Không tự xem xét"
    )
    merging.record_receipt(actor=ines, number=petition.number, receipt="77/TTB", receipt_on=clock.today())
    merging.take_back_transfer(actor=ines, number=petition.number, reason="Trả lại")
    assert (refreshed(petition).unit, refreshed(petition).state) == (world.inspectorate, PetitionState.ASSIGNED)


def test_the_officer_complained_of_neither_finds_nor_opens_it(world):
    petition = make_petition(world, about_person="anh OLGA, công an xã", category="order")
    assert petition.unit == world.commune_agency
    assert not visible_to(world.actor("olga")).filter(pk=petition.pk).exists()
    assert visible_to(world.actor("otto")).filter(pk=petition.pk).exists()
    olga = world.client("olga")
    assert olga.get(f"/office/petitions/{petition.number}/").status_code == 404
    assert petition.number not in olga.get("/office/petitions/?view=all").content.decode()
    by_account = make_petition(world)
    handling.name_officer(actor=world.actor("otto"), number=by_account.number, user_id=world.users["olga"].pk)
    assert not visible_to(world.actor("olga")).filter(pk=by_account.pk).exists()
    assert "Olga" not in {
        notification.user.full_name
        for notification in Notification.objects.filter(subject_id=petition.number)
        if notification.user
    }


def test_a_denunciation_is_read_by_those_who_handle_it_alone(world):
    petition = make_petition(world, category="denunciation", place=world.units.commune)
    assert petition.unit == world.provincial_agency and petition.closed_matter
    readers = {who for who in ("olga", "otto", "quynh", "dora", "hoa", "pavel") if _sees(world, who, petition)}
    assert readers == {"quynh", "dora"}
    ask = {"agency_id": world.commune_agency.pk, "question": "?", "reply_by": clock.today()}
    with pytest.raises(Forbidden):
        handling.ask_help(actor=world.actor("quynh"), number=petition.number, **ask)
    second_petition = make_petition(world)
    with pytest.raises(Forbidden):
        merging.merge(actor=world.actor("quynh"), number=petition.number, into=second_petition.number, reason="")


def test_a_denunciation_is_read_by_its_unit_alone_and_by_no_administrator(world):
    """Not by the office either, once a unit has it; until it is brought before the office."""
    denunciation = make_petition(world, category="denunciation", about=world.elsewhere_agency)
    world.users["ada"] = make_user("Ada")
    make_member(world.users["ada"], world.provincial_agency, Role.ADMINISTRATOR)
    assert not _sees(world, "ada", denunciation) and _sees(world, "ada", make_petition(world))
    handling.assign(actor=world.actor("dora"), number=denunciation.number, agency_id=world.commune_agency.pk)
    assert {who for who in ("olga", "quynh", "dora", "ada") if _sees(world, who, denunciation)} == {"olga"}
    Petition.objects.filter(pk=denunciation.pk).update(escalated_to=world.provincial_agency)
    assert _sees(world, "dora", denunciation) and not _sees(world, "ada", denunciation)


def _sees(world, who, petition):
    return visible_to(world.actor(who)).filter(pk=petition.pk).exists()


def test_letters_say_that_not_what(world):
    take_in(world, body="Bí mật của tôi", email="hoa@example.test", phone="")
    letters = Notification.objects.all()
    assert {notification.masked for notification in letters} >= {"h•••@example.test"}
    assert all("Bí mật" not in notification.title + notification.body for notification in letters)
    to_officers = [letter for letter in letters if letter.user]
    assert {notification.user.full_name for notification in to_officers} == {"Olga", "Otto"}
    assert all("MS-" not in notification.body for notification in to_officers)


# --- it is answered -----------------------------------------------------------------------------------------


def test_one_writes_another_approves_and_the_petitioner_settles_it(world):
    received = take_in(world)
    petition, olga = received.petition, world.actor("olga")
    handling.submit_draft(actor=olga, number=petition.number, outcome="done", text="Đã nhắc nhở.")
    assert refreshed(petition).state == PetitionState.DRAFTED
    with pytest.raises(Forbidden):
        handling.approve(actor=olga, number=petition.number)
    assert followed_petition(refreshed(petition)).answers == []
    handling.send_back(actor=world.actor("otto"), number=petition.number, reason="Nêu rõ ngày nhắc nhở.")
    assert "Nêu rõ" not in str([trace.words for trace in followed_petition(refreshed(petition)).traces])
    answer(world, refreshed(petition))
    assert refreshed(petition).state == PetitionState.ANSWERED
    verdicts.record_verdict(PUBLIC, refreshed(petition), verdict="settled", rating=5)
    assert refreshed(petition).state == PetitionState.SETTLED
    with pytest.raises(Conflict):
        verdicts.record_verdict(PUBLIC, refreshed(petition), verdict="refused", text="Không")


def test_a_promise_is_refused_reopened_and_kept(world):
    petition = make_petition(world, category="order")
    day = clock.today() + timedelta(days=20)
    answer(world, petition, outcome=PetitionOutcome.PROMISED, promised_on=day, public_words="Lắp đèn ở ngõ 5")
    petition = refreshed(petition)
    assert (petition.state, petition.due_on) == (PetitionState.ASSIGNED, day)
    with pytest.raises(Conflict, match="promised"):
        handling.submit_draft(
            actor=world.actor("olga"), number=petition.number, outcome="promised", text="…", promised_on=day
        )
    answer(world, petition)
    assert PetitionPromise.objects.get().kept_at is not None
    verdicts.record_verdict(PUBLIC, refreshed(petition), verdict="refused", text="Đèn không sáng")
    petition = refreshed(petition)
    assert (petition.state, petition.reopened) == (PetitionState.REOPENED, 1)
    promise = PetitionPromise.objects.get()
    assert (promise.kept_at, promise.refused) == (None, 1)
    answer(world, petition)
    verdicts.record_verdict(PUBLIC, refreshed(petition), verdict="settled")
    assert refreshed(petition).state == PetitionState.SETTLED and PetitionPromise.objects.get().kept_at is not None


@pytest.mark.parametrize("days", [-1, 61])
def test_a_promise_names_a_day_that_can_be_waited_for(world, days):
    petition = make_petition(world)
    with pytest.raises(Conflict, match="promise_day"):
        handling.submit_draft(
            actor=world.actor("olga"), number=petition.number, outcome="promised", text="…",
            promised_on=clock.today() + timedelta(days=days),
        )  # fmt: skip


def test_silence_closes_after_seven_days_is_counted_apart_and_can_be_broken(world, monkeypatch):
    petition = answer(world, make_petition(world))
    later(monkeypatch, 6)
    assert daily.close_silent(JOB) == 0
    later(monkeypatch, 2)
    assert daily.close_silent(JOB) == 1 and daily.close_silent(JOB) == 0
    followed = followed_petition(refreshed(petition))
    assert refreshed(
        petition
    ).state == PetitionState.SILENT and followed.speaks_until - followed.head.closed_at == timedelta(days=30)
    verdicts.record_verdict(PUBLIC, refreshed(petition), verdict="refused", text="Tôi đi vắng; chưa xong")
    assert refreshed(petition).state == PetitionState.REOPENED


def test_after_a_month_of_silence_a_new_petition_is_made_instead(world, monkeypatch):
    petition = answer(world, make_petition(world))
    later(monkeypatch, 8)
    daily.close_silent(JOB)
    later(monkeypatch, 31)
    with pytest.raises(Conflict, match="nothing_to_judge"):
        verdicts.record_verdict(PUBLIC, refreshed(petition), verdict="refused", text="Chưa xong")


def test_what_is_overdue_is_brought_before_the_office_once(world, monkeypatch):
    petition = make_petition(world)
    later(monkeypatch, 20)
    assert daily.escalate(JOB) == 1 and daily.escalate(JOB) == 0
    assert refreshed(petition).escalated_to == world.provincial_agency
    escalations = Notification.objects.filter(key__contains=":escalated:")
    assert {notification.user.full_name for notification in escalations} == {"Quynh", "Dora"}


def test_units_help_each_other_and_a_stranger_is_not_asked(world):
    petition, olga, pavel = make_petition(world), world.actor("olga"), world.actor("pavel")
    assert not visible_to(pavel).filter(pk=petition.pk).exists()
    ask = {"question": "Cơ sở này có ở địa bàn không?", "reply_by": clock.today()}
    handling.ask_help(actor=olga, number=petition.number, agency_id=world.elsewhere_agency.pk, **ask)
    assert visible_to(pavel).filter(pk=petition.pk).exists()
    with pytest.raises(Forbidden):
        handling.submit_draft(actor=pavel, number=petition.number, outcome="done", text="…")
    handling.answer_help_request(actor=pavel, number=petition.number, reply="Không có.")
    with pytest.raises(Conflict):
        handling.answer_help_request(actor=pavel, number=petition.number, reply="Có.")
    with pytest.raises(Http404):
        handling.answer_help_request(actor=world.actor("quynh"), number=petition.number, reply="…")
    assert all(trace.step not in ("joined", "contributed") for trace in followed_petition(petition).traces)


# --- two of one matter ------------------------------------------------------------------------------------


def test_merged_petitioners_are_all_answered_and_each_judges(world):
    main, second = make_petition(world), take_in(world, name="Hà Văn Ba", body="Cùng việc ấy", email="ba@example.test")
    merging.merge(actor=world.actor("olga"), number=second.petition.number, into=main.number, reason="Cùng cơ sở")
    own = find_by_code(second.code)
    assert own.state == PetitionState.MERGED and own.head == main
    answer(world, main)
    page = followed_petition(find_by_code(second.code))
    assert page.may_speak and page.answers[0].text == "Đã kiểm tra và nhắc nhở cơ sở."
    assert Notification.objects.filter(subject_id=own.number, template__contains="answered").exists()
    verdicts.record_verdict(PUBLIC, refreshed(main), verdict="settled")
    assert refreshed(main).state == PetitionState.ANSWERED  # the other has not spoken
    verdicts.record_verdict(PUBLIC, find_by_code(second.code), verdict="refused", text="Với tôi thì chưa")
    assert refreshed(main).state == PetitionState.REOPENED
    answer(world, refreshed(main))
    for petition in (refreshed(main), find_by_code(second.code)):
        verdicts.record_verdict(PUBLIC, petition, verdict="settled")
    assert refreshed(main).state == PetitionState.SETTLED and Verdict.objects.count() == 4


def test_nothing_of_one_petitioner_is_told_to_the_other(world):
    main = make_petition(world, name="Bùi Thị Hoa", body="Bí mật thứ nhất")
    second = take_in(world, body="Việc thứ hai")
    merging.merge(actor=world.actor("olga"), number=second.petition.number, into=main.number, reason="Cùng việc")
    verdicts.add_remark(PUBLIC, refreshed(main), text="Thêm điều bí mật", key=uuid4())
    answer(world, main)
    verdicts.record_verdict(PUBLIC, refreshed(main), verdict="refused", text="Lời của bà Hoa")
    client = world.client()
    client.post("/petitions/follow/", {"code": second.code})
    page = client.get(f"/petitions/{second.petition.number}/").content.decode()
    assert "Việc thứ hai" in page and "Đã kiểm tra và nhắc nhở" in page
    assert not any(word in page for word in ("bí mật", "Bí mật", "Hoa", main.number))


def test_one_who_comes_late_opens_his_own_part_alone(world, monkeypatch):
    main, second = make_petition(world), take_in(world)
    merging.merge(actor=world.actor("olga"), number=second.petition.number, into=main.number, reason="Cùng việc")
    answer(world, main)
    verdicts.record_verdict(PUBLIC, refreshed(main), verdict="settled")
    later(monkeypatch, 8)
    daily.close_silent(JOB)
    assert refreshed(main).state == PetitionState.SETTLED
    verdicts.record_verdict(PUBLIC, find_by_code(second.code), verdict="refused", text="Chưa xong")
    own = find_by_code(second.code)
    assert (own.state, own.main, own.unit) == (PetitionState.REOPENED, None, world.commune_agency)
    assert refreshed(main).state == PetitionState.SETTLED


def test_a_complaint_cannot_be_slipped_to_whom_it_is_about_by_merging(world):
    main = make_petition(world)
    for about in ({"about": world.commune_agency}, {"about_person": "Olga"}):
        petition = make_petition(world, **about)
        with pytest.raises(Conflict, match="complained_of"):
            merging.merge(actor=world.actor("quynh"), number=petition.number, into=main.number, reason="…")
    with pytest.raises(Conflict):
        merging.merge(actor=world.actor("olga"), number=main.number, into=main.number, reason="…")


def test_parted_again_it_is_handled_by_itself(world):
    main, second = make_petition(world), make_petition(world)
    merging.merge(actor=world.actor("olga"), number=second.number, into=main.number, reason="…")
    merging.separate(actor=world.actor("olga"), number=second.number, reason="Hai việc khác nhau")
    assert (refreshed(second).state, refreshed(second).main) == (PetitionState.ASSIGNED, None)


def test_sent_on_with_a_receipt_and_taken_back(world):
    petition, olga = make_petition(world), world.actor("olga")
    merging.transfer(actor=olga, number=petition.number, to="UBND xã", reference="8/CV", reason="Việc của xã")
    assert followed_petition(refreshed(petition)).transfer.reference == "8/CV"
    merging.record_receipt(actor=olga, number=petition.number, receipt="19", receipt_on=clock.today())
    with pytest.raises(Conflict):
        merging.record_receipt(actor=olga, number=petition.number, receipt="20", receipt_on=clock.today())
    merging.take_back_transfer(actor=olga, number=petition.number, reason="Không thuộc thẩm quyền")
    assert refreshed(petition).state == PetitionState.ASSIGNED
    with pytest.raises(Conflict):
        merging.take_back_transfer(actor=olga, number=petition.number, reason="…")


# --- what holds always --------------------------------------------------------------------------------------


def test_no_state_is_reached_but_by_the_table(world):
    petition = make_petition(world)
    for before in PetitionState:
        for after in set(PetitionState) - TRANSITIONS[before]:
            petition.state = before
            with pytest.raises(Conflict):
                move(world.actor("olga"), petition, after, "assigned")


def test_the_trace_is_not_changed(world):
    petition = make_petition(world)
    trace = petition.traces.first()
    for change in ({"step": "settled"}, {"words": "khác"}, {"user": world.users["olga"]}):
        with pytest.raises(DatabaseError), transaction.atomic():
            PetitionTrace.objects.filter(pk=trace.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        trace.delete()


@pytest.mark.slow
def test_another_area_and_roles_without_need_know_nothing(world):
    petition = make_petition(world)
    url = f"/office/petitions/{petition.number}/"
    assert [world.client(who).get(url).status_code for who in ("pavel", "alice", "anh", "hoa", "olga")] == [
        404, 404, 403, 200, 200,
    ]  # fmt: skip
    assert world.client("anh").get("/office/petitions/").status_code == 403
    assert world.client("hoa").post(f"{url}draft/", {"outcome": "done", "text": "…"}).status_code == 403
    assert Organisation.objects.count() == 5


def test_a_unit_is_named_by_its_place_alone() -> None:
    choices = [("", ""), ("7", "Công an xã Mai Hạ"), ("8", "Công an xã An Bình"), ("9", "Công an phường An Bình")]
    box = UnitSelect(choices=choices)

    def chosen(text: str) -> object:
        return box.value_from_datadict({"about": "", "about-text": text}, {}, "about")

    assert chosen("Mai Hạ") == chosen("mai ha") == chosen("xã Mai Hạ") == "7"
    assert chosen("phường An Bình") == "9"
    assert isinstance(chosen("An Bình"), UnmatchedText)  # two units: the box asks which
