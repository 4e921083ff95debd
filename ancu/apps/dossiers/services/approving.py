"""Batch approval: which dossiers can be approved together, and why the others cannot."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.apps.dossiers.services import handling
from ancu.apps.dossiers.services.moving import stale_state
from ancu.apps.dossiers.services.on_each import Refusals, act_on_each
from ancu.apps.dossiers.services.versions import run_unless_changed
from ancu.core.actor import Actor
from ancu.core.errors import Conflict
from ancu.core.web.language import localized


def approvable(actor: Actor, dossiers: Sequence[Dossier]) -> tuple[list[Dossier], Refusals]:
    """Return the dossiers the actor may approve together, and the others with the reason.

    Raises Conflict, naming every dossier, when they belong to more than one procedure.
    """
    refusals = [(dossier, reason) for dossier in dossiers if (reason := _refusal_reason(actor, dossier))]
    refused = {dossier.pk for dossier, _reason in refusals}
    ready = [dossier for dossier in dossiers if dossier.pk not in refused]
    _require_one_procedure(ready)
    return ready, refusals


def approve_many(
    actor: Actor, *, dossiers: Sequence[Dossier], versions: Mapping[str, str] | None = None
) -> tuple[list[Dossier], Refusals]:
    """Approve the dossiers one by one; return the approved ones, and the others with the reason.

    A dossier changed since ``versions`` (by number, as the page showed them) does not block the rest.
    """
    ready, refusals = approvable(actor, dossiers)

    def act(dossier: Dossier) -> None:
        """Approve a dossier, unless it has changed since the page was shown."""
        run_unless_changed(
            lambda: handling.approve(actor, dossier=dossier), actor, dossier,
            version=(versions or {}).get(dossier.number, ""),
        )  # fmt: skip

    outcome = act_on_each(ready, act, forbidden=_may_not_decide())
    return outcome.done, refusals + outcome.refusals


def _refusal_reason(actor: Actor, dossier: Dossier) -> str:
    """Return a sentence on why the actor cannot approve the dossier together with others; "" if it is possible."""
    if dossier.state != State.ASSESSED:
        return str(stale_state(actor, dossier).message)
    if not rules.may_decide(actor, dossier):
        return _may_not_decide()
    if not rules.may_approve_chosen(actor, dossier):
        return _("It is not proposed for approval. Open it to decide.")
    return ""


def _may_not_decide() -> str:
    """Return the sentence that the actor proposed the decision or may not decide on the dossier."""
    return _("You proposed it yourself, or you may not decide on it.")


def _require_one_procedure(dossiers: Sequence[Dossier]) -> None:
    """Raise Conflict ``not_alike`` for dossiers of different procedures."""
    numbers: dict[str, list[str]] = {}
    for dossier in dossiers:
        numbers.setdefault(localized(procedure_of(dossier), "name"), []).append(dossier.number)
    if len(numbers) > 1:
        groups = "; ".join(f"{name}: {', '.join(group)}" for name, group in numbers.items())
        sentence = _(
            "Nothing was approved. You can only approve dossiers of one procedure together; you chose %(groups)s."
        )
        raise Conflict("not_alike", sentence % {"groups": groups})
