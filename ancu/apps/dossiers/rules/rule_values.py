"""What a changed rule may say. One check for pages and services."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ancu.apps.dossiers.enums import RuleKind
from ancu.apps.dossiers.rules.rule_changes import may_end_reason
from ancu.engines.rulebook import LIMIT_RULES, change_problem, passage_problems, visa_symbols

FORM_PREFIX = "form."
CONTEST, POSTAL = LIMIT_RULES


@dataclass(frozen=True)
class TimeLimit:
    """A number of the rulebook that the office may change: its name, and the most that is accepted."""

    label: str | Promise
    most: int


# By rule and the number's name in it.
TIME_LIMITS: Mapping[tuple[str, str], TimeLimit] = {
    (CONTEST, "complaint_days"): TimeLimit(_("Days in which a complaint can be made"), 365),
    (CONTEST, "accept_days"): TimeLimit(_("Days in which a complaint is accepted"), 365),
    (CONTEST, "decide_days"): TimeLimit(_("Days in which a complaint is decided"), 365),
    (CONTEST, "lawsuit_years"): TimeLimit(_("Years in which a lawsuit can be brought"), 10),
    (POSTAL, "days"): TimeLimit(_("Working days in which a passport in the post is expected"), 60),
}
ITEM_REFUSALS: Mapping[str, str | Promise] = {
    "fact": _("The program compares this answer with the law. The form must ask for it as the circular does."),
    "passport": _("This answer is compared with the passport. The form must ask for it as the circular does."),
    "named": _("Other items or documents depend on this answer. The form must ask for it as the circular does."),
    "used": _("Requests for several workers use this answer. The form must ask for it as the circular does."),
    "list": _("A list of people cannot be left out. The form must ask for it as the circular does."),
    "column": _("A column of a list must be asked for as the circular does. You can change its texts."),
    "unknown": _("The form does not have this item or part on that day. Enter another day."),
    "duplicate": _("The form has an item of this name already. Change that item instead."),
    "unconditional": _("The circular sets no condition for this item. Choose another option."),
}
NO_CARD = _("No residence card is issued with this symbol.")
UNSOUND_LETTER = _("The letter cannot be written with this sentence. Check its names in braces.")
NEEDED_REASON = _("The program needs this reason, so it cannot be ended.")


def form_code(rule: str) -> str:
    """Return the code of the form that a rule is about, such as NA5."""
    return rule.removeprefix(FORM_PREFIX)


def value_refusal(rule: str, entry: str, values: Mapping[str, Any], on: date) -> str | Promise:
    """Return in a sentence why a rule cannot be changed so from the day on; empty if it can.

    Raises KeyError for an unknown entry, NotInForce outside the rule's life.
    """
    check = CHECKS.get(RuleKind.of(rule))
    return check(rule, entry, values, on) if check else ""


def _item_refusal(rule: str, entry: str, values: Mapping[str, Any], on: date) -> str | Promise:
    """Return why an item of a form cannot be changed so."""
    problem = change_problem(form_code(rule), entry, values, on)
    return ITEM_REFUSALS[problem] if problem else ""


def _validity_refusal(_rule: str, entry: str, values: Mapping[str, Any], on: date) -> str | Promise:
    """Return why the validity of a symbol's visa and card cannot be changed so."""
    return NO_CARD if values.get("card") and visa_symbols(on)[entry].card_symbol is None else ""


def _sentence_refusal(_rule: str, entry: str, values: Mapping[str, Any], _on: date) -> str | Promise:
    """Return why a sentence of the letters cannot be filled in: it has an unknown name, or lacks a required one."""
    is_sound = not any(passage_problems(entry, str(values.get(language, ""))) for language in ("vi", "en"))
    return "" if is_sound else UNSOUND_LETTER


def _reason_refusal(rule: str, entry: str, values: Mapping[str, Any], _on: date) -> str | Promise:
    """Return why a reason of a list cannot be ended."""
    return NEEDED_REASON if values.get("ended") and not may_end_reason(rule, entry) else ""


Check = Callable[[str, str, Mapping[str, Any], date], str | Promise]
CHECKS: Mapping[RuleKind, Check] = {
    RuleKind.FORM: _item_refusal,
    RuleKind.VALIDITY: _validity_refusal,
    RuleKind.LETTER: _sentence_refusal,
    RuleKind.RETURN_REASON: _reason_refusal,
}
