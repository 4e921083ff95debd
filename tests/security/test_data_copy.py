"""A person gets a copy of what is held about him: officer-checked, PDF and JSON."""

import io
import json
import zipfile
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob
from pypdf import PdfReader

from ancu.apps.accounts.models import User
from ancu.apps.accounts.services.account_security import note_failed_sign_in, note_protection
from ancu.apps.audit.models import Event
from ancu.apps.dossiers.enums import Filer, State
from ancu.apps.dossiers.models import Component
from ancu.apps.dossiers.tests.factories import make_cast, make_dossier, make_draft
from ancu.apps.files import services as files
from ancu.apps.files.models import StoredFile
from ancu.apps.listening.tests.factories import make_petition
from ancu.apps.lodging.tests.factories import World
from ancu.apps.oversight.services import notices
from ancu.apps.oversight.tests.factories import make_alert
from ancu.apps.protection.enums import CopyFile, CopyState
from ancu.apps.protection.models import CopyRequest
from ancu.apps.protection.rules import copies as rules
from ancu.apps.protection.selectors import words
from ancu.apps.protection.selectors.copies import get_own
from ancu.apps.protection.selectors.people import Document, records_of
from ancu.apps.protection.selectors.sources import COLLECTED, LEFT_OUT, Subject
from ancu.apps.protection.services import copies, preparing, retention
from ancu.apps.stays.services import change_room, confirmations
from ancu.apps.stays.tests.factories import make_identity, make_stay
from ancu.apps.tips.tests.factories import make_tip, make_unit
from ancu.apps.travellers.services.joining import join, join_by_rule, undo
from ancu.apps.travellers.tests.factories import make_pair
from ancu.core import clock
from ancu.core.actor import system
from ancu.core.errors import Conflict, Forbidden, Http404
from ancu.core.jobs import is_reference
from ancu.core.privacy import Keep
from ancu.core.working_days import calendar
from tests.test_privacy import ours

JOB = system("test")
PASSPORT = Document("HOFFMANN JÖRG", "1984-03-08", "DEU", "C01X00T47")
_days = count(1)
FOREIGNER = "ADAMS CLAIRE"
PAPER = b"%PDF-1.7\nmy passport\n"


@pytest.fixture
def office(world: World, settings: Any, tmp_path: Path) -> World:
    """With Ines, Selma and Dora of the office, and Mia, an applicant of the name that the dossiers' factories give."""
    settings.MEDIA_ROOT = tmp_path
    User.objects.filter(pk=make_cast(world).users["mia"].pk).update(full_name=FOREIGNER)
    return world


def declared(world: World, full_name: str = PASSPORT.full_name, **fields: Any) -> Any:
    """A stay under the passport, each on another day."""
    day = clock.today() - timedelta(days=10 * next(_days))
    values = {"document_number": PASSPORT.number, "arrived_on": day, "departed_on": day + timedelta(days=2)}
    return make_stay(world.lodging, full_name, **values | fields)


def noted(world: World, document: Document = PASSPORT) -> CopyRequest:
    """A guest's request, noted by Ines."""
    return copies.note_at_counter(world.actor("ines"), document=document)


def prepared(world: World, copy: CopyRequest) -> CopyRequest:
    """Checked by Ines, with the job done."""
    copies.check(world.actor("ines"), copy=copy)
    preparing.prepare_copy(copy.pk)
    return CopyRequest.objects.get(pk=copy.pk)


def ready(world: World, copy: CopyRequest) -> CopyRequest:
    copies.approve(world.actor("dora"), copy=prepared(world, copy))
    return CopyRequest.objects.get(pk=copy.pk)


def contents(copy: CopyRequest) -> dict[str, Any]:
    assert copy.json
    return dict(json.loads(files.read_bytes(copy.json)))


def records(copy: CopyRequest, kind: str) -> list[dict[str, Any]]:
    return [entry["fields"] for entry in contents(copy)["records"] if entry["kind"] == kind]


