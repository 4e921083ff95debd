"""What an officer mistyped in a result is put right by two people; what was handed over to whom, and against what."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from ancu.apps.dossiers.enums import ReceiverProof, State
from ancu.apps.dossiers.models import Dossier, Result, ResultCorrection
from ancu.apps.dossiers.selectors.money import fee_of
from ancu.apps.dossiers.selectors.program import next_steps
from ancu.apps.dossiers.selectors.public import look_up_code
from ancu.apps.dossiers.selectors.receiving import may_be_named
from ancu.apps.dossiers.selectors.results import corrections_to_decide
from ancu.apps.dossiers.services import corrections, handling, postings
from ancu.apps.dossiers.tests.factories import make_cast, make_dossier, pay
from ancu.apps.lodging.tests.factories import World
from ancu.apps.messaging.models import Notification
from ancu.core import clock
from ancu.core.errors import Conflict, Forbidden
from ancu.core.testing import texts

QUEUE = "/office/dossiers/"


@pytest.fixture
def cast(world: World) -> World:
    return make_cast(world)


def as_it_should_read(dossier: Dossier, **changed: Any) -> dict[str, Any]:
    result = Result.objects.get(dossier=dossier)
    values = {name: getattr(result, name) for name in ("number", "symbol", "valid_from", "valid_until")}
    return values | {"number": "TRC777", "reason": "One digit was left out."} | changed


def propose(cast: World, dossier: Dossier, **changed: Any) -> ResultCorrection:
    return corrections.propose(cast.actor("ines"), dossier=dossier, **as_it_should_read(dossier, **changed))


def letters_about(dossier: Dossier) -> set[str]:
    sent = Notification.objects.filter(subject_id=dossier.number)
    return {letter.template.rsplit("/", 1)[1].removesuffix(".txt") for letter in sent}


@pytest.mark.parametrize("state", [State.READY, State.DELIVERED])
def test_two_officers_correct_a_result_and_what_stood_there_is_kept(cast: World, state: State) -> None:
    dossier = make_dossier(cast, state)
    before = Result.objects.get(dossier=dossier).number
    correction = propose(cast, dossier)
    assert Result.objects.get(dossier=dossier).number == before
    corrections.decide(cast.actor("dora"), correction=correction, confirmed=True)
    assert Result.objects.get(dossier=dossier).number == "TRC777"
    correction.refresh_from_db()
    assert (correction.before["number"], correction.confirmed) == (before, True)
    assert "corrected" in letters_about(dossier)
    assert "The office corrected" in cast.client("ramon").get(f"/dossiers/{dossier.number}/").content.decode()


def test_a_correction_not_confirmed_changes_nothing_and_the_filer_is_not_told(cast: World) -> None:
    dossier = make_dossier(cast, State.READY)
    before = Result.objects.get(dossier=dossier).number
    corrections.decide(cast.actor("selma"), correction=propose(cast, dossier), confirmed=False, reason="It was right.")
    assert Result.objects.get(dossier=dossier).number == before
    assert dossier.events.get(act="refused_correction").reason == "It was right."
    assert "It was right." in cast.client("ines").get(f"{QUEUE}{dossier.number}/").content.decode()
    assert not dossier.events.filter(internal=False, act__contains="correct").exists()
    assert "corrected" not in letters_about(dossier)
    propose(cast, dossier)  # another may be proposed


@pytest.mark.parametrize("confirmed", [True, False])
def test_while_a_correction_waits_nobody_is_called_for_the_result(cast: World, confirmed: bool) -> None:
    """On the filer's page, at the look-up and to his program; whatever is decided, he is written to afterwards."""
    dossier = make_dossier(cast, State.READY)
    correction = propose(cast, dossier)
    code = {"number": dossier.number, "code": look_up_code(dossier.number)}
    page = cast.client("ramon").get(f"/dossiers/{dossier.number}/").content.decode()
    assert "Your result is being checked" in page and "Your result is ready" not in page
    stands = cast.client().post("/d/", code).content.decode()
    assert "checking a detail" in stands and "can be collected.</p>" not in stands
    assert next(step.what for step in next_steps(cast.actor("ramon"), dossier, [], fee_of(dossier))) == "wait"
    before = Notification.objects.count()
    corrections.decide(cast.actor("dora"), correction=correction, confirmed=confirmed, reason="It was right.")
    letter = Notification.objects.order_by("-pk")[0]
    assert Notification.objects.count() > before and "Mời quý vị nhận tại quầy" in letter.body
    assert "Your result is ready" in cast.client("ramon").get(f"/dossiers/{dossier.number}/").content.decode()


