"""The pages of counters, appointments, the post and expected dates, as each side meets them."""

from datetime import time, timedelta
from typing import Any

import pytest

from ancu.apps.dossiers.enums import Handover, SlotPurpose, State
from ancu.apps.dossiers.models import Appointment, Charge, Counter, Dossier, ExchangeRate, Posting, Slot
from ancu.apps.dossiers.selectors.procedures import postal_address_of
from ancu.apps.dossiers.services import handling, slots
from ancu.apps.dossiers.services.counters import OpeningPeriod
from ancu.apps.dossiers.services.moving import note
from ancu.apps.dossiers.tests.factories import (
    deliver,
    make_cast,
    make_counter,
    make_dossier,
    make_slots,
    make_submitted,
    pay,
)
from ancu.apps.dossiers.tests.test_promises import measured
from ancu.apps.lodging.tests.factories import World
from ancu.core import clock
from ancu.core.documents import calendar_files
from ancu.core.testing import texts
from ancu.core.testing.query_counts import ExpectQueries

BRING = SlotPurpose.BRING


@pytest.fixture
def cast(world: World) -> World:
    return make_cast(world)


def text(response: Any) -> str:
    return str(response.content.decode())


def address(dossier: Dossier, end: str = "appointment") -> str:
    return f"/dossiers/{dossier.number}/{end}"


def hours(**days: str) -> dict[str, str]:
    """A counter's form; ``day_0`` is Monday."""
    return {"name": "Quầy 1", "address": "Số 10", "slot_minutes": "30", "capacity": "4", "is_open": "on", **days}


# ---- the applicant -------------------------------------------------------------------------------------


def test_a_day_a_time_and_it_is_booked(cast: World) -> None:
    dossier, (slot, _second) = make_submitted(cast), make_slots(cast, 2)
    make_slots(cast, 1)
    ramon = cast.client("ramon")
    assert "Quầy" not in text(ramon.get(address(dossier), headers={"Accept-Language": "en"}))
    day = clock.local(slot.starts_at).date()
    assert f"day={day.isoformat()}" in text(ramon.get(address(dossier)))
    assert f'value="{slot.pk}"' in text(ramon.get(address(dossier), {"day": day.isoformat()}))
    answer = ramon.post(address(dossier), {"slot": slot.pk}, follow=True)
    assert texts.YOUR_APPOINTMENT in text(answer) and Appointment.objects.get().slot == slot
    ramon.post(address(dossier, "appointment/cancel"))
    assert Appointment.objects.get().cancelled_at


def test_whose_passport_is_at_the_office_is_told_so_before_he_books(cast: World) -> None:
    dossier, message = make_submitted(cast), "The office has had the passport since"
    make_slots(cast, 1)
    assert message not in text(cast.client("ramon").get(address(dossier)))
    slots.receive_passport(cast.actor("ines"), dossier=dossier)
    assert message in text(cast.client("ramon").get(address(dossier)))


def test_a_time_taken_meanwhile_answers_with_others(cast: World) -> None:
    mine, other_dossier, (slot, free) = make_submitted(cast), make_submitted(cast), make_slots(cast, 2, capacity=1)
    slots.book(cast.actor("ramon"), dossier=other_dossier, slot=slot, purpose=BRING)
    answer = cast.client("ramon").post(address(mine), {"slot": slot.pk})
    assert answer.status_code == 409
    assert "has just booked this time" in text(answer) and f'value="{free.pk}"' in text(answer)


def test_a_slot_of_another_office_is_not_known(cast: World) -> None:
    (slot,) = make_slots(cast, 1)
    Counter.objects.update(agency=cast.commune_agency)
    assert cast.client("ramon").post(address(make_submitted(cast)), {"slot": slot.pk}).status_code == 404


@pytest.mark.parametrize("query", ["day=tomorrow", "day=2026-13-40", "counter=x", "day=9999-12-31", "day=0001-01-01"])
def test_a_day_that_cannot_be_read_is_an_error(cast: World, query: str) -> None:
    make_slots(cast, 1)
    assert cast.client("ramon").get(f"{address(make_submitted(cast))}?{query}").status_code == 422


def test_the_office_and_strangers_do_not_book(cast: World) -> None:
    dossier = make_submitted(cast)
    assert [cast.client(name).get(address(dossier)).status_code for name in ("ines", "mia", "zoe")] == [404] * 3


