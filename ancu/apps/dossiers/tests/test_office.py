"""The office's pages: from the queue to delivery, who may do what, and what is said when somebody was quicker."""

import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.html import escape
from pypdf import PdfReader

from ancu.apps.audit.models import Event as AuditEvent
from ancu.apps.dossiers.enums import ComponentState, DecisionProposal, State
from ancu.apps.dossiers.models import Charge, Dossier, ExchangeRate, LegalFile, Opinion, Result, Supplement
from ancu.apps.dossiers.services import assigning, corrections, filing, handling, opinions, slots
from ancu.apps.dossiers.services.papers import photo_findings
from ancu.apps.dossiers.services.passports import read_unread
from ancu.apps.dossiers.tests.factories import (
    accept,
    make_cast,
    make_dossier,
    make_draft,
    make_legal_file,
    make_paper,
    pay,
    picture,
)
from ancu.apps.lodging.tests.factories import World
from ancu.apps.messaging.services import post_message as write
from ancu.apps.places.selectors import fold
from ancu.apps.stays.tests.factories import make_stay
from ancu.core import clock
from ancu.core.testing import texts as screen_texts
from ancu.core.testing.html import without_line_breaks
from ancu.core.testing.query_counts import ExpectQueries

WHY = {"reason": "The work permit is false.", "article": "Article 36"}
QUEUE = "/office/dossiers/"
PASSPORT_PROOF = {"proof": "identity", "proof_number": "533380006"}


@pytest.fixture
def cast(world: World) -> World:
    return make_cast(world)


def page_of(dossier: Dossier, act: str = "") -> str:
    return f"{QUEUE}{dossier.number}/{act}"


def post(world: World, name: str, dossier: Dossier, act: str, **data: Any) -> Any:
    return world.client(name).post(page_of(dossier, act), data)


def read(response: Any) -> str:
    return str(response.content.decode())


def state_of(dossier: Dossier) -> str:
    return str(Dossier.objects.get(pk=dossier.pk).state)


def test_from_the_queue_to_delivery(cast: World) -> None:
    dossier = make_dossier(cast)
    assert dossier.number in read(cast.client("ines").get(QUEUE))
    slots.receive_passport(cast.actor("ines"), dossier=dossier)
    for component in dossier.components.all():
        judged = post(cast, "ines", dossier, f"papers/{component.key}", verdict="accepted")
        assert judged.status_code == 302
    assert post(cast, "ines", dossier, "accept").status_code == 302
    assert dossier.number in read(cast.client("selma").get(QUEUE))
    assert post(cast, "selma", dossier, "assess", proposal="approve", reason="In order.").status_code == 302
    assert dossier.number in read(cast.client("dora").get(QUEUE))
    assert post(cast, "dora", dossier, "approve").status_code == 302
    form = cast.client("ines").get(page_of(dossier, "result")).context["form"]
    fields = {name: form[name].value() for name in ("symbol", "valid_from", "valid_until")}
    entered = post(cast, "ines", dossier, "result", number="TRC 1", **fields)
    assert entered.status_code == 302
    pay(cast, dossier)
    assert post(cast, "ines", dossier, "deliver", received_by="ADAMS CLAIRE", **PASSPORT_PROOF).status_code == 302
    assert state_of(dossier) == State.DELIVERED
    assert "TRC 1" in read(cast.client("rosa").get(page_of(dossier)))


@pytest.mark.parametrize("count", [1, 3])
def test_a_dossiers_page_costs_the_same(cast: World, count: int, expect_queries: ExpectQueries) -> None:
    dossier = make_dossier(cast)
    for number in range(count):
        make_dossier(cast)  # an earlier one of the same person
        write(actor=cast.actor("ines"), kind="dossier", subject_id=dossier.number, body=f"Message {number}")
        opinions.ask_opinion(
            cast.actor("ines"), dossier=dossier, of=cast.commune_agency, question="Known?", answer_by=clock.today()
        )
    client = cast.client("ines")
    client.get(page_of(dossier))
    with expect_queries():
        client.get(page_of(dossier))


def test_an_officer_takes_a_dossier_with_one_button(cast: World) -> None:
    dossier, ines = make_dossier(cast), cast.client("ines")
    Dossier.objects.filter(pk=dossier.pk).update(assigned_to=None)
    button = f'name="officer" value="{cast.users["ines"].pk}"'
    assert button in without_line_breaks(read(ines.get(page_of(dossier))))
    assert button not in read(cast.client("rosa").get(page_of(dossier)))
    assert post(cast, "ines", dossier, "assign", officer=cast.users["ines"].pk).status_code == 302
    assert Dossier.objects.get(pk=dossier.pk).assigned_to == cast.users["ines"]
    assert button not in read(ines.get(page_of(dossier)))


def test_who_sponsors_is_told_apart_from_who_filed(cast: World) -> None:
    """A foreigner files what her husband sponsors: she is no Vietnamese citizen."""
    dossier = make_dossier(cast)
    Dossier.objects.filter(pk=dossier.pk).update(
        filer="citizen", organisation=None, sponsor=cast.users["liem"], filed_by=cast.users["mia"]
    )
    facts = read(cast.client("ines").get(page_of(dossier)))
    assert f'{cast.users["liem"].full_name}<span class="second">A Vietnamese citizen</span>' in facts
    assert f"<dd>{cast.users['mia'].full_name}</dd>" in facts


# ---- who may -------------------------------------------------------------------------------------------


