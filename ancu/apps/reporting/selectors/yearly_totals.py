"""Published totals of earlier years, for an indicator whose months are not published."""

from collections.abc import Collection, Mapping

from ancu.core.db.statements import run

# Raw SQL: the database unpacks each year's newest release and returns a few numbers. ``OFFSET 0`` prevents unpacking
# the content once per row.
TOTALS = """
SELECT told.code, release.year, told.total
FROM (
    SELECT DISTINCT ON (year) year, content -> 'indicators' AS indicators FROM reporting_release
    WHERE year < %(year)s AND year >= %(first)s ORDER BY year, number DESC OFFSET 0
) AS release, jsonb_to_recordset(indicators) AS told(code text, total float8)
WHERE told.code = ANY(%(codes)s) AND told.total IS NOT NULL
"""
MOST_YEARS = 10


def totals_before(year: int, codes: Collection[str]) -> dict[str, Mapping[int, float]]:
    """Return the shown totals of the nine years before ``year``, by indicator code and year."""
    totals: dict[str, dict[int, float]] = {code: {} for code in codes}
    if codes:
        for code, past_year, total in run(
            TOTALS, {"year": year, "first": year - MOST_YEARS + 1, "codes": sorted(codes)}
        ):
            totals[code][past_year] = total
    return {**totals}
