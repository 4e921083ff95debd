"""The category of a petition by the rulebook, and its deadlines to answer, accept or decide."""

from datetime import date, datetime, timedelta

from ancu.apps.listening.models import Petition
from ancu.core import clock
from ancu.core.working_days import calendar
from ancu.engines.rulebook import PetitionCategory, petition_rule

USUAL_DAYS = 10  # working days, for a matter that its rule does not know


def category_of(petition: Petition) -> PetitionCategory | None:
    """Return the petition's category by the rule in force when it was received; None if the rule lacks it."""
    try:
        return petition_rule(clock.local(petition.received_at).date()).category(petition.category)
    except LookupError:
        return None


def is_statutory(petition: Petition) -> bool:
    """Whether the petition is a complaint or a denunciation, which the law requires to decide or conclude.

    Law 02/2011/QH13, art. 27 to 31; Law 25/2018/QH14, art. 28 to 35.
    """
    category = category_of(petition)
    return category.is_statutory if category else petition.closed_matter


def first_due(category: PetitionCategory | None, since: datetime) -> date:
    """Return the last day to answer a petition received at ``since``, or to accept a complaint or denunciation."""
    if category is not None and category.calendar_days:
        return _calendar_days_after(since, category.days)
    due = calendar().deadline(since, category.days if category else USUAL_DAYS)
    assert due is not None  # no pauses are given
    return due


def decision_due(days: int, accepted_at: datetime) -> date:
    """Return the last day to decide a complaint or denunciation, ``days`` calendar days after its acceptance.

    A day off moves to the next working day.
    """
    return _calendar_days_after(accepted_at, days)


def _calendar_days_after(since: datetime, days: int) -> date:
    """Return the date ``days`` calendar days after ``since``; a day off moves to the next working day.

    Civil Code 91/2015/QH13, art. 147 and 148.
    """
    return calendar().add_working_days(clock.local(since).date() + timedelta(days=days), 0)