def test_other_offices_and_strangers_find_nothing(cast: World) -> None:
    dossier = make_dossier(cast)
    for name in ("olga", "ramon", "mia", "alice", "zoe"):
        assert cast.client(name).get(page_of(dossier)).status_code == (404 if name != "ramon" else 403), name
        assert cast.client(name).get(QUEUE).status_code == 403, name
    assert cast.client().get(page_of(dossier)).status_code == 302
    assert cast.client("ines").get(page_of(make_draft(cast))).status_code == 404


ROLES = {
    "accept": (State.SUBMITTED, "ines", "dora"),
    "not-accept": (State.SUBMITTED, "ines", "dora"),
    "supplement": (State.SUBMITTED, "ines", "dora"),
    "transfer": (State.SUBMITTED, "ines", "dora"),
    "ask": (State.SUBMITTED, "ines", "rosa"),
    "assess": (State.ACCEPTED, "selma", "ines"),
    "approve": (State.ASSESSED, "dora", "selma"),
    "refuse": (State.ASSESSED, "dora", "ines"),
    "reassess": (State.ASSESSED, "dora", "ines"),
    "result": (State.APPROVED, "ines", "dora"),
    "deliver": (State.READY, "ines", "dora"),
}


@pytest.mark.slow
@pytest.mark.parametrize("act", ROLES)
def test_an_act_is_for_its_role_and_its_state(cast: World, act: str) -> None:
    state, who, other_dossier = ROLES[act]
    dossier = make_dossier(cast, state)
    url, page_text = page_of(dossier, act), read(cast.client(who).get(page_of(dossier)))
    assert cast.client(who).get(url).status_code == 200
    assert url in page_text
    assert url not in read(cast.client(other_dossier).get(page_of(dossier)))
    for method in ("get", "post"):
        assert getattr(cast.client(other_dossier), method)(url).status_code == 403
    assert cast.client("zoe").get(url).status_code == 404
    closed = make_dossier(cast, State.WITHDRAWN)
    stale = cast.client(who).post(page_of(closed, act), WHY)
    assert (stale.status_code, screen_texts.SO_YOU_CAN_NO_LONGER in read(stale)) == (409, True)
    assert page_of(closed) in read(stale)


def test_nobody_decides_on_his_own_proposal(cast: World) -> None:
    dossier = make_dossier(cast, State.ASSESSED)
    Dossier.objects.filter(pk=dossier.pk).update(assessed_by=cast.users["dora"])
    for act in ("approve", "refuse", "reassess"):
        assert post(cast, "dora", dossier, act, **WHY).status_code == 403
    page = read(cast.client("dora").get(page_of(dossier)))
    assert "another person must decide" in page
    assert page_of(dossier, "approve") not in page
    assert state_of(dossier) == State.ASSESSED


def test_two_officers_decide_at_once_and_the_second_is_told(cast: World) -> None:
    dossier = make_dossier(cast, State.ASSESSED)
    assert post(cast, "dora", dossier, "approve").status_code == 302
    late = post(cast, "dora", dossier, "refuse", **WHY)
    assert (late.status_code, state_of(dossier)) == (409, State.APPROVED)


# ---- intake --------------------------------------------------------------------------------------------


def version_on(page: str) -> str:
    match = re.search(r'name="version" value="([^"]+)"', page)
    assert match
    return match[1]


def test_a_decision_from_a_page_that_shows_an_older_proposal_is_refused(cast: World) -> None:
    """Sent back and proposed again it stands in the same state, but what is decided on is another proposal."""
    dossier = make_dossier(cast, State.ASSESSED)
    version = version_on(read(cast.client("dora").get(page_of(dossier, "approve"))))
    handling.send_back(cast.actor("dora"), dossier=dossier, reason="Look again")
    handling.assess(
        cast.actor("selma"), dossier=dossier, proposal=DecisionProposal.REFUSE, reason="The permit is false."
    )
    refused = post(cast, "dora", dossier, "approve", version=version)
    words = read(refused)
    assert refused.status_code == 409 and "The dossier has changed" in words and "by Selma" in words
    assert screen_texts.WAS_NOT_SAVED in words and state_of(dossier) == State.ASSESSED
    now = version_on(read(cast.client("dora").get(page_of(dossier, "approve"))))
    assert post(cast, "dora", dossier, "approve", version=now).status_code == 302


@pytest.mark.parametrize(
    ("state", "later", "page"),
    [(State.SUBMITTED, State.ACCEPTED, "supplement"), (State.READY, State.DELIVERED, "send-back")],
)
def test_a_page_of_its_own_whose_dossier_moved_on_is_overtaken_not_forbidden(
    cast: World, state: State, later: State, page: str
) -> None:
    """The intake officer may ask for a supplement until the dossier is accepted: his older page is no trespass."""
    dossier = make_dossier(cast, state)
    address = f"{QUEUE}{dossier.number}/{page}"
    assert cast.client("ines").get(address).status_code == 200
    Dossier.objects.filter(pk=dossier.pk).update(state=later)
    for answer in (cast.client("ines").get(address), cast.client("ines").post(address, {"note_text": "Mend it."})):
        assert answer.status_code == 409 and screen_texts.THIS_HAS_ALREADY_BEEN_DONE in answer.content.decode()
    assert cast.client("dora").get(address).status_code == (403 if page == "supplement" else 409)


