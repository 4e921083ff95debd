"""Forms of the register: its filter, and the reason for which a closed month is opened."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ancu.apps.dossiers.rules.register import PeriodLength, RegisterPeriod, period_of, read_period
from ancu.apps.dossiers.selectors.register import RegisterFilter
from ancu.core import clock
from ancu.core.forms import Form, SearchSelect
from ancu.core.forms.filters import FilterForm

Choices = Sequence[tuple[Any, str]]
UNREADABLE = _("Enter a day, a month or a year, for example 24/11/2026, 11/2026 or 2026.")


class PeriodField(forms.Field):
    """A day, a month or a year as officers write it; cleans to ``RegisterPeriod``."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> RegisterPeriod | None:
        """Return the period, None if the field is empty; raise ValidationError if it is unreadable."""
        text = str(value or "").strip()
        if text and (period := read_period(text)) is None:
            raise ValidationError(UNREADABLE, code="invalid")
        return period if text else None

    def prepare_value(self, value: Any) -> Any:
        """Return the period as officers write it, also when an address has its ISO form; other text as typed."""
        period = value if isinstance(value, RegisterPeriod) else read_period(str(value or ""))
        return period.text if period else value


class RegisterForm(FilterForm):
    """The filter of the register, read from the query string."""

    period = PeriodField(
        label=_("Day, month or year"), required=False, help_text=_("For example 24/11/2026, 11/2026 or 2026.")
    )
    procedure = forms.ChoiceField(label=_("Procedure"), choices=[], required=False)
    unit = forms.ChoiceField(label=_("Commune"), choices=[], required=False, widget=SearchSelect)
    officer = forms.ChoiceField(label=_("Officer"), choices=[], required=False, widget=SearchSelect)
    q = forms.CharField(label=_("Register number, dossier number or name"), required=False, max_length=100)

    def __init__(self, data: Any, *, procedures: Choices, units: Choices, officers: Choices) -> None:
        super().__init__(data)
        every = {
            "procedure": (_("All procedures"), procedures), "unit": (_("All communes"), units),
            "officer": (_("Everyone"), officers),
        }  # fmt: skip
        for name, (everything, choices) in every.items():
            self.fields[name].choices = [("", everything), *((str(key), label) for key, label in choices)]  # type: ignore[attr-defined]

    def register_filter(self) -> tuple[RegisterFilter, str]:
        """Return the filter, of this month unless a period is chosen, and the search text."""
        chosen = self.chosen()
        filters = RegisterFilter(
            period=chosen.get("period") or period_of(PeriodLength.MONTH, clock.today()),
            procedure=chosen.get("procedure", ""),
            unit=int(chosen["unit"]) if "unit" in chosen else None,
            officer=int(chosen["officer"]) if "officer" in chosen else None,
        )
        return filters, chosen.get("q", "")


class OpenMonthForm(Form):
    """The closed month to open for an audit, and why."""

    month = PeriodField(label=_("Month"), help_text=_("A month that is over, for example 10/2026."))
    reason = forms.CharField(
        label=_("Why is it opened?"), max_length=300, widget=forms.Textarea({"rows": 2}),
        help_text=_("For example: the number of the inspection’s decision. Your reason is stored with your name."),
    )  # fmt: skip

    asks = {"reason": _("Say why the month is opened.")}

    def clean_month(self) -> RegisterPeriod:
        """Return the month; add an error for a day or a year."""
        period: RegisterPeriod = self.cleaned_data["month"]
        if period.length != PeriodLength.MONTH:
            raise ValidationError(_("Enter a month, for example 10/2026."), code="invalid")
        return period
