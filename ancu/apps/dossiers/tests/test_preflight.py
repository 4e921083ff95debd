"""What the pre-flight tells a filer of the stays on record, and how often."""

from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from procrastinate.contrib.django.models import ProcrastinateJob

from ancu.apps.accounts.models import User
from ancu.apps.accounts.tests.factories import make_user
from ancu.apps.audit.models import Event
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import Filer, State
from ancu.apps.dossiers.models import Component, Dossier, LegalFile
from ancu.apps.dossiers.selectors.preflight import StayDisclosure, findings
from ancu.apps.dossiers.services import filing, preflight
from ancu.apps.dossiers.services.preflight import preflight_of
from ancu.apps.dossiers.services.program import FilingOrder, SentPaper, file_dossier
from ancu.apps.dossiers.tasks import read_passport
from ancu.apps.dossiers.tests.factories import (
    answers_for,
    make_cast,
    make_dossier,
    make_draft,
    make_legal_file,
    make_paper,
    picture,
)
from ancu.apps.lodging.tests.factories import World
from ancu.apps.stays.tests.factories import make_stay
from ancu.core import clock
from ancu.core.testing import texts
from ancu.engines import passports
from ancu.engines.passports import FieldAnswer, PassportReading
from ancu.engines.rulebook import get_procedure, required_components

PICTURES = Path(passports.__file__).parent / "tests" / "pictures"
REVEALING_CODES = {"address_on_record", "stay_declared"}


@pytest.fixture
def cast(world: World) -> World:
    cache.clear()
    return make_cast(world)


def declared(cast: World) -> None:
    """Claire sleeps in the lodging of Mai Hạ."""
    make_stay(cast.lodging, document_number="533380006", birth_date="1990-04-12")


def draft(cast: World, by: str = "mia", **overrides: Any) -> Dossier:
    if by == "mia":
        return make_draft(cast, "exemption_extension", Filer.SELF, by, **overrides)
    return make_draft(cast, "stay_extension", Filer.ORGANISATION, by, **overrides)


def revealing_findings(cast: World, dossier: Dossier, by: str = "mia") -> set[str]:
    request_fields = preflight_of(cast.actor(by), Dossier.objects.get(pk=dossier.pk))
    return {finding.code for finding in request_fields.findings if finding.code in REVEALING_CODES} | (
        set() if request_fields.compared else {"not compared"}
    )


def ask_about(cast: World, dossier: Dossier, by: str = "mia", **answers: Any) -> set[str]:
    filing.save(cast.actor(by), dossier=dossier, answers={"NA5": answers})
    return revealing_findings(cast, dossier, by)


def test_whoever_knows_number_and_birth_date_does_not_learn_whether_there_is_a_stay_elsewhere(cast: World) -> None:
    first_draft = draft(cast)
    elsewhere = cast.units.elsewhere.code
    nobody = [ask_about(cast, first_draft, stay_unit=unit) for unit in (elsewhere, cast.units.commune.code)]
    declared(cast)
    somebody = [ask_about(cast, first_draft, stay_unit=unit) for unit in (elsewhere, cast.units.commune.code)]
    assert nobody == [{"stay_declared"}, {"stay_declared"}]
    assert somebody == [{"stay_declared"}, set()]
    first_draft.refresh_from_db()
    filing.save(cast.actor("mia"), dossier=first_draft, answers={"NA5": {"stay_unit": elsewhere}})
    first_draft.refresh_from_db()
    assert {finding.code for finding in findings(first_draft, StayDisclosure.ALL)} & REVEALING_CODES == {
        "address_on_record"
    }, "the office reads which"


def test_an_account_asks_about_so_many_people_a_day(cast: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight, "MAX_PER_PERSON_ACCOUNT", 3)
    declared(cast)
    first_draft = draft(cast)
    numbers = [f"53338000{number}" for number in range(5)]
    assert [ask_about(cast, first_draft, passport_number=number) for number in numbers] == [
        *[{"stay_declared"}] * 3, *[{"not compared"}] * 2,
    ]  # fmt: skip
    assert ask_about(cast, first_draft, passport_number=numbers[0]) == {"stay_declared"}, "asked before: told again"
    assert Event.objects.filter(act="dossiers.compared_stay", subject_id=str(first_draft.pk)).count() == 3
    page = cast.client("mia").get(f"/dossiers/{first_draft.number}/check")
    assert "not compared" not in page.content.decode()
    ask_about(cast, first_draft, passport_number=numbers[4])
    page = cast.client("mia").get(f"/dossiers/{first_draft.number}/check").content.decode()
    assert "The address was not compared with your declared stays" in page
    assert "all the checks that a program can make" not in page
    filing.submit(cast.actor("mia"), dossier=first_draft)


