"""Set what a sponsor's clerk may prepare and submit."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ancu.apps.accounts import rules
from ancu.apps.accounts.models import Membership
from ancu.apps.accounts.selectors.limits import is_known, limit_values
from ancu.apps.audit.selectors import overtaken_conflict, require_edition
from ancu.apps.audit.services import record
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, require

ACT = "accounts.set_limits"


@transaction.atomic
def set_limits(
    actor: Actor, *, membership: Membership, procedures: Collection[str] | None, may_submit: bool, edition: str = ""
) -> Membership:
    """Set which procedures the clerk prepares (None: all) and whether the clerk submits; valid at once.

    Conflict for no or an unknown procedure, for a membership that ended, and ``changed_since`` when the page showed
    another ``edition``.
    """
    locked = Membership.objects.select_for_update().get(pk=membership.pk)
    if locked.ended_at:
        raise overtaken_conflict(actor, "membership_over", locked, _("This membership has ended."))
    require(rules.may_set_limits(actor, locked))
    if procedures is not None and (not procedures or not is_known(procedures)):
        raise Conflict("procedures", _("Choose at least one procedure."))
    require_edition(actor, edition, limit_values(locked), locked, only=Q(act=ACT))
    chosen = None if procedures is None else sorted(set(procedures))
    if (locked.procedures, locked.may_submit) == (chosen, may_submit):
        return locked
    locked.procedures, locked.may_submit = chosen, may_submit
    locked.save(update_fields=["procedures", "may_submit"])
    record(actor, ACT, locked, member_id=locked.user_id, procedures=chosen, may_submit=may_submit)
    return locked
