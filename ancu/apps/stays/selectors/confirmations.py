"""Confirmations of stay: those visible to an actor, the commune's list, the paper's lines, and its verification."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ancu.apps.places.selectors import label
from ancu.apps.stays.enums import AskedThrough, ConfirmationState
from ancu.apps.stays.models import Confirmation, Stay
from ancu.apps.stays.rules import is_on_paper, may_read_confirmations
from ancu.core import clock
from ancu.core.actor import Actor, ActorKind
from ancu.core.db.pagination import PAGE, CursorPage, newest_first, oldest_first
from ancu.core.documents.reference_numbers import normalise_number, seal, seal_matches
from ancu.core.errors import Http404, require
from ancu.core.security.privacy import REDACTED
from ancu.core.web.language import localized_text, reader_language
from ancu.core.working_days import calendar
from ancu.engines.exchange import code_name
from ancu.engines.rulebook import Ground, confirmation_rule

LONG = 24  # signs: 118 bits, since this code alone opens the paper
REQUESTER = "confirmation"
WITH = ("stay__establishment", "stay__submission", "unit__parent", "agency__parent", "decided_by")


def visible_to(actor: Actor) -> QuerySet[Confirmation]:
    """Return the confirmations that the actor may see: all for the system.

    Officers see those of their area, lodgings those that they requested, signed-in guests their own.
    """
    visible = _seen_by(actor)
    return Confirmation.objects.none() if visible is None else Confirmation.objects.filter(visible)


def _seen_by(actor: Actor) -> Q | None:
    """Return the condition for confirmations that the actor may see; None if the actor may see none."""
    if actor.kind is ActorKind.SYSTEM:
        return Q()
    if actor.kind is not ActorKind.PERSON:
        return None
    if actor.is_lodging and actor.organisation_id is not None:
        return Q(through=AskedThrough.LODGING, stay__establishment__business_id=actor.organisation_id)
    if may_read_confirmations(actor):
        return Q(unit_id__in=actor.area)
    return None if actor.is_agency else Q(user_id=actor.user_id or 0, through=AskedThrough.SELF_CHECK)


def _require_office(actor: Actor) -> None:
    """Raise 404 for actors who are no officers, 403 for officers who may not see guests."""
    if not actor.is_agency:
        raise Http404
    require(may_read_confirmations(actor))


def get_confirmation(actor: Actor, pk: int) -> Confirmation:
    """Return a confirmation of the officer's area, or raise 404."""
    _require_office(actor)
    confirmation = visible_to(actor).select_related(*WITH).filter(pk=pk).first()
    if confirmation is None:
        raise Http404
    return confirmation


def confirmations_of_stay(actor: Actor, stay: Stay) -> list[Confirmation]:
    """Return the confirmations of a stay that the actor may see, newest first."""
    return list(visible_to(actor).filter(stay=stay).select_related("unit").order_by("-id"))


def own_confirmations(actor: Actor) -> list[Confirmation]:
    """Return the newest requests for a confirmation that the signed-in guest made, at most a page."""
    return list(visible_to(actor).filter(user_id=actor.user_id or 0).select_related("unit").order_by("-id")[:PAGE])


# ---- the commune's list ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ConfirmationRow:
    """``days_left`` are working days: 0 today, negative when late, None where nothing is owed."""

    confirmation: Confirmation
    days_left: int | None


def office_page(actor: Actor, state: str, *, after: str = "") -> CursorPage[ConfirmationRow]:
    """Return a page of confirmations of the officer's area, all or of one state.

    Waiting requests are oldest first, which is the order they are due in; others newest first.
    """
    _require_office(actor)
    confirmations = visible_to(actor).select_related("stay__establishment__unit", "unit")
    if state:
        confirmations = confirmations.filter(state=state)
    in_order = oldest_first if state == ConfirmationState.REQUESTED else newest_first
    return in_order(confirmations, after).map(
        lambda confirmation: ConfirmationRow(confirmation, days_left(confirmation))
    )


def days_left(confirmation: Confirmation) -> int | None:
    """Return the working days left to answer a request, negative when late; None once it is decided."""
    if confirmation.state != ConfirmationState.REQUESTED:
        return None
    return calendar().working_days_left(clock.today(), confirmation.due_on)


def other_requests(confirmation: Confirmation) -> int:
    """Return the number of other waiting requests for the same stay, which make an officer look twice."""
    waiting = Confirmation.objects.filter(stay_id=confirmation.stay_id, state=ConfirmationState.REQUESTED)
    return waiting.exclude(pk=confirmation.pk).count()


# ---- links of the requester and of the paper ---------------------------------------------------------------


def secret_of(confirmation: Confirmation) -> str:
    """Return the secret part of the link by which a confirmation's requester opens it, derived from its reference."""
    return seal(confirmation.reference, REQUESTER, length=LONG)


