"""The six tiles and the four faces: each number with its change, its course of thirty days and how it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ancu.apps.reporting.enums import FigureState, PeriodKind
from ancu.apps.reporting.models import Figure, FigurePlan, Total
from ancu.apps.reporting.rules.morning import Season, Tone, season_of, standing_of
from ancu.apps.reporting.rules.periods import shift
from ancu.apps.reporting.selectors.morning.alerts import AlertGrid, OpenCourse
from ancu.apps.reporting.selectors.morning.dossiers import DecisionCourse, DossierSteps
from ancu.apps.reporting.selectors.morning.petitions import DuePromises, PetitionTable
from ancu.apps.reporting.selectors.morning.scope import MorningScope
from ancu.apps.reporting.selectors.morning.stays import GuestFlow, OnTimeShare, PresenceMonth
from ancu.core.templatetags.ui import counted, number

LATE, PROMISED = "stays_late", "promises_kept"
MONTHS = 12


@dataclass(frozen=True)
class Targets:
    """The year's targets in percent; None where none is set."""

    on_time: float | None = None
    promised: float | None = None


def targets(scope: MorningScope) -> Targets:
    """Return the year's targets of the actor's area, as the page of targets sets them."""
    plans = FigurePlan.objects.filter(unit=scope.root, year=scope.day.year, indicator__in=(LATE, PROMISED))
    values = dict(plans.values_list("indicator", "value"))
    late, promised = values.get(LATE), values.get(PROMISED)
    return Targets(None if late is None else 100 - float(late), None if promised is None else float(promised))


def on_time_months(scope: MorningScope) -> list[float]:
    """Return the share declared on time in each of the last complete months, from the office's figures."""
    first = shift(scope.day.replace(day=1), -MONTHS)
    within = {"indicator": LATE, "period__kind": PeriodKind.MONTH, "period__first_day__gte": first}
    within |= {"period__first_day__lt": scope.day.replace(day=1)}
    rows: Any
    if scope.is_whole and scope.actor.is_office:
        rows = Total.objects.filter(unit__isnull=True, **within)
    else:
        rows = Figure.objects.filter(unit_id__in=scope.places.ids, state=FigureState.CURRENT, **within)
    months = rows.order_by("period__first_day").values_list("period__first_day")
    sums = months.annotate(late=Sum("part"), declared=Sum("base"))
    return [round(100 - 100 * late / declared, 1) for _first, late, declared in sums if declared]


@dataclass(frozen=True)
class MorningTile:
    """One tile: a number or a share, its change, its course and how it stands.

    ``better`` says whether the change is good for people, None if neither; ``note`` stands beside the standing.
    ``year_ago`` is the course of the same days a year before.
    """

    key: str
    label: str
    value: float | None
    url: str
    course: Sequence[float | None]
    change: float | None = None
    better: bool | None = None
    is_share: bool = False
    base: str = ""
    tone: Tone = Tone.MUTE
    standing: str = ""
    note: str = ""
    year_ago: Sequence[float | None] = ()
    target: float | None = None

    @property
    def text(self) -> str:
        """The value with the language's separators; a dash without one."""
        return "–" if self.value is None else number(self.value, 1 if self.is_share else 0)

    @property
    def change_text(self) -> str:
        """The size of the change; "" without one."""
        return number(abs(self.change), 1 if self.is_share else 0) if self.change else ""


def standing_words(tone: Tone) -> str:
    """Return how a share stands against its target, in a word or two."""
    words = {Tone.OK: _("Met"), Tone.WARN: pgettext("target", "Missed"), Tone.BAD: pgettext("target", "Missed")}
    return words.get(tone, "")


