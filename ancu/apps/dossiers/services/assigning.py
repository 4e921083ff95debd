"""Who works on a dossier: given by hand, or in turn to whoever has the fewest."""

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
from ancu.apps.dossiers.selectors.officers import officers_of
from ancu.apps.dossiers.services.moving import lock, meanwhile, note
from ancu.core import clock
from ancu.core.actor import Actor, system
from ancu.core.errors import Conflict, require

BY_TURN = system("dossiers.assign")
NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # before any assignment


@transaction.atomic
def assign(actor: Actor, *, dossier: Dossier, to: User | None, shown: str | None = None) -> Dossier:
    """Give the dossier to an officer of the same office, or back to the queue.

    Conflict when a page ``shown`` another officer in charge ("" for nobody) than there is now.
    """
    locked = lock(dossier)
    require(rules.is_office(actor, locked))
    if locked.state not in IN_THE_OFFICE:
        raise meanwhile(actor, locked)
    require(rules.may_assign(actor, locked))
    if shown is not None and shown != str(locked.assigned_to_id or ""):
        raise _assigned_meanwhile(actor, locked)
    if to is not None and not officers_of(locked.agency_id).filter(pk=to.pk).exists():
        raise Conflict("not_an_officer", _("This person does not work on dossiers in this office."))
    _give(actor, locked, to)
    return locked


def _assigned_meanwhile(actor: Actor, dossier: Dossier) -> Conflict:
    officer = dossier.assigned_to
    sentence = (
        _("The dossier is with %(name)s.") % {"name": officer.full_name}
        if officer
        else _("The dossier is with nobody.")
    )
    return overtaken_conflict(actor, "dossier_assigned", dossier, sentence, only=Q(act="dossiers.assigned"))


def assign_in_turn(dossier: Dossier) -> User | None:
    """Give a locked dossier to the officer of the role its state asks for who has the fewest; None when it stays.

    Ties go to whoever was given one longest ago. One who has it already and may go on keeps it.
    """
    role = _role_for(dossier)
    if not settings.OFFICE_ASSIGN_IN_TURN or role is None or dossier.agency_id is None:
        return None
    # Two arrivals at once would both see the same officer as the freest: the second waits for the first's commit.
    Organisation.objects.select_for_update(no_key=True).get(pk=dossier.agency_id)
    officers = Membership.objects.filter(
        organisation_id=dossier.agency_id, role=role, ended_at=None, user__is_active=True
    ).exclude(user_id__in=[one for one in (dossier.filed_by_id, dossier.sponsor_id) if one])
    able = set(officers.values_list("user_id", flat=True))
    if not able or dossier.assigned_to_id in able:
        return None
    chosen = _freest(able)
    _give(BY_TURN, dossier, chosen)
    return chosen


def _role_for(dossier: Dossier) -> Role | None:
    if dossier.state in FOR_INTAKE:
        return Role.INTAKE_OFFICER
    return Role.ASSESSING_OFFICER if dossier.state == State.ACCEPTED else None


def _freest(able: set[int]) -> User:
    theirs = Dossier.objects.filter(assigned_to__in=able, state__in=IN_THE_OFFICE).order_by()
    open_now = dict(theirs.values_list("assigned_to").annotate(number=Count("id")))
    given = Dossier.objects.filter(assigned_to__in=able).order_by()
    last = dict(given.values_list("assigned_to").annotate(last=Max("assigned_at")))
    first = min(able, key=lambda one: (open_now.get(one, 0), last.get(one) or NEVER, one))
    return User.objects.get(pk=first)


def _give(actor: Actor, dossier: Dossier, to: User | None) -> None:
    dossier.assigned_to, dossier.assigned_at = to, clock.now() if to else None
    dossier.save(update_fields=["assigned_to", "assigned_at"])
    note(actor, dossier, "assigned", internal=True, to=to.pk if to else None)
