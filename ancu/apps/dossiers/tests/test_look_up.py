"""Where a dossier stands, by number and code: what is told, to whom, and where the code does not stand."""

from datetime import time, timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.models import DatePromise, Dossier
from ancu.apps.dossiers.selectors.page import expected_dates
from ancu.apps.dossiers.selectors.promises import DecisionPace
from ancu.apps.dossiers.selectors.public import look_up_code, look_up_url
from ancu.apps.dossiers.services.counters import OpeningPeriod
from ancu.apps.dossiers.tests.factories import make_cast, make_counter, make_dossier
from ancu.apps.lodging.tests.factories import World
from ancu.core import clock
from ancu.core.documents.reference_numbers import new_number


@pytest.fixture
def cast(world: World) -> World:
    return make_cast(world)


def look_up(number: str, code: str) -> tuple[int, str]:
    response = Client().post("/d/", {"number": number, "code": code})
    return response.status_code, response.content.decode()


@pytest.mark.django_db
def test_an_empty_question_is_told_what_to_fill_in() -> None:
    request_fields = Client().post("/d/", {"number": "", "code": ""})
    assert (request_fields.status_code, request_fields.content.decode().count('aria-invalid="true"')) == (422, 2)
    assert "aria-invalid" not in Client().get("/d/").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(("prefix", "is_led"), [("HBK", True), ("MS", True), ("HBD", False)])
def test_the_number_of_another_paper_in_the_address_is_led_to_its_page(prefix: str, is_led: bool) -> None:
    page = Client().get(f"/d/{new_number(prefix)}").content.decode()
    assert ("Mở đúng trang" in page) is is_led


def test_number_and_code_tell_where_it_stands_and_no_personal_data(cast: World) -> None:
    dossier = make_dossier(cast, State.SUPPLEMENT)
    code = look_up_code(dossier.number)
    status, text = look_up(dossier.number.lower().replace("-", " "), f"{code[:4]} {code[4:]}".lower())
    assert status == 200
    assert dossier.number in text
    for personal in ("ADAMS", "533380006", "Sông Đà", "blurred", "Ramon", "GBR"):
        assert personal not in text


def test_a_code_misread_from_paper_is_understood(cast: World) -> None:
    dossier = make_dossier(cast, State.SUBMITTED)
    misread = look_up_code(dossier.number).translate(str.maketrans({"1": "I", "0": "O"}))
    assert look_up(dossier.number.translate(str.maketrans({"1": "l", "0": "o"})), misread)[0] == 200


def test_the_code_stands_in_no_address_and_needs_no_cookie(cast: World) -> None:
    dossier = make_dossier(cast, State.SUBMITTED)
    code = look_up_code(dossier.number)
    path, _hash, sealed = look_up_url(dossier.number).partition("#")
    assert (sealed, code in path, "?" in path) == (code, False, False)
    client = Client(enforce_csrf_checks=True)
    form = client.get(f"/d/{dossier.number}")
    assert f'value="{dossier.number}"' in form.content.decode() and "dossiers/look_up.js" in form.content.decode()
    assert client.get(f"/d/{dossier.number}", {"code": code}).content.decode().count("Trạng thái") == 0
    answer = client.post("/d/", {"number": dossier.number, "code": code})
    assert answer.status_code == 200 and code not in answer.content.decode()


@pytest.mark.parametrize(
    ("state", "shows_deadline"), [(State.ACCEPTED, True), (State.REFUSED, False), (State.READY, False)]
)
def test_when_the_office_must_decide_is_told_until_it_has(cast: World, state: State, shows_deadline: bool) -> None:
    dossier = make_dossier(cast, state)
    _status, text = look_up(dossier.number, look_up_code(dossier.number))
    assert ("cơ quan giải quyết chậm nhất" in text) == shows_deadline


def test_the_expected_days_are_those_the_applicant_is_told(cast: World) -> None:
    dossier = make_dossier(cast, State.ACCEPTED)
    day = clock.today()
    DatePromise.objects.create(
        dossier=dossier, made_at=clock.now(), earliest_on=day, likely_on=day, latest_on=day, basis={"enough": False}
    )
    _status, text = look_up(dossier.number, look_up_code(dossier.number))
    own = cast.client("ramon").get(f"/dossiers/{dossier.number}/").content.decode()
    assert f"{day:%d/%m/%Y}" in text and f"{day:%d/%m/%Y}" in own


