"""Change one stay: check permission and state, keep the earlier version, record the act, enqueue the webhook."""

from collections.abc import Callable, Iterable
from typing import Any

import pghistory
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.selectors import overtaken_conflict
from ancu.apps.audit.services import record
from ancu.apps.stays.models import Stay
from ancu.apps.stays.rules import is_active_record, may_change
from ancu.apps.stays.selectors import changed_since, get_stay
from ancu.apps.stays.services import webhooks
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, require


def change_stay(
    actor: Actor, stay_id: int, verb: str, change: Callable[[Stay], bool | None], *, reason: str = "", **details: Any
) -> Stay:
    """Change one stay by the function ``change``, record it as the act ``verb``, and return the stay.

    404 if it is not visible, Forbidden without permission, Conflict if its state forbids it. An act that changes no
    value is not stored: it must not appear in the history or end the undo of an earlier act. ``change`` returns True
    when it wrote to another table.
    """
    with transaction.atomic(), pghistory.context(user=actor.user_id, token=actor.token_id, act=verb, reason=reason):
        stay = get_stay(actor, stay_id, lock=True)
        require(may_change(actor, stay))
        if not is_active_record(stay):
            raise overtaken_conflict(actor, "withdrawn", stay, _("This declaration was withdrawn."))
        before = stored_values(stay)
        if not change(stay) and stored_values(stay) == before:
            return stay
        try:
            with transaction.atomic():
                stay.save()
        except IntegrityError as error:
            raise Conflict(*conflict_for_constraint(error)) from error
        record(actor, f"stays.{verb}", stay, reason=reason, **details)
        webhooks.announce_act(stay, verb, **details)
    return stay


def stored_values(stay: Stay) -> dict[str, Any]:
    """Return the values of all columns of the stay, by column name."""
    return {column.attname: getattr(stay, column.attname) for column in stay._meta.concrete_fields}


def check_unchanged(stay: Stay, fields: Iterable[str], version: int | None) -> None:
    """Raise Conflict ``changed_since`` when one of these fields was changed after ``version``, which the actor read."""
    if version is not None and not changed_since(stay, version).keys().isdisjoint(fields):
        raise Conflict("changed_since", _("Someone else has changed this declaration."))


def write_values(stay: Stay, version: int | None, **values: Any) -> None:
    """Set these fields of the stay, without saving it.

    Conflict ``changed_since`` if one of those that differ was changed after ``version``, which the actor read.
    """
    check_unchanged(stay, [name for name, value in values.items() if getattr(stay, name) != value], version)
    for name, value in values.items():
        setattr(stay, name, value)


def conflict_for_constraint(error: IntegrityError) -> tuple[str, Any]:
    """Return (code, message) of the Conflict for the database constraint of stays that was violated."""
    if "stay_one_open" in str(error):
        return "earlier_stay_open", _("This document already has an open stay here. Check the guest out first.")
    if "stay_declared_once" in str(error):
        return "already_declared", _("A stay with this document and arrival is already declared here.")
    if "stay_reference_once" in str(error):
        return "reference_of_another_guest", _("This reference now belongs to another guest.")
    return "impossible", _("These values do not match each other.")
