"""A leave: a colleague of the same role keeps the desk, in both names, and nobody decides twice."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import translation

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.models import Delegation, Membership
from ancu.apps.accounts.selectors import actor_for, possible_delegates
from ancu.apps.accounts.services import delegate, enable_totp, revoke_delegation
from ancu.apps.accounts.tests.factories import TOTP_SECRET, make_member, make_user
from ancu.apps.audit.models import Event
from ancu.apps.audit.selectors import as_sentences
from ancu.apps.audit.services import record
from ancu.apps.contact.services.reports import acknowledge_report
from ancu.apps.contact.tests.factories import make_report
from ancu.apps.desk.services import notify_stand_in
from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.rules import may_assess, may_decide
from ancu.apps.dossiers.selectors.queues import QueueFilter, dossiers_in_queue
from ancu.apps.dossiers.tests.factories import make_cast, make_dossier
from ancu.apps.listening.selectors import visible_to as petitions
from ancu.apps.listening.tests.factories import make_petition
from ancu.apps.messaging.models import InAppNotification, Notification
from ancu.apps.oversight.rules import may_approve
from ancu.apps.oversight.services import notices
from ancu.apps.stays.rules import may_have_phone
from ancu.core import clock
from ancu.core.actor import DelegationTie
from ancu.core.errors import Conflict, Forbidden, Http404
from ancu.core.testing import texts

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def colleague(world, name, organisation, role):
    world.users[name] = make_user(name.capitalize())
    enable_totp(world.users[name], TOTP_SECRET)
    return make_member(world.users[name], organisation, role)


@pytest.fixture
def otto(world):
    """A second area officer of Olga's commune."""
    return colleague(world, "otto", world.commune_agency, Role.AREA_OFFICER)


def hand_over(world, who, mate, *, days=5, begins=0):
    first = clock.today() + begins * DAY
    return delegate(world.actor(who), mate_id=mate.pk, starts_on=first, ends_on=first + days * DAY)


def for_whom(world, who, absent):
    """The actor ``who`` when he sits at the desk of ``absent``."""
    return actor_for(world.users[who], Membership.objects.get(user=world.users[absent]).pk)


def sit_down(world, who, absent):
    client = world.client(who)
    desk = Membership.objects.get(user=world.users[absent]).pk
    assert client.post("/accounts/switch", {"membership": desk}).status_code == 302
    return client


def later(monkeypatch, days):
    moment = clock.now() + days * DAY
    monkeypatch.setattr(clock, "now", lambda: moment)
    monkeypatch.setattr(clock, "today", lambda: clock.local(moment).date())


def test_from_the_form_to_the_colleagues_desk_and_back(world, otto):
    olga = world.client("olga")
    days = {"starts_on": f"{clock.today():%d/%m/%Y}", "ends_on": f"{clock.today() + 5 * DAY:%d/%m/%Y}"}
    assert olga.post("/accounts/leave", {**days, "mate_id": otto.pk}).status_code == 302
    notify_stand_in(Delegation.objects.get().pk)
    letter = Notification.objects.get(user=world.users["otto"])
    assert "Olga" not in letter.title + letter.body  # by email nobody's name
    client = world.client("otto")
    assert "You are covering for Olga until" in client.get("/desk/").content.decode()
    client = sit_down(world, "otto", "olga")
    page = client.get("/desk/").content.decode()
    assert texts.YOU_ARE_ACTING_FOR in page and "<b>Olga</b>" in page
    client.post("/accounts/switch", {"membership": "own"})
    assert texts.YOU_ARE_ACTING_FOR not in client.get("/desk/").content.decode()


@translation.override("en")
def test_whoever_stands_in_has_the_absent_ones_work_and_rights_in_both_names(world, otto):
    report, own = make_report(world), world.actor("otto")
    hand_over(world, "olga", otto)
    acting = for_whom(world, "otto", "olga")
    assert (acting.user_id, acting.stands_for) == (own.user_id, world.users["olga"].pk)
    assert (acting.role, acting.area) == (world.actor("olga").role, world.actor("olga").area)
    acknowledge_report(actor=acting, report_id=report.pk)
    event = Event.objects.get(act="contact.acknowledged")
    assert event.user_id == own.user_id and event.details["stands_for"] == world.users["olga"].pk
    assert as_sentences([event])[0].who == "Otto, covering for Olga"
    report.refresh_from_db()
    assert report.acknowledged_by_id == own.user_id


def test_a_records_history_names_both(world, otto):
    hand_over(world, "olga", otto)
    sentences = []
    for actor in (for_whom(world, "otto", "olga"), world.actor("otto")):
        petition = make_petition(world)
        record(actor, "listening.noted", petition)
        petition.traces.create(at=clock.now(), step="assigned", state=petition.state, user_id=actor.user_id)
        sentences.append(world.client("olga").get(f"/office/petitions/{petition.number}/").content.decode())
    assert ["Otto, covering for Olga" in sentence for sentence in sentences] == [
        True,
        False,
    ] and "Otto" in sentences[1]


