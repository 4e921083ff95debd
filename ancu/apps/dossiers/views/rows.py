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
    company: str = ""  # for which an agent began it


def dossier_row(actor: Actor, dossier: Dossier) -> DossierRow:
    """Return a dossier as a row of its filer's list: procedure, page, colour and what the person must do."""
    return DossierRow(
        dossier,
        localized(procedure_of(dossier), "name"),
        page_url(actor, dossier),
        TONES.get(State(dossier.state), "info"),
        request_sentence(actor, dossier),
        _company(actor, dossier),
    )


def _company(actor: Actor, dossier: Dossier) -> str:
    """Return for which company the actor began the dossier by a mandate; "" for every other dossier."""
    if rules.is_member_of_filer(actor, dossier) or dossier.organisation_id is None:
        return ""
    mandate = rules.mandate_of(actor, dossier)
    return mandate.organisation_name if mandate else ""


def page_url(actor: Actor, dossier: Dossier) -> str:
    """Return the address where the actor continues with the dossier: form, check, its page or the signature."""
    if rules.is_filer(actor, dossier):
        if was_declined(dossier):
            return _page("check", dossier)
        draft = dossier.state == State.DRAFT and rules.may_write(actor, dossier)
        return reverse("dossiers:step", args=[dossier.number, 1]) if draft else _page("page", dossier)
    return _page("signature", dossier)


def _page(name: str, dossier: Dossier) -> str:
    """Return the address of the dossier's page with the view name ``name``."""
    return reverse(f"dossiers:{name}", args=[dossier.number])


def request_sentence(actor: Actor, dossier: Dossier) -> Any:
    """Return a sentence on what the dossier needs from the actor now; "" if nothing."""
    if rules.may_sign(actor, dossier) and not rules.is_filer(actor, dossier):
        return _("Read it and sign.")
    if was_declined(dossier) and rules.is_filer(actor, dossier):
        return _("Your sponsor declined to sign. Name another sponsor.")
    if dossier.state == State.SUPPLEMENT and rules.may_write(actor, dossier):
        return _("The office requests more documents from you.")
    return ""
