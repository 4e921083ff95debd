"""Change a petition's state, record each step, and notify the people concerned."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from ancu.apps.accounts.models import Membership, User
from ancu.apps.audit.selectors import overtaken_conflict
from ancu.apps.audit.services import record
from ancu.apps.listening.enums import TRANSITIONS, PetitionState, PetitionStep
from ancu.apps.listening.models import Petition, PetitionTrace
from ancu.apps.messaging.services import notify
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.transitions import follows


def move(
    actor: Actor, petition: Petition, to: PetitionState, step: PetitionStep, *, words: str = "", **changes: Any
) -> None:
    """Change the petition's state and other fields, and record the step; the caller has locked its row.

    Conflict if the table of transitions does not allow it.
    """
    if not follows(TRANSITIONS, petition.state, to):
        raise overtaken_conflict(actor, "petition_moved", petition)
    petition.state = to
    for name, value in changes.items():
        setattr(petition, name, value)
    petition.save(update_fields=["state", *changes])
    record_step(actor, petition, step, words=words)


def record_step(actor: Actor, petition: Petition, step: PetitionStep, *, words: str = "") -> None:
    """Store a step in the petition's history, with an audit event."""
    PetitionTrace.objects.create(
        petition=petition,
        at=clock.now(),
        step=step,
        state=petition.state,
        user_id=actor.user_id if actor.is_agency else None,
        agency_id=actor.organisation_id if actor.is_agency else None,
        words=words[:1000],
    )
    record(actor, f"listening.{step.value}", petition, state=str(petition.state))


def petitioners(petition: Petition) -> list[Petition]:
    """Return the petition and all petitions that were merged into it; each has its own petitioner."""
    return [petition, *petition.merged.order_by("id")]


def notify_petitioners(actor: Actor, petition: Petition, occasion: str, **context: Any) -> None:
    """Send each petitioner the letter ``occasion``: to the account, else by e-mail, else by text message.

    The letter states the petition's state and links to its page; it does not repeat its text.
    """
    for recipient in petitioners(petition):
        to: User | str | None = recipient.user or recipient.email or recipient.phone or None
        if to is None:
            continue
        notify(
            actor=actor,
            to=to,
            key=f"petition:{recipient.pk}:{occasion}:{petition.traces.count()}",
            template=f"listening/letters/{occasion}.txt",
            subject=("petition", recipient.number),
            language=recipient.language,
            context={"number": recipient.number, "path": reverse("listening:follow"), **context},
            sms=True,
        )


def notify_officers(actor: Actor, petition: Petition, agency_id: int, roles: Iterable[str], occasion: str) -> None:
    """Write the letter ``occasion`` to the agency's officers with these roles, without the petition's text.

    Never to the officer, or to members of the unit, that the petition is about.
    """
    there = Membership.objects.filter(
        organisation_id=agency_id, role__in=list(roles), ended_at__isnull=True, user__is_active=True
    )
    complained_of = Membership.objects.filter(organisation_id=petition.about_id or 0, ended_at__isnull=True)
    officers = User.objects.filter(pk__in=there.values("user_id")).exclude(pk__in=complained_of.values("user_id"))
    for officer in officers.order_by("pk"):
        if officer.pk in petition.about_officers:
            continue
        notify(
            actor=actor,
            to=officer,
            key=f"petition:{petition.pk}:{occasion}:{agency_id}:{petition.due_on:%Y%m%d}",
            template=f"listening/letters/{occasion}.txt",
            subject=("petition", petition.number),
            context={"number": petition.number, "path": reverse("listening:petition", args=[petition.number])},
        )
