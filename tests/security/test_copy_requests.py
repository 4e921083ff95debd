"""A person gets a copy of what is held about him: officer-checked, PDF and JSON, for thirty days."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from ancu.apps.accounts.models import User
from ancu.apps.audit.models import Event
from ancu.apps.files import services as files
from ancu.apps.files.models import StoredFile
from ancu.apps.listening.tests.factories import make_petition
from ancu.apps.lodging.tests.factories import World
from ancu.apps.protection.enums import CopyFile, CopyState
from ancu.apps.protection.models import CopyRequest
from ancu.apps.protection.rules import copies as rules
from ancu.apps.protection.selectors.copies import get_own
from ancu.apps.protection.selectors.people import PersonDocument
from ancu.apps.protection.selectors.sources import COLLECTED
from ancu.apps.protection.services import copies, preparing, retention
from ancu.apps.travellers.services.joining import join, undo
from ancu.apps.travellers.tests.factories import make_pair
from ancu.core import clock
from ancu.core.db.jobs import is_reference
from ancu.core.errors import Conflict, Forbidden, Http404
from ancu.core.security.privacy import Keep
from ancu.core.working_days import calendar
from tests.security.copies import (
    JOB,
    PASSPORT,
    account_copy,
    bearer,
    declared,
    make_office,
    make_paper_dossier,
    noted,
    prepared,
    ready,
    records,
    text,
)


@pytest.fixture
def office(world: World, settings: Any, tmp_path: Path) -> World:
    settings.MEDIA_ROOT = tmp_path
    return make_office(world)


# ---- the way of a request ----------------------------------------------------------------------------------


def test_the_day_is_counted_by_the_offices_working_days(office: World, settings: Any) -> None:
    settings.DATA_COPY_WORKING_DAYS = 3
    copy = copies.request_copy(office.actor("mia"))
    assert copy.due_on == calendar().add_working_days(clock.today(), 3)


def test_whoever_checked_cannot_approve_and_the_database_says_so_too(office: World) -> None:
    copy = copies.request_copy(office.actor("mia"))
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
    copy = copies.request_copy(dora)
    assert not rules.may_check(dora, copy) and not rules.may_decline(dora, copy)
    assert office.client("dora").get(reverse("protection:copy", args=[copy.reference])).status_code == 404
    with pytest.raises(Forbidden):
        copies.check(dora, copy=copy)


def test_nothing_is_out_before_the_second_officer(office: World) -> None:
    copy = prepared(office, copies.request_copy(office.actor("mia")))
    mia = office.client("mia", new_session=True)
    for kind in CopyFile:
        assert take(mia, copy, kind).status_code == 403


def test_a_copy_whose_person_changed_meanwhile_is_not_approved(office: World) -> None:
    pair = make_pair(office.lodging)
    join(office.actor("olga"), pair=pair)
    copy = prepared(office, noted(office, bearer(pair.left)))
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
        copy = prepared(office, copies.request_copy(office.actor("mia")))
        assert StoredFile.objects.filter(purpose=preparing.PURPOSE).exists()
        end(copy)
        copy.refresh_from_db()
        assert copy.state == state and not StoredFile.objects.filter(purpose=preparing.PURPOSE).exists()


def test_an_account_asks_once_at_a_time(office: World) -> None:
    copies.request_copy(office.actor("mia"))
    with pytest.raises(Conflict):
        copies.request_copy(office.actor("mia"))


def test_an_account_of_another_name_gets_no_stays(office: World) -> None:
    copy = copies.request_copy(office.actor("mia"))
    with pytest.raises(Conflict) as refused:
        copies.identify(office.actor("ines"), copy=copy, document=PASSPORT)
    assert refused.value.code == "another_name"


def test_stays_come_into_an_accounts_copy_with_the_document(office: World) -> None:
    User.objects.filter(pk=office.users["mia"].pk).update(full_name="Jörg Hoffmann")
    declared(office)
    copy = copies.request_copy(office.actor("mia"))
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
        assert take(office.client(name, new_session=True), copy).status_code == 404, name
        assert take(office.client(name, new_session=True), copy, office=True).status_code in {403, 404}, name
    for name in ("alice", "ines", "dora"):
        with pytest.raises(Forbidden):
            copies.read_file(office.actor(name), copy=copy, kind=CopyFile.PDF)
    for file in copy.files.values():
        for name in ("mia", "ines", "dora", "rosa"):
            assert office.client(name).get(reverse("files:download", args=[file.pk])).status_code == 404


def test_no_officer_reads_a_petition_about_himself_in_the_copy_of_an_account(office: World) -> None:
    make_petition(office, actor=office.actor("mia"), body="Cán bộ Dora gây khó dễ")
    copy = prepared(office, copies.request_copy(office.actor("mia")))
    page = office.client("dora").get(reverse("protection:copy", args=[copy.reference])).content.decode()
    assert "gây khó dễ" not in page
    for kind in CopyFile:
        assert take(office.client("dora", new_session=True), copy, kind, office=True).status_code == 403


def test_a_borrowed_session_takes_nothing_away(office: World) -> None:
    copy = account_copy(office)
    answer = take(office.client("mia"), copy)
    assert answer.status_code == 302 and "reauthenticate" in answer["Location"]
    assert office.client("mia").post(reverse("protection:ask")).status_code == 302
    assert take(office.client("dora"), ready(office, noted(office)), office=True).status_code == 302


def test_the_holder_takes_the_files_and_each_is_in_the_audit(office: World) -> None:
    make_paper_dossier(office)
    copy, mia = account_copy(office), office.client("mia", new_session=True)
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
    mia = office.client("mia", new_session=True)
    for _time in range(5):
        mia.post(reverse("protection:ask"))
        CopyRequest.objects.update(state=CopyState.WITHDRAWN)
    assert mia.post(reverse("protection:ask")).status_code == 429


def test_a_job_that_is_done_twice_makes_one_copy(office: World) -> None:
    copy = prepared(office, copies.request_copy(office.actor("mia")))
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
    copies.read_file(mia, copy=copy, kind=CopyFile.PDF)
    later(1)
    with pytest.raises(Forbidden):
        copies.read_file(mia, copy=copy, kind=CopyFile.PDF)
    retention.redact(JOB)
    copy.refresh_from_db()
    assert copy.state == CopyState.DELETED and not StoredFile.objects.filter(pk__in=paths).exists()
    assert Event.objects.filter(act="protection.copy_deleted").count() == 1


def test_an_expired_copy_says_when_it_expired_and_how_to_ask_again(office: World, later: Any) -> None:
    own_copy, counter_copy = account_copy(office), ready(office, noted(office))
    last_day = f"{own_copy.available_until:%d/%m/%Y}"
    later(31)
    for redacted in (False, True):
        if redacted:
            retention.redact(JOB)
        mine = take(office.client("mia"), own_copy)
        assert mine.status_code == 410, "no sign-in is asked for before it is said"
        assert last_day in mine.content.decode() and 'href="/my-data/"' in mine.content.decode()
        at_counter = take(office.client("ines"), counter_copy, office=True)
        assert at_counter.status_code == 410 and last_day in at_counter.content.decode()
        assert 'href="/office/copies/new/"' in at_counter.content.decode()
    assert f"until {last_day}" in office.client("mia").get("/my-data/").content.decode()


def test_the_office_reads_labels_that_are_not_addressed_to_the_applicant(office: World) -> None:
    paper = files.store(JOB, data=b"PK", name="papers.zip", purpose=preparing.PURPOSE)
    copy = prepared(office, noted(office))
    CopyRequest.objects.filter(pk=copy.pk).update(papers=paper)
    page = office.client("ines").get(reverse("protection:copy", args=[copy.reference])).content.decode()
    assert "Papers the person sent (ZIP)" in page and "you sent" not in page


def test_the_files_go_by_their_own_day_too(office: World, later: Any) -> None:
    copy = account_copy(office)
    later(31)
    files.delete_expired(JOB)
    retention.redact(JOB)
    copy.refresh_from_db()
    assert copy.state == CopyState.DELETED and copy.pdf is None


def test_what_was_prepared_and_never_approved_goes_and_is_prepared_anew(office: World, later: Any) -> None:
    copy = prepared(office, copies.request_copy(office.actor("mia")))
    later(preparing.UNDECIDED_DAYS + 1)
    files.delete_expired(JOB)
    with pytest.raises(Conflict) as refused:
        copies.approve(office.actor("dora"), copy=copy)
    assert refused.value.code == "file_gone"


# ---- the pages ---------------------------------------------------------------------------------------------


def form(document: PersonDocument = PASSPORT, prefix: str = "") -> dict[str, str]:
    values = {
        "full_name": document.full_name, "birth_date": "08/03/1984", "nationality": document.nationality,
        "document_number": document.number, "compared": "on",
    }  # fmt: skip
    return {f"{prefix}{name}": value for name, value in values.items()}


def test_the_whole_way_of_a_guest_by_the_pages(office: World) -> None:
    declared(office)
    ines, dora = office.client("ines"), office.client("dora", new_session=True)
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
    assert "Approve this copy?" in dora.get(page).content.decode()
    assert dora.get(f"{page}files/pdf/").content.startswith(b"%PDF")
    dora.post(f"{page}approve/")
    values = {"hand-received_by": "HOFFMANN JÖRG", "hand-proof_number": "C99999999"}
    assert ines.post(f"{page}hand-over/", values | {"hand-proof_number": "C71Y8K902"}).status_code == 409
    ines.post(f"{page}hand-over/", values | {"hand-proof_number": PASSPORT.number})
    copy.refresh_from_db()
    assert copy.state == CopyState.HANDED_OVER


def test_the_whole_way_of_an_account_by_the_pages(office: World) -> None:
    mia, ines, dora = (
        office.client("mia", new_session=True),
        office.client("ines"),
        office.client("dora", new_session=True),
    )
    assert "Ask for a copy" in mia.get("/my-data/").content.decode()
    mia.post("/my-data/ask/")
    copy = CopyRequest.objects.get()
    assert copy.reference in ines.get("/office/copies/").content.decode()
    CopyRequest.objects.filter(pk=copy.pk).update(state=CopyState.PREPARED)
    assert copy.reference in office.client("dora").get("/office/copies/").content.decode(), "who approves sees it too"
    CopyRequest.objects.filter(pk=copy.pk).update(state=CopyState.TO_CHECK)
    assert copy.reference in ines.get("/desk/").content.decode()
    page = f"/office/copies/{copy.reference}/"
    ines.post(f"{page}check/")
    preparing.prepare_copy(copy.pk)
    assert copy.reference in dora.get("/desk/").content.decode()
    dora.post(f"{page}approve/")
    answer = mia.get("/my-data/").content.decode()
    assert f"/my-data/{copy.reference}/pdf/" in answer and f"/my-data/{copy.reference}/json/" in answer


def test_a_declined_person_reads_why_and_how_to_complain(office: World) -> None:
    mia, ines = office.client("mia", new_session=True), office.client("ines")
    mia.post("/my-data/ask/")
    copy = CopyRequest.objects.get()
    page = f"/office/copies/{copy.reference}/"
    assert ines.post(f"{page}decline/", {}).status_code == 422
    ines.post(f"{page}decline/", {"decline-reason": "The account is shared by two people."})
    answer = mia.get("/my-data/").content.decode()
    assert "The account is shared by two people." in answer and "/petitions/" in answer


def test_a_stranger_knows_nothing_of_requests(office: World) -> None:
    copy = copies.request_copy(office.actor("mia"))
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
