"""The office's queues: what waits, found, filtered, in its order, and like cases approved together."""

from datetime import timedelta
from typing import Any

import pytest

from ancu.apps.audit.models import Event as AuditEvent
from ancu.apps.dossiers.enums import DecisionProposal, State
from ancu.apps.dossiers.models import Dossier, SavedFilter
from ancu.apps.dossiers.selectors import queues
from ancu.apps.dossiers.services import handling
from ancu.apps.dossiers.services.versions import version_of
from ancu.apps.dossiers.tests.factories import make_cast, make_dossier, make_submitted
from ancu.apps.lodging.tests.factories import World
from ancu.core import clock
from ancu.core.testing.html import without_line_breaks
from ancu.core.testing.query_counts import ExpectQueries

QUEUE = "/office/dossiers/"
MORE = {"state": "", "more": "on"}  # the page with the form of filters


@pytest.fixture
def cast(world: World) -> World:
    return make_cast(world)


def read(response: Any) -> str:
    return str(response.content.decode())


def state_of(dossier: Dossier) -> str:
    return str(Dossier.objects.get(pk=dossier.pk).state)


def test_an_officer_finds_a_dossier_by_number_name_and_document(cast: World) -> None:
    dossier = make_dossier(cast, State.REFUSED)
    client = cast.client("ines")
    for text in (dossier.number, "adams", "533380006"):
        assert dossier.number in read(client.get(QUEUE, {"q": text}))
    assert "too short" in read(client.get(QUEUE, {"q": "ad"}))
    assert "No dossier" in read(client.get(QUEUE, {"q": "nobody at all"}))


def test_a_search_leaves_no_name_in_the_audit(cast: World) -> None:
    dossier = make_dossier(cast)
    cast.client("ines").get(QUEUE, {"q": "adams"})
    look = AuditEvent.objects.filter(subject_type="dossiers.search").get()
    assert look.details == {"filter": {}, "count": 1, "dossiers": [dossier.pk]}


@pytest.mark.parametrize("count", [1, 3])
def test_the_queue_costs_the_same(cast: World, count: int, expect_queries: ExpectQueries) -> None:
    for _ in range(count):
        make_dossier(cast, State.ASSESSED)
    client = cast.client("dora")
    client.get(QUEUE)
    # session, user, memberships; officers, the page's keys and its rows, the look, the counts, his saved filters
    with expect_queries():
        client.get(QUEUE)


@pytest.mark.parametrize("count", [1, 3])
def test_a_search_costs_the_same(cast: World, count: int, expect_queries: ExpectQueries) -> None:
    for _ in range(count):
        make_dossier(cast)
    client = cast.client("ines")
    client.get(QUEUE)
    with expect_queries():
        client.get(QUEUE, {"q": "adams"})


def test_filters_narrow_the_queue(cast: World) -> None:
    mine, other_dossier = make_dossier(cast), make_dossier(cast, State.ACCEPTED, full_name="OTHER")
    Dossier.objects.filter(pk=other_dossier.pk).update(due_on=clock.today() - timedelta(days=9))
    client = cast.client("ines")
    late = read(client.get(QUEUE, {"due": "late"}))
    assert (other_dossier.number in late, mine.number in late, "days late" in late) == (True, False, True)
    assert mine.number in read(client.get(QUEUE, {"officer": "me"}))
    assert other_dossier.number not in read(client.get(QUEUE, {"officer": "me"}))
    assert other_dossier.number not in read(client.get(QUEUE, {"officer": "none"}))
    assert mine.number not in read(client.get(QUEUE, {"procedure": "visa", "state": ""}))
    assert client.get(QUEUE, {"state": "no such state", "officer": "x", "due": "y"}).status_code == 422


def test_what_is_decided_is_not_late(cast: World) -> None:
    """Its day to be decided by has passed, and that is no longer anybody's to mend."""
    late, decided = make_dossier(cast, State.ACCEPTED), make_dossier(cast, State.READY)
    Dossier.objects.filter(pk__in=[late.pk, decided.pk]).update(due_on=clock.today() - timedelta(days=9))
    page_text = cast.client("ines").get(QUEUE, {"state": "", "due": "late"})
    assert [row.dossier for row in page_text.context["page"].rows] == [late]
    assert "Late (1)" in read(page_text)


