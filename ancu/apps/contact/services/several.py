"""What the head of unit does with several urgent reports at once, from the task page."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ancu.apps.contact.models import UrgentReport
from ancu.apps.contact.selectors.reports import colleagues_to_assign
from ancu.apps.contact.selectors.task_groups import ASSIGN
from ancu.apps.contact.services.reports import assign_report
from ancu.core.actor import Actor
from ancu.core.registry.task_groups import BulkAct
from ancu.core.templatetags.ui import counted


def _assign(actor: Actor, report_id: str, choice: str) -> UrgentReport:
    """Name the officer who answers a report."""
    return assign_report(actor=actor, report_id=int(report_id), officer_id=int(choice))


def _officers(actor: Actor) -> list[tuple[str, str]]:
    """Return id and name of the colleagues who may be given reports."""
    return [(str(pk), name) for pk, name in colleagues_to_assign(actor)]


def _assigned(number: int) -> str:
    """Return the sentence after reports were assigned."""
    return counted("%(n)s report has its officer.", "%(n)s reports have their officer.", number)


ASSIGN_REPORTS = BulkAct(
    ASSIGN, pgettext_lazy("reports", "Assign to"), _("The officer is notified of each report."), _assigned, _assign,
    hotkey="a", icon="user", choices=_officers,
)  # fmt: skip
