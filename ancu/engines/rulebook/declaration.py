"""How soon a lodging must declare a foreign guest, and whether it did.

Two limits exist side by side: by electronic means at once on arrival (an office adds a tolerance, because
nobody types in the same second), by paper form within 12 hours, or 24 in a remote area. The law in force
on the day of arrival is the one that counts. All times are those of Viet Nam.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from functools import cache

from ancu.engines.rulebook.loader import NotInForce, RuleVersion, rules

# Viet Nam has been at UTC+7, without summer time, for longer than any rule here has existed; a fixed offset
# needs no time-zone files and compares faster.
VIET_NAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
ONE_DAY = timedelta(days=1)
ONE_MINUTE = timedelta(minutes=1)
RULES = ("declaration.electronic", "declaration.paper")


@dataclass(frozen=True, slots=True)
class DeclarationLimit:
    """The time allowed from arrival: `hours` by law, plus `tolerance_hours` granted by the office.

    `id` and `version` together name the rule that was applied, to be kept with the judgement.
    """

    id: str
    version: str
    hours: int
    tolerance_hours: int
    article_vi: str
    article_en: str
    valid_from: date
    valid_until: date | None
    confidence: str

    @property
    def allowed(self) -> timedelta:
        """How long after arrival a declaration is still on time, the office's tolerance included."""
        return timedelta(hours=self.hours + self.tolerance_hours)


@dataclass(frozen=True, slots=True)
class Lateness:
    """A judgement. `due_at` is the last moment in time; `minutes_late` are whole minutes after it, else 0."""

    late: bool
    minutes_late: int
    due_at: datetime
    limit: DeclarationLimit


@cache
def declaration_limit(on: date, channel: str, remote: bool) -> DeclarationLimit:
    """Return how soon a guest who arrived on this day must be declared.

    `channel` is `web`, `file`, `photo`, `api`, `command` (electronic) or `paper`; `remote` is whether the place was a
    remote area that day. Raises ValueError for another channel, NotInForce for a day before the law.
    """
    shapes: set[str] = set()
    for rule_id in RULES:
        for version in rules()[rule_id].versions:
            shapes.update(version.values["channels"])
            if version.covers(on) and channel in version.values["channels"]:
                return _limit(version, remote)
    if channel in shapes:
        raise NotInForce(f"no declaration limit for {channel} on {on.isoformat()}")
    raise ValueError(f"unknown channel {channel!r}; one of {sorted(shapes)}")


def article_of(limit: str, language: str) -> str:
    """Return the article of the law behind the deadline stored with a declaration, in this language.

    The deadline is stored as rule id and version (`id version`). Empty if the rulebook no longer has it.
    """
    version = _version_of(limit)
    return getattr(version, f"article_{language}") if version else ""


def tolerance_of(limit: str) -> int:
    """Return the office's tolerance, in hours, in the deadline stored with a declaration.

    The deadline is stored as rule id and version (`id version`); 0 if the rulebook no longer has it.
    """
    version = _version_of(limit)
    return int(version.values["tolerance_hours"]) if version else 0


def _version_of(limit: str) -> RuleVersion | None:
    """Return the rule version that a recorded limit (`id version`) names; None if the rulebook lacks it."""
    rule_id, _space, name = limit.partition(" ")
    rule = rules().get(rule_id)
    return next((version for version in rule.versions if version.version == name), None) if rule else None


def judge_lateness(
    *,
    arrived_on: date,
    arrived_at: datetime | None,
    declared_at: datetime,
    channel: str,
    remote: bool,
) -> Lateness:
    """Judge whether one declaration was late; LatenessJudge judges many with the same `declared_at`.

    With `arrived_at` the time runs from there (and `arrived_on` is ignored). When only the date is known, the lodging
    has the benefit of the doubt: the arrival counts as the end of that day, or as the declaration itself if it came
    before. Arrivals are recorded to the minute, so lateness begins with the first whole minute. Raises ValueError for
    a time without zone.
    """
    return LatenessJudge(channel, remote, declared_at)(arrived_on, arrived_at)


class LatenessJudge:
    """Judges the rows of one batch, which share channel, place and moment of declaration.

    Call it with the date of arrival, and the time if known. The answer for a date is computed once.
    """

    __slots__ = ("_by_date", "_declared_at", "channel", "remote")

    def __init__(self, channel: str, remote: bool, declared_at: datetime) -> None:
        self.channel = channel
        self.remote = remote
        self._declared_at = _local(declared_at)
        self._by_date: dict[date, Lateness] = {}

    def __call__(self, arrived_on: date, arrived_at: datetime | None = None) -> Lateness:
        if arrived_at is not None:
            return self._judge(_local(arrived_at))
        judged = self._by_date.get(arrived_on)
        if judged is None:
            judged = self._by_date[arrived_on] = self._judge(self._deemed_arrival(arrived_on), arrived_on)
        return judged

    def _deemed_arrival(self, arrived_on: date) -> datetime:
        """Return when a guest counts as arrived if only the day is known.

        That is the end of the day, or the moment of declaration if it is earlier.
        """
        begins = datetime.combine(arrived_on, time.min, VIET_NAM)
        return max(begins, min(begins + ONE_DAY, self._declared_at))

    def _judge(self, arrived: datetime, arrived_on: date | None = None) -> Lateness:
        """Return whether, and by how many minutes, the declaration was late for an arrival at this moment.

        ``arrived_on`` is the day whose limit counts, by default that of ``arrived``.
        """
        limit = declaration_limit(arrived_on or arrived.date(), self.channel, self.remote)
        due_at = arrived + limit.allowed
        minutes = max(0, (self._declared_at - due_at) // ONE_MINUTE)
        return Lateness(late=minutes > 0, minutes_late=minutes, due_at=due_at, limit=limit)


def _local(moment: datetime) -> datetime:
    """Return the moment in Viet Nam's time. Raises ValueError for a time without zone."""
    if moment.tzinfo is None:
        raise ValueError("a time without time zone cannot be judged")
    return moment.astimezone(VIET_NAM)


def _limit(version: RuleVersion, remote: bool) -> DeclarationLimit:
    """Return the time limit that a rule version sets for declarations; ``remote`` areas have another one."""
    return DeclarationLimit(
        id=version.rule,
        version=version.version,
        hours=version.values["hours_remote" if remote else "hours"],
        tolerance_hours=version.values["tolerance_hours"],
        article_vi=version.article_vi,
        article_en=version.article_en,
        valid_from=version.valid_from,
        valid_until=version.valid_until,
        confidence=version.confidence,
    )
