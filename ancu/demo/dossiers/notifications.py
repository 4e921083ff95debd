"""Notifications about the last acts on the demo accounts' dossiers, which would otherwise be empty."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from ancu.apps.accounts.models import Organisation, User
from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.models import Dossier, DossierEvent
from ancu.apps.dossiers.services import letters, sponsors
from ancu.apps.messaging.models import InAppNotification, Notification
from ancu.core.actor import system


def notify_last_acts(people: Iterable[User], company: Organisation) -> None:
    """Send the letters about the last act on each dossier of these people and this company.

    Each is dated on the day of its act.
    """
    own = Q(sponsor__in=people) | Q(filed_by__in=people) | Q(organisation=company)
    dossiers = Dossier.objects.filter(own).select_related("filed_by", "sponsor")
    last_acts = [
        (dossier, dossier.events.filter(act__in=letters.ACTS_WITH_LETTER).order_by("sequence").last())
        for dossier in dossiers
    ]
    for dossier, event in sorted(last_acts, key=_moment_of_last_act):
        _notify(dossier, event)


def _moment_of_last_act(last_act: tuple[Dossier, DossierEvent | None]) -> datetime:
    """Return the moment of the dossier's last act, or of its last save."""
    dossier, event = last_act
    return event.at if event else dossier.saved_at


def _notify(dossier: Dossier, event: DossierEvent | None) -> None:
    """Send the letter about the dossier's last act, dated at that act.

    Without an act it asks the sponsor to sign the draft.
    """
    bells, written = _last_id(InAppNotification), _last_id(Notification)
    if event is not None:
        letters.notify_applicant(system("demo"), dossier, event)
    elif dossier.state == State.DRAFT and dossier.sponsor is not None and dossier.sponsor != dossier.filed_by:
        sponsors.resend_signature_request(dossier=dossier)
    at = _moment_of_last_act((dossier, event))
    InAppNotification.objects.filter(pk__gt=bells).update(rung_at=at)
    Notification.objects.filter(pk__gt=written).update(created_at=at)


def _last_id(model: type[InAppNotification] | type[Notification]) -> int:
    """Return the highest id of a table; 0 if it is empty."""
    return model.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
