"""A few confirmations of stay in the demo's commune, in each state, created by the services."""

from datetime import timedelta

from ancu.apps.accounts.models import Membership
from ancu.apps.accounts.selectors import actor_for
from ancu.apps.stays.enums import StayStatus
from ancu.apps.stays.models import Confirmation, Stay
from ancu.apps.stays.rules import may_be_asked_about
from ancu.apps.stays.selectors.receipts import stay_receipt_code
from ancu.apps.stays.services import confirmations as services
from ancu.core import clock
from ancu.core.actor import PUBLIC, Actor

HOST, OFFICER = "letan@homestay.example", "canbo@maichau.example"
STAY_COUNT = 9


def load_confirmations() -> int:
    """Create confirmations of stay in various states; return their number.

    It is lower if the homestay has few guests.
    """
    host, officer = actor_of(HOST), actor_of(OFFICER)
    own_stays = Stay.objects.filter(establishment__business_id=host.organisation_id)
    standing = own_stays.exclude(status=StayStatus.WITHDRAWN).select_related("submission")
    newest = standing.order_by("-arrived_on", "-id")[: 10 * STAY_COUNT]
    stays = [stay for stay in newest if may_be_asked_about(stay, clock.today())][:STAY_COUNT]
    acts = (
        _waits_long,
        _waits_proved,
        _waits_by_lodging,
        _issued,
        _issued_called,
        _refused,
        _withdrawn,
        _revoked,
        _issued,
    )
    for stay, act in zip(stays, acts, strict=False):
        act(host, officer, stay)
    return Confirmation.objects.count()


def actor_of(email: str) -> Actor:
    """Return the actor of the demo account with this e-mail address."""
    return actor_for(Membership.objects.select_related("user").get(user__email=email).user)


def _by_guest(stay: Stay, purpose: str, receipt: str = "") -> Confirmation:
    """Request a confirmation of the stay as its guest; ``receipt`` is the stay's receipt code, "" for none."""
    return services.ask_as_guest(PUBLIC, stay_id=stay.pk, purpose=purpose, receipt=receipt, language="en")


def _by_lodging(host: Actor, stay: Stay, purpose: str) -> Confirmation:
    """Request a confirmation of the stay as its lodging, on behalf of the guest."""
    return services.ask_for_guest(host, stay_id=stay.pk, purpose=purpose)


def _waits_long(host: Actor, officer: Actor, stay: Stay) -> None:
    """Request a confirmation a week ago that no officer has handled."""
    confirmation = _by_guest(stay, "residence_card")
    confirmation.asked_at -= timedelta(days=7)
    confirmation.due_on = services.due_on(confirmation.asked_at)
    confirmation.save(update_fields=["asked_at", "due_on"])


def _waits_proved(host: Actor, officer: Actor, stay: Stay) -> None:
    """Request a confirmation that waits for an officer, with the stay's receipt code as proof."""
    _by_guest(stay, "driving_licence", stay_receipt_code(stay))


def _waits_by_lodging(host: Actor, officer: Actor, stay: Stay) -> None:
    """Request a confirmation, by the lodging, so many days ago that an officer must answer today."""
    confirmation = _by_lodging(host, stay, "bank")
    while services.due_on(confirmation.asked_at) > clock.today():
        confirmation.asked_at -= timedelta(days=1)
    confirmation.due_on = services.due_on(confirmation.asked_at)
    confirmation.save(update_fields=["asked_at", "due_on"])


def _issued(host: Actor, officer: Actor, stay: Stay) -> None:
    """Request a confirmation of the stay by the lodging and issue it."""
    services.issue(officer, confirmation=_by_lodging(host, stay, "residence_card"))


def _issued_called(host: Actor, officer: Actor, stay: Stay) -> None:
    """Request a confirmation and issue it after the officer called the lodging."""
    services.issue(officer, confirmation=_by_guest(stay, "school"), proof="called")


def _refused(host: Actor, officer: Actor, stay: Stay) -> None:
    """Request a confirmation of the stay as the guest and refuse it."""
    confirmation = _by_guest(stay, "driving_licence")
    services.refuse(
        officer, confirmation=confirmation, ground="differs", reason="Ngày sinh trong khai báo khác với hộ chiếu."
    )


def _withdrawn(host: Actor, officer: Actor, stay: Stay) -> None:
    """Request a confirmation of the stay and withdraw the request as the guest."""
    services.withdraw(PUBLIC, confirmation=_by_guest(stay, "other"))


def _revoked(host: Actor, officer: Actor, stay: Stay) -> None:
    """Request a confirmation of the stay by the lodging, issue it and revoke it."""
    issued = services.issue(officer, confirmation=_by_lodging(host, stay, "residence_card"))
    services.revoke(officer, confirmation=issued, ground="not_staying")
