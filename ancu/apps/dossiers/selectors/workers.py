"""An organisation's list of foreign workers, what ends next first, and what earlier dossiers know about a worker."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import Count, DateField, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Greatest, Least
from django.shortcuts import get_object_or_404

from ancu.apps.dossiers.enums import EndBand
from ancu.apps.dossiers.models import Dossier, ForeignWorker
from ancu.apps.dossiers.models.worker import WORKER_FACTS
from ancu.apps.dossiers.rules import workers as rules
from ancu.apps.dossiers.selectors import visible_to
from ancu.apps.dossiers.selectors.prefill import values_by_source
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.pagination import CursorPage, cursor_page
from ancu.core.errors import require

NO_END = date.max  # sorts a worker without any day last
# As ``rules.next_end``: PostgreSQL's functions leave empty days out.
ENDS_ON = Coalesce(
    Least("passport_until", Greatest("card_until", "visa_until"), "permit_until"),
    Value(NO_END),
    output_field=DateField(),
)
PEOPLE_OFFERED = 200
DOSSIERS_SHOWN = 10


def visible_workers(actor: Actor) -> QuerySet[ForeignWorker]:
    """Return the workers of the actor's own organisation with ``ends_on``; 403 for everybody without such a list."""
    require(rules.may_keep_workers(actor))
    return ForeignWorker.objects.filter(organisation_id=actor.organisation_id or 0).annotate(ends_on=ENDS_ON)


def get_worker(actor: Actor, pk: int) -> ForeignWorker:
    """Return a worker of the actor's organisation; 404 for any other."""
    return get_object_or_404(visible_workers(actor), pk=pk)


def worker_page(actor: Actor, band: str = "", after: str = "") -> CursorPage[ForeignWorker]:
    """Return a page of the workers whose next paper ends in the band, or of all; what ends next comes first."""
    workers = visible_workers(actor)
    if band:
        workers = workers.filter(in_band(EndBand(band)))
    return cursor_page(workers, "ends_on", "pk", after=after)


def in_band(band: EndBand) -> Q:
    """Return the condition for workers whose next paper ends in this band, seen from today."""
    first, last = rules.band_limits(band, clock.today())
    condition = Q()
    if first is not None:
        condition &= Q(ends_on__gte=first)
    if last is not None:
        condition &= Q(ends_on__lte=last)
    return condition


def band_counts(actor: Actor) -> dict[EndBand, int]:
    """Return the number of the organisation's workers in each band."""
    counts = {f"band_{band.name}": Count("pk", filter=in_band(band)) for band in EndBand}
    numbers = visible_workers(actor).aggregate(**counts)
    return {band: numbers[f"band_{band.name}"] for band in EndBand}


def chosen_workers(actor: Actor, ids: Iterable[int]) -> list[ForeignWorker]:
    """Return those of the organisation's workers that were chosen, by name; other ids are left out."""
    return list(visible_workers(actor).filter(pk__in=list(ids)).order_by("full_name", "pk"))


def all_workers(actor: Actor, band: str = "") -> QuerySet[ForeignWorker]:
    """Return every worker of the list, or those of a band, for a file; what ends next comes first."""
    workers = visible_workers(actor)
    return (workers.filter(in_band(EndBand(band))) if band else workers).order_by(ENDS_ON.asc(), "pk")


def editable_values(worker: ForeignWorker) -> dict[str, Any]:
    """Return the values of a worker that its form changes, by field name."""
    return {name: getattr(worker, name) for name in WORKER_FACTS}


# ---- what earlier dossiers know ------------------------------------------------------------------------

SOURCES = {
    "full_name": "traveller.full_name",
    "sex": "traveller.sex",
    "birth_date": "traveller.birth_date",
    "nationality": "traveller.nationality",
    "position": "traveller.occupation",
    "phone": "applicant.phone",
    "symbol": "stay.entry_symbol",
    "passport_number": "traveller.document_number",
    "passport_until": "traveller.document_expiry",
}
CARDS = frozenset({"trc_organisation", "trc_individual"})


def own_dossiers(actor: Actor) -> QuerySet[Dossier]:
    """Return the dossiers that the actor's organisation filed."""
    require(rules.may_keep_workers(actor))
    return visible_to(actor).filter(organisation_id=actor.organisation_id or 0)


def dossiers_about(actor: Actor, worker: ForeignWorker) -> list[Dossier]:
    """Return the organisation's latest dossiers about a worker, newest first."""
    same = {"nationality": worker.nationality, "document_number": worker.passport_number}
    return list(own_dossiers(actor).filter(**same).defer("answers").order_by("-id")[:DOSSIERS_SHOWN])


def people_to_add(actor: Actor) -> list[Dossier]:
    """Return the latest dossier of each person whom the organisation filed for and who is not on its list."""
    present = set(visible_workers(actor).values_list("nationality", "passport_number"))
    by_person: dict[tuple[str, str], Dossier] = {}
    dossiers = own_dossiers(actor).filter(document_number__gt="", full_name__gt="").defer("answers")
    for dossier in dossiers.order_by("-id")[: 5 * PEOPLE_OFFERED]:
        by_person.setdefault((dossier.nationality, dossier.document_number), dossier)
    missing = [dossier for key, dossier in by_person.items() if key not in present]
    return sorted(missing[:PEOPLE_OFFERED], key=lambda dossier: dossier.full_name)


def latest_dossiers(actor: Actor, workers: Sequence[ForeignWorker]) -> dict[tuple[str, str], Dossier]:
    """Return the organisation's latest dossier of each of the workers, by nationality and passport number."""
    numbers = [worker.passport_number for worker in workers]
    dossiers = own_dossiers(actor).filter(document_number__in=numbers).order_by("id")
    return {(dossier.nationality, dossier.document_number): dossier for dossier in dossiers}


def values_from_dossier(dossier: Dossier) -> dict[str, Any]:
    """Return what a dossier of the organisation knows about its foreigner, as values of the worker's form.

    These are the answers, and the card or visa that was issued.
    """
    procedure = procedure_of(dossier)
    known_values = values_by_source(procedure, dossier.answers)
    values = {name: known_values.get(source, "") for name, source in SOURCES.items()}
    result = getattr(dossier, "result", None)
    if result is not None and result.symbol:
        paper = "card" if dossier.procedure in CARDS else "visa"
        values |= {f"{paper}_number": result.number, f"{paper}_until": result.valid_until, "symbol": result.symbol}
    return {name: value for name, value in values.items() if value}
