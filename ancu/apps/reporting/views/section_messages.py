"""What a section of a year's page says beside its heading: the main figures, computed from what the page shows.

A sentence has only published figures. A clause whose figure is suppressed or missing is left out.
"""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from ancu.apps.reporting.selectors.year_results import YearIndicator, YearResults
from ancu.apps.reporting.views.live_charts import LiveCharts
from ancu.apps.reporting.views.result_charts import change_of
from ancu.core.charts import StackedRows
from ancu.core.charts.values import number_of
from ancu.core.templatetags.charts import value_format, value_text
from ancu.core.templatetags.ui import counted

MONTHS_OF_A_YEAR = 12


def stays_message(results: YearResults) -> str:
    """Return how many stays were declared, and whether the share of late ones meets its target."""
    return _sentence([_stays(results.by_code.get("stays_declared")), _late(results.by_code.get("stays_late"))])


def service_message(results: YearResults) -> str:
    """Return how many dossiers were decided, and how many of them by the expected date."""
    return _sentence([_decided(results), _on_time(results.by_code.get("promises_kept"))])


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
    if (share := _total(settled)) is not None:
        clauses.append(_("petitioners confirmed %(share)s as resolved") % {"share": _percent(share)})
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


def _percent(share: float) -> str:
    """Return a share as text, with a decimal place only if it has one."""
    return value_format(1, "%")(round(share, 1))


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


def _stays(entry: YearIndicator | None) -> str:
    """Return the number of declared stays with its change."""
    total = _total(entry)
    if entry is None or total is None:
        return ""
    return _compared(counted("%(n)s stay declared", "%(n)s stays declared", int(total)), entry)


def _late(entry: YearIndicator | None) -> str:
    """Return the share of stays that were declared late, and how it stands to its target."""
    share = _total(entry)
    if entry is None or share is None:
        return ""
    if entry.plan is None:
        return _("%(share)s declared late") % {"share": _percent(share)}
    values = {"share": _percent(share), "target": _percent(entry.plan)}
    if share <= entry.plan:
        return _("%(share)s declared late, within the target of %(target)s") % values
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
        return _("%(share)s decided on time") % {"share": _percent(share)}
    values = {"share": _percent(share), "target": _percent(entry.plan)}
    if share >= entry.plan:
        return _("%(share)s decided on time, which meets the target of %(target)s") % values
    return _("%(share)s decided on time, below the target of %(target)s") % values


def _reached(entry: YearIndicator, months: int) -> str:
    """Return how much of the year's target is reached, beside how much of the year is over."""
    total = _total(entry)
    if not entry.plan or total is None:
        return ""
    values = {
        "share": _percent(100 * total / entry.plan),
        "time": value_text(round(100 * months / MONTHS_OF_A_YEAR), 0, "%"),
    }
    if months == MONTHS_OF_A_YEAR:
        return _("%(share)s of the year’s target") % values
    return _("%(share)s of the year’s target when %(time)s of the year is over") % values
