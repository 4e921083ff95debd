"""How guests are told of: a nationality by its name, a code by its words, lateness as people say it."""

from functools import lru_cache

from django import template
from django.utils.translation import get_language, ngettext

from ancu.engines.exchange import Finding, code_lists

register = template.Library()
HOUR, DAY = 60, 24 * 60


@lru_cache
def _names(name: str, language: str) -> dict[str, str]:
    return {entry["code"]: entry[f"name_{language}"] for entry in code_lists()[name]["entries"]}


def _language() -> str:
    return "vi" if (get_language() or "vi").startswith("vi") else "en"


@register.filter
def nationality(code: str | None) -> str:
    """The country's name in the reader's language; the code itself when it is on no list."""
    return _names("nationality", _language()).get(code or "", code or "")


@register.filter
def listed(code: str | None, name: str) -> str:
    """The words of a purpose, document kind, entry paper or sex."""
    return _names(name, _language()).get(code or "", code or "")


@register.filter
def late_by(minutes: int) -> str:
    """Minutes as people say them: 45 minutes, 3 hours, 2 days (whole ones, rounded down)."""
    if minutes < HOUR:
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    if minutes < 2 * DAY:
        hours = minutes // HOUR
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    days = minutes // DAY
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}


@register.filter
def said(finding: Finding) -> str:
    """A finding's sentence in the reader's language."""
    return finding.message_vi if _language() == "vi" else finding.message_en