def present_tile(scope: MorningScope, month: PresenceMonth, flow: GuestFlow) -> MorningTile:
    """Return the tile of foreigners present, compared with a year before."""
    note = f"{scope.yesterday.year - 1}: {number(month.year_ago[-1])}"
    words = {Season.USUAL: _("Seasonal"), Season.MORE: _("Above season"), Season.FEWER: _("Below season")}
    season = season_of(month.present[-1], month.year_ago[-1])
    return MorningTile(
        "present", _("Staying here"), month.present[-1], flow.present.link, month.present, month.change,
        standing=words[season] if season else "", note=note, year_ago=month.year_ago,
    )  # fmt: skip


def on_time_tile(scope: MorningScope, share: OnTimeShare, aims: Targets, months: Sequence[float]) -> MorningTile:
    """Return the tile of declarations on time in thirty days; its course is by month."""
    tone = standing_of(share.percent, aims.on_time)
    change = round(share.percent - months[-1], 1) if share.percent is not None and months else None
    course = [*months, share.percent] if share.percent is not None else list(months)
    return MorningTile(
        "on-time", _("Declared on time, 30 days"), share.percent,
        reverse("stays:area-unit", args=[scope.unit.pk]), course, change,
        better=_is_better(change, tone), is_share=True, tone=tone, standing=standing_words(tone),
        base=f"{number(share.declared - share.late)}/{number(share.declared)}",
        note=target_words(aims.on_time), target=aims.on_time,
    )  # fmt: skip


def _is_better(change: float | None, tone: Tone) -> bool | None:
    """Return whether a share's change is good for people; None without one, and for a fall that stays above target."""
    if not change or (change < 0 and tone is Tone.OK):
        return None
    return change > 0


def target_words(target: float | None) -> str:
    """Return the target in words, or that there is none."""
    if target is None:
        return _("no target is set")
    return _("target %(percent)s %%") % {"percent": number(target, 0 if target % 1 == 0 else 1)}


def silent_tile(scope: MorningScope, course: OpenCourse, lodgings: int) -> MorningTile:
    """Return the tile of lodgings that have stopped declaring, of all that are active."""
    url = scope.list_url("alerts", rule="silent")
    tone = Tone.WARN if course.last else Tone.OK
    return MorningTile(
        "silent", _("Lodgings gone silent"), course.last, url if course.last and scope.is_today else "",
        course.numbers, course.change, better=None if not course.change else course.change < 0, tone=tone,
        standing=_("To check") if course.last else _("None"),
        note=counted("of %(n)s lodging", "of %(n)s", lodgings) if lodgings and scope.is_today else "",
    )  # fmt: skip


def dossiers_tile(scope: MorningScope, course: DecisionCourse, aims: Targets) -> MorningTile:
    """Return the tile of dossiers decided by the promised day in thirty days."""
    tone = standing_of(course.percent, aims.promised)
    before = next((share for share in reversed(course.shares[:-1]) if share is not None), None)
    change = round(course.percent - before, 1) if course.percent is not None and before is not None else None
    return MorningTile(
        "dossiers", _("Dossiers on time, 30 days"), course.percent,
        scope.list_url("dossiers-promised", day=scope.day) if course.promised else "", course.shares, change,
        better=_is_better(change, tone), is_share=True, tone=tone, standing=standing_words(tone),
        base=f"{number(course.on_time)}/{number(course.promised)}", note=target_words(aims.promised),
        target=aims.promised,
    )  # fmt: skip


def alerts_tile(scope: MorningScope, grid: AlertGrid, course: OpenCourse) -> MorningTile:
    """Return the tile of alerts that wait for a decision."""
    high = grid.high.value if scope.is_today else 0
    return MorningTile(
        "alerts", _("Open alerts"), course.last, grid.total.link if scope.is_today else "", course.numbers,
        course.change, better=None if not course.change else course.change < 0,
        tone=Tone.WARN if course.last else Tone.OK, standing=_("To check") if course.last else _("None"),
        note=counted("%(n)s high", "%(n)s high", high) if high else "",
    )  # fmt: skip


