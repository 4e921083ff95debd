"""Charts of the present beside the newest published year: days of dossiers, promises, ratings and a programme's money.

Each has the figures of the public page that it links to; small numbers are suppressed there (``disclosure_control``).
"""

from dataclasses import dataclass

from django.conf import settings
from django.core.cache import caches
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ancu.apps.community.selectors.public import newest_running_programme
from ancu.apps.dossiers.selectors.durations import ProcedureTimes
from ancu.apps.dossiers.selectors.procedures import short_name_of
from ancu.apps.dossiers.selectors.promises import punctuality_by_month
from ancu.apps.listening.selectors.promises import PromiseRow, promise_rows
from ancu.apps.surveys.selectors.published import newest_published_id, newest_ratings
from ancu.apps.surveys.selectors.results import ItemResult
from ancu.core import clock
from ancu.core.actor import PUBLIC
from ancu.core.charts import (
    SUPPRESSED,
    ChartFigure,
    ChartKey,
    ChartTable,
    RangeRow,
    RangeRows,
    StackedRows,
    StackPart,
    StackRow,
)
from ancu.core.templatetags.charts import value_text
from ancu.core.templatetags.ui import counted, number
from ancu.core.web.language import reader_language
from ancu.engines.rulebook import NotInForce, get_procedure

CACHE = caches["results"]
SECONDS = 600
MILLION = 1_000_000
FEW_PROMISES = 10  # below, a bar is light
MOST_PROMISE_ROWS = 7  # drawn; the table has all units
RATING_TONES = {2: ("now", "rest"), 3: ("now", "light", "rest"), 4: ("now", "deep", "light", "rest")}


@dataclass(frozen=True)
class LiveCharts:
    """The charts of the present that a published year's page has, where there are figures."""

    durations: ChartFigure | None = None
    promises: ChartFigure | None = None
    ratings: ChartFigure | None = None
    programme: ChartFigure | None = None


def live_charts(digest: str) -> LiveCharts:
    """Return the charts of the present for the release with this digest.

    They are cached for ten minutes, but a survey that is published or withdrawn counts at once.
    """
    state = (settings.VERSION, digest, reader_language(), clock.today(), newest_published_id())
    key = f"live-charts-{'-'.join(map(str, state))}"
    stored: LiveCharts | None = CACHE.get(key)
    if stored is None:
        stored = LiveCharts(_durations(), _promises(), _ratings(), _programme())
        CACHE.set(key, stored, SECONDS)
    return stored


def _durations() -> ChartFigure | None:
    """Return how long decisions of the last twelve months took, and how many met their date, by procedure."""
    times = punctuality_by_month(PUBLIC).times
    if not times:
        return None
    rows = [_range_row(own) for own in times]
    has_shares = 2 * sum(not row.note for row in rows) >= len(rows)
    keys = [
        ChartKey("dot", _("half decided")),
        ChartKey("light", _("nine in ten decided")),
        ChartKey("target", _("legal limit")),
    ]
    head = [_("Procedure"), _("Half within"), _("Nine in ten within"), _("Legal limit"), _("Expected date met")]
    cells = [[row.label, number(row.half), number(row.most), number(row.limit), row.text or row.note] for row in rows]
    return ChartFigure(
        "durations-now", _("How long it takes, and whether it is on time") if has_shares else _("How long it takes"),
        _("Working days from submission, last twelve months"), "; ".join(row.words for row in rows),
        _range_rows(rows, has_shares=has_shares),
        _("On time means decided by the latest date that we first gave the applicant."), ChartTable(head, cells),
        details_url=reverse("dossiers:promises"), keys=keys,
        notes=[_("Hidden: a few dates could be worked out.")] if has_shares and any(row.note for row in rows) else [],
    )  # fmt: skip


def _range_rows(rows: list[RangeRow], *, has_shares: bool) -> RangeRows:
    """Return the rows with the shares on time, or with their days in words if most shares are hidden."""
    if has_shares:
        return RangeRows(rows, _("days"), _("on time"))
    days = _("%(middle)s–%(slow)s days")
    texts = [days % {"middle": number(row.half), "slow": number(row.most)} for row in rows]
    return RangeRows([row._replace(text=text, note="") for row, text in zip(rows, texts, strict=True)], _("days"))


def _range_row(own: ProcedureTimes) -> RangeRow:
    """Return the row of a procedure: its days, its legal limit, and the share of dates that were met."""
    try:
        limit: float | None = get_procedure(own.procedure, clock.today()).deadline_days
    except (KeyError, NotInForce):
        limit = None
    name = short_name_of(own.procedure, clock.today())
    values = {"half": number(own.middle), "most": number(own.slow)}
    words = _("half within %(half)s working days, nine in ten within %(most)s") % values
    is_shown = own.percent is not None
    text, note = (value_text(own.percent, 0, "%"), "") if is_shown else ("", pgettext("share", "hidden"))
    return RangeRow(name, own.middle, own.slow, f"{name}: {words}", limit, text, note)


