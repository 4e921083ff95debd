"""The filer's page: what is asked, where it stands, what is told and to whom."""

import pytest
from django.test import Client

from ancu.apps.dossiers.enums import ComponentState, DecisionProposal, Filer, State
from ancu.apps.dossiers.models import Component, Dossier
from ancu.apps.dossiers.selectors.page import progress_steps, required_actions
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.apps.dossiers.services import filing, handling
from ancu.apps.dossiers.tests.factories import make_cast, make_dossier, make_draft
from ancu.apps.lodging.tests.factories import World
from ancu.apps.messaging.selectors import get_thread
from ancu.apps.messaging.services import post_message
from ancu.core.errors import Http404
from ancu.core.testing import texts
from ancu.core.testing.query_counts import ExpectQueries


@pytest.fixture
def cast(world: World) -> World:
    return make_cast(world)


def address(dossier: Dossier) -> str:
    return f"/dossiers/{dossier.number}/"


def text_of(client: Client, dossier: Dossier, side: str = "") -> str:
    response = client.get(f"{side}{address(dossier)}")
    assert response.status_code == 200
    return response.content.decode()


# --- who sees it ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [State.DRAFT, State.SUBMITTED])
@pytest.mark.parametrize(
    ("name", "status"),
    [("ramon", 200), ("sam", 200), ("zoe", 404), ("mia", 404), ("alice", 404), ("ines", 404), ("dora", 404)],
)
def test_the_filers_side_sees_its_page_and_nobody_else_does(cast: World, state: State, name: str, status: int) -> None:
    dossier = make_dossier(cast, state)
    assert cast.client(name).get(address(dossier)).status_code == status


def test_an_original_that_was_promised_is_not_called_received(cast: World) -> None:
    dossier = make_dossier(cast)
    Component.objects.filter(dossier=dossier).exclude(key="passport").update(state=ComponentState.ACCEPTED)
    Component.objects.filter(dossier=dossier, key="passport").update(file=None, by_post=True)
    for page in (text_of(cast.client("ramon"), dossier), text_of(cast.client("ines"), dossier, "/office")):
        assert "The original itself" in page
        assert 'chip-info">Received' not in page


def test_an_officer_has_no_part_in_what_is_not_sent(cast: World) -> None:
    dossier = make_draft(cast)
    with pytest.raises(Http404):
        get_thread(cast.actor("ines"), "dossier", dossier.number)


# --- what is asked and told -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (State.DRAFT, ["write"]),
        (State.SUBMITTED, ["bring"]),
        (State.SUPPLEMENT, ["supplement", "bring"]),
        (State.READY, ["collect"]),
        (State.DELIVERED, []),
        (State.REFUSED, []),
    ],
)
def test_the_page_says_first_what_is_asked(cast: World, state: State, expected: list[str]) -> None:
    dossier = make_dossier(cast, state)
    results = required_actions(cast.actor("ramon"), dossier, procedure_of(dossier))
    assert [entry.what for entry in results] == expected


@pytest.mark.parametrize(
    ("state", "drawn"),
    [
        (State.DRAFT, ["now", "todo", "todo", "todo", "todo", "todo"]),
        (State.SUBMITTED, ["done", "now", "todo", "todo", "todo", "todo"]),
        (State.SUPPLEMENT, ["done", "now", "todo", "todo", "todo", "todo", "todo"]),
        (State.ACCEPTED, ["done", "done", "now", "todo", "todo", "todo"]),
        (State.ASSESSED, ["done", "done", "done", "now", "todo", "todo"]),
        (State.READY, ["done", "done", "done", "done", "done", "now"]),
        (State.DELIVERED, ["done"] * 6),
        (State.NOT_ACCEPTED, ["done", "wrong"]),
        (State.REFUSED, ["done", "done", "done", "wrong"]),
        (State.WITHDRAWN, ["done", "wrong"]),
    ],
)
def test_where_it_stands(cast: World, state: State, drawn: list[str]) -> None:
    assert [step.state for step in progress_steps(make_dossier(cast, state))] == drawn


def test_a_supplement_names_each_paper_with_the_officers_reason(cast: World) -> None:
    dossier = make_dossier(cast, State.SUBMITTED)
    key = dossier.components.order_by("pk")[0].key
    ines = cast.actor("ines")
    handling.judge_component(
        ines,
        dossier=dossier,
        key=key,
        state=ComponentState.RETURNED,
        reason_code="unreadable",
        reason="Cut off below.",
    )
    handling.request_supplement(ines, dossier=dossier, fields={"NA8.occupation": "Say what you do there."})
    text = text_of(cast.client("ramon"), dossier)
    assert "it cannot be read; Cut off below." in text
    assert "Say what you do there." in text
    assert "The office requests more documents" in text
    assert f"/dossiers/{dossier.number}/papers#paper-{key}" in text
    assert "?mend=1#field-occupation" in text
    filing.save(cast.actor("ramon"), dossier=dossier, answers={"NA8": {"occupation": "Head of welding"}})
    assert text_of(cast.client("ramon"), dossier).count("Changed") == 1


