"""One dossier as the office works on it: papers, person, opinions and open tasks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, Q, QuerySet, prefetch_related_objects
from django.db.models.functions import Left

from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import ISSUED, ComponentState
from ancu.apps.dossiers.models import Component, Dossier, Opinion, Result, Supplement
from ancu.apps.dossiers.selectors import get_component, get_dossier
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.apps.dossiers.selectors.queues import received
from ancu.apps.dossiers.selectors.reading import component_label, field_label
from ancu.apps.dossiers.selectors.reasons import reason_words
from ancu.apps.dossiers.selectors.wording import reason_in_words
from ancu.apps.files.models import StoredFile
from ancu.apps.places.selectors import fold
from ancu.apps.stays import selectors as stays
from ancu.apps.stays.models import Stay
from ancu.apps.travellers.selectors.people import persons_of
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Http404, require

PAPERS = Prefetch("components", Component.objects.select_related("file", "office_file", "judged_by"))
EARLIER = 20
ANSWERED = 50


@dataclass(frozen=True)
class ChecklistPaper:
    """One line of the checklist."""

    component: Component
    label: str
    chosen: bool

    @property
    def judged(self) -> bool:
        """Whether an officer has accepted or returned the paper."""
        return self.component.state in {ComponentState.ACCEPTED, ComponentState.RETURNED}


def get_office_dossier(actor: Actor, number: str) -> Dossier:
    """Return the dossier with this number that the actor's office received; 404 if invisible, else 403."""
    dossier = get_dossier(actor, number)
    require(rules.is_office(actor, dossier))
    return dossier


def get_office_component(actor: Actor, number: str, key: str) -> Component:
    """Return the paper ``key`` of a dossier that the actor's office received; 404 if invisible, else 403."""
    component = get_component(actor, number, key)
    require(rules.is_office(actor, component.dossier))
    return component


def read_papers(dossier: Dossier) -> None:
    """Read the dossier's papers once, for this caller and later ones."""
    prefetch_related_objects([dossier], PAPERS)


def checklist(dossier: Dossier, chosen_key: str = "") -> list[ChecklistPaper]:
    """Return the dossier's papers in the procedure's order, with one chosen to be shown.

    Chosen is ``chosen_key``, otherwise the first paper without a verdict, else the first one. The components stay
    prefetched on the dossier for later callers.
    """
    read_papers(dossier)
    order = {component.key: place for place, component in enumerate(procedure_of(dossier).components)}
    components = sorted(dossier.components.all(), key=lambda paper: order.get(paper.key, 99))
    chosen = next((component for component in components if component.key == chosen_key), None) or next(
        (component for component in components if component.state in {ComponentState.RECEIVED, ComponentState.AWAITED}),
        next(iter(components), None),
    )
    return [
        ChecklistPaper(component, component_label(procedure_of(dossier), component.key), component == chosen)
        for component in components
    ]


def is_passport_picture(component: Component) -> bool:
    """Return whether a paper is the passport, and there is a picture of it."""
    requirement = procedure_of(component.dossier).component(component.key)
    return requirement.kind == "original" and component.file_id is not None


def is_unread_passport(component: Component) -> bool:
    """Return whether no zone was read in a passport image: then only the officer compares it with the form."""
    return is_passport_picture(component) and not component.zones


def stays_of(actor: Actor, dossier: Dossier) -> list[Stay]:
    """Return the declared stays of the dossier's foreigner in the actor's area, newest first; [] without a document.

    Matches document and birth date together, then every identity known to be the same person, so that a renewed
    passport does not hide earlier stays.
    """
    if not dossier.document_number or not dossier.birth_date:
        return []
    here = stays.visible_to(actor)
    same = here.filter(document_number=dossier.document_number, birth_date=dossier.birth_date)
    travellers: set[int] = set(same.values_list("identity__traveller_id", flat=True)[:50])
    if not travellers:
        return []
    members: set[int] = set().union(*persons_of(travellers).values())
    known_stays = here.filter(identity__traveller_id__in=members)
    return list(known_stays.select_related("establishment__unit", "unit").order_by("-arrived_on", "-id")[:EARLIER])