def test_many_accounts_do_not_walk_through_the_communes_of_one_person(
    cast: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preflight, "MAX_ABOUT_ONE_PERSON", 2)
    declared(cast)
    drafts = []
    for number in range(3):
        name = f"Spy {number}"
        cast.users[name] = make_user(name)
        unit = cast.units.elsewhere.code
        drafts.append((name, make_draft(cast, "exemption_extension", Filer.SELF, name, stay_unit=unit)))
    assert [revealing_findings(cast, draft, by) for by, draft in drafts] == [
        {"stay_declared"},
        {"stay_declared"},
        {"not compared"},
    ]


def test_an_organisation_is_one_asker_however_many_work_there(cast: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight, "MAX_PER_ORGANISATION", 1)
    first_draft = draft(cast, "ramon")
    assert (
        revealing_findings(cast, first_draft, "ramon")
        == revealing_findings(cast, first_draft, "sam")
        == {"stay_declared"}
    )
    assert ask_about(cast, first_draft, "sam", passport_number="C01X0T478") == {"not compared"}


def test_a_dry_run_counts_though_nothing_of_it_is_kept(cast: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight, "MAX_PER_ORGANISATION", 1)
    make_legal_file(cast)
    rules = get_procedure("trc_organisation", clock.today())
    answers = answers_for(rules, Filer.ORGANISATION, cast.units.commune.code)

    def tried(unit: str) -> set[str]:
        written = answers | {"NA8": answers["NA8"] | {"stay_unit": unit}}
        order = FilingOrder(
            reference=unit, digest=unit, procedure="trc_organisation", answers=written, papers={}, dry_run=True
        )
        return {finding.code for finding in file_dossier(cast.actor("ramon"), order).findings} & REVEALING_CODES

    here, there = cast.units.commune.code, cast.units.elsewhere.code
    assert [tried(unit) for unit in (here, there, here)] == [{"stay_declared"}, set(), {"stay_declared"}]
    assert not Dossier.objects.exists()
    assert Event.objects.filter(act="dossiers.compared_stay").count() == 1


# ---- the forms, the passport's picture and the account that signs --------------------------------------


def contradictions(dossier: Dossier) -> set[tuple[str, str | None]]:
    codes = {
        "forms_disagree", "one_person", "account_disagrees", "organisation_differs", "passport_disagrees",
        "passport_name_differs", "passport_number_unclear", "passport_of_another",
    }  # fmt: skip
    all_findings = findings(Dossier.objects.get(pk=dossier.pk), StayDisclosure.NOTHING)
    return {(finding.code, finding.field) for finding in all_findings if finding.code in codes}


def card_for_a_spouse(cast: World, **overrides: Any) -> Dossier:
    dossier = make_draft(cast, "trc_individual", Filer.CITIZEN, "mia", sponsor_name="NGUYỄN VĂN LIÊM", **overrides)
    Dossier.objects.update(sponsor=cast.users["liem"])
    User.objects.filter(pk=cast.users["liem"].pk).update(full_name="Nguyễn Văn Liêm")
    return dossier


def test_a_sponsor_named_otherwise_than_the_account_is_found_and_not_sent(cast: World) -> None:
    dossier = card_for_a_spouse(cast)
    assert contradictions(dossier) == set()
    User.objects.filter(pk=cast.users["liem"].pk).update(full_name="Trần Văn Ba")
    assert contradictions(dossier) == {("account_disagrees", "NA7.full_name")}
    dossier = Dossier.objects.get(pk=dossier.pk)
    filing.sign(cast.actor("liem"), dossier=dossier)
    with pytest.raises(filing.DossierIncomplete):
        filing.submit(cast.actor("mia"), dossier=dossier)


