"""By which thresholds a rule judges on a day, and by which it judged then."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ancu.apps.oversight.models import Thresholds
from ancu.apps.oversight.rules.catalogue import RULES
from ancu.apps.oversight.rules.facts import Parameters
from ancu.engines.rulebook import AlertRule, alert_rule, alert_rule_version

JOINED = "+"  # a version reads 1, or 1+7 where the office's own thresholds number 7 stand beside the rulebook's words


@dataclass(frozen=True)
class InForce:
    """The words of the rule and its thresholds; ``version`` names both, and is kept with each alert."""

    words: AlertRule
    version: str
    values: Parameters


def in_force(code: str, on: date) -> InForce:
    return all_in_force(on, [code])[code]


def all_in_force(on: date, codes: Sequence[str] = ()) -> dict[str, InForce]:
    """Of these rules, else of each: the office's newest thresholds for the words of that day, or the rulebook's own."""
    wanted = list(codes or RULES)
    chosen = Thresholds.objects.filter(rule__in=wanted, valid_from__lte=on).order_by(
        "rule", "words", "-valid_from", "-id"
    )
    own = {(one.rule, one.words): one for one in chosen.distinct("rule", "words")}
    return {code: _in_force(alert_rule(code, on), own) for code in wanted}


def _in_force(words: AlertRule, own: dict[tuple[str, str], Thresholds]) -> InForce:
    chosen = own.get((words.code, words.version))
    if chosen is None or words.problems_of(chosen.values):
        return InForce(words, words.version, words.values)
    return InForce(words, f"{words.version}{JOINED}{chosen.pk}", chosen.values)


def as_of_version(code: str, version: str) -> InForce:
    """What an alert was judged by."""
    words = words_of_version(code, version)
    _words, joined, number = version.partition(JOINED)
    values = Thresholds.objects.get(pk=number).values if joined else words.values
    return InForce(words, version, values)


def words_of_version(code: str, version: str) -> AlertRule:
    """The rulebook's part of a version."""
    return alert_rule_version(code, version.partition(JOINED)[0])


def history(code: str) -> list[Thresholds]:
    """What the office put in force, newest first."""
    return list(Thresholds.objects.filter(rule=code).select_related("decided_by").order_by("-valid_from", "-id"))
