"""The charts of the morning page with their tables and files; the page draws some with a link on each number."""

from collections.abc import Callable, Sequence
from textwrap import wrap
from typing import NamedTuple

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ancu.apps.reporting.rules.morning import BANDS, Due
from ancu.apps.reporting.selectors.morning.page import MorningPage
from ancu.apps.reporting.selectors.morning.scope import LinkedNumber
from ancu.apps.reporting.selectors.morning.stays import GuestFlow, PresenceMonth
from ancu.apps.reporting.services.morning.paper import unit_name
from ancu.apps.reporting.templatetags.morning import due_words
from ancu.core.charts import (
    ChartFigure,
    ChartKey,
    ChartLine,
    ChartTable,
    HeatCell,
    HeatGrid,
    LineChart,
    PointNote,
    StackedRows,
    StackPart,
    StackRow,
)
from ancu.core.charts.markup import fitted_text
from ancu.core.templatetags.charts import value_format, value_text
from ancu.core.templatetags.ui import counted, day, number
from ancu.core.web.language import localized
from ancu.engines.rulebook.calendar import days_off

TONES = {Due.LATE: "bad", Due.SOON: "warn", Due.NEAR: "deep", Due.LATER: "light", Due.STOPPED: "rest", Due.IDLE: "rest"}
NOTE_SIGNS = 20  # in a line of a note
NOTE_DAYS = 9  # between two notes side by side; nearer ones stand one above the other
TREND_HEIGHT = 290  # with it, the line and the map beside it end together
Parts = Sequence[tuple[Due, LinkedNumber]]


class FileLinks(NamedTuple):
    """The addresses of a chart's files."""

    csv: str
    picture: str


def morning_figures(page: MorningPage) -> dict[str, ChartFigure]:
    """Return the charts of the page by their keys."""
    return {key: figure for key, make in MAKERS.items() if (figure := make(page, _links(page, key)))}


def _links(page: MorningPage, key: str) -> FileLinks:
    """Return the addresses of a chart's files, for the page's day and place."""
    query = page.scope.query(day=None if page.scope.is_today else page.scope.day)
    csv, picture = (f"{reverse('reporting:morning-chart', args=[key, kind])}{query}" for kind in ("csv", "svg"))
    return FileLinks(csv, picture)


# --- guests -----------------------------------------------------------------------------------------------


def trend_drawing(month: PresenceMonth, flow: GuestFlow) -> LineChart:
    """Return the line of guests present over thirty days, with the same days a year before and public holidays."""
    now, before = str(month.days[-1].year), str(month.days[-1].year - 1)
    last = len(month.days) - 1
    labels = [f"{on:%d/%m}" if place == 0 or (last - place) % 6 == 0 else "" for place, on in enumerate(month.days)]
    return LineChart(
        labels=labels, now=ChartLine(now, month.present, flow.present.link),
        before=ChartLine(before, month.year_ago, flow.year_ago.link), value_format=value_format(), from_zero=False,
        height=TREND_HEIGHT, notes=holiday_notes(month), words=trend_words(month),
    )  # fmt: skip


def trend_words(month: PresenceMonth) -> str:
    """Return the main point of the line in a sentence."""
    words = _(
        "Foreigners staying each day from %(first)s to %(last)s: %(now)s on the last day, %(then)s a year before."
    )
    return words % {
        "first": day(month.days[0]), "last": day(month.days[-1]), "now": number(month.present[-1]),
        "then": number(month.year_ago[-1]),
    }  # fmt: skip


def holiday_notes(month: PresenceMonth) -> list[PointNote]:
    """Return a note at the first day of each public holiday in the month; holidays close together share a note."""
    groups: list[tuple[int, list[str]]] = []
    before = ""
    for place, on in enumerate(month.days):
        off = days_off().get(on)
        name = localized(off, "name") if off and off.kind != "swap" else ""
        if name and name != before:
            if not groups or place - groups[-1][0] >= NOTE_DAYS:
                groups.append((place, []))
            groups[-1][1].append(f"{on:%d/%m}, {name}")
        before = name
    return [PointNote(place, "\n".join(_note_lines(texts))) for place, texts in groups]


def _note_lines(texts: Sequence[str]) -> list[str]:
    """Return a note's lines: a single text is wrapped, several are shortened."""
    if len(texts) == 1:
        return wrap(texts[0], NOTE_SIGNS, max_lines=2, placeholder=" …")
    return [fitted_text(text, NOTE_SIGNS) for text in texts]


def _trend(page: MorningPage, links: FileLinks) -> ChartFigure:
    """Return the line of guests present with its table."""
    month = page.month
    rows = [
        [day(on), number(present), number(then), number(arrived), number(gone)]
        for on, present, then, arrived, gone in zip(
            month.days, month.present, month.year_ago, month.arrivals, month.departures, strict=True
        )
    ]
    head = [_("Day"), _("Present"), _("Present a year earlier"), _("Arrived"), _("Left")]
    definition = _("Foreigners who have arrived and not left by the end of the day, as lodgings have declared them."
                   " The dotted line shows the same dates a year before. A number is seasonal if it differs from that"
                   " of a year before by a fifth at most.")  # fmt: skip
    return ChartFigure(
        "trend", _("Foreigners staying here"), _("30 days to yesterday; the scale does not begin at zero"),
        trend_words(month), trend_drawing(month, page.flow), definition, ChartTable(head, rows), links.csv,
        links.picture,
    )  # fmt: skip


