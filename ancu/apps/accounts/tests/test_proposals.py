"""Rights of officers: a second administrator confirms what widens them; what narrows them happens at once."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import IntegrityError, transaction

from ancu.apps.accounts import tasks
from ancu.apps.accounts.enums import ProposalState, Role
from ancu.apps.accounts.models import Delegation, Invitation, Membership, RightsProposal, User
from ancu.apps.accounts.services import delegate, officers, proposals
from ancu.apps.accounts.tests.factories import add_second_administrator, make_member, make_user
from ancu.apps.accounts.tests.test_invitations import letter_link
from ancu.apps.audit.models import Event
from ancu.core import clock
from ancu.core.errors import Conflict, Forbidden

pytestmark = pytest.mark.django_db
REASON = "Needed in the commune."
BASE = "/office/administration/"


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


@pytest.fixture
def office(world: Any) -> Any:
    return add_second_administrator(world)


def term() -> Any:
    return clock.today() + timedelta(days=300)


def invitation_data(office: Any, **fields: Any) -> dict[str, Any]:
    values = {
        "full_name": "Bùi Thị Dung",
        "email": "Dung@congan.example",
        "agency": office.commune_agency.pk,
        "reason": REASON,
    }
    return values | {"role": "area_officer", "ends_on": f"{term():%d/%m/%Y}"} | fields


def propose_role(office: Any, name: str = "olga", role: Role = Role.APPROVING_OFFICER) -> RightsProposal:
    return proposals.propose_role(
        office.actor("rosa"),
        user=office.users[name],
        agency=office.commune_agency,
        role=role,
        ends_on=term(),
        reason=REASON,
    )


def decide(office: Any, name: str, proposal: RightsProposal, decision: str = "confirm") -> int:
    path = f"{BASE}proposals/{proposal.pk}/{decision}/"
    status: int = office.client(name, new_session=True).post(path).status_code
    return status


def test_an_officer_is_invited_by_two_administrators(office: Any) -> None:
    assert office.client("rosa").post(f"{BASE}invite/", invitation_data(office)).status_code == 302
    proposal = RightsProposal.objects.get()
    assert not Invitation.objects.exists()
    assert "Bùi Thị Dung" in office.client("nga").get(f"{BASE}proposals/").content.decode()
    assert decide(office, "nga", proposal) == 302
    link = letter_link()
    assert mail.outbox[-1].to == ["dung@congan.example"]
    client = office.client()
    page = client.get(link).content.decode()
    assert "full_name" not in page and office.commune_agency.name in page
    client.post(link, {"full_name": "Somebody Else", "phone": "", "password": "cơm lam thịt nướng"})
    member = Membership.objects.get(user__email="dung@congan.example")
    assert (member.user.full_name, member.role, member.ends_on) == ("Bùi Thị Dung", "area_officer", term())
    assert "2fa" in client.get("/desk/")["location"]
    acts = list(Event.objects.filter(act__contains="rights").values_list("act", "user_id"))
    rosa, nga = office.users["rosa"].pk, office.users["nga"].pk
    assert acts == [("accounts.proposed_rights", rosa), ("accounts.confirmed_rights", nga)]


def test_nobody_confirms_what_she_proposed_nor_what_is_about_her(office: Any) -> None:
    proposal = propose_role(office)
    assert decide(office, "rosa", proposal) == 403
    about_nga = propose_role(office, "nga")
    assert decide(office, "nga", about_nga) == 403
    with pytest.raises(Forbidden):
        propose_role(office, "rosa")
    assert not Membership.objects.filter(role=Role.APPROVING_OFFICER).exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        RightsProposal.objects.update(state=ProposalState.CONFIRMED, decided_by=office.users["rosa"])


def test_who_stands_in_for_the_proposer_does_not_confirm(office: Any) -> None:
    proposal = propose_role(office)
    nga = office.users["nga"].memberships.get()
    delegate(office.actor("rosa"), mate_id=nga.pk, starts_on=clock.today(), ends_on=clock.today())
    with pytest.raises(Forbidden):
        proposals.confirm(office.actor("nga"), proposal=proposal)
    assert Delegation.objects.exists()


def test_a_borrowed_session_confirms_nothing(office: Any) -> None:
    proposal = propose_role(office)
    response = office.client("nga").post(f"{BASE}proposals/{proposal.pk}/confirm/")
    assert response.status_code == 302 and "reauthenticate" in response["location"]
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.OPEN


def test_other_officers_neither_see_nor_decide(office: Any) -> None:
    proposal = propose_role(office)
    for name in ("olga", "quynh", "alice"):
        assert decide(office, name, proposal) == 403
        assert office.client(name).get(f"{BASE}proposals/").status_code == 403
        with pytest.raises(Forbidden):
            officers.lock(office.actor(name), user=office.users["pavel"], reason=REASON)


@pytest.mark.parametrize("change", ["moved", "locked", "address", "ended"])
def test_a_proposal_is_void_after_the_officer_changed(office: Any, change: str) -> None:
    proposal, olga = propose_role(office), office.users["olga"]
    if change == "moved":
        olga.memberships.update(organisation=office.elsewhere_agency)
    elif change == "locked":
        officers.lock(office.actor("nga"), user=olga, reason=REASON)
    elif change == "address":
        User.objects.filter(pk=olga.pk).update(email="other@example.test")
    else:
        olga.memberships.update(ended_at=clock.now())
    with pytest.raises(Conflict, match="changed"):
        proposals.confirm(office.actor("nga"), proposal=proposal)
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.OPEN


def test_an_address_that_became_an_account_since_is_not_invited(office: Any) -> None:
    office.client("rosa").post(f"{BASE}invite/", invitation_data(office))
    make_user("Dung", email="dung@congan.example")
    with pytest.raises(Conflict, match="changed"):
        proposals.confirm(office.actor("nga"), proposal=RightsProposal.objects.get())


def test_a_proposal_ends_after_two_weeks_and_is_decided_once(office: Any) -> None:
    proposal = propose_role(office)
    RightsProposal.objects.update(proposed_at=clock.now() - timedelta(days=14))
    with pytest.raises(Conflict):
        proposals.confirm(office.actor("nga"), proposal=proposal)
    RightsProposal.objects.update(proposed_at=clock.now() - timedelta(days=13))
    proposals.refuse(office.actor("nga"), proposal=proposal, reason=REASON)
    with pytest.raises(Conflict):
        proposals.confirm(office.actor("nga"), proposal=proposal)
    assert not Membership.objects.filter(role=Role.APPROVING_OFFICER).exists()


def test_only_the_proposer_takes_a_proposal_back(office: Any) -> None:
    proposal = propose_role(office)
    assert decide(office, "nga", proposal, "withdraw") == 403
    assert decide(office, "rosa", proposal, "withdraw") == 302
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.WITHDRAWN


def test_a_move_ends_the_old_role_and_gives_the_same_elsewhere(office: Any) -> None:
    membership = office.users["olga"].memberships.get()
    path = f"{BASE}roles/{membership.pk}/move/"
    assert office.client("rosa").post(path, {"agency": office.commune_agency.pk, "reason": REASON}).status_code == 422
    assert office.client("rosa").post(path, {"agency": office.elsewhere_agency.pk, "reason": REASON}).status_code == 302
    assert decide(office, "nga", RightsProposal.objects.get()) == 302
    assert office.actor("olga").organisation_id == office.elsewhere_agency.pk
    assert office.actor("olga").role == Role.AREA_OFFICER


def test_a_lost_second_factor_is_reset_and_the_password_with_it(office: Any) -> None:
    olga, browser = office.users["olga"], office.client("olga")
    office.client("rosa").post(f"{BASE}officers/{olga.pk}/reset-factor/", {"reason": REASON})
    assert office.actor("olga").second_factor
    decide(office, "nga", RightsProposal.objects.get())
    olga.refresh_from_db()
    assert not office.actor("olga").second_factor and not olga.has_usable_password()
    assert browser.get("/desk/").status_code == 302
    tasks.send_password_link(user_id=olga.pk)
    assert mail.outbox[-1].to == [olga.email]


def test_locking_signs_out_at_once_and_unlocking_needs_two(office: Any) -> None:
    olga, browser = office.users["olga"], office.client("olga")
    assert browser.get("/desk/").status_code == 200
    office.client("rosa", new_session=True).post(f"{BASE}officers/{olga.pk}/lock/", {"reason": REASON})
    assert browser.get("/desk/").status_code == 302
    page = office.client("rosa").get(f"{BASE}officers/{olga.pk}/").content.decode()
    assert "Cannot sign in" in page and "Unlock the account" in page
    office.client("rosa").post(f"{BASE}officers/{olga.pk}/unlock/", {"reason": REASON})
    olga.refresh_from_db()
    assert not olga.is_active
    assert decide(office, "rosa", RightsProposal.objects.get()) == 403
    assert decide(office, "nga", RightsProposal.objects.get()) == 302
    olga.refresh_from_db()
    assert olga.is_active


def test_the_last_administrator_cannot_be_ended(world: Any) -> None:
    """Nga may administer, but her account is locked: Rosa is the last who can sign in."""
    nga = world.users["nga"] = make_user("Nga", is_active=False)
    make_member(nga, world.provincial_agency, Role.ADMINISTRATOR)
    rosa = world.users["rosa"].memberships.get()
    for act in (
        lambda: officers.end_role(world.actor("nga"), membership=rosa, reason=REASON),
        lambda: officers.lock(world.actor("nga"), user=rosa.user, reason=REASON),
        lambda: officers.end_officer(world.actor("nga"), user=rosa.user, reason=REASON),
    ):
        with pytest.raises(Conflict, match="last"):
            act()


def test_the_only_other_administrators_page_says_what_hangs_on_it(office: Any) -> None:
    page = f"{BASE}officers/{office.users['nga'].pk}/"
    sentence = "the only other administrator"
    assert sentence in office.client("rosa").get(page).content.decode()
    make_member(make_user("Lan"), office.provincial_agency, Role.ADMINISTRATOR)
    assert sentence not in office.client("rosa").get(page).content.decode()


def test_an_ended_officer_is_signed_out_and_comes_back_by_two_administrators(office: Any) -> None:
    olga, browser = office.users["olga"], office.client("olga")
    office.client("rosa", new_session=True).post(f"{BASE}officers/{olga.pk}/end/", {"reason": REASON})
    olga.refresh_from_db()
    assert not olga.is_active and browser.get("/desk/").status_code == 302
    assert office.client("rosa").post(f"{BASE}invite/", invitation_data(office, email=olga.email)).status_code == 422
    decide(office, "nga", propose_role(office))
    olga.refresh_from_db()
    assert olga.is_active and not olga.has_usable_password() and not office.actor("olga").second_factor


def test_what_is_wrong_with_an_invitation_stands_beside_its_field(office: Any) -> None:
    client = office.client("rosa")
    for fields, name in (
        ({"ends_on": f"{clock.today() + timedelta(days=396):%d/%m/%Y}"}, "ends_on"),
        ({"ends_on": f"{clock.today() - timedelta(days=1):%d/%m/%Y}"}, "ends_on"),
        ({"role": "manager"}, "role"),
        ({"agency": office.lodging.business_id}, "agency"),
        ({"full_name": "<b>"}, "full_name"),
        ({"email": "olga@example.test", "role": "area_officer"}, "role"),
    ):
        response = client.post(f"{BASE}invite/", invitation_data(office, **fields))
        assert response.status_code == 422 and name in response.context["form"].errors, fields
    assert not RightsProposal.objects.exists()


def test_an_invitation_is_taken_back_at_once(office: Any) -> None:
    office.client("rosa").post(f"{BASE}invite/", invitation_data(office))
    decide(office, "nga", RightsProposal.objects.get())
    link = letter_link()
    office.client("rosa").post(f"{BASE}invitations/{Invitation.objects.get().pk}/revoke/")
    assert office.client().get(link).status_code == 404


def test_the_desk_shows_an_administrator_what_another_proposed(office: Any) -> None:
    propose_role(office)
    assert "Give a role: Olga" in office.client("nga").get("/desk/").content.decode()
    assert "Give a role: Olga" not in office.client("rosa").get("/desk/").content.decode()
