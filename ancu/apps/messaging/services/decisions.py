"""Notify an officer what a colleague decided on a proposal."""

from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from ancu.apps.accounts.models import User
from ancu.apps.messaging.services.in_app import DECISION
from ancu.apps.messaging.services.notifications import notify
from ancu.core import clock
from ancu.core.actor import Actor

APPROVED = pgettext_lazy("decision", "Approved")
NOT_APPROVED = pgettext_lazy("decision", "Not approved")
RETURNED = pgettext_lazy("decision", "Returned for correction")
ANSWERED = pgettext_lazy("decision", "Answered")
ENDED = pgettext_lazy("decision", "Ended")
REFUSED = pgettext_lazy("decision", "Refused")
TEMPLATE = "messaging/letters/decision.txt"


def notify_decision(
    *,
    actor: Actor,
    asked_by_id: int | None,
    outcome: str | Promise,
    matter: str | Promise,
    name: str = "",
    subject: tuple[str, object],
    path: str,
    has_reason: bool = False,
    decided_at: datetime | None = None,
) -> None:
    """Notify the proposer in the transaction of the decision; call it once for each decision.

    ``matter`` and ``name`` appear in the subject line: a number, a place or a month, never personal data. ``path`` is
    the page that shows the decision, with its reason if ``has_reason``. A job that may run twice passes
    ``decided_at``. Nobody is notified of their own decision, nor after the account ended.
    """
    reader = User.objects.filter(pk=asked_by_id or 0, is_active=True).exclude(pk=actor.user_id or 0).first()
    if reader is None:
        return
    kind, subject_id = subject
    notify(
        actor=actor,
        to=reader,
        key=f"decision:{kind}:{subject_id}:{decided_at or clock.now():%Y%m%d%H%M%S%f}",
        template=TEMPLATE,
        subject=(f"{kind}{DECISION}", subject_id),
        context={"outcome": outcome, "matter": matter, "name": name, "path": path, "has_reason": has_reason},
    )
