"""Why decisions of the last months came after the expected date, as everybody may read it."""

from dataclasses import dataclass

from django.db import connection

from ancu.apps.dossiers.selectors.promises import MONTHS, month_before
from ancu.core import clock
from ancu.core.security.disclosure_control import rounded_table

CAUSES_SQL = """
SELECT count(*) FILTER (WHERE has_opinion)::int, count(*) FILTER (WHERE NOT has_opinion AND is_reassessed)::int,
    count(*) FILTER (WHERE NOT has_opinion AND NOT is_reassessed)::int
FROM dossiers_duration late, LATERAL (
    SELECT EXISTS (SELECT FROM dossiers_opinion o WHERE o.dossier_id = late.dossier_id) AS has_opinion,
        EXISTS (SELECT FROM dossiers_dossierevent e WHERE e.dossier_id = late.dossier_id AND e.act = 'sent_back')
            AS is_reassessed
) causes
WHERE decided_on >= %s AND decided_on < %s AND is_on_time = false
"""


@dataclass(frozen=True)
class LateCauses:
    """Late dossiers, each counted once and rounded to fives.

    ``opinion``: another unit was asked for its opinion; ``repeated``: the assessment was repeated; ``own``: neither,
    so that the office itself was slow.
    """

    opinion: int
    repeated: int
    own: int


def late_causes() -> LateCauses | None:
    """Return the causes of the last twelve completed months; None where a number is so small that it is hidden.

    Without one cause the two others would look like all of them.
    """
    values = [month_before(clock.today(), MONTHS), month_before(clock.today(), 0)]
    with connection.cursor() as cursor:
        cursor.execute(CAUSES_SQL, values)
        counts = cursor.fetchone()
    total, parts = rounded_table(sum(counts), counts)
    if total is None or None in parts:
        return None
    opinion, repeated, own = (part or 0 for part in parts)
    return LateCauses(opinion, repeated, own)
