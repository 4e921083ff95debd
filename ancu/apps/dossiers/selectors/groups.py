"""Requests for several workers: the answers of each dossier, what each still lacks, and what all cost together."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.shortcuts import get_object_or_404

from ancu.apps.dossiers.enums import Filer, State
from ancu.apps.dossiers.models import Component, Dossier, ForeignWorker, GroupRequest
from ancu.apps.dossiers.rules import workers as rules
from ancu.apps.dossiers.selectors.money import fee_items
from ancu.apps.dossiers.selectors.prefill import fill_forms, prefill_values
from ancu.apps.dossiers.selectors.preflight import (
    StayDisclosure,
    blocking,
    facts_of,
    findings_of,
    legal_files_of,
    records_of,
)
from ancu.apps.dossiers.selectors.workers import SOURCES, own_dossiers
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.pagination import CursorPage, newest_first
from ancu.core.errors import require
from ancu.engines.rulebook import CheckFinding, Procedure, total_usd, visa_symbols

PROCEDURE = "trc_organisation"
LETTER, APPLICATION, PEOPLE = "NA6", "NA8", "people"
SHARED_PAPERS = ("signed_na6", "other")  # papers of the organisation that stand in each dossier
UNSOURCED = ("foreign_address", "foreign_workplace")  # lasting answers of the application without a prefill name
ORDINARY = "ordinary"  # the kind of passport that nearly every worker has


def visible_groups(actor: Actor) -> QuerySet[GroupRequest]:
    """Return the requests of the actor's own organisation; 403 for everybody without such a list of workers."""
    require(rules.may_keep_workers(actor))
    return GroupRequest.objects.filter(organisation_id=actor.organisation_id or 0)


def get_group(actor: Actor, pk: int) -> GroupRequest:
    """Return a request of the actor's organisation; 404 for any other."""
    return get_object_or_404(visible_groups(actor), pk=pk)


def group_page(actor: Actor, after: str = "") -> CursorPage[GroupRequest]:
    """Return a page of the organisation's requests, newest first, each with ``people`` and ``drafts``."""
    drafts = Count("members", filter=Q(members__dossier__state=State.DRAFT))
    groups = visible_groups(actor).annotate(people=Count("members"), drafts=drafts)
    return newest_first(groups.select_related("created_by"), after)


@dataclass(frozen=True)
class GroupMember:
    """A dossier of a request: what blocks sending it, if it is a draft, and what it costs in US dollars."""

    dossier: Dossier
    missing: tuple[CheckFinding, ...]
    usd: int

    @property
    def is_ready(self) -> bool:
        """Whether the dossier is a draft that nothing keeps from being sent."""
        return self.dossier.state == State.DRAFT and not self.missing


def group_members(group: GroupRequest) -> list[GroupMember]:
    """Return the dossiers of a request by the person's name, each with what it lacks; few queries for all."""
    dossiers = Dossier.objects.filter(grouped__group=group).select_related("organisation", "sponsor")
    rows = list(dossiers.prefetch_related("components").order_by("full_name", "pk"))
    legal_files = legal_files_of(rows[0]) if rows else []
    return [_member(dossier, legal_files) for dossier in rows]


def _member(dossier: Dossier, legal_files: Sequence[Any]) -> GroupMember:
    """Return a dossier with the findings that block sending it, and its fee; a dossier that is sent lacks nothing."""
    missing: tuple[CheckFinding, ...] = ()
    if dossier.state == State.DRAFT:
        facts = facts_of(dossier, StayDisclosure.NOTHING, legal_files=legal_files)
        missing = tuple(blocking(findings_of(dossier, facts, records_of(dossier, legal_files))))
    return GroupMember(dossier, missing, total_usd(fee_items(dossier)))


def state_counts(members: Sequence[GroupMember]) -> dict[State, int]:
    """Return the number of a request's dossiers in each state that one of them has, in the order of the states."""
    counts = Counter(State(member.dossier.state) for member in members)
    return {state: counts[state] for state in State if counts[state]}


