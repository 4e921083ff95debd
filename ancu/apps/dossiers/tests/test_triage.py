"""The questions "What do you need?": whatever is answered, each path ends with something that can be done next."""

import re
from collections.abc import Iterator
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from ancu.apps.dossiers.enums import Filer
from ancu.apps.dossiers.selectors.triage import TriageQuestion, next_question
from ancu.apps.dossiers.tests.factories import make_cast
from ancu.apps.lodging.tests.factories import World
from ancu.core import clock
from ancu.core.actor import PUBLIC, Actor, ActorKind
from ancu.engines.rulebook import procedures_on

SPONSOR_OFFICE = Actor(kind=ActorKind.PERSON, label="", user_id=1, organisation_kind="sponsor", role="representative")
PERSON = Actor(kind=ActorKind.PERSON, label="", user_id=1)
READERS = {"public": PUBLIC, "person": PERSON, "sponsor": SPONSOR_OFFICE}
LINK = re.compile(r'href="([^"]+)"')


def ends(
    actor: Actor, on: date, query: dict[str, str] | None = None
) -> Iterator[tuple[dict[str, str], TriageQuestion]]:
    """Every path of answers with where it ends."""
    question = next_question(actor, query or {}, on)
    if not question.name:
        yield query or {}, question
    for answer in question.answers:
        yield from ends(actor, on, dict(answer.query))


@given(st.sampled_from(sorted(READERS)), st.dates(date(2018, 1, 1), date(2028, 12, 31)))
def test_every_path_ends_at_a_procedure_or_at_those_who_can_ask_for_it(reader: str, on: date) -> None:
    actor = READERS[reader]
    reached = set()
    for query, end in ends(actor, on):
        assert bool(end.procedures) != bool(end.sponsors), query
        reached |= {(procedure.code, end.filer) for procedure in end.procedures}
        for sponsor in end.sponsors:
            assert next_question(actor, sponsor.query, on).procedures, (query, sponsor)
    filers = {Filer.ORGANISATION} if actor is SPONSOR_OFFICE else set(Filer)
    assert reached == {
        (procedure.code, filer) for procedure in procedures_on(on) for filer in procedure.filers if filer in filers
    }


@pytest.mark.slow
@given(st.dictionaries(st.sampled_from(TriageQuestion.ORDER), st.text(max_size=30)))
def test_a_nonsensical_answer_is_asked_for_again(query: dict[str, str]) -> None:
    request_fields = next_question(PUBLIC, query, clock.today())
    assert request_fields.name == "filer" or query["filer"] in set(Filer)


def test_a_foreigner_with_an_exemption_certificate_asks_alone() -> None:
    query = {"filer": "self", "wish": "extension", "holds": "exemption_certificate"}
    assert [procedure.code for procedure in next_question(PUBLIC, query, clock.today()).procedures] == [
        "exemption_extension"
    ]
    sponsors = next_question(PUBLIC, query | {"holds": "visa"}, clock.today()).sponsors
    assert [sponsor.code for sponsor in sponsors] == ["organisation", "citizen", "resident_foreigner"]


@pytest.mark.slow
@pytest.mark.parametrize("name", [None, "mia", "ramon", "ines"])
def test_every_link_of_the_questions_leads_on(world: World, name: str | None) -> None:
    """By the pages: from the first question to the button that begins, or to what is needed before it."""
    client = make_cast(world).client(name) if name else world.client()
    start, begin = reverse("dossiers:triage"), (reverse("accounts:open"), reverse("accounts:open-sponsor"))
    visited, ahead, procedures = set(), [start], set()
    while ahead:
        path = ahead.pop()
        answer = client.get(path)
        assert answer.status_code == 200, path
        text = answer.content.decode().partition("<main")[2].partition("</main>")[0]
        links = {unescape(link) for link in LINK.findall(text)}
        if path.startswith(f"{start}/"):
            procedures.add(path)
            assert "/begin" in text or any(link.startswith(begin) for link in links) or name == "ines", path
            continue
        onward = {start + link if link.startswith("?") else link for link in links}
        onward = {link for link in onward if link.startswith((f"{start}?", f"{start}/"))}
        assert onward, path
        ahead += sorted(onward - visited)
        visited |= onward
    filers = 1 if name == "ramon" else 4
    assert len(procedures) == sum(
        len(set(procedure.filers) & set(list(Filer)[:filers])) for procedure in procedures_on(clock.today())
    )


def test_who_comes_from_the_list_of_procedures_is_asked_who_files(world: Any) -> None:
    page = "/dossiers/new/stay_extension"
    html = world.client().get(page).content.decode()
    assert "Create an account" in html and "Register your organisation" in html
    html = world.client().get(page, {"filer": "citizen"}).content.decode()
    assert "Create an account" in html and "Register your organisation" not in html