def test_two_people_in_na6_and_a_date_unlike_na8_are_found(cast: World) -> None:
    dossier = make_draft(cast, "trc_organisation")
    answers = dossier.answers["NA6"]
    row = answers["people"][0]
    rows = [row | {"card_until": "2027-12-30"}, row | {"full_name": "ADAMS TOM", "passport_number": "X1"}]
    filing.save(cast.actor("ramon"), dossier=dossier, answers={"NA6": answers | {"people": rows}})
    assert contradictions(dossier) == {("one_person", "NA6.people"), ("forms_disagree", "NA8.card_until")}


def test_an_organisation_named_otherwise_than_in_its_legal_file_is_not_sent(cast: World) -> None:
    make_legal_file(cast, signatory_name="LÊ THỊ MAI")
    name = cast.users["ramon"].memberships.get().organisation.name
    dossier = make_draft(cast, "trc_organisation", organisation_name=name, signer_name="TRẦN VĂN BA")
    assert contradictions(dossier) == {("organisation_differs", "NA6.signer_name")}
    with pytest.raises(filing.DossierIncomplete):
        filing.submit(cast.actor("ramon"), dossier=dossier)


def test_another_organisation_than_the_account_s_is_not_sent_whatever_its_legal_form(cast: World) -> None:
    name = cast.users["ramon"].memberships.get().organisation.name
    dossier = make_draft(cast, "trc_organisation", organisation_name=f"{name.upper()} CO., LTD")
    assert contradictions(dossier) == set()
    LegalFile.objects.all().delete()
    assert contradictions(dossier) == set(), "the account's name counts where no file is in force"
    Dossier.objects.filter(pk=dossier.pk).update(answers=dossier.answers | {"NA6": {"organisation_name": "Sông Hồng"}})
    assert ("organisation_differs", "NA6.organisation_name") in contradictions(dossier)
    make_legal_file(cast)
    dossier = make_draft(cast, "trc_organisation", organisation_name="Công ty TNHH Sông Hồng")
    assert contradictions(dossier) == {("organisation_differs", "NA6.organisation_name")}
    with pytest.raises(filing.DossierIncomplete) as refused:
        filing.submit(cast.actor("ramon"), dossier=dossier)
    assert "organisation_differs" in {finding.code for finding in refused.value.findings}


def test_another_nationality_at_birth_is_no_contradiction(cast: World) -> None:
    dossier = card_for_a_spouse(cast, birth_nationality="KOR")
    dossier.components.filter(key="passport").update(zones=[zone(nationality="GBR")])
    assert contradictions(dossier) == set()


def zone(**says: str) -> dict[str, Any]:
    base = {
        "document_number": "533380006", "birth_date": "1990-04-12", "full_name": "ADAMS CLAIRE", "nationality": "GBR",
        "sex": "F",
    }  # fmt: skip
    return {"page": 1, "certain": True, "says": base | says}


@pytest.mark.parametrize(
    ("says", "expected"),
    [
        ({}, set()),
        ({"document_number": "533380008"}, {("passport_disagrees", "NA7.people.0.passport_number")}),
        ({"birth_date": "1990-04-21"}, {("passport_disagrees", "NA7.people.0.birth_date")}),
        ({"nationality": "KOR"}, {("passport_disagrees", "NA7.people.0.nationality")}),
        ({"nationality": "D"}, {("passport_disagrees", "NA7.people.0.nationality")}),
        ({"nationality": "GBR", "sex": "F"}, set()),
        ({"sex": "M"}, {("passport_disagrees", "NA7.people.0.sex")}),
        ({"nationality": "UTO", "sex": "X"}, set()),
        ({"full_name": "ADAMS CLAUDIA"}, {("passport_name_differs", "NA7.people.0.full_name")}),
        ({"full_name": "CLAIRE ADAMS"}, set()),
        ({"full_name": "ADAMS CLA…"}, set()),
    ],
)
def test_the_form_is_compared_with_the_passport_that_was_read(
    cast: World, says: dict[str, str], expected: set[tuple[str, str]]
) -> None:
    dossier = card_for_a_spouse(cast)
    passport = dossier.components.filter(key="passport")
    passport.update(zones=[zone(**says)])
    assert contradictions(dossier) == expected
    passport.update(zones=[zone(**says) | {"certain": False}])
    assert contradictions(dossier) == set()
    passport.update(zones=[zone(**says), zone() | {"page": 2}])
    assert contradictions(dossier) == set()


