"""Browsers in which a person is signed in."""

from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import QuerySet

from ancu.apps.accounts.selectors.user_agents import browser_named
from ancu.core import clock
from ancu.core.actor import Actor


@dataclass(frozen=True, slots=True)
class SignedInBrowser:
    """One browser; ``here`` is the current one."""

    pk: int
    browser: str
    address: str
    since: datetime
    here: bool


def sessions_of(actor: Actor, here: str) -> list[SignedInBrowser]:
    """Return the browsers in which the person is signed in, the current one first.

    ``here`` is the current session's key.
    """
    living = existing_sessions().filter(user_id=actor.user_id or 0).order_by("-created_at", "-id")
    rows = [
        SignedInBrowser(
            session.pk, browser_named(session.user_agent), session.ip, session.created_at, session.session_key == here
        )
        for session in living
    ]
    return sorted(rows, key=lambda row: not row.here)


def existing_sessions() -> QuerySet[UserSession]:
    """Return the records of browsers whose session still exists."""
    living = Session.objects.filter(expire_date__gt=clock.now()).values("session_key")
    sessions: QuerySet[UserSession] = UserSession.objects.filter(session_key__in=living)
    return sessions
