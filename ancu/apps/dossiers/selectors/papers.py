"""The places for papers of a dossier: what is asked for, what is there, what may be added."""

from dataclasses import dataclass
from typing import Any

from ancu.apps.dossiers.enums import ComponentState
from ancu.apps.dossiers.models import Component, Dossier
from ancu.apps.dossiers.selectors.procedures import procedure_of, wanted_components
from ancu.engines import rulebook

SIGNED = "signed_"  # a form on paper: signed_na6 is NA6


@dataclass(frozen=True)
class Place:
    """One component of the procedure and what stands in it; ``held`` is None when nothing ever did."""

    asked: rulebook.Component
    wanted: bool
    held: Component | None

    @property
    def state(self) -> ComponentState:
        return ComponentState(self.held.state) if self.held else ComponentState.WANTED

    @property
    def may_promise(self) -> bool:
        """The paper itself can be brought: originals, and copies that must be certified."""
        return self.asked.kind == "original" or self.asked.certified


def form_to_sign(dossier: Dossier, place: Place) -> str:
    """The code of the form that this place wants back with a signature, to be printed; empty for other papers."""
    code = place.asked.key.removeprefix(SIGNED).upper() if place.asked.key.startswith(SIGNED) else ""
    return code if any(form.code == code for form in procedure_of(dossier).forms) else ""


def places_of(dossier: Dossier) -> list[Place]:
    """In the order of the procedure; what the answers do not ask for is there only if it may be added or was given.

    A paper asked for only under a condition that does not hold is left out: it would only puzzle.
    """
    wanted = set(wanted_components(dossier))
    held = {one.key: one for one in dossier.components.select_related("file")}
    return [
        Place(one, one.key in wanted, held.get(one.key))
        for one in procedure_of(dossier).components
        if one.key in wanted or one.key in held or one.required_if is None
    ]


@dataclass(frozen=True)
class GivenPaper:
    """How one paper was given: the paper itself promised, or a file of so many pages."""

    by_post: bool
    pages: int | None


def papers_at_submission(dossier: Dossier) -> dict[str, GivenPaper]:
    """The papers of the first filing by key, as they were then."""
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
    files = {key: GivenPaper(False, pages.get((key, sha256))) for key, sha256 in filing.papers.items()}
    return dict.fromkeys(promised, GivenPaper(True, None)) | files


def _pages_ever_given(dossier: Dossier) -> dict[tuple[str, str], int | None]:
    """How many pages each file of a paper has, those that others took the place of included."""
    versions: Any = Component._meta.get_field("events").related_model
    rows = [
        *versions.objects.filter(dossier_id=dossier.pk).exclude(file=None).values_list("key", "file__sha256", "pages"),
        *dossier.components.exclude(file=None).values_list("key", "file__sha256", "pages"),
    ]
    return {(key, sha256): pages for key, sha256, pages in rows}
