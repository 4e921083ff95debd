"""What is in force, for the office on any day; what a procedure takes, for anybody."""

from django.conf import settings

from ancu.apps.dossiers.tests.factories import make_cast
from ancu.core.testing.html import without_line_breaks


def test_the_office_sees_the_rulebook_of_any_day(world):
    client = make_cast(world).client("rosa")
    page = client.get("/office/rulebook", {"on": "24/11/2026"}).content.decode()
    for words in ("Temporary residence card", "118/2025", "NA8", "145 USD", "declaration.paper", "hours: 12"):
        assert words in page
    page = without_line_breaks(page)
    assert "01/01/2027" in page and "2026 → 2027" in page  # what changes next
    assert "02/09/2026" in page  # a day off
    before = client.get("/office/rulebook", {"on": "2019-05-02"}).content.decode()
    assert 'value="02/05/2019"' in before
    assert "47/2014" in before and "02/09/2026" not in before
    assert client.get("/office/rulebook", {"on": "yesterday"}).status_code == 422


def test_where_a_rule_was_read_is_told_in_the_readers_language(world):
    client = make_cast(world).client("rosa")
    assert "as published by the provincial office" in client.get("/office/rulebook").content.decode()
    page = _in_vietnamese(client, "/office/rulebook")
    assert "do cơ quan cấp tỉnh công bố" in page and "as published by the provincial office" not in page


def test_a_day_whose_holidays_are_not_known_is_said_to_be(world):
    client = make_cast(world).client("rosa")
    outcome = "Holidays are known only from 01/01/2018 to 31/12/2028"
    assert outcome in client.get("/office/rulebook", {"on": "2030-01-01"}).content.decode()
    assert outcome not in client.get("/office/rulebook", {"on": "2028-12-31"}).content.decode()


def test_a_day_before_the_rulebook_begins_is_answered(world):
    client = make_cast(world).client("rosa")
    assert client.get("/office/rulebook", {"on": "1990-01-01"}).status_code == 200


def test_the_pages_ask_the_database_for_nothing_they_could_know(world, expect_queries):
    client = world.client()
    with expect_queries():  # where the counters are and when they are open
        client.get("/procedures/")


def test_anybody_reads_what_a_procedure_takes_and_costs(world):
    client = world.client()
    listed = client.get("/procedures/").content.decode()
    assert "/procedures/trc_organisation" in listed and "145–165 USD" in listed
    page = client.get("/procedures/trc_organisation").content.decode()
    for words in ("5 working days from a complete dossier", "within 15 days", "155 USD", "Passport", "Work permit"):
        assert words in page
    assert client.get("/procedures/nothing").status_code == 404
    assert 'href="/dossiers/new/visa"' in client.get("/procedures/visa").content.decode()
    assert "Cấp thị thực" in _in_vietnamese(client, "/procedures/visa")


def _in_vietnamese(client, path):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "vi"
    return client.get(path).content.decode()
