"""The passport's machine-readable zone: what it says, what of a form it fills in, what was changed by hand since."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ancu.apps.dossiers.models import PASSPORT, Dossier
from ancu.apps.dossiers.selectors.prefill import PrefillValues
from ancu.apps.dossiers.selectors.preflight import passport_values
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.engines.rulebook import CUT, Answers, Procedure, ProcedureComponent

NATIONALITY = "traveller.nationality"


def passport_paper(procedure: Procedure) -> ProcedureComponent:
    """Return the procedure's definition of the passport, which each procedure requires."""
    return procedure.component(PASSPORT)


def asks_passport(procedure: Procedure) -> bool:
    """Whether the procedure has a place for the passport; every one that we know has."""
    return any(component.key == PASSPORT for component in procedure.components)


def is_passport_pictured(dossier: Dossier) -> bool:
    """Whether the dossier has a picture of the passport."""
    return any(paper.key == PASSPORT and paper.file_id is not None for paper in dossier.components.all())


def zone_values(dossier: Dossier) -> PrefillValues:
    """Return what the machine-readable zone of the passport's picture surely says, by prefill name; empty without one.

    A zone read with certainty comes first.
    """
    zones = sorted(_zones(dossier), key=lambda zone: not zone["certain"])
    values = passport_values(zones[0]["says"]) if zones else {}
    return {name: value for name, value in values.items() if value}


def is_zone_certain(dossier: Dossier) -> bool:
    """Whether a zone of the passport's picture was read with certainty: all check digits match."""
    return any(zone["certain"] for zone in _zones(dossier))


def _zones(dossier: Dossier) -> list[dict[str, Any]]:
    """Return the machine-readable zones read from the picture of the dossier's passport; empty without one."""
    paper = next((paper for paper in dossier.components.all() if paper.key == PASSPORT), None)
    return (paper.zones or []) if paper else []


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


def hand_changes(dossier: Dossier, values: Mapping[str, str], answers: Answers | None = None) -> list[HandChange]:
    """Return the answers that were changed by hand: those that differ from the passport's zone (``zone_values``).

    An empty answer and a name that the zone cuts off are no change. Of the dossier's present answers, or of those
    given. The counter, online filing and the officer's page all mark by this rule.
    """
    present = dossier.answers if answers is None else answers
    return [
        HandChange(form.code, key, values[field.prefill])
        for form in procedure_of(dossier).forms
        for key, field in form.fields.items()
        if field.prefill in values and _differs(present.get(form.code, {}).get(key), values[field.prefill])
    ]


def _differs(answer: object, zone_value: str) -> bool:
    """Whether an answer contradicts the zone's value, in any case and spacing."""
    typed, zone = (" ".join(str(text or "").split()).casefold() for text in (answer, zone_value))
    if not typed:
        return False
    cut = CUT.casefold()
    return not typed.startswith(zone.removesuffix(cut)) if zone.endswith(cut) else typed != zone


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