def text(copy: CopyRequest) -> str:
    """All that the copy's files say."""
    assert copy.pdf and copy.json
    pages = PdfReader(io.BytesIO(files.read_bytes(copy.pdf))).pages
    return "\n".join(page.extract_text() for page in pages) + files.read_bytes(copy.json).decode()


# ---- the register: one place says what a copy holds --------------------------------------------------------


def test_every_model_with_personal_fields_is_collected_or_left_out_with_a_reason() -> None:
    personal = {model._meta.label for model in ours() if model.privacy.personal}  # type: ignore[attr-defined]
    collected = {source.label for source in COLLECTED}
    assert personal - collected - set(LEFT_OUT) == set(), "say in selectors/sources.py what becomes of it in a copy"
    assert collected & set(LEFT_OUT) == set()
    assert set(LEFT_OUT) <= personal
    for source in COLLECTED:
        fields = getattr(source.model, "privacy", None)
        assert set(source.withheld) <= set(fields.personal if fields else ()), source.label


def test_every_collected_field_exists_and_has_words() -> None:
    for source in COLLECTED:
        names = {column.name for column in source.model._meta.concrete_fields}
        assert {*source.context, *source.personal} <= names, source.label
        assert set(source.fields) <= set(words.FIELDS), source.label
        assert str(words.record_word(source.label)) != "record", source.label
    used = {name for source in COLLECTED for name in source.fields}
    assert set(words.FIELDS) - used == set(), "words of fields that no copy tells"


def test_no_collected_field_leads_to_an_officer() -> None:
    for source in COLLECTED:
        for name in source.fields:
            column: Any = source.model._meta.get_field(name)
            assert not column.is_relation or column.related_model is not User, (source.label, name)


def test_nothing_is_about_an_empty_subject(office: World) -> None:
    """A guest's request has no account: rows without a user must not be taken for his."""
    make_petition(office)
    make_dossier(office, State.SUBMITTED)
    stay = declared(office)
    confirmations.ask_for_guest(office.actor("alice"), stay_id=stay.pk, purpose="bank")
    nobody = Subject()
    for source in COLLECTED:
        assert not source.model._default_manager.filter(source.about(nobody)).exists(), source.label


# ---- what an account's copy holds --------------------------------------------------------------------------


def account_copy(world: World, name: str = "mia") -> CopyRequest:
    return ready(world, copies.ask(world.actor(name)))


def _paper(world: World) -> Any:
    """Mia's dossier, which she filed herself, with a passport that can be read."""
    dossier = make_dossier(world, State.SUBMITTED, procedure="exemption_extension", filer=Filer.SELF, by="mia")
    stored = files.store(world.actor("mia"), data=PAPER, name="passport.pdf", purpose="dossier")
    Component.objects.filter(dossier=dossier, key="passport").update(file=stored)
    return dossier


def test_an_account_gets_what_hangs_on_it(office: World) -> None:
    dossier, mia = _paper(office), office.users["mia"]
    petition = make_petition(office, actor=office.actor("mia"), body="Đèn đường hỏng")
    office.client("mia").post("/accounts/login/", {})
    copy = account_copy(office)
    assert records(copy, "accounts.User")[0]["email"] == mia.email
    assert records(copy, "dossiers.Dossier")[0]["number"] == dossier.number
    assert records(copy, "dossiers.Dossier")[0]["answers"] == dossier.answers
    assert records(copy, "listening.Petition")[0]["number"] == petition.number
    assert {"dossiers.Component", "dossiers.Filing", "dossiers.Event", "files.StoredFile"} <= set(copy.counts)
    words = text(copy)
    assert "Đèn đường hỏng" in words and "Copy of personal data" in words and "91/2025/QH15" in words


