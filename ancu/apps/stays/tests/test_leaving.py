"""An officer who is ended leaves nothing behind that still opens something, in any app."""

from datetime import timedelta
from typing import Any

import pytest

from ancu.apps.accounts.enums import ProposalState, Role
from ancu.apps.accounts.models import Delegation, OrganisationToken, RightsProposal
from ancu.apps.accounts.services import create_token, delegate, officers, proposals, redact_accounts
from ancu.apps.accounts.tests.factories import make_member, make_user
from ancu.apps.messaging.models import PushAddress
from ancu.apps.stays.models import Device
from ancu.core import clock
from ancu.core.actor import system
from ancu.core.registry.access_end import end_access
from ancu.core.security.privacy import Keep

pytestmark = pytest.mark.django_db


def test_sessions_leaves_phones_and_push_addresses_end_with_an_officer(world: Any) -> None:
    olga, today = world.users["olga"], clock.today()
    otto = make_member(make_user("Otto"), world.commune_agency, Role.AREA_OFFICER)
    delegate(world.actor("olga"), mate_id=otto.pk, starts_on=today, ends_on=today + timedelta(days=3))
    PushAddress.objects.create(user=olga, endpoint="https://p.test", digest="d", device="x", added_at=clock.now())
    Device.objects.create(
        membership=olga.memberships.get(), name="Máy", secret=b"s", created_at=clock.now(), seen_at=clock.now()
    )
    browser = world.client("olga")
    assert browser.get("/desk/").status_code == 200
    officers.end_officer(world.actor("rosa"), user=olga, reason="Nghỉ việc")
    assert browser.get("/desk/").status_code == 302
    assert not Delegation.objects.filter(revoked_at=None).exists() and not PushAddress.objects.exists()
    phone = Device.objects.get()
    assert phone.cut_off_at is not None and phone.secret is None


def test_the_closed_account_is_emptied_when_its_time_is_over(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    officers.end_officer(world.actor("rosa"), user=world.users["olga"], reason="Nghỉ việc")
    later = clock.now() + timedelta(days=Keep.ACCOUNT.value + 1)
    assert redact_accounts(system("test")) == (0, 0)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert redact_accounts(system("test"))[0] == 1
    world.users["olga"].refresh_from_db()
    assert "Olga" not in world.users["olga"].full_name


def test_what_another_role_still_allows_stays(world: Any) -> None:
    olga = world.users["olga"]
    make_member(olga, world.commune_agency, Role.INTAKE_OFFICER)
    browser = world.client("olga")
    officers.end_role(
        world.actor("rosa"), membership=olga.memberships.get(role=Role.AREA_OFFICER), reason="Chuyển việc"
    )
    assert world.actor("olga").role == Role.INTAKE_OFFICER
    assert browser.get("/desk/").status_code == 200


def test_a_proposal_of_an_administrator_who_was_ended_cannot_be_confirmed(world: Any) -> None:
    nga = make_user("Nga")
    make_member(nga, world.provincial_agency, Role.ADMINISTRATOR)
    world.users["nga"] = nga
    proposals.propose_reset(world.actor("nga"), user=world.users["olga"], reason="Mất điện thoại")
    officers.end_officer(world.actor("rosa"), user=nga, reason="Nghỉ việc")
    assert RightsProposal.objects.get().state == ProposalState.WITHDRAWN


def test_a_programs_key_ends_with_the_role_it_acts_in(world: Any) -> None:
    membership = world.users["alice"].memberships.get()
    membership.role = Role.REPRESENTATIVE
    create_token(system("test"), name="HR", membership=membership)
    membership.ended_at = clock.now()
    membership.save()
    end_access(system("test"), world.users["alice"].pk)
    assert OrganisationToken.objects.filter(revoked_at=None).count() == 0
