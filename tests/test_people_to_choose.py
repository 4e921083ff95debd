"""Wherever a person is chosen from a list, the list is in the order of Vietnamese names."""

from collections.abc import Callable

import pytest

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.selectors import possible_delegates
from ancu.apps.accounts.tests.factories import make_member, make_user
from ancu.apps.audit.selectors import people
from ancu.apps.dossiers.selectors.officers import colleagues
from ancu.apps.listening.selectors.officers import officers_to_choose
from ancu.apps.lodging.tests.factories import World
from ancu.apps.oversight.selectors.planning import eligible_officers
from ancu.core.actor import Actor

pytestmark = pytest.mark.django_db
IN_ORDER = ["Trần Văn An", "Lê Thị Ánh", "Bùi Văn Dũng", "Bùi Thị Đào", "Đinh Thị Đào", "Hà Thị Yến"]


def officers_of_petitions(_actor: Actor) -> list[tuple[int, str]]:
    return officers_to_choose()


def stand_ins(actor: Actor) -> list[tuple[int, str]]:
    return [(mate.pk, mate.user.full_name) for mate in possible_delegates(actor)]


@pytest.mark.parametrize(
    ("names_for", "persona", "role"),
    [
        (officers_of_petitions, "olga", Role.AREA_OFFICER),
        (eligible_officers, "olga", Role.AREA_OFFICER),
        (stand_ins, "olga", Role.AREA_OFFICER),
        (people, "rosa", Role.AREA_OFFICER),
        (colleagues, "rosa", Role.ASSESSING_OFFICER),
    ],
)
def test_people_to_choose_are_ordered_by_given_name(
    world: World, names_for: Callable[[Actor], list[tuple[int, str]]], persona: str, role: Role
) -> None:
    actor = world.actor(persona)
    agency = world.users[persona].memberships.get().organisation
    for name in sorted(IN_ORDER):
        make_member(make_user(name), agency, role)
    names = [label.split(" · ")[0] for _pk, label in names_for(actor)]
    assert [name for name in names if name in IN_ORDER] == IN_ORDER
