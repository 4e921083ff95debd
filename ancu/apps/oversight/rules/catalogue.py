"""Every rule by its code, in the order of the rulebook."""

from ancu.apps.oversight.rules import (
    declared_late,
    expired_document,
    invalid_document,
    not_checked_out,
    notice_match,
    overstay,
    silent,
    too_many_guests,
    two_places,
    undeclared_found,
)
from ancu.apps.oversight.rules.facts import DetectionRule

MODULES = (
    overstay,
    not_checked_out,
    two_places,
    invalid_document,
    expired_document,
    declared_late,
    silent,
    too_many_guests,
    notice_match,
    undeclared_found,
)
RULES: dict[str, DetectionRule] = {module.RULE.code: module.RULE for module in MODULES}
