"""The leader's morning: each number agrees with its list, reminders go once a day, and only leaders act."""

import re
from dataclasses import replace
from datetime import date, timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils.translation import override

from ancu.apps.audit.models import Event
from ancu.apps.contact.models import UrgentReport
from ancu.apps.dossiers.models import Dossier, Duration
from ancu.apps.dossiers.selectors.procedures import short_name_of
from ancu.apps.listening.models import Petition
from ancu.apps.listening.tests.factories import make_petition
from ancu.apps.messaging.models import InAppNotification, Notification
from ancu.apps.oversight.models import Alert
from ancu.apps.reporting.enums import ReminderKind
from ancu.apps.reporting.models import FigurePlan, Reminder
from ancu.apps.reporting.rules.morning import (
    BANDS,
    Due,
    Season,
    Tone,
    band_of,
    due_of,
    open_by_day,
    season_of,
    standing_of,
)
from ancu.apps.reporting.selectors.morning.matters import WrongMatter
from ancu.apps.reporting.selectors.morning.owners import MatterOwner
from ancu.apps.reporting.selectors.morning.page import morning_page
from ancu.apps.reporting.selectors.morning.scope import morning_scope
from ancu.apps.reporting.selectors.morning.tiles import WORST_FIRST
from ancu.apps.reporting.selectors.morning.wrong import gravest_of
from ancu.apps.reporting.services.morning.reminding import remind
from ancu.apps.reporting.templatetags.morning import quiet_words
from ancu.apps.reporting.tests.morning_stage import DAY, make_morning
from ancu.apps.reporting.views.morning_charts import holiday_notes
from ancu.apps.stays.tests.factories import make_stay, make_submission
from ancu.core import clock
from ancu.core.errors import Conflict, Forbidden, Http404
from ancu.core.testing.html import without_line_breaks

pytestmark = [pytest.mark.django_db, pytest.mark.stage(make=make_morning)]
PAGE = "/office/results/morning/"
NUMBERS = re.compile(r'<a\b(?=[^>]*\bdata-count="(\d+)")(?=[^>]*\bhref="([^"]+)")')


def text(response):
    assert response.status_code == 200, response.status_code
    return without_line_breaks(response.content.decode())


def numbers_of(html):
    """The links of a page that have a number, as {address: number}."""
    pairs = {}
    for number, address in NUMBERS.findall(html):
        pairs.setdefault(unescape(address), set()).add(int(number))
    return pairs


def number_at(client, address):
    """How many rows the list behind a number has, or what the page of movement says of a place."""
    html = text(client.get(address))
    if total := re.search(r'data-total="(\d+)"', html):
        return int(total[1])
    if address.startswith("/office/movement/") or "/movement/" in address:
        return int(re.search(r'class="stat-value">(?:<a [^>]*>)?(\d+)<', html)[1])
    return len(re.findall(r"<tr data-row|<li data-row", html))


def test_every_number_is_a_link_to_a_list_that_agrees(shared_data):
    dora = shared_data.client("dora")
    pairs = numbers_of(text(dora.get(PAGE)))
    assert len(pairs) > 25
    wrong = {
        address: (numbers, counted)
        for address, numbers in pairs.items()
        if {counted := number_at(dora, address)} != numbers
    }
    assert not wrong


def test_every_number_of_one_commune_and_of_an_earlier_day_agrees(shared_data):
    dora = shared_data.client("dora")
    commune = shared_data.units.commune.pk
    for query in (f"?unit={commune}", f"?day={clock.today() - DAY:%d/%m/%Y}"):
        pairs = numbers_of(text(dora.get(PAGE + query)))
        assert pairs
        assert {address: {number_at(dora, address)} for address in pairs} == pairs


def test_the_page_counts_what_was_made(shared_data):
    page = morning_page(morning_scope(shared_data.actor("dora")))
    assert page.flow.arrived.value == 2
    assert page.flow.departed.value == 1
    assert page.steps.late.value == 1 and page.steps.soon.value == 1
    assert page.petitions.late.value == 1
    assert page.promises.late.value == 1
    assert page.grid.high.value == 1 and page.grid.oldest_high == 5
    pairs = {pair.key: (pair.ended.value, pair.begun.value) for pair in page.yesterday.pairs}
    assert pairs["alerts"] == (0, 1)
    assert pairs["dossiers"][1] == 4
    kinds = [matter.kind for matter in page.wrong]
    assert kinds == ["report", "dossiers", "alert", "petitions", "promise"]


