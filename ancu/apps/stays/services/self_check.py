"""The guest's self-check: rate limit, answer, and an audit event without personal data."""

from django.db import transaction

from ancu.apps.audit.services import record
from ancu.apps.stays.models import Stay
from ancu.apps.stays.selectors.self_check import SelfCheckQuestion, answer
from ancu.core.actor import Actor
from ancu.core.security.proof_of_work import is_solved
from ancu.core.security.rate_limits import RateLimitUse, allow

DAY = 24 * 3600
BY_ADDRESS, BY_ADDRESS_UNSOLVED = 30, 5  # an hour; a whole hotel may come from one address
BY_DOCUMENT, BY_DOCUMENT_A_DAY = 5, 10


def may_ask_now(question: SelfCheckQuestion, *, address: str, puzzle: str, solution: str) -> RateLimitUse:
    """Return whether the public may ask this question now, and if not, until when it must wait.

    Questions are limited by network address, more strictly without a solved puzzle, and by document number, unknown
    ones too.
    """
    if is_solved(puzzle, solution):
        by_address = allow("self-check", address, limit=BY_ADDRESS)
    else:
        by_address = allow("self-check-unsolved", address, limit=BY_ADDRESS_UNSOLVED)
    if not by_address:
        return by_address
    document = question.document
    an_hour = allow("self-check-document", document, limit=BY_DOCUMENT)
    return an_hour and allow("self-check-document-day", document, limit=BY_DOCUMENT_A_DAY, seconds=DAY)


@transaction.atomic
def check(actor: Actor, question: SelfCheckQuestion) -> Stay | None:
    """Return the stay that makes the self-check's answer yes, None for no; record the question in the audit.

    The audit event is on the stay, on another stay of the same document, or on none.
    """
    result = answer(question)
    about = result.stay or result.near
    subject: Stay | tuple[str, object] = about if about is not None else ("stays.stay", "unknown")
    record(actor, "stays.self_checked", subject, answer="yes" if result.stay else "no")
    return result.stay