def test_a_letter_goes_only_as_it_was_shown(cast: World) -> None:
    """A paper that a colleague returned since would else be asked for in a letter that nobody saw."""
    dossier = make_dossier(cast)
    typed = {"note_text": "Please send the contract.", "article": "Article 20"}
    letter = read(post(cast, "ines", dossier, "supplement", preview="1", **typed))
    key = dossier.components.order_by("pk")[0].key
    handling.judge_component(
        cast.actor("selma"), dossier=dossier, key=key, state=ComponentState.RETURNED, reason_code="unreadable"
    )
    sent = post(cast, "ines", dossier, "supplement", send="1", version=version_on(letter), **typed)
    assert sent.status_code == 409 and "by Selma" in read(sent) and state_of(dossier) == State.SUBMITTED
    letter = read(post(cast, "ines", dossier, "supplement", preview="1", **typed))
    sent = post(cast, "ines", dossier, "supplement", send="1", version=version_on(letter), **typed)
    assert sent.status_code == 302 and state_of(dossier) == State.SUPPLEMENT


def test_a_correction_is_confirmed_as_it_was_shown(cast: World) -> None:
    dossier = make_dossier(cast, State.READY)
    result = Result.objects.get(dossier=dossier)
    values = {"valid_from": result.valid_from, "valid_until": result.valid_until, "symbol": result.symbol}
    first = corrections.propose(cast.actor("ines"), dossier=dossier, number="TRC1", reason="x", **values)
    version = version_on(read(cast.client("dora").get(page_of(dossier))))
    corrections.decide(cast.actor("selma"), correction=first, confirmed=False, reason="It was right.")
    corrections.propose(cast.actor("ines"), dossier=dossier, number="TRC2", reason="x", **values)
    page = cast.client("dora").post(
        page_of(dossier, "correction"), {"verdict": "confirm", "version": version}, follow=True
    )
    assert "by Ines" in read(page) and Result.objects.get(dossier=dossier).number == result.number


def test_a_returned_paper_needs_a_reason(cast: World) -> None:
    dossier = make_dossier(cast)
    key = dossier.components.order_by("id")[0].key
    without = post(cast, "ines", dossier, f"papers/{key}", verdict="returned")
    assert without.status_code == 422
    other_dossier = post(cast, "ines", dossier, f"papers/{key}", verdict="returned", reason_code="other")
    assert "Describe what is wrong" in read(other_dossier)
    post(cast, "ines", dossier, f"papers/{key}", verdict="returned", reason_code="unreadable", reason="Blurred.")
    component = dossier.components.get(key=key)
    assert (component.state, component.reason_code, component.reason) == (
        ComponentState.RETURNED, "unreadable", "Blurred.",
    )  # fmt: skip
    assert "Blurred." in read(cast.client("selma").get(page_of(dossier, f"papers/{key}")))
    assert post(cast, "dora", dossier, f"papers/{key}", verdict="accepted").status_code == 403


def test_an_incomplete_dossier_is_not_accepted(cast: World) -> None:
    dossier = make_dossier(cast)
    refused = post(cast, "ines", dossier, "accept")
    assert (refused.status_code, "Decide on every document first" in read(refused)) == (409, True)
    assert "Decide on every document first" in read(cast.client("ines").get(page_of(dossier)))


def test_the_letter_is_shown_before_it_goes(cast: World) -> None:
    dossier = make_dossier(cast)
    Dossier.objects.filter(pk=dossier.pk).update(language="vi")
    key = dossier.components.order_by("id")[0].key
    handling.judge_component(
        cast.actor("ines"), dossier=dossier, key=key, state=ComponentState.RETURNED, reason_code="expired"
    )
    field = cast.client("ines").get(page_of(dossier, "supplement")).context["form"].fields["field_1"].choices[1][0]
    request_fields = {"note_text": "Send the page again.", "field_1": field, "why_1": "Differs from the passport."}
    preview = post(cast, "ines", dossier, "supplement", **request_fields, preview="1")
    assert (preview.status_code, state_of(dossier)) == (200, State.SUBMITTED)
    letter = read(preview).partition('class="letter')[2]
    assert 'lang="vi"' in letter
    assert "Differs from the passport." in letter
    assert post(cast, "ines", dossier, "supplement", **request_fields, send="1").status_code == 302
    supplement = Supplement.objects.get(dossier=dossier)
    assert [(item["kind"], item["key"]) for item in supplement.items] == [("component", key), ("field", field)]
    assert state_of(dossier) == State.SUPPLEMENT


def test_a_request_that_asks_for_nothing_is_refused(cast: World) -> None:
    dossier = make_dossier(cast)
    for entry in ({}, {"field_1": ""}, {"why_1": "wrong"}):
        assert post(cast, "ines", dossier, "supplement", **entry, send="1").status_code == 422
    assert state_of(dossier) == State.SUBMITTED


def test_not_accepting_carries_reason_and_article(cast: World) -> None:
    dossier = make_dossier(cast)
    assert post(cast, "ines", dossier, "not-accept", reason="Not eligible.", article="").status_code == 422
    assert post(cast, "ines", dossier, "not-accept", **WHY).status_code == 302
    ended = Dossier.objects.get(pk=dossier.pk)
    assert (ended.state, ended.reason, ended.article) == (State.NOT_ACCEPTED, WHY["reason"], WHY["article"])
    other_dossier = make_dossier(cast)
    assert post(cast, "ines", other_dossier, "transfer", reason="A matter of the Department.").status_code == 302
    assert state_of(other_dossier) == State.TRANSFERRED


