"""What anybody may learn with the number and the code on a slip: the state and what is asked, no person's data."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.urls import reverse

from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.selectors.money import is_unpaid
from ancu.apps.dossiers.selectors.page import Step, open_supplement, steps
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.core.numbers import normalise_number, seal, seal_matches
from ancu.engines.rulebook import Procedure

CODE, SIGNING = "lookup", "signature"
LONG = 24  # signs: 118 bits, since this code alone opens the way to an account


@dataclass(frozen=True)
class LookUp:
    """A dossier as a stranger with its slip may know it."""

    number: str
    procedure: Procedure
    state: str
    steps: list[Step]
    answer_by: date | None
    due_on: date | None
    unpaid: bool


def look_up_code(number: str) -> str:
    return seal(number, CODE)


def look_up_url(number: str) -> str:
    """Where the QR of a slip leads: number and code together."""
    return f"{settings.PUBLIC_URL}{reverse('dossiers:look-up', args=[number])}?code={look_up_code(number)}"


def look_up(number: str, code: str) -> LookUp | None:
    """None for a wrong number, a wrong code and a draft alike."""
    known = normalise_number(number)
    if known is None or not seal_matches(_typed(code), known, CODE):
        return None
    dossier = Dossier.objects.filter(number=known, submitted_at__isnull=False).first()
    if dossier is None:
        return None
    supplement = open_supplement(dossier)
    return LookUp(
        number=known,
        procedure=procedure_of(dossier),
        state=State(dossier.state),
        steps=steps(dossier),
        answer_by=supplement.answer_by if supplement else None,
        due_on=dossier.due_on,
        unpaid=is_unpaid(dossier),
    )


def _typed(code: str) -> str:
    """As people copy it from paper: lower case, spaces and dashes between."""
    return "".join(sign for sign in code.upper() if sign.isalnum())


# ---- the way of a sponsor who was written to -----------------------------------------------------------


def sign_path(dossier: Dossier) -> str:
    code = seal(dossier.number, dossier.sponsor_email, SIGNING, length=LONG)
    return reverse("dossiers:invited", args=[dossier.number, code])


def invited(number: str, code: str) -> Dossier | None:
    """The dossier whose sponsor was written to with ``code``; another address asked since makes it void."""
    dossier = Dossier.objects.filter(number=number).exclude(sponsor_email="").select_related("sponsor").first()
    if dossier is None or not seal_matches(code, dossier.number, dossier.sponsor_email, SIGNING, length=LONG):
        return None
    return dossier
