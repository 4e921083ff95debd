"""Published values that a later release changed: the earlier value, the new one, why and when."""

from collections.abc import Mapping, Sequence
from typing import Any


def published_revisions(
    before: Mapping[str, Any] | None, entry: Mapping[str, Any], *, on: str, release: int
) -> list[dict[str, Any]]:
    """Return an indicator's revisions for a new release, the earliest first.

    ``before`` is the indicator in the release before, ``entry`` in the new one. Both values of a revision are
    published ones, so that a revision reveals nothing that the releases do not show. The reasons are those of
    corrections that the release before did not have.
    """
    if before is None:
        return []
    revisions = list(before.get("revisions", []))
    explained = {(revision["month"], why) for revision in revisions for why in revision["why"]}
    reasons = [
        correction
        for correction in entry["revised"]
        if correction not in before["revised"] and (_month_of(correction), correction["why"]) not in explained
    ]
    for number, (old, new) in enumerate(zip(before["months"], entry["months"], strict=False), start=1):
        if old is None or new is None or old == new:
            continue
        why = [correction["why"] for correction in reasons if _month_of(correction) == number]
        revisions.append({"month": number, "before": old, "after": new, "why": why, "on": on, "release": release})
    return revisions


def corrections_without_value(
    revised: Sequence[Mapping[str, Any]], revisions: Sequence[Mapping[str, Any]]
) -> list[Any]:
    """Return the corrections that no revision explains: those made before the month was first published."""
    explained = {(revision["month"], why) for revision in revisions for why in revision["why"]}
    return [entry for entry in revised if (_month_of(entry), entry["why"]) not in explained]


def _month_of(correction: Mapping[str, str]) -> int:
    """Return the number of the month that was corrected (``2026-08``: 8)."""
    return int(correction["month"][5:])
