"""Statements by hand are kept planned, and a connection lost between requests is made anew."""

import pytest
from django.db import connection

from ancu.core.statements import run, run_first

QUESTION = "SELECT %(word)s::text"


@pytest.mark.django_db
def test_the_server_keeps_the_statement_planned() -> None:
    for _ in range(2):
        assert run(QUESTION, {"word": "once"}) == [("once",)]
    kept = run("SELECT count(*) FROM pg_prepared_statements WHERE statement = %s", ["SELECT $1::text"])
    assert kept == [(1,)]


@pytest.mark.django_db(transaction=True)
def test_a_connection_the_server_dropped_is_made_anew() -> None:
    connection.ensure_connection()
    connection.connection.close()
    assert run_first(QUESTION, {"word": "again"}) == [("again",)]
