"""Confirmations of stay: request, issue with a number without gaps, refuse, withdraw, revoke."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ancu.apps.accounts.models import User
from ancu.apps.audit.selectors import overtaken_conflict
from ancu.apps.audit.services import record
from ancu.apps.messaging.services import notify
from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.places.selectors import unit_today
from ancu.apps.stays import rules
from ancu.apps.stays.enums import TRANSITIONS, AskedThrough, ConfirmationState, Proof
from ancu.apps.stays.models import Confirmation, ConfirmationBook, Stay
from ancu.apps.stays.selectors import get_stay
from ancu.apps.stays.selectors.confirmations import address_of, requester_path
from ancu.apps.stays.selectors.receipts import find_stay
from ancu.apps.stays.selectors.self_check import get_checked_stay
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.documents.reference_numbers import new_number
from ancu.core.errors import Conflict, require
from ancu.core.transitions import follows
from ancu.core.web.language import reader_language
from ancu.core.working_days import calendar
from ancu.engines.rulebook import confirmation_rule

State = ConfirmationState
SEEN_BY_THE_OFFICER = (Proof.CALLED, Proof.PASSPORT)
LETTER = "stays/letters/confirmation.txt"


# ---- asking ------------------------------------------------------------------------------------------------


def ask_as_guest(
    actor: Actor, *, stay_id: int, purpose: str, email: str = "", receipt: str = "", language: str = ""
) -> Confirmation:
    """Request a confirmation of a stay as a guest whose self-check was answered with yes.

    The code of the guest's receipt proves that the guest in person asks. Conflict ``receipt_wrong`` when it is not
    this stay's (the guest may then ask without a code), ``not_declared`` when the public may no longer ask.
    """
    stay = get_checked_stay(stay_id)
    if stay is None:
        raise Conflict("not_declared", _("You can no longer ask about this stay here. Check again."))
    proof = Proof.NONE
    if receipt.strip():
        stay_of_receipt = find_stay("-".join(receipt.split()).rsplit("/", 1)[-1])
        if stay_of_receipt is None or stay_of_receipt.pk != stay.pk:
            raise Conflict("receipt_wrong", _("This is not the receipt for this stay. Compare it with the paper."))
        proof = Proof.RECEIPT
    return _store_request(actor, stay, AskedThrough.SELF_CHECK, proof, purpose, email, language)


def ask_for_guest(actor: Actor, *, stay_id: int, purpose: str, email: str = "", language: str = "") -> Confirmation:
    """Request a confirmation for a guest of the actor's lodging, which vouches that the guest asks.

    Conflict ``withdrawn`` for a withdrawn declaration.
    """
    stay = get_stay(actor, stay_id)
    require(rules.may_see_requests(actor, stay))
    if not rules.may_ask_for_guest(actor, stay):
        raise Conflict("withdrawn", _("This declaration was withdrawn."))
    tongue = language or ("en" if email.strip() else "")  # the letter goes to a foreigner, not to who typed it
    return _store_request(actor, stay, AskedThrough.LODGING, Proof.LODGING, purpose, email, tongue)


@transaction.atomic
def _store_request(
    actor: Actor, stay: Stay, through: AskedThrough, proof: Proof, purpose: str, email: str, language: str
) -> Confirmation:
    """Store a request for a confirmation of the stay and record it.

    ``through`` is how it came, ``proof`` what proves that the guest asks. Conflict ``asked_too_often`` while too many
    wait.
    """
    Stay.objects.select_for_update(of=("self",)).get(pk=stay.pk)  # two at once must count each other
    waiting = Confirmation.objects.filter(stay=stay, state=State.REQUESTED)
    if waiting.count() >= rules.OPEN_REQUESTS:
        raise Conflict(
            "asked_too_often", _("A request for this stay already exists. Go to the commune police in person.")
        )
    asked_at = clock.now()
    confirmation = Confirmation.objects.create(
        reference=new_number(f"{settings.OFFICE_PREFIX}X"),
        stay=stay,
        unit=unit_today(stay.establishment.unit),
        through=through,
        proof=proof,
        purpose=purpose,
        user_id=actor.user_id,
        email=email.strip(),
        language=language or reader_language(),
        asked_at=asked_at,
        due_on=due_on(asked_at),
    )
    record(actor, "stays.confirmation_requested", confirmation, stay=stay.pk, through=str(through), proof=str(proof))
    return confirmation


def due_on(asked_at: datetime) -> date:
    """Return the day by which a request made at this time must be answered, by the rulebook's working days."""
    day = clock.local(asked_at).date()
    return calendar().add_working_days(day, confirmation_rule(day).deadline_days)


@transaction.atomic
def withdraw(actor: Actor, *, confirmation: Confirmation) -> Confirmation:
    """Withdraw a request for a confirmation as its requester; Conflict once it is decided."""
    locked = _lock(confirmation)
    return _change_state(actor, locked, State.WITHDRAWN)


# ---- the commune -------------------------------------------------------------------------------------------


