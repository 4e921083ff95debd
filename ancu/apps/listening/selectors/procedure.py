"""The statutory deadlines of a complaint or a denunciation."""

from dataclasses import dataclass
from datetime import date

from ancu.apps.listening.models import Petition
from ancu.apps.listening.rules.matters import category_of
from ancu.apps.places.selectors import is_remote, unit_today
from ancu.core import clock


@dataclass(frozen=True)
class PetitionProcedure:
    """``due_on`` is the day to accept it until it is accepted, then the day to decide it, ``days`` later."""

    ends_with: str
    days: int
    accepted_on: date | None
    due_on: date


def procedure_of(petition: Petition) -> PetitionProcedure | None:
    """Return days and deadlines of a complaint or denunciation by law; None for any other petition."""
    category = category_of(petition)
    if category is None or not category.is_statutory:
        return None
    remote = _is_remote(petition)
    accepted = petition.accepted_at
    return PetitionProcedure(
        ends_with=category.ends_with,
        days=category.decide_days_remote if remote else category.decide_days,
        accepted_on=clock.local(accepted).date() if accepted else None,
        due_on=petition.due_on,
    )


def _is_remote(petition: Petition) -> bool:
    """Whether the petition's place is a remote area, on the day of its acceptance or, before that, today."""
    if petition.place is None:
        return False
    day = clock.local(petition.accepted_at).date() if petition.accepted_at else clock.today()
    return is_remote([unit_today(petition.place).pk], day)