def test_the_papers_are_listed_with_their_hashes_and_come_in_a_zip(office: World) -> None:
    dossier = _paper(office)
    copy = account_copy(office)
    (paper,) = [paper for paper in contents(copy)["papers"] if paper["path"]]
    assert paper["path"] == f"{dossier.number}/passport.pdf" and copy.papers
    with zipfile.ZipFile(io.BytesIO(files.read_bytes(copy.papers))) as archive:
        assert archive.namelist() == [paper["path"]] and archive.read(paper["path"]) == PAPER
    assert paper["sha256"] == Component.objects.get(dossier=dossier, key="passport").file.sha256  # type: ignore[union-attr]
    assert any(not paper["path"] for paper in contents(copy)["papers"]), "bytes that are gone are said to be"


def test_who_looked_is_told_by_organisation_and_no_officer_is_named(office: World) -> None:
    dossier = _paper(office)
    office.client("selma").get(f"/office/dossiers/{dossier.number}/")
    office.client("selma").get("/office/dossiers/")
    office.client("mia").get(f"/dossiers/{dossier.number}")
    copy = account_copy(office)
    looks = [look for look in contents(copy)["looks"] if look["record"]["en"] == "Dossier"]
    assert looks and {look["organisation"] for look in looks} == {office.provincial_agency.name}
    assert "Selma" not in text(copy) and "Ines" not in text(copy)


def test_the_history_of_signing_in_is_told(office: World) -> None:
    note_protection(office.users["mia"], "signed_in")
    note_failed_sign_in(office.users["mia"])
    acts = [row["act"] for row in contents(account_copy(office))["sign_ins"]]
    assert acts == ["accounts.signed_in", "accounts.sign_in_failed"]


def test_what_is_not_given_is_said_without_telling_whether_there_is_any(office: World) -> None:
    """Alerts, notices and tips: the sentence is the same for everybody."""
    plain = contents(ready(office, noted(office, Document("NOBODY", "1990-01-01", "FRA", "18AB23456"))))
    stay = declared(office)
    alert = make_alert(office.lodging, name=stay.full_name)
    notices.propose(
        office.actor("quynh"), full_name=stay.full_name, birth_date="1984", number="12/QĐ", issued_by="Tòa án",
        legal_basis="Điều 28", ends_on=clock.today(),
    )  # fmt: skip
    make_unit(office, office.provincial_agency, "Tam", "Thu")
    make_tip(office)
    copy = ready(office, noted(office))
    assert contents(copy)["left_out"] == plain["left_out"]
    assert alert.rule not in text(copy) and "12/QĐ" not in text(copy)
    assert not [kind for kind in copy.counts if kind.startswith(("oversight", "tips"))]


def test_other_peoples_data_in_a_dossier_that_another_filed_is_taken_out(office: World) -> None:
    dossier = make_dossier(office, State.SUBMITTED)
    identity = dossier.identity
    assert identity
    document = Document(identity.full_name, identity.birth_date, identity.nationality, identity.document_number)
    copy = ready(office, noted(office, document))
    (given,) = records(copy, "dossiers.Dossier")
    assert given["number"] == dossier.number and given["full_name"] == identity.full_name
    answers = json.dumps(given["answers"], ensure_ascii=False)
    assert identity.full_name in answers and "Ramon" not in text(copy) and "ramon@" not in text(copy)
    assert all(not paper["path"] for paper in contents(copy)["papers"]) and copy.papers is None


def test_a_dossier_that_was_filed_for_somebody_else_is_not_in_the_copy(office: World) -> None:
    """A husband's account, and his wife's passport."""
    User.objects.filter(pk=office.users["mia"].pk).update(full_name="Trần Văn Nam")
    _paper(office)
    copy = account_copy(office)
    assert "dossiers.Dossier" not in copy.counts and copy.papers is None and FOREIGNER not in text(copy)


def test_a_dossier_with_a_sponsor_is_the_foreigners_own(office: World) -> None:
    dossier = make_draft(office, "trc_individual", Filer.CITIZEN, "mia")
    assert records(account_copy(office), "dossiers.Dossier")[0]["number"] == dossier.number


