"""How the office's changes lie over lists of texts: the sentences of the letters, and listed reasons."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ancu.engines.rulebook.amendments import Amendment

ENDED = "ended"  # the value of a change that ends a reason


def passage_layer(values: Mapping[str, Any], amendment: "Amendment") -> Mapping[str, Any]:
    """Return the sentences of the letters with one of them changed."""
    return {**values, "passages": _replaced(values["passages"], amendment)}


def reason_layer(values: Mapping[str, Any], amendment: "Amendment") -> Mapping[str, Any]:
    """Return the listed reasons with one of them changed, ended or added."""
    reasons = values["reasons"]
    if amendment.values.get(ENDED):
        return {**values, "reasons": [reason for reason in reasons if reason["code"] != amendment.entry]}
    if any(reason["code"] == amendment.entry for reason in reasons):
        return {**values, "reasons": _replaced(reasons, amendment)}
    return {**values, "reasons": [*reasons, {"code": amendment.entry, **amendment.values}]}


def _replaced(rows: list[Mapping[str, Any]], amendment: "Amendment") -> list[Mapping[str, Any]]:
    """Return the rows with the changed values of one of them."""
    return [{**row, **amendment.values} if row["code"] == amendment.entry else row for row in rows]
