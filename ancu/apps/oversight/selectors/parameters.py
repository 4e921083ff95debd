"""By which thresholds a rule judges on a day, and by which it judged then."""

from dataclasses import dataclass
from datetime import date

from ancu.apps.oversight.rules.facts import Parameters
from ancu.engines.rulebook import AlertRule, alert_rule, alert_rule_version


@dataclass(frozen=True)
class InForce:
    """The words of the rule and its thresholds; ``version`` names both, and is kept with each alert."""

    words: AlertRule
    version: str
    values: Parameters


def in_force(code: str, on: date) -> InForce:
    words = alert_rule(code, on)
    return InForce(words, words.version, words.values)


def as_of_version(code: str, version: str) -> InForce:
    """What an alert was judged by."""
    words = alert_rule_version(code, version)
    return InForce(words, version, words.values)