def test_a_decided_dossier_asks_for_nothing(cast: World) -> None:
    page = cast.client("ramon").get(address(make_submitted(cast, state=State.APPROVED)))
    assert "You do not need an appointment now" in text(page)


def test_the_calendar_file_names_time_and_place(cast: World) -> None:
    dossier, (slot,) = make_submitted(cast), make_slots(cast, 1)
    ramon = cast.client("ramon")
    assert ramon.get(address(dossier, "appointment.ics")).status_code == 404
    slots.book(cast.actor("ramon"), dossier=dossier, slot=slot, purpose=BRING)
    message = text(ramon.get(address(dossier, "appointment.ics")))
    assert f"DTSTART:{slot.starts_at:%Y%m%dT%H%M%SZ}\r\n" in message
    assert "LOCATION:Counter 2\\, Số 10\r\n" in message and message.endswith("END:VCALENDAR\r\n")


def test_a_calendar_file_folds_by_octets_and_takes_no_line_from_a_name() -> None:
    now = clock.now()
    message = calendar_files.calendar_event(
        uid="1", starts_at=now, ends_at=now, made_at=now, title="Ộ" * 90, place="A\r\nATTENDEE:mailto:x@example.test"
    )
    lines = message.decode().split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines)
    assert message.decode().replace("\r\n ", "").count("Ộ") == 90
    assert not any(line.startswith("ATTENDEE") for line in lines)


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"tracking_number": "??"}, "tracking_number"),
        ({"tracking_number": "EE12345", "sent_on": "31/12/2099"}, "sent_on"),
        ({"tracking_number": "EE12345", "sent_on": "01/01/2026"}, "sent_on"),
        ({"tracking_number": "EE12345", "carrier": ""}, "carrier"),
    ],
)
def test_a_posting_that_cannot_be_is_refused_with_the_reason(cast: World, data: dict[str, str], field: str) -> None:
    sent = {"carrier": "VNPost", "sent_on": f"{clock.today():%d/%m/%Y}"} | data
    page = cast.client("ramon").post(address(make_submitted(cast), "post"), sent)
    assert page.status_code == 422 and list(page.context["posting_form"].errors) == [field]
    assert not Posting.objects.exists()


def test_a_posting_is_entered_and_its_arrival_noted(cast: World) -> None:
    dossier = make_submitted(cast)
    sent = {"carrier": "VNPost", "tracking_number": "ee 123 456 789 vn", "sent_on": f"{clock.today():%d/%m/%Y}"}
    assert "EE123456789VN" in text(cast.client("ramon").post(address(dossier, "post"), sent, follow=True))
    outcome = text(cast.client("ramon").get(f"/dossiers/{dossier.number}/"))
    assert (
        "EE123456789VN" in outcome and texts.BRING_YOUR_PASSPORT not in outcome and texts.CHOOSE_A_TIME not in outcome
    )
    ines = cast.client("ines")
    assert "EE123456789VN" in text(ines.get("/office/counters"))
    ines.post(f"/office/postings/{Posting.objects.get().pk}/arrived")
    assert Posting.objects.get().arrived_at
    assert "EE123456789VN" not in text(ines.get("/office/counters"))


@pytest.mark.parametrize("count", [1, 3])
def test_the_applicants_page_costs_the_same(cast: World, count: int, expect_queries: ExpectQueries) -> None:
    dossier = make_submitted(cast)
    day = clock.local(make_slots(cast, count)[0].starts_at).date()
    for number in range(count):
        Posting.objects.create(
            dossier=dossier, to_office=True, carrier="VNPost", tracking_number=f"EE{number}", sent_on=clock.today(),
            entered_by=cast.users["ramon"], entered_at=clock.now(),
        )  # fmt: skip
    ramon = cast.client("ramon")
    # session, user, memberships; the dossier; appointments, the passport, days, times, counters, postings
    with expect_queries():
        ramon.get(address(dossier), {"day": day.isoformat()})


# ---- the office ----------------------------------------------------------------------------------------


