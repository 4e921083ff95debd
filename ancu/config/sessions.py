"""Sessions in the database as Django keeps them, read by one statement by hand: every page begins with it."""

from typing import Any

from django.contrib.sessions.backends import db

from ancu.core import clock
from ancu.core.statements import run_first

LOAD = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"


class SessionStore(db.SessionStore):
    def load(self) -> dict[str, Any]:
        """What it holds; without a session in force the key is given up, so that nobody brings one of his own."""
        found = run_first(LOAD, [self.session_key, clock.now()])
        if not found:
            self._session_key = None
            return {}
        return self.decode(found[0][0])
