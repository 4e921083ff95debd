"""The paper slots of a dossier: required, received and optional papers."""

from dataclasses import dataclass
from typing import Any

from ancu.apps.dossiers.enums import ComponentState
from ancu.apps.dossiers.models import Component, Dossier
from ancu.apps.dossiers.selectors.procedures import procedure_of, required_keys
from ancu.engines import rulebook

SIGNED = "signed_"  # prefix of a signed form's key: signed_na6 is NA6


@dataclass(frozen=True)
class PaperPlace:
    """One component of the procedure and its content; ``received`` is None when nothing was ever sent."""

    component: rulebook.ProcedureComponent
    is_required: bool
    received: Component | None

    @property
    def state(self) -> ComponentState:
        """The state of the paper at this place; "awaited" if none was received."""
        return ComponentState(self.received.state) if self.received else ComponentState.AWAITED

    @property
    def may_promise(self) -> bool:
        """Whether the paper itself can be brought: originals, and copies that must be certified."""
        return self.component.kind == "original" or self.component.certified


def form_to_sign(dossier: Dossier, place: PaperPlace) -> str:
    """Return the code of the form that must be printed, signed and uploaded as this paper; "" for any other paper."""
    code = place.component.key.removeprefix(SIGNED).upper() if place.component.key.startswith(SIGNED) else ""
    return code if any(form.code == code for form in procedure_of(dossier).forms) else ""


def places_of(dossier: Dossier) -> list[PaperPlace]:
    """Return the dossier's places for papers, with what was received, in the procedure's order.

    Required, received and optional papers; one whose condition does not hold is left out.
    """
    required = set(required_keys(dossier))
    received = {component.key: component for component in dossier.components.select_related("file")}
    return [
        PaperPlace(definition, definition.key in required, received.get(definition.key))
        for definition in procedure_of(dossier).components
        if definition.key in required or definition.key in received or definition.required_if is None
    ]


@dataclass(frozen=True)
class SubmittedPaper:
    """How a paper was submitted: the original was promised, or a file with so many pages."""

    by_post: bool
    pages: int | None


def papers_at_submission(dossier: Dossier) -> dict[str, SubmittedPaper]:
    """Return by key the papers of the dossier's first filing as they were then; empty before it."""
    filing = dossier.filings.order_by("number").first()
    if filing is None:
        return {}
    promised: set[str] = set()
    acts = dossier.events.filter(act__in=["attached", "detached"], at__lte=filing.sent_at).order_by("sequence")
    for act, data in acts.values_list("act", "data"):
        if act == "detached":
            promised.discard(data["component"])
        elif data.get("by_post"):
            promised.add(data["component"])
    pages = _pages_ever_given(dossier)
    files = {key: SubmittedPaper(False, pages.get((key, sha256))) for key, sha256 in filing.papers.items()}
    return dict.fromkeys(promised, SubmittedPaper(True, None)) | files


def _pages_ever_given(dossier: Dossier) -> dict[tuple[str, str], int | None]:
    """Return the page count of every file the dossier's papers ever had, by (paper's key, SHA-256)."""
    versions: Any = Component._meta.get_field("events").related_model
    rows = [
        *versions.objects.filter(dossier_id=dossier.pk).exclude(file=None).values_list("key", "file__sha256", "pages"),
        *dossier.components.exclude(file=None).values_list("key", "file__sha256", "pages"),
    ]
    return {(key, sha256): pages for key, sha256, pages in rows}
