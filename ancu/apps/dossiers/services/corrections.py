"""Corrections of mistyped results: one officer proposes, another confirms or refuses."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.selectors import overtaken_conflict
from ancu.apps.audit.services import required_reason
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.models import Dossier, Result, ResultCorrection
from ancu.apps.dossiers.selectors.results import VALUES, correction_problem, require_within_law, values_of
from ancu.apps.dossiers.services import letters
from ancu.apps.dossiers.services.handling import save_with_unique_number
from ancu.apps.dossiers.services.moving import lock, note
from ancu.apps.dossiers.services.official_letters import issue_letter
from ancu.apps.dossiers.services.permits import renew_by_result
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, require

DECISIONS = ("dossiers.corrected", "dossiers.refused_correction")


@transaction.atomic
def propose(
    actor: Actor,
    *,
    dossier: Dossier,
    number: str,
    valid_from: date,
    valid_until: date,
    reason: str,
    symbol: str = "",
    entries: str = "",
) -> ResultCorrection:
    """Propose new values for the dossier's result, which change nothing until another officer confirms them.

    Conflict if nothing differs, another correction is undecided, or the law does not allow the validity.
    """
    locked = lock(dossier)
    require(rules.is_office(actor, locked) and rules.may_propose_correction(actor, locked))
    result = Result.objects.select_for_update().get(dossier=locked)
    values = {"number": number, "symbol": symbol, "entries": entries,
              "valid_from": valid_from, "valid_until": valid_until}  # fmt: skip
    if values == values_of(result):
        raise Conflict("nothing_corrected", _("This is the same as before. Change what was mistyped."))
    if problem := correction_problem(locked):
        code, sentence = problem
        raise overtaken_conflict(actor, code, locked, sentence)
    require_within_law(locked, symbol, valid_from, valid_until)
    correction = ResultCorrection.objects.create(
        result=result, reason=reason, proposed_by_id=actor.user_id or 0, proposed_at=clock.now(), **values
    )
    note(actor, locked, "proposed_correction", internal=True, reason=reason)
    return correction


@transaction.atomic
def decide(actor: Actor, *, correction: ResultCorrection, confirmed: bool, reason: str = "") -> ResultCorrection:
    """Apply or refuse the correction; once applied, the correction keeps the result's former values.

    A refusal needs a reason, which only officers read in the dossier's history. Conflict when it was decided already.
    """
    dossier = lock(correction.result.dossier)
    require(rules.is_office(actor, dossier))
    locked = ResultCorrection.objects.select_for_update().get(pk=correction.pk)
    if locked.decided_at is not None:
        sentence = _("This correction has already been decided.")
        raise overtaken_conflict(actor, "correction_decided", dossier, sentence, only=Q(act__in=DECISIONS))
    require(rules.may_decide_correction(actor, locked))
    locked.decided_by_id, locked.decided_at, locked.confirmed = actor.user_id, clock.now(), confirmed
    if confirmed:
        locked.before = _apply(locked)
        renew_by_result(actor, dossier, instead_of=date.fromisoformat(locked.before["valid_until"]))
    locked.save(update_fields=["decided_by", "decided_at", "confirmed", "before"])
    refusal = "" if confirmed else required_reason(reason)
    act = "corrected" if confirmed else "refused_correction"
    event = note(actor, dossier, act, internal=not confirmed, reason=refusal)
    issue_letter(actor, dossier, event)
    letters.notify_corrector(actor, dossier, locked)
    letters.notify_applicant(actor, dossier, event)
    if not confirmed and dossier.state == State.READY:
        letters.notify_result_unchanged(actor, dossier, event)
    return locked


def _apply(correction: ResultCorrection) -> dict[str, Any]:
    """Change the result to the values of the confirmed correction; return its former values as texts, by name."""
    result = Result.objects.select_for_update().get(pk=correction.result_id)
    before = {name: str(value) for name, value in values_of(result).items()}
    for name in VALUES:
        setattr(result, name, getattr(correction, name))
    save_with_unique_number(result, update_fields=VALUES)
    return before
