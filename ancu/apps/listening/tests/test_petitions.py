"""A petition from the way it came to the petitioner's word; who may see it, and who never does."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.models import Organisation
from ancu.apps.accounts.tests.factories import make_member, make_user
from ancu.apps.audit.models import Event
from ancu.apps.listening.enums import TRANSITIONS, Outcome, State
from ancu.apps.listening.forms.petitions import UnitSelect
from ancu.apps.listening.models import Petition, Promise, Trace, Word
from ancu.apps.listening.selectors import unit_for, visible_to
from ancu.apps.listening.selectors.following import by_code, follow
from ancu.apps.listening.services import daily, handling, joining, speaking
from ancu.apps.listening.services.moving import move
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
def world(laid):
    return laid


def later(monkeypatch, days):
    moment = clock.now() + timedelta(days=days)
    monkeypatch.setattr(clock, "now", lambda: moment)
    monkeypatch.setattr(clock, "today", lambda: clock.local(moment).date())


def fresh(petition):
    return Petition.objects.get(pk=petition.pk)


# --- it comes in ------------------------------------------------------------------------------------------


def test_it_goes_to_the_unit_of_the_place_with_a_day_a_number_and_a_code(world):
    made = take_in(world)
    found = made.petition
    assert (found.unit, found.state) == (world.commune_agency, State.ASSIGNED)
    assert found.due_on > clock.today() and found.rule_version == "136/2025"
    assert found.number.startswith("HBK-") and made.code.startswith("MS-")
    assert by_code(made.code.lower().replace("-", " ")) == found
    assert made.code not in str(Petition.objects.filter(pk=found.pk).values().get())
    assert by_code("MS-0000-0000-0000") is None and by_code(found.number) is None and by_code("x") is None
    acts = Event.objects.filter(subject_id=str(found.pk), subject_type="listening.petition").order_by("id")
    assert [*acts.values_list("act", flat=True)] == ["listening.received", "listening.assigned"]


def test_a_form_sent_twice_is_one_petition_and_its_code_is_told_once(world):
    first = take_in(world)
    again = take_in(world, key=first.petition.key)
    assert again.petition == first.petition and again.code == ""
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
    found = make_petition(world, about=commune)
    assert found.unit == office
    for unit in (commune,):
        with pytest.raises(Conflict, match="complained_of"):
            handling.assign(actor=world.actor("quynh"), number=found.number, agency_id=unit.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        Petition.objects.filter(pk=found.pk).update(unit=commune)
    assert world.client("olga").get(f"/office/petitions/{found.number}/").status_code == 404


def test_what_is_about_the_office_is_answered_or_sent_on_by_the_inspectorate(world):
    add_inspectorate(world)
    found = make_petition(world, about=world.provincial_agency, category="conduct")
    for who in ("olga", "quynh", "hoa", "dora"):
        assert not visible_to(world.actor(who)).filter(pk=found.pk).exists()
    ines = world.actor("ines")
    with pytest.raises(Conflict):
        handling.assign(actor=ines, number=found.number, agency_id=world.elsewhere_agency.pk)
    joining.transfer(actor=ines, number=found.number, to="Thanh tra Bộ", reference="12/CV", reason="Không tự xem xét")
    joining.note_receipt(actor=ines, number=found.number, receipt="77/TTB", receipt_on=clock.today())
    joining.take_back(actor=ines, number=found.number, reason="Trả lại")
    assert (fresh(found).unit, fresh(found).state) == (world.inspectorate, State.ASSIGNED)


def test_the_officer_complained_of_neither_finds_nor_opens_it(world):
    found = make_petition(world, about_person="anh OLGA, công an xã", category="order")
    assert found.unit == world.commune_agency
    assert not visible_to(world.actor("olga")).filter(pk=found.pk).exists()
    assert visible_to(world.actor("otto")).filter(pk=found.pk).exists()
    olga = world.client("olga")
    assert olga.get(f"/office/petitions/{found.number}/").status_code == 404
    assert found.number not in olga.get("/office/petitions/?view=all").content.decode()
    by_account = make_petition(world)
    handling.name_officer(actor=world.actor("otto"), number=by_account.number, user_id=world.users["olga"].pk)
    assert not visible_to(world.actor("olga")).filter(pk=by_account.pk).exists()
    assert "Olga" not in {
        one.user.full_name for one in Notification.objects.filter(subject_id=found.number) if one.user
    }


def test_a_denunciation_is_read_by_those_who_handle_it_alone(world):
    found = make_petition(world, category="denunciation", place=world.units.commune)
    assert found.unit == world.provincial_agency and found.closed_matter
    seen = {who for who in ("olga", "otto", "quynh", "dora", "hoa", "pavel") if _sees(world, who, found)}
    assert seen == {"quynh", "dora"}
    ask = {"agency_id": world.commune_agency.pk, "question": "?", "reply_by": clock.today()}
    with pytest.raises(Forbidden):
        handling.ask_help(actor=world.actor("quynh"), number=found.number, **ask)
    other = make_petition(world)
    with pytest.raises(Forbidden):
        joining.merge(actor=world.actor("quynh"), number=found.number, into=other.number, reason="")


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


def _sees(world, who, found):
    return visible_to(world.actor(who)).filter(pk=found.pk).exists()


def test_letters_say_that_not_what(world):
    take_in(world, body="Bí mật của tôi", email="hoa@example.test", phone="")
    letters = Notification.objects.all()
    assert {one.masked for one in letters} >= {"h•••@example.test"}
    assert all("Bí mật" not in one.title + one.body for one in letters)
    to_officers = [one for one in letters if one.user]
    assert {one.user.full_name for one in to_officers} == {"Olga", "Otto"}
    assert all("MS-" not in one.body for one in to_officers)


# --- it is answered -----------------------------------------------------------------------------------------


def test_one_writes_another_approves_and_the_petitioner_settles_it(world):
    made = take_in(world)
    found, olga = made.petition, world.actor("olga")
    handling.draft(actor=olga, number=found.number, outcome="done", text="Đã nhắc nhở.")
    assert fresh(found).state == State.DRAFTED
    with pytest.raises(Forbidden):
        handling.approve(actor=olga, number=found.number)
    assert follow(fresh(found)).answers == []
    handling.send_back(actor=world.actor("otto"), number=found.number, reason="Nêu rõ ngày nhắc nhở.")
    assert "Nêu rõ" not in str([one.words for one in follow(fresh(found)).traces])
    answer(world, fresh(found))
    assert fresh(found).state == State.ANSWERED
    speaking.speak(PUBLIC, fresh(found), verdict="settled", rating=5)
    assert fresh(found).state == State.SETTLED
    with pytest.raises(Conflict):
        speaking.speak(PUBLIC, fresh(found), verdict="refused", text="Không")


def test_a_promise_is_refused_reopened_and_kept(world):
    found = make_petition(world, category="order")
    day = clock.today() + timedelta(days=20)
    answer(world, found, outcome=Outcome.PROMISED, promised_on=day, public_words="Lắp đèn ở ngõ 5")
    found = fresh(found)
    assert (found.state, found.due_on) == (State.ASSIGNED, day)
    with pytest.raises(Conflict, match="promised"):
        handling.draft(actor=world.actor("olga"), number=found.number, outcome="promised", text="…", promised_on=day)
    answer(world, found)
    assert Promise.objects.get().kept_at is not None
    speaking.speak(PUBLIC, fresh(found), verdict="refused", text="Đèn không sáng")
    found = fresh(found)
    assert (found.state, found.reopened) == (State.REOPENED, 1)
    promise = Promise.objects.get()
    assert (promise.kept_at, promise.refused) == (None, 1)
    answer(world, found)
    speaking.speak(PUBLIC, fresh(found), verdict="settled")
    assert fresh(found).state == State.SETTLED and Promise.objects.get().kept_at is not None


@pytest.mark.parametrize("days", [-1, 61])
def test_a_promise_names_a_day_that_can_be_waited_for(world, days):
    found = make_petition(world)
    with pytest.raises(Conflict, match="promise_day"):
        handling.draft(
            actor=world.actor("olga"), number=found.number, outcome="promised", text="…",
            promised_on=clock.today() + timedelta(days=days),
        )  # fmt: skip


def test_silence_closes_after_seven_days_is_counted_apart_and_can_be_broken(world, monkeypatch):
    found = answer(world, make_petition(world))
    later(monkeypatch, 6)
    assert daily.close_silent(JOB) == 0
    later(monkeypatch, 2)
    assert daily.close_silent(JOB) == 1 and daily.close_silent(JOB) == 0
    followed = follow(fresh(found))
    assert fresh(found).state == State.SILENT and followed.speaks_until - followed.head.closed_at == timedelta(days=30)
    speaking.speak(PUBLIC, fresh(found), verdict="refused", text="Tôi đi vắng; chưa xong")
    assert fresh(found).state == State.REOPENED


def test_after_a_month_of_silence_a_new_petition_is_made_instead(world, monkeypatch):
    found = answer(world, make_petition(world))
    later(monkeypatch, 8)
    daily.close_silent(JOB)
    later(monkeypatch, 31)
    with pytest.raises(Conflict, match="nothing_to_judge"):
        speaking.speak(PUBLIC, fresh(found), verdict="refused", text="Chưa xong")


def test_what_is_overdue_is_brought_before_the_office_once(world, monkeypatch):
    found = make_petition(world)
    later(monkeypatch, 20)
    assert daily.escalate(JOB) == 1 and daily.escalate(JOB) == 0
    assert fresh(found).escalated_to == world.provincial_agency
    told = Notification.objects.filter(key__contains=":escalated:")
    assert {one.user.full_name for one in told} == {"Quynh", "Dora"}


def test_units_help_each_other_and_a_stranger_is_not_asked(world):
    found, olga, pavel = make_petition(world), world.actor("olga"), world.actor("pavel")
    assert not visible_to(pavel).filter(pk=found.pk).exists()
    ask = {"question": "Cơ sở này có ở địa bàn không?", "reply_by": clock.today()}
    handling.ask_help(actor=olga, number=found.number, agency_id=world.elsewhere_agency.pk, **ask)
    assert visible_to(pavel).filter(pk=found.pk).exists()
    with pytest.raises(Forbidden):
        handling.draft(actor=pavel, number=found.number, outcome="done", text="…")
    handling.help_with(actor=pavel, number=found.number, reply="Không có.")
    with pytest.raises(Conflict):
        handling.help_with(actor=pavel, number=found.number, reply="Có.")
    with pytest.raises(Http404):
        handling.help_with(actor=world.actor("quynh"), number=found.number, reply="…")
    assert all(one.step not in ("joined", "contributed") for one in follow(found).traces)


# --- two of one matter ------------------------------------------------------------------------------------


def test_merged_petitioners_are_all_answered_and_each_judges(world):
    main, other = make_petition(world), take_in(world, name="Hà Văn Ba", body="Cùng việc ấy", email="ba@example.test")
    joining.merge(actor=world.actor("olga"), number=other.petition.number, into=main.number, reason="Cùng cơ sở")
    own = by_code(other.code)
    assert own.state == State.MERGED and own.head == main
    answer(world, main)
    page = follow(by_code(other.code))
    assert page.may_speak and page.answers[0].text == "Đã kiểm tra và nhắc nhở cơ sở."
    assert Notification.objects.filter(subject_id=own.number, template__contains="answered").exists()
    speaking.speak(PUBLIC, fresh(main), verdict="settled")
    assert fresh(main).state == State.ANSWERED  # the other has not spoken
    speaking.speak(PUBLIC, by_code(other.code), verdict="refused", text="Với tôi thì chưa")
    assert fresh(main).state == State.REOPENED
    answer(world, fresh(main))
    for petition in (fresh(main), by_code(other.code)):
        speaking.speak(PUBLIC, petition, verdict="settled")
    assert fresh(main).state == State.SETTLED and Word.objects.count() == 4


def test_nothing_of_one_petitioner_is_told_to_the_other(world):
    main = make_petition(world, name="Bùi Thị Hoa", body="Bí mật thứ nhất")
    other = take_in(world, body="Việc thứ hai")
    joining.merge(actor=world.actor("olga"), number=other.petition.number, into=main.number, reason="Cùng việc")
    speaking.add(PUBLIC, fresh(main), text="Thêm điều bí mật", key=uuid4())
    answer(world, main)
    speaking.speak(PUBLIC, fresh(main), verdict="refused", text="Lời của bà Hoa")
    client = world.client()
    client.post("/petitions/follow/", {"code": other.code})
    page = client.get(f"/petitions/{other.petition.number}/").content.decode()
    assert "Việc thứ hai" in page and "Đã kiểm tra và nhắc nhở" in page
    assert not any(word in page for word in ("bí mật", "Bí mật", "Hoa", main.number))


def test_one_who_comes_late_opens_his_own_part_alone(world, monkeypatch):
    main, other = make_petition(world), take_in(world)
    joining.merge(actor=world.actor("olga"), number=other.petition.number, into=main.number, reason="Cùng việc")
    answer(world, main)
    speaking.speak(PUBLIC, fresh(main), verdict="settled")
    later(monkeypatch, 8)
    daily.close_silent(JOB)
    assert fresh(main).state == State.SETTLED
    speaking.speak(PUBLIC, by_code(other.code), verdict="refused", text="Chưa xong")
    own = by_code(other.code)
    assert (own.state, own.main, own.unit) == (State.REOPENED, None, world.commune_agency)
    assert fresh(main).state == State.SETTLED


def test_a_complaint_cannot_be_slipped_to_whom_it_is_about_by_merging(world):
    main = make_petition(world)
    for about in ({"about": world.commune_agency}, {"about_person": "Olga"}):
        found = make_petition(world, **about)
        with pytest.raises(Conflict, match="complained_of"):
            joining.merge(actor=world.actor("quynh"), number=found.number, into=main.number, reason="…")
    with pytest.raises(Conflict):
        joining.merge(actor=world.actor("olga"), number=main.number, into=main.number, reason="…")


def test_parted_again_it_is_handled_by_itself(world):
    main, other = make_petition(world), make_petition(world)
    joining.merge(actor=world.actor("olga"), number=other.number, into=main.number, reason="…")
    joining.separate(actor=world.actor("olga"), number=other.number, reason="Hai việc khác nhau")
    assert (fresh(other).state, fresh(other).main) == (State.ASSIGNED, None)


def test_sent_on_with_a_receipt_and_taken_back(world):
    found, olga = make_petition(world), world.actor("olga")
    joining.transfer(actor=olga, number=found.number, to="UBND xã", reference="8/CV", reason="Việc của xã")
    assert follow(fresh(found)).transfer.reference == "8/CV"
    joining.note_receipt(actor=olga, number=found.number, receipt="19", receipt_on=clock.today())
    with pytest.raises(Conflict):
        joining.note_receipt(actor=olga, number=found.number, receipt="20", receipt_on=clock.today())
    joining.take_back(actor=olga, number=found.number, reason="Không thuộc thẩm quyền")
    assert fresh(found).state == State.ASSIGNED
    with pytest.raises(Conflict):
        joining.take_back(actor=olga, number=found.number, reason="…")


# --- what holds always --------------------------------------------------------------------------------------


def test_no_state_is_reached_but_by_the_table(world):
    found = make_petition(world)
    for before in State:
        for after in set(State) - TRANSITIONS[before]:
            found.state = before
            with pytest.raises(Conflict):
                move(world.actor("olga"), found, after, "assigned")


def test_the_trace_is_not_changed(world):
    found = make_petition(world)
    trace = found.traces.first()
    for change in ({"step": "settled"}, {"words": "khác"}, {"user": world.users["olga"]}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Trace.objects.filter(pk=trace.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        trace.delete()


@pytest.mark.slow
def test_another_area_and_roles_without_need_know_nothing(world):
    found = make_petition(world)
    url = f"/office/petitions/{found.number}/"
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
