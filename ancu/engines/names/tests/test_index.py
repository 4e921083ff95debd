"""Finding one person in a list."""

from random import Random

from ancu.engines.names import Index, Person, compare
from benchmarks.names.invented import copy_of, people


def test_a_person_comes_back_whatever_happened_to_his_name() -> None:
    listed = people(Random(1), 3000)
    index = Index(listed)
    rng = Random(2)
    places = rng.sample(range(len(listed)), 300)
    hits = sum(place in {match.place for match in index.search(copy_of(rng, listed[place]))} for place in places)
    assert hits >= 288  # 96 of a hundred


def test_clean_people_are_seldom_found() -> None:
    index = Index(people(Random(1), 3000))
    alerted = sum(bool(index.search(person, above=0.9)) for person in people(Random(3), 500))
    assert alerted <= 5


def test_the_likeliest_comes_first_with_its_reasons() -> None:
    index = Index([Person("TRAN VAN HUNG", "1980-01-02"), Person("TRAN VAN HUNG", "1984-03-08"), Person("LI NA")])
    sought = Person("Hùng Trần Văn", "1984-03-08")
    first = index.search(sought)[0]
    assert (first.place, first.comparison) == (1, compare(sought, index.people[1]))


def test_an_empty_list_and_an_empty_name() -> None:
    assert Index([]).search(Person("ANNA")) == []
    assert Index([Person("ANNA")]).search(Person("")) == []