def test_nobody_confirms_his_own(cast: World) -> None:
    dossier = make_dossier(cast, State.READY)
    correction = propose(cast, dossier)
    for name in ("ines", "ramon", "rosa", "olga"):
        with pytest.raises(Forbidden):
            corrections.decide(cast.actor(name), correction=correction, confirmed=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        ResultCorrection.objects.update(decided_by=cast.users["ines"])


def test_what_changes_nothing_or_is_not_allowed_is_not_proposed(cast: World) -> None:
    dossier = make_dossier(cast, State.READY)
    same = Result.objects.get(dossier=dossier).number
    later = Result.objects.get(dossier=dossier).valid_from + timedelta(days=4000)
    for changed, code in (({"number": same}, "nothing_corrected"), ({"valid_until": later}, "beyond_limit")):
        with pytest.raises(Conflict) as refused:
            propose(cast, dossier, **changed)
        assert refused.value.code == code
    propose(cast, dossier)
    with pytest.raises(Conflict) as refused:
        propose(cast, dossier, number="TRC778")
    assert refused.value.code == "correction_waits"


def test_a_number_that_another_dossier_bears_is_not_confirmed(cast: World) -> None:
    used = Result.objects.get(dossier=make_dossier(cast, State.READY)).number
    dossier = make_dossier(cast, State.READY)
    correction = propose(cast, dossier, number=used)
    with pytest.raises(Conflict) as refused:
        corrections.decide(cast.actor("dora"), correction=correction, confirmed=True)
    assert refused.value.code == "number_taken"
    assert ResultCorrection.objects.get().decided_at is None


@pytest.mark.slow
def test_by_the_pages_it_waits_for_the_second_officer(cast: World) -> None:
    dossier = make_dossier(cast, State.READY)
    page = f"{QUEUE}{dossier.number}/"
    form = cast.client("ines").get(f"{page}correct").context["form"]
    body = {name: form[name].value() or "" for name in form.fields if name != "scan"}
    wrong = cast.client("ines").post(f"{page}correct", body)
    assert wrong.status_code == 422  # no reason
    cast.client("ines").post(f"{page}correct", body | {"number": "TRC 777", "reason": "One digit was left out."})
    assert [correction.result_id for correction in corrections_to_decide(cast.actor("selma"))] == [dossier.pk]
    assert not corrections_to_decide(cast.actor("ines"))
    assert "Confirm correction" not in cast.client("ines").get(page).content.decode()
    page_text = cast.client("selma").get(page).content.decode()
    assert "Confirm correction" in page_text and "<ins>TRC 777</ins>" in page_text
    assert cast.client("selma").post(f"{page}correction", {"verdict": "confirm"}).status_code == 302
    assert Result.objects.get(dossier=dossier).number == "TRC 777"


@pytest.mark.parametrize("verdict", ["confirm", "refuse"])
def test_an_older_page_learns_who_decided_the_correction_and_when(cast: World, verdict: str) -> None:
    dossier = make_dossier(cast, State.READY)
    page = f"{QUEUE}{dossier.number}/"
    assert cast.client("selma").post(f"{page}correction", {"verdict": verdict}).status_code == 404  # none was proposed
    correction = propose(cast, dossier)
    page_text = cast.client("selma").get(page)
    body = {"verdict": verdict, "version": page_text.context["version"], "reason": "It was right."}
    corrections.decide(cast.actor("dora"), correction=correction, confirmed=True)
    answer = cast.client("selma").post(f"{page}correction", body)
    text = answer.content.decode()
    assert answer.status_code == 409 and texts.THIS_HAS_ALREADY_BEEN_DONE in text
    assert f"Last changed by {cast.users['dora'].full_name}" in text


def test_the_head_asks_the_officer_who_may_confirm_to_do_so(cast: World) -> None:
    dossier = make_dossier(cast, State.READY)
    propose(cast, dossier)
    page = f"{QUEUE}{dossier.number}/"
    assert "is waiting for you" in cast.client("selma").get(page).context["bar"].sentence
    assert "Wait for the answer" in cast.client("ines").get(page).context["bar"].sentence


def test_nothing_is_handed_over_or_corrected_once_more_while_a_correction_waits(cast: World) -> None:
    dossier, page = ready(cast), cast.client("ines")
    correction = propose(cast, dossier)
    at_counter = page.get(f"{QUEUE}{dossier.number}/")
    blocked = {label for label, _reason in at_counter.context["bar"].blocked}
    assert blocked == {texts.HAND_OVER_RESULT, "Send it back by post", "Correct the result"}
    assert "is waiting for a second officer" in at_counter.context["bar"].sentence
    assert "disabled" in page.get(f"{QUEUE}{dossier.number}/deliver").content.decode()
    assert hand_over(cast, dossier, proof="identity", proof_number="533380006").status_code == 409
    with pytest.raises(Conflict) as refused:
        postings.send_result(
            cast.actor("ines"), dossier=dossier, carrier="EMS", tracking_number="EE1", sent_on=clock.today()
        )
    assert refused.value.code == "correction_waits"
    corrections.decide(cast.actor("dora"), correction=correction, confirmed=True)
    assert hand_over(cast, dossier, proof="identity", proof_number="533380006").status_code == 302


# ---- handing over --------------------------------------------------------------------------------------


def hand_over(cast: World, dossier: Dossier, **fields: str) -> Any:
    body = {"received_by": "ADAMS CLAIRE"} | fields
    return cast.client("ines").post(f"{QUEUE}{dossier.number}/deliver", body)


def ready(cast: World) -> Dossier:
    dossier = make_dossier(cast, State.READY)
    pay(cast, dossier)
    return dossier


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"proof": "identity"},
        {"proof": "identity", "proof_number": "12"},
        {"proof": "identity", "proof_number": "his own"},
        {"proof": "identity", "proof_number": "000000000"},
        {"proof": "identity", "proof_number": "123456789"},
        {"proof": "identity", "proof_number": "51234", "received_by": "LÊ THỊ MAI", "another_person": "on"},
        {"proof": "identity", "proof_number": "02519000123", "received_by": "LÊ THỊ MAI", "another_person": "on"},
        {"proof": "identity", "proof_number": "PASSPORTX", "received_by": "LÊ THỊ MAI", "another_person": "on"},
        {"proof": "identity", "proof_number": "025190001234", "another_person": "on"},
        {"proof": "identity", "proof_number": "025190001234", "received_by": "Claire Adams", "another_person": "on"},
        {"proof": "identity", "proof_number": "012345678912"},
        {"proof": "identity", "proof_number": "533380006", "received_by": "LIEM"},
        {"proof": "slip", "proof_number": "ABCD2345"},
        {"proof": "post", "proof_number": "EE123456789VN"},
        {"proof": "friendship", "proof_number": "533380006"},
    ],
)
def test_nothing_is_handed_over_without_a_document_or_the_slip(cast: World, fields: dict[str, str]) -> None:
    dossier = ready(cast)
    assert hand_over(cast, dossier, **fields).status_code == 422
    dossier.refresh_from_db()
    assert dossier.state == State.READY


