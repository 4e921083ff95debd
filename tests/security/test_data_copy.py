"""A person gets a copy of what is held about him: what is in it, and whose records they are."""

import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ancu.apps.accounts.models import User
from ancu.apps.accounts.services.account_security import record_failed_sign_in, record_protection
from ancu.apps.dossiers.enums import Filer, State
from ancu.apps.dossiers.models import Component
from ancu.apps.dossiers.services import filing
from ancu.apps.dossiers.tests.agents import add_agents, agent, file_for, give
from ancu.apps.dossiers.tests.factories import make_dossier, make_draft
from ancu.apps.files import services as files
from ancu.apps.listening.tests.factories import make_petition
from ancu.apps.lodging.tests.factories import World
from ancu.apps.messaging.services import post_message
from ancu.apps.oversight.services import notices
from ancu.apps.oversight.tests.factories import make_alert
from ancu.apps.protection.selectors import words
from ancu.apps.protection.selectors.collecting import collect
from ancu.apps.protection.selectors.people import PersonDocument, records_of
from ancu.apps.protection.selectors.sources import COLLECTED, LEFT_OUT, CopySubject
from ancu.apps.stays.services import change_room, confirmations
from ancu.apps.stays.tests.factories import make_identity, make_stay
from ancu.apps.tips.tests.factories import make_tip, make_unit
from ancu.apps.travellers.services.joining import join, join_by_rule, undo
from ancu.apps.travellers.tests.factories import make_pair
from ancu.core import clock
from ancu.core.testing import texts
from tests.security.copies import (
    FOREIGNER,
    PAPER,
    PASSPORT,
    account_copy,
    bearer,
    contents,
    declared,
    make_office,
    make_paper_dossier,
    noted,
    ready,
    records,
    text,
)
from tests.test_privacy import ours


@pytest.fixture
def office(world: World, settings: Any, tmp_path: Path) -> World:
    settings.MEDIA_ROOT = tmp_path
    return make_office(world)


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
    nobody = CopySubject()
    for source in COLLECTED:
        assert not source.model._default_manager.filter(source.about(nobody)).exists(), source.label


# ---- what an account's copy holds --------------------------------------------------------------------------


def test_an_account_gets_what_hangs_on_it(office: World) -> None:
    dossier, mia = make_paper_dossier(office), office.users["mia"]
    petition = make_petition(office, actor=office.actor("mia"), body="Đèn đường hỏng")
    office.client("mia").post("/accounts/login/", {})
    copy = account_copy(office)
    assert records(copy, "accounts.User")[0]["email"] == mia.email
    assert records(copy, "dossiers.Dossier")[0]["number"] == dossier.number
    assert records(copy, "dossiers.Dossier")[0]["answers"] == dossier.answers
    assert records(copy, "listening.Petition")[0]["number"] == petition.number
    assert {"dossiers.Component", "dossiers.Filing", "dossiers.DossierEvent", "files.StoredFile"} <= set(copy.counts)
    words = text(copy)
    assert "Đèn đường hỏng" in words and "Copy of personal data" in words and "91/2025/QH15" in words


def test_the_papers_are_listed_with_their_hashes_and_come_in_a_zip(office: World) -> None:
    dossier = make_paper_dossier(office)
    copy = account_copy(office)
    (paper,) = [paper for paper in contents(copy)["papers"] if paper["path"]]
    assert paper["path"] == f"{dossier.number}/passport.pdf" and copy.papers
    with zipfile.ZipFile(io.BytesIO(files.read_bytes(copy.papers))) as archive:
        assert archive.namelist() == [paper["path"]] and archive.read(paper["path"]) == PAPER
    assert paper["sha256"] == Component.objects.get(dossier=dossier, key="passport").file.sha256  # type: ignore[union-attr]
    assert any(not paper["path"] for paper in contents(copy)["papers"]), "bytes that are gone are said to be"


def test_who_looked_is_told_by_organisation_and_no_officer_is_named(office: World) -> None:
    dossier = make_paper_dossier(office)
    office.client("selma").get(f"/office/dossiers/{dossier.number}/")
    office.client("selma").get("/office/dossiers/")
    office.client("mia").get(f"/dossiers/{dossier.number}")
    copy = account_copy(office)
    looks = [look for look in contents(copy)["looks"] if look["record"]["en"] == "Dossier"]
    assert looks and {look["organisation"] for look in looks} == {office.provincial_agency.name}
    assert "Selma" not in text(copy) and "Ines" not in text(copy)


