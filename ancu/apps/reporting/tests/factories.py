"""Figures for tests: Olga's commune enters, Dora of the office approves, Anh analyses."""

from dataclasses import dataclass
from datetime import date

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.services import enable_totp
from ancu.apps.accounts.tests.factories import TOTP_SECRET, make_member, make_user
from ancu.apps.lodging.tests.factories import World, make_world
from ancu.apps.reporting.models import Figure
from ancu.apps.reporting.rules.periods import Span, span
from ancu.apps.reporting.rules.values import Amount
from ancu.apps.reporting.services import deciding, entering
from ancu.apps.reporting.services.entering import Entry


@dataclass
class Office:
    """The personas with Dora and Anh, and a month that is over."""

    world: World
    month: Span

    @property
    def unit_id(self) -> int:
        return self.world.units.commune.pk

    def propose(self, code="cases_cleared", part=12, base=None, *, who="olga", month=None, unit_id=None, reason="",
                note="") -> Figure:  # fmt: skip
        entry = Entry(code, unit_id or self.unit_id, Amount(part, base), note, reason)
        entering.propose(actor=self.world.actor(who), month=month or self.month, entries=[entry])
        return Figure.objects.order_by("-pk")[0]

    def approve(self, *figures: Figure) -> None:
        deciding.approve(actor=self.world.actor("dora"), ids=[one.pk for one in figures])

    def approved(self, *args, **named) -> Figure:
        figure = self.propose(*args, **named)
        self.approve(figure)
        figure.refresh_from_db()
        return figure


def staff(world: World) -> World:
    for name, role in (("Dora", Role.APPROVING_OFFICER), ("Anh", Role.ANALYST)):
        if name.lower() not in world.users:
            user = world.users[name.lower()] = make_user(name)
            make_member(user, world.provincial_agency, role)
            enable_totp(user, TOTP_SECRET)
    return world


def make_office() -> Office:
    return Office(staff(make_world()), span("month", date(2026, 3, 1)))
