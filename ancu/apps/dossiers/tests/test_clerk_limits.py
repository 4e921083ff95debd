"""A clerk with limits: one predicate for service, page, list and request for several workers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ancu.apps.accounts.enums import SPONSOR_ROLES, Role
from ancu.apps.accounts.models import Membership
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import EDITABLE, Filer, State
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.selectors.summary import submitters_of
from ancu.apps.dossiers.services import filing
from ancu.apps.dossiers.services.groups import start_group
from ancu.apps.dossiers.tests.factories import make_cast, make_dossier, make_draft, make_group, make_worker
from ancu.apps.lodging.tests.factories import World
from ancu.core.actor import Actor, ActorKind
from ancu.core.errors import Forbidden

CODES = ["visa", "stay_extension", "trc_organisation", "restricted_permit"]
BEYOND = "You may not prepare dossiers of this procedure"


@pytest.fixture
def cast(world: World) -> World:
    return make_cast(world)


def limit_sam(cast: World, procedures: list[str] | None, *, may_submit: bool = False) -> Actor:
    """Sam's limits, as Ramon may set them; returns Sam as the next request sees him."""
    Membership.objects.filter(user=cast.users["sam"]).update(procedures=procedures, may_submit=may_submit)
    return cast.actor("sam")


# ---- the rule ------------------------------------------------------------------------------------------

actors = st.builds(
    Actor,
    kind=st.just(ActorKind.PERSON),
    label=st.just("x"),
    user_id=st.just(1),
    organisation_id=st.sampled_from([7, 8]),
    organisation_kind=st.just("sponsor"),
    role=st.sampled_from(SPONSOR_ROLES),
    procedures=st.none() | st.frozensets(st.sampled_from(CODES)),
    may_submit=st.booleans(),
)
dossiers = st.builds(
    Dossier,
    organisation_id=st.just(7),
    filed_by_id=st.integers(1, 2),
    procedure=st.sampled_from(CODES),
    state=st.sampled_from(list(State)),
)


@given(actors, dossiers)
def test_only_a_member_within_his_limits_changes_and_submits(actor: Actor, dossier: Dossier) -> None:
    is_member = actor.organisation_id == dossier.organisation_id
    within = actor.procedures is None or dossier.procedure in actor.procedures
    assert rules.may_write(actor, dossier) == (is_member and within and dossier.state in EDITABLE)
    signs = actor.role == Role.REPRESENTATIVE or actor.may_submit
    assert rules.may_submit(actor, dossier) == (is_member and within and signs and dossier.state == State.DRAFT)
    assert rules.may_resubmit(actor, dossier) == (is_member and within and signs and dossier.state == State.SUPPLEMENT)
    if rules.may_withdraw(actor, dossier):
        assert is_member and within
    assert rules.is_filer(actor, dossier) == is_member  # the organisation's dossiers are read by all its members


@given(actors, dossiers)
def test_the_page_names_the_limit_exactly_where_it_forbids(actor: Actor, dossier: Dossier) -> None:
    editable = rules.is_filer(actor, dossier) and dossier.state in EDITABLE
    assert rules.is_beyond_limits(actor, dossier) == (editable and not rules.may_write(actor, dossier))


# ---- services ------------------------------------------------------------------------------------------


def test_a_limited_clerk_begins_only_what_he_prepares(cast: World) -> None:
    sam = limit_sam(cast, ["visa"])
    with pytest.raises(Forbidden):
        filing.start(sam, procedure="trc_organisation", filer=Filer.ORGANISATION)
    assert filing.start(sam, procedure="visa", filer=Filer.ORGANISATION).organisation_id == sam.organisation_id


def test_a_limited_clerk_reads_the_others_and_changes_nothing(cast: World) -> None:
    draft, sam = make_draft(cast, by="ramon"), limit_sam(cast, ["visa"], may_submit=True)
    assert rules.is_filer(sam, draft)
    for act in (
        lambda: filing.save(sam, dossier=draft, answers={}),
        lambda: filing.submit(sam, dossier=draft),
        lambda: filing.withdraw(sam, dossier=draft, reason="x"),
        lambda: filing.detach(sam, dossier=draft, key="passport"),
    ):
        with pytest.raises(Forbidden):
            act()
    assert Dossier.objects.get(pk=draft.pk).state == State.DRAFT


def test_a_clerk_with_the_right_submits_and_answers_the_office(cast: World) -> None:
    draft, sam = make_draft(cast, by="sam"), limit_sam(cast, ["trc_organisation"], may_submit=True)
    submitted = filing.submit(sam, dossier=draft)
    assert (submitted.state, submitted.filings.get().sent_by) == (State.SUBMITTED, cast.users["sam"])
    waiting = make_dossier(cast, State.SUPPLEMENT)
    assert filing.resubmit(sam, dossier=waiting).state == State.RESUBMITTED


