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
    """Every signed-in user, for the own data."""
    return actor.kind is ActorKind.PERSON and actor.user_id is not None


def is_own(actor: Actor, copy: CopyRequest) -> bool:
    """Only the account's holder, in any membership; not a colleague representing him."""
    return copy.user_id is not None and copy.user_id == actor.user_id


def may_withdraw(actor: Actor, copy: CopyRequest) -> bool:
    return is_own(actor, copy) and copy.state in OPEN_COPIES


def handles_copies(actor: Actor) -> bool:
    """Officers of the provincial office who work on dossiers, because they handle identity documents."""
    return actor.kind is ActorKind.PERSON and actor.is_office and actor.role in CHECKERS


def _handles(actor: Actor, copy: CopyRequest) -> bool:
    """Nobody may handle a copy of the own data."""
    return handles_copies(actor) and not actor.has_conflict_of_interest(copy.user_id)


def may_identify(actor: Actor, copy: CopyRequest) -> bool:
    """An officer may add the identity document of an account's holder at the counter."""
    return _handles(actor, copy) and copy.state == CopyState.TO_CHECK and copy.user_id is not None


def may_check(actor: Actor, copy: CopyRequest) -> bool:
    return _handles(actor, copy) and copy.state == CopyState.TO_CHECK


def may_approve(actor: Actor, copy: CopyRequest) -> bool:
    """An approving officer without conflict of interest with the officer who compared or checked."""
    first_hands = (copy.checked_by_id, copy.identified_by_id)
    second = not any(actor.has_conflict_of_interest(user_id) for user_id in first_hands)
    return (
        _handles(actor, copy) and actor.role == Role.APPROVING_OFFICER and copy.state == CopyState.PREPARED and second
    )


def may_send_back(actor: Actor, copy: CopyRequest) -> bool:
    return _handles(actor, copy) and actor.role == Role.APPROVING_OFFICER and copy.state == CopyState.PREPARED


def may_decline(actor: Actor, copy: CopyRequest) -> bool:
    return _handles(actor, copy) and follows(COPY_TRANSITIONS, copy.state, CopyState.DECLINED)


def may_hand_over(actor: Actor, copy: CopyRequest) -> bool:
    """For a guest at the counter; an account's holder downloads the files."""
    return _handles(actor, copy) and copy.user_id is None and copy.state == CopyState.READY and is_available(copy)


def is_available(copy: CopyRequest) -> bool:
    return copy.available_until is not None and not has_expired(copy)


def has_expired(copy: CopyRequest) -> bool:
    """An approved copy past its last day; its files are deleted by the nightly job."""
    return copy.available_until is not None and clock.today() > copy.available_until


def may_take(actor: Actor, copy: CopyRequest) -> bool:
    """Who may open the files: the account's holder once they are approved; of a guest's copy the officers.

    No officer opens an account's copy: it may hold a petition about him. He approves its kinds and counts.
    """
    if copy.user_id is not None:
        return is_own(actor, copy) and copy.state in OUT and is_available(copy)
    return _handles(actor, copy) and (copy.state == CopyState.PREPARED or (copy.state in OUT and is_available(copy)))


def files_of(copy: CopyRequest) -> list[CopyFile]:
    """The existing files by kind."""
    return [kind for kind in CopyFile if kind in copy.files]


def agrees_with_document(copy: CopyRequest, number: str, full_name: str) -> bool:
    """Whether the document shown at the handover is the one compared at the request."""
    return bool(number) and number == copy.document_number and agree(full_name, copy.full_name)
