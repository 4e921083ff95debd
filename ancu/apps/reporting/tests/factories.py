"""Test data: Olga's commune enters figures, Dora of the office approves, Anh analyses."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.services import enable_totp
from ancu.apps.accounts.tests.factories import TOTP_SECRET, make_member, make_user
from ancu.apps.lodging.tests.factories import World, make_world
from ancu.apps.reporting.models import Figure, FigureImport, Period, ReportOrder
from ancu.apps.reporting.rules.periods import Span, span
from ancu.apps.reporting.rules.values import IndicatorAmount
from ancu.apps.reporting.services import deciding, entering, publishing, reports
from ancu.apps.reporting.services.entering import FigureEntry
from ancu.core import clock


@dataclass
class ReportingOffice:
    """The personas including Dora and Anh, and a month that is over."""

    world: World
    month: Span

    @property
    def unit_id(self) -> int:
        return self.world.units.commune.pk

    def propose(self, code="cases_cleared", part=12, base=None, *, who="olga", month=None, unit_id=None, reason="",
                note="") -> Figure:  # fmt: skip
        entry = FigureEntry(code, unit_id or self.unit_id, IndicatorAmount(part, base), note, reason)
        entering.propose(actor=self.world.actor(who), month=month or self.month, entries=[entry])
        return Figure.objects.order_by("-pk")[0]

    def approve(self, *figures: Figure) -> None:
        deciding.approve(actor=self.world.actor("dora"), ids=[figure.pk for figure in figures])

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


def make_office() -> ReportingOffice:
    return ReportingOffice(staff(make_world()), span("month", date(2026, 3, 1)))


def scene_addresses(world: World) -> dict[str, dict[str, Any]]:
    """A year with a closed and published month, a report, and a pending import of Olga's."""
    office = ReportingOffice(staff(world), span("month", date(2026, 1, 1)))
    office.approved(part=12)
    office.propose(part=14, reason="Một vụ được tính thiếu.")
    dora = world.actor("dora")
    Period.objects.filter(kind="month").update(closed_at=clock.now(), closed_by=dora.user_id)
    publishing.publish(actor=dora, year=2026)
    report = reports.make(actor=dora, period=office.month)
    order = ReportOrder.objects.create(year=2026, asked_at=clock.now(), asked_by_id=dora.user_id)
    file = FigureImport.objects.create(
        agency=world.commune_agency, rows=[], problems=[{"line": 3, "wrong": "?", "read": []}], made_at=clock.now(),
        made_by=world.users["olga"],
    )  # fmt: skip
    own = {"code": "cases_cleared", "unit_id": office.unit_id, "key": "2026-01", "pk": report.pk, "kind": "pdf"}
    return {
        "/results/": {"year": 2026, "code": "cases_cleared", "key": "crime"},
        "/office/results/": own,
        "/office/results/morning/": {"kind": "alerts", "pk": 1},
        "/office/results/morning/charts/": {"key": "trend", "kind": "csv"},
        "/office/results/imports/": {"pk": file.pk},
        "/office/results/publish/": {"pk": order.pk},
    }