def test_a_number_that_is_none_of_the_readings_of_an_unclear_zone_is_asked_about(cast: World) -> None:
    dossier = card_for_a_spouse(cast)
    passport = dossier.components.filter(key="passport")
    unclear = zone() | {"certain": False, "numbers": ["533380008", "53338000B"]}
    passport.update(zones=[unclear])
    assert contradictions(dossier) == {("passport_number_unclear", "NA7.people.0.passport_number")}
    passport.update(zones=[unclear | {"numbers": ["53338000G", "533380006"]}])
    assert contradictions(dossier) == set()
    passport.update(zones=[unclear, zone() | {"page": 2}])
    assert contradictions(dossier) == set()


LINDA = {"document_number": "A12345678", "full_name": "TRAN LINDA", "birth_date": "1975-01-01", "nationality": "USA"}


@pytest.mark.parametrize(
    ("says", "is_another"),
    [
        (LINDA, True),
        ({"document_number": "M12345678"}, False),  # renewed
        ({"document_number": "M12345678", "full_name": "ADAMS CLAUDIA"}, True),
        ({"document_number": "M12345678", "birth_date": "1991-04-12"}, True),
    ],
)
def test_a_second_passport_of_a_person_no_form_names_is_asked_about(
    cast: World, says: dict[str, str], is_another: bool
) -> None:
    dossier = card_for_a_spouse(cast)
    dossier.components.filter(key="passport").update(zones=[zone(), zone(**says) | {"page": 2}])
    assert contradictions(dossier) == ({("passport_of_another", None)} if is_another else set())


