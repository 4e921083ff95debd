"""What an officer does with several planned inspections at once, from the task page."""

from datetime import date

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ancu.apps.oversight.models import PlannedVisit
from ancu.apps.oversight.selectors.task_groups import POSTPONE
from ancu.apps.oversight.services.planning import move_visit
from ancu.core.actor import Actor
from ancu.core.registry.task_groups import BulkAct
from ancu.core.templatetags.ui import counted


def _move(actor: Actor, plan_id: str, choice: str) -> PlannedVisit:
    """Move a planned inspection to the chosen day."""
    return move_visit(actor, plan_id=int(plan_id), day=date.fromisoformat(choice))


def _moved(number: int) -> str:
    """Return the sentence after inspections were moved."""
    return counted("%(n)s inspection is moved to another day.", "%(n)s inspections are moved to another day.", number)


POSTPONE_VISITS = BulkAct(
    POSTPONE, pgettext_lazy("inspections", "Move to another day"),
    _("They are carried out on the day that you choose."), _moved, _move, hotkey="m", icon="calendar", asks_day=True,
)  # fmt: skip