def petitions_tile(scope: MorningScope, table: PetitionTable, course: OpenCourse) -> MorningTile:
    """Return the tile of petitions that wait for an answer."""
    late = table.late.value if scope.is_today else 0
    return MorningTile(
        "petitions", _("Petitions to answer"), course.last, table.total.link if scope.is_today else "",
        course.numbers, course.change, better=None if not course.change else course.change < 0,
        tone=Tone.BAD if late else Tone.OK, standing=pgettext("answers", "Late") if late else _("On time"),
        note=counted("%(n)s past due", "%(n)s past due", late) if late else "",
    )  # fmt: skip


# --- faces ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class MorningFace:
    """One of the four faces: how a field of work stands, in a word and a line."""

    title: str
    detail: str
    tone: Tone
    url: str
    is_urgent: bool = False

    @property
    def icon(self) -> str:
        """The drawing that goes with the tone: a flag for urgent reports."""
        return "flag" if self.is_urgent else ICONS[self.tone]


WORST_FIRST = (Tone.BAD, Tone.WARN, Tone.MUTE, Tone.OK)
ICONS = {Tone.OK: "check", Tone.WARN: "clock", Tone.BAD: "warn", Tone.MUTE: "info"}


def stays_face(tile: MorningTile, share: OnTimeShare) -> MorningFace:
    """Return the face of stays, by the share declared on time."""
    if tile.tone.is_missed:
        late = counted("%(n)s declared late in 30 days", "%(n)s declared late in 30 days", share.late)
        return MorningFace(_("Stays: below target"), late, tile.tone, "#tile-on-time")
    detail = _("declared on time, above the target") if tile.target is not None else _("no target is set")
    if tile.value is None:
        detail = _("nothing declared in 30 days")
    return MorningFace(_("Stays: normal"), detail, Tone.OK, "#tile-on-time")


def dossiers_face(steps: DossierSteps, tile: MorningTile) -> MorningFace:
    """Return the face of dossiers: overdue, below target or normal."""
    late, decide = steps.late.value, steps.to_decide.value
    detail = ", ".join(filter(None, (
        counted("%(n)s past due", "%(n)s past due", late) if late else "",
        counted("%(n)s to decide", "%(n)s to decide", decide) if decide else "",
    )))  # fmt: skip
    if tile.tone in {Tone.WARN, Tone.BAD}:
        return MorningFace(_("Dossiers: below target"), detail, tile.tone, "#dossiers")
    if late:
        return MorningFace(_("Dossiers: some overdue"), detail, Tone.WARN, "#dossiers")
    return MorningFace(_("Dossiers: normal"), detail or _("none is overdue"), Tone.OK, "#dossiers")


def alerts_face(urgent: int, grid: AlertGrid) -> MorningFace:
    """Return the face of alerts: urgent reports first, then alerts of high severity."""
    parts = [counted("%(n)s of high severity", "%(n)s of high severity", grid.high.value)] if grid.high.value else []
    if grid.oldest_high:
        parts.append(counted("oldest %(n)s day", "oldest %(n)s days", grid.oldest_high))
    detail = ", ".join(parts)
    if urgent:
        title = counted("Alerts: %(n)s urgent report", "Alerts: %(n)s urgent reports", urgent)
        return MorningFace(title, detail or _("a lodging is waiting for an answer"), Tone.BAD, "#wrong", True)
    if grid.high.value:
        return MorningFace(_("Alerts: high severity"), detail, Tone.WARN, "#alerts")
    return MorningFace(_("Alerts: normal"), _("none of high severity"), Tone.OK, "#alerts")


def people_face(table: PetitionTable, promises: DuePromises) -> MorningFace:
    """Return the face of the public: overdue answers and promises."""
    late, broken = table.late.value, promises.late.value
    detail = counted("%(n)s promise overdue", "%(n)s promises overdue", broken) if broken else _("no promise overdue")
    if late:
        title = counted("The public: %(n)s late answer", "The public: %(n)s late answers", late)
        return MorningFace(title, detail, Tone.BAD, "#petitions")
    return MorningFace(_("The public: normal"), detail, Tone.WARN if broken else Tone.OK, "#petitions")
