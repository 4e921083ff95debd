"""The history of a dossier: as its reader may see it, and replayed to a state."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import BigIntegerField, Model, OuterRef, QuerySet, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce

from ancu.apps.accounts.models import Organisation, User
from ancu.apps.audit.selectors import with_absent
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import TRANSITIONS, State
from ancu.apps.dossiers.models import Dossier, DossierEvent
from ancu.core.actor import Actor
from ancu.core.transitions import follows


def _name_subquery(model: type[Model], key: str, name: str) -> Subquery:
    """Return an SQL subquery for the field ``name`` of the ``model`` row whose id an event has under ``key``."""
    number = Cast(KeyTextTransform(key, OuterRef("data")), BigIntegerField())
    return Subquery(model._default_manager.filter(pk=number).values(name)[:1])


# The officer a dossier was assigned to, or the unit that was asked.
ADDRESSEE_NAME = Coalesce(_name_subquery(User, "to", "full_name"), _name_subquery(Organisation, "of", "name"))


def events(actor: Actor, dossier: Dossier) -> QuerySet[DossierEvent]:
    """Return the dossier's events in order; without the internal ones unless the actor belongs to its office."""
    everything = dossier.events.select_related("by").order_by("sequence")
    return (
        everything.annotate(whom=ADDRESSEE_NAME)
        if rules.is_office(actor, dossier)
        else everything.filter(internal=False)
    )


def office_events(actor: Actor, dossier: Dossier) -> list[DossierEvent]:
    """Return the dossier's events in order, each with the absent officer on whose behalf it was done."""
    return with_absent(events(actor, dossier), "dossiers.dossier", [dossier.pk], by="by_id")


@dataclass(frozen=True)
class ReplayedHistory:
    """What the events alone say of a dossier now. ``pauses`` are the stretches when the clock stood still."""

    state: State
    accepted_at: datetime | None
    pauses: tuple[tuple[datetime, datetime | None], ...]


def replay(history: Iterable[DossierEvent]) -> ReplayedHistory:
    """Replay a dossier's history; return its state, its acceptance, and the periods of waiting for documents.

    Raises ValueError if an event does not follow from the one before.
    """
    state, accepted_at = State.DRAFT, None
    pauses: list[tuple[datetime, datetime | None]] = []
    for event in history:
        if event.before:
            if State(event.before) != state or not follows(TRANSITIONS, event.before, event.after):
                raise ValueError(f"event {event.sequence}: {event.before} → {event.after} after {state}")
            state = State(event.after)
        elif State(event.after) != state:
            raise ValueError(f"event {event.sequence} happened in {state}, not in {event.after}")
        if event.act == "accepted" and accepted_at is None:
            accepted_at = event.at
        if accepted_at and event.act == "supplement":
            pauses.append((event.at, None))
        if pauses and pauses[-1][1] is None and event.act == "resubmitted":
            pauses[-1] = (pauses[-1][0], event.at)
    return ReplayedHistory(state, accepted_at, tuple(pauses))


def pauses_of(dossier: Dossier) -> Sequence[tuple[datetime, datetime]]:
    """Return (asked, answered) times of the requests for documents made since the first acceptance.

    Unanswered requests are left out.
    """
    if dossier.accepted_at is None:
        return []
    answered = dossier.supplements.filter(asked_at__gte=dossier.accepted_at, answered_at__isnull=False)
    return [
        (supplement.asked_at, supplement.answered_at)
        for supplement in answered.order_by("asked_at")
        if supplement.answered_at
    ]


def promised_day(event: DossierEvent) -> date | None:
    """Return the new date that the office promised by this act; None for any other act."""
    day = event.data.get("new_day") if event.act == "postponed" else None
    return date.fromisoformat(day) if day else None


def closed_appointment(event: DossierEvent) -> datetime | None:
    """Return the time of the appointment that the office cancelled by this act; None for any other act."""
    return datetime.fromisoformat(event.data["at"]) if event.act == "day_closed" else None


def last_proposal(dossier: Dossier) -> dict[str, str]:
    """Return proposal, reason and article of the dossier's last assessment by name; empty before the first."""
    proposed = dossier.events.filter(act="assessed").order_by("-sequence").first()
    if proposed is None:
        return {}
    return {"proposal": proposed.data.get("proposal", ""), "reason": proposed.reason, "article": proposed.article}
