"""Acts that give or take an officer's rights need a reason; the audit keeps it."""

from typing import Any

import pytest

from ancu.apps.accounts.models import Membership, RightsProposal
from ancu.apps.accounts.tests.factories import add_second_administrator
from ancu.apps.accounts.tests.test_proposals import BASE, invitation_data, propose_role, term
from ancu.apps.audit.models import Event
from ancu.core.errors import Conflict

pytestmark = pytest.mark.django_db
REASON = "Decision 12/QĐ of the director."


@pytest.fixture
def office(world: Any) -> Any:
    return add_second_administrator(world)


def paths(office: Any) -> dict[str, tuple[str, dict[str, Any], str]]:
    """Of each act: its address, what else its form asks for, and the audit's name of it."""
    olga = office.users["olga"]
    role = olga.memberships.get().pk
    agency = {"agency": office.elsewhere_agency.pk}
    invitation = {name: value for name, value in invitation_data(office).items() if name != "reason"}
    return {
        "lock": (f"officers/{olga.pk}/lock/", {}, "accounts.locked"),
        "end": (f"officers/{olga.pk}/end/", {}, "accounts.ended_membership"),
        "end-role": (f"roles/{role}/end/", {}, "accounts.ended_membership"),
        "reset": (f"officers/{olga.pk}/reset-factor/", {}, "accounts.proposed_rights"),
        "move": (f"roles/{role}/move/", agency, "accounts.proposed_rights"),
        "role": (
            f"officers/{olga.pk}/role/", agency | {"role": "area_officer", "ends_on": f"{term():%d/%m/%Y}"},
            "accounts.proposed_rights",
        ),
        "invite": ("invite/", invitation, "accounts.proposed_rights"),
    }  # fmt: skip


@pytest.mark.parametrize("act", ["lock", "end", "end-role", "reset", "move", "role", "invite"])
def test_an_act_on_rights_needs_a_reason_that_the_audit_keeps(office: Any, act: str) -> None:
    path, values, event = paths(office)[act]
    rosa = office.client("rosa", new_session=True)
    page = rosa.get(f"{BASE}{path}")
    assert page.status_code == 200 and 'name="reason"' in page.content.decode()
    for empty in ("", "   "):
        assert rosa.post(f"{BASE}{path}", values | {"reason": empty}).status_code == 422
    assert not Event.objects.filter(act=event).exists()
    assert rosa.post(f"{BASE}{path}", values | {"reason": REASON}).status_code == 302
    assert Event.objects.get(act=event).reason == REASON


def test_unlocking_needs_a_reason(office: Any) -> None:
    rosa, olga = office.client("rosa", new_session=True), office.users["olga"]
    rosa.post(f"{BASE}officers/{olga.pk}/lock/", {"reason": REASON})
    assert rosa.post(f"{BASE}officers/{olga.pk}/unlock/").status_code == 422
    assert rosa.post(f"{BASE}officers/{olga.pk}/unlock/", {"reason": REASON}).status_code == 302
    assert RightsProposal.objects.get().reason == REASON


def test_who_confirms_reads_the_reason_and_who_proposed_reads_why_not(office: Any) -> None:
    proposal = propose_role(office)
    nga = office.client("nga")
    assert proposal.reason in nga.get(f"{BASE}proposals/").content.decode()
    path = f"{BASE}proposals/{proposal.pk}/refuse/"
    assert 'name="reason"' in nga.get(path).content.decode()
    assert nga.post(path).status_code == 422
    assert nga.post(path, {"reason": "She starts next year."}).status_code == 302
    assert "She starts next year." in office.client("rosa").get(f"{BASE}proposals/").content.decode()
    assert Event.objects.get(act="accounts.refused_rights").reason == "She starts next year."


def test_a_service_takes_no_empty_reason(office: Any) -> None:
    from ancu.apps.accounts.services import officers

    with pytest.raises(Conflict, match="no_reason"):
        officers.lock(office.actor("rosa"), user=office.users["olga"], reason=" ")
    assert not Membership.objects.filter(user=office.users["olga"], ended_at__isnull=False).exists()
