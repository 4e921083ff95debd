"""Statements by hand are kept planned, and a connection lost between requests is made anew."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, connection, transaction

from ancu.core.db.statements import (
    PreparedStatement,
    prepared,
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
def test_the_plans_of_djangos_queries_within_are_kept_and_of_none_after() -> None:
    kinds = ContentType.objects.order_by("pk")
    prepared_count = (
        "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s",
        ['SELECT "django_content_type"%'],
    )
    with prepared():
        inside = [list(kinds.filter(pk__gt=number, model__in=["user", "group"])) for number in (0, 0, 40_000)]
    assert inside[0] == inside[1] == list(kinds.filter(pk__gt=0, model__in=["user", "group"])) and not inside[2]
    planned = run(*prepared_count)
    assert planned == [(2,)]  # 40,000 is of another type than 0
    list(kinds.filter(pk__lt=7))
    assert run(*prepared_count) == planned


@pytest.mark.django_db
def test_a_failure_within_leaves_the_connection_as_it_was() -> None:
    connection.ensure_connection()
    before = connection.connection.cursor_factory, connection.connection.prepare_threshold
    with pytest.raises(IntegrityError), transaction.atomic(), prepared():
        ContentType.objects.create(pk=ContentType.objects.order_by("pk")[0].pk)
    assert (connection.connection.cursor_factory, connection.connection.prepare_threshold) == before
    assert ContentType.objects.exists()


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