def test_an_identity_document_is_noted_with_its_number(cast: World) -> None:
    dossier = ready(cast)
    assert hand_over(cast, dossier, proof="identity", proof_number="53 338 0006").status_code == 302
    result = Result.objects.get(dossier=dossier)
    assert (result.proof, result.proof_number) == (ReceiverProof.IDENTITY, "533380006")
    assert "533380006" in cast.client("rosa").get(f"{QUEUE}{dossier.number}/").content.decode()


def test_the_document_of_another_person_is_asked_about(cast: World) -> None:
    dossier = ready(cast)
    another = {"proof": "identity", "proof_number": "025190001234", "received_by": "LÊ THỊ MAI"}
    first = cast.client("ines").get(f"{QUEUE}{dossier.number}/deliver").content.decode()
    question = hand_over(cast, dossier, **another)
    page = question.content.decode()
    assert question.status_code == 422 and "neither the applicant’s passport nor a document" in page
    assert "533380006" not in page.partition("<form")[2], "the refusal does not tell the number that it expects"
    assert 'type="checkbox" name="another_person"' in page and 'type="checkbox" name="another_person"' not in first
    ines = cast.actor("ines")
    with pytest.raises(Conflict):
        handling.deliver(
            ines, dossier=dossier, received_by="MAI", proof=ReceiverProof.IDENTITY, proof_number="025190001234"
        )
    assert hand_over(cast, dossier, **another, another_person="on").status_code == 302
    page = cast.client("rosa").get(f"{QUEUE}{dossier.number}/").content.decode()
    result, history = page.partition('id="history"')[::2]
    for part in (result.partition('id="result"')[2], history):
        words = " ".join(re.sub("<[^>]*>", " ", part).split())
        assert "LÊ THỊ MAI" in words and texts.BY_AUTHORISATION in words and "025190001234" in words
        assert f"authorisation seen by {cast.users['ines'].full_name}" in words
    own = cast.client("ramon").get(f"/dossiers/{dossier.number}/").content.decode()
    assert "handed over by authorisation to LÊ THỊ MAI" in own and "025190001234" not in own and "1234" in own
    assert f"authorisation seen by {cast.users['ines'].full_name}" in own


