"""What an officer does with several dossiers at once, from the task page."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ancu.apps.accounts.selectors import get_user
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.selectors.office import get_office_dossier
from ancu.apps.dossiers.selectors.officers import colleagues
from ancu.apps.dossiers.selectors.tasks import ASSIGN, TAKE
from ancu.apps.dossiers.services.assigning import assign
from ancu.core.actor import Actor
from ancu.core.registry.task_groups import BulkAct
from ancu.core.templatetags.ui import counted


def take(actor: Actor, number: str, _choice: str = "") -> Dossier:
    """Assign a dossier without an officer to the actor; Conflict if somebody else has taken it."""
    return assign(actor, dossier=get_office_dossier(actor, number), to=get_user(actor.user_id or 0), shown_officer="")


def _done(number: int) -> str:
    """Return the sentence after dossiers were assigned."""
    return counted("%(n)s dossier is assigned to you.", "%(n)s dossiers are assigned to you.", number)


def _assign(actor: Actor, number: str, choice: str) -> Dossier:
    """Assign a dossier to the chosen colleague."""
    return assign(actor, dossier=get_office_dossier(actor, number), to=get_user(int(choice)))


def _colleagues(actor: Actor) -> list[tuple[str, str]]:
    """Return id and name of the officers who may be assigned dossiers of the actor's agency."""
    return [(str(pk), name) for pk, name in colleagues(actor)]


def _assigned(number: int) -> str:
    """Return the sentence after dossiers were assigned to a colleague."""
    return counted("%(n)s dossier has its officer.", "%(n)s dossiers have their officer.", number)


TAKE_DOSSIERS = BulkAct(
    TAKE,
    _("Take the selected dossiers"),
    _("They will stand among your dossiers; colleagues no longer see them as free."),
    _done,
    take,
)
ASSIGN_DOSSIERS = BulkAct(
    ASSIGN, pgettext_lazy("dossiers", "Assign to"), _("They will stand among the dossiers of this colleague."),
    _assigned, _assign, hotkey="a", icon="users", choices=_colleagues,
)  # fmt: skip
