"""Cursor pagination shows every row once, in order, whatever the columns are; a cursor that cannot be read is none."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F, QuerySet

from ancu.apps.listening.models import Petition
from ancu.apps.listening.tests.factories import make_petition
from ancu.core import clock
from ancu.core.db.pagination import cursor_page


@pytest.fixture
def petitions(world: Any) -> QuerySet[Petition]:
    for number in range(7):
        petition = make_petition(world)
        Petition.objects.filter(pk=petition.pk).update(
            due_on=clock.today() + timedelta(days=number % 3),
            received_at=clock.now() - timedelta(seconds=number % 2),
            search_key=f"a~{number % 3}",
        )
    return Petition.objects.all()


@pytest.mark.parametrize(
    "order",
    [
        ("pk",), ("-pk",), ("due_on", "pk"), ("-due_on", "-pk"), ("-received_at", "-pk"), ("search_key", "pk"),
        ("due_on", "received_at", "pk"), ("-unit_id", "-pk"), ("-due", "-pk"),
    ],
)  # fmt: skip
def test_pages_show_every_row_once_and_in_order(petitions: QuerySet[Petition], order: tuple[str, ...]) -> None:
    queryset = petitions.annotate(due=F("due_on"))
    keys, after = [], ""
    for _page in range(4):
        page = cursor_page(queryset, *order, after=after, size=2)
        keys += [petition.pk for petition in page.rows]
        after = page.after
    assert keys == list(queryset.order_by(*order).values_list("pk", flat=True))
    assert after == ""


@pytest.mark.parametrize(
    "after", ["x", "~", "1", "2026-11-30", "2026-02-31~1", "2026-11-30~x", f"2026-11-30~{10**30}", "a~b~c"]
)
def test_a_cursor_that_cannot_be_read_gives_the_first_page(petitions: QuerySet[Petition], after: str) -> None:
    page = cursor_page(petitions, "due_on", "pk", after=after, size=2)
    assert page == cursor_page(petitions, "due_on", "pk", size=2)