def test_an_officer_keeps_filters_of_his_own(cast: World) -> None:
    ines, selma = cast.client("ines"), cast.client("selma")
    request_fields = {"name": "Late visas", "state": "accepted", "due": "late", "procedure": "visa", "officer": ""}
    stored = ines.post(f"{QUEUE}filters", request_fields)
    assert stored["location"] == f"{QUEUE}?state=accepted&procedure=visa&due=late"
    page_text = read(ines.get(stored["location"]))
    assert 'aria-current="true">Late visas</a>' in without_line_breaks(page_text)
    assert "Late visas" in read(ines.get(QUEUE)) and "Late visas" not in read(selma.get(QUEUE))
    ines.post(f"{QUEUE}filters", {"name": "Late visas", "state": "ready"})
    saved = SavedFilter.objects.get()
    assert saved.parameters == {"state": "ready"}, "the same name means the new filter"
    delete = f"{QUEUE}filters/{saved.pk}/delete"
    assert "Delete this saved filter?" in read(ines.get(QUEUE, MORE)), "asked before it is gone, by its name"
    assert selma.post(delete).status_code == 404
    assert ines.post(delete)["location"] == f"{QUEUE}?state=ready"
    assert not SavedFilter.objects.exists()


def test_a_filter_needs_a_name_and_there_are_twelve_at_most(cast: World) -> None:
    ines = cast.client("ines")
    unnamed = ines.post(f"{QUEUE}filters", {"name": " ", "state": "ready"})
    assert (unnamed.status_code, unnamed.context["queue_filter"].state) == (422, "ready")
    for number in range(12):
        assert ines.post(f"{QUEUE}filters", {"name": str(number)}).status_code == 302
    assert ines.post(f"{QUEUE}filters", {"name": "one more"}).status_code == 409
    assert ines.post(f"{QUEUE}filters", {"name": "3", "state": "ready"}).status_code == 302


def test_a_shared_filter_is_offered_to_the_unit_and_changed_by_its_owner_and_the_head(cast: World) -> None:
    ines, selma, dora = (cast.client(name) for name in ("ines", "selma", "dora"))
    late = {"name": "Late cards", "state": "accepted", "due": "late", "shared": "on"}
    assert ines.post(f"{QUEUE}filters", late).status_code == 302
    page = read(selma.get(QUEUE, MORE))
    assert "Late cards" in page and "For the whole unit, saved by Ines" in without_line_breaks(page)
    saved = SavedFilter.objects.get()
    delete = f"{QUEUE}filters/{saved.pk}/delete"
    assert delete not in page and selma.post(delete).status_code == 403
    for fields in ({}, {"shared": "on"}):
        refused = selma.post(f"{QUEUE}filters", {"name": "Late cards", "state": "ready"} | fields)
        assert refused.status_code == 409, "nobody takes a colleague's shared filter away"
    assert dora.post(f"{QUEUE}filters", {"name": "Late cards", "state": "ready", "shared": "on"}).status_code == 302
    saved.refresh_from_db()
    assert (saved.parameters, saved.user, saved.shared) == ({"state": "ready"}, cast.users["ines"], True)
    assert dora.post(delete).status_code == 302 and not SavedFilter.objects.exists()


def test_a_saved_filter_keeps_commune_company_and_order(cast: World) -> None:
    dossier, ines = make_dossier(cast), cast.client("ines")
    fields = {
        "state": "submitted",
        "unit": str(dossier.unit_id),
        "company": str(dossier.organisation_id),
        "order": "-paid",
    }
    stored = ines.post(f"{QUEUE}filters", {"name": "Ours", **fields})
    assert SavedFilter.objects.get().parameters == fields
    assert [row.dossier for row in ines.get(stored["location"]).context["page"].rows] == [dossier]


@pytest.mark.slow
def test_pages_by_key_show_each_once(cast: World) -> None:
    dated = [make_dossier(cast, State.ACCEPTED) for _ in range(3)]
    Dossier.objects.filter(pk=dated[0].pk).update(due_on=clock.today())
    undated = [make_dossier(cast) for _ in range(2)]
    assert all_pages(cast, queues.QueueFilter(), size=2) == [*dated, *undated]
    assert queues.queue_page(cast.actor("ines"), queues.QueueFilter(), "nonsense").rows


