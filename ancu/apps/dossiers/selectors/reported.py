"""Figures for reporting: decisions, their working days, and the share on time."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from django.db import connection

from ancu.core.registry.measurements import Measurement

DECISIONS_SQL = """
SELECT agency_id, procedure, count(*)::int,
    percentile_disc(0.5) WITHIN GROUP (ORDER BY since_submission),
    percentile_disc(0.9) WITHIN GROUP (ORDER BY since_submission),
    count(is_on_time)::int, (count(*) FILTER (WHERE is_on_time))::int
FROM dossiers_duration WHERE decided_on BETWEEN %s AND %s
GROUP BY 1, 2 ORDER BY 1, 2
"""


def reported(first: date, last: date) -> Iterator[Measurement]:
    """Yield, by agency, the figures of the decisions made from ``first`` to ``last``.

    By procedure their number, median and slowest tenth of working days; of all the share decided as promised.
    """
    with connection.cursor() as cursor:
        cursor.execute(DECISIONS_SQL, [first, last])
        rows = cursor.fetchall()
    on_time_by_agency: dict[int, int] = defaultdict(int)
    promised_by_agency: dict[int, int] = defaultdict(int)
    for agency, procedure, total, middle, slow, promised, on_time in rows:
        yield Measurement("dossiers.decided", total, agency_id=agency, of=procedure)
        yield Measurement("dossiers.middle", middle, total, agency_id=agency, of=procedure)
        yield Measurement("dossiers.slow", slow, total, agency_id=agency, of=procedure)
        promised_by_agency[agency] += promised
        on_time_by_agency[agency] += on_time
    for agency, promised in promised_by_agency.items():
        if promised:
            yield Measurement("dossiers.kept", on_time_by_agency[agency], promised, agency_id=agency)