def matter(kind):
    return WrongMatter(kind, 1, "", Tone.BAD, "", "", "", MatterOwner(), "")


def test_five_matters_are_shown_every_report_and_each_kind_first():
    report, alert, promise = ReminderKind.REPORT, ReminderKind.ALERT, ReminderKind.PROMISE
    kinds = [report, report, ReminderKind.DOSSIERS, alert, alert, ReminderKind.PETITIONS, promise, promise]
    rows = gravest_of([matter(kind) for kind in kinds])
    assert [row.kind for row in rows] == [report, report, ReminderKind.DOSSIERS, alert, kinds[5]]
    without_reports = gravest_of([matter(kind) for kind in kinds[2:]])
    assert [row.kind for row in without_reports] == [ReminderKind.DOSSIERS, alert, alert, kinds[5], promise]
    with_target = gravest_of([matter(kind) for kind in (report, *kinds[2:], ReminderKind.DECIDED)])
    assert [row.kind for row in with_target][-1] == ReminderKind.DECIDED  # promises have a list of their own
    three = [matter(kind) for kind in (alert, alert, promise)]
    assert gravest_of(three) == three


def test_the_row_of_a_unit_names_the_petition_that_is_late_longest(shared_data):
    late = Petition.objects.get(due_on__lt=clock.today())
    row = make_petition(shared_data, body="Nhạc mở quá 22 giờ.")
    Petition.objects.filter(pk=row.pk).update(due_on=clock.today() - 3 * DAY, unit=late.unit)
    page = morning_page(morning_scope(shared_data.actor("dora")))
    answers = page.petitions.late_by_unit[late.unit_id]
    assert (answers.number, answers.due_on, answers.title) == (2, late.due_on, late.title)
    matter_row = next(row for row in page.wrong if row.kind == ReminderKind.PETITIONS)
    assert late.title in matter_row.second and matter_row.owner.name not in matter_row.title


def test_guests_are_compared_with_the_season():
    assert [season_of(now, 100) for now in (80, 120, 121, 79)] == [
        Season.USUAL, Season.USUAL, Season.MORE, Season.FEWER,
    ]  # fmt: skip
    assert season_of(5, 0) is None


def test_a_tile_s_course_ends_with_its_number_and_changes_by_what_happened(shared_data):
    page = morning_page(morning_scope(shared_data.actor("dora")))
    tiles = {tile.key: tile for tile in page.tiles}
    assert list(tiles) == ["present", "on-time", "silent", "dossiers", "alerts", "petitions"]
    for key in ("alerts", "petitions", "present"):
        assert tiles[key].course[-1] == tiles[key].value, key
        assert len(tiles[key].course) == 30, key
    assert tiles["petitions"].change == tiles["petitions"].value  # all came today
    assert page.month.change == 1


def test_an_alert_that_ended_was_open_before(shared_data):
    alert = Alert.objects.filter(rule="overstay").order_by("pk")[0]
    decided = clock.now() - 2 * DAY
    Alert.objects.filter(pk=alert.pk).update(
        state="confirmed", raised_at=clock.now() - 6 * DAY, decided_at=decided, decided_by=shared_data.users["quynh"]
    )
    course = next(t for t in morning_page(morning_scope(shared_data.actor("dora"))).tiles if t.key == "alerts").course
    open_now = Alert.objects.filter(state__in=("open", "asked")).count()
    assert course[-1] == open_now
    assert course[-4] >= 2  # three days ago it was still open, beside the one of high severity


def test_a_head_s_first_page_is_the_morning_and_an_area_officer_s_the_desk(shared_data):
    assert shared_data.client("dora").get("/")["location"] == PAGE
    assert shared_data.client("quynh").get("/")["location"] == reverse("desk:desk")


