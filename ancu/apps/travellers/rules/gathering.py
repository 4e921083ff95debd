"""Compute persons from joins, independent of the order in which the joins were made.

Joins are applied officers' first, then by rule and age of the travellers. A join that would connect two travellers an
officer separated is held: it stays on record without effect.
"""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from ancu.apps.travellers.enums import MatchRule

ORDER = (MatchRule.SAME_DOCUMENT, MatchRule.MISREAD, MatchRule.RENEWED, MatchRule.ALIKE)  # the surest first


class JoinEdge(NamedTuple):
    """One join in force: ``pair`` is its id; ``by_officer`` is false for a join by a rule."""

    pair: int
    older: int
    newer: int
    rule: str
    by_officer: bool

    @property
    def rank(self) -> tuple[bool, int, int, int]:
        """The sort key by which joins are applied, the first with the greatest weight.

        Officers' joins come before rules', surer rules before weaker ones, older travellers before newer ones.
        """
        return not self.by_officer, ORDER.index(MatchRule(self.rule)), self.older, self.newer


class Partition(NamedTuple):
    """``heads`` maps a traveller to the person's oldest one; ``held_pairs`` have joins without effect."""

    heads: dict[int, int]
    held_pairs: frozenset[int]


def partition_persons(
    travellers: Iterable[int], edges: Iterable[JoinEdge], apart: Collection[tuple[int, int]]
) -> Partition:
    """Group travellers into persons by the joins ``edges``, applied in order of rank.

    ``apart`` are the pairs of travellers that an officer separated. A join that would put such a pair into one person
    has no effect and is returned among the held joins. ``travellers`` must include both ends of every edge.
    """
    heads = {traveller: traveller for traveller in travellers}
    groups = {traveller: {traveller} for traveller in heads}
    held_pairs = set()
    for edge in sorted(edges, key=lambda edge: edge.rank):
        left, right = groups[heads[edge.older]], groups[heads[edge.newer]]
        if left is right:
            continue
        if any((a in left and b in right) or (a in right and b in left) for a, b in apart):
            held_pairs.add(edge.pair)
            continue
        together = left | right
        head = min(together)
        groups[head] = together
        heads |= dict.fromkeys(together, head)
    return Partition(heads, frozenset(held_pairs))
