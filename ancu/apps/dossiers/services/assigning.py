"""Assignment of dossiers to officers, by hand or automatically to the least busy."""

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext_lazy as _

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.models import Membership, Organisation, User
from ancu.apps.audit.selectors import overtaken_conflict
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import FOR_INTAKE, IN_THE_OFFICE, State
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.rules.assigning import may_be_in_charge
from ancu.apps.dossiers.selectors.officers import is_assignable, officer_roles, open_counts
from ancu.apps.dossiers.services.moving import lock, note, stale_state
from ancu.core import clock
from ancu.core.actor import Actor, system
from ancu.core.errors import Conflict, require

BY_TURN = system("dossiers.assign")
NOT_ASSIGNABLE = _("%(name)s has no work on this dossier in its state, or filed, sponsors or received it.")
NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # sorts before any assignment


@transaction.atomic
def assign(
    actor: Actor, *, dossier: Dossier, to: User | None, shown_officer: str | None = None, **noted: Any
) -> Dossier:
    """Assign the dossier to an officer of the same office, or return it to the queue.

    Conflict when the page showed another officer in charge (``shown_officer``, "" for nobody) than there is now.
    ``noted`` are further values of the event.
    """
    locked = lock(dossier)
    require(rules.is_office(actor, locked))
    if locked.state not in IN_THE_OFFICE:
        raise stale_state(actor, locked)
    require(rules.may_assign(actor, locked))
    if shown_officer is not None and shown_officer != str(locked.assigned_to_id or ""):
        raise _stale_assignment(actor, locked)
    if to is not None:
        require_assignable(locked, to)
    assign_locked(actor, locked, to, **noted)
    return locked


def require_assignable(dossier: Dossier, to: User) -> None:
    """Raise Conflict ``not_an_officer`` unless the dossier may be assigned to this user."""
    roles = officer_roles(dossier.agency_id)
    if to.pk not in roles:
        raise Conflict("not_an_officer", _("This person does not work on dossiers in this office."))
    if not is_assignable(to.pk, dossier, roles):
        raise Conflict("not_in_charge", NOT_ASSIGNABLE % {"name": to.full_name})


def _stale_assignment(actor: Actor, dossier: Dossier) -> Conflict:
    """Return the Conflict ``dossier_assigned``: somebody else assigned the dossier after the page was shown."""
    officer = dossier.assigned_to
    sentence = (
        _("The dossier is assigned to %(name)s.") % {"name": officer.full_name}
        if officer
        else _("The dossier is not assigned to anyone.")
    )
    return overtaken_conflict(actor, "dossier_assigned", dossier, sentence, only=Q(act="dossiers.assigned"))


def assign_in_turn(dossier: Dossier) -> User | None:
    """Assign a locked dossier to the least busy officer of the role that its state needs; return that officer.

    None if nothing was assigned: it is switched off, nobody can, or the present officer keeps it. Ties go to the
    officer whose last assignment is oldest. Its own filer or sponsor never gets it (``may_be_in_charge``).
    """
    role = _role_for(dossier)
    if not settings.OFFICE_ASSIGN_IN_TURN or role is None or dossier.agency_id is None:
        return None
    # Without this lock two concurrent submissions would both see the same officer as the least busy.
    Organisation.objects.select_for_update(no_key=True).get(pk=dossier.agency_id)
    officers = Membership.objects.filter(
        organisation_id=dossier.agency_id, role=role, ended_at=None, user__is_active=True
    )
    able = {
        user_id for user_id in officers.values_list("user_id", flat=True) if may_be_in_charge(user_id, {role}, dossier)
    }
    if not able or dossier.assigned_to_id in able:
        return None
    chosen = _least_busy(able)
    assign_locked(BY_TURN, dossier, chosen)
    return chosen


def _role_for(dossier: Dossier) -> Role | None:
    """Return the role that works on the dossier in its state: intake or assessing officer; None in any other."""
    if dossier.state in FOR_INTAKE:
        return Role.INTAKE_OFFICER
    return Role.ASSESSING_OFFICER if dossier.state == State.ACCEPTED else None


def _least_busy(able: set[int]) -> User:
    """Return, of the officers with these user ids, the one with the fewest open dossiers.

    Of equals the one whose last assignment is oldest.
    """
    counts = open_counts(sorted(able))
    assigned = Dossier.objects.filter(assigned_to__in=able).order_by()
    last = dict(assigned.values_list("assigned_to").annotate(last=Max("assigned_at")))
    first = min(able, key=lambda officer_id: (counts[officer_id], last.get(officer_id) or NEVER, officer_id))
    return User.objects.get(pk=first)


def assign_locked(actor: Actor, dossier: Dossier, to: User | None, **noted: Any) -> None:
    """Assign a locked dossier, or with ``to`` None to nobody, and note it in the history with ``noted``."""
    dossier.assigned_to, dossier.assigned_at = to, clock.now() if to else None
    dossier.save(update_fields=["assigned_to", "assigned_at"])
    note(actor, dossier, "assigned", internal=True, to=to.pk if to else None, **noted)