def test_an_area_officer_reads_it_without_acts(shared_data):
    html = text(shared_data.client("olga").get(PAGE))
    assert "What is wrong" in html
    assert reverse("reporting:remind") not in html and reverse("reporting:briefing") not in html
    assert "dossiers, by step" not in html  # a commune reads no dossiers
    with pytest.raises(Forbidden):
        remind(actor=shared_data.actor("olga"), kind="alert", subject_id=Alert.objects.first().pk)


def test_a_look_at_the_page_is_recorded(shared_data):
    shared_data.client("dora").get(PAGE)
    assert Event.objects.filter(act="looked", subject_type="reporting.morning").exists()


@pytest.mark.parametrize("query", ["?day=01/01/2020", "?day=31/12/2099", "?unit=999999"])
def test_a_day_or_place_out_of_reach_is_not_found(shared_data, query):
    assert shared_data.client("dora").get(PAGE + query).status_code == 404


@pytest.mark.parametrize("query", ["alerts/?rule=nonsense", "petitions/?agency=x"])
def test_a_filter_that_means_nothing_is_asked_again(shared_data, query):
    assert shared_data.client("dora").get(f"{PAGE}lists/{query}").status_code in {400, 404, 422}


def test_an_unknown_list_is_not_found(shared_data):
    assert shared_data.client("dora").get(f"{PAGE}lists/nonsense/").status_code == 404


# --- reminders --------------------------------------------------------------------------------------------


def test_each_kind_of_matter_reminds_its_owner(shared_data):
    dora = shared_data.actor("dora")
    page = morning_page(morning_scope(dora))
    reminders = {
        matter.kind: remind(actor=dora, kind=matter.kind, subject_id=matter.subject_id) for matter in page.wrong
    }
    assert set(reminders) == {kind for kind in ReminderKind if not kind.is_question}
    names = set(InAppNotification.objects.filter(kind="reporting").values_list("user__full_name", flat=True))
    assert {"Selma", "Olga"} <= names and "Dora" not in names
    assert Event.objects.filter(act="reporting.reminded").count() == 5
    letters = Notification.objects.filter(template="reporting/letters/reminder.txt")
    titles = set(letters.values_list("title_en", flat=True))
    assert "Reminder: overdue dossiers" in titles
    assert not any("OVERSTAY" in title for title in titles)


def test_a_matter_is_reminded_of_once_a_day(shared_data):
    dora = shared_data.client("dora")
    matter = morning_page(morning_scope(shared_data.actor("dora"))).wrong[1]
    sent = {"kind": matter.kind, "subject": matter.subject_id}
    assert "You have reminded 1 person" in text(dora.post(f"{PAGE}remind/", sent, follow=True))
    assert "already sent today" in text(dora.post(f"{PAGE}remind/", sent, follow=True))
    assert Reminder.objects.count() == 1
    assert "reminded " in text(dora.get(PAGE))
    Reminder.objects.update(day=clock.today() - timedelta(days=1))
    remind(actor=shared_data.actor("dora"), kind=matter.kind, subject_id=matter.subject_id)
    assert Reminder.objects.count() == 2


def test_a_settled_matter_is_not_reminded_of(shared_data):
    dora = shared_data.actor("dora")
    Petition.objects.update(due_on=clock.today() + 9 * DAY)
    with pytest.raises(Http404):
        remind(actor=dora, kind=ReminderKind.PETITIONS, subject_id=shared_data.commune_agency.pk)
    with pytest.raises(Http404):
        remind(actor=dora, kind="nonsense", subject_id=1)


def test_nobody_is_reminded_who_alone_holds_it(shared_data):
    dora = shared_data.actor("dora")
    Dossier.objects.update(assigned_to=shared_data.users["dora"])
    with pytest.raises(Conflict, match="nobody_to_remind"):
        remind(actor=dora, kind=ReminderKind.DOSSIERS, subject_id=dora.organisation_id)


