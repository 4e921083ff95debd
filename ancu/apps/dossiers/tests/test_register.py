"""The register: a line without gaps for each accepted dossier, totals that agree, prints, files and audits."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, ProgrammingError, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.services import enable_totp
from ancu.apps.accounts.tests.factories import TOTP_SECRET, make_agency, make_member, make_user
from ancu.apps.audit.models import Event as AuditEvent
from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.models import Dossier, Duration, RegisterEntry, RegisterOpening
from ancu.apps.dossiers.rules.register import PeriodLength, RegisterPeriod, period_of, read_period
from ancu.apps.dossiers.selectors import queues, register
from ancu.apps.dossiers.services import filing, handling
from ancu.apps.dossiers.services.promises import score
from ancu.apps.dossiers.services.register import open_month, register_acceptance, register_missing
from ancu.apps.dossiers.tests.factories import accept, make_cast, make_dossier, make_rate, make_submitted
from ancu.apps.lodging.tests.factories import World
from ancu.core import clock
from ancu.core.errors import Conflict, Forbidden
from ancu.core.testing.query_counts import ExpectQueries

PAGE = "/office/dossiers/register/"
DAY = timedelta(days=1)


@pytest.fixture
def cast(world: World) -> World:
    return make_cast(world)


def read(response: Any) -> str:
    return str(response.content.decode())


def numbers(year: int | None = None) -> list[int]:
    entries = RegisterEntry.objects.filter(year=year) if year else RegisterEntry.objects.all()
    return list(entries.order_by("number").values_list("number", flat=True))


def this_month() -> RegisterPeriod:
    return period_of(PeriodLength.MONTH, clock.today())


def make_accepted(cast: World, *, days_ago: int = 0, **fields: Any) -> Dossier:
    """A row of a dossier that was accepted before numbers were given."""
    at = clock.now() - days_ago * DAY
    return make_submitted(cast, **({"accepted_at": at, "state": State.ACCEPTED, "due_on": clock.today()} | fields))


# ---- numbers -------------------------------------------------------------------------------------------


def test_acceptance_gives_the_next_number_and_a_second_one_keeps_it(cast: World) -> None:
    first, second = make_dossier(cast, State.ACCEPTED), make_dossier(cast, State.ACCEPTED)
    assert (first.register_entry.number, second.register_entry.number) == (1, 2)
    accepted_at = first.accepted_at
    handling.request_supplement(cast.actor("selma"), dossier=first, note_text="The lease is missing.")
    filing.resubmit(cast.actor("ramon"), dossier=Dossier.objects.get(pk=first.pk))
    once_more = handling.accept(cast.actor("ines"), dossier=Dossier.objects.get(pk=first.pk))
    assert (once_more.register_entry.number, once_more.accepted_at) == (1, accepted_at)
    assert numbers() == [1, 2]


def test_what_is_not_accepted_has_no_line(cast: World) -> None:
    for state in (State.DRAFT, State.SUBMITTED, State.SUPPLEMENT, State.NOT_ACCEPTED, State.TRANSFERRED):
        make_dossier(cast, state)
    assert numbers() == []


def test_a_failed_acceptance_leaves_no_gap(cast: World) -> None:
    dossier = make_dossier(cast)
    with transaction.atomic():
        accept(cast, dossier)
        transaction.set_rollback(True)
    assert accept(cast, make_dossier(cast)).register_entry.number == 1
    assert accept(cast, Dossier.objects.get(pk=dossier.pk)).register_entry.number == 2


def test_a_year_begins_with_one_in_viet_nam(cast: World) -> None:
    last, first = make_submitted(cast), make_submitted(cast)
    with time_machine.travel(clock.start_of(date(2027, 1, 1)) - timedelta(seconds=1)):
        register_acceptance(last)
    with time_machine.travel(clock.start_of(date(2027, 1, 1))):
        register_acceptance(first)
    assert [str(dossier.register_entry) for dossier in (last, first)] == ["1/2026", "1/2027"]


def test_a_number_is_never_changed_deleted_or_given_twice(cast: World) -> None:
    entry = make_dossier(cast, State.ACCEPTED).register_entry
    for change in (lambda: RegisterEntry.objects.update(number=7), lambda: RegisterEntry.objects.all().delete()):
        with pytest.raises(ProgrammingError), transaction.atomic():
            change()
    second = make_submitted(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        RegisterEntry.objects.create(
            dossier=second, agency=entry.agency, year=entry.year, number=entry.number, registered_at=clock.now()
        )


ACTS = st.lists(st.tuples(st.sampled_from(["accept", "fail", "old", "sweep"]), st.integers(0, 500)), max_size=20)


@pytest.mark.slow
@hypothesis_settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(ACTS)
def test_in_no_history_has_a_year_a_gap_and_numbers_follow_acceptance(cast: World, acts: list[tuple[str, int]]) -> None:
    """Also where nodes of the former version accept without a number, and the nightly job gives it later."""
    with transaction.atomic():
        day = clock.now()
        for act, days in acts:
            day += days * DAY
            with time_machine.travel(day):
                _act(cast, act)
        with time_machine.travel(day):
            register_missing()
        assert register_missing() == 0
        for year in set(RegisterEntry.objects.values_list("year", flat=True)):
            assert numbers(year) == list(range(1, len(numbers(year)) + 1))
        assert RegisterEntry.objects.count() == Dossier.objects.exclude(accepted_at=None).count()
        if not {"old"} & {act for act, _days in acts}:
            in_order = RegisterEntry.objects.order_by("year", "number").values_list("dossier__accepted_at", flat=True)
            assert list(in_order) == sorted(in_order)
        transaction.set_rollback(True)


def _act(cast: World, act: str) -> None:
    if act == "sweep":
        register_missing()
    elif act == "old":
        make_accepted(cast)
    else:
        with transaction.atomic():
            dossier = make_submitted(cast)
            register_acceptance(dossier)
            dossier.save()
            transaction.set_rollback(act == "fail")


def test_dossiers_of_before_are_numbered_in_order_of_acceptance(cast: World) -> None:
    today = clock.today()
    begins = (clock.now() - clock.start_of(date(today.year, 1, 1))).days
    old = [make_accepted(cast, days_ago=days) for days in (3, begins + 40, 5, begins + 20)]
    make_dossier(cast, State.ACCEPTED)
    assert register_missing() == 4
    by_year = {(entry.year, entry.number): entry.dossier_id for entry in RegisterEntry.objects.all()}
    assert by_year[today.year - 1, 1] == old[1].pk and by_year[today.year - 1, 2] == old[3].pk
    assert by_year[today.year, 2] == old[2].pk and by_year[today.year, 3] == old[0].pk  # after the one of today


# ---- the page ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "length", "key"),
    [
        ("24/11/2026", PeriodLength.DAY, "2026-11-24"), ("2026-11-24", PeriodLength.DAY, "2026-11-24"),
        ("11/2026", PeriodLength.MONTH, "2026-11"), (" 2026-1 ", PeriodLength.MONTH, "2026-01"),
        ("2026", PeriodLength.YEAR, "2026"),
    ],
)  # fmt: skip
def test_a_period_is_read_as_officers_write_it(text: str, length: PeriodLength, key: str) -> None:
    period = read_period(text)
    assert period is not None and (period.length, period.key) == (length, key)
    assert read_period(period.text) == period and period.following.previous == period
    assert period.first <= period.last < period.following.first == period.last + DAY


@pytest.mark.parametrize("text", ["31/02/2026", "13/2026", "0000", "1/2", "today", "2026-11-24-1", "20261"])
def test_what_is_no_period_is_refused_and_stays_typed(cast: World, text: str) -> None:
    assert read_period(text) is None
    response = cast.client("ines").get(PAGE, {"period": text})
    assert response.status_code == 422 or response.status_code == 400
    assert text in read(response) and "for example 24/11/2026" in read(response)


@given(st.dates(date(2000, 1, 1), date(2199, 11, 30)), st.sampled_from(PeriodLength))
def test_periods_follow_each_other_without_a_gap(day: date, length: PeriodLength) -> None:
    period = period_of(length, day)
    assert period.first <= day <= period.last and period.last + DAY == period.following.first
    assert read_period(period.key) == read_period(period.text) == period


def test_a_line_has_what_the_book_has(cast: World) -> None:
    make_rate(cast)
    dossier = make_dossier(cast, State.DELIVERED)
    [line] = register.register_page(register.registered(cast.actor("ines"), register.RegisterFilter(this_month()))).rows
    assert (line.number, line.received_on, line.outcome_on, line.handed_over_on) == (1, *[clock.today()] * 3)
    assert line.receipt.endswith("-000001") and line.sponsor == "Công ty TNHH Sông Đà"
    page = read(cast.client("ines").get(PAGE))
    for text in (dossier.number, dossier.full_name, "Approved", line.receipt, line.sponsor):
        assert text in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_register_costs_the_same(cast: World, count: int, expect_queries: ExpectQueries) -> None:
    for _ in range(count):
        make_dossier(cast, State.REFUSED)
    client = cast.client("ines")
    client.get(PAGE)
    with expect_queries("page"):
        client.get(PAGE)
    with expect_queries("search"):
        client.get(PAGE, {"q": "adams"})


def test_filters_narrow_the_lines_and_the_totals(cast: World) -> None:
    mine = make_accepted(cast, procedure="visa", unit=cast.units.commune, assigned_to=cast.users["selma"])
    make_accepted(cast)
    make_accepted(cast, days_ago=70)
    client, selma = cast.client("ines"), cast.users["selma"].pk
    for narrowed in ({"procedure": "visa"}, {"unit": cast.units.commune.pk}, {"officer": selma}):
        context = client.get(PAGE, narrowed).context
        assert [line.dossier.pk for line in context["page"].rows] == [mine.pk], narrowed
        assert context["totals"].received == 1
    assert client.get(PAGE).context["totals"].received == 2
    assert client.get(PAGE, {"period": f"{clock.today():%d/%m/%Y}"}).context["totals"].received == 2


def test_pages_follow_each_other_and_have_each_line_once(cast: World, monkeypatch: pytest.MonkeyPatch) -> None:
    at = clock.now()
    dossiers = [make_accepted(cast, accepted_at=at - (number // 2) * timedelta(seconds=1)) for number in range(7)]
    monkeypatch.setattr("ancu.core.db.pagination.PAGE", 3)
    pages, url = [], PAGE
    while url:
        context = cast.client("ines").get(url).context
        pages.append([line.dossier.pk for line in context["page"].rows])
        url = PAGE + context["next_url"] if context["next_url"] else ""
    expected = sorted(dossiers, key=lambda dossier: (dossier.accepted_at, dossier.pk))
    assert [pk for page in pages for pk in page] == [dossier.pk for dossier in expected] and len(pages) == 3


def test_search_finds_decided_dossiers_by_number_and_name(cast: World) -> None:
    refused, waiting = make_dossier(cast, State.REFUSED), make_dossier(cast)
    client = cast.client("ines")
    for text in ("1", f"1/{clock.today().year}", refused.number, "adams claire"):
        lines = client.get(PAGE, {"q": text}).context["page"].rows
        assert [line.dossier.pk for line in lines] == [refused.pk], text
    assert client.get(PAGE, {"q": waiting.number}).context["page"].rows == []
    assert "No line of the register matches" in read(client.get(PAGE, {"q": f"1/{clock.today().year - 1}"}))


# ---- totals --------------------------------------------------------------------------------------------

STATES = [State.ACCEPTED, State.ASSESSED, State.APPROVED, State.REFUSED, State.WITHDRAWN, State.SUPPLEMENT]
ROWS = st.lists(st.tuples(st.sampled_from(STATES), st.integers(-3, 3), st.integers(0, 4)), max_size=12)


@pytest.mark.slow
@hypothesis_settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(ROWS)
def test_totals_are_those_of_queue_and_results(cast: World, rows: list[tuple[State, int, int]]) -> None:
    with transaction.atomic():
        today = clock.today()
        for state, due_in, decided_ago in rows:
            decided = clock.now() - decided_ago * DAY if state in {State.APPROVED, State.REFUSED} else None
            due = None if state == State.SUPPLEMENT else today + due_in * DAY
            dossier = make_accepted(cast, days_ago=9, state=state, due_on=due, decided_at=decided)
            score(dossier_id=dossier.pk)
        ines = cast.actor("ines")
        dossiers = Dossier.objects.filter(accepted_at__isnull=False)
        totals, counts = register.register_totals(dossiers), queues.queue_counts(ines)
        assert totals.waiting == sum(counts.count(state) for state in queues.UNDECIDED)
        assert totals.late == counts.count(due="late")
        assert totals.decided == Duration.objects.count()
        assert totals.in_time == sum(
            1
            for dossier in dossiers.exclude(decided_at=None)
            if clock.local(dossier.decided_at).date() <= dossier.due_on
        )
        assert totals.received == len(rows) == totals.decided + totals.waiting + totals.ended
        lines = register.register_lines(dossiers)
        assert sum(line.is_late for line in lines) == totals.late + totals.decided_late
        transaction.set_rollback(True)


# ---- prints and files ----------------------------------------------------------------------------------


def pdf_text(response: Any) -> str:
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(response.content)).pages)


def test_today_is_printed_in_one_click_and_recorded(cast: World) -> None:
    dossier, client = make_dossier(cast, State.REFUSED), cast.client("ines")
    url = client.get(PAGE).context["print_today_url"]
    response = client.get(url)
    page = PdfReader(BytesIO(response.content)).pages[0].mediabox
    assert response["Content-Type"] == "application/pdf" and page.width > page.height
    text = pdf_text(response)
    for words in ("REGISTER OF DOSSIERS", "Head of the office", "1 / 1", "Printed by Ines"):
        assert words in text
    assert dossier.number.replace("-", "") in text.replace("-", "").replace("\u200b", "").replace("\n", "")
    look = AuditEvent.objects.filter(subject_type="dossiers.register").latest("pk")
    assert (look.act, look.subject_id) == ("looked", clock.today().isoformat())
    assert (look.details["export"], look.details["dossiers"]) == ("pdf", [dossier.pk])


def test_an_empty_day_prints_too_and_a_long_list_does_not(cast: World, monkeypatch: pytest.MonkeyPatch) -> None:
    client = cast.client("ines")
    assert "No dossier was received" in pdf_text(client.get(f"{PAGE}print.pdf"))
    monkeypatch.setattr("ancu.apps.dossiers.views.office.register.MOST_PRINTED", 1)
    for _ in range(2):
        make_accepted(cast)
    assert "Choose a shorter period" in read(client.get(f"{PAGE}print.pdf", follow=True))


def test_a_file_is_exported_with_its_reason(cast: World) -> None:
    dossier, client = make_dossier(cast, State.REFUSED), cast.client("dora")
    assert client.post(f"{PAGE}export", {"reason": "", "format": "xlsx"}).status_code == 422
    sent = client.post(f"{PAGE}export?procedure={dossier.procedure}", {"reason": "Decision 12", "format": "xlsx"})
    rows = CalamineWorkbook.from_filelike(BytesIO(sent.content)).get_sheet_by_index(0).to_python()
    assert rows[1][:3] == ["No.", "Received", "Dossier"] and rows[2][0] == 1 and rows[2][2] == dossier.number
    event = AuditEvent.objects.get(act="dossiers.exported_register")
    assert (event.details["count"], event.reason) == (1, "Decision 12")
    plain = client.post(f"{PAGE}export", {"reason": "Decision 12", "format": "csv"})
    assert dossier.number in plain.content.decode("utf-8-sig")


# ---- audits --------------------------------------------------------------------------------------------


@pytest.fixture
def inspected(cast: World) -> World:
    """The cast, a dossier accepted in each of the last two months, and Hai of the inspectorate."""
    hai = cast.users["hai"] = make_user("Hai")
    make_member(hai, make_agency("Thanh tra", parent=cast.provincial_agency), Role.APPROVING_OFFICER)
    enable_totp(hai, TOTP_SECRET)
    for period in (this_month(), this_month().previous):
        make_accepted(cast, accepted_at=clock.start_of(period.first), full_name=f"GUEST OF {period.key}")
    register_missing()
    return cast


def test_the_inspectorate_reads_a_closed_month_once_it_is_opened(inspected: World) -> None:
    client, month = inspected.client("hai"), this_month().previous
    assert "GUEST OF" not in read(client.get(PAGE, {"period": month.key}))
    for path in ("print.pdf", "export"):
        assert client.get(f"{PAGE}{path}", {"period": month.key}).status_code == 403
    sent = client.post(f"{PAGE}audit", {"month": month.text, "reason": "Decision 7"}, follow=True)
    assert f"GUEST OF {month.key}" in read(sent) and 'href="/office/dossiers/HB' not in read(sent)
    assert client.get(f"{PAGE}print.pdf", {"period": month.key}).status_code == 200
    assert f"GUEST OF {month.key}" in read(client.get(PAGE, {"period": month.first.isoformat()}))
    for period in (this_month().key, str(clock.today().year), month.previous.key):
        assert "GUEST OF" not in read(client.get(PAGE, {"period": period}))
    assert "GUEST OF" not in read(client.get(PAGE, {"q": "guest"}))
    event = AuditEvent.objects.get(act="dossiers.opened_register")
    assert event.details["month"] == month.key
    with time_machine.travel(clock.now() + 14 * DAY):
        inspected.client("hai")
        assert not register.may_read_period(inspected.actor("hai"), month)


def test_only_leader_and_inspectorate_open_only_what_is_over(inspected: World) -> None:
    month = this_month().previous
    for name in ("ines", "selma", "rosa", "olga"):
        with pytest.raises(Forbidden):
            open_month(inspected.actor(name), period=month, reason="Decision 7")
        assert inspected.client(name).get(f"{PAGE}audit").status_code == 403
    for period in (this_month(), period_of(PeriodLength.YEAR, month.first), period_of(PeriodLength.DAY, month.first)):
        with pytest.raises(Conflict):
            open_month(inspected.actor("dora"), period=period, reason="Decision 7")
    with pytest.raises(Conflict):
        open_month(inspected.actor("dora"), period=month, reason=" ")
    page = inspected.client("dora").post(f"{PAGE}audit", {"month": this_month().text, "reason": "Decision 7"})
    assert page.status_code == 422 and "Only a month that is over" in read(page) and "Decision 7" in read(page)
    assert not RegisterOpening.objects.exists()
    open_month(inspected.actor("dora"), period=month, reason="Decision 7")
    assert register.may_read_period(inspected.actor("hai"), month)
    assert "Decision 7" in read(inspected.client("dora").get(PAGE, {"period": month.key}))


def test_strangers_to_dossiers_do_not_read_the_register(cast: World) -> None:
    for name in ("olga", "quynh", "ramon", "mia"):
        assert cast.client(name).get(PAGE).status_code == 403
        with pytest.raises(Forbidden):
            register.registered(cast.actor(name), register.RegisterFilter(this_month()))
