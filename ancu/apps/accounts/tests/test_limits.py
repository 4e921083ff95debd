"""What a sponsor's clerk may prepare and submit: a representative sets it on the organisation's page."""

from typing import Any

import pytest

from ancu.apps.accounts import rules, services
from ancu.apps.accounts.enums import OrganisationKind, Role
from ancu.apps.accounts.models import Membership, Organisation
from ancu.apps.accounts.selectors.limits import limit_values, limits_of, organisation_procedures
from ancu.apps.accounts.services.limits import set_limits
from ancu.apps.accounts.tests.factories import make_member, make_user
from ancu.apps.audit.models import Event
from ancu.core.errors import Conflict, Forbidden
from ancu.core.forms.editions import edition_of

pytestmark = pytest.mark.django_db
PAGE = "/accounts/organisation"


@pytest.fixture
def cast(world: Any) -> Any:
    """Ramon represents a sponsor, Sam is its clerk; Rita represents another one."""
    first, second = (
        Organisation.objects.create(kind=OrganisationKind.SPONSOR, name=name)
        for name in ("Công ty Sông Đà", "Trường Lương Sơn")
    )
    for name, organisation, role in (
        ("Ramon", first, Role.REPRESENTATIVE),
        ("Sam", first, Role.CLERK),
        ("Rita", second, Role.REPRESENTATIVE),
    ):
        world.users[name.lower()] = make_user(name)
        make_member(world.users[name.lower()], organisation, role)
    return world


def membership(cast: Any, name: str = "sam") -> Membership:
    return cast.users[name].memberships.get()


def test_a_new_clerk_prepares_everything_and_submits_nothing(cast: Any) -> None:
    sam = cast.actor("sam")
    assert (sam.procedures, sam.may_submit) == (None, False)


def test_limits_apply_at_the_next_page_and_are_in_the_audit(cast: Any) -> None:
    ramon, url = cast.client("ramon", new_session=True), f"/accounts/members/{membership(cast).pk}/limits"
    form = ramon.get(url).context["form"]
    assert list(form.fields["procedures"].choices) == organisation_procedures()
    answer = ramon.post(url, {"scope": "some", "procedures": ["visa"], "may_submit": "on"})
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    sam = cast.actor("sam")
    assert (sam.procedures, sam.may_submit) == (frozenset({"visa"}), True)
    event = Event.objects.get(act="accounts.set_limits")
    assert event.details["procedures"] == ["visa"] and event.details["may_submit"] is True
    assert event.details["member_id"] == cast.users["sam"].pk


def test_the_clerk_reads_on_the_page_what_he_may_do(cast: Any) -> None:
    client = cast.client("sam", new_session=True)
    page = client.get(PAGE).content.decode()
    assert "Prepares dossiers of every procedure" in page and "may not submit them" in page
    Membership.objects.filter(pk=membership(cast).pk).update(procedures=["visa"], may_submit=True)
    page = client.get(PAGE).content.decode()
    assert "Prepares only:" in page and "may submit them" in page and "may not submit them" not in page
    assert f"/accounts/members/{membership(cast).pk}/limits" not in page  # no button without the right


def test_a_representative_has_no_limits(cast: Any) -> None:
    assert limits_of(membership(cast, "ramon")) is None
    assert not rules.may_set_limits(cast.actor("ramon"), membership(cast, "ramon"))
    with pytest.raises(Forbidden):
        set_limits(cast.actor("ramon"), membership=membership(cast, "ramon"), procedures=["visa"], may_submit=True)


@pytest.mark.parametrize(("who", "status"), [("sam", 403), ("rita", 404), ("alice", 403), ("rosa", 403)])
def test_nobody_else_sets_them(cast: Any, who: str, status: int) -> None:
    url = f"/accounts/members/{membership(cast).pk}/limits"
    client = cast.client(who, new_session=True)
    assert client.get(url).status_code == status
    assert client.post(url, {"scope": "all", "may_submit": "on"}).status_code == status
    with pytest.raises(Forbidden):
        set_limits(cast.actor(who), membership=membership(cast), procedures=None, may_submit=True)
    assert not membership(cast).may_submit


def test_only_with_a_recent_sign_in(cast: Any) -> None:
    url = f"/accounts/members/{membership(cast).pk}/limits"
    answer = cast.client("ramon").post(url, {"scope": "all", "may_submit": "on"})
    assert answer.status_code == 302 and "reauthenticate" in answer["Location"]
    assert not membership(cast).may_submit


@pytest.mark.parametrize("procedures", [[], ["no_such_procedure"], ["trc_individual"]])
def test_a_limit_names_procedures_that_an_organisation_uses(cast: Any, procedures: list[str]) -> None:
    data = {"scope": "some", "procedures": procedures}
    url = f"/accounts/members/{membership(cast).pk}/limits"
    assert cast.client("ramon", new_session=True).post(url, data).status_code == 422
    with pytest.raises(Conflict):
        set_limits(cast.actor("ramon"), membership=membership(cast), procedures=procedures, may_submit=False)
    assert membership(cast).procedures is None


def test_two_representatives_do_not_overwrite_each_other(cast: Any) -> None:
    ramon, sam = cast.actor("ramon"), membership(cast)
    edition = edition_of(limit_values(sam))
    set_limits(ramon, membership=sam, procedures=["visa"], may_submit=False)
    with pytest.raises(Conflict) as refused:
        set_limits(ramon, membership=sam, procedures=None, may_submit=True, edition=edition)
    assert refused.value.code == "changed_since"
    assert membership(cast).procedures == ["visa"]


def test_what_is_saved_unchanged_leaves_no_trace(cast: Any) -> None:
    set_limits(cast.actor("ramon"), membership=membership(cast), procedures=None, may_submit=False)
    assert not Event.objects.filter(act="accounts.set_limits").exists()


def test_a_clerk_who_left_is_given_nothing(cast: Any) -> None:
    sam = membership(cast)
    services.end_membership(cast.actor("ramon"), membership=sam)
    with pytest.raises(Conflict):
        set_limits(cast.actor("ramon"), membership=sam, procedures=None, may_submit=True)