def test_every_opening_is_a_look(cast: World) -> None:
    dossier = make_dossier(cast)
    stay = make_stay(cast.lodging, document_number=dossier.document_number, birth_date=dossier.birth_date)
    page = read(cast.client("ines").get(page_of(dossier)))
    assert cast.lodging.name in page
    look = AuditEvent.objects.filter(act="looked", subject_type="dossiers.dossier").get()
    assert (look.subject_id, look.details["stays"]) == (str(dossier.pk), [stay.pk])


def test_earlier_dossiers_of_the_same_person_stand_beside(cast: World) -> None:
    now, renewed, same, other_dossier = make_dossier(cast), make_dossier(cast), make_dossier(cast), make_dossier(cast)
    rows = Dossier.objects
    rows.filter(pk=renewed.pk).update(document_number="C1234567", search_key="adams claire c1234567")
    rows.filter(pk=same.pk).update(full_name="ADAMS C", search_key="adams c 533380006")
    rows.filter(pk=other_dossier.pk).update(document_number="X7", birth_date="1950-01-01", search_key="adams claire x7")
    page = read(cast.client("selma").get(page_of(now)))
    assert [entry.number in page for entry in (renewed, same, other_dossier)] == [True, True, False]


def test_the_history_shows_the_office_its_own_acts(cast: World) -> None:
    dossier = make_dossier(cast, State.ACCEPTED)
    page = read(cast.client("selma").get(page_of(dossier)))
    assert "visible to the office only" in page
    assert "checked a document of a dossier: Passport, accepted" in page
    assert "assigned a dossier: Ines" in page


# ---- assessment and decision ---------------------------------------------------------------------------


def test_a_proposed_refusal_names_its_article(cast: World) -> None:
    dossier = make_dossier(cast, State.ACCEPTED)
    fields = {"proposal": "refuse", "reason": "False permit."}
    assert post(cast, "selma", dossier, "assess", **fields).status_code == 422
    assert post(cast, "selma", dossier, "assess", **fields, article="Article 20").status_code == 302
    assert "False permit." in read(cast.client("dora").get(page_of(dossier)))


def test_sent_back_it_is_assessed_again(cast: World) -> None:
    dossier = make_dossier(cast, State.ASSESSED)
    assert post(cast, "dora", dossier, "reassess", reason="Ask the commune first.").status_code == 302
    assert state_of(dossier) == State.ACCEPTED
    assert "Ask the commune first." in read(cast.client("selma").get(page_of(dossier)))


# ---- the result ----------------------------------------------------------------------------------------


def test_a_result_never_lasts_longer_than_the_law_allows(cast: World) -> None:
    dossier, today = make_dossier(cast, State.APPROVED), clock.today()
    fields = {"number": "T1", "symbol": "LĐ2", "valid_from": f"{today:%d/%m/%Y}"}
    far = {"valid_until": f"{today + timedelta(days=9 * 365):%d/%m/%Y}"}
    too_long = post(cast, "ines", dossier, "result", **fields, **far)
    assert (too_long.status_code, "allowed by law" in read(too_long)) == (422, True)
    before = {"valid_until": f"{today - timedelta(days=1):%d/%m/%Y}"}
    assert post(cast, "ines", dossier, "result", **fields, **before).status_code == 422
    unknown = fields | {"symbol": "QQ", "valid_until": f"{today + timedelta(days=90):%d/%m/%Y}"}
    assert post(cast, "ines", dossier, "result", **unknown).status_code == 422
    with pytest.raises(handling.Conflict):
        handling.enter_result(
            cast.actor("ines"), dossier=dossier, number="T1", symbol="LĐ2",
            valid_from=today, valid_until=today + timedelta(days=9 * 365),
        )  # fmt: skip
    assert state_of(dossier) == State.APPROVED


def test_a_visa_or_card_is_issued_in_one_dossier_only(cast: World) -> None:
    first, second = make_dossier(cast, State.READY), make_dossier(cast, State.APPROVED)
    used, today = first.result.number, clock.today()
    fields = {
        "symbol": "LĐ2",
        "valid_from": f"{today:%d/%m/%Y}",
        "valid_until": f"{today + timedelta(days=90):%d/%m/%Y}",
    }
    refused = post(cast, "ines", second, "result", number=f" {used[:3].lower()} {used[3:]}", **fields)
    assert (refused.status_code, state_of(second)) == (422, State.APPROVED)
    assert f"This number is already in dossier {first.number}." in read(refused)
    with pytest.raises(handling.Conflict, match="number_taken"):  # the constraint, should two officers enter it at once
        handling.enter_result(
            cast.actor("ines"), dossier=second, number=used, symbol="LĐ2", valid_from=today, valid_until=today
        )
    assert post(cast, "ines", second, "result", number=f"{used}9", **fields).status_code == 302


def test_nothing_is_handed_over_unpaid(cast: World) -> None:
    dossier = make_dossier(cast, State.READY)
    rate = ExchangeRate.objects.create(day=clock.today(), vnd_per_usd=26000, source="test", entered_at=clock.now())
    Charge.objects.create(
        dossier=dossier, items=[], usd=145, rate=rate, vnd=3770000, reference="AC1", charged_at=clock.now()
    )
    assert "has not been paid" in read(cast.client("ines").get(page_of(dossier, "deliver")))
    unpaid = post(cast, "ines", dossier, "deliver", received_by="ADAMS CLAIRE", **PASSPORT_PROOF)
    assert (unpaid.status_code, state_of(dossier)) == (409, State.READY)
    assert "has not been paid" in read(unpaid)


