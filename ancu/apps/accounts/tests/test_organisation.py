"""The page of an organisation that sponsors: its representative invites and removes colleagues, and keeps the keys."""

import io
import re
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command

from ancu.apps.accounts import rules, services
from ancu.apps.accounts.enums import OrganisationKind, Role
from ancu.apps.accounts.models import Invitation, Membership, Organisation, OrganisationToken
from ancu.apps.accounts.selectors import agencies, organisation_program
from ancu.apps.accounts.tests.factories import make_member, make_user
from ancu.apps.accounts.tests.test_invitations import JOIN, letter_link
from ancu.apps.audit.models import Event
from ancu.core.actor import ActorKind
from ancu.core.errors import Forbidden
from ancu.core.testing.query_counts import ExpectQueries

pytestmark = pytest.mark.django_db
PAGE = "/accounts/organisation"


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


@pytest.fixture
def cast(world: Any) -> Any:
    """Ramon represents a sponsor, Sam is its clerk; Rita represents another one."""
    first, second = (
        Organisation.objects.create(kind=OrganisationKind.SPONSOR, name=name, tax_code=code)
        for name, code in (("Công ty Sông Đà", "5400123456"), ("Trường Lương Sơn", "5400999999-001"))
    )
    people = (
        ("Ramon", first, Role.REPRESENTATIVE),
        ("Sam", first, Role.CLERK),
        ("Rita", second, Role.REPRESENTATIVE),
    )
    for name, organisation, role in people:
        world.users[name.lower()] = make_user(name)
        make_member(world.users[name.lower()], organisation, role)
    return world


def membership(cast: Any, name: str) -> Membership:
    return cast.users[name].memberships.get()


# ---- people --------------------------------------------------------------------------------------------


def test_a_representative_invites_a_clerk_who_joins_and_is_let_go(cast: Any) -> None:
    ramon = cast.client("ramon", new_session=True)
    assert b'name="invite-email"' in ramon.get(PAGE).content
    answer = ramon.post("/accounts/invite", {"invite-email": "dung@example.test", "invite-role": "clerk"})
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    link = letter_link()
    client = cast.client()
    assert "for this organisation as clerk" in client.get(link, headers={"accept-language": "en"}).content.decode()
    client.post(link, JOIN)
    member = Membership.objects.get(user__email="dung@example.test")
    assert (member.role, member.organisation) == ("clerk", membership(cast, "ramon").organisation)
    assert client.get("/dossiers/legal-file").status_code == 200
    assert ramon.post(f"/accounts/members/{member.pk}/end")["Location"] == PAGE
    assert client.get("/dossiers/legal-file").status_code == 403


@pytest.mark.parametrize("role", ["receptionist", "manager", "area_officer", ""])
def test_he_gives_the_roles_of_his_own_house_and_no_others(cast: Any, role: str) -> None:
    data = {"invite-email": "x@example.test", "invite-role": role}
    refused = cast.client("ramon", new_session=True).post("/accounts/invite", data)
    assert refused.status_code == 422
    assert f'href="{PAGE}"' in refused.content.decode()  # the way back is his own page, not a lodging's
    with pytest.raises(Forbidden):
        services.invite(cast.actor("ramon"), email="x@example.test", role=role)
    assert not Invitation.objects.exists()


def test_a_lodging_gives_no_role_of_a_sponsor(cast: Any) -> None:
    with pytest.raises(Forbidden):
        services.invite(cast.actor("alice"), email="x@example.test", role=Role.CLERK)


def test_a_clerk_reads_the_page_and_changes_nothing(cast: Any) -> None:
    sam = cast.client("sam", new_session=True)
    page = sam.get(PAGE).content.decode()
    assert "Ramon" in page and 'name="invite-email"' not in page and "token-name" not in page
    data = {"invite-email": "x@example.test", "invite-role": "clerk"}
    assert sam.post("/accounts/invite", data).status_code == 403
    assert sam.post(f"/accounts/members/{membership(cast, 'ramon').pk}/end").status_code == 403
    assert sam.post(f"{PAGE}/tokens", {"token-name": "x"}).status_code == 403


def test_nobody_removes_himself_nor_a_stranger(cast: Any) -> None:
    ramon = cast.client("ramon", new_session=True)
    assert ramon.post(f"/accounts/members/{membership(cast, 'ramon').pk}/end").status_code == 403
    assert ramon.post(f"/accounts/members/{membership(cast, 'rita').pk}/end").status_code == 404
    assert cast.client("rita", new_session=True).get(PAGE).content.count(b"Ramon") == 0


# ---- keys ----------------------------------------------------------------------------------------------


