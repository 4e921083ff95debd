"""What an organisation's program needs, point by point (docs/api.md), over real requests."""

import base64
import json
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile

from ancu.apps.accounts.models import OrganisationToken
from ancu.apps.accounts.services import create_token, revoke_token
from ancu.apps.audit.models import Event
from ancu.apps.dossiers import api
from ancu.apps.dossiers.enums import ComponentState, Filer, State
from ancu.apps.dossiers.models import ClientReference, Component, Dossier, Filing
from ancu.apps.dossiers.selectors.signatures import digest_of
from ancu.apps.dossiers.services import handling
from ancu.apps.dossiers.services.retention import redact_dossiers
from ancu.apps.dossiers.tests.factories import (
    answers_for,
    make_cast,
    make_dossier,
    make_draft,
    make_legal_file,
    make_rate,
    make_submitted,
    picture,
)
from ancu.apps.lodging.services import create_token as create_lodging_token
from ancu.apps.lodging.tests.factories import World
from ancu.core import clock
from ancu.core.actor import system
from ancu.core.testing import texts
from ancu.core.testing.program import Program
from ancu.core.testing.query_counts import ExpectQueries
from ancu.engines.rulebook import get_procedure, required_components

pytestmark = pytest.mark.django_db
CODE = "trc_organisation"
PAPER = {"content": base64.b64encode(picture()).decode(), "name": "scan.jpg"}


@pytest.fixture
def cast(world: World, tmp_path: Any, settings: Any) -> World:
    settings.MEDIA_ROOT = tmp_path
    cache.clear()
    new_cast = make_cast(world)
    make_rate(new_cast)
    make_legal_file(new_cast)
    return new_cast


@pytest.fixture
def hr(cast: World) -> Program:
    return Program(create_token(cast.actor("ramon"), name="HR program")[1])


def filing(cast: World, reference: str = "HR-1", **more: Any) -> dict[str, Any]:
    """A whole dossier, as a program files it."""
    procedure = get_procedure(CODE, clock.today())
    answers = answers_for(procedure, Filer.ORGANISATION, cast.units.commune.code, **more.pop("given", {}))
    papers = {
        required_component.key: {"original": True} if required_component.kind == "original" else PAPER
        for required_component in required_components(procedure, answers)
    }
    return {"client_reference": reference, "procedure": CODE, "answers": answers, "papers": papers} | more


SEND = {"send": True, "statement": True}


# ---- filing --------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_dossier_is_filed_sent_and_read_back(cast: World, hr: Program) -> None:
    status, response_body = hr.call("POST", "dossiers", filing(cast) | SEND)
    assert (status, response_body.get("errors"), response_body["status"], response_body["created"]) == (
        201,
        None,
        "submitted",
        True,
    )
    dossier = Dossier.objects.get()
    assert (dossier.filed_by, dossier.organisation.name) == (cast.users["ramon"], "Công ty TNHH Sông Đà")
    assert Filing.objects.get().digest == digest_of(dossier)
    status, read = hr.call("GET", f"dossiers/{dossier.number}")
    assert (status, read["state"], read["client_reference"]) == (200, "submitted", "HR-1")
    assert read["answers"] == dossier.answers
    assert [step["what"] for step in read["next"]] == ["bring", "pay"]
    assert read["next"][1]["url"].endswith(f"/dossiers/{dossier.number}/pay")
    assert read["fee"]["state"] == "due" and read["fee"]["vnd"] > 0
    assert {paper["state"] for paper in read["papers"] if paper["wanted"]} == {"given"}
    acts = list(Event.objects.filter(actor_kind="token").values_list("act", flat=True))
    assert {"dossiers.started", "dossiers.attached", "dossiers.submitted", "looked"} <= set(acts)


def test_without_send_it_is_a_draft_that_says_who_sends_it(cast: World, hr: Program) -> None:
    status, response_body = hr.call("POST", "dossiers", filing(cast))
    assert (status, response_body["status"]) == (201, "draft")
    assert [finding for finding in response_body["findings"] if finding["severity"] == "blocking"] == []
    [step] = response_body["dossier"]["next"]
    assert (step["what"], step["url"].rsplit("/", 1)[1]) == ("send", "send")
    number = response_body["dossier"]["number"]
    status, refused = hr.call("POST", f"dossiers/{number}/send", {})
    assert (status, refused["errors"][0]["code"]) == (422, "statement_missing")
    status, sent = hr.call("POST", f"dossiers/{number}/send", {"statement": True})
    assert (status, sent["dossier"]["state"]) == (200, "submitted")
    assert hr.call("POST", f"dossiers/{number}/send", {"statement": True})[0] == 409