def test_what_officers_write_to_each_other_is_not_in_the_copy(office: World) -> None:
    """An assessor's reasons are the office's own until the decision is told."""
    dossier = make_dossier(office, State.ASSESSED, procedure="exemption_extension", filer=Filer.SELF, by="mia")
    dossier.refresh_from_db()
    assert dossier.reason == "in order"
    assert "in order" not in text(account_copy(office))


def test_a_refused_person_reads_the_reason(office: World) -> None:
    make_dossier(office, State.REFUSED, procedure="exemption_extension", filer=Filer.SELF, by="mia")
    assert "The work permit is false." in text(account_copy(office))


def test_a_guest_gets_stays_with_their_earlier_versions(office: World) -> None:
    stay = declared(office, arrived_on=clock.today(), departed_on=None)
    change_room(actor=office.actor("alice"), stay_id=stay.pk, room="305")
    copy = ready(office, noted(office))
    assert records(copy, "stays.Stay")[0]["room"] == "305"
    assert records(copy, "stays.StayEvent")[0]["room"] == "201"
    assert "Mai Châu Lodge" in text(copy)


def test_a_copy_of_nothing_says_so(office: World) -> None:
    copy = ready(office, noted(office))
    assert contents(copy)["records"] == [] and "No data is linked to this document." in text(copy)


# ---- whose records they are --------------------------------------------------------------------------------


def test_only_the_bearer_of_exactly_this_document_is_found(office: World) -> None:
    own = declared(office)
    declared(office, "SCHMIDT EVA")  # the number was copied
    declared(office, birth_date="1991-01-01")
    declared(office, nationality="AUT")
    declared(office, document_number="C99999999")  # the same name and birth date
    held = records_of(PASSPORT)
    assert held.ids == {own.identity_id} and held.unlike == 3
    assert records_of(Document(PASSPORT.full_name, PASSPORT.birth_date, PASSPORT.nationality, "")).ids == set()


def test_a_copied_number_with_the_same_birth_date_is_not_given_out(office: World) -> None:
    """A twin: one traveller by number and birth date, and still another person."""
    own = declared(office)
    twin = make_identity(
        "HOFFMANN EVA", PASSPORT.number, traveller=own.identity.traveller, birth_date=PASSPORT.birth_date
    )
    make_stay(office.lodging, "HOFFMANN EVA", identity=twin, arrived_on=clock.today() - timedelta(days=99))
    copy = ready(office, noted(office))
    assert "EVA" not in text(copy) and len(records(copy, "stays.Stay")) == 1


def test_a_spelling_of_the_name_is_the_same_person(office: World) -> None:
    own = declared(office)
    spelt = make_identity("HOFMANN JORG", PASSPORT.number, traveller=own.identity.traveller)
    assert records_of(PASSPORT).ids == {own.identity_id, spelt.pk}


def _bearer(identity: Any) -> Document:
    return Document(identity.full_name, identity.birth_date, identity.nationality, identity.document_number)


def test_only_what_an_officer_confirmed_is_one_person(office: World) -> None:
    pair = make_pair(office.lodging)
    document = _bearer(pair.left)
    assert records_of(document).ids == {pair.left_id}, "merely proposed"
    join_by_rule(pair)
    held = records_of(document)
    assert held.ids == {pair.left_id} and held.unconfirmed == (pair.right.traveller_id,), "joined by a rule"
    join(office.actor("olga"), pair=pair)
    assert records_of(document).ids == {pair.left_id, pair.right_id}
    assert records_of(_bearer(pair.right)).ids == {pair.left_id, pair.right_id}
    undo(office.actor("olga"), pair=pair, reason="the photographs differ")
    assert records_of(document).ids == {pair.left_id}


def test_a_join_of_a_copied_number_brings_nobody(office: World) -> None:
    """What the officer compared was the stranger's record under the same number."""
    pair = make_pair(office.lodging)
    stranger = make_identity("ADAMS CLAIRE", pair.left.document_number, traveller=pair.left.traveller)
    join(office.actor("olga"), pair=pair)
    assert records_of(_bearer(stranger)).ids == {stranger.pk}


# ---- the way of a request ----------------------------------------------------------------------------------


