"""Figures for reporting: decisions, their working days, and the share on time."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from django.db import connection

from ancu.apps.dossiers.selectors.promises import DURATION_COLUMNS
from ancu.core.registry.measurements import Measurement

DECISIONS_SQL = f"""
SELECT agency_id, procedure, {DURATION_COLUMNS}
FROM dossiers_duration WHERE decided_on BETWEEN %s AND %s
GROUP BY 1, 2 ORDER BY 1, 2
"""  # noqa: S608 -- our own columns


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
