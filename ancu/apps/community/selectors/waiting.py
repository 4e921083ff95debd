"""What a programme's keeper is asked to do, and what he may choose from."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from ancu.apps.community.enums import SelectionState
from ancu.apps.community.models import Line, Programme
from ancu.apps.community.selectors import ledger, planning
from ancu.apps.community.selectors.reconciling import is_open
from ancu.core import clock
from ancu.core.actor import Actor


@dataclass(frozen=True, slots=True)
class Waits:
    """How much of each kind waits; the page leads to where it is done."""

    unconfirmed: int
    disputed: int
    pledges: int
    overdue: int
    lines: int
    selections: int
    photos: int


def waits(programme: Programme) -> Waits:
    open_pledges = planning.waited_for(programme)
    today = clock.today()
    return Waits(
        unconfirmed=ledger.unconfirmed(programme),
        disputed=ledger.disputed(programme),
        pledges=len(open_pledges),
        overdue=sum(one.due_on < today for one in open_pledges),
        lines=Line.objects.filter(is_open(), programme=programme).count(),
        selections=programme.selections.exclude(state=SelectionState.APPROVED).count(),
        photos=programme.photos.filter(public=False, file__isnull=False).count(),
    )


def choices(actor: Actor, programme: Programme, act: str) -> dict[str, Any]:
    """For the fields of an act's form that are chosen from."""
    found: dict[str, Any] = {"item": ledger.items_to_choose(programme)}
    if act == "gift":
        found["pledge"] = [("", _("For none")), *((one.pk, _pledge(one)) for one in planning.waited_for(programme))]
    if act == "handover":
        found["unit"] = [("", _("Please choose")), *ledger.units_to_choose(actor)]
        found["recipient"] = [("", _("Nobody who was chosen")), *ledger.recipients_to_choose(programme)]
    return found


def _pledge(pledge: Any) -> str:
    return f"{pledge.donor.name}: {planning.promise(pledge).rest:,} {pledge.item.name} ({pledge.reference})"