def test_it_ends_by_itself_in_every_open_browser(world, otto, monkeypatch):
    hand_over(world, "olga", otto, days=2)
    client = sit_down(world, "otto", "olga")
    assert for_whom(world, "otto", "olga").stands_for
    later(monkeypatch, 3)
    assert for_whom(world, "otto", "olga").stands_for is None
    Session.objects.update(expire_date=clock.now() + DAY)
    assert texts.YOU_ARE_ACTING_FOR not in client.get("/accounts/leave").content.decode()


def test_it_begins_on_its_day_and_ends_when_taken_back(world, otto, monkeypatch):
    delegation = hand_over(world, "olga", otto, begins=1)
    assert for_whom(world, "otto", "olga").stands_for is None
    desk = Membership.objects.get(user=world.users["olga"]).pk
    assert world.client("otto").post("/accounts/switch", {"membership": desk}).status_code == 404
    later(monkeypatch, 1.5)
    assert for_whom(world, "otto", "olga").stands_for
    revoke_delegation(world.actor("olga"), delegation=delegation)
    assert for_whom(world, "otto", "olga").stands_for is None
    with pytest.raises(Conflict):
        revoke_delegation(world.actor("olga"), delegation=delegation)


@pytest.mark.parametrize("ends", ["delegate", "membership"])
def test_whoever_no_longer_works_there_neither_gives_nor_takes(world, otto, ends):
    delegation = hand_over(world, "olga", otto)
    gone = getattr(delegation, ends)
    Membership.objects.filter(pk=gone.pk).update(ended_at=clock.now())
    assert for_whom(world, "otto", "olga").stands_for is None


def test_only_a_colleague_of_the_same_role_there_or_above_may(world, otto):
    above = Membership.objects.get(user=world.users["quynh"])
    assert {mate.pk for mate in possible_delegates(world.actor("olga"))} == {otto.pk, above.pk}
    assert not possible_delegates(world.actor("rosa"))
    for who in ("pavel", "rosa", "alice", "olga"):
        other_membership = Membership.objects.get(user=world.users[who])
        with pytest.raises(Http404):
            hand_over(world, "olga", other_membership)


def test_nobody_outside_an_agency_hands_over_and_a_handler_of_tips_does_not(world):
    thu = colleague(world, "thu", world.provincial_agency, Role.TIP_HANDLER)
    colleague(world, "tuan", world.provincial_agency, Role.TIP_HANDLER)
    for who in ("thu", "alice", "bob"):
        with pytest.raises(Forbidden):
            hand_over(world, who, thu)
    assert world.client("alice").get("/accounts/leave").status_code == 404
    assert world.client("thu").post("/accounts/leave", {}).status_code == 403


def test_who_stands_in_passes_it_on_to_nobody(world, otto):
    third = colleague(world, "olaf", world.commune_agency, Role.AREA_OFFICER)
    hand_over(world, "olga", otto)
    acting = for_whom(world, "otto", "olga")
    with pytest.raises(Forbidden):
        delegate(acting, mate_id=third.pk, starts_on=clock.today(), ends_on=clock.today())
    with pytest.raises(Forbidden):
        revoke_delegation(acting, delegation=Delegation.objects.get())
    with pytest.raises(Conflict, match="stands_in"):
        hand_over(world, "otto", third)
    assert not may_have_phone(acting)


def test_days_that_do_not_fit_are_told_beside_the_field(world, otto):
    for begins, days in ((-1, 3), (0, -1), (0, 61)):
        with pytest.raises(Conflict, match="days"):
            hand_over(world, "olga", otto, begins=begins, days=days)
    hand_over(world, "olga", otto, days=3)
    with pytest.raises(Conflict, match="overlap"):
        hand_over(world, "olga", otto, begins=3)
    hand_over(world, "olga", otto, begins=4)
    typed = {"starts_on": "01/01/2020", "ends_on": "02/01/2020", "mate_id": otto.pk}
    page = world.client("olga").post("/accounts/leave", typed)
    assert page.status_code == 422 and 'value="01/01/2020"' in page.content.decode()


def test_the_one_who_keeps_a_desk_is_not_away_himself(world, otto):
    olaf = colleague(world, "olaf", world.commune_agency, Role.AREA_OFFICER)
    hand_over(world, "otto", olaf)
    with pytest.raises(Conflict, match="mate_away"):
        hand_over(world, "olga", otto)


# --- four eyes ------------------------------------------------------------------------------------------


@pytest.fixture
def office(world):
    """A second approving officer, who also holds the assessor's role; as small offices have."""
    make_cast(world)
    colleague(world, "dung", world.provincial_agency, Role.APPROVING_OFFICER)
    return world


def as_assessor(world, name):
    """The same person in a second membership: whoever has both roles could do both halves."""
    own = make_member(world.users[name], world.provincial_agency, Role.ASSESSING_OFFICER)
    return actor_for(world.users[name], own.pk)