def test_the_unit_with_most_late_declarations_is_asked_about_the_target(shared_data):
    """Only while the target is missed, and only that unit."""
    dora, world = shared_data.actor("dora"), shared_data
    scope = morning_scope(dora)
    plan = FigurePlan.objects.create(
        indicator="stays_late", unit=scope.root, year=scope.day.year, value=0, set_by_id=dora.user_id,
        set_at=clock.now(),
    )  # fmt: skip
    make_stay(world.lodging, submission=make_submission(world.lodging, late_count=1))
    with override("en"):
        matter = next(row for row in morning_page(scope).wrong if row.kind == ReminderKind.DECLARED)
    assert matter.subject_id == world.commune_agency.pk and matter.owner.name == "Olga"
    late = matter.title.split(": ")[1].split()[0]
    assert matter.second == f"Most of them: {world.commune_agency.name}, {late} of {late}"
    client = world.client("dora")
    assert ">Ask</button>" in text(client.get(PAGE))
    sent = {"kind": matter.kind, "subject": matter.subject_id}
    assert "You have asked 1 person" in text(client.post(f"{PAGE}remind/", sent, follow=True))
    assert "asked " in text(client.get(PAGE))
    letter = Notification.objects.get(template="reporting/letters/reminder.txt")
    assert letter.title_en == "Question: declarations on time, below target"
    with pytest.raises(Http404):
        remind(actor=dora, kind=ReminderKind.DECLARED, subject_id=world.provincial_agency.pk)
    plan.delete()
    with pytest.raises(Http404):
        remind(actor=dora, kind=ReminderKind.DECLARED, subject_id=matter.subject_id)


def test_the_officer_with_most_late_decisions_is_asked_about_the_target(shared_data):
    dora = shared_data.actor("dora")
    scope = morning_scope(dora)
    FigurePlan.objects.create(
        indicator="promises_kept", unit=scope.root, year=scope.day.year, value=95, set_by_id=dora.user_id,
        set_at=clock.now(),
    )  # fmt: skip
    dossier = Dossier.objects.filter(assigned_to=shared_data.users["selma"]).order_by("pk")[0]
    Duration.objects.create(
        dossier=dossier, agency_id=dora.organisation_id, procedure=dossier.procedure,
        decided_on=clock.today() - 2 * DAY, is_on_time=False,
        since_submission=9, since_acceptance=8,
    )  # fmt: skip
    with override("en"):
        matter = next(row for row in morning_page(scope).wrong if row.kind == ReminderKind.DECIDED)
        procedure = short_name_of(dossier.procedure, scope.day)
    assert matter.owner.name == "Selma" and matter.subject_id == dora.organisation_id
    assert matter.title == "Dossiers on time below target: 1 of 1 late"
    assert matter.second == f"Most of them: {procedure[:1].lower()}{procedure[1:]}, 1 of 1"  # what lies behind it
    reminder = remind(actor=dora, kind=matter.kind, subject_id=matter.subject_id)
    assert reminder.people == 1


def test_a_report_is_assigned_from_the_row(shared_data):
    dora = shared_data.client("dora")
    report = UrgentReport.objects.get()
    html = text(dora.get(PAGE))
    assert "Nobody yet" in html and f"{PAGE}assign/{report.pk}/" in html
    olga = shared_data.users["olga"]
    page = text(dora.post(f"{PAGE}assign/{report.pk}/", {"officer": olga.pk}, follow=True))
    assert "assigned the report to Olga" in page and "not acknowledged yet" in page
    report.refresh_from_db()
    assert report.assigned_to == olga
    assert Event.objects.filter(act="contact.assigned").count() == 1
    assert "Assigned to Olga" in text(shared_data.client("olga").get(f"/reports/{report.pk}/"))
    refused = dora.post(f"{PAGE}assign/{report.pk}/", {"officer": shared_data.users["bob"].pk}, follow=True)
    assert "does not answer reports" in text(refused)


# --- charts -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["trend", "where", "steps", "alerts", "petitions"])
def test_each_chart_has_its_meaning_table_and_files(shared_data, key):
    dora = shared_data.client("dora")
    figure = dora.get(PAGE).context["figures"][key]
    assert figure.definition and figure.table.rows
    csv = dora.get(figure.csv_url)
    assert csv["Content-Type"].startswith("text/csv") and csv.content.decode("utf-8-sig").splitlines()[0]
    assert csv.content.count(b"\n") == len(figure.table.rows) + 1
    picture = dora.get(figure.picture_url)
    assert picture["Content-Type"] == "image/svg+xml" and b"class=" not in picture.content
    assert Event.objects.filter(act="reporting.morning_chart_downloaded").count() == 2