def test_it_is_filled_in_with_what_the_office_has(cast: World, hr: Program) -> None:
    body = {"client_reference": "HR-1", "procedure": CODE, "answers": {}}
    _status, response_body = hr.call("POST", "dossiers", body)
    assert "Công ty TNHH Sông Đà" in json.dumps(response_body["answers"], ensure_ascii=False)
    assert {"field_missing", "component_missing"} <= {finding["code"] for finding in response_body["findings"]}
    first = next(finding for finding in response_body["findings"] if finding["code"] == "field_missing")
    assert all(first[name] for name in ("field", "what_vi", "what_en", "how_vi", "how_en", "article_vi"))
    assert response_body["dossier"]["next"][0]["what"] == "complete"


def test_the_answers_are_those_the_page_would_keep(cast: World, hr: Program) -> None:
    """Dates as people write them, communes by name, spaces and small letters: one rule reads both."""
    body = filing(cast, given={"birth_date": "12/04/1990", "stay_unit": "mai ha", "full_name": "  adams claire "})
    status, response_body = hr.call("POST", "dossiers", body)
    assert status == 201, response_body
    stored = Dossier.objects.get()
    assert (stored.birth_date, stored.unit, stored.full_name.upper()) == (
        "1990-04-12",
        cast.units.commune,
        "ADAMS CLAIRE",
    )


# ---- the reference -------------------------------------------------------------------------------------


def test_the_same_reference_is_the_same_dossier(cast: World, hr: Program) -> None:
    body = filing(cast) | SEND
    first, second_response = hr.call("POST", "dossiers", body), hr.call("POST", "dossiers", body)
    assert (first[0], second_response[0]) == (201, 200)
    assert second_response[1]["created"] is False
    assert first[1]["dossier"]["number"] == second_response[1]["dossier"]["number"] == Dossier.objects.get().number
    assert Event.objects.filter(act="looked", actor_kind="token", subject_type="dossiers.dossier").count() == 1
    reordered = dict(reversed(body.items()))
    assert hr.call("POST", "dossiers", reordered)[0] == 200
    status, response_body = hr.call("POST", "dossiers", filing(cast, given={"full_name": "OTHER"}) | SEND)
    assert (status, response_body["code"], response_body["retry_safe"]) == (409, "reference_reused", False)
    assert Dossier.objects.get().number in response_body["message_en"]


def test_a_reference_may_come_as_a_header_and_belongs_to_its_organisation(cast: World, hr: Program) -> None:
    body = {"procedure": CODE, "answers": {}}
    status, response_body = hr.call("POST", "dossiers", body)
    assert (status, response_body["code"]) == (400, "reference_missing")
    status, response_body = hr.call("POST", "dossiers", body, **{"Idempotency-Key": "K-1"})
    assert (status, response_body["dossier"]["client_reference"]) == (201, "K-1")
    other_dossier = stranger(cast)
    assert other_dossier.call("POST", "dossiers", body, **{"Idempotency-Key": "K-1"})[0] == 201
    assert ClientReference.objects.count() == 2


def test_a_reference_of_a_refused_call_is_free_again(cast: World, hr: Program) -> None:
    bad = filing(cast, given={"passport_expiry": "31/02/2031"})
    assert hr.call("POST", "dossiers", bad)[0] == 422
    assert not Dossier.objects.exists() and not ClientReference.objects.exists()
    assert hr.call("POST", "dossiers", filing(cast))[0] == 201


@pytest.mark.slow
def test_a_reference_is_emptied_with_what_it_names(cast: World, hr: Program) -> None:
    hr.call("POST", "dossiers", filing(cast))
    Dossier.objects.update(saved_at=clock.now().replace(year=2020))
    assert redact_dossiers(system("test")) == 1
    assert ClientReference.objects.get().reference.startswith("redacted-")


# ---- what is refused -----------------------------------------------------------------------------------