def test_the_applicant_himself_takes_it_with_his_own_document(cast: World) -> None:
    dossier = ready(cast)
    proof_fields = {"proof": "identity", "proof_number": "B27183645", "received_by": "Adams Claire"}
    page = hand_over(cast, dossier, **proof_fields, another_person="on").content.decode()
    assert texts.THE_APPLICANTS_OWN_PASSPORT in page and "533380006" not in page.partition("<form")[2]
    assert 'type="checkbox" name="another_person"' not in page
    assert hand_over(cast, dossier, **proof_fields | {"proof_number": "533.380.006"}).status_code == 302
    page = cast.client("rosa").get(f"{QUEUE}{dossier.number}/").content.decode()
    assert "533380006" in page and texts.BY_AUTHORISATION not in page


@pytest.mark.parametrize(
    ("full_name", "written", "is_applicant"),
    [
        ("YOSHIDA TAKASHI", "YOSHIDA T.", True), ("YOSHIDA TAKASHI", "T. Yoshida", True),
        ("YOSHIDA TAKASHI", "Takashi Y", True), ("YOSHIDA TAKASHI", "YOSHIDA", True),
        ("YOSHIDA TAKASHI", "YOSIDA TAKASI", True), ("YOSHIDA TAKASHI", "YOSHIDATAKASHI", True),
        ("LEE DO YUN", "Lee D. Y.", True), ("LEE DO YUN", "DY Lee", True), ("LEE DO YUN", "Lee Do-Yoon", True),
        ("LEE DO YUN", "LEE DO", True), ("SMITH JOHN MICHAEL", "Jon Smith", True),
        ("NGUYEN VAN HOA", "N.V. Hòa", True), ("ADAMS CLAIRE", "Ms Claire Adams", True),
        ("YOSHIDA TAKASHI", "YOSHIDA HANAKO", False), ("LEE DO YUN", "LEE SEO YUN", False),
        ("LEE DO YUN", "KIM DO YUN", False), ("NGUYEN VAN HOA", "Nguyễn Thị Hoa", False),
        ("SMITH JOHN MICHAEL", "Mary Smith", False), ("ADAMS CLAIRE", "Lê Thị Mai", False),
        ("WANG WEI", "WANG FANG", False), ("GARCIA LOPEZ MARIA", "GARCIA LOPEZ JOSE", False),
        ("", "YOSHIDA HANAKO", False),
    ],
)  # fmt: skip
def test_a_name_written_otherwise_may_be_the_applicants(full_name: str, written: str, is_applicant: bool) -> None:
    assert may_be_named(written, full_name) is is_applicant


