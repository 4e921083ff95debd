"""The outline of a draft (``ui/steps.html``): the passport, the form's steps, the papers, the check."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from ancu.apps.dossiers.enums import ComponentState
from ancu.apps.dossiers.selectors.passport_zone import asks_passport, is_passport_pictured
from ancu.apps.dossiers.selectors.procedures import procedure_of, required_keys
from ancu.apps.dossiers.selectors.steps import FormStep
from ancu.core.templatetags.ui import counted
from ancu.core.web.language import localized

if TYPE_CHECKING:
    from ancu.apps.dossiers.models import Dossier

PASSPORT, PAPERS, CHECK = "passport", "papers", "check"


def outline(dossier: Dossier, steps: list[FormStep], now: int | str) -> list[dict[str, Any]]:
    """Return label, note, state and url of the passport, of each step, of the papers and of the final check.

    ``now`` is the number of the present step, or PASSPORT, PAPERS or CHECK.
    """
    lines = [_outline_passport(dossier, now)] if asks_passport(procedure_of(dossier)) else []
    lines += [_outline_step(dossier, step, now) for step in steps]
    lines.append(_outline_papers(dossier, now))
    url = reverse("dossiers:check", args=[dossier.number])
    lines.append({"label": _("Check and submit"), "note": "", "state": "now" if now == CHECK else "todo", "url": url})
    return lines


def _outline_passport(dossier: Dossier, now: int | str) -> dict[str, Any]:
    """Return label, state and address of the passport's picture, by which the form may be filled in."""
    state = "now" if now == PASSPORT else "done" if is_passport_pictured(dossier) else "todo"
    url = reverse("dossiers:passport-first", args=[dossier.number])
    return {"label": _("Passport"), "note": "", "state": state, "url": url}


def _outline_step(dossier: Dossier, step: FormStep, now: int | str) -> dict[str, Any]:
    """Return a step's label, note, state and address for the page's outline; ``now`` is the step shown."""
    note = ""
    if step.wrong:
        note = counted("%(n)s answer to correct", "%(n)s answers to correct", len(step.wrong))
    elif step.begun and step.missing:
        note = counted("%(n)s still empty", "%(n)s still empty", len(step.missing))
    url = reverse("dossiers:step", args=[dossier.number, step.number])
    state = "now" if now == step.number else step.state
    return {"label": localized(step.section, "title"), "note": note, "state": state, "url": url}


def _outline_papers(dossier: Dossier, now: int | str) -> dict[str, Any]:
    """Return label, note, state and address of the papers for the page's outline; the note has the number missing."""
    required = required_keys(dossier)
    open_states = [ComponentState.AWAITED, ComponentState.RETURNED]
    open_count = dossier.components.filter(key__in=required, state__in=open_states).count()
    note = counted("%(n)s still to come", "%(n)s still to come", open_count) if open_count else ""
    state = "now" if now == PAPERS else "todo" if open_count else "done"
    return {
        "label": _("Documents"),
        "note": note,
        "state": state,
        "url": reverse("dossiers:papers", args=[dossier.number]),
    }
