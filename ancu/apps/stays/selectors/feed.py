"""The feed of changes for programs, in an order in which no change is ever skipped.

Entries are ordered by their transaction. The feed ends before the oldest transaction that is still running: a slow
transaction would otherwise commit behind a mark that was already given to a program.
"""

import re
from typing import NamedTuple

from django.db import connection

from ancu.apps.stays.models import Stay
from ancu.apps.stays.selectors import visible_to
from ancu.core.actor import Actor
from ancu.core.db.statements import run

PAGE = 100
NOW = "now"
MARK = re.compile(r"(\d{1,18})-([0-9])-(\d{1,18})", re.ASCII)
HORIZON = "SELECT stays_feed_horizon()"
# A stay is in it once for being declared (kind 0), and once for every change (kind 1).
ENTRIES = """
SELECT xact, kind, key, stay_id FROM (
    (SELECT submission.xact, 0 AS kind, stay.id AS key, stay.id AS stay_id
    FROM stays_submission submission JOIN stays_stay stay ON stay.submission_id = submission.id
    WHERE submission.establishment_id = %(establishment)s
        AND submission.xact >= %(xact)s AND submission.xact < stays_feed_horizon()
        AND (submission.xact, 0, stay.id) > (%(xact)s, %(kind)s, %(key)s)
    ORDER BY submission.xact, stay.id LIMIT %(size)s)
    UNION ALL
    (SELECT event.xact, 1, event.pgh_id, event.pgh_obj_id FROM stays_stayevent event
    WHERE event.establishment_id = %(establishment)s
        AND event.xact >= %(xact)s AND event.xact < stays_feed_horizon()
        AND (event.xact, 1, event.pgh_id) > (%(xact)s, %(kind)s, %(key)s)
    ORDER BY event.xact, event.pgh_id LIMIT %(size)s)
) entries ORDER BY xact, kind, key LIMIT %(size)s
"""


class FeedMark(NamedTuple):
    """How far a program has read. Its text is opaque to programs."""

    xact: int = 0
    kind: int = 0
    key: int = 0

    def __str__(self) -> str:
        return f"{self.xact}-{self.kind}-{self.key}"


class ChangesPage(NamedTuple):
    """Stays that were declared or changed, each once with its present values; ``more``: there is a next page."""

    stays: list[Stay]
    mark: FeedMark
    more: bool


def read_mark(text: str) -> FeedMark | None:
    """Return how far a program has read the feed of changes, by its mark's text; None for an invalid one.

    An empty text is the beginning of the feed; ``now`` skips everything before the call.
    """
    if text == NOW:
        return FeedMark(_horizon() - 1, 9)
    if text in ("", "0"):
        return FeedMark()
    match = MARK.fullmatch(text)
    return FeedMark(*map(int, match.groups())) if match else None


def _horizon() -> int:
    """Return the transaction number below which all transactions have ended, so that nothing is added before it."""
    with connection.cursor() as cursor:
        cursor.execute(HORIZON)
        return int(cursor.fetchone()[0])


def changes(actor: Actor, after: FeedMark, *, size: int = PAGE) -> ChangesPage:
    """Return a page of the stays of the program's lodging declared or changed after a mark, oldest first."""
    parameters = after._asdict() | {"establishment": actor.establishment_id or 0, "size": size + 1}
    entries = run(ENTRIES, parameters)
    page = entries[:size]
    order = {stay_id: place for place, (_xact, _kind, _key, stay_id) in reversed(list(enumerate(page)))}
    stays = visible_to(actor).select_related("submission").filter(pk__in=order)
    mark = FeedMark(*page[-1][:3]) if page else after
    return ChangesPage(sorted(stays, key=lambda stay: order[stay.pk]), mark, len(entries) > size)
