"""When and to whom the briefing is sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from ancu.apps.accounts.enums import OFFICE_DECIDERS
from ancu.apps.accounts.models import Membership
from ancu.apps.reporting.models import BriefingCopy, BriefingPlan
from ancu.apps.reporting.rules import morning as rules
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.name_order import by_name
from ancu.core.errors import Http404, require


def possible_recipients(actor: Actor) -> list[tuple[int, str]]:
    """Return id and name of the officers of the actor's agency who may read its morning page, by name."""
    members = Membership.objects.filter(
        organisation_id=actor.organisation_id or 0, role__in=OFFICE_DECIDERS, ended_at__isnull=True,
        user__is_active=True,
    )  # fmt: skip
    return by_name(members.values_list("user_id", "user__full_name").distinct())


@dataclass(frozen=True)
class BriefingSetting:
    """The agency's choice of weekdays and recipients, and today's letters: to how many, and when the last was sent."""

    weekdays: Sequence[int]
    recipients: Sequence[int]
    queued: int
    sent_at: datetime | None


def briefing_setting(actor: Actor) -> BriefingSetting:
    """Return the agency's setting for its head; nothing is chosen at first. 404 outside the agencies, else 403."""
    if not actor.is_agency:
        raise Http404
    require(rules.leads_morning(actor))
    agency = actor.organisation_id or 0
    plan = BriefingPlan.objects.filter(agency_id=agency).first()
    copies = list(_copies(agency, clock.today()))
    chosen = list(plan.recipients.order_by("pk").values_list("pk", flat=True)) if plan else []
    sent = max((moment for moment in copies if moment is not None), default=None)
    return BriefingSetting(plan.weekdays if plan else [], chosen, len(copies), sent)


def _copies(agency: int, day: date) -> Sequence[datetime | None]:
    """Return when each of the day's letters was sent; None while it waits."""
    copies = BriefingCopy.objects.filter(agency_id=agency, day=day)
    return list(copies.order_by("pk").values_list("sent_at", flat=True))