# ---- opinions ------------------------------------------------------------------------------------------


def test_a_commune_is_asked_and_answers(cast: World) -> None:
    dossier = make_dossier(cast, State.ACCEPTED)
    by = f"{clock.today() + timedelta(days=3):%d/%m/%Y}"
    request_fields = {"of": cast.commune_agency.pk, "question": "Does she live there?", "answer_by": by}
    assert post(cast, "selma", dossier, "ask", **(request_fields | {"answer_by": "01/01/2020"})).status_code == 422
    assert post(cast, "selma", dossier, "ask", **request_fields).status_code == 302
    opinion = Opinion.objects.get()
    address = f"/office/opinions/{opinion.pk}"
    olga = cast.client("olga")
    assert "Does she live there?" in read(olga.get("/office/opinions/"))
    assert olga.get(page_of(dossier)).status_code == 403
    assert cast.client("pavel").get(address).status_code == 404
    assert cast.client("ines").get("/office/opinions/").status_code == 403
    assert olga.post(address, {"answer": ""}).status_code == 422
    assert olga.post(address, {"answer": "She does, at number 5."}).status_code == 302
    assert olga.post(address, {"answer": "Again."}).status_code == 409
    assert "at number 5" in read(cast.client("selma").get(page_of(dossier)))
    assert "at number 5" in read(olga.get(address))


def test_an_opinion_does_not_open_the_messages(cast: World) -> None:
    dossier = make_dossier(cast, State.ACCEPTED)
    opinions.ask_opinion(
        cast.actor("selma"), dossier=dossier, of=cast.commune_agency, question="?", answer_by=clock.today()
    )
    assert cast.client("olga").get(f"/messages/dossier/{dossier.number}/main").status_code == 404


# ---- messages ------------------------------------------------------------------------------------------


def test_the_office_and_the_filer_write_to_each_other_and_notes_stay_inside(cast: World) -> None:
    dossier = make_dossier(cast)
    thread = f"/messages/dossier/{dossier.number}/main"
    assert cast.client("ines").post(thread, {"act": "send", "body": "Bring the passport."}).status_code == 302
    assert cast.client("ines").post(thread, {"act": "note", "body": "Looks doubtful."}).status_code == 302
    theirs = read(cast.client("ramon").get(thread))
    assert ("Bring the passport." in theirs, "Looks doubtful." in theirs) == (True, False)
    assert "Looks doubtful." in read(cast.client("selma").get(page_of(dossier)))
    assert cast.client("sam").post(thread, {"act": "send", "body": "We will."}).status_code == 302
    assert dossier.number in read(cast.client("ines").get("/messages/"))
    assert dossier.number in read(cast.client("ramon").get("/messages/"))
    for stranger in ("zoe", "alice", "olga"):
        assert cast.client(stranger).get(thread).status_code == 404
    assert cast.client("rosa").post(thread, {"act": "send", "body": "I only read."}).status_code == 403


def test_nobody_is_written_to_about_a_draft(cast: World) -> None:
    assert cast.client("ramon").get(f"/messages/dossier/{make_draft(cast).number}/main").status_code == 404


# ---- legal files ---------------------------------------------------------------------------------------


def test_a_legal_file_is_approved_in_place_of_the_former(cast: World) -> None:
    former, new = make_legal_file(cast), make_legal_file(cast, state="submitted")
    address = f"/office/legal-files/{new.pk}"
    assert new.name in read(cast.client("ines").get("/office/legal-files/"))
    assert cast.client("dora").post(address, {"decision": "approve"}).status_code == 403
    assert cast.client("olga").get(address).status_code == 403
    assert cast.client("ramon").get(address).status_code == 403
    assert cast.client("ines").post(address, {"decision": "approve"}).status_code == 302
    states = dict(LegalFile.objects.values_list("pk", "state"))
    assert states == {former.pk: "superseded", new.pk: "approved"}
    second_response = cast.client("selma").post(address, {"decision": "return", "reason": "No."})
    assert second_response.status_code == 409


def test_a_legal_file_goes_back_with_a_reason(cast: World) -> None:
    new = make_legal_file(cast, state="submitted")
    address = f"/office/legal-files/{new.pk}"
    assert cast.client("ines").post(address, {"decision": "return", "reason": ""}).status_code == 422
    assert cast.client("ines").post(address, {"decision": "return", "reason": "No seal."}).status_code == 302
    assert escape("No seal.") in read(cast.client("ines").get(address))
    assert LegalFile.objects.get().state == "returned"


# ---- assignment ----------------------------------------------------------------------------------------


def test_a_dossier_is_taken_given_and_put_back(cast: World) -> None:
    dossier = make_dossier(cast)
    assert post(cast, "ines", dossier, "assign", officer=cast.users["selma"].pk).status_code == 302
    assert Dossier.objects.get(pk=dossier.pk).assigned_to == cast.users["selma"]
    assert post(cast, "ines", dossier, "assign", officer="").status_code == 302
    assert Dossier.objects.get(pk=dossier.pk).assigned_to is None
    post(cast, "ines", dossier, "assign", officer=cast.users["olga"].pk)
    assert Dossier.objects.get(pk=dossier.pk).assigned_to is None
    assert post(cast, "rosa", dossier, "assign", officer=cast.users["ines"].pk).status_code == 403


def test_an_accepted_dossier_waits_for_its_decision_in_working_days(cast: World) -> None:
    dossier = make_dossier(cast)
    accept(cast, dossier)
    assert "working day" in read(cast.client("selma").get(page_of(dossier)))