def test_the_administrator_adds_a_counter_and_its_times_are_there(cast: World) -> None:
    rosa = cast.client("rosa")
    rosa.post("/office/counters/new", hours(day_0="7:30-11h30, 13:00 – 16:30", day_5="8-11:30".replace("8-", "8:00-")))
    counter = Counter.objects.get()
    assert [(hour.weekday, hour.opens, hour.closes) for hour in counter.hours.order_by("weekday", "opens")] == [
        (0, time(7, 30), time(11, 30)), (0, time(13), time(16, 30)), (5, time(8), time(11, 30)),
    ]  # fmt: skip
    assert Slot.objects.filter(counter=counter).exists()
    assert "07:30–11:30, 13:00–16:30" in text(rosa.get(f"/office/counters/{counter.pk}"))


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"day_0": "morning"}, "day_0"),
        ({"day_0": "25:00–26:00"}, "day_0"),
        ({"day_0": "11:30–07:30"}, "day_0"),
        ({"day_0": "07:30–11:30, 11:00–12:00"}, "day_0"),
        ({"capacity": "0"}, "capacity"),
        ({"slot_minutes": "0"}, "slot_minutes"),
        ({"name": ""}, "name"),
    ],
)
def test_hours_that_cannot_be_are_refused_with_the_reason(cast: World, data: dict[str, str], field: str) -> None:
    page = cast.client("rosa").post("/office/counters/new", hours() | data)
    assert page.status_code == 422 and list(page.context["form"].errors) == [field]
    assert not Counter.objects.exists()


def test_a_change_says_which_booked_times_it_would_have_dropped(cast: World) -> None:
    counter = make_counter(cast, [OpeningPeriod(day, time(8), time(11)) for day in range(5)])
    slot = Slot.objects.order_by("-starts_at")[0]
    slots.book(cast.actor("ramon"), dossier=make_submitted(cast), slot=slot, purpose=BRING)
    page = cast.client("rosa").post(f"/office/counters/{counter.pk}", hours(day_0="14:00-16:00"), follow=True)
    assert "1 booked appointment is outside the new times" in text(page)
    assert f"{clock.local(slot.starts_at):%d/%m/%Y}" in text(page)
    assert Slot.objects.get(pk=slot.pk).booked_places == 1


def test_the_day_list_tells_who_comes_and_notes_who_came(cast: World) -> None:
    dossier, (slot,) = make_submitted(cast), make_slots(cast, 1)
    appointment = slots.book(cast.actor("ramon"), dossier=dossier, slot=slot, purpose=BRING)
    day, ines = clock.local(slot.starts_at).date(), cast.client("ines")
    page = ines.get(f"/office/counters/{slot.counter_id}/day?day={day.isoformat()}")
    assert dossier.number in text(page) and "1 of 4 places booked" in text(page)
    assert "Did not come" not in text(page), "before it began nobody is late"
    answer = ines.post(f"/office/appointments/{appointment.pk}", {"act": "passport"}, follow=True)
    assert "Came at" in text(answer)
    assert dossier.components.get(key="passport").given_at


@pytest.mark.parametrize("count", [1, 3])
def test_the_day_list_costs_the_same(cast: World, count: int, expect_queries: ExpectQueries) -> None:
    (slot,) = make_slots(cast, 1)
    for _number in range(count):
        slots.book(cast.actor("ramon"), dossier=make_submitted(cast), slot=slot, purpose=BRING)
    day, ines = clock.local(slot.starts_at).date(), cast.client("ines")
    # session, user, memberships, jurisdiction, area; the counter, its hours; places, appointments
    with expect_queries():
        ines.get(f"/office/counters/{slot.counter_id}/day?day={day.isoformat()}")


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_counters_costs_the_same(cast: World, count: int, expect_queries: ExpectQueries) -> None:
    for _number in range(count):
        make_slots(cast, 1)
    ines = cast.client("ines")
    # session, user, memberships, jurisdiction, area; counters, hours, places of today; postings; passports to return
    with expect_queries():
        ines.get("/office/counters")


def test_a_passport_brought_without_appointment_is_received(cast: World) -> None:
    dossier = make_submitted(cast)
    cast.client("ines").post(f"/office/dossiers/{dossier.number}/passport")
    assert dossier.events.filter(act="received_passport").exists()
    assert cast.client("dora").post(f"/office/dossiers/{dossier.number}/passport").status_code == 302
    assert dossier.events.filter(act="received_passport").count() == 1


