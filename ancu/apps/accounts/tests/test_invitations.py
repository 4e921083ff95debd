"""Invitations: the way in, and every way in that must not work."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from procrastinate.contrib.django.models import ProcrastinateJob

from ancu.apps.accounts import services, tasks
from ancu.apps.accounts.models import Invitation, Membership, User
from ancu.apps.accounts.tests.factories import make_user
from ancu.core import clock
from ancu.core.errors import Conflict, Forbidden

pytestmark = pytest.mark.django_db
JOIN = {"full_name": "Bùi Thị Dung", "phone": "0912 000 111", "password": "cơm lam thịt nướng"}


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


def letter_link():
    """Run the newest letter job and read the link in the letter."""
    job = ProcrastinateJob.objects.filter(task_name="accounts.send_invitation").order_by("-id")[0]
    tasks.send_invitation(**job.args)
    return re.search(r"/accounts/invitations/\S+", mail.outbox[-1].body)[0]


@pytest.fixture
def link(world):
    world.client("alice", new_session=True).post(
        "/accounts/invite", {"invite-email": "Dung@example.test", "invite-role": "receptionist"}
    )
    return letter_link()


def test_a_new_person_joins(world, link):
    assert mail.outbox[-1].to == ["dung@example.test"]
    client = world.client()
    assert client.get(link).status_code == 200
    before = client.session.session_key
    assert client.post(link, JOIN)["location"] == "/"
    assert client.session.session_key != before
    member = Membership.objects.get(user__email="dung@example.test")
    assert (member.role, member.organisation) == ("receptionist", world.lodging.business)
    assert client.get("/lodgings/mine").status_code == 200


def test_only_a_digest_is_kept(world, link):
    secret = link.rsplit("/", 1)[-1]
    assert secret not in str(list(Invitation.objects.values()))
    assert secret not in str(list(ProcrastinateJob.objects.values("args")))


def test_a_link_works_once(world, link):
    world.client().post(link, JOIN)
    second_response = world.client().post(link, JOIN | {"full_name": "Thief"})
    assert second_response.status_code == 404
    assert Membership.objects.filter(organisation=world.lodging.business).count() == 3


def test_an_old_link_is_dead(world, link):
    Invitation.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    assert world.client().get(link).status_code == 404
    assert world.client().post(link, JOIN).status_code == 404
    assert not User.objects.filter(email="dung@example.test").exists()


def test_a_link_taken_back_is_dead(world, link):
    invitation = Invitation.objects.get()
    assert (
        world.client("alice", new_session=True).post(f"/accounts/invitations/{invitation.pk}/revoke").status_code == 302
    )
    assert world.client().post(link, JOIN).status_code == 404
    with pytest.raises(Conflict):
        services.resend_invitation(world.actor("alice"), invitation=invitation)


def test_sending_again_kills_the_old_link(world, link):
    invitation = Invitation.objects.get()
    world.client("alice", new_session=True).post(f"/accounts/invitations/{invitation.pk}/resend")
    newer = letter_link()
    assert newer != link
    assert world.client().get(link).status_code == 404
    assert world.client().get(newer).status_code == 200


def test_somebody_else_who_is_signed_in_does_not_join(world, link):
    charlie = world.client("charlie", new_session=True)
    assert charlie.get(link).status_code == 403
    assert charlie.post(link).status_code == 403
    assert not Membership.objects.filter(user=world.users["charlie"], organisation=world.lodging.business).exists()
    with pytest.raises(Forbidden):
        services.accept_invitation(Invitation.objects.get(), world.users["charlie"])


def test_a_person_with_an_account_signs_in_first(world):
    world.client("alice", new_session=True).post(
        "/accounts/invite", {"invite-email": "CHARLIE@example.test", "invite-role": "manager"}
    )
    link = letter_link()
    page = world.client().get(link)
    assert "/accounts/login/?next=" in page.content.decode()
    assert world.client().post(link, JOIN).status_code == 200  # still only the way to the sign-in page
    assert User.objects.filter(email="charlie@example.test").count() == 1
    charlie = world.client("charlie", new_session=True)
    assert charlie.post(link)["location"] == "/"
    assert charlie.get("/lodgings/mine").context["establishment"] == world.lodging


def test_the_form_cannot_choose_another_address(world, link):
    world.client().post(link, JOIN | {"email": "thief@example.test"})
    assert not User.objects.filter(email="thief@example.test").exists()
    assert User.objects.filter(email="dung@example.test").exists()


def test_unknown_links_are_all_answered_alike(world, link):
    gone = world.client().get("/accounts/invitations/nothing-like-it")
    Invitation.objects.update(revoked_at=clock.now())
    revoked = world.client().get(link)
    token = re.compile(rb'[A-Za-z0-9]{64}|/accounts/invitations/[^"]+')
    assert gone.status_code == revoked.status_code == 404
    assert token.sub(b"", gone.content) == token.sub(b"", revoked.content)


def test_trying_links_is_slowed_down(world):
    client = world.client()
    answers = [client.post("/accounts/invitations/guess", JOIN).status_code for _try in range(21)]
    assert answers[:20] == [404] * 20 and answers[20] == 429


@pytest.mark.parametrize("role", ["area_officer", "administrator", ""])
def test_a_manager_cannot_make_officers(world, role):
    response = world.client("alice", new_session=True).post(
        "/accounts/invite", {"invite-email": "x@example.test", "invite-role": role}
    )
    assert response.status_code == 422
    with pytest.raises(Forbidden):
        services.invite(world.actor("alice"), email="x@example.test", role=role)
    assert not Invitation.objects.exists()


def test_nobody_is_invited_twice(world, link):
    data = {"invite-email": "DUNG@example.test", "invite-role": "receptionist"}
    assert world.client("alice", new_session=True).post("/accounts/invite", data).status_code == 422
    data = {"invite-email": "bob@example.test", "invite-role": "receptionist"}
    assert world.client("alice", new_session=True).post("/accounts/invite", data).status_code == 422
    assert Invitation.objects.count() == 1


@pytest.mark.parametrize(("name", "status"), [("bob", 403), ("charlie", 404), ("olga", 403)])
def test_others_do_not_touch_invitations(world, link, name, status):
    invitation, client = Invitation.objects.get(), world.client(name)
    for act in ("resend", "revoke"):
        assert client.post(f"/accounts/invitations/{invitation.pk}/{act}").status_code == status
        assert client.get(f"/accounts/invitations/{invitation.pk}/{act}").status_code == 405
    if name != "charlie":
        data = {"invite-email": "x@example.test", "invite-role": "receptionist"}
        assert client.post("/accounts/invite", data).status_code == 403
    invitation.refresh_from_db()
    assert invitation.revoked_at is None


def test_an_ended_membership_ends_at_once(world):
    bob, member = world.client("bob", new_session=True), Membership.objects.get(user=world.users["bob"])
    assert bob.get("/lodgings/mine").status_code == 200
    assert world.client("alice", new_session=True).post(f"/accounts/members/{member.pk}/end").status_code == 302
    assert bob.get("/lodgings/mine").status_code == 403
    with pytest.raises(Conflict):
        services.end_membership(world.actor("alice"), membership=member)


@pytest.mark.parametrize(("name", "status"), [("bob", 403), ("charlie", 404), ("olga", 403), ("alice", 403)])
def test_who_may_not_end_a_membership(world, name, status):
    member = Membership.objects.get(user=world.users["alice"])  # nor Alice herself: somebody must stay
    assert world.client(name).post(f"/accounts/members/{member.pk}/end").status_code == status
    member.refresh_from_db()
    assert member.ended_at is None


def test_a_letter_after_the_invitation_is_over_is_not_sent(world, link):
    invitation = Invitation.objects.get()
    services.revoke_invitation(world.actor("alice"), invitation=invitation)
    count = len(mail.outbox)
    tasks.send_invitation(invitation_id=invitation.pk)
    assert len(mail.outbox) == count


def test_two_clicks_join_once(world, link):
    invitation = Invitation.objects.get()
    dung = make_user("Dung")
    services.accept_invitation(invitation, dung)
    with pytest.raises(Conflict):
        services.accept_invitation(invitation, dung)
    assert Membership.objects.filter(user=dung).count() == 1


def test_nobodys_letter_box_is_filled_from_here(world):
    alice = world.client("alice", new_session=True)
    alice.post("/accounts/invite", {"invite-email": "dung@example.test", "invite-role": "receptionist"})
    invitation = Invitation.objects.get()
    for _attempt in range(6):
        alice.post(f"/accounts/invitations/{invitation.pk}/resend")
    assert ProcrastinateJob.objects.filter(task_name="accounts.send_invitation").count() == 3


def test_an_organisation_writes_to_so_many_an_hour(world):
    alice = world.client("alice", new_session=True)
    for number in range(22):
        answers = {"invite-email": f"guest{number}@example.test", "invite-role": "receptionist"}
        page = alice.post("/accounts/invite", answers)
    assert page.status_code == 422 and page.context["form"].errors["email"]
    assert "guest21@example.test" in page.content.decode()
    assert Invitation.objects.count() == 20