# ---- nothing is pressed by mistake ---------------------------------------------------------------------


def test_a_paper_in_order_has_no_button_that_says_so_again(cast: World) -> None:
    dossier = make_dossier(cast)
    key = dossier.components.earliest("id").key
    accepted = 'name="verdict" value="accepted"'
    assert accepted in read(cast.client("ines").get(page_of(dossier, f"papers/{key}")))
    post(cast, "ines", dossier, f"papers/{key}", verdict="accepted")
    page_text = read(cast.client("ines").get(page_of(dossier, f"papers/{key}")))
    assert accepted not in page_text and "judged-ok" in page_text
    second_response = post(cast, "ines", dossier, f"papers/{key}", verdict="accepted")
    assert second_response.status_code == 409
    post(cast, "ines", dossier, f"papers/{key}", verdict="returned", reason_code="unreadable")
    assert "Accept after all" in read(cast.client("ines").get(page_of(dossier, f"papers/{key}")))


def test_a_paper_that_was_not_sent_cannot_be_in_order(cast: World) -> None:
    dossier = make_dossier(cast)
    key = dossier.components.earliest("id").key
    dossier.components.filter(key=key).update(file=None, by_post=False, state=ComponentState.AWAITED)
    assert 'name="verdict" value="accepted"' not in read(cast.client("ines").get(page_of(dossier, f"papers/{key}")))
    assert post(cast, "ines", dossier, f"papers/{key}", verdict="accepted").status_code == 409
    assert dossier.components.get(key=key).state == ComponentState.AWAITED


@pytest.mark.slow
def test_approval_asks_once_more_and_shows_what_is_approved(cast: World) -> None:
    dossier = make_dossier(cast, State.ASSESSED)
    page_text = read(cast.client("dora").get(page_of(dossier)))
    assert (
        f'action="{page_of(dossier, "approve")}"' not in page_text
        and f'href="{page_of(dossier, "approve")}"' in page_text
    )
    request_fields = read(cast.client("dora").get(page_of(dossier, "approve")))
    assert (
        screen_texts.IN_ORDER in request_fields
        and cast.users["selma"].full_name in request_fields
        and "You cannot undo" in request_fields
    )
    assert state_of(dossier) == State.ASSESSED
    post(cast, "dora", dossier, "approve")
    assert state_of(dossier) == State.APPROVED


def test_the_assessors_reason_is_carried_over_to_the_refusal(cast: World) -> None:
    dossier = make_dossier(cast, State.ACCEPTED)
    reason = {"proposal": "refuse", "reason": "The permit has ended.", "article": "Article 36, clause 1"}
    post(cast, "selma", dossier, "assess", **reason)
    form = cast.client("dora").get(page_of(dossier, "refuse")).context["form"]
    assert (form["reason"].value(), form["article"].value()) == ("The permit has ended.", "Article 36, clause 1")


def test_a_proposal_to_approve_is_no_reason_to_refuse(cast: World) -> None:
    dossier = make_dossier(cast, State.ASSESSED)
    form = cast.client("dora").get(page_of(dossier, "refuse")).context["form"]
    assert form["reason"].value() == "" and "47/2014" in form["article"].value()


def test_what_was_sent_back_is_proposed_again_from_what_was_proposed(cast: World) -> None:
    dossier = make_dossier(cast, State.ACCEPTED)
    reason = {"proposal": "refuse", "reason": "The permit has ended.", "article": "Article 36, clause 1"}
    post(cast, "selma", dossier, "assess", **reason)
    post(cast, "dora", dossier, "reassess", reason="Look at the newer permit.")
    form = cast.client("selma").get(page_of(dossier, "assess")).context["form"]
    assert {name: form[name].value() for name in reason} == reason


def returned_again(cast: World, reason: str = "In order.", opinion: bool = False) -> Dossier:
    """A dossier that Dora sent back and Selma proposed a second time."""
    dossier = make_dossier(cast, State.ACCEPTED)
    post(cast, "selma", dossier, "assess", proposal="approve", reason="In order.")
    post(cast, "dora", dossier, "reassess", reason="Kiểm tra lại thời hạn hộ chiếu")
    if opinion:
        request = opinions.ask_opinion(
            cast.actor("selma"), dossier=dossier, of=cast.commune_agency, question="Known?", answer_by=clock.today()
        )
        opinions.give_opinion(cast.actor("olga"), opinion=request, answer="Known since 2020.")
    post(cast, "selma", dossier, "assess", proposal="approve", reason=reason)
    return dossier


@pytest.mark.parametrize("page", ["", "approve", "refuse"])
def test_the_second_approval_shows_who_sent_it_back_why_and_that_nothing_was_changed(cast: World, page: str) -> None:
    page_text = read(cast.client("dora").get(page_of(returned_again(cast), page)))
    part = page_text.split('id="since-return"')[1].split("</section>")[0]
    assert "Since it was returned" in part and "Dora" in part and "Kiểm tra lại thời hạn hộ chiếu" in part
    assert screen_texts.NOTHING_HAS_CHANGED_SINCE_THEN in part


def test_the_second_approval_shows_what_the_assessor_changed(cast: World) -> None:
    dossier = returned_again(cast, reason="Valid until 2030.", opinion=True)
    part = read(cast.client("dora").get(page_of(dossier, "approve"))).split('id="since-return"')[1]
    assert "<del>In order.</del> → <ins>Valid until 2030.</ins>" in part and "Known since 2020." in part
    assert screen_texts.NOTHING_HAS_CHANGED_SINCE_THEN not in part