def test_the_day_is_counted_by_the_offices_working_days(office: World, settings: Any) -> None:
    settings.DATA_COPY_WORKING_DAYS = 3
    copy = copies.ask(office.actor("mia"))
    assert copy.due_on == calendar().add_working_days(clock.today(), 3)


def test_whoever_checked_cannot_approve_and_the_database_says_so_too(office: World) -> None:
    copy = copies.ask(office.actor("mia"))
    copies.check(office.actor("dora"), copy=copy)
    preparing.prepare_copy(copy.pk)
    with pytest.raises(Forbidden):
        copies.approve(office.actor("dora"), copy=copy)
    with pytest.raises(Forbidden):
        copies.approve(office.actor("selma"), copy=copy)
    with pytest.raises(IntegrityError):
        CopyRequest.objects.filter(pk=copy.pk).update(state=CopyState.READY, decided_by=office.users["dora"])


def test_nobody_has_a_hand_in_his_own_copy(office: World) -> None:
    dora = office.actor("dora")
    copy = copies.ask(dora)
    assert not rules.may_check(dora, copy) and not rules.may_decline(dora, copy)
    assert office.client("dora").get(reverse("protection:copy", args=[copy.reference])).status_code == 404
    with pytest.raises(Forbidden):
        copies.check(dora, copy=copy)


def test_nothing_is_out_before_the_second_officer(office: World) -> None:
    copy = prepared(office, copies.ask(office.actor("mia")))
    mia = office.client("mia", fresh=True)
    for kind in CopyFile:
        assert take(mia, copy, kind).status_code == 403


def test_a_copy_whose_person_changed_meanwhile_is_not_approved(office: World) -> None:
    pair = make_pair(office.lodging)
    join(office.actor("olga"), pair=pair)
    copy = prepared(office, noted(office, _bearer(pair.left)))
    undo(office.actor("olga"), pair=pair, reason="two people")
    with pytest.raises(Conflict) as refused:
        copies.approve(office.actor("dora"), copy=copy)
    assert refused.value.code == "records_changed"
    copies.send_back(office.actor("dora"), copy=copy, reason="two people")
    assert len(records(prepared(office, copy), "travellers.Identity")) == 1


def test_sending_back_declining_and_withdrawing_delete_what_was_prepared(office: World) -> None:
    for end, state in (
        (lambda copy: copies.send_back(office.actor("dora"), copy=copy, reason="look anew"), "asked"),
        (lambda copy: copies.decline(office.actor("selma"), copy=copy, reason="not the holder"), "declined"),
        (lambda copy: copies.withdraw(office.actor("mia"), copy=copy), "withdrawn"),
    ):
        CopyRequest.objects.filter(state="asked").update(state="withdrawn")
        copy = prepared(office, copies.ask(office.actor("mia")))
        assert StoredFile.objects.filter(purpose=preparing.PURPOSE).exists()
        end(copy)
        copy.refresh_from_db()
        assert copy.state == state and not StoredFile.objects.filter(purpose=preparing.PURPOSE).exists()


def test_an_account_asks_once_at_a_time(office: World) -> None:
    copies.ask(office.actor("mia"))
    with pytest.raises(Conflict):
        copies.ask(office.actor("mia"))


def test_an_account_of_another_name_gets_no_stays(office: World) -> None:
    copy = copies.ask(office.actor("mia"))
    with pytest.raises(Conflict) as refused:
        copies.identify(office.actor("ines"), copy=copy, document=PASSPORT)
    assert refused.value.code == "another_name"


def test_stays_come_into_an_accounts_copy_with_the_document(office: World) -> None:
    User.objects.filter(pk=office.users["mia"].pk).update(full_name="Jörg Hoffmann")
    declared(office)
    copy = copies.ask(office.actor("mia"))
    without = prepared(office, copy)
    assert "stays.Stay" not in without.counts and "bring your passport" in text(without)
    copies.send_back(office.actor("dora"), copy=copy, reason="he is at the counter")
    copies.identify(office.actor("ines"), copy=copy, document=PASSPORT)
    assert prepared(office, copy).counts["stays.Stay"] == 1