def _where(page: MorningPage, links: FileLinks) -> ChartFigure | None:
    """Return the map with its numbers; None without one."""
    if page.map is None:
        return None
    rows = [
        [row.unit.full_name, number(row.number.value)]
        for row in sorted((*page.map.districts, *page.map.communes), key=lambda row: (-row.number.value, row.unit.name))
        if row.number.value
    ]
    definition = _("Foreigners present at the end of yesterday. Former districts count the lodgings that lie in them;"
                   " a lodging whose former commune is not recorded is in no district.")  # fmt: skip
    title = _("Where they stay")
    return ChartFigure(
        "where", title, _("People present at the end of %(day)s") % {"day": day(page.scope.yesterday)},
        f"{title}: {'; '.join(': '.join(row) for row in rows[:3])}", page.map.drawing, definition,
        ChartTable([_("Place"), _("Present")], rows), links.csv, links.picture,
    )  # fmt: skip


# --- work -------------------------------------------------------------------------------------------------


def _stack_rows(rows: Sequence[tuple[str, Parts, int]]) -> StackedRows:
    """Return bars of parts by deadline, on one scale."""
    return StackedRows(
        [
            StackRow(name, [StackPart(count.value, TONES[due]) for due, count in parts],
                     ", ".join(f"{number(count.value)} {due_words(due)}" for due, count in parts), number(total))
            for name, parts, total in rows
        ],
        is_share=False,
    )  # fmt: skip


def _due_table(first: str, rows: Sequence[tuple[str, Parts, int]], dues: Sequence[Due]) -> ChartTable:
    """Return bars of parts as a table: a column for each deadline and their sum."""
    body = []
    for name, parts, total in rows:
        by_due = dict(parts)
        body.append([name, *(number(by_due[due].value if due in by_due else 0) for due in dues), number(total)])
    head = [first, *(capfirst(due_words(due)) for due in dues), capfirst(pgettext("column", "total"))]
    return ChartTable(head, body)


def _due_keys(dues: Sequence[Due]) -> list[ChartKey]:
    """Return the key of bars by deadline."""
    return [ChartKey(TONES[due], due_words(due)) for due in dues]


STEP_DUES = (Due.LATE, Due.SOON, Due.LATER, Due.STOPPED, Due.IDLE)
PETITION_DUES = (Due.LATE, Due.SOON, Due.NEAR, Due.LATER)


def _steps(page: MorningPage, links: FileLinks) -> ChartFigure | None:
    """Return the open dossiers by step and deadline; None for actors who do not read dossiers."""
    if page.steps is None:
        return None
    rows = [(row.name, row.parts, row.total.value) for row in page.steps.rows]
    definition = _("Dossiers that are not finished, by the step at which they stand. A dossier is overdue when its"
                   " legal deadline has passed; the clock stands while the applicant is asked.")  # fmt: skip
    late = counted("%(n)s past the deadline", "%(n)s past the deadline", page.steps.late.value)
    return ChartFigure(
        "steps", _("Dossiers by step and deadline"), _("number of dossiers now; one scale"), late, _stack_rows(rows),
        definition, _due_table(_("Step"), rows, STEP_DUES), links.csv, links.picture, keys=_due_keys(STEP_DUES),
    )  # fmt: skip


def _petitions(page: MorningPage, links: FileLinks) -> ChartFigure | None:
    """Return the petitions to answer by unit and deadline; None for actors who do not read petitions."""
    if page.petitions is None:
        return None
    rows = [(unit_name(row.name, row.units), row.parts, row.total.value) for row in page.petitions.rows]
    definition = _("Petitions that have no answer yet, by the unit that owes it. The units with most overdue answers"
                   " come first. Overdue: the day promised to the petitioner has passed.")  # fmt: skip
    late = counted("%(n)s past the deadline", "%(n)s past the deadline", page.petitions.late.value)
    return ChartFigure(
        "petitions", _("Petitions to answer, by unit"), _("number of petitions now; one scale"), late,
        _stack_rows(rows), definition, _due_table(_("Unit"), rows, PETITION_DUES), links.csv, links.picture,
        keys=_due_keys(PETITION_DUES),
    )  # fmt: skip


def _alerts(page: MorningPage, links: FileLinks) -> ChartFigure | None:
    """Return the open alerts by severity and age; None on an earlier day."""
    if page.grid is None:
        return None
    ages = [_("under 1 day"), _("1–3 days"), _("4–7 days"), _("over 7 days")]
    assert len(ages) == len(BANDS)
    rows = [(capfirst(str(row.severity.label)), [HeatCell(cell.number.value) for cell in row.cells], row.total.value)
            for row in page.grid.rows]  # fmt: skip
    table = [[name, *(value_text(cell.value) for cell in cells), number(total)] for name, cells, total in rows]
    definition = _("Alerts that nobody has decided yet, by severity and by the days since they were raised. A red frame"
                   " marks alerts of high severity that are four days old or older.")  # fmt: skip
    head = [_("Severity"), *ages, capfirst(pgettext("column", "total"))]
    return ChartFigure(
        "alerts", _("Alerts by severity and age"), _("number of open alerts now"),
        counted("%(n)s of high severity", "%(n)s of high severity", page.grid.high.value),
        HeatGrid([(name, cells) for name, cells, _total in rows], ages, value_format()),
        definition, ChartTable(head, table), links.csv, links.picture,
    )  # fmt: skip


MAKERS: dict[str, Callable[[MorningPage, FileLinks], ChartFigure | None]] = {
    "trend": _trend, "where": _where, "steps": _steps, "alerts": _alerts, "petitions": _petitions,
}  # fmt: skip


def chart_source(page: MorningPage) -> str:
    """Return the line under a chart's picture: whose figures, of which day."""
    values = {"office": page.scope.actor.organisation_name, "day": day(page.scope.day)}
    return _("An Cư · %(office)s · %(day)s. For official use.") % values
