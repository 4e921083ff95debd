"""The audit: a look wherever a person is named, and a chain whose heads another party keeps."""

from itertools import groupby

import pytest

from ancu.apps.dossiers.models import Appointment
from ancu.core import clock
from tests import access
from tests.security.looks import visits
from tests.test_access import Scene, make_signed_in

# Documents for makers of programs: the persons in their examples bear the names that factories give.
EXAMPLES = {"/for-programs", "/api/v1/openapi.json", "/api/v1/schemas/stay"}
# Pages that need a query to name anybody.
QUERIES = {
    "/office/people/": "?q=HOFFMANN",
    "/find/": "?q=HOFFMANN",
    "/stays/search/": "?q=HOFFMANN",
    "/office/meetings/<int:pk>/": "?who=Ba",
}


def _section(row: access.Row) -> str:
    """Part of the table, so that several workers share it."""
    first, second = row.route.split("/")[1:3] if row.route.count("/") > 1 else (row.route, "")
    return f"{first}/{second}" if first in {"office", "api"} else first


SECTIONS = {name: list(rows) for name, rows in groupby(sorted(access.rows(), key=_section), key=_section)}


def _query(route: str) -> str:
    if route == "/office/counters/<int:pk>/day":
        return f"?day={clock.local(Appointment.objects.get().slot.starts_at).date().isoformat()}"
    return QUERIES.get(route, "")


@pytest.mark.stage(make=make_signed_in)
@pytest.mark.parametrize("section", sorted(SECTIONS))
def test_a_look_is_recorded_wherever_a_person_is_named(laid: Scene, section: str) -> None:
    """Every address of the access table; whoever acts on a record may leave the act in place of the look."""
    missing = [
        f"{row.method} {row.route} names {', '.join(others)} to {visit.persona}"
        for row in SECTIONS[section]
        if row.route not in EXAMPLES
        for visit in visits(laid, row, _query(row.route))
        if (others := [name for name in visit.names if name.lower() != visit.persona])
        and not ("looked" in visit.acts or (row.method != "GET" and visit.acts))
    ]
    assert not missing, "\n".join(missing)


@pytest.mark.stage(make=make_signed_in)
def test_the_pages_that_were_found_without_a_look_do_name_people(laid: Scene) -> None:
    """Otherwise the test above would prove nothing of them."""
    named = {
        route: {
            name
            for row in access.rows()
            if row[:2] == ("GET", route)
            for visit in visits(laid, row, _query(route))
            for name in visit.names
        }
        for route in ("/office/counters", "/office/counters/<int:pk>/day", "/office/meetings/<int:pk>/room/")
    }
    assert "ADAMS CLAIRE" in named["/office/counters"] & named["/office/counters/<int:pk>/day"]
    assert "Vì Thị Sen" in named["/office/meetings/<int:pk>/room/"]
