"""The totals on the pages of a file or a group, in the visitor's language."""

from e2e.visitor import Visitor

PREVIEW = "%(read)s guest{} read = %(good)s good + %(bad)s with errors."
OUTCOME = (
    "%(read)s guest{} read = %(accepted)s declared + %(already)s declared before%(since)s%(without)s"
    " + %(refused)s refused."
)


def preview_sum(visitor: Visitor, *, good: int, bad: int) -> str:
    return _sum(visitor, PREVIEW, good + bad, good=good, bad=bad)


def outcome_sum(visitor: Visitor, *, accepted: int, already: int, refused: int, other_way: int = 0) -> str:
    """Return the totals after submitting. ``other_way`` counts refused rows whose guests were declared elsewhere."""
    since = visitor.translate(" + %(n)s declared separately", n=other_way) if other_way else ""
    words = {"since": since, "without": ""}
    read = accepted + already + refused + other_way
    return _sum(visitor, OUTCOME, read, accepted=accepted, already=already, refused=refused, **words)


def _sum(visitor: Visitor, sentence: str, read: int, **values: int | str) -> str:
    return visitor.translate_plural(sentence.format(""), sentence.format("s"), read, read=read, **values)
