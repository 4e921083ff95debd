"""Select recipients: facts give points, one person proposes with reasons, a second one approves."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.selectors import overtaken_conflict
from ancu.apps.audit.services import record
from ancu.apps.community import rules
from ancu.apps.community.enums import SELECTION_TRANSITIONS, SelectionState
from ancu.apps.community.models import Candidate, Recipient, Selection
from ancu.apps.community.selectors.choosing import (
    against_points,
    criteria_rule,
    get_selection,
    reason_in_words,
    visible_selections,
)
from ancu.apps.community.services.planning import lock_programme
from ancu.apps.messaging.services.decisions import APPROVED, RETURNED, notify_decision
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, Http404, require
from ancu.core.transitions import follows
from ancu.engines.rulebook import NotInForce, need_rule


@transaction.atomic
def begin(*, actor: Actor, programme_id: int, name: str, places: int, criteria_on: date | None = None) -> Selection:
    """Begin a selection of recipients for this number of ``places``, by the criteria of need of a day.

    The day is today, or ``criteria_on`` if the selection was really made then.
    """
    programme = lock_programme(actor, programme_id)
    day = criteria_on or clock.today()
    if day > clock.today():
        raise Conflict("future", _("This date is in the future."))
    try:
        need_rule(day)
    except NotInForce as none:
        raise Conflict("no_criteria", _("There were no criteria on that day.")) from none
    selection = Selection.objects.create(
        programme=programme, name=name, places=places, criteria_on=day, opened_at=clock.now(),
        opened_by_id=actor.user_id or 0,
    )  # fmt: skip
    record(actor, "community.selection", programme, selection=selection.pk)
    return selection


@transaction.atomic
def add_candidate(
    *, actor: Actor, programme_id: int, selection_id: int, kind: str, unit_id: int, name: str, facts: Mapping[str, int]
) -> Candidate:
    """Add a candidate to the selection; the same name in the same place updates the existing candidate."""
    selection = _lock_selection(actor, programme_id, selection_id, SelectionState.DRAFT)
    if unit_id not in actor.area:
        raise Http404
    held_facts = {code: times for code, times in facts.items() if times}
    try:
        points = criteria_rule(selection).points(held_facts)
    except ValueError as wrong:
        raise Conflict("facts", _("These facts contradict each other. Check them.")) from wrong
    values = {"facts": held_facts, "points": points, "added_at": clock.now(), "added_by_id": actor.user_id or 0}
    candidate, _created = Candidate.objects.update_or_create(
        selection=selection, kind=kind, unit_id=unit_id, name=name.strip(), defaults=values
    )
    record(actor, "community.candidate", selection.programme, selection=selection.pk, candidate=candidate.pk)
    return candidate


@transaction.atomic
def save_draft(
    *, actor: Actor, programme_id: int, selection_id: int, rows: set[int], chosen: set[int], reasons: Mapping[int, str]
) -> None:
    """Save ticks and reasons of the candidates ``rows`` (ids) of a draft, unchecked, for colleagues to continue."""
    selection = _lock_selection(actor, programme_id, selection_id, SelectionState.DRAFT)
    marked = _mark_changed(selection.candidates.filter(pk__in=rows), chosen, reasons)
    Candidate.objects.bulk_update(marked, ["chosen", "reason"])
    if marked:
        record(actor, "community.candidate", selection.programme, selection=selection.pk, marked=len(marked))


def _mark_changed(candidates: QuerySet[Candidate], chosen: set[int], reasons: Mapping[int, str]) -> list[Candidate]:
    """Set ``chosen`` and ``reason`` of the candidates; return those that changed, not saved yet."""
    marked = []
    for candidate in candidates.select_for_update().order_by("pk"):
        decision = candidate.pk in chosen, reasons.get(candidate.pk, "").strip()[:500]
        if decision != (candidate.chosen, candidate.reason):
            candidate.chosen, candidate.reason = decision
            marked.append(candidate)
    return marked


@transaction.atomic
def propose(
    *, actor: Actor, programme_id: int, selection_id: int, chosen: set[int], reasons: Mapping[int, str]
) -> Selection:
    """Propose the chosen candidates as recipients.

    Choices against the points need a reason; no more are chosen than there are places.
    """
    selection = _lock_selection(actor, programme_id, selection_id, SelectionState.DRAFT)
    marked = {candidate.pk: candidate for candidate in _mark_changed(selection.candidates.all(), chosen, reasons)}
    candidates = [marked.get(candidate.pk, candidate) for candidate in selection.candidates.order_by("pk")]
    if not chosen or not chosen <= {candidate.pk for candidate in candidates}:
        raise Conflict("nobody", _("Choose whom to help."))
    if len(chosen) > selection.places:
        raise Conflict("too_many", _("There are only %(places)s places.") % {"places": selection.places})
    odd = against_points(candidates)
    missing = [candidate.name for candidate in candidates if candidate.pk in odd and not candidate.reason]
    if missing:
        message = _("This choice differs from the points. Give a reason for: %(names)s.")
        raise Conflict("no_reason", message % {"names": ", ".join(missing[:5])})
    Candidate.objects.bulk_update(marked.values(), ["chosen", "reason"])
    _change_state(
        actor, selection, SelectionState.PROPOSED, proposed_at=clock.now(), proposed_by_id=actor.user_id, words=""
    )
    record(actor, "community.proposed", selection.programme, selection=selection.pk, chosen=len(chosen))
    return selection


@transaction.atomic
def send_back(*, actor: Actor, programme_id: int, selection_id: int, words: str) -> Selection:
    """Send the selection back to its proposer as a draft, with the second person's remarks (``words``).

    The remarks stay until it is proposed again.
    """
    selection = _lock_for_decision(actor, programme_id, selection_id)
    _notify_decision(actor, selection, RETURNED)
    _change_state(actor, selection, SelectionState.DRAFT, words=words, proposed_at=None, proposed_by_id=None)
    record(actor, "community.sent_back", selection.programme, selection=selection.pk)
    return selection


@transaction.atomic
def approve(*, actor: Actor, programme_id: int, selection_id: int) -> Selection:
    """Approve the selection: chosen candidates become recipients, each with the reason."""
    selection = _lock_for_decision(actor, programme_id, selection_id)
    chosen = list(selection.candidates.filter(chosen=True).order_by("pk"))
    recipients = Recipient.objects.bulk_create(
        Recipient(
            programme=selection.programme, kind=candidate.kind, unit_id=candidate.unit_id, name=candidate.name,
            reason=reason_in_words(candidate, selection),
        )
        for candidate in chosen
    )  # fmt: skip
    for candidate, recipient in zip(chosen, recipients, strict=True):
        candidate.recipient = recipient
    Candidate.objects.bulk_update(chosen, ["recipient"])
    _change_state(actor, selection, SelectionState.APPROVED, decided_at=clock.now(), decided_by_id=actor.user_id)
    record(actor, "community.approved", selection.programme, selection=selection.pk, recipients=len(recipients))
    _notify_decision(actor, selection, APPROVED)
    return selection


def _notify_decision(actor: Actor, selection: Selection, outcome: Promise) -> None:
    """Notify the proposer of the selection of the decision; ``outcome`` is its name for the reader."""
    notify_decision(
        actor=actor, asked_by_id=selection.proposed_by_id, outcome=outcome, matter=_("choice of recipients,"),
        name=selection.programme.name, subject=("selection", selection.pk),
        path=reverse("community:selection", args=[selection.programme_id, selection.pk]),
        has_reason=outcome is RETURNED,
    )  # fmt: skip


def _lock_selection(actor: Actor, programme_id: int, selection_id: int, state: SelectionState) -> Selection:
    """Lock the programme and its selection; Conflict if the selection is in another state."""
    lock_programme(actor, programme_id)
    return _lock_in_state(actor, programme_id, selection_id, state)


def _lock_for_decision(actor: Actor, programme_id: int, selection_id: int) -> Selection:
    """Return the locked selection that the actor may decide; Conflict if it is not proposed."""
    selection = _lock_in_state(actor, programme_id, selection_id, SelectionState.PROPOSED)
    require(rules.may_decide(actor, selection))
    return selection


def _lock_in_state(actor: Actor, programme_id: int, selection_id: int, state: SelectionState) -> Selection:
    """Return the selection, locked; 404 if the actor may not see it, Conflict if it is in another state."""
    get_selection(actor, programme_id, selection_id)
    selection = visible_selections(actor).select_for_update(of=("self",)).get(pk=selection_id)
    if selection.state != state:
        raise overtaken_conflict(actor, "selection_moved", selection, about=selection.programme)
    return selection


def _change_state(actor: Actor, selection: Selection, to: SelectionState, **changes: object) -> None:
    """Save the selection's new state with ``changes`` of other fields; Conflict if it may not move there."""
    if not follows(SELECTION_TRANSITIONS, selection.state, to):
        raise overtaken_conflict(actor, "selection_moved", selection, about=selection.programme)
    selection.state = to
    for name, value in changes.items():
        setattr(selection, name, value)
    selection.save()
