"""A dossier the approving officer sent back to assessment: by whom, why, and what changed since."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ancu.apps.dossiers.enums import ComponentState, DecisionProposal, State
from ancu.apps.dossiers.models import Dossier, DossierEvent
from ancu.apps.dossiers.selectors.history import events
from ancu.apps.dossiers.selectors.page import in_words
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.apps.dossiers.selectors.signing import DossierChange, changes_since
from ancu.apps.dossiers.selectors.wording import article_in_words
from ancu.core.actor import Actor
from ancu.engines.rulebook import Procedure


@dataclass(frozen=True)
class ReturnToAssessment:
    """The last return to assessment. ``changes`` is empty when nothing has changed since."""

    event: DossierEvent
    changes: list[DossierChange]


def last_return(
    actor: Actor, dossier: Dossier, history: Sequence[DossierEvent] | None = None
) -> ReturnToAssessment | None:
    """Return the approver's last return to assessment, with the changes since; None if there was none.

    Only while the dossier is assessed or decided again. ``history`` are its events, if already read.
    """
    if dossier.state not in {State.ACCEPTED, State.ASSESSED}:
        return None
    history = list(events(actor, dossier)) if history is None else history
    place = next((place for place, event in reversed(list(enumerate(history))) if event.act == "sent_back"), None)
    if place is None:
        return None
    before, after = history[:place], history[place + 1 :]
    return ReturnToAssessment(history[place], list(_changes(dossier, history[place], before, after)))


def _changes(
    dossier: Dossier, event: DossierEvent, before: Sequence[DossierEvent], after: Sequence[DossierEvent]
) -> Iterator[DossierChange]:
    """Yield what changed after the approver's return: proposal, answers and papers, verdicts, opinions.

    ``before`` and ``after`` are the dossier's events on either side of the return ``event``.
    """
    procedure = procedure_of(dossier)
    filing = dossier.filings.filter(sent_at__lte=event.at).order_by("-number").first()
    if dossier.state == State.ASSESSED:
        yield from _proposal_changes(dossier, before, after)
    if filing is not None:
        yield from changes_since(dossier, procedure, filing)
    yield from _verdict_changes(procedure, before, after)
    for opinion in dossier.opinions.filter(answered_at__gte=event.at).select_related("asked_of").order_by("id"):
        yield DossierChange(_("Opinion of %(unit)s") % {"unit": opinion.asked_of.name}, "", opinion.answer)


def _proposal_changes(
    dossier: Dossier, before: Sequence[DossierEvent], after: Sequence[DossierEvent]
) -> Iterator[DossierChange]:
    """Yield how proposal, reason and article differ between the last assessments in ``before`` and ``after``."""
    old, new = (
        next((event for event in reversed(part) if event.act == State.ASSESSED), None) for part in (before, after)
    )
    if old is None or new is None:
        return
    changes = (
        DossierChange(_("Proposed"), *(str(DecisionProposal(event.data["proposal"]).label) for event in (old, new))),
        DossierChange(_("Reason"), old.reason, new.reason),
        DossierChange(_("Article"), *(article_in_words(dossier, event.article) for event in (old, new))),
    )
    yield from (change for change in changes if change.before != change.after)


def _verdict_changes(
    procedure: Procedure, before: Sequence[DossierEvent], after: Sequence[DossierEvent]
) -> Iterator[DossierChange]:
    """Yield the papers whose last verdict in the events ``after`` differs from that in ``before``."""
    old, new = (
        {event.data["component"]: event.data["state"] for event in part if event.act == "judged_component"}
        for part in (before, after)
    )
    names = {component.key: in_words(component, "label") for component in procedure.components}
    for key, state in new.items():
        if old.get(key) != state:
            label = pgettext("dossier", "%(paper)s, as checked") % {"paper": names.get(key, key)}
            yield DossierChange(
                label, str(ComponentState(old[key]).label) if key in old else "", str(ComponentState(state).label)
            )
