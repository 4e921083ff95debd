"""The counter: the dossier of somebody without an account, from the passport's picture to slip, fee and account."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from pikepdf import Pdf

from ancu.apps.accounts.enums import Role
from ancu.apps.audit.models import Event
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import ComponentState, DecisionProposal, Filer, State
from ancu.apps.dossiers.models import Component, Dossier
from ancu.apps.dossiers.rules.counter import may_take_over, writes_at_counter
from ancu.apps.dossiers.selectors import get_dossier, visible_to
from ancu.apps.dossiers.selectors.at_counter import repeat_answers, repeated_fields
from ancu.apps.dossiers.selectors.counter_slip import passport_lines
from ancu.apps.dossiers.selectors.mine import my_dossiers
from ancu.apps.dossiers.selectors.passport_zone import fill_empty, hand_changes, zone_values
from ancu.apps.dossiers.selectors.public import look_up_code
from ancu.apps.dossiers.selectors.steps import steps_of
from ancu.apps.dossiers.services import at_counter, filing, handling
from ancu.apps.dossiers.tests.factories import answers_for, make_cast, make_dossier, make_rate, picture
from ancu.apps.lodging.tests.factories import World
from ancu.apps.messaging.models import Notification
from ancu.apps.stays.tests.factories import make_stay
from ancu.core import clock
from ancu.core.errors import Http404
from ancu.core.testing import texts
from ancu.core.testing.query_counts import ExpectQueries
from ancu.engines.rulebook import get_procedure

ZONE = {
    "document_number": "533380006",
    "full_name": "ADAMS CLAIRE",
    "birth_date": "1990-04-12",
    "sex": "F",
    "nationality": "GBR",
    "document_expiry": (clock.today() + timedelta(days=3 * 365)).isoformat(),
}


@pytest.fixture
def cast(world: World, tmp_path: Any, settings: Any) -> World:
    settings.MEDIA_ROOT = tmp_path
    return make_cast(world)


def begin(cast: World, filer: Filer = Filer.CITIZEN) -> Dossier:
    return at_counter.begin(cast.actor("ines"), procedure="stay_extension", filer=filer)


def written(cast: World, filer: Filer = Filer.CITIZEN) -> Dossier:
    """A draft at the counter with every answer; the papers are still to come."""
    answers = answers_for(get_procedure("stay_extension", clock.today()), filer, cast.units.commune.code)
    return filing.save(cast.actor("ines"), dossier=begin(cast, filer), answers=answers)


def submitted(cast: World) -> Dossier:
    ines, dossier = cast.actor("ines"), written(cast)
    at_counter.hand_in(ines, dossier=dossier, keys=["passport", "relationship_proof"])
    return at_counter.send(ines, dossier=dossier, keeps_passport=True)


def with_zone(dossier: Dossier, *, certain: bool = True, **says: str) -> Dossier:
    zone = {"page": 1, "certain": certain, "says": ZONE | says}
    Component.objects.filter(dossier=dossier, key="passport").update(zones=[zone], state=ComponentState.RECEIVED)
    return dossier


def body(dossier: Dossier, **more: str) -> dict[str, str]:
    """What the page sends: the stored answers as they are written in its fields, and the papers handed in."""
    answers = {
        key: "/".join(reversed(value.split("-"))) if _is_day(value) else str(value)
        for key, value in dossier.answers["NA5"].items()
        if not isinstance(value, bool)
    }
    unit = {"stay_unit": "mai ha"}
    papers = {"paper-passport": "on", "paper-relationship_proof": "on"}
    return answers | unit | papers | {"revision": str(dossier.revision)} | more


def _is_day(value: object) -> bool:
    return isinstance(value, str) and len(value) == 10 and value[4] == value[7] == "-"


def page(dossier: Dossier, name: str = "at-counter", *more: str) -> str:
    return reverse(f"dossiers:{name}", args=[dossier.number, *more])


# ---- from the passport to the slip ---------------------------------------------------------------------


def test_the_picture_of_a_passport_begins_a_dossier_that_is_filled_in(
    cast: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "ancu.apps.dossiers.services.passport_first.read_unread", lambda dossier: with_zone(dossier) and None
    )
    sent = {"offer": "stay_extension.citizen", "passport-file": SimpleUploadedFile("p.jpg", picture(), "image/jpeg")}
    answer = cast.client("ines").post(reverse("dossiers:begin-at-counter"), sent)
    dossier = Dossier.objects.latest("id")
    assert answer.status_code == 302 and answer["Location"].startswith(page(dossier))
    assert answer["Location"].endswith("#field-occupation"), "the first answer that the passport does not give"
    assert (dossier.full_name, dossier.document_number, dossier.nationality) == ("ADAMS CLAIRE", "533380006", "GBR")
    assert dossier.received_by == cast.users["ines"] and dossier.state == State.DRAFT
    assert dossier.answers["NA5"]["sponsor_kind"] == "citizen"
    assert dossier.answers["NA5"]["passport_expiry"] == ZONE["document_expiry"]


def test_a_dossier_can_be_typed_without_a_picture(cast: World) -> None:
    sent = {"offer": "stay_extension.citizen", "typed": "1"}
    answer = cast.client("ines").post(reverse("dossiers:begin-at-counter"), sent)
    assert answer["Location"] == f"{page(Dossier.objects.latest('id'))}#field-full_name"


def test_a_refused_picture_begins_nothing(cast: World) -> None:
    sent = {"offer": "stay_extension.citizen", "passport-file": SimpleUploadedFile("p.jpg", b"text", "image/jpeg")}
    answer = cast.client("ines").post(reverse("dossiers:begin-at-counter"), sent)
    assert answer.status_code == 422 and not Dossier.objects.exists()


def test_the_declared_stay_fills_in_the_address_and_is_recorded_as_a_look(cast: World) -> None:
    stay = make_stay(cast.lodging, document_number=ZONE["document_number"], birth_date=ZONE["birth_date"])
    dossier = at_counter.fill_from_passport(cast.actor("ines"), dossier=with_zone(begin(cast)))
    assert cast.lodging.name in dossier.answers["NA5"]["stay_address"]
    assert dossier.unit == cast.units.commune
    look = Event.objects.filter(act="looked", subject_id=str(dossier.pk)).latest("id")
    assert look.details["stays"] == [stay.pk]


def test_the_page_submits_with_the_passport_kept_and_leads_to_the_slip(cast: World) -> None:
    make_rate(cast)
    dossier, ines = written(cast), cast.client("ines")
    assert ines.get(page(dossier)).status_code == 200
    answer = ines.post(page(dossier), body(dossier))
    if answer.status_code == 422:  # what is unusual is asked once
        sure = answer.context["sure"]
        dossier.refresh_from_db()
        answer = ines.post(page(dossier), body(dossier, sure=sure))
    assert answer.status_code == 302, answer.context["blocking"]
    dossier.refresh_from_db()
    assert dossier.state == State.SUBMITTED and dossier.agency == cast.provincial_agency
    assert dossier.has_passport and dossier.received_by == cast.users["ines"]
    assert dossier.components.get(key="relationship_proof").by_post
    assert answer["Location"] == page(dossier, "counter-received")


def test_two_official_forms_are_answered_on_one_page(cast: World) -> None:
    """The questions that the second form repeats are asked once."""
    ines = cast.actor("ines")
    dossier = at_counter.begin(ines, procedure="trc_individual", filer=Filer.CITIZEN)
    answers = answers_for(get_procedure("trc_individual", clock.today()), Filer.CITIZEN, cast.units.commune.code)
    _first, second = answers
    steps = steps_of(dossier)
    repeated = {key for code, key in repeated_fields(steps) if code == second}
    assert repeated and not {code for code, _key in repeated_fields(steps)} - {second}
    answers[second] = {key: value for key, value in answers[second].items() if key not in repeated}
    dossier = filing.save(ines, dossier=dossier, answers=answers)
    assert any(step.missing for step in steps_of(dossier))
    dossier = filing.save(ines, dossier=dossier, answers=repeat_answers(dossier))
    assert not any(step.missing for step in steps_of(dossier))
    html = cast.client("ines").get(page(dossier)).content.decode()
    assert 'name="occupation"' in html or f'name="{second}-occupation"' in html
    assert not any(f'name="{second}-{key}"' in html for key in repeated)


def test_what_is_missing_is_said_beside_its_field_and_nothing_typed_is_lost(cast: World) -> None:
    dossier = written(cast)
    sent = body(dossier, occupation="", passport_expiry="31/02/2031") | {"paper-passport": ""}
    answer = cast.client("ines").post(page(dossier), sent)
    assert answer.status_code == 422
    html = answer.content.decode()
    assert 'id="id_occupation_error"' in html and "31/02/2031" in html
    dossier.refresh_from_db()
    assert dossier.state == State.DRAFT and dossier.answers["NA5"]["passport_expiry"] == "31/02/2031"
    assert "passport" in {finding.component for finding in answer.context["blocking"]}


def test_typing_is_saved_and_never_over_what_another_window_saved(cast: World) -> None:
    dossier, ines = written(cast), cast.client("ines")
    first = ines.post(page(dossier, "counter-autosave"), body(dossier, occupation="Teacher"))
    assert first.status_code == 200 and first.json()["revision"] == dossier.revision + 1
    second = ines.post(page(dossier, "counter-autosave"), body(dossier, occupation="Baker"))
    assert second.status_code == 409
    dossier.refresh_from_db()
    assert dossier.answers["NA5"]["occupation"] == "Teacher"


def test_slip_and_fee_receipt_are_printed_together_once_the_fee_is_taken(cast: World) -> None:
    make_rate(cast)
    dossier, ines = submitted(cast), cast.client("ines")
    received = page(dossier, "counter-received")
    assert look_up_code(dossier.number) in ines.get(received).content.decode()
    assert "received and kept" in passport_lines(dossier)[0][1], "the slip says where the passport is"
    pages_before = len(Pdf.open(BytesIO(ines.get(page(dossier, "counter-slip")).content)).pages)
    assert ines.post(received, {"vnd": dossier.charge.vnd, "payer": "LIEM"}).status_code == 302
    printed = Pdf.open(BytesIO(ines.get(page(dossier, "counter-slip")).content))
    assert len(printed.pages) > pages_before


# ---- what was changed by hand --------------------------------------------------------------------------


def test_an_answer_that_differs_from_the_zone_is_marked(cast: World) -> None:
    dossier = with_zone(written(cast))
    assert not hand_changes(dossier, zone_values(dossier)), "the zone and the answers agree"
    dossier.answers["NA5"]["full_name"] = "ADAMS CLARE"
    [change] = hand_changes(dossier, zone_values(dossier))
    assert (change.key, change.zone_value) == ("full_name", "ADAMS CLAIRE")
    dossier.save()
    assert b"data-by-hand" in cast.client("ines").get(page(dossier)).content


def test_the_values_of_the_passport_can_replace_what_was_typed(cast: World) -> None:
    dossier = with_zone(written(cast))
    cast.client("ines").post(page(dossier, "counter-passport"), body(dossier, full_name="ADAMS CLARE", occupation="X"))
    dossier.refresh_from_db()
    assert dossier.answers["NA5"]["full_name"] == "ADAMS CLAIRE"
    assert dossier.answers["NA5"]["occupation"] == "X", "what was typed is saved first"


VALUES = st.sampled_from(["", "A", "B"])


@given(typed=st.dictionaries(st.sampled_from(["full_name", "sex", "occupation"]), VALUES), read=VALUES)
def test_reading_a_passport_never_replaces_what_was_typed(typed: dict[str, str], read: str) -> None:
    dossier = Dossier(procedure="stay_extension", answers={"NA5": dict(typed)})
    filled = fill_empty(dossier, {"traveller.full_name": read, "traveller.sex": read} if read else {})["NA5"]
    assert all(filled[key] == value for key, value in typed.items() if value)
    assert all(filled.get(key) == read for key in ("full_name", "sex") if read and not typed.get(key))


# ---- who may -------------------------------------------------------------------------------------------


def test_only_the_officer_who_began_a_draft_sees_it(cast: World) -> None:
    dossier = begin(cast)
    assert get_dossier(cast.actor("ines"), dossier.number) == dossier
    assert not visible_to(cast.actor("ines")).exists(), "no list of the office has drafts"
    for name in ("selma", "dora", "mia", "ramon"):
        with pytest.raises(Http404):
            get_dossier(cast.actor(name), dossier.number)


@pytest.mark.parametrize("name", ["selma", "dora", "mia", "ramon"])
def test_nobody_else_begins_at_the_counter(cast: World, name: str) -> None:
    with pytest.raises(PermissionDenied):
        at_counter.begin(cast.actor(name), procedure="stay_extension", filer=Filer.CITIZEN)


def test_an_organisation_files_by_its_account(cast: World) -> None:
    with pytest.raises(PermissionDenied):
        begin(cast, Filer.ORGANISATION)


def test_who_took_a_dossier_in_neither_assesses_nor_decides_it(cast: World) -> None:
    """Also after a change of role, and after the applicant has taken it over."""
    dossier = submitted(cast)
    membership = cast.users["ines"].memberships.get()
    for filer in (cast.users["ines"], cast.users["mia"]):
        dossier.filed_by = filer
        for role, state, may in (
            (Role.ASSESSING_OFFICER, State.ACCEPTED, rules.may_assess),
            (Role.APPROVING_OFFICER, State.ASSESSED, rules.may_decide),
        ):
            membership.role, dossier.state = role, state
            membership.save()
            assert not may(cast.actor("ines"), dossier)
    dossier.state = State.ACCEPTED
    assert rules.may_assess(cast.actor("selma"), dossier)


def test_a_dossier_from_the_counter_is_decided_like_any_other(cast: World) -> None:
    ines, selma, dora = (cast.actor(name) for name in ("ines", "selma", "dora"))
    dossier = submitted(cast)
    for component in dossier.components.all():
        handling.judge_component(ines, dossier=dossier, key=component.key, state=ComponentState.ACCEPTED)
    dossier = handling.accept(ines, dossier=dossier)
    assert dossier.due_on is not None
    handling.assess(selma, dossier=dossier, proposal=DecisionProposal.APPROVE, reason=texts.IN_ORDER)
    assert handling.approve(dora, dossier=dossier).state == State.APPROVED
    assert not Notification.objects.filter(subject_id=dossier.number, user=cast.users["ines"]).exists()


def test_the_officer_is_no_applicant_in_private(cast: World) -> None:
    dossier = submitted(cast)
    cast.users["ines"].memberships.update(ended_at=clock.now())
    private = cast.actor("ines")
    assert not rules.is_filer(private, dossier) and not may_take_over(private, dossier)
    assert not my_dossiers(private)


def test_what_the_office_requests_can_be_brought_to_the_counter(cast: World) -> None:
    ines, dossier = cast.actor("ines"), submitted(cast)
    handling.judge_component(
        ines, dossier=dossier, key="relationship_proof", state=ComponentState.RETURNED, reason_code="unreadable"
    )
    handling.request_supplement(ines, dossier=dossier, note_text="")
    dossier.refresh_from_db()
    assert dossier.state == State.SUPPLEMENT and writes_at_counter(ines, dossier)
    assert cast.client("ines").get(page(dossier)).status_code == 200
    at_counter.hand_in(ines, dossier=dossier, keys=["passport", "relationship_proof"])
    dossier = at_counter.send(ines, dossier=dossier, keeps_passport=True)
    assert dossier.state == State.RESUBMITTED and dossier.has_passport


def test_a_draft_is_discarded_by_who_began_it(cast: World) -> None:
    dossier = begin(cast)
    cast.client("ines").post(page(dossier, "counter-discard"))
    dossier.refresh_from_db()
    assert dossier.state == State.WITHDRAWN


def test_the_counter_does_not_withdraw_a_submitted_dossier(cast: World) -> None:
    assert not rules.may_withdraw(cast.actor("ines"), submitted(cast))


# ---- into an account -----------------------------------------------------------------------------------


def slip_of(dossier: Dossier, **more: str) -> dict[str, str]:
    return {"number": dossier.number, "code": look_up_code(dossier.number), "document_number": "533 380006"} | more


def test_slip_and_passport_number_bring_a_dossier_into_an_account(cast: World) -> None:
    dossier, mia = submitted(cast), cast.client("mia")
    answer = mia.post(reverse("dossiers:take-over"), slip_of(dossier))
    assert answer["Location"] == reverse("dossiers:page", args=[dossier.number])
    assert mia.get(answer["Location"]).status_code == 200
    dossier.refresh_from_db()
    assert (dossier.filed_by, dossier.received_by) == (cast.users["mia"], cast.users["ines"])
    assert rules.is_filer(cast.actor("mia"), dossier) and not writes_at_counter(cast.actor("ines"), dossier)
    assert dossier.events.filter(act="taken_over", by=cast.users["mia"]).exists()
    assert at_counter.take_over(cast.actor("liem"), **slip_of(dossier)) is None, "only once"


@pytest.mark.parametrize(
    "wrong",
    [{"code": "AAAAAAAA"}, {"document_number": "533380007"}, {"number": "HBD-0000000"}, {"document_number": "-"}],
)
def test_anything_wrong_on_the_slip_gets_the_same_answer(cast: World, wrong: dict[str, str]) -> None:
    dossier = submitted(cast)
    answer = cast.client("mia").post(reverse("dossiers:take-over"), slip_of(dossier, **wrong))
    assert answer.status_code == 422 and len(answer.context["form"].non_field_errors()) == 1
    dossier.refresh_from_db()
    assert dossier.filed_by == cast.users["ines"]


def test_a_dossier_filed_online_is_never_taken_over(cast: World) -> None:
    dossier = make_dossier(cast, procedure="exemption_extension", filer=Filer.SELF, by="mia")
    assert at_counter.take_over(cast.actor("liem"), **slip_of(dossier)) is None


def test_passport_numbers_are_not_tried_out(cast: World) -> None:
    dossier, mia = submitted(cast), cast.client("mia")
    answers = [
        mia.post(reverse("dossiers:take-over"), slip_of(dossier, document_number=f"53338000{n}")).status_code
        for n in range(11)
    ]
    assert answers[:10].count(422) == 9 and answers[-1] == 429


# ---- the list ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_the_drafts_are_read_by_as_many_queries_for_three_as_for_one(
    cast: World, count: int, expect_queries: ExpectQueries
) -> None:
    for _draft in range(count):
        begin(cast)
    ines = cast.client("ines")
    ines.get(reverse("dossiers:begin-at-counter"))
    with expect_queries():
        assert ines.get(reverse("dossiers:begin-at-counter")).status_code == 200
