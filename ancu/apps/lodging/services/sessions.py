"""Sessions of programs that sign in as at the ministry's API: opened with a lodging's key, renewed and ended."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from ancu.apps.audit.services import record
from ancu.apps.lodging.models import ProgramSession
from ancu.apps.lodging.selectors import LodgingProgram, program_by_session, program_by_token
from ancu.core import clock
from ancu.core.security.tokens import digest_of

ACCESS, RENEWABLE = timedelta(minutes=30), timedelta(hours=12)


@dataclass(frozen=True)
class IssuedSession:
    """A session just opened or renewed, with its two secrets."""

    program: LodgingProgram
    access: str
    refresh: str
    ends_at: datetime


def open_session(*, username: str, password: str) -> IssuedSession | None:
    """Open an API session of a program, for ``username`` (lodging code) and ``password`` (API key).

    None if the two do not belong together or the key is not valid.
    """
    program = program_by_token(password)
    if program is None or program.establishment.code != username.strip().upper():
        return None
    with transaction.atomic():
        session = ProgramSession(token_id=program.token_id, began_at=clock.now())
        opened = _issue(session, program)
        record(program.actor, "lodging.opened_session", ("lodging.apitoken", program.token_id))
    return opened


@transaction.atomic
def renew_session(*, refresh: str) -> IssuedSession | None:
    """Renew the session with the secret ``refresh``: both its secrets are replaced.

    None if the session can no longer be renewed or its API key is not valid.
    """
    sessions = ProgramSession.objects.select_for_update().filter(renewable_until__gt=clock.now())
    session = sessions.filter(refresh_digest=digest_of(refresh)).first()
    if session is None:
        return None
    session.access_digest = digest_of(access := str(uuid.uuid4()))
    session.ends_at = clock.now() + ACCESS
    session.save(update_fields=["access_digest", "ends_at"])
    program = program_by_session(access)
    return _issue(session, program) if program else None


def _issue(session: ProgramSession, program: LodgingProgram) -> IssuedSession:
    """Give the program's session two new secrets and expiry times, and return it with them."""
    access, refresh, now = str(uuid.uuid4()), str(uuid.uuid4()), clock.now()
    session.access_digest, session.refresh_digest = digest_of(access), digest_of(refresh)
    session.ends_at, session.renewable_until = now + ACCESS, now + RENEWABLE
    session.save()
    return IssuedSession(program, access, refresh, session.ends_at)


def end_session(*, access: str) -> bool:
    """End the program's session with the secret ``access``; return whether there was one."""
    count, _by_model = ProgramSession.objects.filter(access_digest=digest_of(access)).delete()
    return count > 0


def forget_sessions() -> int:
    """Delete programs' sessions that can no longer be renewed; return their number."""
    return ProgramSession.objects.filter(renewable_until__lt=clock.now()).delete()[0]