def test_each_wrong_answer_is_told_with_its_field_code_and_both_languages(cast: World, hr: Program) -> None:
    procedure = get_procedure(CODE, clock.today())
    form = next(form for form in procedure.forms if "passport_expiry" in form.fields)
    wrong = {"passport_expiry": "31/02/2031", "nationality": "Atlantis", "nothing": "x", "full_name": ["A"]}
    body = filing(cast) | SEND
    body["answers"][form.code] |= wrong
    body["answers"]["XX9"] = {}
    body["papers"] |= {"tail": PAPER, "photo": {"content": "%%%"}}
    status, response_body = hr.call("POST", "dossiers", body)
    assert (status, response_body["code"]) == (422, "invalid_dossier")
    results = {error["field"]: error["code"] for error in response_body["errors"]}
    assert results == {
        f"{form.code}.passport_expiry": "not_a_date",
        f"{form.code}.nationality": "not_a_choice"
        if results[f"{form.code}.nationality"] == "not_a_choice"
        else "bad_country",
        f"{form.code}.nothing": "unknown_field",
        f"{form.code}.full_name": "wrong_type",
        "XX9": "unknown_form",
        "papers.photo": "not_base64",
    }
    no_day = next(error for error in response_body["errors"] if error["field"].endswith("passport_expiry"))
    assert no_day["message_en"] == texts.THIS_DATE_DOES_NOT_EXIST_CHECK
    for error in response_body["errors"]:
        assert error["message_vi"] and error["message_en"] and error["message_vi"] != error["message_en"], error
    assert not Dossier.objects.exists()


def test_papers_that_cannot_be_taken_are_all_told_and_nothing_is_kept(cast: World, hr: Program) -> None:
    body = filing(cast)
    body["papers"] |= {
        "tail": PAPER,
        "photo": {"content": base64.b64encode(b"%PDF-1.7 x").decode()},
        "passport": {"upload": "2b1c1f6e-0000-0000-0000-000000000000"},
    }
    status, response_body = hr.call("POST", "dossiers", body)
    assert status == 422
    results = {error["field"]: error["code"] for error in response_body["errors"]}
    assert results["papers.tail"] == "unknown_component"
    assert results["papers.photo"] == "photo_type"
    assert results["papers.passport"] == "upload_gone"
    assert all(error["mend_vi"] and error["mend_en"] for error in response_body["errors"])
    assert not Dossier.objects.exists() and not Component.objects.exists()


def test_what_the_preflight_forbids_is_not_sent_and_not_kept(cast: World, hr: Program) -> None:
    body = filing(cast) | SEND
    del body["papers"]["passport"]
    status, response_body = hr.call("POST", "dossiers", body)
    assert (status, response_body["code"]) == (422, "incomplete")
    assert [finding["component"] for finding in response_body["findings"]] == ["passport"]
    assert not Dossier.objects.exists()


def test_sending_needs_the_statement(cast: World, hr: Program) -> None:
    status, response_body = hr.call("POST", "dossiers", filing(cast) | {"send": True})
    assert (status, [error["code"] for error in response_body["errors"]]) == (422, ["statement_missing"])


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "malformed_json"),
        (b"[]", 400, "not_an_object"),
        ({}, 400, "wrong_shape"),
        ({"procedure": CODE, "sendd": True}, 400, "wrong_shape"),
        ({"procedure": CODE, "client_reference": "a", "papers": {"photo": {"file": "x"}}}, 400, "wrong_shape"),
        ({"procedure": CODE, "client_reference": 7}, 400, "wrong_shape"),
        ({"procedure": "nothing", "client_reference": "a"}, 422, "invalid_dossier"),
        ({"procedure": "trc_individual", "client_reference": "a"}, 422, "invalid_dossier"),
        ({"procedure": CODE, "client_reference": "a", "papers": {"photo": {}}}, 422, "invalid_dossier"),
        ({"procedure": CODE, "client_reference": "a", "answers": {"NA6": []}}, 422, "invalid_dossier"),
    ],
)
def test_bad_bodies_are_told_apart(cast: World, hr: Program, body: Any, status: int, code: str) -> None:
    answered, response_body = hr.call("POST", "dossiers", body)
    assert (answered, response_body["code"]) == (status, code)
    assert not Dossier.objects.exists()