def make_key(cast: Any, name: str = "HR program", who: str = "ramon") -> str:
    page = cast.client(who, new_session=True).post(f"{PAGE}/tokens", {"token-name": name}).content.decode()
    return re.search(r'value="(ancu_[^"]+)"', page)[1]  # type: ignore[index]


def test_a_key_is_shown_once_and_only_its_digest_kept(cast: Any) -> None:
    secret = make_key(cast)
    assert secret not in cast.client("ramon", new_session=True).get(PAGE).content.decode()
    assert secret not in str(list(OrganisationToken.objects.values()))
    actor = organisation_program(secret).actor  # type: ignore[union-attr]
    assert (actor.kind, actor.label, actor.role) == (ActorKind.TOKEN, "HR program", Role.REPRESENTATIVE)
    assert actor.organisation_id == membership(cast, "ramon").organisation_id
    assert Event.objects.filter(act="accounts.created_token", user_id=cast.users["ramon"].pk).count() == 1


def test_a_revoked_key_is_dead_at_once_and_only_its_own_house_revokes_it(cast: Any) -> None:
    secret, token = make_key(cast), OrganisationToken.objects.get()
    assert cast.client("rita", new_session=True).post(f"{PAGE}/tokens/{token.pk}/revoke").status_code == 404
    with pytest.raises(Forbidden):
        services.revoke_token(cast.actor("rita"), token=token)
    assert organisation_program(secret) is not None
    assert cast.client("ramon", new_session=True).post(f"{PAGE}/tokens/{token.pk}/revoke").status_code == 302
    assert organisation_program(secret) is None
    assert cast.client("ramon", new_session=True).post(f"{PAGE}/tokens/{token.pk}/revoke").status_code == 404
    assert Event.objects.filter(act="accounts.revoked_token").count() == 1


def test_a_key_dies_with_its_representative(cast: Any) -> None:
    secret = make_key(cast)
    organisation = membership(cast, "ramon").organisation
    second = make_member(make_user("Rosalind"), organisation, Role.REPRESENTATIVE)
    cast.users["rosalind"] = second.user
    services.end_membership(cast.actor("rosalind"), membership=membership(cast, "ramon"))
    assert organisation_program(secret) is None
    assert b"HR program" not in cast.client("rosalind", new_session=True).get(PAGE).content


def test_a_key_needs_a_name(cast: Any) -> None:
    assert cast.client("ramon", new_session=True).post(f"{PAGE}/tokens", {"token-name": " "}).status_code == 422
    assert not OrganisationToken.objects.exists()


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("create_api_token", *arguments, stdout=out)
    return out.getvalue().strip()


def test_the_command_prints_a_key_of_the_one_who_answers_for_it(cast: Any) -> None:
    organisation = membership(cast, "ramon").organisation
    for code in ("5400 123 456", str(organisation.pk)):
        actor = organisation_program(run("--organisation", code)).actor  # type: ignore[union-attr]
        assert (actor.organisation_id, actor.user_id) == (organisation.pk, cast.users["ramon"].pk)
    assert organisation_program(run("--organisation", "5400999999001")) is not None
    make_member(make_user("Rosalind"), organisation, Role.REPRESENTATIVE)
    with pytest.raises(CommandError, match="name one"):
        run("--organisation", "5400123456")
    named = run("--organisation", "5400123456", "--representative", "ROSALIND@example.test")
    assert organisation_program(named).actor.user_id != cast.users["ramon"].pk  # type: ignore[union-attr]


@pytest.mark.parametrize("code", ["", "x", "9999999999", "99999"])
def test_the_command_knows_no_such_organisation(cast: Any, code: str) -> None:
    with pytest.raises(CommandError):
        run("--organisation", code or "-")
    assert not OrganisationToken.objects.exists()


def test_an_unknown_key_opens_nothing(cast: Any) -> None:
    assert organisation_program("ancu_nothing") is None
    assert not rules.may_manage_tokens(cast.actor("sam"))
    with pytest.raises(Forbidden):
        services.create_token(cast.actor("sam"), name="x")


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_as_often_for_three_rows_as_for_one(cast: Any, count: int, expect_queries: ExpectQueries) -> None:
    organisation = membership(cast, "ramon").organisation
    for number in range(count):
        make_member(make_user(f"Clerk{number}"), organisation, Role.CLERK)
        services.invite(cast.actor("ramon"), email=f"new{number}@example.test", role=Role.CLERK)
        services.create_token(cast.actor("ramon"), name=f"program {number}")
    client = cast.client("ramon", new_session=True)
    with expect_queries():
        client.get(PAGE)


def test_the_provinces_office_stands_before_the_commune_agencies(world):
    """PostgreSQL puts a missing parent last, but a list of agencies begins with the one above all."""
    assert agencies().first() == world.provincial_agency
