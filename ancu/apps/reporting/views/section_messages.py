"""What a section of a year's page says beside its heading: the main figures, computed from what the page shows.

A sentence has only published figures. A clause whose figure is suppressed or missing is left out.
"""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from ancu.apps.reporting.selectors.year_results import YearIndicator, YearResults
from ancu.apps.reporting.views.key_figures import counts_text, percent_text
from ancu.apps.reporting.views.live_charts import LiveCharts
from ancu.apps.reporting.views.result_charts import change_of
from ancu.core.charts import ChartFigure, DrawingParts, RangeRows, StackedRows
from ancu.core.charts.values import number_of
from ancu.core.templatetags.charts import value_text
from ancu.core.templatetags.ui import counted

MONTHS_OF_A_YEAR = 12


def stays_message(results: YearResults) -> str:
    """Return whether more stays were declared than a year before, and whether fewer were late than the target."""
    declared, late = results.by_code.get("stays_declared"), results.by_code.get("stays_late")
    return _sentence([_stays(declared), _late(late)])


def service_message(results: YearResults, live: LiveCharts | None = None) -> str:
    """Return how many dossiers were decided, whether the target of punctual ones is met, and what takes longest."""
    clauses = [_decided(results), _on_time(results.by_code.get("promises_kept"))]
    return _sentence([*clauses, _slowest(live.durations if live else None)])


def crime_message(results: YearResults) -> str:
    """Return how many criminal cases were cleared, and how much of the year's target that is."""
    entry = results.by_code.get("cases_cleared")
    total = _total(entry)
    if entry is None or total is None:
        return ""
    cases = counted("%(n)s criminal case cleared", "%(n)s criminal cases cleared", int(total))
    return _sentence([_compared(cases, entry), _reached(entry, results.months)])


def voice_message(results: YearResults) -> str:
    """Return how many petitions came, and how many of them the petitioners confirmed as resolved."""
    received, settled = (results.by_code.get(code) for code in ("petitions_received", "petitions_settled"))
    clauses = []
    if received is not None and (total := _total(received)) is not None:
        petitions = counted("%(n)s petition received", "%(n)s petitions received", int(total))
        clauses.append(_compared(petitions, received))
    if settled is not None and (share := _total(settled)) is not None:
        size = counts_text(settled) or percent_text(share)
        clauses.append(_("petitioners confirmed %(share)s as resolved") % {"share": size})
    return _sentence(clauses)


def help_message(live: LiveCharts) -> str:
    """Return which part of what the running programme received has been spent or handed over."""
    drawing = live.programme.drawing if live.programme else None
    if not isinstance(drawing, StackedRows):
        return ""
    parts = [(number_of(part.value) or 0.0, part.tone) for part in drawing.stacks[0].parts]
    received = sum(amount for amount, _tone in parts)
    unspent = sum(amount for amount, tone in parts if tone == "rest")
    if not received:
        return ""
    share = value_text(round(100 * (received - unspent) / received), 0, "%")
    return _sentence(
        [_("%(share)s of what the running programme received has been spent or handed over") % {"share": share}]
    )


def _sentence(clauses: Sequence[str]) -> str:
    """Return the clauses that say something as one sentence; "" if none does."""
    text = "; ".join(filter(None, clauses))
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _total(entry: YearIndicator | None) -> float | None:
    """Return the shown total of an indicator; None without one."""
    return None if entry is None else number_of(entry.total)


def _compared(text: str, entry: YearIndicator) -> str:
    """Return the text with the change from the same months of the year before, if both years are published."""
    delta = change_of(entry)
    if delta is None:
        return text
    values = {"text": text, "change": delta.text, "year": entry.year - 1}
    if len(entry.months) == MONTHS_OF_A_YEAR:
        sentences = _("%(text)s, %(change)s more than in %(year)s"), _("%(text)s, %(change)s fewer than in %(year)s")
        return sentences[not delta.is_up] % values
    if delta.is_up:
        return _("%(text)s, %(change)s more than in the same months of %(year)s") % values
    return _("%(text)s, %(change)s fewer than in the same months of %(year)s") % values


def _months_up(entry: YearIndicator) -> tuple[int, int] | None:
    """Return in how many months the value is higher than a year before, and in how many lower.

    None unless both years show every month.
    """
    pairs = list(zip(map(number_of, entry.months), map(number_of, entry.earlier_months), strict=False))
    if not pairs or len(pairs) < len(entry.months) or any(None in pair for pair in pairs):
        return None
    differences = [now - before for now, before in pairs if now is not None and before is not None]
    return sum(amount > 0 for amount in differences), sum(amount < 0 for amount in differences)


