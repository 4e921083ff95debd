"""What the number and code on a slip reveal without signing in: state and next step, no personal data."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ancu.apps.dossiers.enums import BEFORE_DECISION, EDITABLE, State
from ancu.apps.dossiers.models import Dossier, DossierEvent
from ancu.apps.dossiers.rules.counter import is_without_account
from ancu.apps.dossiers.selectors.money import is_unpaid
from ancu.apps.dossiers.selectors.page import (
    ExpectedDates,
    ProgressStep,
    expected_dates,
    open_supplement,
    progress_steps,
)
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.apps.dossiers.selectors.results import correction_problem
from ancu.apps.dossiers.selectors.signatures import digest_of
from ancu.core import clock
from ancu.core.documents.reference_numbers import normalise_number, seal, seal_matches, typed_code
from ancu.core.registry.code_pages import CodePage
from ancu.engines.rulebook import Procedure

CODE, SIGNING = "lookup", "signature"
SIGN_CODE_LENGTH = 24  # characters, 118 bits: this code alone allows opening an account


@dataclass(frozen=True)
class PublicDossier:
    """A dossier as a stranger with its slip may know it."""

    number: str
    procedure: Procedure
    state: str
    steps: list[ProgressStep]
    answer_by: date | None
    expected: ExpectedDates | None
    agency_id: int | None
    unpaid: bool
    checked: bool  # a correction of its result waits for a second officer
    may_be_taken_over: bool  # it came from the counter, and is in nobody's account


def find_code_page(text: str) -> CodePage | None:
    """Return the look-up page for a dossier number, existing or not; None for any other text.

    Only the code on the slip opens the dossier there.
    """
    number = normalise_number(typed_code(text)) or ""
    if not number.startswith(f"{settings.OFFICE_PREFIX}D-"):
        return None
    return CodePage(_("This is the number of a dossier."), reverse("dossiers:look-up", args=[number]))


def look_up_code(number: str) -> str:
    """Return the code by which anybody can look up the dossier's state, as printed on its slips."""
    return seal(number, CODE)


def is_slip_of(dossier: Dossier, code: str) -> bool:
    """Return whether the code is the one on this dossier's slip."""
    return seal_matches(code, dossier.number, CODE)


def look_up_url(number: str) -> str:
    """Return the URL of a slip's QR code. The code follows ``#``: browsers do not send it, and no log stores it."""
    return f"{settings.PUBLIC_URL}{reverse('dossiers:look-up', args=[number])}#{look_up_code(number)}"


def look_up(number: str, code: str) -> PublicDossier | None:
    """Return the dossier's public state; None for a wrong number, a wrong code and a draft alike."""
    tidy_number = normalise_number(number)
    if tidy_number is None or not seal_matches(code, tidy_number, CODE):
        return None
    dossier = Dossier.objects.filter(number=tidy_number, submitted_at__isnull=False).first()
    if dossier is None:
        return None
    supplement = open_supplement(dossier)
    return PublicDossier(
        number=tidy_number,
        procedure=procedure_of(dossier),
        state=State(dossier.state),
        steps=progress_steps(dossier),
        answer_by=supplement.answer_by if supplement else None,
        expected=expected_dates(dossier) if dossier.state in BEFORE_DECISION else None,
        agency_id=dossier.agency_id,
        unpaid=is_unpaid(dossier),
        checked=correction_problem(dossier) is not None,
        may_be_taken_over=is_without_account(dossier),
    )


# ---- the way of a sponsor who was written to -----------------------------------------------------------


@dataclass(frozen=True)
class SigningInvitation:
    """What a letter's link leads to. ``ended``: why it works no more (replaced, changed, late, closed), or nothing."""

    dossier: Dossier
    ended: str


def sign_path(dossier: Dossier) -> str:
    """Return the path of the signing link in the latest letter to the dossier's sponsor."""
    return reverse("dossiers:invited", args=[dossier.number, _sign_code(dossier, _letters(dossier)[0])])


def sign_until(letter: DossierEvent) -> date:
    """Return the last day on which the signing link in this letter works."""
    return clock.local(letter.at).date() + timedelta(days=settings.SIGNATURE_LINK_DAYS)


def link_end_reason(dossier: Dossier) -> str:
    """Return why the signing link of the latest letter ended: ``closed``, ``late`` or ``changed``.

    Empty while it works, or without a letter.
    """
    letter = _letters(dossier).first() if dossier.sponsor_email else None
    return _end_reason(dossier, letter) if letter else ""


def invitation_for(number: str, code: str) -> SigningInvitation | None:
    """Return the dossier whose sponsor was sent ``code`` by letter, and why its link has ended, if so.

    None for an unknown code, or one sent to an address that is no longer the sponsor's.
    """
    dossier = Dossier.objects.filter(number=number).exclude(sponsor_email="").select_related("sponsor").first()
    if dossier is None:
        return None
    for place, letter in enumerate(_letters(dossier)):
        if seal_matches(code, *_sealed_parts(dossier, letter), length=SIGN_CODE_LENGTH):
            return SigningInvitation(dossier, "replaced" if place else _end_reason(dossier, letter))
    return None


def _letters(dossier: Dossier) -> QuerySet[DossierEvent]:
    """Return the events of the letters that asked the dossier's sponsor to sign, newest first."""
    return DossierEvent.objects.filter(dossier=dossier, act="asked_signature").order_by("-sequence")


def _sign_code(dossier: Dossier, letter: DossierEvent) -> str:
    """Return the code of the signing link in this letter to the sponsor, sealed so that nobody can guess it."""
    return seal(*_sealed_parts(dossier, letter), length=SIGN_CODE_LENGTH)


def _sealed_parts(dossier: Dossier, letter: DossierEvent) -> tuple[object, ...]:
    """Return the values that a signing code depends on: dossier number, sponsor's address and number of the letter."""
    return (dossier.number, dossier.sponsor_email, letter.sequence, SIGNING)


def _end_reason(dossier: Dossier, letter: DossierEvent) -> str:
    """Return why the letter's signing link ended: ``closed``, ``late`` or ``changed``; empty while it works.

    The link opens an account with a confirmed address, so it expires. It is bound to the dossier's content at the
    time of the letter, so that an old letter never leads to a changed text.
    """
    if dossier.state not in EDITABLE:
        return "closed"
    if clock.today() > sign_until(letter):
        return "late"
    return "changed" if letter.data.get("digest") != digest_of(dossier) else ""
