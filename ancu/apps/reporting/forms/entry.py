"""The monthly sheet: for each indicator its number, or part and base, a remark, and the reason of a correction."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ancu.apps.reporting.enums import FigureState
from ancu.apps.reporting.rules.outliers import needs_confirmation
from ancu.apps.reporting.rules.values import IndicatorAmount
from ancu.apps.reporting.selectors.figures import SheetCell
from ancu.apps.reporting.services.entering import FigureEntry
from ancu.core.forms import Form
from ancu.core.forms.numbers import WholeNumberField
from ancu.core.templatetags.ui import moment, number
from ancu.core.web.language import localized

MOST = 10**15 - 1
OVERTAKEN = _(
    "“%(name)s”: %(by)s entered %(value)s on %(when)s, and it is waiting for approval. Your number (%(yours)s) was "
    "not saved."
)


class FigureForm(Form):
    """One line of the sheet. An unchanged line is not submitted."""

    marks_optional = False  # the page says it once
    part = WholeNumberField(required=False, min_value=0, max_value=MOST)
    base = WholeNumberField(required=False, min_value=0, max_value=MOST)
    note = forms.CharField(required=False, max_length=200, label=_("Public remark: no names and no numbers below 5"))
    sure = forms.BooleanField(required=False, label=_("This number is right"))
    reason = forms.CharField(
        required=False,
        max_length=300,
        label=_("What you are correcting, and why. The public can read this: no names and no numbers below 5."),
    )

    def __init__(self, cell: SheetCell, *args: Any, **named: Any) -> None:
        self.cell = cell
        current = cell.current
        named["initial"] = {"part": current.part, "base": current.base, "note": current.note} if current else {}
        super().__init__(*args, prefix=cell.indicator.code, **named)
        title = localized(cell.indicator, "title")
        self.fields["part"].label = (
            pgettext_lazy("figure", "Number") if not cell.indicator.has_base else _("Number within the total")
        )
        self.fields["base"].label = _("Total number")
        for name in ("part", "base"):
            self.fields[name].widget.attrs["aria-label"] = f"{title}: {self.fields[name].label}"
        if not cell.indicator.has_base:
            del self.fields["base"]
        if not cell.needs_reason:
            del self.fields["reason"]
        self.needs_confirmation = False

    @property
    def waits(self) -> bool:
        """Whether the unit's latest figure still waits for approval; the form then has no input fields."""
        return self.cell.last is not None and self.cell.last.state == FigureState.PROPOSED

    def overtaken_message(self) -> str:
        """Return a message that someone else's figure was saved first and this one is not; "" without a conflict.

        A pending line has no fields on a new page, so an entry for it comes from an older window.
        """
        last, typed = self.cell.last, [self.data.get(self.add_prefix(name)) for name in ("part", "base")]
        if last is None or not self.waits or not any(typed):
            return ""
        values = {
            "name": localized(self.cell.indicator, "title"), "by": last.entered_by.full_name if last.entered_by else "",
            "when": moment(last.entered_at), "value": _amount(last.part, last.base),
            "yours": " / ".join(text for text in typed if text),
        }  # fmt: skip
        return OVERTAKEN % values

    @property
    def refused(self) -> bool:
        """Whether the unit's latest figure was refused and sent back for correction."""
        return self.cell.last is not None and self.cell.last.state == FigureState.REFUSED

    def clean(self) -> dict[str, Any]:
        """Require part and base together, a part within its base, and a confirmation of implausible numbers."""
        cleaned = super().clean() or {}
        if not self.has_changed() or self.errors:
            return cleaned
        if cleaned.get("part") is None:
            self.add_error("part", _("Enter the number."))
        if "base" in self.fields:
            self._clean_base(cleaned)
        if not cleaned.get("sure"):
            self._check_magnitude(cleaned)
        if "reason" in self.fields and not cleaned.get("reason", "").strip():
            self.add_error("reason", _("Explain what you are correcting, and why."))
        return cleaned

    def _check_magnitude(self, cleaned: dict[str, Any]) -> None:
        """Add an error for an implausibly large number such as 99,999,999, unless the box beside it is ticked."""
        highest = self.cell.highest
        for name in ("part", "base"):
            value = cleaned.get(name)
            if value is not None and needs_confirmation(value, highest):
                self.needs_confirmation = True
                self.add_error(name, far_above_message(value, highest))

    def _clean_base(self, cleaned: dict[str, Any]) -> None:
        """Add an error if the base of a share or average is missing, or smaller than the part of a share."""
        part, base = cleaned.get("part"), cleaned.get("base")
        if base is None:
            self.add_error("base", _("Enter the number within the total."))
        elif part is not None and self.cell.indicator.sums == "share" and part > base:
            self.add_error("part", _("This cannot be more than the total."))

    def entry(self, unit_id: int) -> FigureEntry:
        """Return the submitted figure, with note and reason, as an entry to propose for the unit."""
        answers = self.cleaned_data
        return FigureEntry(
            self.cell.indicator.code, unit_id, IndicatorAmount(answers["part"], answers.get("base")), answers["note"],
            answers.get("reason", ""),
        )  # fmt: skip


def _amount(part: int, base: int | None) -> str:
    """Return a figure as text: a number, or "part / base" for a share or an average."""
    return number(part) if base is None else f"{number(part)} / {number(base)}"


def far_above_message(value: int, highest: int | None) -> str:
    """Return the error for an implausibly high number, which asks the user to check and confirm it.

    ``highest`` is the unit's highest number of earlier months, None without one.
    """
    if highest is None:
        sentence = _("%(value)s is high for a first figure. Check the number. If it is right, tick the box below.")
        return sentence % {"value": number(value)}
    sentence = _(
        "%(value)s is more than ten times the highest number of earlier months (%(highest)s). Check the number. If "
        "it is right, tick the box below."
    )
    return sentence % {"value": number(value), "highest": number(highest)}


class RefuseFiguresForm(Form):
    reason = forms.CharField(label=_("What needs to be corrected"), max_length=300)


def sheet_forms(cells: Sequence[SheetCell], data: Any = None) -> list[FigureForm]:
    """Return a form for each cell (indicator and figures) of a unit's monthly sheet, bound to the submitted data."""
    return [FigureForm(cell, data) for cell in cells]
