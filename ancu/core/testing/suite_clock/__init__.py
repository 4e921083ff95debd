"""The suite's clock: tests, the programs they start, the database and the browser all live on one chosen day.

A run begins at ``ANCU_TEST_TIME`` (ISO 8601, Viet Nam time; ``DEFAULT_TIME`` when unset) and time then flows as usual.
The difference from the machine's clock is one whole number of seconds. It travels in the environment, so that every
program a test starts shares it: ``sitecustomize`` beside this file moves Python, ``PGOPTIONS`` moves the database.
"""

import os
import time
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

DEFAULT_TIME = "2026-11-25T09:00"  # a Wednesday during office hours
SCHEMA = "testing_clock"
SHIFTED = (
    "pg_catalog.{name}() + pg_catalog.make_interval(secs => pg_catalog.current_setting('{schema}.seconds')::float)"
)
DATABASE_FUNCTIONS = {
    "now": "STABLE", "transaction_timestamp": "STABLE", "statement_timestamp": "STABLE", "clock_timestamp": "VOLATILE",
}  # fmt: skip
PAGE_SCRIPT = """{
  const Real = Date, shift = %d;
  globalThis.Date = class Date extends Real {
    constructor(...parts) { parts.length ? super(...parts) : super(Real.now() + shift); }
    static now() { return Real.now() + shift; }
  };
}"""


def start() -> None:
    """Move the clock of this process, its child processes and their database sessions to ``ANCU_TEST_TIME``.

    The run's first call chooses the offset; in a child process it does nothing, as its clock is moved already.
    """
    if "ANCU_TEST_OFFSET" in os.environ:
        return  # a child: ``sitecustomize`` has moved it
    begins = datetime.fromisoformat(os.environ.get("ANCU_TEST_TIME") or DEFAULT_TIME)
    offset = round(begins.replace(tzinfo=ZoneInfo("Asia/Ho_Chi_Minh")).timestamp() - time.time())
    os.environ |= {
        "ANCU_TEST_OFFSET": str(offset),
        "PGOPTIONS": f"-c search_path=public,{SCHEMA},pg_catalog -c {SCHEMA}.seconds={offset}",
        "PYTHONPATH": python_path(),
    }
    import ancu.core.testing.suite_clock.sitecustomize  # noqa: F401, PLC0415 -- moves this process, once its offset is known


def offset_seconds() -> int:
    """Return how many seconds the test run's clock is ahead of the machine's."""
    return int(os.environ["ANCU_TEST_OFFSET"])


def python_path(*folders: str) -> str:
    """Return ``PYTHONPATH`` for a program that a test starts: ``folders`` and the folder that moves its clock."""
    inherited = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    return os.pathsep.join(dict.fromkeys([str(Path(__file__).parent), *folders, *filter(None, inherited)]))


def database_functions() -> str:
    """Return SQL that creates ``now()`` and similar functions that return the test run's time.

    Sessions with ``PGOPTIONS`` use them. It runs before the migrations, because a column's default keeps the function
    it was created with.
    """
    statements = [f"CREATE SCHEMA {SCHEMA}"]
    for name, volatility in DATABASE_FUNCTIONS.items():
        body = SHIFTED.format(name=name, schema=SCHEMA)
        signature = f"{SCHEMA}.{name}() RETURNS timestamptz LANGUAGE sql {volatility} PARALLEL SAFE"
        statements.append(f"CREATE FUNCTION {signature} AS $$ SELECT {body} $$")
    return "; ".join(statements)


def page_script() -> str:
    """Return JavaScript that moves a page's ``Date``, to run before the page's own scripts."""
    return PAGE_SCRIPT % (offset_seconds() * 1000)
