"""“Has my lodging declared me?”: answered yes or no to those who know three facts about the guest.

Who asks may be somebody else: a violent husband, a creditor, a stalker with a photo of the passport, who wants to know
whether a person stays in the province, and where. ``docs/security/self-check.md`` thinks it through; in short:

- Nothing is answered but yes or no: no lodging, no place, no date, no count, no hint which of the three was wrong.
- All three must be right, the birth date with its precision and the day of arrival exactly: who knows all three knows
  already that the guest came that day. A range would let him find the day by halving.
- Only stays that are open or ended lately are spoken of (``rules.may_be_asked_about``), so that nobody reads a past.
- A known document costs the same query as an unknown one, no comparison ends early; ``constant_time`` fills the rest.
- Guesses are counted by address and by document, before anything is looked up, so that a refusal says nothing either.
- A yes is not a proof of who asks: the confirmation of stay, which holds the address, needs more (``rules.is_proved``).
"""

import hmac
from dataclasses import dataclass
from datetime import date

from ancu.apps.stays.models import Stay
from ancu.apps.stays.rules import may_be_asked_about
from ancu.apps.stays.selectors.receipts import REAL
from ancu.core import clock
from ancu.engines.exchange import interpret

LOOKED_THROUGH = 20  # the latest stays of one document
COMPARED = ("birth_date", "arrived_on", "expected_departure", "departed_on", "status")


@dataclass(frozen=True)
class SelfCheckQuestion:
    """The three facts that a guest states: document as typed, birth date (also ``1971-05`` or ``1962``), arrival."""

    document_number: str
    birth_date: str
    arrived_on: date

    @property
    def document(self) -> str:
        """The typed document number in the form in which declarations store it; "" if it is invalid."""
        return interpret([{"document_number": self.document_number}])[0].values.document_number or ""


@dataclass(frozen=True)
class SelfCheckAnswer:
    """``stay`` is the one declared; ``near`` one of the same document, for the audit alone."""

    stay: Stay | None
    near: Stay | None


def answer(question: SelfCheckQuestion) -> SelfCheckAnswer:
    """Return the newest stay with this document, birth date and arrival that the public may ask about, or None.

    Also the newest stay of the same document, for the audit alone. The time it takes does not depend on the result.
    """
    today, sealed_answer = clock.today(), _sealed(question.birth_date, question.arrived_on)
    stays = Stay.objects.filter(REAL, document_number=question.document).only(*COMPARED)  # a find costs little
    near = matching = None
    for stay in stays.order_by("-arrived_on", "-id")[:LOOKED_THROUGH]:
        near = near or stay
        same = hmac.compare_digest(_sealed(stay.birth_date, stay.arrived_on), sealed_answer)
        if same & may_be_asked_about(stay, today) and matching is None:
            matching = stay
    return SelfCheckAnswer(matching, near)


def _sealed(birth_date: str, arrived_on: date) -> bytes:
    """Return birth date and day of arrival in a byte string, to be compared in constant time."""
    return f"{birth_date}|{arrived_on}".encode()


def get_checked_stay(stay_id: int) -> Stay | None:
    """Return the stay with this id while the public may ask about it; else None.

    The caller has it from a self-check that was answered with yes.
    """
    stay = Stay.objects.select_related("establishment", "submission").filter(REAL, pk=stay_id).first()
    return stay if stay is not None and may_be_asked_about(stay, clock.today()) else None
