"""A future leave: the commune's officer delegates to a colleague at the office above."""

from datetime import timedelta

from ancu.apps.accounts.models import Membership
from ancu.apps.accounts.selectors import actor_for
from ancu.apps.accounts.services import delegate
from ancu.core import clock

ABSENT, MATE = "canbo@maichau.example", "canbo@xnc.example"
BEGINS, LASTS = (
    timedelta(days=14),
    timedelta(days=7),
)  # not now: during a delegation the two count as one person for conflicts of interest


def load_delegations() -> dict[str, int]:
    """Delegate an officer's work to a colleague for a leave; return the number of leaves by label."""
    absent, mate = (Membership.objects.select_related("user").get(user__email=email) for email in (ABSENT, MATE))
    first = clock.today() + BEGINS
    delegate(actor_for(absent.user), mate_id=mate.pk, starts_on=first, ends_on=first + LASTS)
    return {"leaves": 1}
