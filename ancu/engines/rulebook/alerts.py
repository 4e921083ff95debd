"""The office's alert rules: words, article and parameters by version.

The words are data, as all of the rulebook: what the alert says, and what would make it false. How the facts are found
and judged is the oversight app's; an office may put other values in force there, after a replay.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from ancu.engines.rulebook.loader import RuleVersion, as_of, rules

PREFIX = "alert."


@dataclass(frozen=True, slots=True)
class Parameter:
    """A whole number that moves the rule's threshold, between `least` and `most`."""

    name: str
    value: int
    least: int
    most: int
    name_vi: str
    name_en: str


@dataclass(frozen=True, slots=True)
class AlertRule:
    """One rule. `sentence` has places in braces for the facts; `floor` is the share of decided alerts, in per cent,
    that must be confirmed once `floor_after` of a month were decided, or the rule asks to be reviewed."""

    code: str
    version: str
    title_vi: str
    title_en: str
    sentence_vi: str
    sentence_en: str
    false_vi: str
    false_en: str
    article_vi: str
    article_en: str
    source_vi: str
    source_en: str
    confidence: str
    valid_from: date
    floor: int
    floor_after: int
    parameters: tuple[Parameter, ...]

    @property
    def values(self) -> Mapping[str, int]:
        """The values of the rule's parameters by name."""
        return {parameter.name: parameter.value for parameter in self.parameters}

    def problems_of(self, values: Mapping[str, int]) -> list[str]:
        """Return the names of parameters that ``values`` lacks, does not know or has out of bounds, sorted."""
        parameters_by_name = {parameter.name: parameter for parameter in self.parameters}
        odd = set(parameters_by_name) ^ set(values)
        outside = {
            name
            for name in set(parameters_by_name) & set(values)
            if not parameters_by_name[name].least <= values[name] <= parameters_by_name[name].most
        }
        return sorted(odd | outside)


@cache
def alert_codes() -> tuple[str, ...]:
    """Return the codes of all alert rules, in the order of the data file."""
    return tuple(name.removeprefix(PREFIX) for name in rules() if name.startswith(PREFIX))


@cache
def alert_rule(code: str, on: date) -> AlertRule:
    """Return the alert rule in force that day.

    Raises KeyError for an unknown code, RulebookError for contradictory data.
    """
    version = as_of(PREFIX + code, on)
    return _rule(code, version)


@cache
def alert_rule_version(code: str, version: str) -> AlertRule:
    """Return a version of an alert rule by the rule's code and the version's name.

    Raises KeyError if there is no such version.
    """
    version_in_force = next(
        (candidate for candidate in rules()[PREFIX + code].versions if candidate.version == version), None
    )
    if version_in_force is None:
        raise KeyError(version)
    return _rule(code, version_in_force)


def _rule(code: str, version: RuleVersion) -> AlertRule:
    """Return the alert rule of a version. Raises RulebookError for contradictory data."""
    values = version.values
    parameters = tuple(Parameter(**raw) for raw in values["parameters"])
    version.require_sound(_problems(parameters, values))
    return AlertRule(
        code=code,
        version=version.version,
        title_vi=version.title_vi,
        title_en=version.title_en,
        article_vi=version.article_vi,
        article_en=version.article_en,
        source_vi=version.source_vi,
        source_en=version.source_en,
        confidence=version.confidence,
        valid_from=version.valid_from,
        parameters=parameters,
        **{name: values[name] for name in (*WORDS, "floor", "floor_after")},
    )


WORDS = ("sentence_vi", "sentence_en", "false_vi", "false_en")


def _problems(parameters: tuple[Parameter, ...], values: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each fault in an alert rule's data: a missing text or a value out of bounds."""
    outside = [parameter.name for parameter in parameters if not parameter.least <= parameter.value <= parameter.most]
    problems = [f"{name} is outside its bounds" for name in outside]
    problems += [f"{name} is missing" for name in WORDS if not values.get(name)]
    if not 0 <= values["floor"] <= 100 or values["floor_after"] < 1:
        problems.append("floor is no share in per cent")
    return problems
