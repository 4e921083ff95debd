"""Reasons for and against a pair as sentences."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.translation import gettext as _

from ancu.core.templatetags.ui import counted, day
from ancu.core.web.language import reader_language
from ancu.engines.exchange import code_name
from ancu.engines.names import Reason

register = template.Library()
# Minimum absolute points (nats) of a reason that counts.
SAYS_SOMETHING = 0.3


@register.filter
def country(code: str) -> str:
    """Return the name of a nationality in the reader's language."""
    return code_name("nationality", code, reader_language())


@register.filter
def reason_text(reason: Mapping[str, Any]) -> str:
    """Return a stored reason for or against a pair as a sentence; for an unknown code, the code."""
    code, a, b, values = reason["code"], reason["a"], reason["b"], tuple(reason["values"])
    if code.startswith("document_"):
        return _document(code, a, b)
    if code == "name_common":
        return counted(
            "Someone else with a different date of birth has this name here.",
            "%(n)s other people with different dates of birth have this name here.",
            int(values[0]),
        )
    if code == "same_nights":
        return _("Both were declared for the same night at two lodgings.")
    if code.startswith("birth_"):
        a, b = day(a), day(b)
    elif code.startswith("nationality_"):
        a, b = country(a), country(b)
    try:
        return Reason(code, 0.0, values, a, b).text(reader_language())
    except KeyError:
        return str(code)


def _document(code: str, a: str, b: str) -> str:
    """Return a sentence on how the document numbers ``a`` and ``b`` compare; for an unknown code, the code."""
    sentences = {
        "document_same": _("The same document number, %(a)s."),
        "document_misread": _("Document numbers %(a)s and %(b)s differ only in characters that are easily confused."),
        "document_near": _("Document numbers %(a)s and %(b)s differ in one character."),
        "document_other": _("Different document numbers, %(a)s and %(b)s, as after a renewal."),
    }
    return sentences.get(code, code) % {"a": a, "b": b}


@register.filter
def supporting_reasons(reasons: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the first three reasons why a pair is the same person, for a row of the list of pairs."""
    return [reason for reason in reasons if reason_side(reason) == "for"][:3]


@register.filter
def reason_side(reason: Mapping[str, Any]) -> str:
    """Return whether a reason speaks "for" or "against" one person; "" if its points are too few to say."""
    if reason["code"] in {"name_common", "same_nights"}:
        return "against"
    points = float(reason["points"])
    return "for" if points >= SAYS_SOMETHING else "against" if points <= -SAYS_SOMETHING else ""


@register.filter
def likelihood(score: float) -> str:
    """Return a pair's probability in words (likely, very likely, almost certainly): a number is too precise."""
    if score >= 0.999:
        return _("almost certainly")
    return _("very likely") if score >= 0.98 else _("likely")
