"""One dossier as the office works on it: its papers, its person, its opinions, what is left to do."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet, prefetch_related_objects
from django.db.models.functions import Left

from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import ISSUED, ComponentState, ReturnReason
from ancu.apps.dossiers.models import Component, Dossier, Opinion, Result, Supplement
from ancu.apps.dossiers.selectors import get_component, get_dossier
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.apps.dossiers.selectors.queues import received
from ancu.apps.dossiers.selectors.reading import component_label, field_label
from ancu.apps.dossiers.selectors.wording import reason_in_words
from ancu.apps.places.selectors import fold
from ancu.apps.stays import selectors as stays
from ancu.apps.stays.models import Stay
from ancu.apps.travellers.selectors.people import persons_of
from ancu.core.actor import Actor
from ancu.core.db.statements import prepared
from ancu.core.errors import Http404, require

PAPERS = Prefetch("components", Component.objects.select_related("file", "office_file", "judged_by"))
EARLIER = 20
ANSWERED = 50


@dataclass(frozen=True)
class Paper:
    """One line of the checklist."""

    component: Component
    label: str
    chosen: bool

    @property
    def judged(self) -> bool:
        return self.component.state in {ComponentState.ACCEPTED, ComponentState.RETURNED}


def get_office_dossier(actor: Actor, number: str) -> Dossier:
    """A dossier that the actor's office received; 404 for strangers, 403 for a unit that was only asked."""
    dossier = get_dossier(actor, number)
    require(rules.is_office(actor, dossier))
    return dossier


def get_office_component(actor: Actor, number: str, key: str) -> Component:
    component = get_component(actor, number, key)
    require(rules.is_office(actor, component.dossier))
    return component


def papers(dossier: Dossier, wanted: str = "") -> list[Paper]:
    """The checklist in the order of the procedure; chosen is the one asked for, else the first not judged.

    The dossier keeps them: whoever asks for its components afterwards asks no database.
    """
    prefetch_related_objects([dossier], PAPERS)
    order = {one.key: place for place, one in enumerate(procedure_of(dossier).components)}
    found = sorted(dossier.components.all(), key=lambda one: order.get(one.key, 99))
    shown = next((one for one in found if one.key == wanted), None) or next(
        (one for one in found if one.state in {ComponentState.GIVEN, ComponentState.WANTED}), next(iter(found), None)
    )
    return [Paper(one, component_label(procedure_of(dossier), one.key), one == shown) for one in found]


def is_unread_passport(component: Component) -> bool:
    """A passport's picture in which no zone was read: nobody but the officer compares it with the form."""
    asked = procedure_of(component.dossier).component(component.key)
    return asked.kind == "original" and component.file_id is not None and not component.zones


def stays_of(actor: Actor, dossier: Dossier) -> list[Stay]:
    """Where the person was declared in the actor's area, the newest first.

    By document and birth date together, and by whoever the program knows to be the same person: a renewed
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
    found = here.filter(identity__traveller_id__within=members)
    return list(found.select_related("establishment__unit", "unit").order_by("-arrived_on", "-id")[:EARLIER])


def with_notes(actor: Actor, found: list[Stay]) -> list[tuple[Stay, list[stays.Note]]]:
    """Each stay with what other parts of the house say of it: the alerts that wait, for those who read alerts."""
    said = stays.notes_of(actor, [one.pk for one in found])
    return [(one, [note for note in said.get(one.pk, []) if note.url]) for one in found]


def earlier_dossiers(actor: Actor, dossier: Dossier) -> list[Dossier]:
    """Those of the same document, or of the same name and birth date, that the agency received.

    Whoever was born on that day is found by an index, and the name compared with these few: as a search it would ask
    the index of trigrams, which reads a thousand times more.
    """
    if not dossier.document_number:
        return []
    name = f"{fold(dossier.full_name)} "
    same_person = Q(name=name, birth_date=dossier.birth_date)
    known = received(actor).alias(name=Left("search_key", len(name)))
    found = known.filter(Q(document_number=dossier.document_number) | same_person).exclude(pk=dossier.pk)
    return list(found.defer("answers").order_by("-submitted_at", "-id")[:EARLIER])


def last_supplement(dossier: Dossier) -> Supplement | None:
    """What was asked last, so that its answer is read beside it. The dossier keeps all that were, for its documents."""
    prefetch_related_objects([dossier], "supplements")
    return max(dossier.supplements.all(), key=lambda one: one.asked_at, default=None)


def supplement_lines(dossier: Dossier, items: Sequence[dict[str, str]]) -> list[tuple[str, str, str]]:
    """(what, typed reason, words) of each thing asked for, in the reader's language."""
    procedure = procedure_of(dossier)
    labels = dict(ReturnReason.choices)
    return [
        (
            (component_label if item["kind"] == "component" else field_label)(procedure, item["key"]),
            str(labels.get(item["reason_code"], "")),
            reason_in_words(item),
        )
        for item in items
    ]


def opinions_on(dossier: Dossier) -> QuerySet[Opinion]:
    return dossier.opinions.select_related("asked_of", "asked_by", "answered_by").order_by("asked_at", "id")


def result_of(dossier: Dossier) -> Result | None:
    if dossier.state not in ISSUED:
        return None
    return Result.objects.select_related("scan").filter(dossier=dossier).first()


# ---- what other units are asked ------------------------------------------------------------------------


def opinions_asked(actor: Actor) -> QuerySet[Opinion]:
    """What others asked of the actor's unit."""
    require(rules.answers_opinions(actor))
    mine = Opinion.objects.filter(asked_of_id=actor.organisation_id or 0)
    shown = mine.select_related("dossier", "dossier__agency", "asked_by", "answered_by")
    return shown.defer("dossier__answers")


@prepared()
def opinions_waiting(actor: Actor) -> list[Opinion]:
    return list(opinions_asked(actor).filter(answered_at=None).order_by("answer_by", "id")[:ANSWERED])


@prepared()
def opinions_given(actor: Actor) -> list[Opinion]:
    return list(opinions_asked(actor).exclude(answered_at=None).order_by("-answered_at", "-id")[:ANSWERED])


def paper_page(component: Component, page: int) -> int:
    """The page to draw, counted from 0; 404 past the last or where there is no file."""
    if component.shown_file is None or not 1 <= page <= component.shown_pages:
        raise Http404
    return page - 1