@pytest.mark.slow
def test_what_only_waits_to_be_fetched_comes_after_all_that_is_undecided(cast: World) -> None:
    """Its day passed long ago and is nobody's to mend: nothing urgent may stand below it, on whatever page."""
    fetched = [make_dossier(cast, State.READY) for _ in range(3)]
    urgent, later = make_dossier(cast, State.ACCEPTED), make_dossier(cast, State.ACCEPTED)
    undated = make_dossier(cast)
    for days, ones in ((-30, fetched), (1, [urgent]), (4, [later])):
        Dossier.objects.filter(pk__in=[entry.pk for entry in ones]).update(due_on=clock.today() + timedelta(days=days))
    assert all_pages(cast, queues.QueueFilter(), size=2) == [urgent, later, undated, *fetched]
    assert all_pages(cast, queues.QueueFilter(state="ready"), size=2) == fetched


def all_pages(cast: World, queue_filter: queues.QueueFilter, size: int) -> list[Dossier]:
    visited, after = list[Dossier](), "first"
    while after:
        page = queues.queue_page(cast.actor("ines"), queue_filter, after, size)
        visited += [row.dossier for row in page.rows]
        after = page.after
    return visited


def approve(cast: World, *dossiers: Dossier, **fields: str) -> str:
    chosen = {"dossier": [dossier.number for dossier in dossiers], **fields}
    return read(cast.client("dora").post(f"{QUEUE}approve", chosen, follow=True))


@pytest.mark.slow
def test_the_question_names_whom_it_approves_and_whom_it_leaves_out(cast: World) -> None:
    first, second, own, refusal = (make_dossier(cast, State.ASSESSED) for _ in range(4))
    Dossier.objects.filter(pk=own.pk).update(assessed_by=cast.users["dora"])
    Dossier.objects.filter(pk=refusal.pk).update(proposal=DecisionProposal.REFUSE)
    page = approve(cast, first, second, own, refusal)
    approved, _heading, left_out = page.partition("Not approved with them")
    assert "Approve 2 dossiers?" in approved and "Selma proposes: approve" in approved
    assert all(dossier.number in approved and dossier.full_name in approved for dossier in (first, second))
    assert own.number in left_out and "You proposed it yourself" in left_out
    assert refusal.number in left_out and "It is not proposed for approval" in left_out
    assert {state_of(dossier) for dossier in (first, second, own, refusal)} == {State.ASSESSED}


@pytest.mark.slow
def test_like_cases_are_approved_together_and_each_number_is_said(cast: World) -> None:
    first, second, own, moved = (make_dossier(cast, State.ASSESSED) for _ in range(4))
    Dossier.objects.filter(pk=own.pk).update(assessed_by=cast.users["dora"])
    handling.send_back(cast.actor("dora"), dossier=moved, reason="Look again")
    answer = approve(cast, first, second, own, moved, sure="1")
    states = [state_of(dossier) for dossier in (first, second, own, moved)]
    assert states == [State.APPROVED, State.APPROVED, State.ASSESSED, State.ACCEPTED]
    assert "2 dossiers approved: " in answer and first.number in answer and second.number in answer
    assert f"{own.number} was not approved: You proposed it yourself" in answer
    assert f"{moved.number} was not approved: " in answer and "You last changed this yourself" in answer


def test_one_that_changed_after_the_question_is_not_approved(cast: World) -> None:
    same, changed = (make_dossier(cast, State.ASSESSED) for _ in range(2))
    versions = {f"version-{dossier.number}": version_of(dossier) for dossier in (same, changed)}
    handling.send_back(cast.actor("dora"), dossier=changed, reason="Look again")
    handling.assess(cast.actor("selma"), dossier=changed, proposal=DecisionProposal.APPROVE, reason="Looked at it.")
    answer = approve(cast, same, changed, sure="1", **versions)
    assert (state_of(same), state_of(changed)) == (State.APPROVED, State.ASSESSED)
    assert f"{changed.number} was not approved: The dossier has changed since you opened this page" in answer


