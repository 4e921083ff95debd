"""Nightly check: recompute the chain and compare it with every head stored outside the database."""

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import msgspec
from django.conf import settings

from ancu.apps.audit.enums import ChainProblem
from ancu.apps.audit.models import Link
from ancu.apps.audit.selectors.checks import (
    LAST_CHECK,
    LATE,
    ChainCheck,
    last_check,
    last_sent,
    public_keys,
    stored_heads,
)
from ancu.apps.audit.services import count_unsealed, verify_chain
from ancu.apps.audit.services.retention import retained_since
from ancu.core import clock
from ancu.engines.signed_heads import Head, is_genuine


class Examination(NamedTuple):
    """The chain's length, and the first problem with its ``place``."""

    events: int
    problem: ChainProblem | None = None
    place: int = 0


def check_chain() -> ChainCheck:
    """Check the audit's hash chain, store the result in a file beside the signed heads, and return it.

    Pages and ``ancu check`` read it.
    """
    before, heads = last_check(), stored_heads()
    examination = examine(heads, public_keys())
    if examination.problem is None and before and len(heads) < before.heads:
        examination = examination._replace(problem=ChainProblem.HEADS_LOST, place=len(heads))
    if examination.problem is None and _is_unsent():
        examination = examination._replace(problem=ChainProblem.NOT_SENT)
    check = ChainCheck(clock.now(), examination.events, len(heads), examination.problem, examination.place)
    store_outcome(LAST_CHECK, check)
    return check


def examine(heads: Sequence[Head], publics: list[str]) -> Examination:
    """Verify the signatures of the audit chain's heads, recompute the chain and compare both.

    Return the number of events checked, and the first problem with its place in the chain (None and 0 without one).
    """
    forged = next((head for head in heads if not is_genuine(head, publics)), None)
    if forged:
        return Examination(Link.objects.count(), ChainProblem.UNVERIFIED, forged.place)
    events, broken = verify_chain()
    if broken is not None:
        return Examination(events, ChainProblem.BROKEN, broken)
    longest = max((head.place for head in heads), default=0)
    if longest > events:
        return Examination(events, ChainProblem.SHORTENED, longest)
    links = Link.objects.in_bulk({head.place for head in heads})
    for head in sorted(heads, key=lambda head: head.place):
        link = links.get(head.place)
        if link is None and datetime.fromisoformat(head.at) > retained_since():
            return Examination(events, ChainProblem.BEGINNING_LOST, head.place)
        if link is not None and bytes(link.hash).hex() != head.hash:
            return Examination(events, ChainProblem.REWRITTEN, head.place)
    unsealed = count_unsealed()
    return Examination(events, ChainProblem.OUTSIDE if unsealed else None, unsealed)


def _is_unsent() -> bool:
    """Whether no other party received a signed head of the audit chain for two days.

    False without a signing key or another party.
    """
    if not (settings.AUDIT_SIGNING_KEY and settings.AUDIT_HEADS_TO):
        return False
    sent = last_sent()
    return sent is None or clock.now() - sent > LATE


def store_outcome(name: str, outcome: msgspec.Struct) -> None:
    """Replace the file ``name`` beside the audit's heads by a check's result, atomically."""
    folder = Path(settings.AUDIT_HEADS_FOLDER)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    written = folder / f"{name}.new"
    written.write_bytes(msgspec.json.encode(outcome))
    os.replace(written, folder / name)
