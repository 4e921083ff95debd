"""The title of an alert in a list of tasks: who or which lodging, what is wrong, and how much."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from ancu.apps.oversight.models import Alert
from ancu.apps.oversight.selectors.words import FACTS_TO_DATE, guest_of, title_of
from ancu.core import clock
from ancu.core.templatetags.ui import counted, day_short

Facts = Mapping[str, Any]
ABOUT_LODGINGS = ("declared_late", "silent", "too_many_guests", "undeclared_found")


def short_title(alert: Alert) -> str:
    """Return the alert's title; without evidence, or for an unknown rule, the rule's name and whom it is about."""
    of = subject_of(alert)
    words = TITLES.get(alert.rule)
    if not alert.evidence or words is None:
        return f"{of}: {title_of(alert.rule)}"
    to_date = FACTS_TO_DATE.get(alert.rule)
    return words(of, {**alert.evidence, **(to_date(alert) if to_date else {})})


def subject_of(alert: Alert) -> str:
    """Return whom the alert is about: its lodging or its guest."""
    return alert.establishment.name if alert.rule in ABOUT_LODGINGS else guest_of(alert)


def _day(facts: Facts, name: str) -> str:
    """Return a date of the evidence as dd/mm."""
    return day_short(date.fromisoformat(facts[name]))


def _overstay(of: str, facts: Facts) -> str:
    """Return the title of an overstay, with its days."""
    return counted("%(who)s: overstayed by %(n)s day", "%(who)s: overstayed by %(n)s days", facts["days"], who=of)


def _silence(of: str, facts: Facts) -> str:
    """Return the title of a silent lodging, with the days without arrivals up to today."""
    days = (clock.today() - date.fromisoformat(facts["last"])).days
    return counted("%(who)s: no arrivals for %(n)s day", "%(who)s: no arrivals for %(n)s days", days, who=of)


def _late(of: str, facts: Facts) -> str:
    """Return the title of late declarations, with their number."""
    return counted("%(who)s: %(n)s late declaration", "%(who)s: %(n)s late declarations", facts["guests"], who=of)


def _undeclared(of: str, facts: Facts) -> str:
    """Return the title of undeclared guests met at an inspection, with their number."""
    return counted(
        "%(who)s: %(n)s undeclared guest met", "%(who)s: %(n)s undeclared guests met", facts["undeclared"], who=of
    )


def _two_places(of: str, facts: Facts) -> str:
    """Return the title of a document declared in two places, with the nights."""
    return counted(
        "%(who)s: in two places for %(n)s night", "%(who)s: in two places for %(n)s nights", facts["nights"], who=of
    )


# By the code of the rule.
TITLES: dict[str, Callable[[str, Facts], str]] = {
    "overstay": _overstay,
    "silent": _silence,
    "declared_late": _late,
    "undeclared_found": _undeclared,
    "two_places": _two_places,
    "not_checked_out": lambda of, facts: (
        _("%(who)s: no check-out since %(day)s") % {"who": of, "day": _day(facts, "expected_departure")}
    ),
    "expired_document": lambda of, facts: (
        _("%(who)s: passport expired on %(day)s") % {"who": of, "day": _day(facts, "expired_on")}
    ),
    "invalid_document": lambda of, _facts: _("%(who)s: impossible document number") % {"who": of},
    "notice_match": lambda of, facts: (
        _("%(who)s: like the person of notice %(notice)s") % {"who": of, "notice": facts["notice"]}
    ),
    "too_many_guests": lambda of, facts: (
        _("%(who)s: %(guests)s guests, %(beds)s beds") % {"who": of, "guests": facts["present"], "beds": facts["beds"]}
    ),
}
