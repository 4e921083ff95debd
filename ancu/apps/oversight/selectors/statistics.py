"""Statistics of each rule: waiting alerts, share confirmed and time to decision by month."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Aggregate, Count, DurationField, ExpressionWrapper, F, Q
from django.db.models.functions import TruncMonth

from ancu.apps.oversight.enums import AlertState, DismissReason
from ancu.apps.oversight.rules.catalogue import RULES
from ancu.apps.oversight.selectors import require_reader, visible_to
from ancu.apps.oversight.selectors.inbox import counts
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Http404
from ancu.engines.rulebook import AlertRule, alert_rule

MONTHS = 12


class Median(Aggregate):
    """Median of durations."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


@dataclass(frozen=True)
class DecisionMonth:
    """Decisions of a month; ``median`` is the time from alert to decision."""

    first: date
    decided: int
    confirmed: int
    median: timedelta

    @property
    def rate(self) -> int:
        """The share of confirmed alerts among those decided in the month, in percent."""
        return round(100 * self.confirmed / self.decided)


@dataclass(frozen=True)
class RuleStatistics:
    """Statistics of one rule: ``waiting`` now, and its months with decisions, newest first."""

    words: AlertRule
    waiting: int
    months: list[DecisionMonth]

    @property
    def needs_review(self) -> bool:
        """Whether too few alerts were confirmed in one of the two latest months that have decisions."""
        return any(falls_short(self.words, month) for month in self.months[:2])

    @property
    def year(self) -> DecisionMonth | None:
        """The decisions of all months together, with the median of the newest month; None without decisions."""
        if not self.months:
            return None
        decided, confirmed = (sum(getattr(month, name) for month in self.months) for name in ("decided", "confirmed"))
        return DecisionMonth(self.months[-1].first, decided, confirmed, self.months[0].median)


def falls_short(words: AlertRule, month: DecisionMonth) -> bool:
    """Whether the share of confirmed alerts in the month is below the rule's minimum, so that the rule needs review.

    The rule states the minimum in percent, and from how many decisions on it counts.
    """
    return month.decided >= words.floor_after and month.confirmed * 100 < words.floor * month.decided


def statistics_of_rules(actor: Actor) -> list[RuleStatistics]:
    """Return the statistics of every rule, counting alerts that the actor may see."""
    require_reader(actor)
    months = _decision_months(actor, Q())
    waiting = counts(actor).by_rule
    today = clock.today()
    return [RuleStatistics(alert_rule(code, today), waiting.get(code, 0), months.get(code, [])) for code in RULES]


def statistics_of_rule(actor: Actor, code: str) -> RuleStatistics:
    """Return the statistics of a rule; 404 for an unknown code."""
    require_reader(actor)
    if code not in RULES:
        raise Http404
    words = alert_rule(code, clock.today())
    return RuleStatistics(
        words, counts(actor).by_rule.get(code, 0), _decision_months(actor, Q(rule=code)).get(code, [])
    )


def _decision_months(actor: Actor, which: Q) -> dict[str, list[DecisionMonth]]:
    """Return the number of decided and confirmed alerts and the median time to decide, by rule, for each month.

    The last twelve months, newest first; only alerts that match ``which`` and are visible to the actor.
    """
    since = clock.local(clock.now()).replace(day=1, hour=0, minute=0, second=0, microsecond=0) - timedelta(days=340)
    decided = visible_to(actor).filter(which, decided_at__gte=since.replace(day=1)).order_by()
    duration = ExpressionWrapper(F("decided_at") - F("raised_at"), output_field=DurationField())
    rows: Any = decided.annotate(month=TruncMonth("decided_at", tzinfo=clock.VIETNAM)).values("rule", "month").annotate(
        decided=Count("id"), confirmed=Count("id", filter=Q(state=AlertState.CONFIRMED)), median=Median(duration)
    )  # fmt: skip
    months_by_rule: dict[str, list[DecisionMonth]] = {}
    for row in rows.order_by("rule", "-month"):
        month = DecisionMonth(row["month"].date(), row["decided"], row["confirmed"], row["median"])
        months_by_rule.setdefault(row["rule"], []).append(month)
    return months_by_rule


def dismissal_reasons(actor: Actor, code: str) -> list[tuple[str, int]]:
    """Return (reason, number) of the alerts of the rule dismissed within a year, the most frequent first."""
    since = clock.now() - timedelta(days=365)
    own = visible_to(actor).filter(rule=code, state=AlertState.DISMISSED, decided_at__gte=since).order_by()
    rows = own.values_list("dismissed_for").annotate(number=Count("id")).order_by("-number", "dismissed_for")
    return [(str(DismissReason(code).label), number) for code, number in rows]