def test_the_history_of_signing_in_is_told(office: World) -> None:
    record_protection(office.users["mia"], "signed_in")
    record_failed_sign_in(office.users["mia"])
    acts = [row["act"] for row in contents(account_copy(office))["sign_ins"]]
    assert acts == ["accounts.signed_in", "accounts.sign_in_failed"]


def test_what_is_not_given_is_said_without_telling_whether_there_is_any(office: World) -> None:
    """Alerts, notices and tips: the sentence is the same for everybody."""
    plain = contents(ready(office, noted(office, PersonDocument("NOBODY", "1990-01-01", "FRA", "18AB23456"))))
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
    document = PersonDocument(identity.full_name, identity.birth_date, identity.nationality, identity.document_number)
    copy = ready(office, noted(office, document))
    (dossier_record,) = records(copy, "dossiers.Dossier")
    assert dossier_record["number"] == dossier.number and dossier_record["full_name"] == identity.full_name
    answers = json.dumps(dossier_record["answers"], ensure_ascii=False)
    assert identity.full_name in answers and "Ramon" not in text(copy) and "ramon@" not in text(copy)
    assert all(not paper["path"] for paper in contents(copy)["papers"]) and copy.papers is None


def test_a_dossier_that_was_filed_for_somebody_else_is_not_in_the_copy(office: World) -> None:
    """A husband's account, and his wife's passport."""
    User.objects.filter(pk=office.users["mia"].pk).update(full_name="Trần Văn Nam")
    make_paper_dossier(office)
    copy = account_copy(office)
    assert "dossiers.Dossier" not in copy.counts and copy.papers is None and FOREIGNER not in text(copy)


def test_a_dossier_with_a_sponsor_is_the_foreigners_own(office: World) -> None:
    dossier = make_draft(office, "trc_individual", Filer.CITIZEN, "mia")
    assert records(account_copy(office), "dossiers.Dossier")[0]["number"] == dossier.number


def test_what_officers_write_to_each_other_is_not_in_the_copy(office: World) -> None:
    """An assessor's reasons are the office's own until the decision is told."""
    dossier = make_dossier(office, State.ASSESSED, procedure="exemption_extension", filer=Filer.SELF, by="mia")
    dossier.refresh_from_db()
    assert dossier.reason == texts.IN_ORDER
    assert texts.IN_ORDER not in text(account_copy(office))


def test_an_agents_copy_has_the_mandate_and_no_letters_to_the_company(office: World) -> None:
    anna = add_agents(office).users["anna"]
    give(office)
    dossier = filing.submit(agent(office), dossier=file_for(office))
    for writer, body in ((office.actor("ines"), "To the company"), (agent(office), "From the agent")):
        post_message(actor=writer, kind="dossier", subject_id=dossier.number, body=body)
    entries = collect(CopySubject(anna.pk, anna.email, anna.full_name))
    values = {entry.source.label: entry.values for entry in entries}
    assert values["accounts.Mandate"]["email"] == anna.email
    bodies = [entry.values["body"] for entry in entries if entry.source.label == "messaging.Message"]
    assert bodies == ["From the agent"]


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
    bearer_records = records_of(PASSPORT)
    assert bearer_records.ids == {own.identity_id} and bearer_records.unlike == 3
    assert records_of(PersonDocument(PASSPORT.full_name, PASSPORT.birth_date, PASSPORT.nationality, "")).ids == set()


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


def test_only_what_an_officer_confirmed_is_one_person(office: World) -> None:
    pair = make_pair(office.lodging)
    document = bearer(pair.left)
    assert records_of(document).ids == {pair.left_id}, "merely proposed"
    join_by_rule(pair)
    bearer_records = records_of(document)
    assert bearer_records.ids == {pair.left_id} and bearer_records.unconfirmed == (pair.right.traveller_id,), (
        "joined by a rule"
    )
    join(office.actor("olga"), pair=pair)
    assert records_of(document).ids == {pair.left_id, pair.right_id}
    assert records_of(bearer(pair.right)).ids == {pair.left_id, pair.right_id}
    undo(office.actor("olga"), pair=pair, reason="the photographs differ")
    assert records_of(document).ids == {pair.left_id}


def test_a_join_of_a_copied_number_brings_nobody(office: World) -> None:
    """What the officer compared was the stranger's record under the same number."""
    pair = make_pair(office.lodging)
    stranger = make_identity("ADAMS CLAIRE", pair.left.document_number, traveller=pair.left.traveller)
    join(office.actor("olga"), pair=pair)
    assert records_of(bearer(stranger)).ids == {stranger.pk}