def test_a_guest_gets_it_against_the_same_document_only(office: World) -> None:
    copy, ines = ready(office, noted(office)), office.actor("ines")
    for number, name in (("C99999999", PASSPORT.full_name), (PASSPORT.number, "ADAMS CLAIRE")):
        with pytest.raises(Conflict):
            copies.hand_over(ines, copy=copy, received_by=name, proof_number=number)
    copies.hand_over(ines, copy=copy, received_by="Hoffmann Jörg", proof_number="c01x00t47")
    copy.refresh_from_db()
    assert copy.state == CopyState.HANDED_OVER and copy.handed_over_by == office.users["ines"]


# ---- an attacker's ten minutes -----------------------------------------------------------------------------


def take(client: Client, copy: CopyRequest, kind: str = "pdf", office: bool = False) -> HttpResponse:
    if office:
        return client.get(reverse("protection:copy-take", args=[copy.reference, kind]))  # type: ignore[return-value]
    return client.post(reverse("protection:take", args=[copy.reference, kind]))  # type: ignore[return-value]


def test_another_persons_copy_opens_for_nobody(office: World) -> None:
    copy = account_copy(office)
    for name in ("alice", "ramon", "ines", "dora", "rosa", "olga"):
        assert take(office.client(name, fresh=True), copy).status_code == 404, name
        assert take(office.client(name, fresh=True), copy, office=True).status_code in {403, 404}, name
    for name in ("alice", "ines", "dora"):
        with pytest.raises(Forbidden):
            copies.take(office.actor(name), copy=copy, kind=CopyFile.PDF)
    for file in copy.files.values():
        for name in ("mia", "ines", "dora", "rosa"):
            assert office.client(name).get(reverse("files:download", args=[file.pk])).status_code == 404


def test_no_officer_reads_a_petition_about_himself_in_the_copy_of_an_account(office: World) -> None:
    make_petition(office, actor=office.actor("mia"), body="Cán bộ Dora gây khó dễ")
    copy = prepared(office, copies.ask(office.actor("mia")))
    page = office.client("dora").get(reverse("protection:copy", args=[copy.reference])).content.decode()
    assert "gây khó dễ" not in page
    for kind in CopyFile:
        assert take(office.client("dora", fresh=True), copy, kind, office=True).status_code == 403


def test_a_borrowed_session_takes_nothing_away(office: World) -> None:
    copy = account_copy(office)
    answer = take(office.client("mia"), copy)
    assert answer.status_code == 302 and "reauthenticate" in answer["Location"]
    assert office.client("mia").post(reverse("protection:ask")).status_code == 302
    assert take(office.client("dora"), ready(office, noted(office)), office=True).status_code == 302


def test_the_holder_takes_the_files_and_each_is_in_the_audit(office: World) -> None:
    _paper(office)
    copy, mia = account_copy(office), office.client("mia", fresh=True)
    starts = {"pdf": b"%PDF", "json": b"{", "zip": b"PK"}
    for kind, start in starts.items():
        answer = take(mia, copy, kind)
        assert answer.content.startswith(start) and "no-store" in answer["Cache-Control"]
        assert "mia" not in answer["Content-Disposition"].lower()
    acts = list(Event.objects.filter(subject_type="protection.copyrequest", subject_id=str(copy.pk)).values("act"))
    counted = [row["act"].removeprefix("protection.") for row in acts]
    assert counted.count("copy_downloaded") == 3 and counted.count("looked") == 3
    assert {"copy_asked", "copy_preparing", "copy_prepared", "copy_ready", "copy_handed_over"} <= set(counted)