def test_neither_decides_on_what_the_other_proposed(office):
    dossier = make_dossier(office, State.ASSESSED)
    selma, dora = office.users["selma"], office.actor("dora")
    assert may_decide(dora, dossier)
    mate = Membership.objects.get(user=office.users["dung"])
    dossier.assessed_by_id = office.users["dung"].pk
    assert may_decide(dora, dossier)
    hand_over(office, "dora", mate)
    # Dung proposed; Dora, for whom he stands in, may not complete it, nor he at her desk, nor at his own.
    assert not may_decide(office.actor("dora"), dossier)
    assert not may_decide(for_whom(office, "dung", "dora"), dossier)
    dossier.assessed_by_id = office.users["dora"].pk
    assert not may_decide(for_whom(office, "dung", "dora"), dossier)
    assert not may_decide(office.actor("dung"), dossier)
    dossier.assessed_by_id = selma.pk
    assert may_decide(for_whom(office, "dung", "dora"), dossier)


def test_what_was_half_done_in_the_leave_stays_half_done_by_one_hand_after_it(office, monkeypatch):
    dossier = make_dossier(office, State.ASSESSED)
    hand_over(office, "dora", Membership.objects.get(user=office.users["dung"]), days=1)
    dossier.assessed_by_id = office.users["dung"].pk
    later(monkeypatch, 10)
    assert not may_decide(office.actor("dora"), dossier)
    later(monkeypatch, 100)
    assert may_decide(office.actor("dora"), dossier)


def test_a_notice_proposed_at_ones_desk_is_approved_by_a_third(world):
    colleague(world, "quang", world.provincial_agency, Role.AREA_OFFICER)
    mate = Membership.objects.get(user=world.users["quang"])
    hand_over(world, "quynh", mate)
    form_data = {
        "number": "1",
        "issued_by": "Tòa án",
        "legal_basis": "Điều 28",
        "full_name": "X",
        "birth_date": "1984-03-08",
    }
    notice = notices.propose(for_whom(world, "quang", "quynh"), ends_on=clock.today() + DAY, **form_data)
    assert notice.proposed_by_id == world.users["quang"].pk
    for approver in (world.actor("quynh"), world.actor("quang"), for_whom(world, "quang", "quynh")):
        assert not may_approve(approver, notice)
    with pytest.raises(Forbidden):
        notices.approve(world.actor("quynh"), notice_id=notice.pk)


def test_what_concerned_them_before_the_leave_is_two_peoples_work(world):
    ties = (DelegationTie(7, clock.today(), clock.today()),)
    actor = for_whom(world, "olga", "olga").__class__
    lone_actor = actor(kind=world.actor("olga").kind, label="x", user_id=1, ties=ties)
    assert (
        lone_actor.has_conflict_of_interest(7)
        and lone_actor.has_conflict_of_interest(7, clock.today())
        and lone_actor.has_conflict_of_interest(1, clock.today() - DAY)
    )
    assert (
        not lone_actor.has_conflict_of_interest(7, clock.today() - DAY)
        and not lone_actor.has_conflict_of_interest(8)
        and not lone_actor.has_conflict_of_interest(None)
    )


def test_a_petition_about_the_absent_one_is_not_his_stand_ins_to_see(world, otto):
    petition = make_petition(world, about_person="Olga")
    hand_over(world, "olga", otto)
    assert petition in petitions(world.actor("otto"))
    assert petition not in petitions(for_whom(world, "otto", "olga"))


def test_the_absent_ones_own_dossiers_are_mine_at_his_desk(office):
    dossier = make_dossier(office, State.ACCEPTED)
    dossier.assigned_to = office.users["selma"]
    dossier.save(update_fields=["assigned_to"])
    sven = colleague(office, "sven", office.provincial_agency, Role.ASSESSING_OFFICER)
    hand_over(office, "selma", sven)
    assert not dossiers_in_queue(office.actor("sven"), QueueFilter(officer="me")).exists()
    acting = for_whom(office, "sven", "selma")
    assert dossiers_in_queue(acting, QueueFilter(officer="me")).get() == dossier and may_assess(acting, dossier)


def test_a_strangers_delegation_is_not_there(world, otto):
    delegation = hand_over(world, "olga", otto)
    assert world.client("pavel").post(f"/accounts/leave/{delegation.pk}/end").status_code == 404
    assert world.client("otto").post(f"/accounts/leave/{delegation.pk}/end").status_code == 403
    assert world.client("olga").post(f"/accounts/leave/{delegation.pk}/end").status_code == 302


def test_a_bell_of_ones_own_is_read_at_any_desk(world, otto):
    hand_over(world, "olga", otto)
    InAppNotification.objects.create(
        user=world.users["olga"], key="k", kind="messaging", title_en="Olga's", rung_at=clock.now()
    )
    assert "Olga&#x27;s" not in sit_down(world, "otto", "olga").get("/notifications/").content.decode()
