"""Thresholds of a rule on a day, and of an earlier version."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ancu.apps.oversight.models import Thresholds
from ancu.apps.oversight.rules.catalogue import RULES
from ancu.apps.oversight.rules.facts import Parameters
from ancu.engines.rulebook import AlertRule, alert_rule, alert_rule_version

JOINED = "+"  # version 1 is the rulebook's; 1+7 is the rulebook's with the office's thresholds number 7


@dataclass(frozen=True)
class ThresholdsInForce:
    """A rule's words and thresholds; ``version`` identifies both and is stored with each alert."""

    words: AlertRule
    version: str
    values: Parameters


def in_force(code: str, on: date) -> ThresholdsInForce:
    return all_in_force(on, [code])[code]


def all_in_force(on: date, codes: Sequence[str] = ()) -> dict[str, ThresholdsInForce]:
    """For the given rules, or all: the office's newest thresholds for that day's words, or the rulebook's own."""
    rule_codes = list(codes or RULES)
    chosen = Thresholds.objects.filter(rule__in=rule_codes, valid_from__lte=on).order_by(
        "rule", "words", "-valid_from", "-id"
    )
    own = {(thresholds.rule, thresholds.words): thresholds for thresholds in chosen.distinct("rule", "words")}
    return {code: _in_force(alert_rule(code, on), own) for code in rule_codes}


def _in_force(words: AlertRule, own: dict[tuple[str, str], Thresholds]) -> ThresholdsInForce:
    chosen = own.get((words.code, words.version))
    if chosen is None or words.problems_of(chosen.values):
        return ThresholdsInForce(words, words.version, words.values)
    return ThresholdsInForce(words, f"{words.version}{JOINED}{chosen.pk}", chosen.values)


def as_of_version(code: str, version: str) -> ThresholdsInForce:
    """The words and thresholds of a stored version."""
    words = words_of_version(code, version)
    _words, joined, number = version.partition(JOINED)
    values = Thresholds.objects.get(pk=number).values if joined else words.values
    return ThresholdsInForce(words, version, values)


def words_of_version(code: str, version: str) -> AlertRule:
    """The rulebook's part of the version."""
    return alert_rule_version(code, version.partition(JOINED)[0])


def history(code: str) -> list[Thresholds]:
    """The thresholds set by the office, newest first."""
    return list(Thresholds.objects.filter(rule=code).select_related("decided_by").order_by("-valid_from", "-id"))
