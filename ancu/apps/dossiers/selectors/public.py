"""What anybody may learn with the number and the code on a slip: the state and what is asked, no person's data."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ancu.apps.dossiers.enums import BEFORE_DECISION, EDITABLE, State
from ancu.apps.dossiers.models import Dossier, Event
from ancu.apps.dossiers.selectors.money import is_unpaid
from ancu.apps.dossiers.selectors.page import Expected, Step, expected, open_supplement, steps
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.apps.dossiers.selectors.results import correction_lacking
from ancu.apps.dossiers.selectors.signatures import digest_of
from ancu.core import clock
from ancu.core.documents.reference_numbers import normalise_number, seal, seal_matches, typed_code
from ancu.core.registry.code_pages import CodePage
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
    expected: Expected | None
    agency_id: int | None
    unpaid: bool
    checked: bool  # a correction of its result waits for a second officer


def opens_code(text: str) -> CodePage | None:
    """The number of a dossier, whether there is one or not: only its slip's code opens it."""
    number = normalise_number(typed_code(text)) or ""
    if not number.startswith(f"{settings.OFFICE_PREFIX}D-"):
        return None
    return CodePage(_("This is the number of a dossier."), reverse("dossiers:look-up", args=[number]))


def look_up_code(number: str) -> str:
    return seal(number, CODE)


def is_slip_of(dossier: Dossier, code: str) -> bool:
    """Whether the code is the one on this dossier's slip."""
    return seal_matches(code, dossier.number, CODE)


def look_up_url(number: str) -> str:
    """Where the QR of a slip leads. The code stands after ``#``: browsers send it to nobody, and no log keeps it."""
    return f"{settings.PUBLIC_URL}{reverse('dossiers:look-up', args=[number])}#{look_up_code(number)}"


def look_up(number: str, code: str) -> LookUp | None:
    """None for a wrong number, a wrong code and a draft alike."""
    known = normalise_number(number)
    if known is None or not seal_matches(code, known, CODE):
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
        expected=expected(dossier) if dossier.state in BEFORE_DECISION else None,
        agency_id=dossier.agency_id,
        unpaid=is_unpaid(dossier),
        checked=correction_lacking(dossier) is not None,
    )


# ---- the way of a sponsor who was written to -----------------------------------------------------------


@dataclass(frozen=True)
class Invitation:
    """What a letter's link leads to. ``ended``: why it works no more (replaced, changed, late, closed), or nothing."""

    dossier: Dossier
    ended: str


def sign_path(dossier: Dossier) -> str:
    """The link of the last letter to the sponsor."""
    return reverse("dossiers:invited", args=[dossier.number, _sign_code(dossier, _letters(dossier)[0])])


def sign_until(asked: Event) -> date:
    """The last day of the link that was sent then."""
    return clock.local(asked.at).date() + timedelta(days=settings.SIGNATURE_LINK_DAYS)


def link_ended(dossier: Dossier) -> str:
    """Why the link of the last letter works no more; nothing while it does, or when nobody was asked."""
    asked = _letters(dossier).first() if dossier.sponsor_email else None
    return _ended(dossier, asked) if asked else ""


def invited(number: str, code: str) -> Invitation | None:
    """The dossier whose sponsor was written to with ``code``; another address asked since makes it void."""
    dossier = Dossier.objects.filter(number=number).exclude(sponsor_email="").select_related("sponsor").first()
    if dossier is None:
        return None
    for place, asked in enumerate(_letters(dossier)):
        if seal_matches(code, *_sealed(dossier, asked), length=LONG):
            return Invitation(dossier, "replaced" if place else _ended(dossier, asked))
    return None


def _letters(dossier: Dossier) -> QuerySet[Event]:
    """Each time the sponsor was written to, the last first."""
    return Event.objects.filter(dossier=dossier, act="asked_signature").order_by("-sequence")


def _sign_code(dossier: Dossier, asked: Event) -> str:
    return seal(*_sealed(dossier, asked), length=LONG)


def _sealed(dossier: Dossier, asked: Event) -> tuple[object, ...]:
    return (dossier.number, dossier.sponsor_email, asked.sequence, SIGNING)


def _ended(dossier: Dossier, asked: Event) -> str:
    """The link opens an account with a confirmed address, so it does not lie about in a mailbox for ever.

    It is bound to what the dossier said when the letter was written: nobody is led by an old letter to another text.
    """
    if dossier.state not in EDITABLE:
        return "closed"
    if clock.today() > sign_until(asked):
        return "late"
    return "changed" if asked.data.get("digest") != digest_of(dossier) else ""