def _promises() -> ChartFigure | None:
    """Return each unit's promises to petitioners, and how many were kept in time."""
    rows = promise_rows()
    if not rows:
        return None
    stacks = [_promise_row(row) for row in rows]
    drawn, undrawn = rows[:MOST_PROMISE_ROWS], len(rows[MOST_PROMISE_ROWS:])
    keys = [ChartKey("now", _("kept in time"))]
    if any(row.promised and row.promised < FEW_PROMISES for row in drawn):
        keys.append(ChartKey("light", _("kept in time, fewer than %(n)s promises") % {"n": FEW_PROMISES}))
    keys.append(ChartKey("rest", _("kept late, not kept, or not due yet")))
    table = ChartTable([_("Unit"), _("Kept in time")], [[row.label, row.words] for row in stacks])
    return ChartFigure(
        "promises-now", _("Promises kept in time, by unit"),
        _("Part of each unit’s promises; counts are rounded to fives"),
        "; ".join(f"{row.label}: {row.words}" for row in stacks), StackedRows(stacks[: len(drawn)]),
        _("Kept means that the unit did it by the promised day and the petitioner did not disagree."),
        table, details_url=reverse("listening:promises"), keys=keys,
        notes=[counted("%(n)s more unit is in the table.", "%(n)s more units are in the table.", undrawn)]
        if undrawn else [],
    )  # fmt: skip


def _promise_row(row: PromiseRow) -> StackRow:
    """Return a unit's row: its promises kept in time, and the rest of them."""
    label = row.unit or _("Smaller units together")
    if row.promised is None or row.in_time is None:
        text = value_text(SUPPRESSED)
        return StackRow(label, [StackPart(SUPPRESSED, "rest")], text, "", text)
    tone = "now" if row.promised >= FEW_PROMISES else "light"
    parts = [StackPart(row.in_time, tone), StackPart(max(0, row.promised - row.in_time), "rest")]
    text = _("%(part)s of %(n)s") % {"part": number(row.in_time), "n": number(row.promised)}
    return StackRow(label, parts, text, text)


def _ratings() -> ChartFigure | None:
    """Return how people rated the office in the newest published survey."""
    ratings = newest_ratings()
    if ratings is None or len(ratings.rows[0].lines) not in RATING_TONES:
        return None
    tones = RATING_TONES[len(ratings.rows[0].lines)]
    stacks = [_rating_row(row, tones) for row in ratings.rows]
    keys = [ChartKey(tone, line.label) for tone, line in zip(tones, ratings.rows[0].lines, strict=True)]
    values = {"title": ratings.survey.title, "n": number(ratings.respondents)}
    table = ChartTable([_("Rated"), _("Shares")], [[row.label, row.words] for row in stacks])
    means = [
        _("%(question)s %(mean)s of %(high)s") % {"question": row.item.label, "mean": number(row.mean[0], 1),
                                                "high": row.item.question.high}
        for row in ratings.scales if row.mean
    ]  # fmt: skip
    return ChartFigure(
        "ratings-now", _("How people rate us"), _("%(title)s, %(n)s answers") % values,
        "; ".join(f"{row.label}: {row.words}" for row in stacks), StackedRows(stacks), ratings.question, table,
        details_url=reverse("surveys:public"), keys=keys, notes=means,
    )  # fmt: skip


def _rating_row(row: ItemResult, tones: tuple[str, ...]) -> StackRow:
    """Return the shares of the answers about one thing."""
    label = next(str(entry.text) for entry in row.item.question.rows if entry.id == row.item.row)
    parts = [StackPart(line.share, tone) for line, tone in zip(row.lines, tones, strict=True)]
    shares = [value_text(round(100 * (line.share or 0)), 0, "%") for line in row.lines]
    words = ", ".join(f"{line.label} {share}" for line, share in zip(row.lines, shares, strict=True))
    return StackRow(label, parts, words, shares[0])


def _programme() -> ChartFigure | None:
    """Return what became of the money and goods that the running programme of community support received."""
    money = newest_running_programme()
    if money is None:
        return None
    amounts = [(money.handed, "now", _("handed over")), (money.goods, "light", _("bought, not handed over yet")),
               (money.money, "rest", pgettext("amount", "left"))]  # fmt: skip
    parts = [(vnd, tone, f"{name} {number(vnd / MILLION, 1)}") for vnd, tone, name in amounts if vnd > 0]
    words = ", ".join(text for _vnd, _tone, text in parts)
    title = _("%(programme)s: received") % {"programme": money.programme.name}
    amount = _("%(amount)s million đồng") % {"amount": number(money.received / MILLION, 1)}
    row = StackRow("", [StackPart(vnd, tone) for vnd, tone, _text in parts], words)
    return ChartFigure(
        "programme-now", title, amount, words, StackedRows([row]),
        details_url=reverse("community:public-programme", args=[money.programme.pk]),
        keys=[ChartKey(tone, text) for _vnd, tone, text in parts],
    )  # fmt: skip


def is_present(year: int, newest_year: int, release: int | None) -> bool:
    """Whether the page shows the newest release of the newest year, beside which the present makes sense."""
    return year == newest_year and release is None and year >= clock.today().year - 1
