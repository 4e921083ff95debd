"""The filter of the dossiers of a trial, read from the query string."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ancu.apps.dossiers.enums import RuleEffect
from ancu.apps.dossiers.forms.register import PeriodField
from ancu.apps.dossiers.rules.register import PeriodLength, RegisterPeriod
from ancu.core.forms.filters import FilterForm


class TrialCaseForm(FilterForm):
    procedure = forms.CharField(label=_("Procedure"), required=False, max_length=40)
    month = PeriodField(label=_("Month"), required=False)
    effect = forms.ChoiceField(label=_("Effect"), choices=[("", ""), *RuleEffect.choices], required=False)

    def clean_month(self) -> RegisterPeriod | None:
        """Return the month; add an error for a day or a year."""
        period: RegisterPeriod | None = self.cleaned_data["month"]
        if period is not None and period.length != PeriodLength.MONTH:
            raise ValidationError(_("Enter a month, for example 10/2026."), code="invalid")
        return period
