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


def thresholds_in_force(code: str, on: date) -> ThresholdsInForce:
    """Return the text and thresholds of the alert rule ``code`` that are in force on the day."""
    return all_thresholds_in_force(on, [code])[code]


def all_thresholds_in_force(on: date, codes: Sequence[str] = ()) -> dict[str, ThresholdsInForce]:
    """Return, by rule, the words and thresholds in force on the day; of all rules without ``codes``.

    The thresholds are the office's newest for that day's words, otherwise the rulebook's own.
    """
    rule_codes = list(codes or RULES)
    chosen = Thresholds.objects.filter(rule__in=rule_codes, valid_from__lte=on).order_by(
        "rule", "words", "-valid_from", "-id"
    )
    own = {(thresholds.rule, thresholds.words): thresholds for thresholds in chosen.distinct("rule", "words")}
    return {code: _thresholds_of(alert_rule(code, on), own) for code in rule_codes}


def _thresholds_of(words: AlertRule, own: dict[tuple[str, str], Thresholds]) -> ThresholdsInForce:
    """Return the thresholds that the office set for this version of the rule, otherwise the rulebook's.

    ``own`` has what the office set, by (rule, version). Values that are no longer valid are ignored.
    """
    chosen = own.get((words.code, words.version))
    if chosen is None or words.problems_of(chosen.values):
        return ThresholdsInForce(words, words.version, words.values)
    return ThresholdsInForce(words, f"{words.version}{JOINED}{chosen.pk}", chosen.values)


def thresholds_of_version(code: str, version: str) -> ThresholdsInForce:
    """Return the words and thresholds of the rule in a version that is stored with an alert."""
    words = words_of_version(code, version)
    _words, joined, number = version.partition(JOINED)
    values = Thresholds.objects.get(pk=number).values if joined else words.values
    return ThresholdsInForce(words, version, values)


def words_of_version(code: str, version: str) -> AlertRule:
    """Return the rule's words (title, sentence, article) of a version that is stored with an alert."""
    return alert_rule_version(code, version.partition(JOINED)[0])


def history(code: str) -> list[Thresholds]:
    """Return the rule's thresholds that the office set, the newest first."""
    return list(Thresholds.objects.filter(rule=code).select_related("decided_by").order_by("-valid_from", "-id"))
