"""Forms of the morning page: its day and place, the filter of a list, a reminder, and the briefing's setting."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from ancu.apps.dossiers.selectors.queues import QUEUES
from ancu.apps.oversight.enums import Severity
from ancu.apps.oversight.rules.catalogue import RULES
from ancu.apps.reporting.enums import ReminderKind
from ancu.apps.reporting.rules.morning import BANDS, Due
from ancu.core.forms import DateField, Form
from ancu.core.forms.filters import FilterForm
from ancu.core.templatetags.ui import weekday_name
from ancu.core.web.http import parse_whole_number

NO_UNIT = "none"  # in an address: petitions without a unit


class MorningForm(FilterForm):
    """The day and the place of the page."""

    day = DateField(label=_("Day"), required=False)
    unit = forms.IntegerField(label=_("Place"), required=False, min_value=1, max_value=2**63 - 1)


class MatterListForm(MorningForm):
    """The filter of a list behind a number."""

    severity = forms.TypedChoiceField(
        label=_("Severity"), required=False, choices=Severity.choices, coerce=int, empty_value=None
    )
    age = forms.ChoiceField(label=_("Age"), required=False, choices=[(band.key, band.key) for band in BANDS])
    rule = forms.CharField(label=_("Alert rule"), required=False, max_length=500)
    state = forms.ChoiceField(label=_("State"), required=False, choices=[(state.value, "") for state in QUEUES])
    due = forms.ChoiceField(label=_("Deadline"), required=False, choices=[(due.value, "") for due in Due])
    agency = forms.CharField(label=_("Unit"), required=False, max_length=2000)
    outcome = forms.ChoiceField(label=_("Outcome"), required=False, choices=[("on-time", ""), ("late", "")])

    def clean_rule(self) -> tuple[str, ...]:
        """Return the codes of the rules; an unknown one is an error."""
        codes = tuple(filter(None, self.cleaned_data["rule"].split(",")))
        if not set(codes) <= set(RULES):
            raise forms.ValidationError(_("This alert rule does not exist."))
        return codes

    def clean_agency(self) -> tuple[int | None, ...]:
        """Return the ids of the agencies; None for petitions without a unit."""
        texts = list(filter(None, self.cleaned_data["agency"].split(",")))
        ids = [None if text == NO_UNIT else parse_whole_number(text) for text in texts]
        if any(pk is None and text != NO_UNIT for pk, text in zip(ids, texts, strict=True)):
            raise forms.ValidationError(_("This unit does not exist."))
        return tuple(ids)


class ReminderForm(Form):
    kind = forms.ChoiceField(choices=ReminderKind.choices)
    subject = forms.IntegerField(min_value=1, max_value=2**63 - 1)


class AssignReportForm(Form):
    officer = forms.IntegerField(min_value=1, max_value=2**63 - 1)


class BriefingForm(Form):
    """The weekdays and the recipients of the briefing; without either none is sent."""

    weekdays = forms.TypedMultipleChoiceField(
        label=_("Send it on"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple,
        help_text=_("At 06:55. Choose no day to send it only when you press the button."),
    )  # fmt: skip
    recipients = forms.TypedMultipleChoiceField(
        label=_("Send it to"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple,
        help_text=_("Only officers who may read the morning page. Each gets what they may see."),
    )  # fmt: skip

    def __init__(self, *args: Any, people: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        days: Any = self.fields["weekdays"]
        days.choices = [(number, capfirst(weekday_name(number))) for number in range(7)]
        recipients: Any = self.fields["recipients"]
        recipients.choices = people