def _in_months(count: int, entry: YearIndicator) -> str:
    """Return in how many of the months, in words."""
    values = {"count": count, "n": len(entry.months)}
    return (_("in all %(n)s months") if count == len(entry.months) else _("in %(count)s of %(n)s months")) % values


def _stays(entry: YearIndicator | None) -> str:
    """Return in how many months more stays were declared than a year before; else their number with its change."""
    total = _total(entry)
    if entry is None or total is None:
        return ""
    months = _months_up(entry)
    if months is None or months[0] == months[1]:
        return _compared(counted("%(n)s stay declared", "%(n)s stays declared", int(total)), entry)
    values = {"year": entry.year - 1, "months": _in_months(max(months), entry)}
    if months[0] > months[1]:
        return _("More guests came than in %(year)s %(months)s") % values
    return _("Fewer guests came than in %(year)s %(months)s") % values


def _late_trend(entry: YearIndicator) -> str:
    """Return in how many months the share of late stays was smaller, or larger, than a year before."""
    months = _months_up(entry)
    if months is None or months[0] == months[1]:
        return ""
    values = {"months": _in_months(max(months), entry)}
    if months[0] > months[1]:
        return _("a larger share was declared late %(months)s") % values
    return _("a smaller share was declared late %(months)s") % values


def _late(entry: YearIndicator | None) -> str:
    """Return the share of stays that were declared late, and how it stands to its target."""
    share = _total(entry)
    if entry is None or share is None:
        return ""
    if entry.plan is None:
        return _("%(share)s declared late") % {"share": percent_text(share)}
    values = {"share": percent_text(share), "target": percent_text(entry.plan), "trend": _late_trend(entry)}
    if values["trend"]:
        if share <= entry.plan:
            return _("%(trend)s: %(share)s, which meets the target of %(target)s") % values
        return _("%(trend)s: %(share)s, above the target of %(target)s") % values
    if share <= entry.plan:
        return _("%(share)s declared late, which meets the target of %(target)s") % values
    return _("%(share)s declared late, above the target of %(target)s") % values


def _decided(results: YearResults) -> str:
    """Return how many dossiers were decided; "" if the total of a procedure is not shown."""
    entries = [entry for code, entry in results.by_code.items() if code.startswith("dossiers_decided-")]
    totals = [_total(entry) for entry in entries]
    shown_totals = [total for total in totals if total is not None]
    if not totals or len(shown_totals) < len(totals):
        return ""
    return counted("%(n)s dossier decided", "%(n)s dossiers decided", int(sum(shown_totals)))


def _on_time(entry: YearIndicator | None) -> str:
    """Return the share of dossiers decided by the expected date, and how it stands to its target."""
    share = _total(entry)
    if entry is None or share is None:
        return ""
    if entry.plan is None:
        return _("%(share)s decided on time") % {"share": percent_text(share)}
    values = {"share": percent_text(share), "target": percent_text(entry.plan)}
    if share >= entry.plan:
        return _("%(share)s decided on time, which meets the target of %(target)s") % values
    return _("%(share)s decided on time, below the target of %(target)s") % values


def _slowest(durations: ChartFigure | None) -> str:
    """Return which procedure takes longest by the days within which nine in ten are decided; "" if several do."""
    drawing = durations.drawing if durations else None
    if isinstance(drawing, DrawingParts):
        drawing = drawing.parts[0].drawing
    if not isinstance(drawing, RangeRows):
        return ""
    most = max(row.most for row in drawing.ranges)
    slowest = [row for row in drawing.ranges if row.most == most]
    if len(slowest) != 1 or len(drawing.ranges) == 1:
        return ""
    return _("slowest: %(procedure)s") % {"procedure": lowered(slowest[0].label)}


def lowered(name: str) -> str:
    """Return a name within a sentence: its first letter is small."""
    return f"{name[:1].lower()}{name[1:]}"


def _reached(entry: YearIndicator, months: int) -> str:
    """Return how much of the year's target is reached, and whether that is more than the part of the year."""
    total = _total(entry)
    if not entry.plan or total is None:
        return ""
    values = {
        "share": percent_text(100 * total / entry.plan),
        "time": value_text(round(100 * months / MONTHS_OF_A_YEAR), 0, "%"),
    }
    if months == MONTHS_OF_A_YEAR:
        return _("%(share)s of the year’s target") % values
    if total / entry.plan >= months / MONTHS_OF_A_YEAR:
        return _("on schedule: %(share)s of the year’s target when %(time)s of the year is over") % values
    return _("behind schedule: %(share)s of the year’s target when %(time)s of the year is over") % values
