"""The permitted stay: Area, Guests and alerts all use the day the office issued."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils.translation import override

from ancu.apps.audit.models import Event
from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.models import Dossier, Result
from ancu.apps.dossiers.services import corrections
from ancu.apps.dossiers.services.permits import renew_declared
from ancu.apps.dossiers.tests.factories import deliver, enter_result, make_cast, make_dossier
from ancu.apps.lodging.tests.factories import World
from ancu.apps.oversight.enums import Severity
from ancu.apps.oversight.models import Alert
from ancu.apps.oversight.selectors.words import fine_of, sentence_of
from ancu.apps.oversight.services import deciding
from ancu.apps.oversight.services.evaluating import reevaluate
from ancu.apps.oversight.tests.factories import evaluate, make_overstay
from ancu.apps.stays.models import Stay
from ancu.apps.stays.tests.test_self_check import ask
from ancu.core import clock
from ancu.core.security import constant_time
from ancu.core.templatetags.ui import day
from ancu.core.testing import texts

pytestmark = pytest.mark.django_db
DAY, IN_A_YEAR = timedelta(days=1), timedelta(days=365)
PAGES = ("area", "guests", "page", "alert")
RENEWED = {"area": False, "guests": False, "page": False, "alert": True}  # of the days before, an officer decides


def is_red(world: World, stay: Stay) -> dict[str, bool]:
    """Whether each page that shows the permitted stay marks this guest, the only one, as ended."""
    olga = world.client("olga")
    guest_list = olga.get("/office/guests/?permit_ended=on").content.decode()
    evaluate()
    return {
        "area": olga.get("/office/area/").context["page"].figures.permit_ended == 1,
        "guests": f"/office/stays/{stay.pk}/" in guest_list,
        "page": "permitted stay ended" in olga.get(f"/office/stays/{stay.pk}/").content.decode().lower(),
        "alert": Alert.objects.filter(rule="overstay", stay=stay, gone_at=None).exists(),
    }


def approved_for(world: World, stay: Stay, **draft: Any) -> Dossier:
    dossier = make_dossier(make_cast(world), State.APPROVED, **draft)
    Dossier.objects.filter(pk=dossier.pk).update(document_number=stay.document_number, birth_date=stay.birth_date)
    return Dossier.objects.get(pk=dossier.pk)


@pytest.mark.slow
def test_a_card_that_the_office_issued_ends_the_overstay_but_for_the_days_before_it(world: World) -> None:
    stay = make_overstay(world.lodging)
    assert is_red(world, stay) == dict.fromkeys(PAGES, True)
    enter_result(world, approved_for(world, stay))
    assert is_red(world, stay) == RENEWED
    stay.refresh_from_db()
    assert stay.permitted_until == clock.today() + IN_A_YEAR
    assert Event.objects.filter(act="stays.permit_renewed", subject_id=str(stay.pk)).count() == 1
    history = world.client("bob").get(f"/stays/{stay.pk}/").content.decode()
    assert "renewed by a result of the office" in history and "Ines" not in history


@pytest.mark.slow
def test_every_page_shows_the_day_of_the_card_that_was_handed_over(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(constant_time, "STEP", 0)
    stay = make_overstay(world.lodging)
    declared_until = f"{stay.permitted_until:%d/%m/%Y}"
    dossier = approved_for(world, stay)
    enter_result(world, dossier)
    deliver(world, Dossier.objects.get(pk=dossier.pk))
    assert Dossier.objects.get(pk=dossier.pk).state == State.DELIVERED
    assert is_red(world, stay) == dict.fromkeys(PAGES, False)
    until = f"{clock.today() + IN_A_YEAR:%d/%m/%Y}"
    for who, address in (
        ("olga", "/office/guests/"),
        ("olga", f"/office/stays/{stay.pk}/"),
        ("bob", f"/stays/{stay.pk}/"),
    ):
        page = world.client(who).get(address).content.decode()
        assert until in page, address
    answer = ask(
        document_number=stay.document_number, birth_date=day(stay.birth_date),
        arrived_on=f"{stay.arrived_on:%d/%m/%Y}",
    ).content.decode()  # fmt: skip
    assert texts.YES_YOU_ARE_DECLARED in answer and declared_until not in answer, "it tells nobody a day that is over"


def test_an_old_visa_declared_after_the_card_was_issued_is_mended_within_the_minute(world: World) -> None:
    stay = make_overstay(world.lodging, departed_on=clock.today())
    issue(world, approved_for(world, stay))
    stay.refresh_from_db()
    assert stay.permitted_until < clock.today(), "who has left is left alone"
    Stay.objects.filter(pk=stay.pk).update(departed_on=None)
    renew_declared(world.actor("ines"), {stay.pk})
    assert is_red(world, stay) == dict.fromkeys(PAGES, False)


@pytest.mark.slow
def test_the_night_mends_what_was_declared_before(world: World) -> None:
    stay = make_overstay(world.lodging)
    issue(world, approved_for(world, stay))
    evaluate()
    assert is_red(world, stay) == dict.fromkeys(PAGES, False)


@pytest.mark.slow
def test_a_permit_for_a_border_area_lets_nobody_stay_longer(world: World) -> None:
    stay = make_overstay(world.lodging)
    dossier = approved_for(world, stay)
    Dossier.objects.filter(pk=dossier.pk).update(procedure="restricted_permit")
    issue(world, dossier)
    assert is_red(world, stay) == dict.fromkeys(PAGES, True)


def issue(world: World, dossier: Dossier) -> None:
    """Store a result without renewing stays, as if it were older than they are."""
    today = clock.today()
    Result.objects.create(
        dossier=dossier, number="7", valid_from=today, valid_until=today + IN_A_YEAR,
        entered_by=world.users["ines"], entered_at=clock.now(),
    )  # fmt: skip


def test_a_result_put_right_puts_the_permitted_day_right(world: World) -> None:
    stay = make_overstay(world.lodging)
    dossier = approved_for(world, stay)
    enter_result(world, dossier)
    result, right = Result.objects.get(dossier=dossier), clock.today() + timedelta(days=90)
    proposed = corrections.propose(
        world.actor("ines"), dossier=dossier, number=result.number, symbol=result.symbol,
        valid_from=result.valid_from, valid_until=right, reason="A month was mistyped.",
    )  # fmt: skip
    corrections.decide(world.actor("dora"), correction=proposed, confirmed=True)
    stay.refresh_from_db()
    assert stay.permitted_until == right, "an earlier day as well"


@override("en")
def test_the_days_before_a_later_card_stay_an_overstay_until_an_officer_decides(world: World) -> None:
    today = clock.today()
    stay = make_overstay(world.lodging, days=10)
    evaluate()
    enter_result(world, approved_for(world, stay))  # a card valid from today: today is no day of overstay
    for _night in range(2):
        evaluate()
    alert = Alert.objects.get(rule="overstay", stay=stay)
    assert (alert.state, alert.gone_at, alert.evidence["renewed_from"]) == ("open", None, today.isoformat())
    ended = today - timedelta(days=10)
    assert alert.evidence["permitted_until"] == ended.isoformat()
    sentence = sentence_of(alert)
    assert f"until {ended:%d/%m/%Y}" in sentence and f"9 days too long on {today - DAY:%d/%m/%Y}" in sentence
    assert f"valid from {today:%d/%m/%Y}" in sentence
    finding, digest = reevaluate(alert)
    assert finding is not None and digest == alert.digest
    deciding.confirm(world.actor("olga"), alert_id=alert.pk)
    evaluate()
    alert.refresh_from_db()
    assert (alert.state, alert.gone_at) == ("confirmed", None)


@pytest.mark.parametrize(("days", "severity", "band"), [(16, Severity.MEDIUM, (1, 15)), (17, Severity.HIGH, (16, 29))])
def test_sentence_bracket_and_severity_count_the_same_days(
    world: World, days: int, severity: Severity, band: tuple[int, int]
) -> None:
    stay = make_overstay(world.lodging, days=days)
    evaluate()
    enter_result(world, approved_for(world, stay))
    evaluate()
    alert = Alert.objects.get(rule="overstay", stay=stay)
    with override("en"):
        assert f"{days - 1} days too long" in sentence_of(alert)
    fine = fine_of(alert)
    assert fine is not None and (fine.from_count, fine.to_count) == band
    assert alert.severity == severity


def test_a_card_that_begins_the_day_after_leaves_no_overstay(world: World) -> None:
    stay = make_overstay(world.lodging, days=1)
    enter_result(world, approved_for(world, stay))
    assert is_red(world, stay)["alert"] is False


def test_a_result_entered_before_the_stay_was_declared_feeds_it_when_it_is_handed_over(world: World) -> None:
    stay = make_overstay(world.lodging, permitted_until=clock.today() + timedelta(days=30))
    dossier = approved_for(world, stay)
    issue(world, dossier)
    Dossier.objects.filter(pk=dossier.pk).update(state=State.READY)
    deliver(world, Dossier.objects.get(pk=dossier.pk))
    stay.refresh_from_db()
    assert stay.permitted_until == clock.today() + IN_A_YEAR


def test_the_night_feeds_guests_whose_permitted_day_is_still_to_come(world: World) -> None:
    stay = make_overstay(world.lodging, permitted_until=clock.today() + timedelta(days=30))
    issue(world, approved_for(world, stay))
    evaluate()
    stay.refresh_from_db()
    assert stay.permitted_until == clock.today() + IN_A_YEAR
