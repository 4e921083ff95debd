"""What the catalogue of open data says about the published years."""

from datetime import datetime
from typing import NamedTuple

from ancu.apps.accounts.models import Organisation
from ancu.apps.reporting.models import Release


class ReleasedYear(NamedTuple):
    """A year with its newest release, and the moment of its first one."""

    year: int
    number: int
    first_at: datetime
    made_at: datetime
    digest: str


def released_years() -> list[ReleasedYear]:
    """Return each published year with its newest release, the newest year first."""
    years: dict[int, ReleasedYear] = {}
    rows = Release.objects.order_by("-year", "number").values_list("year", "number", "made_at", "digest")
    for year, number, made_at, digest in rows:
        first_at = years[year].first_at if year in years else made_at
        years[year] = ReleasedYear(year, number, first_at, made_at, digest)
    return list(years.values())


def publisher_name() -> str:
    """Return the name of the office that publishes the results; "" before it is set up."""
    offices = Organisation.objects.filter(kind="agency", parent=None).order_by("id")
    return offices.values_list("name", flat=True).first() or ""
