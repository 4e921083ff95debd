"""Selections: candidates, criteria and reasons."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.shortcuts import get_object_or_404

from ancu.apps.audit.selectors import with_absent
from ancu.apps.community import rules
from ancu.apps.community.enums import SelectionState
from ancu.apps.community.models import BankAccount, Candidate, Programme, Selection
from ancu.core.actor import Actor
from ancu.core.web.language import localized
from ancu.engines.rulebook import NeedCriterion, NeedRule, need_rule

ROWS = 100  # candidates on a page


def visible_selections(actor: Actor) -> QuerySet[Selection]:
    """Return the selections of recipients a keeper may see: of the agency, and no drafts of agencies below it.

    Other actors get none.
    """
    if not rules.keeps_ledgers(actor):
        return Selection.objects.none()
    own = Q(programme__agency_id=actor.organisation_id)
    below = Q(programme__agency__parent_id=actor.organisation_id) & ~Q(state=SelectionState.DRAFT)
    selections = Selection.objects.filter(own | below)
    return selections.select_related("programme__agency", "programme__unit", "proposed_by", "decided_by", "opened_by")


def get_selection(actor: Actor, programme_id: int, pk: int) -> Selection:
    """Return a programme's selection that the actor may see, or 404."""
    return get_object_or_404(visible_selections(actor), pk=pk, programme_id=programme_id)


def set_represented(proposal: Selection | BankAccount) -> None:
    """Set ``proposed_for`` and ``decided_for``: the absent colleagues on whose behalf the officers acted."""
    for act in ("proposed", "decided"):
        columns = {"by": f"{act}_by_id", "at": f"{act}_at", "label": f"{act}_for"}
        with_absent([proposal], "community.programme", [proposal.programme_id], **columns)


def selections_to_decide(actor: Actor) -> QuerySet[Selection]:
    """Return the selections of recipients that wait for the actor's decision, the oldest first."""
    selections = (
        visible_selections(actor)
        .filter(state=SelectionState.PROPOSED)
        .exclude(proposed_by__in=actor.conflicting_user_ids)
    )
    return selections.order_by("proposed_at", "pk")


def selections(programme: Programme) -> list[Selection]:
    """Return the programme's latest 100 selections, the newest first.

    Each has the numbers of its candidates (``considered``) and of those chosen (``chosen``).
    """
    selections = programme.selections.annotate(
        considered=Count("candidates"), chosen=Count("candidates", filter=Q(candidates__chosen=True))
    )
    return list(selections.order_by("-pk")[:100])


def criteria_rule(selection: Selection) -> NeedRule:
    """Return the criteria of need that were in force on the day of the selection of recipients."""
    return need_rule(selection.criteria_on)


def criterion_name(criterion: NeedCriterion) -> str:
    """Return the criterion's name in the user's language."""
    return localized(criterion, "name")


@dataclass(frozen=True, slots=True)
class ConsideredCandidate:
    """A candidate with the facts as text."""

    candidate: Candidate
    facts: list[str]


def candidates(selection: Selection) -> QuerySet[Candidate]:
    """Return the selection's candidates by points, then by name; once it is proposed, chosen ones first.

    In a draft the order ignores ticks, so that pages do not shift.
    """
    first = [] if selection.state == SelectionState.DRAFT else ["-chosen"]
    return selection.candidates.select_related("unit").order_by(*first, "-points", "name", "pk")


def candidates_in_words(selection: Selection, candidates: Iterable[Candidate]) -> list[ConsideredCandidate]:
    """Return each candidate with the criteria of need that apply to it, as texts."""
    criteria_by_code = {criterion.code: criterion for criterion in criteria_rule(selection).criteria}
    return [
        ConsideredCandidate(
            candidate,
            [_fact_in_words(criteria_by_code[code], times) for code, times in candidate.facts.items() if times],
        )
        for candidate in candidates
    ]


def without_reason_first(selection: Selection) -> list[Candidate]:
    """Return the selection's first page of candidates, those who lack a required reason first.

    A reason is required where the choice departs from the points (``against_points``).
    """
    all_candidates = list(candidates(selection))
    odd = against_points(all_candidates)
    return sorted(all_candidates, key=lambda candidate: candidate.pk not in odd or bool(candidate.reason))[:ROWS]


def count_candidates(selection: Selection) -> dict[str, int]:
    """Return the number of the selection's candidates as ``considered``, and of chosen ones as ``chosen``."""
    return selection.candidates.aggregate(considered=Count("pk"), chosen=Count("pk", filter=Q(chosen=True)))


def _fact_in_words(criterion: NeedCriterion, times: int) -> str:
    """Return a criterion of need and how often it applies, as text."""
    name = criterion_name(criterion)
    return f"{name} (×{times})" if times > 1 else name


def against_points(candidates: list[Candidate]) -> set[int]:
    """Return the ids of candidates whose choice departs from the points.

    They were chosen though others have more points, or not chosen though others have fewer.
    """
    lowest_in = min((candidate.points for candidate in candidates if candidate.chosen), default=None)
    highest_out = max((candidate.points for candidate in candidates if not candidate.chosen), default=None)
    if lowest_in is None or highest_out is None:
        return set()
    return {
        candidate.pk
        for candidate in candidates
        if (candidate.chosen and candidate.points < highest_out)
        or (not candidate.chosen and candidate.points > lowest_in)
    }


def reason_in_words(candidate: Candidate, selection: Selection) -> str:
    """Return why the candidate was chosen, in Vietnamese, as it is stored with the recipient."""
    criteria_by_code = {criterion.code: criterion for criterion in criteria_rule(selection).criteria}
    facts = "; ".join(
        criteria_by_code[code].name_vi + (f" (×{times})" if times > 1 else "")
        for code, times in candidate.facts.items()
        if times
    )
    points_and_facts = f"{candidate.points} điểm: {facts}." if facts else f"{candidate.points} điểm."
    return f"{points_and_facts} {candidate.reason}".strip()
