"""A dossier at the counter: what people apply for there, what is asked once, what is already known of the person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from ancu.apps.dossiers.enums import Filer
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.rules.counter import may_be_received
from ancu.apps.dossiers.selectors import drafts_at_counter, visible_to
from ancu.apps.dossiers.selectors.passport_zone import fill_empty
from ancu.apps.dossiers.selectors.prefill import LASTING, PrefillValues, stay_values, values_by_source
from ancu.apps.dossiers.selectors.preflight import open_stay_of
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.apps.dossiers.selectors.steps import FormStep
from ancu.apps.stays import selectors as stays
from ancu.apps.stays.models import Stay
from ancu.core.actor import Actor
from ancu.engines.rulebook import Procedure, procedures_on

OPEN_DRAFTS = 20


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