@transaction.atomic
def issue(actor: Actor, *, confirmation: Confirmation, proof: str = "") -> Confirmation:
    """Issue the requested confirmation with what is declared now, as an officer; return it.

    ``proof`` is how the officer verified that the guest asks; Conflict ``unproved`` if it is needed and missing.
    Conflict also for a withdrawn declaration or a decided request.
    """
    locked = _lock(confirmation)
    require(rules.decides_confirmations(actor, locked))
    locked.stay = Stay.objects.select_for_update(of=("self",)).select_related("establishment").get(pk=locked.stay_id)
    if rules.may_decide(actor, locked) and not rules.may_issue(actor, locked):
        raise Conflict("withdrawn", _("This declaration was withdrawn; there is nothing to confirm."))
    if not rules.is_proved(locked):
        if proof not in SEEN_BY_THE_OFFICER:
            raise Conflict("unproved", _("Say how you made sure that the guest is the person asking."))
        locked.proof = proof
    _check_transition(actor, locked, State.ISSUED)
    _copy_facts_of_stay(locked)
    locked.decided_at, locked.decided_by_id, locked.agency_id = clock.now(), actor.user_id, actor.organisation_id
    return _change_state(actor, locked, State.ISSUED)


def _copy_facts_of_stay(locked: Confirmation) -> None:
    """Copy the stay's facts into the confirmation and give it a number and a code.

    Later corrections of the stay do not change it.
    """
    stay = locked.stay
    for name in ("full_name", "birth_date", "nationality", "document_number", "arrived_on"):
        setattr(locked, name, getattr(stay, name))
    locked.address = address_of(stay)
    locked.has_left = stay.departed_on is not None
    locked.stays_until = stay.departed_on or stay.expected_departure
    locked.year = clock.today().year
    locked.number = _next_number(locked.unit, locked.year)
    locked.code = new_number(f"{settings.OFFICE_PREFIX}C")


def _next_number(unit: AdministrativeUnit, year: int) -> int:
    """Return the next number of the commune's confirmations in a year.

    Its row is locked until commit, so numbers have no gaps.
    """
    ConfirmationBook.objects.get_or_create(unit=unit, year=year)
    book = ConfirmationBook.objects.select_for_update().get(unit=unit, year=year)
    book.last += 1
    book.save(update_fields=["last"])
    return book.last


@transaction.atomic
def refuse(actor: Actor, *, confirmation: Confirmation, ground: str, reason: str = "") -> Confirmation:
    """Refuse a request for a confirmation, as an officer, with a ground of the rulebook; return it.

    A reason in words is needed where the ground requires one. Conflict for a decided request.
    """
    locked = _lock(confirmation)
    require(rules.decides_confirmations(actor, locked))
    _check_transition(actor, locked, State.REFUSED)
    _set_ground(locked, ground, reason)
    locked.decided_at, locked.decided_by_id, locked.agency_id = clock.now(), actor.user_id, actor.organisation_id
    return _change_state(actor, locked, State.REFUSED, ground=ground)


@transaction.atomic
def revoke(actor: Actor, *, confirmation: Confirmation, ground: str, reason: str = "") -> Confirmation:
    """Revoke an issued confirmation, as an officer, with a ground of the rulebook; return it.

    Its content is kept; the verification page says that it is revoked. Conflict if it is not issued.
    """
    locked = _lock(confirmation)
    require(rules.decides_confirmations(actor, locked))
    _check_transition(actor, locked, State.REVOKED)
    _set_ground(locked, ground, reason)
    locked.revoked_at, locked.revoked_by_id = clock.now(), actor.user_id
    return _change_state(actor, locked, State.REVOKED, ground=ground)


def _set_ground(locked: Confirmation, code: str, reason: str) -> None:
    """Set the ground and reason of a refusal or revocation; Conflict for an unknown ground or a missing reason."""
    grounds_by_code = {ground.code: ground for ground in rules.grounds(locked, clock.today())}
    if code not in grounds_by_code:
        raise Conflict("ground_unknown", _("Choose one of the reasons."))
    if grounds_by_code[code].words and not reason.strip():
        raise Conflict("reason_missing", _("Say in a sentence what it is."))
    locked.ground, locked.reason = code, reason.strip()[:500]


# ---- the one door ------------------------------------------------------------------------------------------


def _lock(confirmation: Confirmation) -> Confirmation:
    """Return the confirmation, locked until the transaction ends."""
    locked = Confirmation.objects.select_for_update(of=("self",)).select_related("unit", "stay")
    return locked.get(pk=confirmation.pk)


def _check_transition(actor: Actor, locked: Confirmation, to: State) -> None:
    """Raise Conflict ``confirmation_moved`` if the confirmation cannot go from its state to the state ``to``."""
    if not follows(TRANSITIONS, locked.state, to):
        raise overtaken_conflict(actor, "confirmation_moved", locked)


def _change_state(actor: Actor, locked: Confirmation, to: State, **details: Any) -> Confirmation:
    """Change the confirmation's state and record it; e-mail the requester, except of a withdrawal.

    The caller has locked the row. Conflict if its present state forbids the change.
    """
    _check_transition(actor, locked, to)
    before, locked.state = locked.state, to
    locked.save()
    record(actor, f"stays.confirmation_{to.value}", locked, before=before, **details)
    if to != State.WITHDRAWN:
        _notify_requester(actor, locked)
    return locked


def _notify_requester(actor: Actor, locked: Confirmation) -> None:
    """E-mail the requester that the confirmation's state has changed; nothing without an address.

    The answer is behind the link in the e-mail, not in it.
    """
    to: User | str | None = locked.email or locked.user
    if to:
        notify(
            actor=actor,
            to=to,
            key=f"confirmation-{locked.pk}-{locked.state}",
            template=LETTER,
            subject=("confirmation", locked.pk),
            context={"reference": locked.reference, "path": requester_path(locked)},
            language=locked.language,
        )