def test_the_dossiers_page_leads_to_what_comes_next_at_the_counter(cast: World) -> None:
    """The passport in, the fee, the result out: each where its turn is, for whoever may do it."""
    dossier = make_submitted(cast)
    page, received = f"/office/dossiers/{dossier.number}/", f"/office/dossiers/{dossier.number}/passport"
    ines, dora = text(cast.client("ines").get(page)), text(cast.client("dora").get(page))
    assert (texts.NOT_RECEIVED_YET in ines, received in ines) == (True, True)
    assert (texts.NOT_RECEIVED_YET in dora, received in dora) == (True, False)
    answer = cast.client("ines").post(received, follow=True)
    assert answer.redirect_chain[-1][0] == page
    assert ("here since" in text(answer), received in text(answer)) == (True, False)


def test_a_passport_is_returned_with_the_result(cast: World) -> None:
    dossier = make_dossier(cast, State.READY)
    note(cast.actor("ines"), dossier, "received_passport")
    page = f"/office/dossiers/{dossier.number}/"
    dossier.components.filter(key="passport").update(by_post=True, file=None)
    paper = f"{page}papers/passport"
    assert "here since" in text(cast.client("ines").get(page))
    assert "The original is at the office" in text(cast.client("ines").get(paper))
    deliver(cast, dossier)
    assert "The original was returned with the result." in text(cast.client("ines").get(paper))
    html = text(cast.client("ines").get(page))
    assert "here since" not in html and "returned on" in html and f"</span> to {dossier.full_name}" in html


def test_a_result_that_waits_for_its_fee_leads_to_the_cash_desk(cast: World) -> None:
    dossier = make_dossier(cast, State.READY)
    rate = ExchangeRate.objects.create(day=clock.today(), vnd_per_usd=26000, source="VCB", entered_at=clock.now())
    Charge.objects.create(
        dossier=dossier, items=[], usd=145, rate=rate, vnd=3_770_000, reference="HBP1", charged_at=clock.now()
    )
    page, desk = f"/office/dossiers/{dossier.number}/", f"/office/money/take/{dossier.number}"
    page_text = text(cast.client("ines").get(page))
    assert (page_text.count(desk), page_text.count("The fee has not been paid yet.")) == (2, 1)
    assert desk not in text(cast.client("selma").get(page))
    assert page in text(cast.client("ines").get(desk))


def test_the_way_chosen_for_the_result_comes_first(cast: World) -> None:
    dossier = make_dossier(cast, State.READY)
    pay(cast, dossier)
    for chosen, first in ((Handover.COUNTER, "deliver"), (Handover.POST, "send-back")):
        Dossier.objects.filter(pk=dossier.pk).update(handover=chosen)
        acts = cast.client("ines").get(f"/office/dossiers/{dossier.number}/").context["bar"].acts
        assert [act.tone for act in acts[:2]] == ["primary", ""]
        assert acts[0].url.endswith(f"/{first}")


def test_a_result_goes_back_by_post(cast: World) -> None:
    dossier = make_dossier(cast, State.READY)
    pay(cast, dossier)
    path, ines = f"/office/dossiers/{dossier.number}/send-back", cast.client("ines")
    assert ines.get(path).status_code == 200
    assert ines.post(path, {"carrier": "VNPost", "tracking_number": "?", "sent_on": ""}).status_code == 422
    sent = {"carrier": "VNPost", "tracking_number": "EE987654321VN", "sent_on": f"{clock.today():%d/%m/%Y}"}
    page_text = text(ines.get(path))
    assert "Address in the dossier: " in page_text and postal_address_of(dossier) in page_text
    before_result = sent | {"sent_on": f"{clock.today() - timedelta(days=1):%d/%m/%Y}"}
    refused = ines.post(path, before_result)
    assert refused.status_code == 422 and "it cannot have been sent before that day" in text(refused)
    ines.post(path, sent)
    dossier.refresh_from_db()
    assert dossier.state == State.DELIVERED and Posting.objects.get().tracking_number == "EE987654321VN"


