"""Who is meant by a petition, when an officer says so; receipts of other bodies; the list as a file."""

import io
from datetime import timedelta

import pytest
from python_calamine import CalamineWorkbook

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.models import User
from ancu.apps.accounts.services import enable_totp
from ancu.apps.accounts.tests.factories import TOTP_SECRET, make_member, make_user
from ancu.apps.audit.models import Event
from ancu.apps.listening.enums import PetitionState, PetitionStep
from ancu.apps.listening.models import Petition, PetitionTrace, PetitionTransfer
from ancu.apps.listening.rules import may_accept
from ancu.apps.listening.selectors import visible_to
from ancu.apps.listening.selectors.following import followed_petition
from ancu.apps.listening.selectors.task_groups import task_groups
from ancu.apps.listening.services import daily, handling, merging
from ancu.apps.listening.tests.factories import add_inspectorate, add_staff, make_petition
from ancu.apps.lodging.tests.factories import make_world
from ancu.apps.messaging.models import Notification
from ancu.core import clock
from ancu.core.actor import system
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


def act(world, who, petition, name, **fields):
    return world.client(who).post(f"/office/petitions/{petition.number}/{name}/", fields)


# --- the officer it is about ------------------------------------------------------------------------------


def test_who_is_named_opens_it_no_more_and_what_he_wrote_does_not_go_out(world):
    petition = make_petition(world)
    handling.submit_draft(actor=world.actor("olga"), number=petition.number, outcome="done", text="Không có gì")
    answer = act(world, "otto", petition, "name-officer", user_id=world.users["olga"].pk)
    assert (answer.status_code, answer["Location"]) == (302, f"/office/petitions/{petition.number}/")
    petition.refresh_from_db()
    assert (petition.about_user, petition.state) == (world.users["olga"], PetitionState.ASSIGNED)
    assert world.client("olga").get(f"/office/petitions/{petition.number}/").status_code == 404
    assert petition not in visible_to(world.actor("olga"))
    with pytest.raises(Conflict):
        handling.approve(actor=world.actor("quynh"), number=petition.number)
    assert "Olga" in world.client("otto").get(f"/office/petitions/{petition.number}/").content.decode()


def test_the_petitioner_is_not_told_whom_the_office_takes_to_be_meant(world):
    petition = make_petition(world)
    handling.name_officer(actor=world.actor("otto"), number=petition.number, user_id=world.users["olga"].pk)
    assert PetitionTrace.objects.filter(petition=petition, step=PetitionStep.NAMED, words="").exists()
    assert PetitionStep.NAMED not in {trace.step for trace in followed_petition(Petition.objects.get()).traces}


def test_one_who_names_himself_is_led_back_to_the_list(world):
    petition = make_petition(world)
    answer = act(world, "olga", petition, "name-officer", user_id=world.users["olga"].pk)
    assert answer["Location"] == "/office/petitions/"


def test_a_colleague_does_not_open_it_again_but_the_office_may(world):
    petition = make_petition(world)
    handling.name_officer(actor=world.actor("otto"), number=petition.number, user_id=world.users["olga"].pk)
    for stranger_id in (None, world.users["quynh"].pk):
        with pytest.raises(Forbidden):
            handling.name_officer(actor=world.actor("otto"), number=petition.number, user_id=stranger_id)
    handling.name_officer(actor=world.actor("quynh"), number=petition.number, user_id=None)
    assert petition in visible_to(world.actor("olga"))


@pytest.mark.parametrize("who", ["hoa", "pavel", "anh"])
def test_who_does_not_handle_it_bars_nobody(world, who):
    petition = make_petition(world)
    with pytest.raises((Forbidden, Http404)):
        handling.name_officer(actor=world.actor(who), number=petition.number, user_id=world.users["otto"].pk)


def test_a_lodgings_people_cannot_be_named_and_naming_again_changes_nothing(world):
    petition, otto = make_petition(world), world.actor("otto")
    assert act(world, "otto", petition, "name-officer", user_id=world.users["alice"].pk).status_code == 422
    with pytest.raises(Http404):
        handling.name_officer(actor=otto, number=petition.number, user_id=world.users["alice"].pk)
    with pytest.raises(Conflict):
        handling.name_officer(actor=otto, number=petition.number, user_id=None)


# --- who judges what an officer did ------------------------------------------------------------------------


def test_a_colleague_prepares_the_answer_and_only_a_head_decides(world):
    """Law 02/2011/QH13; Law 25/2018/QH14: the head judges what his officers did, no peer does."""
    add_colleagues(world)
    accusing, ordinary = make_petition(world), make_petition(world)
    handling.name_officer(actor=world.actor("otto"), number=accusing.number, user_id=world.users["olga"].pk)
    for petition in (accusing, ordinary):
        handling.submit_draft(actor=world.actor("otto"), number=petition.number, outcome="done", text=texts.CHECKED_VI)
    with pytest.raises(Forbidden):
        handling.approve(actor=world.actor("peter"), number=accusing.number)
    assert [to_approve(world.actor(who)) for who in ("peter", "hanna")] == [1, 2]
    handling.approve(actor=world.actor("peter"), number=ordinary.number)
    assert handling.approve(actor=world.actor("hanna"), number=accusing.number).state == PetitionState.ANSWERED