def test_jobs_and_addresses_name_nobody(office: World) -> None:
    declared(office)
    copy = ready(office, noted(office))
    jobs = ProcrastinateJob.objects.filter(task_name="protection.prepare_copy")
    assert [job.args for job in jobs] == [{"copy_id": copy.pk}]
    assert all(is_reference(name, value) for job in jobs for name, value in job.args.items())
    for path in (reverse("protection:copy", args=[copy.reference]), *(file.name for file in copy.files.values())):
        assert "hoffmann" not in path.lower() and PASSPORT.number.lower() not in path.lower()
    details = str(list(Event.objects.filter(act__startswith="protection.").values_list("details", "reason")))
    assert "HOFFMANN" not in details and PASSPORT.number not in details


def test_the_files_lie_encrypted(office: World) -> None:
    copy = account_copy(office)
    for file in copy.files.values():
        with default_storage.open(file.path) as stored:
            assert not stored.read().startswith((b"%PDF", b"{", b"PK"))


def test_asking_is_limited(office: World) -> None:
    mia = office.client("mia", fresh=True)
    for _time in range(5):
        mia.post(reverse("protection:ask"))
        CopyRequest.objects.update(state=CopyState.WITHDRAWN)
    assert mia.post(reverse("protection:ask")).status_code == 429


def test_a_job_that_is_done_twice_makes_one_copy(office: World) -> None:
    copy = prepared(office, copies.ask(office.actor("mia")))
    preparing.prepare_copy(copy.pk)
    assert StoredFile.objects.filter(purpose=preparing.PURPOSE).count() == 2


# ---- thirty days -------------------------------------------------------------------------------------------


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Any:
    def move(days: int) -> None:
        moment = clock.now() + timedelta(days=days)
        monkeypatch.setattr("django.utils.timezone.now", lambda: moment)

    return move


def test_a_copy_is_there_for_thirty_days_and_then_deleted(office: World, later: Any) -> None:
    copy, mia = account_copy(office), office.actor("mia")
    paths = [file.pk for file in copy.files.values()]
    later(30)
    retention.redact(JOB)
    files.delete_expired(JOB)
    copies.take(mia, copy=copy, kind=CopyFile.PDF)
    later(1)
    with pytest.raises(Forbidden):
        copies.take(mia, copy=copy, kind=CopyFile.PDF)
    retention.redact(JOB)
    copy.refresh_from_db()
    assert copy.state == CopyState.DELETED and not StoredFile.objects.filter(pk__in=paths).exists()
    assert Event.objects.filter(act="protection.copy_deleted").count() == 1


def test_the_files_go_by_their_own_day_too(office: World, later: Any) -> None:
    copy = account_copy(office)
    later(31)
    files.delete_expired(JOB)
    retention.redact(JOB)
    copy.refresh_from_db()
    assert copy.state == CopyState.DELETED and copy.pdf is None


def test_what_was_prepared_and_never_approved_goes_and_is_prepared_anew(office: World, later: Any) -> None:
    copy = prepared(office, copies.ask(office.actor("mia")))
    later(preparing.UNDECIDED_DAYS + 1)
    files.delete_expired(JOB)
    with pytest.raises(Conflict) as refused:
        copies.approve(office.actor("dora"), copy=copy)
    assert refused.value.code == "file_gone"


# ---- the pages ---------------------------------------------------------------------------------------------


def form(document: Document = PASSPORT, prefix: str = "") -> dict[str, str]:
    values = {
        "full_name": document.full_name, "birth_date": "08/03/1984", "nationality": document.nationality,
        "document_number": document.number, "compared": "on",
    }  # fmt: skip
    return {f"{prefix}{name}": value for name, value in values.items()}