def test_a_body_that_is_too_large_is_refused_in_words(cast: World, hr: Program, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    status, response_body = hr.call("POST", "dossiers", filing(cast))
    assert (status, response_body["code"], response_body["limit"]) == (413, "body_too_large", 1000)


def test_what_the_answers_do_not_call_for_is_named_and_left_out(cast: World, hr: Program) -> None:
    body = filing(cast)
    body["answers"]["NA8"] |= {"card_symbol": "LĐ2", "relationship": "spouse"}  # asked of a family's cards alone
    status, response_body = hr.call("POST", "dossiers", body)
    assert status == 201, response_body
    assert ("NA8.relationship", "not_asked") in [
        (notification["field"], notification["code"]) for notification in response_body["notices"]
    ]


# ---- trying out ----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_dry_run_tells_the_same_and_keeps_nothing(cast: World, hr: Program) -> None:
    body = filing(cast)
    del body["papers"]["passport"]
    status, dry = hr.call("POST", "dossiers", body | {"dry_run": True} | SEND)
    assert (status, dry["status"], dry["dossier"], dry["created"]) == (200, "checked", None, False)
    assert not Dossier.objects.exists() and not ClientReference.objects.exists()
    assert Event.objects.filter(act="dossiers.tried", actor_kind="token").count() == 1
    _status, stored = hr.call("POST", "dossiers", body)
    assert dry["findings"] == stored["findings"]
    assert dry["answers"] == stored["answers"]
    assert dry["fees"] == stored["fees"] != []


# ---- reading -------------------------------------------------------------------------------------------


def test_procedures_can_be_read_by_anybody(cast: World) -> None:
    nobody = Program(None)
    _status, response_body = nobody.call("GET", "procedures")
    assert CODE in {procedure["code"] for procedure in response_body["procedures"]}
    _status, first = nobody.call("GET", f"procedures/{CODE}")
    assert first["forms"][0]["fields"] and first["components"]
    assert nobody.call("GET", "procedures/nothing")[0] == 404
    assert nobody.call("GET", "procedures?on=2026-13-01")[0] == 422
    assert nobody.call("GET", f"procedures/{CODE}?on=1990-01-01")[0] == 404


def test_the_list_goes_page_by_page_and_by_state(cast: World, hr: Program) -> None:
    created = [make_submitted(cast).number for _count in range(5)]
    drafted = make_draft(cast).number
    first = hr.call("GET", "dossiers?limit=4")[1]
    assert [dossier["number"] for dossier in first["dossiers"]] == [drafted, *reversed(created[2:])]
    make_submitted(cast)  # what is filed meanwhile moves nothing
    second = hr.call("GET", f"dossiers?limit=4&after={first['next']}")[1]
    assert [dossier["number"] for dossier in second["dossiers"]] == list(reversed(created[:2]))
    assert second["next"] is None
    drafts = hr.call("GET", "dossiers?state=draft,supplement")[1]["dossiers"]
    assert [draft["number"] for draft in drafts] == [drafted]
    status, response_body = hr.call("GET", "dossiers?state=lost")
    assert (status, response_body["field"]) == (422, "state")
    assert hr.call("GET", "dossiers?after=HBD-NOTHING")[0] == 404
    assert Event.objects.filter(act="looked", subject_type="dossiers.list").count() == 3


@pytest.mark.slow
def test_the_list_finds_by_reference(cast: World, hr: Program) -> None:
    hr.call("POST", "dossiers", filing(cast))
    make_submitted(cast)
    [first] = hr.call("GET", "dossiers?client_reference=HR-1")[1]["dossiers"]
    assert first["client_reference"] == "HR-1"


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_often_for_three_as_for_one(
    cast: World, hr: Program, count: int, expect_queries: ExpectQueries
) -> None:
    for _number in range(count):
        make_submitted(cast)
    hr.call("GET", "dossiers")  # the first use of a day is noted
    with expect_queries():  # the token, the call counted under its lock (3), the page, the look
        hr.call("GET", "dossiers")


# ---- whose ---------------------------------------------------------------------------------------------


def stranger(cast: World) -> Program:
    """A program of another organisation."""
    from ancu.apps.accounts.enums import OrganisationKind, Role
    from ancu.apps.accounts.models import Organisation
    from ancu.apps.accounts.tests.factories import make_member, make_user

    other_organisation = Organisation.objects.create(kind=OrganisationKind.SPONSOR, name="Trường Lương Sơn")
    cast.users["rita"] = make_user("Rita")
    make_member(cast.users["rita"], other_organisation, Role.REPRESENTATIVE)
    return Program(create_token(cast.actor("rita"), name="x")[1])


def test_another_organisations_dossier_is_not_there(cast: World) -> None:
    number, other_dossier = make_dossier(cast, State.SUPPLEMENT).number, stranger(cast)
    for method, path, body in (
        ("GET", f"dossiers/{number}", None),
        ("PATCH", f"dossiers/{number}", {"answers": {}}),
        ("POST", f"dossiers/{number}/papers/passport", {"original": True}),
        ("POST", f"dossiers/{number}/send", {"statement": True}),
    ):
        assert other_dossier.call(method, path, body)[0] == 404, path
    assert other_dossier.call("GET", "dossiers")[1]["dossiers"] == []
    assert other_dossier.call("GET", f"dossiers?after={number}")[0] == 404


def test_a_program_does_not_reach_what_its_representative_files_for_himself(cast: World, hr: Program) -> None:
    """Ramon's own extension, begun before he represented anybody; and one that he co-signs."""
    own = make_draft(cast, "stay_extension", Filer.CITIZEN, "mia")
    Dossier.objects.filter(pk=own.pk).update(filed_by=cast.users["ramon"], sponsor=cast.users["ramon"])
    assert cast.client("ramon").get(f"/dossiers/{own.number}/").status_code == 200
    assert hr.call("GET", f"dossiers/{own.number}")[0] == 404
    assert hr.call("GET", "dossiers")[1]["dossiers"] == []


def test_each_key_opens_its_own_doors_alone(cast: World, hr: Program) -> None:
    _token, secret = create_lodging_token(cast.actor("alice"), establishment=cast.lodging, name="PMS")
    assert Program(secret).call("GET", "dossiers")[0] == 401
    assert Program(secret).call("POST", "dossiers", filing(cast))[0] == 401
    assert hr.call("GET", "stays")[0] == 401
    assert Program(None).call("GET", "dossiers")[0] == 401
    assert hr.call("GET", "dossiers")[0] == 200
    revoke_token(cast.actor("ramon"), token=OrganisationToken.objects.get())
    assert hr.call("GET", "dossiers")[0] == 401


def test_an_organisation_is_slowed_down_however_many_keys_it_has(
    cast: World, hr: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "CALLS_AN_HOUR", 3)
    second = Program(create_token(cast.actor("ramon"), name="another")[1])
    assert [program.call("GET", "dossiers")[0] for program in (hr, second, hr)] == [200] * 3
    status, response_body = second.call("GET", "dossiers")
    assert (status, response_body["code"], response_body["retry_safe"]) == (429, "too_many_calls", True)


# ---- supplements and papers ----------------------------------------------------------------------------


def asked_for(cast: World, *items: dict[str, str]) -> Dossier:
    dossier = make_dossier(cast)
    handling.judge_component(
        cast.actor("ines"), dossier=dossier, key="photo", state=ComponentState.RETURNED, reason_code="photo"
    )
    handling.request_supplement(cast.actor("ines"), dossier=dossier, note_text="A new photo, please.")
    return Dossier.objects.get(pk=dossier.pk)


def test_a_supplement_is_read_mended_and_sent(cast: World, hr: Program) -> None:
    number = asked_for(cast).number
    read = hr.call("GET", f"dossiers/{number}")[1]
    assert read["next"][0]["what"] == "supplement"
    [item] = read["supplement"]["items"]
    assert (item["key"], item["reason_code"], item["mended"]) == ("photo", "photo", False)
    assert read["supplement"]["note"] == "A new photo, please."
    status, response_body = hr.call("POST", f"dossiers/{number}/send", {"statement": True})
    assert (status, response_body["code"]) == (422, "incomplete")
    status, response_body = hr.call("POST", f"dossiers/{number}/papers/photo", PAPER)
    assert (status, response_body["paper"]["state"]) == (200, "given")
    assert hr.call("GET", f"dossiers/{number}")[1]["supplement"]["items"][0]["mended"] is True
    status, refused = hr.call("POST", f"dossiers/{number}/send", {"message": "Here it is."})
    assert (status, refused["errors"][0]["code"]) == (422, "statement_missing")
    status, response_body = hr.call("POST", f"dossiers/{number}/send", {"statement": True, "message": "Here it is."})
    assert (status, response_body["dossier"]["state"]) == (200, "resubmitted")
    assert Filing.objects.filter(dossier__number=number).count() == 2
    assert hr.call("POST", f"dossiers/{number}/papers/photo", PAPER)[0] == 409


@pytest.mark.slow
def test_a_paper_may_come_as_a_form_or_in_parts(cast: World, hr: Program) -> None:
    number = make_draft(cast).number
    form = {"file": SimpleUploadedFile("photo.jpg", picture())}
    answer = hr.client.post(f"/api/v1/dossiers/{number}/papers/photo", form, headers=hr.headers)
    assert answer.status_code == 200, answer.content
    data = picture(1200, 1600)
    _status, begun = hr.call("POST", "uploads", {"name": "scan.jpg", "size": len(data)})
    half = max(len(data) // 2, 32 * 1024)
    for offset in range(0, len(data), half):
        part = hr.raw("PATCH", f"uploads/{begun['id']}", data[offset : offset + half], **{"Upload-Offset": str(offset)})
        assert part.status_code == 200, part.content
    second_response = hr.raw("PATCH", f"uploads/{begun['id']}", data[:half], **{"Upload-Offset": "0"})
    assert (second_response.status_code, second_response.json()["offset"]) == (409, len(data))
    assert hr.call("GET", f"uploads/{begun['id']}")[1]["offset"] == len(data)
    assert stranger(cast).call("GET", f"uploads/{begun['id']}")[0] == 404
    status, response_body = hr.call("POST", f"dossiers/{number}/papers/photo", {"upload": begun["id"]})
    assert (status, response_body["paper"]["state"]) == (200, "given"), response_body
    assert hr.call("GET", f"uploads/{begun['id']}")[0] == 404


@pytest.mark.parametrize(
    ("key", "body", "code"),
    [
        ("tail", {"original": True}, "unknown_component"),
        ("photo", {"original": True}, "original_not_taken"),
        ("photo", {"content": base64.b64encode(b"text").decode()}, "paper_type"),
    ],
)
def test_a_paper_that_is_refused_leaves_what_was_there(
    cast: World, hr: Program, key: str, body: Any, code: str
) -> None:
    dossier = make_draft(cast)
    before = dict(dossier.components.values_list("key", "file_id"))
    status, response_body = hr.call("POST", f"dossiers/{dossier.number}/papers/{key}", body)
    assert (status, response_body["errors"][0]["code"], response_body["errors"][0]["field"]) == (
        422,
        code,
        f"papers.{key}",
    )
    assert dict(dossier.components.values_list("key", "file_id")) == before


def test_answers_are_changed_one_by_one_and_a_colleagues_window_is_not_overwritten(cast: World, hr: Program) -> None:
    draft = make_draft(cast)
    form = next(form for form in get_procedure(CODE, clock.today()).forms if "full_name" in form.fields)
    change = {"answers": {form.code: {"full_name": "BAKER ANN"}}}
    status, response_body = hr.call("PATCH", f"dossiers/{draft.number}", change | {"revision": draft.revision})
    assert (status, response_body["dossier"]["answers"][form.code]["full_name"]) == (200, "BAKER ANN")
    assert Event.objects.filter(act="dossiers.saved", actor_kind="token").count() == 1
    stored = Dossier.objects.get(pk=draft.pk)
    others = {key: value for key, value in draft.answers[form.code].items() if key != "full_name"}
    assert others.items() <= stored.answers[form.code].items()
    status, response_body = hr.call("PATCH", f"dossiers/{draft.number}", change | {"revision": draft.revision})
    assert (status, response_body["code"]) == (409, "dossier_saved_elsewhere")
    wrong = {"answers": {form.code: {"full_name": "12"}}}
    status, response_body = hr.call("PATCH", f"dossiers/{draft.number}", wrong)
    assert (status, response_body["errors"][0]["code"]) == (422, "bad_name")
    assert Dossier.objects.get(pk=draft.pk).answers == stored.answers


def test_what_is_with_the_office_is_not_written_in(cast: World, hr: Program) -> None:
    number = make_dossier(cast).number
    assert hr.call("PATCH", f"dossiers/{number}", {"answers": {}})[0] == 409
    assert hr.call("POST", f"dossiers/{number}/papers/photo", PAPER)[0] == 409


def test_a_finished_dossier_tells_its_result(cast: World, hr: Program) -> None:
    read = hr.call("GET", f"dossiers/{make_dossier(cast, State.READY).number}")[1]
    assert read["result"]["number"].startswith("TRC")
    assert "collect" in [step["what"] for step in read["next"]]
    refused = hr.call("GET", f"dossiers/{make_dossier(cast, State.REFUSED).number}")[1]
    assert refused["reason"] == "The work permit is false."
    assert [step["what"] for step in refused["next"]] == ["pay"]  # a refusal is a decision too; the page asks the same


def test_a_nul_in_the_address_is_a_bad_request(hr: Program) -> None:
    status, response_body = hr.call("GET", "dossiers?client_reference=a%00b")
    assert (status, response_body["code"]) == (400, "nul_character")