def requester_path(confirmation: Confirmation, name: str = "confirmation") -> str:
    """Return the secret path of a confirmation's requester, for the view ``name``; the link alone opens it."""
    return reverse(f"stays:{name}", args=[confirmation.reference, secret_of(confirmation)])


def confirmation_by_secret(reference: str, secret: str) -> Confirmation | None:
    """Return the confirmation of a requester's secret link; None if reference or secret is wrong.

    A wrong secret takes the same time as a wrong reference.
    """
    normal_reference = normalise_number(reference) or ""
    genuine = seal_matches(secret, normal_reference, REQUESTER, length=LONG)
    confirmation = Confirmation.objects.select_related(*WITH).filter(reference=normal_reference).first()
    return confirmation if genuine else None


def confirmation_by_code(code: str) -> Confirmation | None:
    """Return the issued or revoked confirmation of a typed verification code; None without one."""
    confirmation = Confirmation.objects.select_related(*WITH).filter(code=normalise_number(code) or "-").first()
    return confirmation if confirmation is not None and is_on_paper(confirmation) else None


def public_url(confirmation: Confirmation) -> str:
    """Return the URL where anybody can verify the confirmation."""
    return f"{settings.PUBLIC_URL}{reverse('stays:verify_confirmation_code', args=[confirmation.code])}"


# ---- what the paper says -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class ConfirmationLine:
    """One line of the paper, which the verification page repeats word for word."""

    label: str | Promise
    vi: str
    en: str = ""
    strong: bool = False

    @property
    def localized_text(self) -> str:
        """The text in the reader's language."""
        return localized_text(self.en) or self.vi if reader_language() == "en" else self.vi


def printed_number(confirmation: Confirmation) -> str:
    """Return the printed number, such as ``12/2026/XNTT-05251``, without gaps in one commune and year."""
    return f"{confirmation.number:02}/{confirmation.year}/XNTT-{confirmation.unit.code}"


def printed(confirmation: Confirmation) -> list[ConfirmationLine]:
    """Return the lines (label and value) that the confirmation prints, in order: guest, lodging, days."""
    until = _("Left on") if confirmation.has_left else _("Expected to leave on")
    vi, en = (code_name("nationality", confirmation.nationality, tongue) for tongue in ("vi", "en"))
    return [
        ConfirmationLine(_("Full name"), confirmation.full_name, strong=True),
        ConfirmationLine(_("Date of birth"), "/".join(reversed(confirmation.birth_date.split("-")))),
        ConfirmationLine(_("Nationality"), vi, en),
        ConfirmationLine(_("Document number"), confirmation.document_number),
        ConfirmationLine(_("Stays at"), confirmation.address),
        ConfirmationLine(_("Arrived on"), _day(confirmation.arrived_on)),
        ConfirmationLine(until, _day(confirmation.stays_until)),
        ConfirmationLine(
            _("As declared up to"), _day(clock.local(confirmation.decided_at or clock.now()).date()), strong=True
        ),
    ]


def _day(day: date | None) -> str:
    """Return a date as dd/mm/yyyy; empty for None."""
    return f"{day:%d/%m/%Y}" if day else ""


def address_of(stay: Stay) -> str:
    """Return name, address and unit of the stay's lodging in one line."""
    house = stay.establishment
    return f"{house.name}, {house.address}, {label(house.unit)}"[:600]


def is_emptied(confirmation: Confirmation) -> bool:
    """Whether the confirmation's personal data were deleted after their retention period."""
    return confirmation.full_name == REDACTED


PRINTED = {
    "full_name": _("full name"), "birth_date": _("date of birth"), "nationality": _("nationality"),
    "document_number": _("document number"), "arrived_on": _("day of arrival"),
}  # fmt: skip


def corrected_since(confirmation: Confirmation) -> list[str | Promise]:
    """Return the labels of the confirmation's printed fields that were corrected in the stay since.

    The departure may change and does not count. Empty if not issued, or once the data were deleted.
    """
    stay = confirmation.stay
    if not is_on_paper(confirmation) or is_emptied(confirmation) or stay.full_name == REDACTED:
        return []
    return [words for name, words in PRINTED.items() if getattr(stay, name) != getattr(confirmation, name)]


def ground_of(confirmation: Confirmation) -> Ground | None:
    """Return the ground of a refusal or revocation, by the rulebook of the day of the decision; else None."""
    at = confirmation.revoked_at or confirmation.decided_at
    if not confirmation.ground or at is None:
        return None
    rule = confirmation_rule(clock.local(at).date())
    grounds = rule.refusals if confirmation.state == ConfirmationState.REFUSED else rule.revocations
    return next((ground for ground in grounds if ground.code == confirmation.ground), None)