def test_every_passport_of_a_page_is_read(cast: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def answers(certain: bool = True, **says: str) -> dict[str, FieldAnswer]:
        other_texts = () if certain else ("53338000G",)
        return {
            name: FieldAnswer(name, text, (), sure=certain, other_texts=other_texts)
            for name, text in zone(**says)["says"].items()
        }

    def read_as(*, certain: bool, also_read: tuple[dict[str, FieldAnswer], ...] = ()) -> list[dict[str, Any]]:
        sight = PassportReading(
            format="TD3", lines=(), valid=True, certain=certain, confidence=1, fields={}, checks=(), doubts=(),
            alternatives=(), doubtful_fields=(), answers=answers(certain), also_read=also_read,
        )  # fmt: skip
        monkeypatch.setattr("ancu.engines.passports.read_passport", lambda _data: sight)
        monkeypatch.setattr("ancu.apps.dossiers.services.passports.page_image", lambda *_args, **_keys: b"")
        component = card_for_a_spouse(cast).components.get(key="passport")
        Component.objects.filter(pk=component.pk).update(zones=None, pages=1)
        read_passport(component_id=component.pk, file_id=str(component.file_id))
        return Component.objects.get(pk=component.pk).zones

    first, second = read_as(certain=True, also_read=(answers(**LINDA), answers(False, **LINDA)))
    assert first == zone() and second == zone(**LINDA)
    assert read_as(certain=False) == [{"page": 1, "certain": False, "says": {}, "numbers": ["533380006", "53338000G"]}]


@pytest.mark.slow
def test_a_passport_is_read_from_its_picture_and_forgotten_with_it(cast: World, tmp_path: Any, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    dossier, ramon = make_draft(cast), cast.client("ramon")
    filing.detach(cast.actor("ramon"), dossier=dossier, key="passport")  # its bytes are nowhere
    picture = SimpleUploadedFile("passport.jpg", (PICTURES / "kim.jpg").read_bytes(), "image/jpeg")
    ramon.post(f"/dossiers/{dossier.number}/papers/passport", {"passport-file": picture})
    job = ProcrastinateJob.objects.filter(task_name="dossiers.read_passport").latest("id")
    read_passport(**job.args)
    (read,) = dossier.components.get(key="passport").zones
    assert read["certain"] and read["says"]["document_number"]
    assert ("passport_disagrees", "NA6.people.0.passport_number") in contradictions(dossier)
    assert read["says"]["document_number"] not in str(job.args)
    filing.detach(cast.actor("ramon"), dossier=dossier, key="passport")
    assert dossier.components.get(key="passport").zones == []
    read_passport(**job.args)
    assert dossier.components.get(key="passport").zones == []


# ---- while the passport is being read ------------------------------------------------------------------


def with_new_passport(cast: World, picture: str = "kim.jpg") -> Dossier:
    """A draft of another person, whose passport was put in just now; no worker has read it yet."""
    dossier = make_draft(cast)
    filing.detach(cast.actor("ramon"), dossier=dossier, key="passport")
    sent = SimpleUploadedFile("passport.jpg", (PICTURES / picture).read_bytes(), "image/jpeg")
    cast.client("ramon").post(f"/dossiers/{dossier.number}/papers/passport", {"passport-file": sent})
    return Dossier.objects.get(pk=dossier.pk)


def read_by_worker() -> None:
    read_passport(**ProcrastinateJob.objects.filter(task_name="dossiers.read_passport").latest("id").args)


@pytest.mark.slow
def test_nothing_is_sent_before_the_passport_was_read(cast: World, tmp_path: Any, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    dossier, ramon = with_new_passport(cast), cast.client("ramon")
    address = f"/dossiers/{dossier.number}"
    with pytest.raises(filing.DossierIncomplete) as refused:
        filing.submit(cast.actor("ramon"), dossier=dossier)
    assert [finding.code for finding in refused.value.findings] == ["passport_being_read"]
    for page in ("check", "send"):
        text = ramon.get(f"{address}/{page}").content.decode()
        assert "We are still reading the passport" in text and f'hx-get="{address}/{page}"' in text
        assert (
            "before you submit" not in text and texts.SUBMIT_THE_DOSSIER not in text and "No problems found" not in text
        )
    answer = ramon.post(f"{address}/send", {"true": "on"}, follow=True).content.decode()
    assert "We are still reading the passport" in answer and "before you submit" not in answer
    read_by_worker()
    text = ramon.get(f"{address}/check").content.decode()
    assert "We are still reading the passport" not in text and "before you submit" in text, "it is Kim’s, not Claire’s"


def test_a_passport_that_nobody_read_holds_an_applicant_up_for_two_minutes(
    cast: World, tmp_path: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MEDIA_ROOT = tmp_path
    dossier, later = with_new_passport(cast), clock.now() + rules.READING_GRACE
    monkeypatch.setattr(clock, "now", lambda: later)
    assert "We are still reading" not in cast.client("ramon").get(f"/dossiers/{dossier.number}/check").content.decode()
    filing.submit(cast.actor("ramon"), dossier=dossier)
    paper = f"/office/dossiers/{dossier.number}/papers/passport"
    unread = "We could not read this passport automatically"
    assert unread in cast.client("ines").get(paper).content.decode()
    dossier.components.filter(key="passport").update(zones=[zone()])
    assert unread not in cast.client("ines").get(paper).content.decode()


def test_an_answer_to_a_supplement_waits_for_the_reading(cast: World, tmp_path: Any, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    dossier, ramon = make_dossier(cast, State.SUPPLEMENT), cast.actor("ramon")
    filing.attach(ramon, dossier=dossier, key="passport", file=make_paper(cast), pages=1)
    with pytest.raises(filing.DossierIncomplete):
        filing.resubmit(ramon, dossier=Dossier.objects.get(pk=dossier.pk))
    read_by_worker()
    filing.resubmit(ramon, dossier=Dossier.objects.get(pk=dossier.pk))


@pytest.mark.slow
def test_a_program_s_passport_is_read_before_its_dossier_is_sent(cast: World, tmp_path: Any, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    make_legal_file(cast)
    procedure = get_procedure("trc_organisation", clock.today())
    answers = answers_for(procedure, Filer.ORGANISATION, cast.units.commune.code)
    papers = {
        component.key: SentPaper(
            name="paper.jpg", content=(PICTURES / "kim.jpg").read_bytes() if component.key == "passport" else picture()
        )
        for component in required_components(procedure, answers)
    }
    order = FilingOrder(
        reference="HR-1", digest="1", procedure="trc_organisation", answers=answers, papers=papers, send=True
    )
    with pytest.raises(filing.DossierIncomplete) as refused:
        file_dossier(cast.actor("ramon"), order)
    assert {finding.code for finding in refused.value.findings} == {"passport_disagrees", "passport_name_differs"}