def test_the_second_approval_shows_what_the_applicant_and_the_checks_changed(cast: World) -> None:
    dossier, ramon = make_dossier(cast, State.ASSESSED), cast.actor("ramon")
    post(cast, "dora", dossier, "reassess", reason="The passport is too short.")
    post(cast, "selma", dossier, "papers/passport", verdict="returned", reason_code="other", reason="Too short.")
    part = read(cast.client("selma").get(page_of(dossier))).split('id="since-return"')[1].split("</section>")[0]
    assert "<del>" in part and "The passport is too short." in part
    handling.request_supplement(cast.actor("selma"), dossier=dossier, note_text="Renew it.")
    dossier.refresh_from_db()
    form = next(code for code, answers in dossier.answers.items() if "email" in answers)
    filing.save(ramon, dossier=dossier, answers={form: {"email": "anew@example.test"}})
    filing.attach(ramon, dossier=dossier, key="passport", file=make_paper(cast, text="new passport"), pages=1)
    read_unread(dossier)
    filing.resubmit(ramon, dossier=dossier)
    post(cast, "ines", dossier, "papers/passport", verdict="accepted")
    post(cast, "ines", dossier, "accept")
    post(cast, "selma", dossier, "assess", proposal="approve", reason="In order now.")
    part = read(cast.client("dora").get(page_of(dossier, "approve"))).split('id="since-return"')[1]
    assert "<ins>anew@example.test</ins>" in part and "<ins>new passport.pdf" in part and "as checked" not in part


def test_a_dossier_that_never_came_back_says_nothing_of_it(cast: World) -> None:
    assert "since-return" not in read(cast.client("dora").get(page_of(make_dossier(cast, State.ASSESSED), "approve")))


