"""End a former handler's access: delete the sealed key and notify the other holders."""

from django.urls import reverse
from django.utils.translation import gettext as _

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.models import Membership, User
from ancu.apps.audit.services import record
from ancu.apps.messaging.services import notify
from ancu.apps.tips.models import HandlingUnit, KeyHolder, KeyShare
from ancu.apps.tips.selectors.units import PRESENT
from ancu.core import clock
from ancu.core.actor import Actor


def end_access(actor: Actor, user_id: int) -> list[str]:
    """End the user's keys of units where the user is no longer a tip handler.

    Return a sentence for each unit that must change its key; only a holder with a passphrase can do that.
    """
    still = Membership.objects.filter(user_id=user_id, role=Role.TIP_HANDLER, ended_at=None).values("organisation_id")
    rows = KeyHolder.objects.filter(user_id=user_id, left_at=None).exclude(unit__agency_id__in=still)
    return [sentence for holder in rows.select_related("unit__agency") if (sentence := _end_holder(actor, holder))]


def _end_holder(actor: Actor, holder: KeyHolder) -> str:
    """End the key holder, delete the holder's copy of the key and notify the other holders.

    Return a sentence on what the unit must do; "" for somebody who had only requested the key.
    """
    unit = HandlingUnit.objects.select_for_update(of=("self",)).get(pk=holder.unit_id)
    holder.left_at = clock.now()
    holder.save(update_fields=["left_at"])
    KeyShare.objects.filter(holder=holder).delete()
    present = list(unit.holders.filter(PRESENT).values_list("user_id", flat=True))
    record(actor, "tips.holder_ended", holder, remaining=len(present))
    if holder.confirmed_at is None:
        return ""
    for user in User.objects.filter(pk__in=present):
        notify(
            actor=actor, to=user, key=f"tips-left:{holder.pk}", template="tips/letters/holder_left.txt",
            subject=("tips", unit.pk), context={"path": reverse("tips:keys")},
        )  # fmt: skip
    return _task(unit, len(present))


def _task(unit: HandlingUnit, remaining: int) -> str:
    """Return a sentence on what the unit must do now that ``remaining`` people hold its key."""
    name = {"name": unit.agency.name}
    if remaining == 0:
        return (
            _("No one holds the key of %(name)s any more. A new handler needs the recovery share from the safe.") % name
        )
    if remaining == 1:
        return (
            _(
                "Only one person still holds the key of %(name)s. It receives no tips until a second person "
                "holds the key."
            )
            % name
        )
    return _("%(name)s must change its key, because the officer who left had it.") % name