def test_a_right_taken_back_ends_at_once(cast: World) -> None:
    draft = make_draft(cast, by="sam")
    limit_sam(cast, None, may_submit=True)
    with pytest.raises(Forbidden):
        filing.submit(limit_sam(cast, None), dossier=draft)


def test_a_request_for_several_workers_keeps_the_limits(cast: World) -> None:
    group, worker = make_group(cast), make_worker(cast)
    sam = limit_sam(cast, ["visa"])
    with pytest.raises(Forbidden):
        start_group(sam, workers=[worker], common={}, key=group.key)
    client = cast.client("sam")
    own = f"/workers/requests/{group.pk}/"
    page = client.get(own)
    assert page.status_code == 200 and BEYOND in page.content.decode()
    assert "Review and submit" not in page.content.decode()
    assert client.get(f"{own}answers").status_code == client.get(f"{own}papers").status_code == 403
    assert "Request residence cards…" not in client.get("/workers/").content.decode()


# ---- pages ---------------------------------------------------------------------------------------------


def test_the_page_of_a_dossier_says_why_there_is_no_button(cast: World) -> None:
    draft, url = make_draft(cast, by="ramon"), "/dossiers/{}/{}"
    limit_sam(cast, ["visa"])
    client = cast.client("sam")
    page = client.get(url.format(draft.number, "")).content.decode()
    assert BEYOND in page and "Withdraw the dossier" not in page
    assert client.get(url.format(draft.number, "step/1")).status_code == 403
    assert BEYOND in client.get(url.format(draft.number, "send")).content.decode()
    listed = client.get("/dossiers/").content.decode()
    assert url.format(draft.number, "step/1") not in listed and url.format(draft.number, "") in listed


def test_the_start_page_of_a_procedure_says_it_too(cast: World) -> None:
    limit_sam(cast, ["visa"])
    client = cast.client("sam")
    page = client.get("/dossiers/new/trc_organisation", {"filer": "organisation"}).content.decode()
    assert BEYOND in page and "/begin" not in page
    begin = client.post("/dossiers/new/trc_organisation/begin", {"filer": "organisation", "person": "new"})
    assert begin.status_code == 403 and not Dossier.objects.exists()
    assert "/begin" in client.get("/dossiers/new/visa", {"filer": "organisation"}).content.decode()


def test_requests_of_the_office_are_tasks_of_those_who_may_answer(cast: World) -> None:
    waiting, client = make_dossier(cast, State.SUPPLEMENT), cast.client("sam")
    assert waiting in [row.dossier for row in client.get("/dossiers/").context["requests"]]
    limit_sam(cast, ["visa"])
    assert client.get("/dossiers/").context["requests"] == []


def test_who_may_submit_is_named_to_who_may_not(cast: World) -> None:
    draft = make_draft(cast, by="sam")
    client = cast.client("sam")
    page = client.get(f"/dossiers/{draft.number}/send")
    assert "A colleague submits it" in page.content.decode() and page.context["who_sends"] == ["Ramon"]
    limit_sam(cast, ["trc_organisation"], may_submit=True)
    assert client.get(f"/dossiers/{draft.number}/send").context["may_send"]


@pytest.mark.parametrize(
    ("procedures", "named"), [(None, ["Ramon", "Sam"]), (["trc_organisation"], ["Ramon", "Sam"]), (["visa"], ["Ramon"])]
)
def test_clerks_who_may_submit_are_named_for_their_procedures(
    cast: World, procedures: list[str] | None, named: list[str]
) -> None:
    draft = make_draft(cast)
    limit_sam(cast, procedures, may_submit=True)
    assert submitters_of(draft) == named


def test_a_form_that_was_open_saves_nothing_after_the_limit(cast: World) -> None:
    draft, client = make_draft(cast, by="ramon"), cast.client("sam")
    own = f"/dossiers/{draft.number}/"
    assert client.get(f"{own}step/1").status_code == client.get(f"{own}papers").status_code == 200
    limit_sam(cast, ["visa"], may_submit=True)
    before = Dossier.objects.values().get(pk=draft.pk)
    for page in ("step/1", "step/1/autosave", "papers/passport", "send", "withdraw", "passport"):
        answer = client.post(own + page, {"true": "on", "reason": "x"})
        assert answer.status_code in {403, 404, 405}, page
    assert Dossier.objects.values().get(pk=draft.pk) == before