def test_an_officer_named_by_the_petitioner_alone_is_judged_by_a_head_too(world):
    add_colleagues(world)
    petition = make_petition(world, about_person="Bùi Văn Sơn")
    handling.submit_draft(actor=world.actor("otto"), number=petition.number, outcome="done", text=texts.CHECKED_VI)
    with pytest.raises(Forbidden):
        handling.approve(actor=world.actor("peter"), number=petition.number)
    assert [to_approve(world.actor(who)) for who in ("peter", "hanna")] == [0, 1]
    complaint = make_petition(world, category="complaint", name="Vì Thị Mai", about_person="Bùi Văn Sơn")
    assert [may_accept(world.actor(who), complaint) for who in ("quynh", "dora")] == [False, True]


@pytest.mark.parametrize(
    ("words", "barred"),
    [
        ("chị Hạnh ở quầy số 2", ["Đinh Thị Hạnh", "Hà Văn Hạnh"]),
        ("Đinh T. Hạnh", ["Đinh Thị Hạnh", "Hà Văn Hạnh"]),
        ("Hạnh Đinh Thị", ["Đinh Thị Hạnh"]),
        ("dinh thi hanh, công an xã", ["Đinh Thị Hạnh"]),
        ("anh Hạnh", ["Đinh Thị Hạnh", "Hà Văn Hạnh"]),
        ("cán bộ Anh", ["Lò Văn Anh"]),
        ("anh", ["Lò Văn Anh"]),
        ("Bùi Văn Sơn", []),
        ("", []),
    ],
)
def test_officers_whom_a_name_given_in_part_may_mean_open_it_not(world, words, barred):
    for name in ("Đinh Thị Hạnh", "Hà Văn Hạnh", "Lò Văn Anh"):
        add_officer(world, name, Role.AREA_OFFICER)
    petition = make_petition(world, about_person=words)
    everybody = ("Đinh Thị Hạnh", "Hà Văn Hạnh", "Lò Văn Anh", "otto")
    assert [name for name in everybody if petition not in visible_to(world.actor(name.lower()))] == barred


def test_once_somebody_says_which_officer_is_meant_the_others_open_it(world):
    for name in ("Đinh Thị Hạnh", "Hà Văn Hạnh"):
        add_officer(world, name, Role.AREA_OFFICER)
    petition = make_petition(world, about_person="chị Hạnh")
    page = world.client("otto").get(f"/office/petitions/{petition.number}/").content.decode()
    assert "Hà Văn Hạnh, Đinh Thị Hạnh" in page or "Đinh Thị Hạnh, Hà Văn Hạnh" in page
    accused_id = world.users["đinh thị hạnh"].pk
    handling.name_officer(actor=world.actor("otto"), number=petition.number, user_id=accused_id)
    assert [petition in visible_to(world.actor(name)) for name in ("đinh thị hạnh", "hà văn hạnh")] == [False, True]
    handling.name_officer(actor=world.actor("quynh"), number=petition.number, user_id=None)
    assert petition not in visible_to(world.actor("hà văn hạnh"))


def test_an_officer_of_another_name_frees_none_whom_the_words_may_mean(world):
    """Else one colleague alone could open it to whom it is about."""
    add_officer(world, "Đinh Thị Hạnh", Role.AREA_OFFICER)
    petition = make_petition(world, about_person="Đinh T. Hạnh")
    handling.name_officer(actor=world.actor("otto"), number=petition.number, user_id=world.users["olga"].pk)
    assert not any(petition in visible_to(world.actor(name)) for name in ("đinh thị hạnh", "olga"))


def test_nobody_says_that_his_own_head_is_not_meant(world):
    add_colleagues(world)
    add_officer(world, "Đinh Thị Hạnh", Role.AREA_OFFICER)
    User.objects.filter(pk=world.users["hanna"].pk).update(full_name="Hà Văn Hạnh")
    petition = make_petition(world, about_person="Hạnh ở công an xã")
    accused_id = world.users["đinh thị hạnh"].pk
    handling.name_officer(actor=world.actor("otto"), number=petition.number, user_id=accused_id)
    assert petition not in visible_to(world.actor("hanna"))
    handling.name_officer(actor=world.actor("quynh"), number=petition.number, user_id=None)
    handling.name_officer(actor=world.actor("quynh"), number=petition.number, user_id=accused_id)
    assert petition in visible_to(world.actor("hanna"))