def test_dossiers_of_several_procedures_are_named_and_none_is_approved(cast: World) -> None:
    first, second, visa = (make_dossier(cast, State.ASSESSED) for _ in range(3))
    Dossier.objects.filter(pk=visa.pk).update(procedure="visa")
    for step in ({}, {"sure": "1"}):
        answer = approve(cast, first, visa, second, **step)  # in the list, where another choice is made
        assert "Nothing was approved" in answer and f": {first.number}, {second.number}" in answer
        assert f": {visa.number}" in answer and "data-bulk" in answer
    assert {state_of(dossier) for dossier in (first, second, visa)} == {State.ASSESSED}
    assert "Choose the dossiers first." in read(cast.client("dora").post(f"{QUEUE}approve", follow=True))
    assert cast.client("dora").post(f"{QUEUE}approve", {"dossier": ["no-such"]}).status_code == 404
    assert cast.client("olga").post(f"{QUEUE}approve", {"dossier": [first.number]}).status_code == 403


def test_approval_is_offered_only_where_something_is_proposed_for_it(cast: World) -> None:
    dossier = make_dossier(cast, State.ASSESSED)
    client, query = cast.client("dora"), {"state": State.ASSESSED}
    assert "Approve selected" in read(client.get(QUEUE, query))
    Dossier.objects.filter(pk=dossier.pk).update(proposal=DecisionProposal.REFUSE)
    page = read(client.get(QUEUE, query))
    assert "Approve selected" not in page and "Assign selected" in page
    assert 'name="dossier"' not in read(cast.client("rosa").get(QUEUE, query)), "an administrator only reads"


# ---- each number is the length of its list -------------------------------------------------------------


def queue_context(cast: World, **parameters: str) -> Any:
    return cast.client("ines").get(QUEUE, parameters).context


@pytest.mark.slow
def test_every_number_of_the_queues_is_the_length_of_the_list_it_opens(cast: World) -> None:
    today, ines = clock.today(), cast.users["ines"]
    dossiers = [
        make_submitted(cast, state=state, due_on=due, assigned_to=officer, procedure=procedure)
        for state in (State.SUBMITTED, State.ACCEPTED, State.READY)
        for due in (today - timedelta(days=9), today, today + timedelta(days=9), None)
        for officer in (ines, None)
        for procedure in ("visa", "trc_organisation")
    ]
    assert len(dossiers) == 48
    for entry in (
        {"state": ""}, {"state": "accepted"}, {"state": "ready"}, {"due": "late"},
        {"state": "accepted", "due": "today"}, {"officer": "me"},
        {"officer": "none", "due": "late"}, {"procedure": "visa", "state": "submitted"},
        {"procedure": "visa", "officer": "me", "due": "today"},
    ):  # fmt: skip
        context = queue_context(cast, **entry)
        for tab in context["tabs"]:
            listed = cast.client("ines").get(QUEUE + tab["url"]).context["page"].rows
            assert len(listed) == tab["count"], (entry, tab)
        for text, url, chosen in context["filters"]:
            if "(" in text and not chosen:
                listed = cast.client("ines").get(QUEUE + url).context["page"].rows
                assert f"({len(listed)})" in text, (entry, text, url)


def test_no_filter_by_day_empties_a_queue_of_decided_dossiers(cast: World) -> None:
    late = make_submitted(cast, state=State.ACCEPTED, due_on=clock.today() - timedelta(days=9))
    decided = make_submitted(cast, state=State.READY, due_on=clock.today() - timedelta(days=9))
    from_ready = {text.partition(" (")[0]: url for text, url, _chosen in queue_context(cast, state="ready")["filters"]}
    rows = cast.client("ines").get(QUEUE + from_ready["Late"]).context["page"].rows
    assert [row.dossier for row in rows] == [late]
    to_ready = next(tab["url"] for tab in queue_context(cast, due="late")["tabs"] if "state=ready" in tab["url"])
    rows = cast.client("ines").get(QUEUE + to_ready).context["page"].rows
    assert [row.dossier for row in rows] == [decided]