def with_notes(actor: Actor, stays_shown: list[Stay]) -> list[tuple[Stay, list[stays.Note]]]:
    """Return each stay with its notes from other apps, such as alerts, that the actor may open."""
    notes = stays.notes_of(actor, [stay.pk for stay in stays_shown])
    return [(stay, [note for note in notes.get(stay.pk, []) if note.url]) for stay in stays_shown]


def earlier_dossiers(actor: Actor, dossier: Dossier) -> list[Dossier]:
    """Return the agency's dossiers with the same document, or the same name and birth date.

    The index of birth dates finds the few candidates; the trigram index would read a thousand times more.
    """
    if not dossier.document_number:
        return []
    name = f"{fold(dossier.full_name)} "
    same_person = Q(name=name, birth_date=dossier.birth_date)
    dossiers = received(actor).alias(name=Left("search_key", len(name)))
    earlier = dossiers.filter(Q(document_number=dossier.document_number) | same_person).exclude(pk=dossier.pk)
    return list(earlier.defer("answers").order_by("-submitted_at", "-id")[:EARLIER])


def last_supplement(dossier: Dossier) -> Supplement | None:
    """Return the latest request for documents; all requests stay prefetched on the dossier."""
    prefetch_related_objects([dossier], "supplements")
    return max(dossier.supplements.all(), key=lambda supplement: supplement.asked_at, default=None)


def supplement_lines(dossier: Dossier, items: Sequence[dict[str, str]], at: datetime) -> list[tuple[str, str, str]]:
    """Return (paper or field, listed reason, officer's words) of each item requested at a moment, for the reader."""
    procedure = procedure_of(dossier)
    return [
        (
            (component_label if item["kind"] == "component" else field_label)(procedure, item["key"]),
            reason_words(item["reason_code"], clock.local(at).date()),
            reason_in_words(item),
        )
        for item in items
    ]


def opinions_on(dossier: Dossier) -> QuerySet[Opinion]:
    """Return the opinions requested about a dossier, in order of request."""
    return dossier.opinions.select_related("asked_of", "asked_by", "answered_by").order_by("asked_at", "id")


def result_of(dossier: Dossier) -> Result | None:
    """Return the dossier's result; None before it is issued."""
    if dossier.state not in ISSUED:
        return None
    return Result.objects.select_related("scan").filter(dossier=dossier).first()


# ---- what other units are asked ------------------------------------------------------------------------


def opinions_asked(actor: Actor) -> QuerySet[Opinion]:
    """Return the opinions requested from the actor's unit; 403 for actors who may not answer them."""
    require(rules.answers_opinions(actor))
    mine = Opinion.objects.filter(asked_of_id=actor.organisation_id or 0)
    opinions = mine.select_related("dossier", "dossier__agency", "asked_by", "answered_by")
    return opinions.defer("dossier__answers")


def opinions_waiting(actor: Actor) -> list[Opinion]:
    """Return the opinions that the actor's unit still owes, earliest deadline first; a limited number."""
    return list(opinions_asked(actor).filter(answered_at=None).order_by("answer_by", "id")[:ANSWERED])


def opinions_given(actor: Actor) -> list[Opinion]:
    """Return the opinions that the actor's unit gave last, newest first; a limited number."""
    return list(opinions_asked(actor).exclude(answered_at=None).order_by("-answered_at", "-id")[:ANSWERED])


def paper_page(component: Component, page: int) -> tuple[StoredFile, int]:
    """Return the file and the page to draw, counted from 0; 404 beyond the last page or without a file."""
    if component.shown_file is None or not 1 <= page <= component.shown_pages:
        raise Http404
    return component.shown_file, page - 1
