"""The query counts that tests expect, all in ``tests/query_counts.toml``.

After a change that saves or costs queries, ``RECORD_QUERY_COUNTS=1 pytest PATH`` writes the counts of these tests anew.
"""

import os
import tomllib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

FILE = Path(__file__).parents[3] / "tests" / "query_counts.toml"
HEAD = "# The queries that each of these tests expects; written by ancu/core/testing/query_counts.py.\n"
ExpectQueries = Callable[..., AbstractContextManager[CaptureQueriesContext]]
Counts = dict[str, dict[str, int]]  # module path → test, or test and label → count


@pytest.fixture
def expect_queries(request: pytest.FixtureRequest) -> ExpectQueries:
    """Fixture: a context manager that fails unless its block runs the number of queries the file records.

    A test with several such blocks names each by a label.
    """
    module = request.node.nodeid.split("::", 1)[0]

    @contextmanager
    def expect(label: str = "") -> Iterator[CaptureQueriesContext]:
        """Count the block's queries; compare them with the file or record them."""
        name = f"{request.function.__name__} {label}".strip()
        with CaptureQueriesContext(connection) as queries:
            yield queries
        if os.environ.get("RECORD_QUERY_COUNTS"):
            _record(module, name, len(queries))
        expected = _read().get(module, {}).get(name)
        statements = "\n".join(str(query["sql"]) for query in queries)
        assert len(queries) == expected, f"{name}: {len(queries)} queries, not {expected}:\n{statements}"

    return expect


def _read() -> Counts:
    """Return the expected numbers of database queries by test module and test, from the file."""
    return tomllib.loads(FILE.read_text())


def _record(module: str, name: str, count: int) -> None:
    """Write a test's number of database queries to the file of expected ones."""
    counts = _read()
    counts.setdefault(module, {})[name] = count
    tables = (
        "\n".join([f'["{path}"]', *(f'"{test}" = {number}' for test, number in sorted(tests.items()))])
        for path, tests in sorted(counts.items())
    )
    FILE.write_text(HEAD + "\n" + "\n\n".join(tables) + "\n")
