"""The officer's pages: the list with its counts, two records side by side, the person's page, the command."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse

from ancu.apps.audit.selectors import namers
from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.tests.factories import make_cast, make_dossier
from ancu.apps.stays.selectors.people import get_person
from ancu.apps.stays.tests.factories import make_stay
from ancu.apps.travellers.enums import MatchRule
from ancu.apps.travellers.models import Identity, MatchedIdentity, TravellerPair
from ancu.apps.travellers.selectors.pairs import PAGE
from ancu.apps.travellers.services.joining import join, separate
from ancu.apps.travellers.services.matching import match_all, match_new, update_pair_units
from ancu.apps.travellers.templatetags.people import reason_text
from ancu.apps.travellers.tests.factories import RENEWED, declare, make_pair
from ancu.core.testing import texts
from ancu.core.testing.query_counts import ExpectQueries

pytestmark = pytest.mark.django_db


def content(client: Any, **query: str) -> str:
    answer = client.get(reverse("travellers:pairs"), query)
    assert answer.status_code == 200
    text: str = answer.content.decode()
    return text


@pytest.mark.parametrize("pairs", [1, 3])
def test_query_counts(world: Any, pairs: int, expect_queries: ExpectQueries) -> None:
    for n in range(pairs):
        declare(world.lodging, document_number=f"C01X0T{n}{n}8", birth_date=f"19{5 + n}{n}-03-1{n}")
        declare(
            world.lodging, **RENEWED | {"document_number": f"K01X{n}T{n}{n}8", "birth_date": f"19{5 + n}{n}-03-1{n}"}
        )
    assert match_new().proposed == pairs
    client = world.client("olga")
    content(client)
    with expect_queries("list"):
        assert content(client).count("HOFMANN JORG") == pairs
    with expect_queries("pair"):
        client.get(reverse("travellers:pair", args=[TravellerPair.objects.latest("pk").pk]))


@pytest.mark.parametrize("documents", [1, 3])
def test_a_persons_page_costs_the_same_for_many_documents(
    world: Any, documents: int, expect_queries: ExpectQueries
) -> None:
    first = declare(world.lodging)
    for n in range(documents):
        declare(world.lodging, document_number="C01X0T478"[: 6 + n] + "Z" + "C01X0T478"[7 + n :])
    assert match_new().joined >= documents
    client = world.client("olga")
    page = reverse("stays:person", args=[first.traveller_id])
    client.get(page)
    with expect_queries():
        assert client.get(page).content.decode().count("C01X0T") > documents


def test_the_list_is_narrowed_counted_and_paged(world: Any) -> None:
    olga, client = world.actor("olga"), world.client("olga")
    assert texts.NOTHING_TO_DECIDE in content(client)
    first = declare(world.lodging)
    others = [declare(world.lodging, **RENEWED | {"document_number": f"K{n:08}"}) for n in range(PAGE + 2)]
    MatchedIdentity.objects.all().delete()
    for n, stranger in enumerate(others):
        TravellerPair.objects.create(
            older_id=first.traveller_id,
            newer_id=stranger.traveller_id,
            left=first,
            right=stranger,
            rule=MatchRule.ALIKE,
            version=1,
            score=0.96 + n / 1000,
            reasons=[],
            found_at=stranger.traveller.first_seen_at,
        )
    assert (update_pair_units(), update_pair_units()) == (PAGE + 2, 0)
    page = content(client)
    assert page.count("data-row ") == PAGE and f'class="num">{PAGE + 2}<' in page
    best = f"K{PAGE + 1:08}"
    assert best in page and "K00000000" not in page
    rest = client.get(
        reverse("travellers:pairs") + page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    )
    assert rest.content.decode().count("data-row ") == 2 and "K00000000" in rest.content.decode()
    assert content(client, rule="misread").count("data-row ") == 0
    join(olga, pair=TravellerPair.objects.latest("pk"))
    separate(olga, pair=TravellerPair.objects.earliest("pk"))
    assert content(client, state="officer").count("data-row ") == 1
    assert content(client, state="different").count("data-row ") == 1
    assert content(client, after="x_y").count("data-row ") == PAGE


def test_who_travels_on_is_seen_there_from_the_next_night(world: Any) -> None:
    pair, client = make_pair(world.lodging, world.other_lodging), world.client("olga")
    make_stay(world.lodging, identity=pair.right)
    assert "HOFMANN JORG" not in content(client)
    match_all()
    assert "HOFMANN JORG" in content(client)


def test_the_pair_page_tells_both_records_the_reasons_and_what_became_of_it(world: Any) -> None:
    pair, client = make_pair(world.lodging), world.client("olga")
    page = client.get(reverse("travellers:pair", args=[pair.pk])).content.decode()
    for text in ("C01X0T478", "C77Y1K902", "The same birth date, 08/03/1984.", "as after a renewal", "Germany"):
        assert text in page, text
    assert page.count(world.lodging.name) == 2
    refused = client.post(reverse("travellers:undo", args=[pair.pk]))
    assert refused.status_code == 422
    client.post(reverse("travellers:same", args=[pair.pk]))
    person = client.get(reverse("stays:person", args=[pair.newer_id])).content.decode()
    assert texts.WHY_THESE_RECORDS_ARE_ONE in person and "C01X0T478" in person
    client.post(reverse("travellers:undo", args=[pair.pk]), {"undo-reason": "the photographs differ"})
    page = client.get(reverse("travellers:pair", args=[pair.pk])).content.decode()
    assert "the photographs differ" in page and "Joined" in page
    assert "May be the same person" in client.get(reverse("stays:person", args=[pair.older_id])).content.decode()


def test_a_dossier_belongs_to_the_person_for_who_may_read_it(world: Any) -> None:
    make_cast(world)
    dossier = make_dossier(world, State.SUBMITTED)
    assert dossier.identity is not None
    assert dossier.identity.full_name == dossier.full_name
    stay = declare(
        world.lodging, full_name=dossier.full_name, birth_date=dossier.birth_date, nationality=dossier.nationality,
        document_number=dossier.document_number + "X", sex=dossier.sex,
    )  # fmt: skip
    match_new()
    pair = TravellerPair.objects.get()
    if pair.state != "same":
        join(world.actor("quynh"), pair=pair)
    ines = get_person(world.actor("ines"), stay.traveller_id)
    assert [record.line for record in ines.records] == [dossier.number]
    assert [joined_pair.pk for joined_pair in ines.joined] == [pair.pk]
    olga = get_person(world.actor("olga"), stay.traveller_id)
    assert not olga.records and not olga.joined


def test_the_audit_calls_a_pair_by_its_names_for_who_may_see_it(world: Any) -> None:
    pair = make_pair(world.lodging)
    name = namers()["travellers.travellerpair"]
    names = name(world.actor("olga"), [str(pair.pk), "x"])
    assert names[str(pair.pk)].text == "HOFFMANN JOERG KLAUS – HOFMANN JORG KLAUS"
    assert name(world.actor("pavel"), [str(pair.pk)]) == {}


def test_the_command_looks_at_everybody_not_yet_looked_at(world: Any) -> None:
    declare(world.lodging)
    declare(world.lodging, document_number="CO1XOT478")

    def call(*arguments: str) -> Any:
        out = StringIO()
        call_command("match_people", *arguments, "--json", stdout=out)
        return json.loads(out.getvalue())

    assert call("--limit", "1")["looked_at"] == 1
    first = call()
    assert (first["looked_at"], first["joined"], first["pairs"]) == (1, 1, [TravellerPair.objects.get().pk])
    assert (call()["looked_at"], call("--all")["looked_at"]) == (0, 2)
    Identity.objects.update(full_name="[đã xóa]")
    assert call("--all")["looked_at"] == 0


@pytest.mark.parametrize("code", ["document_same", "document_misread", "document_near", "document_other",
    "name_common", "same_nights", "birth_near", "nationality_differs", "a_code_of_later"])  # fmt: skip
def test_each_reason_is_a_sentence(code: str) -> None:
    sentence = reason_text({"code": code, "points": 1.0, "values": ["2"], "a": "1984-03-08", "b": "1984-08-03"})
    assert sentence.endswith(".") or sentence == "a_code_of_later"
    if code == "birth_near":
        assert "08/03/1984" in sentence