@pytest.mark.slow
@pytest.mark.parametrize("shortened", ["ADAMS C.", "C. Adams", "Adams"])
def test_the_applicant_is_no_receiver_by_authorisation_under_a_shorter_name(cast: World, shortened: str) -> None:
    dossier = ready(cast)
    proof_fields = {"proof": "identity", "proof_number": "B7421963", "received_by": shortened, "another_person": "on"}
    answer = hand_over(cast, dossier, **proof_fields)
    assert answer.status_code == 422 and texts.THE_APPLICANTS_OWN_PASSPORT in answer.content.decode()
    with pytest.raises(Conflict) as refused:
        handling.deliver(
            cast.actor("ines"), dossier=dossier, received_by=shortened, proof=ReceiverProof.IDENTITY,
            proof_number="B7421963", another_person=True,
        )  # fmt: skip
    assert refused.value.code == "not_the_applicants_document"
    wife = proof_fields | {"received_by": "ADAMS EMMA"}
    assert hand_over(cast, dossier, **wife).status_code == 302


def test_a_number_that_stands_for_none_is_called_that(cast: World) -> None:
    proof_fields = {"proof": "identity", "proof_number": "X9999999", "received_by": "LÊ THỊ MAI"}
    page = hand_over(cast, ready(cast), **proof_fields, another_person="on").content.decode()
    assert "X9999999 is not a document number" in page and "6 to 12" not in page


@pytest.mark.slow
def test_a_sponsor_whom_the_form_names_by_number_takes_it_unasked(cast: World) -> None:
    dossier = ready(cast)
    answers = dossier.answers | {"NA7": {"identity_number": "025 190 001 234"}}
    Dossier.objects.filter(pk=dossier.pk).update(answers=answers, procedure="trc_individual")
    proof_fields = {"proof": "identity", "proof_number": "025190001234", "received_by": "LIEM"}
    assert hand_over(cast, dossier, **proof_fields).status_code == 302


def test_no_confirmation_makes_a_placeholder_or_another_slip_a_proof(cast: World) -> None:
    dossier = ready(cast)
    for proof, number in (("identity", "000000000"), ("slip", "ABCD2345")):
        assert hand_over(cast, dossier, proof=proof, proof_number=number, another_person="on").status_code == 422


def test_the_slip_is_proved_by_its_code_which_is_not_kept(cast: World) -> None:
    dossier = ready(cast)
    assert hand_over(cast, dossier, proof="slip", proof_number=look_up_code(dossier.number).lower()).status_code == 302
    result = Result.objects.get(dossier=dossier)
    assert (result.proof, result.proof_number) == (ReceiverProof.SLIP, "")


def test_no_service_hands_over_against_another_slip(cast: World) -> None:
    dossier = ready(cast)
    with pytest.raises(Conflict):
        handling.deliver(
            cast.actor("ines"), dossier=dossier, received_by="X", proof=ReceiverProof.SLIP, proof_number="ABCD2345"
        )


def test_a_refusal_without_a_reason_is_asked_for_one(cast: World) -> None:
    dossier = make_dossier(cast, State.READY)
    correction = propose(cast, dossier)
    page, selma = f"{QUEUE}{dossier.number}/", cast.client("selma")
    version = selma.get(page).context["version"]
    answer = selma.post(f"{page}correction", {"verdict": "refuse", "version": version, "reason": " "}, follow=True)
    assert "Write why the result stays as it is." in answer.content.decode()
    correction.refresh_from_db()
    assert correction.decided_at is None
    with pytest.raises(Conflict, match="no_reason"):
        corrections.decide(cast.actor("selma"), correction=correction, confirmed=False)
