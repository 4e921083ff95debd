"""Assignment of dossiers to officers, by hand or automatically to the least busy."""

from datetime import UTC, datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Max, Q
from django.utils.translation import gettext_lazy as _

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.models import Membership, Organisation, User
from ancu.apps.audit.selectors import overtaken_conflict
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import FOR_INTAKE, IN_THE_OFFICE, State
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.rules.counter import involved_user_ids
from ancu.apps.dossiers.selectors.officers import officers_of
from ancu.apps.dossiers.services.moving import lock, note, stale_state
from ancu.core import clock
from ancu.core.actor import Actor, system
from ancu.core.errors import Conflict, require

BY_TURN = system("dossiers.assign")
NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # sorts before any assignment


@transaction.atomic
def assign(actor: Actor, *, dossier: Dossier, to: User | None, shown_officer: str | None = None) -> Dossier:
    """Assign the dossier to an officer of the same office, or return it to the queue.

    Conflict when the page showed another officer in charge (``shown_officer``, "" for nobody) than there is now.
    """
    locked = lock(dossier)
    require(rules.is_office(actor, locked))
    if locked.state not in IN_THE_OFFICE:
        raise stale_state(actor, locked)
    require(rules.may_assign(actor, locked))
    if shown_officer is not None and shown_officer != str(locked.assigned_to_id or ""):
        raise _stale_assignment(actor, locked)
    if to is not None and not officers_of(locked.agency_id).filter(pk=to.pk).exists():
        raise Conflict("not_an_officer", _("This person does not work on dossiers in this office."))
    _assign_to(actor, locked, to)
    return locked


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
    officer whose last assignment is oldest. Its own filer or sponsor never gets it (``_excluded_ids``).
    """
    role = _role_for(dossier)
    if not settings.OFFICE_ASSIGN_IN_TURN or role is None or dossier.agency_id is None:
        return None
    # Without this lock two concurrent submissions would both see the same officer as the least busy.
    Organisation.objects.select_for_update(no_key=True).get(pk=dossier.agency_id)
    officers = Membership.objects.filter(
        organisation_id=dossier.agency_id, role=role, ended_at=None, user__is_active=True
    ).exclude(user_id__in=_excluded_ids(dossier, role))
    able = set(officers.values_list("user_id", flat=True))
    if not able or dossier.assigned_to_id in able:
        return None
    chosen = _least_busy(able)
    _assign_to(BY_TURN, dossier, chosen)
    return chosen


def _excluded_ids(dossier: Dossier, role: Role) -> list[int]:
    """Return the users who never get the dossier: filer, sponsor, and as assessor who took it in at the counter."""
    excluded = involved_user_ids(dossier)
    if role == Role.INTAKE_OFFICER:
        excluded -= {dossier.received_by_id}
    return [user_id for user_id in excluded if user_id]


def _role_for(dossier: Dossier) -> Role | None:
    """Return the role that works on the dossier in its state: intake or assessing officer; None in any other."""
    if dossier.state in FOR_INTAKE:
        return Role.INTAKE_OFFICER
    return Role.ASSESSING_OFFICER if dossier.state == State.ACCEPTED else None


def _least_busy(able: set[int]) -> User:
    """Return, of the officers with these user ids, the one with the fewest open dossiers.

    Of equals the one whose last assignment is oldest.
    """
    open_dossiers = Dossier.objects.filter(assigned_to__in=able, state__in=IN_THE_OFFICE).order_by()
    open_counts = dict(open_dossiers.values_list("assigned_to").annotate(number=Count("id")))
    assigned = Dossier.objects.filter(assigned_to__in=able).order_by()
    last = dict(assigned.values_list("assigned_to").annotate(last=Max("assigned_at")))
    first = min(
        able, key=lambda officer_id: (open_counts.get(officer_id, 0), last.get(officer_id) or NEVER, officer_id)
    )
    return User.objects.get(pk=first)


def _assign_to(actor: Actor, dossier: Dossier, to: User | None) -> None:
    """Assign the dossier, or with ``to`` None to nobody, and note it in the history."""
    dossier.assigned_to, dossier.assigned_at = to, clock.now() if to else None
    dossier.save(update_fields=["assigned_to", "assigned_at"])
    note(actor, dossier, "assigned", internal=True, to=to.pk if to else None)
