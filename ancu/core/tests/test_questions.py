"""Of a question only the wording is kept, for one who asks and one day: answers are as they are now."""

from datetime import timedelta
from typing import Any
from weakref import ref

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, JSONField, QuerySet, Value
from django.utils.functional import SimpleLazyObject

from ancu.core import clock
from ancu.core.db.cached_queries import cached_query, count_each, rows_of_each
from ancu.core.db.statements import run

pytestmark = pytest.mark.django_db
ContentTypes = QuerySet[ContentType, Any]
worded: list[str] = []


@cached_query
def of_app(app: str) -> ContentTypes:
    worded.append(app)
    return ContentType.objects.filter(app_label=app).order_by("-model").values_list("model", "app_label")


@cached_query
def by_app(*apps: str) -> ContentTypes:
    names = ContentType.objects.filter(app_label__in=apps).values_list("app_label")
    return names.annotate(Count("pk")).order_by("-app_label")


def test_it_is_worded_once_for_each_who_asks_and_each_day(monkeypatch: pytest.MonkeyPatch) -> None:
    worded.clear()
    for _ in range(2):
        assert of_app("one").rows() == of_app("two").rows() == []
    assert worded == ["one", "two"]
    tomorrow = clock.today() + timedelta(days=1)
    monkeypatch.setattr(clock, "today", lambda: tomorrow)
    assert of_app("one").rows() == [] and worded == ["one", "two", "one"]


class Asker:
    """Equal to all others; hashed and copied like an actor."""

    def __eq__(self, value: object) -> bool:
        return isinstance(value, Asker)

    def __hash__(self) -> int:
        return 1


def test_it_holds_nothing_of_the_page_that_asked() -> None:
    query = cached_query(lambda _who: ContentType.objects.filter(app_label="one").values_list("pk"))
    asker = Asker()
    page = SimpleLazyObject(lambda: asker)
    assert page == Asker() and query(page).rows() == []
    page_ref = ref(page)
    del page
    assert page_ref() is None


def test_its_answer_is_as_things_are_now() -> None:
    assert of_app("one").rows(2) == [] and count_each([of_app("one")], 2) == [0]
    ContentType.objects.bulk_create(ContentType(app_label="one", model=name) for name in "bca")
    assert of_app("one").rows(2) == [("c", "one"), ("b", "one")] and of_app("two").rows(2) == []
    assert count_each([of_app("one")], 2) == [2] and count_each([of_app("one"), of_app("two")], 9) == [3, 0]
    assert by_app("one", "two").rows() == [("one", 3)] and count_each([by_app("one", "two"), by_app()], 9) == [1, 0]


def test_those_who_ask_alike_share_a_plan() -> None:
    query = cached_query(lambda key: ContentType.objects.filter(pk=key, app_label="shared alike").values_list("model"))
    assert query(7).rows() == query(8).rows() == []
    planned = "SELECT statement FROM pg_prepared_statements WHERE statement LIKE %s"
    [(text,)] = run(planned, ["SELECT %'shared alike'%"])
    assert "$1" in text and "$2" not in text


def test_where_nothing_can_be_found_nothing_is_asked(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert by_app().rows() == [] and count_each([by_app(), by_app()], 9) == [0, 0]


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: ContentType.objects.filter(pk__in=list(ContentType.objects.all())), "asks nothing while"),
        (lambda: ContentType.objects.annotate(at=Value(clock.now())), "no moment"),
        (lambda: ContentType.objects.annotate(value=Value({}, JSONField())).values_list("value"), "plain columns"),
    ],
)
def test_one_that_hangs_on_more_than_who_asks_and_the_day_is_not_kept(make: Any, why: str) -> None:
    with pytest.raises(TypeError, match=why):
        cached_query(make)().rows()


def test_several_questions_are_answered_by_one_statement_each_in_its_order(
    django_assert_num_queries: Any,
) -> None:
    queries = [of_app("accounts"), of_app("nothing"), of_app("stays")]
    expected = [query.rows(2) for query in queries]
    with django_assert_num_queries(1):
        assert rows_of_each(queries, 2) == expected
    assert rows_of_each([], 2) == []
    assert [len(rows) for rows in expected] == [2, 0, 2]