def promised(dossier: Dossier, *days: int) -> None:
    earliest, likely, latest = (clock.today() + timedelta(days=count) for count in days)
    DatePromise.objects.create(
        dossier=dossier, made_at=clock.now(), earliest_on=earliest, likely_on=likely, latest_on=latest,
        basis={"enough": True, "cases": 140, "ahead": 3},
    )  # fmt: skip


def test_no_day_in_the_past_is_expected_and_none_once_it_is_approved(cast: World) -> None:
    dossier = make_dossier(cast, State.ACCEPTED)
    promised(dossier, -10, -3, 1)
    days = expected_dates(dossier)
    assert days and days.days and min(days.days) >= clock.today() and not days.is_beyond_due
    assert days.cases == 0  # nothing was measured today, whatever the promise was reckoned from
    Dossier.objects.filter(pk=dossier.pk).update(due_on=clock.today() - timedelta(days=1))
    _status, text = look_up(dossier.number, look_up_code(dossier.number))
    assert "muộn hơn thời hạn luật định" in text and "hồ sơ đã quá hạn" in text
    DatePromise.objects.update(latest_on=clock.today() - timedelta(days=1))
    _status, text = look_up(dossier.number, look_up_code(dossier.number))
    assert "lâu hơn dự kiến" in text and "Dự kiến có kết quả từ" not in text
    assert expected_dates(make_dossier(cast, State.APPROVED)) is None


def test_the_basis_is_the_rounded_number_of_the_procedures_page(cast: World, monkeypatch: pytest.MonkeyPatch) -> None:
    dossier = make_dossier(cast, State.ACCEPTED)
    promised(dossier, 1, 2, 3)
    monkeypatch.setattr("ancu.apps.dossiers.selectors.page.pace", lambda *_where: DecisionPace(52, 2, 4, 6, 1.0))
    basis = expected_dates(dossier)
    assert basis and basis.cases == 50


def test_where_the_office_receives_people_stands_beside_it(cast: World) -> None:
    make_counter(cast, [OpeningPeriod(day, time(7, 30), time(11, 30)) for day in range(5)])
    dossier = make_dossier(cast, State.READY)
    _status, text = look_up(dossier.number, look_up_code(dossier.number))
    assert "Số 10, đường Trần Hưng Đạo" in text and "07:30–11:30" in text


@pytest.mark.parametrize("state", [State.DRAFT, State.SUBMITTED])
def test_a_draft_a_wrong_code_and_an_unknown_number_are_answered_alike(cast: World, state: State) -> None:
    dossier = make_dossier(cast, state)
    unknown = new_number("HBD")
    wrong = "0" * 8
    answers = {look_up(dossier.number, wrong)[0], look_up(unknown, look_up_code(unknown))[0], look_up("x", wrong)[0]}
    if state == State.DRAFT:
        answers.add(look_up(dossier.number, look_up_code(dossier.number))[0])
    assert answers == {404}


def test_a_wrong_code_does_not_lead_to_the_same_form_and_the_form_keeps_no_draft(cast: World) -> None:
    dossier, unknown = make_dossier(cast, State.SUBMITTED), new_number("HBD")
    pages = [look_up(number, "0" * 8)[1] for number in (dossier.number, unknown)]
    for text in pages:
        assert "không khớp nhau" in text and "alert-info" not in text and 'data-draft="off"' in text
    assert pages[0].replace(dossier.number, "") == pages[1].replace(unknown, "")


def test_looking_up_is_limited(cast: World, monkeypatch: pytest.MonkeyPatch) -> None:
    dossier = make_dossier(cast, State.SUBMITTED)
    cache.clear()
    monkeypatch.setattr("ancu.apps.dossiers.views.lookup.LOOK_UPS_AN_HOUR", 2)
    assert [look_up(dossier.number, "0" * 8)[0] for _time in range(3)] == [404, 404, 429]
