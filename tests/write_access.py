"""Writes tests/access.txt anew from what the house answers now: ``pytest tests/write_access.py``; then read it.

Not among the tests (its name does not begin with test_): a table that writes itself would find nothing out.
"""

import pytest

from tests import access
from tests.test_access import METHOD_COMES_SECOND, Scene, ask, make_signed_in


@pytest.mark.django_db
@pytest.mark.stage(make=make_signed_in)
def test_write(shared_data: Scene) -> None:
    """Lines keep their places; a new address stands behind the one before it in the URLconf, one that is gone goes."""
    table_lines = access.TABLE.read_text(encoding="utf-8").splitlines()
    head = [line for line in table_lines if line.startswith("#")][:-1]
    expected = [(line.split()[0], line.split()[1]) for line in table_lines if line and not line.startswith("#")]
    before = ""
    for route in dict.fromkeys(route.path for route in access.routes()):
        places = [place for place, (_method, line_route) in enumerate(expected) if line_route == route]
        if not places:
            behind = max(
                (place + 1 for place, (_method, line_route) in enumerate(expected) if line_route == before), default=0
            )
            expected[behind:behind] = [(method, route) for method in _methods(shared_data, route)]
        before = route
    there = {route.path for route in access.routes()}
    lines = [_line(shared_data, method, route) for method, route in expected if route in there]
    names = f"#{'':<71}" + " ".join(f"{name:<7}" for name in access.PERSONAS).rstrip()
    access.TABLE.write_text("\n".join([*head, names, *lines]) + "\n", encoding="utf-8")


def _line(scene: Scene, method: str, route: str) -> str:
    return access.line(method, route, {name: ask(scene, name, method, route).status_code for name in access.PERSONAS})


def _methods(scene: Scene, route: str) -> list[str]:
    allowed = ask(scene, "alice", "DELETE", route).get("Allow", "GET, POST")
    assert not route.startswith(METHOD_COMES_SECOND), f"say which methods {route} has, by a line of its own"
    return [method for method in ("GET", "POST") if method in allowed]
