"""Every rule by its code, in the order of the rulebook."""

from ancu.apps.oversight.rules import overstay
from ancu.apps.oversight.rules.facts import Rule

RULES: dict[str, Rule] = {one.RULE.code: one.RULE for one in (overstay,)}
