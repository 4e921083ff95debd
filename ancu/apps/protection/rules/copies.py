"""Who may ask for, check, approve, hand over and open a copy of personal data.

Everybody may know what data about him is processed (Law 91/2025/QH15 on the protection of personal data). A copy tells
an account's whole life, so one officer checks who asks and another one approves before anything leaves.
"""

from ancu.apps.accounts.enums import Role
from ancu.apps.protection.enums import COPY_TRANSITIONS, OPEN_COPIES, OUT, CopyFile, CopyState
from ancu.apps.protection.models import CopyRequest
from ancu.core import clock
from ancu.core.actor import Actor, ActorKind
from ancu.core.transitions import follows
from ancu.engines.rulebook import agree

CHECKERS = frozenset({Role.INTAKE_OFFICER, Role.ASSESSING_OFFICER, Role.APPROVING_OFFICER})
AVAILABLE_DAYS = 30


def may_ask(actor: Actor) -> bool:
    """Whether the actor may request a copy of the own data: every signed-in user."""
    return actor.kind is ActorKind.PERSON and actor.user_id is not None


def is_own(actor: Actor, copy: CopyRequest) -> bool:
    """Whether the request for a copy is for the data of the actor's own account, in any membership.

    A colleague who represents the account's holder gets no copy.
    """
    return copy.user_id is not None and copy.user_id == actor.user_id


def may_withdraw(actor: Actor, copy: CopyRequest) -> bool:
    """Whether the actor may withdraw the own request for a copy of personal data: until it is answered."""
    return is_own(actor, copy) and copy.state in OPEN_COPIES


def handles_copies(actor: Actor) -> bool:
    """Whether the actor handles copies of personal data.

    Officers of the provincial office who handle dossiers and identity documents do.
    """
    return actor.kind is ActorKind.PERSON and actor.is_office and actor.role in CHECKERS


def _handles(actor: Actor, copy: CopyRequest) -> bool:
    """Whether the actor handles copies and this one is of neither the actor's nor a represented colleague's data."""
    return handles_copies(actor) and not actor.has_conflict_of_interest(copy.user_id)


def may_identify(actor: Actor, copy: CopyRequest) -> bool:
    """Whether the actor may add the identity document that an account's holder shows at the counter.

    An officer who handles copies, while the request waits for its check.
    """
    return _handles(actor, copy) and copy.state == CopyState.TO_CHECK and copy.user_id is not None


def may_check(actor: Actor, copy: CopyRequest) -> bool:
    """Whether the actor may check the requested copy before it is prepared: an officer who handles it."""
    return _handles(actor, copy) and copy.state == CopyState.TO_CHECK


def may_approve(actor: Actor, copy: CopyRequest) -> bool:
    """Whether the actor may approve the prepared copy.

    An approving officer without a conflict of interest with the officer who compared or checked.
    """
    first_hands = (copy.checked_by_id, copy.identified_by_id)
    second = not any(actor.has_conflict_of_interest(user_id) for user_id in first_hands)
    return (
        _handles(actor, copy) and actor.role == Role.APPROVING_OFFICER and copy.state == CopyState.PREPARED and second
    )


def may_send_back(actor: Actor, copy: CopyRequest) -> bool:
    """Whether the actor may send a prepared copy back for another check: an approving officer."""
    return _handles(actor, copy) and actor.role == Role.APPROVING_OFFICER and copy.state == CopyState.PREPARED


def may_decline(actor: Actor, copy: CopyRequest) -> bool:
    """Whether the actor may decline the request for a copy: an officer who handles it, in a state that allows it."""
    return _handles(actor, copy) and follows(COPY_TRANSITIONS, copy.state, CopyState.DECLINED)


def may_hand_over(actor: Actor, copy: CopyRequest) -> bool:
    """Whether the actor may hand the copy to a guest at the counter; an account's holder downloads the files."""
    return _handles(actor, copy) and copy.user_id is None and copy.state == CopyState.READY and is_available(copy)


def is_available(copy: CopyRequest) -> bool:
    """Whether the copy was approved and its last day has not passed, so that its files can be opened."""
    return copy.available_until is not None and not has_expired(copy)


def has_expired(copy: CopyRequest) -> bool:
    """Whether the approved copy is past its last day; the nightly job deletes its files."""
    return copy.available_until is not None and clock.today() > copy.available_until


def may_open(actor: Actor, copy: CopyRequest) -> bool:
    """Whether the actor may open the copy's files.

    The account's holder may once they are approved and until the last day; officers only those of a guest's copy. No
    officer opens an account's copy: it may contain a petition about that officer, who approves its kinds and counts
    only.
    """
    if copy.user_id is not None:
        return is_own(actor, copy) and copy.state in OUT and is_available(copy)
    return _handles(actor, copy) and (copy.state == CopyState.PREPARED or (copy.state in OUT and is_available(copy)))


def files_of(copy: CopyRequest) -> list[CopyFile]:
    """Return the kinds of files (PDF, JSON, papers) that are stored for the copy; empty without any."""
    return [kind for kind in CopyFile if kind in copy.files]


def agrees_with_document(copy: CopyRequest, number: str, full_name: str) -> bool:
    """Whether number and name of the document shown at the handover agree with those compared at the request."""
    return bool(number) and number == copy.document_number and agree(full_name, copy.full_name)
