"""The sums that a file's or a group's pages say of their guests, in the walker's language."""

from e2e.walk import Walk

PREVIEW = "%(read)s guest{} read = %(good)s good + %(bad)s with errors."
OUTCOME = "%(read)s guest{} read = %(accepted)s declared + %(already)s declared before + %(refused)s refused."


def preview_sum(walk: Walk, *, good: int, bad: int) -> str:
    return _sum(walk, PREVIEW, good=good, bad=bad)


def outcome_sum(walk: Walk, *, accepted: int, already: int, refused: int) -> str:
    return _sum(walk, OUTCOME, accepted=accepted, already=already, refused=refused)


def _sum(walk: Walk, sentence: str, **counts: int) -> str:
    read = sum(counts.values())
    return walk.say_many(sentence.format(""), sentence.format("s"), read, read=read, **counts)