def test_a_head_named_in_full_has_it_go_above_his_unit_at_once(world):
    add_inspectorate(world)
    name = "Phạm Quang Vinh"
    User.objects.filter(pk=world.users["dora"].pk).update(full_name=name)
    petition = make_petition(world, category="complaint", name="Vì Thị Mai", about_person=f"{name}, trưởng phòng")
    assert (petition.about, petition.unit) == (world.provincial_agency, world.inspectorate)
    of_commune = make_petition(world, about_person=name, about=world.commune_agency)
    assert (of_commune.about, of_commune.unit) == (world.provincial_agency, world.inspectorate)


def test_what_a_head_did_goes_above_his_unit_and_his_officers_find_it_no_more(world):
    add_colleagues(world)
    petition = make_petition(world)
    handling.name_officer(actor=world.actor("otto"), number=petition.number, user_id=world.users["hanna"].pk)
    petition.refresh_from_db()
    assert (petition.about, petition.unit, petition.state) == (
        world.commune_agency,
        world.provincial_agency,
        PetitionState.ASSIGNED,
    )
    assert not any(petition in visible_to(world.actor(who)) for who in ("olga", "otto", "peter", "hanna"))
    assert petition in visible_to(world.actor("quynh"))


def test_what_the_head_of_the_office_did_goes_to_the_inspectorate(world):
    add_inspectorate(world)
    petition = make_petition(world)
    handling.name_officer(actor=world.actor("otto"), number=petition.number, user_id=world.users["dora"].pk)
    petition.refresh_from_db()
    assert (petition.about, petition.unit) == (world.provincial_agency, world.inspectorate)
    assert petition not in visible_to(world.actor("quynh"))


def to_approve(actor):
    return next((pile.total for pile in task_groups(actor) if pile.key == "petitions-decide"), 0)


def add_colleagues(world):
    """A third officer of the commune and its head."""
    for name, role in (("Peter", Role.AREA_OFFICER), ("Hanna", Role.APPROVING_OFFICER)):
        add_officer(world, name, role)


def add_officer(world, name, role):
    user = world.users[name.lower()] = make_user(name)
    make_member(user, world.commune_agency, role)
    enable_totp(user, TOTP_SECRET)


# --- receipts ---------------------------------------------------------------------------------------------


def test_what_nobody_confirmed_in_time_is_brought_before_the_office_once(world):
    unconfirmed, confirmed = make_petition(world), make_petition(world)
    for each_petition in (unconfirmed, confirmed):
        merging.transfer(
            actor=world.actor("olga"), number=each_petition.number, to="Sở Du lịch", reference="12/CV", reason="a"
        )
    merging.record_receipt(actor=world.actor("olga"), number=confirmed.number, receipt="7", receipt_on=clock.today())
    assert daily.ask_for_receipts(system("test")) == 0, "its day has not gone by"
    PetitionTransfer.objects.update(receipt_due_on=clock.today() - timedelta(days=1))
    Notification.objects.all().delete()
    assert [daily.ask_for_receipts(system("test")) for _day in range(2)] == [1, 0]
    assert PetitionTransfer.objects.get(petition=unconfirmed).escalated_at is not None
    notified_emails = set(Notification.objects.values_list("user__email", flat=True))
    assert world.users["dora"].email in notified_emails and world.users["olga"].email not in notified_emails
    assert "escalated to" in world.client("quynh").get(f"/office/petitions/{unconfirmed.number}/").content.decode()


# --- the list as a file -----------------------------------------------------------------------------------


EXPORT, WHY = "/office/petitions/export/", {"reason": "Báo cáo quý", "format": "xlsx"}


def test_the_list_as_a_file_holds_what_the_page_lists_without_names(world):
    petition = make_petition(world, body="=HYPERLINK(1) đèn hỏng", name="Bùi Thị Hoa", phone="0912345678")
    make_petition(world, place=world.units.elsewhere)
    olga = world.client("olga")
    book = CalamineWorkbook.from_filelike(io.BytesIO(olga.post(f"{EXPORT}?view=all", WHY).content))
    rows = book.get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows[2:]] == [petition.number] and "Olga" in rows[0][0]
    csv_text = olga.post(f"{EXPORT}?view=all&q=đèn", WHY | {"format": "csv"}).content.decode()
    assert (
        petition.number in csv_text and "'=HYPERLINK" in csv_text and "Hoa" not in csv_text and "0912" not in csv_text
    )
    assert Event.objects.filter(act="looked", subject_type="listening.petitions", details__export=True).count() == 2


def test_the_file_keeps_from_one_what_is_about_him(world):
    about_olga = make_petition(world, about_person=world.users["olga"].full_name)
    visible = make_petition(world)
    csv_text = world.client("olga").post(EXPORT, WHY | {"format": "csv"}).content.decode()
    assert visible.number in csv_text and about_olga.number not in csv_text
    assert world.client("anh").post(EXPORT, WHY).status_code == 403