def test_the_whole_way_of_a_guest_by_the_pages(office: World) -> None:
    declared(office)
    ines, dora = office.client("ines"), office.client("dora", fresh=True)
    assert ines.post("/office/copies/new/", form() | {"compared": ""}).status_code == 422
    assert ines.post("/office/copies/new/", form() | {"document_number": "KHONG"}).status_code == 422
    answer = ines.post("/office/copies/new/", form())
    copy = CopyRequest.objects.get()
    page = f"/office/copies/{copy.reference}/"
    assert answer["Location"] == page
    assert ines.post("/office/copies/new/", form()).status_code == 422, "one at a time"
    assert "HOFFMANN JÖRG" in ines.get(page).content.decode()
    ines.post(f"{page}check/")
    preparing.prepare_copy(copy.pk)
    assert "Let this copy leave?" in dora.get(page).content.decode()
    assert dora.get(f"{page}files/pdf/").content.startswith(b"%PDF")
    dora.post(f"{page}approve/")
    shown = {"hand-received_by": "HOFFMANN JÖRG", "hand-proof_number": "C99999999"}
    assert ines.post(f"{page}hand-over/", shown | {"hand-proof_number": "C71Y8K902"}).status_code == 409
    ines.post(f"{page}hand-over/", shown | {"hand-proof_number": PASSPORT.number})
    copy.refresh_from_db()
    assert copy.state == CopyState.HANDED_OVER


def test_the_whole_way_of_an_account_by_the_pages(office: World) -> None:
    mia, ines, dora = office.client("mia", fresh=True), office.client("ines"), office.client("dora", fresh=True)
    assert "Ask for a copy" in mia.get("/my-data/").content.decode()
    mia.post("/my-data/ask/")
    copy = CopyRequest.objects.get()
    assert copy.reference in ines.get("/office/copies/").content.decode()
    CopyRequest.objects.filter(pk=copy.pk).update(state=CopyState.PREPARED)
    assert copy.reference in office.client("dora").get("/office/copies/").content.decode(), "who approves sees it too"
    CopyRequest.objects.filter(pk=copy.pk).update(state=CopyState.ASKED)
    assert copy.reference in ines.get("/desk/").content.decode()
    page = f"/office/copies/{copy.reference}/"
    ines.post(f"{page}check/")
    preparing.prepare_copy(copy.pk)
    assert copy.reference in dora.get("/desk/").content.decode()
    dora.post(f"{page}approve/")
    answer = mia.get("/my-data/").content.decode()
    assert f"/my-data/{copy.reference}/pdf/" in answer and f"/my-data/{copy.reference}/json/" in answer


def test_a_declined_person_reads_why_and_how_to_complain(office: World) -> None:
    mia, ines = office.client("mia", fresh=True), office.client("ines")
    mia.post("/my-data/ask/")
    copy = CopyRequest.objects.get()
    page = f"/office/copies/{copy.reference}/"
    assert ines.post(f"{page}decline/", {}).status_code == 422
    ines.post(f"{page}decline/", {"decline-reason": "The account is shared by two people."})
    answer = mia.get("/my-data/").content.decode()
    assert "The account is shared by two people." in answer and "/petitions/" in answer


def test_a_stranger_knows_nothing_of_requests(office: World) -> None:
    copy = copies.ask(office.actor("mia"))
    assert office.client("alice").get(f"/office/copies/{copy.reference}/").status_code == 404
    assert office.client("quynh").get("/office/copies/").status_code == 403
    with pytest.raises(Http404):
        get_own(office.actor("alice"), copy.reference)


# ---- retention ---------------------------------------------------------------------------------------------


def test_old_requests_are_emptied(office: World, later: Any) -> None:
    copy = noted(office)
    copies.decline(office.actor("selma"), copy=copy, reason="he left")
    later(Keep.DATA_REQUEST.value - 1)
    assert retention.redact(JOB) == 0
    later(2)
    assert (retention.redact(JOB), retention.redact(JOB)) == (1, 0)
    copy.refresh_from_db()
    assert not copy.document_number and "HOFFMANN" not in copy.full_name and not copy.reason


def test_the_register_covers_models_of_libraries_that_name_people() -> None:
    named = {source.label for source in COLLECTED}
    assert {"account.EmailAddress", "usersessions.UserSession", "mfa.Authenticator"} <= named
    secret = {"data", "session_key"}
    for label in ("mfa.Authenticator", "usersessions.UserSession"):
        (source,) = [source for source in COLLECTED if source.label == label]
        assert not secret & set(source.fields)