def test_a_chart_of_a_commune_on_an_earlier_day_is_that_of_its_page(shared_data):
    dora = shared_data.client("dora")
    query = f"?unit={shared_data.units.commune.pk}&day={clock.today() - DAY:%d/%m/%Y}"
    figures = dora.get(PAGE + query).context["figures"]
    assert set(figures) == {"trend", "where"}
    assert f"unit={shared_data.units.commune.pk}" in figures["trend"].csv_url
    rows = dora.get(figures["trend"].csv_url).content.decode("utf-8-sig").splitlines()[1:]
    assert [row.split(",")[0] for row in rows] == [row[0] for row in figures["trend"].table.rows]
    assert dora.get(f"{PAGE}charts/steps.csv{query}").status_code == 404
    assert dora.get(f"{PAGE}charts/trend.exe").status_code == 404


def test_a_public_holiday_is_noted_at_its_first_day(shared_data):
    month = morning_page(morning_scope(shared_data.actor("dora"))).month
    days = [date(2026, 8, 20) + n * DAY for n in range(30)]
    with override("en"):
        notes = holiday_notes(replace(month, days=days))
    assert [(note.place, note.text) for note in notes] == [(12, "01/09, National Day")]


def test_public_holidays_close_together_share_a_note(shared_data):
    month = morning_page(morning_scope(shared_data.actor("dora"))).month
    days = [date(2026, 4, 20) + n * DAY for n in range(30)]
    with override("en"):
        notes = holiday_notes(replace(month, days=days))
    assert [[line[:5] for line in note.text.split("\n")] for note in notes] == [["26/04", "27/04", "30/04", "01/05"]]


def test_the_worst_state_of_work_comes_first_and_what_did_not_happen_takes_one_line(shared_data):
    page = morning_page(morning_scope(shared_data.actor("dora")))
    assert page.faces[0].is_urgent
    order = [WORST_FIRST.index(face.tone) for face in page.faces]
    assert order == sorted(order)
    with override("en"):
        assert "inspections" in quiet_words(page.yesterday) and "guests" not in quiet_words(page.yesterday)
    assert all(sum(count.value for _due, count in row.parts) == row.total.value for row in page.petitions.rows)


# --- rules ------------------------------------------------------------------------------------------------


def test_targets_judge_the_tiles(shared_data):
    dora = shared_data.actor("dora")
    scope = morning_scope(dora)
    FigurePlan.objects.create(
        indicator="stays_late", unit=scope.root, year=scope.day.year, value=5, set_by_id=dora.user_id,
        set_at=clock.now(),
    )  # fmt: skip
    tile = next(tile for tile in morning_page(scope).tiles if tile.key == "on-time")
    assert tile.target == 95
    FigurePlan.objects.update(value=0)
    page = morning_page(scope)
    missed = [matter for matter in page.wrong if matter.kind == ReminderKind.DECLARED]
    share = next(tile for tile in page.tiles if tile.key == "on-time")
    assert len(missed) == (share.value is not None and share.value < 100)
    assert [standing_of(value, 95) for value in (95, 94, 80, None)] == [Tone.OK, Tone.WARN, Tone.BAD, Tone.MUTE]


def test_open_cases_are_counted_back_from_today():
    days = [clock.today() - n * DAY for n in (3, 2, 1)]
    begun, ended = {days[1]: 2, clock.today(): 1}, {days[2]: 4}
    assert open_by_day(days, 5, begun, ended) == [6, 8, 4]


def test_ages_and_deadlines():
    assert [band_of(days).key for days in (0, 1, 3, 4, 7, 8, 90)] == ["0-0", "1-3", "1-3", "4-7", "4-7", "8-", "8-"]
    assert {band.key for band in BANDS} == {"0-0", "1-3", "4-7", "8-"}
    today = clock.today()
    assert [due_of(today + n * DAY, today) for n in (-1, 0, 1, 2, 3, 4)] == [
        Due.LATE, Due.SOON, Due.SOON, Due.NEAR, Due.NEAR, Due.LATER,
    ]  # fmt: skip


def test_query_count(shared_data, expect_queries):
    dora = shared_data.client("dora")
    dora.get(PAGE)
    with expect_queries():
        dora.get(PAGE)
