"""The sums that a file's or a group's pages say of their guests, in the walker's language."""

from e2e.walk import Walk

PREVIEW = "%(read)s guest{} read = %(good)s good + %(bad)s with errors."
OUTCOME = (
    "%(read)s guest{} read = %(accepted)s declared + %(already)s declared before%(since)s%(without)s"
    " + %(refused)s refused."
)


def preview_sum(walk: Walk, *, good: int, bad: int) -> str:
    return _sum(walk, PREVIEW, good + bad, good=good, bad=bad)


def outcome_sum(walk: Walk, *, accepted: int, already: int, refused: int, other_way: int = 0) -> str:
    """``other_way``: guests whose row was refused and who are declared by another way."""
    since = walk.say(" + %(n)s declared in another way", n=other_way) if other_way else ""
    words = {"since": since, "without": ""}
    read = accepted + already + refused + other_way
    return _sum(walk, OUTCOME, read, accepted=accepted, already=already, refused=refused, **words)


def _sum(walk: Walk, sentence: str, read: int, **values: int | str) -> str:
    return walk.say_many(sentence.format(""), sentence.format("s"), read, read=read, **values)
