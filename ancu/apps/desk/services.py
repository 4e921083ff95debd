"""Search with audit, and the daily letter with counts only."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from ancu.apps.accounts.enums import ProposalState
from ancu.apps.accounts.models import Delegation, RightsProposal, User
from ancu.apps.accounts.selectors import actor_for
from ancu.apps.audit.services import record_look
from ancu.apps.desk import selectors
from ancu.apps.messaging import rules as messaging
from ancu.apps.messaging.enums import EmailTiming
from ancu.apps.messaging.selectors import in_app
from ancu.apps.messaging.services import notify, notify_decision
from ancu.apps.messaging.services.decisions import APPROVED, NOT_APPROVED
from ancu.core import clock
from ancu.core.actor import Actor, system
from ancu.core.registry.task_groups import task_groups

DAY = timedelta(days=1)


def search(*, actor: Actor, text: str) -> selectors.Search:
    """Search, and record the ids of the people shown; the search text is not stored."""
    results = selectors.search(actor, text)
    people_by_kind: dict[str, Any] = {
        group.kind: list(group.people) for group in results.groups if group.people and group.kind
    }
    if people_by_kind:
        count = sum(map(len, people_by_kind.values()))
        record_look(actor, ("desk.search", "all"), reason="", count=count, **people_by_kind)
    return results


def send_digests() -> int:
    """Send one letter a day to subscribers with news; return the number of letters. It may run twice a day."""
    sent = 0
    for user in in_app.daily_readers():
        with transaction.atomic():
            sent += _send_digest(user)
    return sent


def _send_digest(user: User) -> bool:
    """Send a user the numbers of the last day's notifications, by kind, and of tasks; return whether any exist."""
    news = in_app.unread_since(user, clock.now() - DAY)
    with override(user.language):
        lines = [(str(messaging.kinds()[kind].label), number) for kind, number in sorted(news.items())]
    waiting = _task_count(user)
    if not lines and not waiting:
        return False
    notify(
        actor=system("desk.digest"),
        to=user,
        key=f"digest:{clock.today().isoformat()}",
        template="desk/letters/digest.txt",
        subject=("digest", user.pk),
        context={"news": lines, "waiting": waiting, "path": reverse("home")},
    )
    return True


def _task_count(user: User) -> int:
    """Return the number of the user's tasks; zero for a user who did not ask to be notified of them."""
    if in_app.preference(user, in_app.WAITING).email != EmailTiming.DAILY:
        return 0
    return sum(pile.total for pile in task_groups(actor_for(user)))


def notify_stand_in(delegation_id: int) -> None:
    """Notify the colleague to whom a membership was delegated of the first and last day."""
    delegations = Delegation.objects.select_related("delegate__user", "membership__user", "membership__organisation")
    delegation = delegations.filter(pk=delegation_id, revoked_at=None).first()
    if delegation is None:
        return
    notify(
        actor=system("desk.tell_stand_in"),
        to=delegation.delegate.user,
        key=f"delegation:{delegation.pk}",
        template="desk/letters/stand_in.txt",
        subject=("delegation", delegation.pk),
        context={"from": delegation.starts_on, "until": delegation.ends_on, "path": reverse("accounts:leave")},
    )


def notify_proposer(proposal_id: int) -> None:
    """Notify the proposer of a change to an officer's rights of another administrator's decision on it.

    The officer is not named.
    """
    proposal = RightsProposal.objects.get(pk=proposal_id)
    if proposal.state in {ProposalState.CONFIRMED, ProposalState.REFUSED} and proposal.decided_at:
        notify_decision(
            actor=system("desk.tell_proposer"), asked_by_id=proposal.proposed_by_id,
            outcome=APPROVED if proposal.state == ProposalState.CONFIRMED else NOT_APPROVED,
            matter=_("change to the rights of an officer, no."), name=str(proposal.pk), subject=("rights", proposal.pk),
            path=reverse("administration:proposals"), decided_at=proposal.decided_at,
        )  # fmt: skip
