"""Undoing a fresh act on stays: restore each stay's version before it, and notify programs."""

from itertools import groupby
from typing import Any
from uuid import UUID

import pghistory
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.services import record
from ancu.apps.stays.models import Stay
from ancu.apps.stays.rules import is_active_record, may_change
from ancu.apps.stays.selectors import visible_to
from ancu.apps.stays.selectors.undoing import act_on, stay_ids_of_act, versions_before
from ancu.apps.stays.services import webhooks
from ancu.apps.stays.services.changing import conflict_for_constraint
from ancu.apps.stays.services.reopening import close_reopened
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, Http404, require

RESTORED = ("departed_on", "departure_presumed", "expected_departure", "room", "status", "withdrawal_reason")
BATCH = 500


def undo(*, actor: Actor, act: UUID) -> list[Stay]:
    """Undo an act on all its stays that were not changed since; return these stays.

    Conflict ``nothing_to_undo`` when there are none, ``earlier_stay_open`` and the like when the guest has been
    declared again since. 404 for an act on no visible stay.
    """
    with transaction.atomic():
        stays = list(
            visible_to(actor)
            .select_related("establishment", "submission")
            .filter(pk__in=stay_ids_of_act(act))
            .order_by("submission_id", "pk")
            .select_for_update(of=("self",))
        )
        if not stays:
            raise Http404
        for place in {stay.establishment_id: stay for stay in stays}.values():
            require(may_change(actor, place))
        versions = {version.pgh_obj_id: version for version in versions_before(act)}
        stays = [stay for stay in stays if stay.pk in versions]
        if not stays:
            raise Conflict(
                "nothing_to_undo", _("More than ten minutes have passed, or something else has changed since.")
            )
        _restore(actor, stays, versions)
    return stays


def undo_last(*, actor: Actor, stay: Stay) -> Stay:
    """Undo the last act on a stay, also on the act's other stays; return the stay.

    Conflict ``nothing_to_undo`` if it can no longer be undone.
    """
    act = act_on(stay)
    if act is None:
        raise Conflict("nothing_to_undo", _("More than ten minutes have passed, or something else has changed since."))
    return next(restored for restored in undo(actor=actor, act=act.id) if restored.pk == stay.pk)


def _restore(actor: Actor, stays: list[Stay], versions: dict[int, Any]) -> None:
    """Set the stays back to the values of the earlier ``versions``, record it and send webhook messages.

    ``versions`` are by stay id. Conflict if a constraint forbids it.
    """
    withdrawn = [stay for stay in stays if not is_active_record(stay)]
    for stay in stays:
        for name in RESTORED:
            setattr(stay, name, getattr(versions[stay.pk], name))
    with pghistory.context(user=actor.user_id, token=actor.token_id, act="undone", reason=""):
        try:
            with transaction.atomic():
                close_reopened(withdrawn)
                Stay.objects.bulk_update(stays, RESTORED, batch_size=BATCH)
        except IntegrityError as error:
            raise Conflict(*conflict_for_constraint(error)) from error
    for submission, members in groupby(stays, key=lambda stay: stay.submission):
        submission_stays = list(members)
        subject = submission_stays[0] if len(submission_stays) == 1 else submission
        record(actor, "stays.undone", subject, stays=[stay.pk for stay in submission_stays])
        webhooks.announce_acts(submission, submission_stays, "undone")