def test_a_refusal_is_read_with_reason_and_article(cast: World) -> None:
    text = text_of(cast.client("ramon"), make_dossier(cast, State.REFUSED))
    for part in (texts.YOUR_REQUEST_WAS_REFUSED, "The work permit is false.", "art. 20", "Law 02/2011/QH13"):
        assert part in text


def test_the_assessors_proposal_is_never_told_to_the_filer(cast: World) -> None:
    dossier = make_dossier(cast, State.ACCEPTED)
    secret = "He was seen working elsewhere."
    handling.assess(
        cast.actor("selma"), dossier=dossier, proposal=DecisionProposal.REFUSE, reason=secret, article="art. 21"
    )
    text = text_of(cast.client("ramon"), dossier)
    assert secret not in text
    assert "art. 21" not in text
    assert "The assessment was finished." in text


def test_messages_are_written_on_the_page_and_read_by_the_office(cast: World) -> None:
    dossier = make_dossier(cast, State.SUBMITTED)
    post_message(actor=cast.actor("sam"), kind="dossier", subject_id=dossier.number, body="When may we come?")
    post_message(actor=cast.actor("ines"), kind="dossier", subject_id=dossier.number, body="On Monday.")
    post_message(actor=cast.actor("ines"), kind="dossier", subject_id=dossier.number, body="Only us.", staff_only=True)
    text = text_of(cast.client("ramon"), dossier)
    assert "When may we come?" in text
    assert "On Monday." in text
    assert "Only us." not in text
    for stranger in ("zoe", "liem", "olga", "alice"):
        with pytest.raises(Http404):
            get_thread(cast.actor(stranger), "dossier", dossier.number)


def test_taking_back_asks_for_a_reason_and_is_told(cast: World) -> None:
    dossier = make_dossier(cast, State.SUBMITTED)
    client = cast.client("ramon")
    assert client.post(f"{address(dossier)}withdraw", {"reason": " "}).status_code == 422
    assert client.post(f"{address(dossier)}withdraw", {"reason": "He leaves earlier."}).status_code == 302
    dossier.refresh_from_db()
    assert dossier.state == State.WITHDRAWN
    assert "He leaves earlier." in text_of(client, dossier)


def test_taking_back_what_was_decided_meanwhile_is_refused_in_words(cast: World) -> None:
    dossier = make_dossier(cast, State.APPROVED)
    response = cast.client("ramon").post(f"{address(dossier)}withdraw", {"reason": "Too late."}, follow=True)
    assert texts.SO_YOU_CAN_NO_LONGER in response.content.decode()
    dossier.refresh_from_db()
    assert dossier.state == State.APPROVED


def test_a_dossier_of_a_person_is_talked_about_with_that_person(cast: World) -> None:
    dossier = make_dossier(cast, State.SUBMITTED, procedure="exemption_extension", filer=Filer.SELF, by="mia")
    assert get_thread(cast.actor("mia"), "dossier", dossier.number).may_post
    with pytest.raises(Http404):
        get_thread(cast.actor("ramon"), "dossier", dossier.number)


def test_what_the_page_costs(cast: World, expect_queries: ExpectQueries) -> None:
    dossier = make_dossier(cast, State.SUPPLEMENT)
    client = cast.client("ramon")
    client.get(address(dossier))
    with expect_queries("page"):
        client.get(address(dossier))
    filing.resubmit(cast.actor("ramon"), dossier=dossier)
    for sentence in ("One.", "Two.", "Three."):
        post_message(actor=cast.actor("ines"), kind="dossier", subject_id=dossier.number, body=sentence)
    handling.request_supplement(cast.actor("ines"), dossier=dossier, note_text="Again.")
    with expect_queries("with_messages"):  # the messages and their files; the rest does not grow
        client.get(address(dossier))


def test_a_sponsor_who_is_a_person_stands_in_the_heading(cast: World) -> None:
    dossier = make_dossier(cast, State.SUBMITTED)
    Dossier.objects.filter(pk=dossier.pk).update(organisation=None, sponsor=cast.users["sam"])
    assert "sponsored by Sam" in " ".join(
        text_of(cast.client(dossier.filed_by.email.partition("@")[0]), dossier).split()
    )
