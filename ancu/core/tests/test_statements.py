"""Statements by hand are kept planned, and a connection lost between requests is made anew."""

import pytest
from django.db import IntegrityError, connection, transaction

from ancu.core.db.statements import (
    PreparedStatement,
    run,
    run_combined,
    run_with_reconnect,
)

QUESTION = "SELECT %(word)s::text"


@pytest.mark.django_db
def test_the_server_keeps_the_statement_planned() -> None:
    for _ in range(2):
        assert run(QUESTION, {"word": "once"}) == [("once",)]
    prepared_count = run("SELECT count(*) FROM pg_prepared_statements WHERE statement = %s", ["SELECT $1::text"])
    assert prepared_count == [(1,)]


@pytest.mark.django_db
def test_two_writes_travel_together_and_stand_or_fall_together() -> None:
    run("CREATE TEMP TABLE one (n int CHECK (n > 0))", [])
    run("CREATE TEMP TABLE two (word text)", [])
    write = "INSERT INTO one VALUES (%s)"
    run_combined(PreparedStatement(write, [7]), PreparedStatement("INSERT INTO two VALUES (%s)", ["x"]))
    with pytest.raises(IntegrityError), transaction.atomic():
        run_combined(PreparedStatement(write, [0]), PreparedStatement("INSERT INTO two VALUES (%s)", ["y"]))
    assert run("SELECT n, word FROM one, two", []) == [(7, "x")]


@pytest.mark.django_db
def test_a_name_given_twice_is_one_parameter() -> None:
    question = "SELECT %(a)s::text || %(ab)s::text || %(a)s::text"
    assert run(question, {"a": "1", "ab": "2"}) == [("121",)]


@pytest.mark.django_db(transaction=True)
def test_a_connection_the_server_dropped_is_made_anew() -> None:
    connection.ensure_connection()
    connection.connection.close()
    assert run_with_reconnect(QUESTION, {"word": "again"}) == [("again",)]
