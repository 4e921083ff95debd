"""Who looked at a person's records and how his account was used, as the audit has it.

Officers are not named: a look is told by its day, the organisation and the kind of record. What an officer wrote as the
reason is not told, since it may name others or a check that the law keeps closed; looks from pages of such checks are
recorded on those checks and are not here.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from ancu.apps.accounts.models import Organisation
from ancu.apps.audit.models import Event
from ancu.apps.protection.selectors.collecting import CopyEntry
from ancu.apps.protection.selectors.sources import CopySubject
from ancu.core import clock
from ancu.core.actor import ActorKind
from ancu.core.db.statements import run

# Lists note which rows they showed: subject type of the list, and under which name the rows stand in its details.
LISTS = {
    "stays": ("stays.guests",),
    "dossiers": ("dossiers.list", "dossiers.opinion"),
    "travellers": ("stays.search",),
    "confirmations": ("stays.confirmations",),
    "petitions": ("listening.petitions",),
}
KIND_OF = {
    "stays": "stays.stay", "dossiers": "dossiers.dossier", "travellers": "travellers.traveller",
    "confirmations": "stays.confirmation", "petitions": "listening.petition",
}  # fmt: skip
LISTED = """
SELECT at, actor_kind, user_id, organisation_id FROM audit_event
WHERE act = 'looked' AND subject_type = ANY(%s) AND jsonb_typeof(details -> %s) = 'array'
    AND EXISTS (SELECT FROM jsonb_array_elements_text(details -> %s) AS shown WHERE shown = ANY(%s))
"""
SIGN_INS = (
    "signed_in", "left", "sign_in_failed", "sign_in_locked", "changed_password", "reset_password", "added_factor",
    "removed_factor", "renewed_recovery_codes", "changed_address", "signed_out",
)  # fmt: skip


@dataclass(frozen=True)
class AuditedLook:
    """Number of views of a kind of record by an organisation on one day; ``organisation`` may be empty."""

    day: date
    organisation: str
    kind: str
    times: int


def looks_at(subject: CopySubject, entries: Iterable[CopyEntry]) -> list[AuditedLook]:
    """Return how often others viewed the person's records, by day, organisation and kind, the oldest first."""
    keys = _record_ids(subject, entries)
    rows = [row for kind, ids in keys.items() for row in _record_views(kind, ids)]
    rows += [row for name in LISTS for row in _list_views(name, keys.get(KIND_OF[name], set()))]
    by_others = [row for row in rows if row[1] != ActorKind.SYSTEM and row[2] != subject.user_id]
    names = Organisation.objects.in_bulk({organisation for *_start, organisation, _kind in by_others if organisation})
    counts = Counter(
        (clock.local(at).date(), str(names.get(organisation, "")), kind)
        for at, _actor, _user, organisation, kind in by_others
    )
    return [AuditedLook(*key, times) for key, times in sorted(counts.items())]


def _record_ids(subject: CopySubject, entries: Iterable[CopyEntry]) -> dict[str, set[str]]:
    """Return the ids of the person's records, as texts, by the name under which the audit records views of them."""
    keys: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        keys[entry.source.label.lower()].add(str(entry.row.pk))
        if entry.source.label == "travellers.Identity":
            keys["travellers.traveller"].add(str(entry.row.traveller_id))
        if entry.source.label == "stays.Stay":
            keys["stays.submission"].add(str(entry.row.submission_id))
    if subject.user_id:
        keys["accounts.user"].add(str(subject.user_id))
    return keys


Row = tuple[datetime, str, Any, Any, str]


def _record_views(kind: str, ids: set[str]) -> list[Row]:
    """Return (time, kind of actor, user id, organisation id, kind of record) of each view of these records."""
    events = Event.objects.filter(act="looked", subject_type=kind, subject_id__in=ids)
    return [(*row, kind) for row in events.values_list("at", "actor_kind", "user_id", "organisation_id")]


def _list_views(name: str, ids: set[str]) -> list[Row]:
    """Return the views of lists of this name that contained the records, as tuples like ``_record_views``."""
    rows = run(LISTED, [list(LISTS[name]), name, name, sorted(ids)]) if ids else []
    return [(at, actor, user, organisation, KIND_OF[name]) for at, actor, user, organisation in rows]


def sign_in_events(subject: CopySubject) -> list[tuple[datetime, str]]:
    """Return (time, act code) of the account's sign-ins, failed attempts, sign-outs and changes of protection.

    The oldest come first. Callers translate the code.
    """
    if not subject.user_id:
        return []
    acts = [f"accounts.{act}" for act in SIGN_INS]
    events = Event.objects.filter(Q(subject_type="accounts.user", subject_id=str(subject.user_id)), act__in=acts)
    return list(events.order_by("id").values_list("at", "act"))