def group_fee(members: Sequence[GroupMember]) -> int:
    """Return what all dossiers of a request cost together, in US dollars; withdrawn ones cost nothing."""
    return sum(member.usd for member in members if member.dossier.state != State.WITHDRAWN)


def draft_dossiers(group: GroupRequest) -> QuerySet[Dossier]:
    """Return the dossiers of a request that were not sent yet."""
    return Dossier.objects.filter(grouped__group=group, state=State.DRAFT).order_by("pk")


def shared_paper_counts(group: GroupRequest) -> dict[str, int]:
    """Return in how many of the request's drafts each shared paper is, by the paper's key."""
    counts = {
        key: Count("components", filter=Q(components__key=key, components__file__isnull=False)) for key in SHARED_PAPERS
    }
    numbers = draft_dossiers(group).order_by().aggregate(**counts)
    return {key: numbers[key] or 0 for key in SHARED_PAPERS}


def own_paper_counts(group: GroupRequest) -> dict[str, tuple[int, int]]:
    """Return in how many of the request's drafts each paper of a person is, and of how many, by the paper's key."""
    components = Component.objects.filter(dossier__in=draft_dossiers(group)).exclude(key__in=SHARED_PAPERS)
    received = Count("id", filter=Q(file__isnull=False) | Q(by_post=True))
    rows = components.values_list("key").annotate(received=received, required=Count("id")).order_by()
    return {key: (received_count, required) for key, received_count, required in rows}


def busy_passports(actor: Actor, workers: Sequence[ForeignWorker]) -> dict[tuple[str, str], Dossier]:
    """Return the dossiers for a card of these workers that are drafts or in the office, by nationality and passport."""
    numbers = [worker.passport_number for worker in workers]
    dossiers = own_dossiers(actor).filter(document_number__in=numbers, procedure=PROCEDURE, ended_at=None)
    return {(dossier.nationality, dossier.document_number): dossier for dossier in dossiers.order_by("id")}


# ---- the answers of one dossier ------------------------------------------------------------------------


def member_answers(
    actor: Actor, procedure: Procedure, worker: ForeignWorker, before: Dossier | None, common: Mapping[str, Any]
) -> dict[str, dict[str, Any]]:
    """Return the answers of a worker's dossier: of the organisation, the list, the last dossier and the request.

    ``before`` is the person's last dossier; the list is newer. ``common`` are the answers that all dossiers share, by
    prefill name, or by key where the form has none.
    """
    values = prefill_values(actor, Filer.ORGANISATION, before=before) | _worker_values(worker)
    values.setdefault("traveller.birth_nationality", worker.nationality)
    values.setdefault("traveller.document_kind", ORDINARY)
    symbol = _card_symbol(worker) or common.get("request.card_symbol")
    values |= {name: value for name, value in common.items() if value} | {"request.card_symbol": symbol}
    answers = fill_forms(procedure, {name: value for name, value in values.items() if value})
    answers[LETTER]["letter_number"] = common.get("letter_number", "")
    for row in answers[LETTER].get(PEOPLE, []):
        row |= {"position": worker.position, "card_from": common.get("card_from", "")}
    if before is not None:
        lasting = before.answers.get(APPLICATION, {})
        answers[APPLICATION] |= {key: lasting[key] for key in UNSOURCED if lasting.get(key)}
    return answers


def _worker_values(worker: ForeignWorker) -> dict[str, Any]:
    """Return what the list knows about a worker by prefill name, without empty values."""
    values = {source: getattr(worker, name) for name, source in SOURCES.items()}
    values["traveller.document_expiry"] = worker.passport_until.isoformat()
    if permitted := rules.permitted_until(worker):
        values["stay.permitted_until"] = permitted.isoformat()
    return {name: value for name, value in values.items() if value}


def _card_symbol(worker: ForeignWorker) -> str:
    """Return the symbol of the card that the worker's present symbol leads to; empty if it leads to none."""
    symbol = visa_symbols(clock.today()).get(worker.symbol)
    return (symbol.card_symbol if symbol else None) or ""
