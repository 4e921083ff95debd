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
    """Create confirmations; return their number, which is lower if the homestay has few guests."""
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
    """Return the actor of a demo account."""
    return actor_for(Membership.objects.select_related("user").get(user__email=email).user)


def _by_guest(stay: Stay, purpose: str, receipt: str = "") -> Confirmation:
    """Request a confirmation of the stay as its guest; ``receipt`` is the code that proves it, if any."""
    return services.ask_as_guest(PUBLIC, stay_id=stay.pk, purpose=purpose, receipt=receipt, language="en")


def _by_lodging(host: Actor, stay: Stay, purpose: str) -> Confirmation:
    """Request a confirmation of the stay as its lodging, on behalf of the guest."""
    return services.ask_for_guest(host, stay_id=stay.pk, purpose=purpose)


def _waits_long(host: Actor, officer: Actor, stay: Stay) -> None:
    """Create a request of a week ago that nobody has opened."""
    confirmation = _by_guest(stay, "residence_card")
    confirmation.asked_at -= timedelta(days=7)
    confirmation.due_on = services.due_on(confirmation.asked_at)
    confirmation.save(update_fields=["asked_at", "due_on"])


def _waits_proved(host: Actor, officer: Actor, stay: Stay) -> None:
    """Create a pending request proven by the stay's receipt."""
    _by_guest(stay, "driving_licence", stay_receipt_code(stay))


def _waits_by_lodging(host: Actor, officer: Actor, stay: Stay) -> None:
    """Create a pending request of the lodging."""
    _by_lodging(host, stay, "bank")


def _issued(host: Actor, officer: Actor, stay: Stay) -> None:
    """Create an issued confirmation."""
    services.issue(officer, confirmation=_by_lodging(host, stay, "residence_card"))


def _issued_called(host: Actor, officer: Actor, stay: Stay) -> None:
    """Create a confirmation issued after a call to the lodging."""
    services.issue(officer, confirmation=_by_guest(stay, "school"), proof="called")


def _refused(host: Actor, officer: Actor, stay: Stay) -> None:
    """Create a refused request."""
    confirmation = _by_guest(stay, "driving_licence")
    services.refuse(
        officer, confirmation=confirmation, ground="differs", reason="Ngày sinh trong khai báo khác với hộ chiếu."
    )


def _withdrawn(host: Actor, officer: Actor, stay: Stay) -> None:
    """Create a request that the guest withdrew."""
    services.withdraw(PUBLIC, confirmation=_by_guest(stay, "other"))


def _revoked(host: Actor, officer: Actor, stay: Stay) -> None:
    """Create a confirmation revoked after it was issued."""
    issued = services.issue(officer, confirmation=_by_lodging(host, stay, "residence_card"))
    services.revoke(officer, confirmation=issued, ground="not_staying")
