"""One dossier as a row of its filer's list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.selectors.mine import was_declined
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.core.actor import Actor
from ancu.core.web.language import localized

if TYPE_CHECKING:
    from ancu.apps.dossiers.models import Dossier

TONES = {
    State.SUPPLEMENT: "warn",
    State.APPROVED: "ok",
    State.READY: "ok",
    State.DELIVERED: "ok",
    State.REFUSED: "bad",
    State.NOT_ACCEPTED: "bad",
    State.DRAFT: "mute",
    State.WITHDRAWN: "mute",
    State.CLOSED: "mute",
}


@dataclass(frozen=True)
class DossierRow:
    dossier: Dossier
    procedure: str
    url: str
    tone: str
    request: Any


def dossier_row(actor: Actor, dossier: Dossier) -> DossierRow:
    """Return a dossier as a row of its filer's list."""
    return DossierRow(
        dossier,
        localized(procedure_of(dossier), "name"),
        page_url(actor, dossier),
        TONES.get(State(dossier.state), "info"),
        request_sentence(actor, dossier),
    )


def page_url(actor: Actor, dossier: Dossier) -> str:
    """Return the page of the dossier where the actor continues: writing, checking, reading its state, signing."""
    if rules.is_filer(actor, dossier):
        if was_declined(dossier):
            return _page("check", dossier)
        draft = dossier.state == State.DRAFT
        return reverse("dossiers:step", args=[dossier.number, 1]) if draft else _page("page", dossier)
    return _page("signature", dossier)


def _page(name: str, dossier: Dossier) -> str:
    """Return the address of a dossier's page."""
    return reverse(f"dossiers:{name}", args=[dossier.number])


def request_sentence(actor: Actor, dossier: Dossier) -> Any:
    """Return the request to the person in one sentence; empty when there is none."""
    if rules.may_sign(actor, dossier) and not rules.is_filer(actor, dossier):
        return _("Read it and sign.")
    if was_declined(dossier) and rules.is_filer(actor, dossier):
        return _("Your sponsor declined to sign. Name another sponsor.")
    if dossier.state == State.SUPPLEMENT and rules.is_filer(actor, dossier):
        return _("The office requests more documents from you.")
    return ""
