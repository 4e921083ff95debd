"""Who is one person: the same answer from the same joins, whatever the order in which they came.

Joins are laid one after the other, officers' first, then by rule and age of the travellers. A join that would bring
together two travellers whom an officer told apart is held: it stays on record and shows itself, but has no effect.
"""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from ancu.apps.travellers.enums import MatchRule

ORDER = (MatchRule.SAME_DOCUMENT, MatchRule.MISREAD, MatchRule.RENEWED, MatchRule.ALIKE)  # the surest first


class Edge(NamedTuple):
    """One join in force: ``pair`` is its id, ``by_officer`` that a person made it."""

    pair: int
    one: int
    other: int
    rule: str
    by_officer: bool

    @property
    def rank(self) -> tuple[bool, int, int, int]:
        return not self.by_officer, ORDER.index(MatchRule(self.rule)), self.one, self.other


class Gathered(NamedTuple):
    """``heads``: traveller → the oldest one of his person; ``held``: pairs whose joins have no effect."""

    heads: dict[int, int]
    held: frozenset[int]


def gather(travellers: Iterable[int], edges: Iterable[Edge], apart: Collection[tuple[int, int]]) -> Gathered:
    """Partition ``travellers``; all ends of ``edges`` are among them. No two told ``apart`` end up together."""
    heads = {traveller: traveller for traveller in travellers}
    groups = {traveller: {traveller} for traveller in heads}
    held = set()
    for edge in sorted(edges, key=lambda edge: edge.rank):
        left, right = groups[heads[edge.one]], groups[heads[edge.other]]
        if left is right:
            continue
        if any((a in left and b in right) or (a in right and b in left) for a, b in apart):
            held.add(edge.pair)
            continue
        together = left | right
        head = min(together)
        groups[head] = together
        heads |= dict.fromkeys(together, head)
    return Gathered(heads, frozenset(held))