def test_a_tracking_number_of_another_dossier_is_asked_about_once(cast: World) -> None:
    earlier, dossier, ramon = make_submitted(cast), make_submitted(cast), cast.client("ramon")
    sent = {"carrier": "VNPost", "tracking_number": "EE987654321VN", "sent_on": f"{clock.today():%d/%m/%Y}"}
    ramon.post(address(earlier, "post"), sent)
    question = ramon.post(address(dossier, "post"), sent)
    assert question.status_code == 422 and Posting.objects.count() == 1
    assert f"The tracking number EE987654321VN is also entered for {earlier.number}." in text(question)
    ramon.post(address(dossier, "post"), sent | {"sure": question.context["sure"]})
    assert Posting.objects.filter(dossier=dossier).exists()
    ready = make_dossier(cast, State.READY)
    pay(cast, ready)
    question = cast.client("ines").post(f"/office/dossiers/{ready.number}/send-back", sent)
    assert question.status_code == 422 and earlier.number in text(question)


def test_who_chose_the_post_is_not_asked_to_bring_the_passport(cast: World) -> None:
    dossier = make_submitted(cast)
    Dossier.objects.filter(pk=dossier.pk).update(handover=Handover.POST)
    page = text(cast.client("ramon").get(f"/dossiers/{dossier.number}/"))
    assert "Send the passport by post" in page and texts.BRING_YOUR_PASSPORT not in page


# ---- expected dates ------------------------------------------------------------------------------------


def test_everybody_reads_how_long_it_takes(cast: World) -> None:
    last_month = clock.today().replace(day=1) - timedelta(days=1)
    measured(cast, [3] * 5, on=last_month)
    measured(cast, [7] * 4, procedure="visa", on=last_month)
    page = text(cast.client().get("/promises"))
    assert "3 working days" in page and "7 working days" not in page
    assert "7 working days" in text(cast.client("ines").get("/office/promises"))
    assert cast.client("ramon").get("/office/promises").status_code == 403


# ---- a passport without a result -----------------------------------------------------------------------


def received_and_refused(cast: World) -> Dossier:
    dossier = make_dossier(cast, State.ASSESSED)
    note(cast.actor("ines"), dossier, "received_passport")
    handling.refuse(cast.actor("dora"), dossier=dossier, reason="The work permit is false.", article="art. 20")
    return Dossier.objects.get(pk=dossier.pk)


@pytest.mark.slow
def test_the_passport_of_a_refused_dossier_is_returned_by_the_counter(cast: World) -> None:
    dossier, ines, ramon = received_and_refused(cast), cast.client("ines"), cast.client("ramon")
    page, own, act = f"/office/dossiers/{dossier.number}/", f"/dossiers/{dossier.number}/", "return-passport"
    assert "here since" in text(ines.get(page)) and f"{page}{act}" in text(ines.get(page))
    assert dossier.full_name in text(ines.get("/office/counters")).split('id="passports"')[1]
    assert "The passport is still at the office" in text(ramon.get(own))
    wrong = {"received_by": "NGUYEN VAN A", "proof": "identity", "proof_number": "017085001234"}
    answer = ines.post(page + act, wrong)
    assert answer.status_code == 422 and "I have seen the authorisation" in text(answer)
    ines.post(page + act, wrong | {"another_person": "on"})
    html = text(ines.get(page))
    assert "here since" not in html and "returned on" in html and f"{page}{act}" not in html
    assert "to NGUYEN VAN A by authorisation" in html and "017085001234" in html
    assert 'id="passports"' not in text(ines.get("/office/counters"))
    html = text(ramon.get(own))
    assert "returned by authorisation to NGUYEN VAN A" in html and "017085001234" not in html
    assert "still at the office" not in html
    assert ines.post(page + act, wrong | {"another_person": "on"}).status_code == 409
    assert dossier.events.filter(act="returned_passport").count() == 1


@pytest.mark.slow
def test_only_the_counter_returns_a_passport_and_only_without_a_result(cast: World) -> None:
    dossier = received_and_refused(cast)
    holder = {"received_by": dossier.full_name, "proof": "identity", "proof_number": dossier.document_number}
    for name in ("dora", "rosa", "ramon"):
        assert cast.client(name).post(f"/office/dossiers/{dossier.number}/return-passport", holder).status_code == 403
    ready = make_dossier(cast, State.READY)
    assert cast.client("ines").post(f"/office/dossiers/{ready.number}/return-passport", holder).status_code == 409
    by_post = {"received_by": dossier.full_name, "proof": "post", "proof_number": "EE987654321VN"}
    assert cast.client("ines").post(f"/office/dossiers/{dossier.number}/return-passport", by_post).status_code == 302
    assert dossier.passport_received() is None