def test_what_the_applicant_is_told_about_a_photo_the_officer_is_told_too(
    cast: World, tmp_path: Any, settings: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    draft, ramon = make_draft(cast), cast.client("ramon")
    blank = SimpleUploadedFile("face.jpg", picture(), "image/jpeg")
    ramon.post(f"/dossiers/{draft.number}/papers/photo", {"photo-file": blank})
    texts = [photo_finding["message"] for photo_finding in photo_findings(draft, draft.components.get(key="photo"))]
    assert texts
    dossier = filing.submit(cast.actor("ramon"), dossier=draft)
    for page in ("", "papers/photo"):
        page_text = read(cast.client("ines").get(page_of(dossier, page)))
        assert all(escape(message) in page_text for message in texts), page


@pytest.mark.parametrize("refused", ["CLAIRE 😀", "<b>CLAIRE</b>"])
def test_a_name_no_passport_can_hold_reaches_neither_list_nor_office(cast: World, refused: str) -> None:
    """The writer sees it in his draft, marked wrong; a supplement's draft is not the office's to read."""

    def name(dossier: Dossier, **more: str) -> None:
        people = [row | {"full_name": refused} for row in dossier.answers["NA6"]["people"]]
        answers = {"NA6": {"people": people}, "NA8": {"full_name": refused, **more}}
        filing.save(cast.actor("ramon"), dossier=dossier, answers=answers)
        dossier.refresh_from_db()

    draft = make_draft(cast)
    name(draft)
    assert draft.answers["NA8"]["full_name"] == refused and draft.full_name == ""
    assert fold(refused) not in draft.search_key
    dossier = make_dossier(cast, State.SUPPLEMENT)
    before = dossier.full_name
    name(dossier, occupation="GEHEIM")
    assert dossier.full_name == before
    page, queue = read(cast.client("ines").get(page_of(dossier))), read(cast.client("ines").get(QUEUE))
    for entry in (page, queue):
        assert "😀" not in entry and "&lt;b&gt;CLAIRE" not in entry and "GEHEIM" not in entry
    assert before in page
    printed = {name: pdf_words(cast, name, dossier) for name in ("ines", "ramon")}
    assert "GEHEIM" in printed["ramon"] and "GEHEIM" not in printed["ines"]


def pdf_words(cast: World, name: str, dossier: Dossier) -> str:
    paper = cast.client(name).get(f"/dossiers/{dossier.number}/documents/form-NA8.pdf")
    return "".join(page.extract_text() for page in PdfReader(BytesIO(paper.content)).pages)


def hidden_value(world: World, name: str, address: str, field: str) -> str:
    match = re.search(rf'name="{field}" value="([^"]*)"', read(world.client(name).get(address)))
    assert match is not None
    return match[1]


def test_a_verdict_from_an_older_page_is_refused_and_says_by_whom(cast: World) -> None:
    dossier = make_dossier(cast)
    address = page_of(dossier, "papers/photo")
    version = hidden_value(cast, "ines", address, "version")
    handling.judge_component(
        cast.actor("selma"), dossier=dossier, key="photo", state=ComponentState.RETURNED, reason_code="unreadable",
        reason="Ảnh mờ",
    )  # fmt: skip
    slots.receive_passport(cast.actor("ines"), dossier=dossier)
    handling.judge_component(cast.actor("ines"), dossier=dossier, key="passport", state=ComponentState.ACCEPTED)
    response = cast.client("ines").post(address, {"verdict": "accepted", "version": version})
    page = read(response)
    assert response.status_code == 409 and "Ảnh mờ" in page and screen_texts.YOUR_INPUT_WAS_NOT_SAVED in page
    assert f"Last changed by {cast.users['selma'].full_name}" in page
    assert dossier.components.get(key="photo").state == ComponentState.RETURNED
    typed = {"verdict": "returned", "reason_code": "other", "reason": "Nền xanh", "version": version}
    response = cast.client("ines").post(address, typed)
    assert response.status_code == 409 and "Nền xanh" in read(response)
    now = re.search(r'name="version" value="([^"]*)"', read(response))
    assert now is not None
    assert cast.client("ines").post(address, typed | {"version": now[1]}).status_code == 302


def test_a_dossier_given_to_somebody_meanwhile_stays_with_him(cast: World) -> None:
    dossier = make_dossier(cast)
    before = hidden_value(cast, "ines", page_of(dossier), "shown")
    assigning.assign(cast.actor("ines"), dossier=dossier, to=cast.users["selma"])
    refusal = post(cast, "ines", dossier, "assign", officer=str(cast.users["ines"].pk), shown=before)
    assert refusal.status_code == 409 and f"assigned to {cast.users['selma'].full_name}" in read(refusal)
    assert screen_texts.YOU_LAST_CHANGED_THIS_YOURSELF in read(refusal)
    assert Dossier.objects.get(pk=dossier.pk).assigned_to_id == cast.users["selma"].pk
    repeated = post(
        cast, "ines", dossier, "assign", officer="", shown=hidden_value(cast, "ines", page_of(dossier), "shown")
    )
    assert repeated.status_code == 302


@pytest.mark.parametrize("way_in", ["promise", "scan", "scan and promise"])
def test_a_passport_on_its_way_is_not_in_order_before_it_was_received(cast: World, way_in: str) -> None:
    """Its picture says nothing of where it is: the law wants the passport itself."""
    dossier = make_dossier(cast)
    passport = dossier.components.filter(key="passport")
    Dossier.objects.filter(pk=dossier.pk).update(state=State.DRAFT)
    if "scan" not in way_in:
        filing.detach(cast.actor("ramon"), dossier=dossier, key="passport")
    if "promise" in way_in:
        filing.promise_by_post(cast.actor("ramon"), dossier=dossier, key="passport")
    Dossier.objects.filter(pk=dossier.pk).update(state=State.SUBMITTED)
    address = f"{QUEUE}{dossier.number}/papers/passport"
    assert (
        "after its arrival is recorded" in (page_text := read(cast.client("ines").get(address)))
        and 'value="accepted"' not in page_text
    )
    refused = cast.client("ines").post(address, {"verdict": "accepted"})
    assert refused.status_code == 409 and "does not have the original yet" in read(refused)
    assert passport.get().state == ComponentState.RECEIVED
    slots.receive_passport(cast.actor("ines"), dossier=dossier)
    assert cast.client("ines").post(address, {"verdict": "accepted"}).status_code == 302
    assert passport.get().state == ComponentState.ACCEPTED


def test_another_passport_promised_after_one_was_received_is_not_here_yet(cast: World) -> None:
    dossier = make_dossier(cast)
    slots.receive_passport(cast.actor("ines"), dossier=dossier)
    Dossier.objects.filter(pk=dossier.pk).update(state=State.SUPPLEMENT)
    filing.detach(cast.actor("ramon"), dossier=dossier, key="passport")
    filing.promise_by_post(cast.actor("ramon"), dossier=dossier, key="passport")
    assert not dossier.components.get(key="passport").is_there
    assert dossier.passport_received() is None and screen_texts.NOT_RECEIVED_YET in read(
        cast.client("ines").get(page_of(dossier))
    )


def test_what_a_supplement_changed_besides_what_was_asked_is_shown(cast: World) -> None:
    dossier, ramon = make_dossier(cast), cast.actor("ramon")
    handling.request_supplement(cast.actor("ines"), dossier=dossier, fields={"NA8.foreign_workplace": "Name the city."})
    before = dossier.answers["NA8"]
    waiting = read(cast.client("ines").get(page_of(dossier)))
    assert "Other changes" not in waiting and "were changed" not in waiting
    typed = {"foreign_workplace": "Kiel, Werft", "foreign_address": "Kiel, Hafen"}
    filing.save(ramon, dossier=dossier, answers={"NA8": before | typed})
    filing.resubmit(ramon, dossier=dossier)
    page = read(cast.client("ines").get(page_of(dossier)))
    _before, _heading, request_fields = page.partition("Changed as requested")
    request_fields, _heading, unasked = request_fields.partition("Other changes")
    assert (
        f"<del>{before['foreign_workplace']}</del> → <ins>Kiel, Werft</ins>" in request_fields
        and "Hafen" not in request_fields
    )
    assert f"<del>{before['foreign_address']}</del> → <ins>Kiel, Hafen</ins>" in unasked
    handling.request_supplement(cast.actor("ines"), dossier=dossier, note_text="The photo, please.")
    filing.save(ramon, dossier=dossier, answers={"NA8": before | {"foreign_address": "Bremen"}})
    assert "Bremen" not in read(cast.client("ines").get(page_of(dossier)))


def test_a_supplement_that_changed_nothing_says_so(cast: World) -> None:
    dossier = make_dossier(cast)
    handling.request_supplement(cast.actor("ines"), dossier=dossier, note_text="Come by.")
    filing.resubmit(cast.actor("ramon"), dossier=dossier)
    assert "No answers in the form and no documents were changed." in read(cast.client("ines").get(page_of(dossier)))
