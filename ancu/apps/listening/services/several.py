"""What an officer does with several petitions at once, from the task page."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ancu.apps.accounts.selectors import agencies
from ancu.apps.listening.models import Petition
from ancu.apps.listening.selectors.task_groups import ASSIGN, SEND_BACK, SIGN
from ancu.apps.listening.services.handling import approve_read, assign, send_back_read
from ancu.core.actor import Actor
from ancu.core.registry.task_groups import BulkAct
from ancu.core.templatetags.ui import counted


def _sign(actor: Actor, value: str, _choice: str) -> Petition:
    """Approve the draft that the list showed."""
    return approve_read(actor, value)


def _signed(number: int) -> str:
    """Return the sentence after answers were approved."""
    return counted("You have signed %(n)s answer.", "You have signed %(n)s answers.", number)


def _send_back(actor: Actor, value: str, reason: str) -> Petition:
    """Return the draft that the list showed, with a reason."""
    return send_back_read(actor, value, reason=reason)


def _sent_back(number: int) -> str:
    """Return the sentence after answers were returned."""
    return counted("You have returned %(n)s answer.", "You have returned %(n)s answers.", number)


def _assign(actor: Actor, number: str, choice: str) -> Petition:
    """Assign the petition to the chosen unit."""
    return assign(actor=actor, number=number, agency_id=int(choice))


def _units(_actor: Actor) -> list[tuple[str, str]]:
    """Return id and name of the units; one that may not answer a petition is refused, with the reason."""
    return [(str(unit.pk), unit.name) for unit in agencies()]


def _assigned(number: int) -> str:
    """Return the sentence after petitions were assigned to a unit."""
    return counted("%(n)s petition has its responsible unit.", "%(n)s petitions have their responsible unit.", number)


SIGN_ANSWERS = BulkAct(
    SIGN,
    _("Sign the answers"),
    _("The answers are sent to the petitioners. This cannot be undone."),
    _signed,
    _sign,
    button=(
        pgettext_lazy("answers", "Sign"),
        pgettext_lazy("answers", "Sign both"),
        pgettext_lazy("answers", "Sign all {n}"),
    ),
)
SEND_ANSWERS_BACK = BulkAct(
    SEND_BACK, pgettext_lazy("answers", "Return for correction"),
    _("The units that drafted the answers read your reason."), _sent_back, _send_back, hotkey="r", icon="edit",
    asks_reason=True,
)  # fmt: skip
ASSIGN_PETITIONS = BulkAct(
    ASSIGN, pgettext_lazy("petitions", "Assign to a unit"), _("The unit is notified of each petition."), _assigned,
    _assign, hotkey="a", icon="users", choices=_units,
)  # fmt: skip
