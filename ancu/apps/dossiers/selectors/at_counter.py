"""A dossier at the counter: what the passport says, what was changed by hand, what is already known of the person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from ancu.apps.dossiers.enums import Filer
from ancu.apps.dossiers.models import PASSPORT, Dossier
from ancu.apps.dossiers.rules.counter import may_be_received
from ancu.apps.dossiers.selectors import drafts_at_counter, visible_to
from ancu.apps.dossiers.selectors.prefill import LASTING, PrefillValues, stay_values, values_by_source
from ancu.apps.dossiers.selectors.preflight import open_stay_of, passport_values
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.apps.dossiers.selectors.steps import FormStep
from ancu.apps.stays import selectors as stays
from ancu.apps.stays.models import Stay
from ancu.core.actor import Actor
from ancu.engines.rulebook import CUT, Procedure, ProcedureComponent, procedures_on

OPEN_DRAFTS = 20
NATIONALITY = "traveller.nationality"


@dataclass(frozen=True)
class CounterOffer:
    """A procedure that people may begin at the counter, with the kind of applicant who comes."""

    procedure: Procedure
    filer: Filer

    @property
    def code(self) -> str:
        """The value of the choice in the form."""
        return f"{self.procedure.code}.{self.filer}"


def counter_offers(day: date) -> list[CounterOffer]:
    """Return what people can apply for at the counter on this day, by procedure and kind of applicant."""
    return [
        CounterOffer(procedure, Filer(filer))
        for procedure in procedures_on(day)
        for filer in procedure.filers
        if may_be_received(Filer(filer))
    ]


def open_drafts(actor: Actor) -> list[Dossier]:
    """Return the dossiers that the actor has begun at the counter and not submitted, the latest first."""
    return list(drafts_at_counter(actor).defer("answers").order_by("-saved_at", "-id")[:OPEN_DRAFTS])


# ---- the passport --------------------------------------------------------------------------------------


def passport_paper(procedure: Procedure) -> ProcedureComponent:
    """Return the procedure's definition of the passport, which each procedure requires."""
    return procedure.component(PASSPORT)


def zone_values(dossier: Dossier) -> PrefillValues:
    """Return what the machine-readable zone of the passport's picture surely says, by prefill name; empty without one.

    A zone read with certainty comes first.
    """
    paper = dossier.components.filter(key=PASSPORT).first()
    zones = sorted(paper.zones or [], key=lambda zone: not zone["certain"]) if paper else []
    values = passport_values(zones[0]["says"]) if zones else {}
    return {name: value for name, value in values.items() if value}


def is_zone_certain(dossier: Dossier) -> bool:
    """Whether a zone of the passport's picture was read with certainty: all check digits match."""
    paper = dossier.components.filter(key=PASSPORT).first()
    return paper is not None and any(zone["certain"] for zone in paper.zones or [])


def usual_values(zone: Mapping[str, str]) -> PrefillValues:
    """Return what is usual for a person with this zone, by prefill name; the officer sees it and can change it.

    An ordinary passport, and the nationality since birth.
    """
    birth = {"traveller.birth_nationality": zone[NATIONALITY]} if NATIONALITY in zone else {}
    return {"traveller.document_kind": "ordinary", **birth}


@dataclass(frozen=True)
class HandChange:
    """An answer that differs from the passport's machine-readable zone: ``zone_value`` is what the zone says."""

    form: str
    key: str
    zone_value: str


def hand_changes(dossier: Dossier, values: Mapping[str, str]) -> list[HandChange]:
    """Return the answers that were changed by hand: those that differ from the passport's zone (``zone_values``).

    An empty answer and a name that the zone cuts off are no change.
    """
    return [
        HandChange(form.code, key, values[field.prefill])
        for form in procedure_of(dossier).forms
        for key, field in form.fields.items()
        if field.prefill in values and _differs(dossier.answers.get(form.code, {}).get(key), values[field.prefill])
    ]


