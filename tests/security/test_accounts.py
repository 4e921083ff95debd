"""A borrowed session must not become a takeover, and whoever owns an account reads what happens to it."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from ancu.apps.accounts.enums import OrganisationKind, Role
from ancu.apps.accounts.models import AddressChange, Organisation, OrganisationToken, User
from ancu.apps.accounts.selectors import actor_for
from ancu.apps.accounts.services import create_account, officers, proposals
from ancu.apps.accounts.services.account_security import send_protection_letter
from ancu.apps.accounts.services.address_changes import (
    AddressSide,
    apply_address_changes,
    link_token,
    send_address_letter,
)
from ancu.apps.accounts.tests.factories import PASSWORD, TOTP_SECRET, make_member, make_user
from ancu.apps.audit.models import Event
from ancu.core import clock
from ancu.core.security import totp

pytestmark = pytest.mark.django_db
REASON = "She moved."
THIEF = "thief@example.test"


@pytest.fixture(autouse=True)
def _fresh_limits() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def events(act: str) -> int:
    return Event.objects.filter(act=f"accounts.{act}").count()


def prove(client: Client) -> None:
    assert client.post("/accounts/reauthenticate/", {"password": PASSWORD}).status_code == 302


def requested(world: Any, name: str = "bob") -> AddressChange:
    """The change that somebody who knows the password too asked for."""
    client = world.client(name)
    prove(client)
    assert client.post("/accounts/email/", {"email": THIEF}).status_code == 302
    return AddressChange.objects.get()


def press(change: AddressChange, side: AddressSide, act: str) -> int:
    return Client().post(reverse("accounts:address-link", args=[link_token(change, side)]), {"act": act}).status_code


def later(monkeypatch: pytest.MonkeyPatch, hours: float) -> None:
    moment = clock.now() + timedelta(hours=hours)
    monkeypatch.setattr("ancu.core.clock.now", lambda: moment)
    monkeypatch.setattr("django.core.signing.time.time", moment.timestamp)


def _add_representative(world: Any) -> None:
    world.users["ramon"] = make_user("Ramon")
    sponsor = Organisation.objects.create(kind=OrganisationKind.SPONSOR, name="Công ty Sông Đà")
    make_member(world.users["ramon"], sponsor, Role.REPRESENTATIVE)


CHANGES = [
    ("alice", "/accounts/email/", {"email": THIEF}),
    ("alice", "/accounts/email/cancel", {}),
    ("alice", "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": "x", "password2": "x"}),
    ("alice", "/accounts/2fa/totp/activate/", {"code": "123456"}),
    ("alice", "/accounts/2fa/webauthn/add/", {}),
    ("olga", "/accounts/2fa/recovery-codes/generate/", {}),
    ("olga", "/accounts/2fa/totp/deactivate/", {}),
    ("alice", "/lodgings/{lodging}/tokens", {"token-name": "program"}),
    ("ramon", "/accounts/organisation/tokens", {"token-name": "program"}),
    ("alice", "/accounts/invite", {"invite-email": THIEF, "invite-role": "manager"}),
    ("alice", "/accounts/phone/remove/", {}),
    ("alice", "/accounts/members/{bob}/end", {}),
    ("rosa", "/office/administration/officers/{olga}/lock/", {}),
    ("rosa", "/office/administration/officers/{olga}/end/", {}),
    ("alice", "/programs/", {"url": "https://program.example/hook", "events": ["stay.declared"]}),
]


@pytest.mark.parametrize(("name", "path", "body"), CHANGES, ids=[path for _name, path, _body in CHANGES])
def test_a_borrowed_session_changes_nothing_of_the_protection(world: Any, name: str, path: str, body: Any) -> None:
    _add_representative(world)
    client = world.client(name)
    answer = client.post(
        path.format(lodging=world.lodging.pk, olga=world.users["olga"].pk, bob=world.users["bob"].memberships.get().pk),
        body,
    )
    assert answer.status_code == 302 and "reauthenticate" in answer["location"]
    assert not AddressChange.objects.exists() and not OrganisationToken.objects.exists()
    assert "password" not in str(dict(client.session)).lower()  # what was posted is not kept in the database


def test_whoever_showed_it_is_asked_to_send_again_what_was_posted(world: Any) -> None:
    """On the page that follows the proof; not on that which asks for it."""
    client = world.client("alice")
    asked_first = client.post(f"/lodgings/{world.lodging.pk}/tokens", {"token-name": "PMS"}, follow=True)
    assert "Now send it again" not in asked_first.content.decode()
    after = client.post("/accounts/reauthenticate/?next=/lodgings/mine", {"password": PASSWORD}, follow=True)
    assert after.request["PATH_INFO"] == "/lodgings/mine" and "Now send it again" in after.content.decode()
    prove(client)
    assert "Now send it again" not in client.get("/lodgings/mine").content.decode()


def test_an_officer_proves_it_by_the_second_factor(world: Any) -> None:
    client = world.client("olga")
    assert "/2fa/reauthenticate/" in client.get("/accounts/email/")["location"]
    refused = client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert "/2fa/reauthenticate/" in refused["location"]
    assert client.get("/accounts/email/").status_code == 302
    client.post("/accounts/2fa/reauthenticate/?next=/accounts/email/", {"code": totp.current_code(TOTP_SECRET)})
    assert client.get("/accounts/email/").status_code == 200


def test_a_sign_in_is_fresh_for_five_minutes(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    client = world.client()
    client.post("/accounts/login/", {"login": "bob@example.test", "password": PASSWORD})
    assert client.get("/accounts/email/").status_code == 200
    later(monkeypatch, 0.1)
    assert "reauthenticate" in client.get("/accounts/email/")["location"]


def test_an_officer_without_a_second_factor_changes_nothing_else_first(world: Any) -> None:
    Authenticator.objects.filter(user=world.users["olga"]).delete()
    assert "totp/activate" in world.client("olga").get("/accounts/email/")["location"]


def test_both_addresses_are_told_at_once(world: Any) -> None:
    change = requested(world)
    jobs = ProcrastinateJob.objects.filter(task_name="accounts.send_address_letter")
    assert [job.args for job in jobs.order_by("id")] == [
        {"change_id": change.pk, "side": side} for side in ("old", "new")
    ]
    for side in AddressSide:
        send_address_letter(change.pk, side)
    former, new = mail.outbox
    assert (former.to, new.to) == (["bob@example.test"], [THIEF])
    assert THIEF in former.body and "bob@example.test" not in new.body
    links = [re.search(r"/accounts/email/(\S+)", letter.body) for letter in mail.outbox]
    assert all(link and Client().get(link.group()).status_code == 200 for link in links)
    assert User.objects.get(pk=change.user_id).email == "bob@example.test"


def test_the_new_address_alone_waits_for_three_days(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    change = requested(world)
    assert press(change, AddressSide.NEW, "confirm") == 200
    assert apply_address_changes() == 0
    assert User.objects.get(pk=change.user_id).email == "bob@example.test"
    later(monkeypatch, 72.1)
    assert apply_address_changes() == 1
    assert User.objects.get(pk=change.user_id).email == THIEF


def test_what_nobody_confirmed_ends_by_itself(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    change = requested(world)
    later(monkeypatch, 72.1)
    assert apply_address_changes() == 0
    change.refresh_from_db()
    assert change.ended_at and User.objects.get(pk=change.user_id).email == "bob@example.test"


@pytest.mark.parametrize("was_made", [False, True], ids=["while it waits", "after it was made"])
def test_the_former_address_undoes_it(world: Any, was_made: bool) -> None:
    change = requested(world)
    thief = world.client()
    thief.post("/accounts/login/", {"login": "bob@example.test", "password": PASSWORD})
    assert thief.get("/accounts/profile").status_code == 200
    if was_made:
        press(change, AddressSide.NEW, "confirm")
        press(change, AddressSide.OLD, "confirm")
        assert User.objects.get(pk=change.user_id).email == THIEF
        assert create_account(email="bob@example.test", password=PASSWORD, full_name="Thief") is None
    assert press(change, AddressSide.OLD, "undo") == 200
    bob = User.objects.get(pk=change.user_id)
    assert bob.email == "bob@example.test" and not bob.has_usable_password()
    assert thief.get("/accounts/profile").status_code == 302
    assert press(change, AddressSide.NEW, "confirm") == 403
    assert events("undid_address_change") == 1


def test_only_the_former_address_undoes_and_only_for_three_days(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    change = requested(world)
    assert press(change, AddressSide.NEW, "undo") == 404
    token = link_token(change, AddressSide.OLD)
    later(monkeypatch, 72.1)
    assert Client().get(reverse("accounts:address-link", args=[token])).status_code == 404
    assert press(change, AddressSide.OLD, "undo") == 403  # nor by a link of a later letter


def test_an_address_with_an_account_is_told_by_its_own_letter_alone(world: Any) -> None:
    client = world.client("bob")
    prove(client)
    assert client.post("/accounts/email/", {"email": "charlie@example.test"}).status_code == 302
    send_address_letter(AddressChange.objects.get().pk, "new")
    assert "/accounts/email/" not in mail.outbox[0].body
    refused = client.post("/accounts/email/", {"email": THIEF})
    assert refused.status_code == 409 and AddressChange.objects.count() == 1


def test_signing_in_and_out_and_what_is_wrong_are_in_the_audit(world: Any) -> None:
    client = world.client()
    for login in ("bob@example.test", "nobody@example.test"):
        client.post("/accounts/login/", {"login": login, "password": "wrong"})
    assert events("sign_in_failed") == 2
    client.post("/accounts/login/", {"login": "bob@example.test", "password": PASSWORD})
    client.post("/accounts/logout/")
    assert (events("signed_in"), events("left")) == (1, 1)
    assert not Event.objects.filter(details__icontains="nobody@").exists()


def test_a_wrong_second_factor_is_in_the_audit(world: Any) -> None:
    client = world.client()
    client.post("/accounts/login/", {"login": "olga@example.test", "password": PASSWORD})
    client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert (events("sign_in_failed"), events("signed_in")) == (1, 0)


def test_who_is_guessed_at_reads_of_it_once_a_day(world: Any) -> None:
    client = world.client()
    for _try in range(8):
        client.post("/accounts/login/", {"login": "bob@example.test", "password": "wrong"})
    assert events("sign_in_locked") == 3
    letters = ProcrastinateJob.objects.filter(task_name="accounts.tell_protection")
    assert [job.args["act"] for job in letters] == ["sign_in_locked"]


def test_the_owner_reads_of_every_change(world: Any) -> None:
    client = world.client("alice")
    prove(client)
    body = {"oldpassword": PASSWORD, "password1": "một mật khẩu khác", "password2": "một mật khẩu khác"}
    client.post("/accounts/password/change/", body)
    client.post(f"/lodgings/{world.lodging.pk}/tokens", {"token-name": "program"})
    letters = list(ProcrastinateJob.objects.filter(task_name="accounts.tell_protection").order_by("id"))
    assert [job.args["act"] for job in letters] == ["changed_password", "created_key"]
    assert events("changed_password") == 1
    send_protection_letter(**letters[0].args)
    assert mail.outbox[0].to == ["alice@example.test"] and reverse("account_reset_password") in mail.outbox[0].body


def test_an_officer_reads_what_administrators_did_to_the_account(world: Any) -> None:
    """Locked, unlocked, given a role, moved, and a role ended: by two administrators where it widens rights."""
    olga, rosa, nga = world.users["olga"], world.actor("rosa"), make_user("Nga")
    make_member(nga, world.provincial_agency, Role.ADMINISTRATOR)
    agency, province = world.commune_agency, world.provincial_agency
    second = actor_for(nga)
    officers.lock(rosa, user=olga, reason=REASON)
    olga.refresh_from_db()
    proposals.confirm(second, proposal=proposals.propose_unlock(rosa, user=olga, reason=REASON))
    olga.refresh_from_db()
    terms = {"role": Role.APPROVING_OFFICER, "ends_on": clock.today()}
    proposals.confirm(second, proposal=proposals.propose_role(rosa, user=olga, agency=agency, reason=REASON, **terms))
    moved = olga.memberships.latest("pk")
    proposals.confirm(second, proposal=proposals.propose_move(rosa, membership=moved, agency=province, reason=REASON))
    officers.end_role(rosa, membership=olga.memberships.latest("pk"), reason=REASON)
    letters = ProcrastinateJob.objects.filter(task_name="accounts.tell_protection", args__user_id=olga.pk)
    acts = [job.args["act"] for job in letters.order_by("id")]
    assert acts == ["locked", "unlocked", "role_given", "role_moved", "role_ended"]


def test_a_sign_in_from_a_new_browser_is_told_once(world: Any) -> None:
    letters = ProcrastinateJob.objects.filter(task_name="accounts.tell_protection", args__act="new_browser")
    here, there = world.client(), world.client()
    for client in (here, here, there):
        client.post("/accounts/login/", {"login": "bob@example.test", "password": PASSWORD})
        client.post("/accounts/logout/")
    assert letters.count() == 2
    assert here.cookies["signed_in_before"]["path"] == "/accounts/"  # and so never comes to the pages of tips


@pytest.mark.parametrize(
    "act",
    ["new_browser", "changed_password", "reset_password", "added_factor", "removed_factor", "renewed_recovery_codes",
     "created_key", "added_webhook", "sign_in_locked", "locked", "unlocked", "role_given", "role_moved", "role_ended"],
)  # fmt: skip
@pytest.mark.parametrize("language", ["vi", "en"])
def test_each_letter_says_what_was_done(world: Any, act: str, language: str) -> None:
    bob = world.users["bob"]
    User.objects.filter(pk=bob.pk).update(language=language)
    send_protection_letter(bob.pk, act, clock.now().isoformat())
    sentence = mail.outbox[0].body.split("\n\n")[0]
    assert re.search(r"\d\d:\d\d", sentence), sentence
