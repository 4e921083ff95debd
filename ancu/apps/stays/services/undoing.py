"""Taking an act on stays back while it is fresh: each stay is again what it was before, and everybody is told."""

from itertools import groupby
from typing import Any
from uuid import UUID

import pghistory
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.services import record
from ancu.apps.stays.models import Stay
from ancu.apps.stays.rules import may_change
from ancu.apps.stays.selectors import visible_to
from ancu.apps.stays.selectors.undoing import act_on, touched_by, versions_before
from ancu.apps.stays.services import telling
from ancu.apps.stays.services.changing import clash
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, Http404, require

RESTORED = ("departed_on", "departure_presumed", "expected_departure", "room", "status", "withdrawal_reason")
BATCH = 500


def undo(*, actor: Actor, act: UUID) -> list[Stay]:
    """Take an act back on every stay on which nothing was done since; Conflict ``nothing_to_undo`` on none.

    Conflict ``earlier_stay_open`` and the like when what was cannot be again, since the guest was declared anew.
    """
    with transaction.atomic():
        stays = list(
            visible_to(actor)
            .select_related("establishment", "submission")
            .filter(pk__in=touched_by(act))
            .order_by("submission_id", "pk")
            .select_for_update(of=("self",))
        )
        if not stays:
            raise Http404
        for place in {stay.establishment_id: stay for stay in stays}.values():
            require(may_change(actor, place))
        before = {one.pgh_obj_id: one for one in versions_before(act)}
        stays = [stay for stay in stays if stay.pk in before]
        if not stays:
            raise Conflict("nothing_to_undo", _("Ten minutes are over, or something else was done since."))
        _restore(actor, stays, before)
    return stays


def undo_last(*, actor: Actor, stay: Stay) -> Stay:
    """Take back what was last done to a stay, with whatever was done to others by the same act."""
    act = act_on(stay)
    if act is None:
        raise Conflict("nothing_to_undo", _("Ten minutes are over, or something else was done since."))
    return next(one for one in undo(actor=actor, act=act.id) if one.pk == stay.pk)


def _restore(actor: Actor, stays: list[Stay], before: dict[int, Any]) -> None:
    for stay in stays:
        for name in RESTORED:
            setattr(stay, name, getattr(before[stay.pk], name))
    with pghistory.context(user=actor.user_id, token=actor.token_id, act="undone", reason=""):
        try:
            with transaction.atomic():
                Stay.objects.bulk_update(stays, RESTORED, batch_size=BATCH)
        except IntegrityError as error:
            raise Conflict(*clash(error)) from error
    for submission, members in groupby(stays, key=lambda stay: stay.submission):
        of_one = list(members)
        record(actor, "stays.undone", of_one[0] if len(of_one) == 1 else submission, stays=[stay.pk for stay in of_one])
        telling.of_acts(submission, of_one, "undone")