def _differs(answer: object, zone_value: str) -> bool:
    """Whether an answer contradicts the zone's value, in any case and spacing."""
    typed, zone = (" ".join(str(text or "").split()).casefold() for text in (answer, zone_value))
    if not typed:
        return False
    cut = CUT.casefold()
    return not typed.startswith(zone.removesuffix(cut)) if zone.endswith(cut) else typed != zone


# ---- what is asked once --------------------------------------------------------------------------------


def repeated_fields(steps: Sequence[FormStep]) -> frozenset[tuple[str, str]]:
    """Return (form code, key) of the fields that an earlier official form asks as well, by their prefill name.

    At the counter they are asked once, and ``repeat_answers`` copies the answer.
    """
    repeated: set[tuple[str, str]] = set()
    earlier: set[str] = set()
    for code, group in groupby(steps, key=lambda step: step.form.code):
        fields = [field for step in group for field in step.section.fields]
        repeated |= {(code, field.key) for field in fields if field.prefill in earlier}
        earlier |= {field.prefill for field in fields} | {col.prefill for field in fields for col in field.columns}
        earlier.discard("")
    return frozenset(repeated)


def repeat_answers(dossier: Dossier) -> dict[str, dict[str, object]]:
    """Return the dossier's answers by form code, with those of an earlier form in the empty fields of later ones."""
    return fill_empty(dossier, values_by_source(procedure_of(dossier), dossier.answers))


# ---- what is known already -----------------------------------------------------------------------------


@dataclass(frozen=True)
class KnownPerson:
    """What the office knows of the passport's holder: the open declared stay, and the latest earlier dossier."""

    stay: Stay | None
    earlier: Dossier | None

    @property
    def values(self) -> PrefillValues:
        """The values to prefill the form with, by prefill name; the declared stay's before the earlier dossier's."""
        values: PrefillValues = {}
        if self.earlier is not None:
            earlier = values_by_source(procedure_of(self.earlier), self.earlier.answers)
            values |= {name: value for name, value in earlier.items() if name.startswith(LASTING)}
        if self.stay is not None:
            values |= {name: value for name, value in stay_values(self.stay).items() if value}
        return values


def known_person(actor: Actor, dossier: Dossier) -> KnownPerson:
    """Return what the actor may see of the person with the dossier's passport number and birth date.

    Nothing without both of them.
    """
    if not dossier.document_number or not dossier.birth_date:
        return KnownPerson(None, None)
    stay = open_stay_of(dossier)
    if stay is not None and not stays.visible_to(actor).filter(pk=stay.pk).exists():
        stay = None
    own = visible_to(actor).filter(document_number=dossier.document_number, birth_date=dossier.birth_date)
    same_filer = own.filter(filer=dossier.filer).exclude(pk=dossier.pk)
    return KnownPerson(stay, same_filer.order_by("-id").first())


def fill_empty(dossier: Dossier, values: PrefillValues, *, replace: bool = False) -> dict[str, dict[str, object]]:
    """Return the dossier's answers by form code, with ``values`` in the empty fields of their prefill name.

    With ``replace`` in all of their fields. In a list of travellers the first row gets them.
    """
    answers: dict[str, dict[str, object]] = {}
    for form in procedure_of(dossier).forms:
        own = dict(dossier.answers.get(form.code, {}))
        for key, field in form.fields.items():
            if field.prefill == "dossier.travellers":
                rows = own.get(key)
                row = dict(rows[0]) if isinstance(rows, list) and rows else {}
                further = rows[1:] if isinstance(rows, list) else []
                _fill(row, {column.key: column.prefill for column in field.columns}, values, replace=replace)
                own[key] = [row, *further] if row else further
            else:
                _fill(own, {key: field.prefill}, values, replace=replace)
        answers[form.code] = own
    return answers


def _fill(answers: dict[str, object], sources: Mapping[str, str], values: PrefillValues, *, replace: bool) -> None:
    """Write the values into those of the answers that are empty, or with ``replace`` into all of them."""
    for key, source in sources.items():
        if source in values and (replace or not answers.get(key)):
            answers[key] = values[source]
