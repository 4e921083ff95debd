"""Forms of the office's changes of rules: what is changed, from when, on which legal basis and why."""

from datetime import date
from itertools import pairwise
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ancu.apps.dossiers.enums import DayKind, RuleKind
from ancu.apps.dossiers.forms.rule_change import RuleChangeForm
from ancu.apps.dossiers.models import RuleDraft
from ancu.core import clock
from ancu.core.forms import CHOOSE, Form
from ancu.core.forms.numbers import WholeNumberField
from ancu.core.web.language import localized
from ancu.engines.rulebook import fees

MOST_USD, MOST_DAYS = 10_000, 730
HOURS = ("morning_opens", "morning_closes", "afternoon_opens", "afternoon_closes")
FREE = _("Enter the fee in whole US dollars, for example 30.")
DAYS_OFF = frozenset({DayKind.HOLIDAY, DayKind.SUBSTITUTE, DayKind.SWAP})


class FeeChangeForm(RuleChangeForm):
    """The dollars of one line of the fee table."""

    rule = RuleKind.FEE

    fee = forms.ChoiceField(label=_("Fee"), choices=[])
    usd = WholeNumberField(
        label=_("New fee in US dollars"),
        min_value=1,
        max_value=MOST_USD,
        error_messages=dict.fromkeys(("invalid", "min_value"), FREE),
    )
    field_order = ("fee", "usd")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lines = fees(clock.today()).values()
        choices = [(fee.code, f"{localized(fee, 'name')}: {fee.usd} USD") for fee in lines]
        self.fields["fee"].choices = [CHOOSE, *choices]  # type: ignore[attr-defined]

    def entry(self) -> str:
        """Return the code of the fee."""
        return str(self.cleaned_data["fee"])

    def values(self) -> dict[str, Any]:
        """Return the new dollars."""
        return {"usd": self.cleaned_data["usd"]}

    @classmethod
    def initial_of(cls, draft: RuleDraft) -> dict[str, Any]:
        """Return the values with which a draft's form opens, with the code of its fee."""
        return super().initial_of(draft) | {"fee": draft.entry}


class DayChangeForm(RuleChangeForm):
    """What a day of the calendar is: a day off with its names, an extra working day, or an ordinary day."""

    rule = RuleKind.DAY

    kind = forms.ChoiceField(label=_("What the day is"), choices=[CHOOSE, *DayKind.choices])
    name_vi = forms.CharField(label=_("Name in Vietnamese"), max_length=100, required=False)
    name_en = forms.CharField(label=_("Name in English"), max_length=100, required=False)
    field_order = ("valid_from", "kind", "name_vi", "name_en")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["valid_from"].label = _("Day")
        self.fields["valid_from"].help_text = _("Tomorrow or later.")

    def clean(self) -> dict[str, Any]:
        """Return the values; add an error for a day off without a name."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        for name in ("name_vi", "name_en"):
            if values.get("kind") in DAYS_OFF and not values.get(name):
                self.add_error(name, _("Name the day off."))
        return values

    def entry(self) -> str:
        """Return the day in ISO form."""
        day: date = self.cleaned_data["valid_from"]
        return day.isoformat()

    def values(self) -> dict[str, Any]:
        """Return the kind of the day; of a day off also its names."""
        names = ("kind", "name_vi", "name_en") if self.cleaned_data["kind"] in DAYS_OFF else ("kind",)
        return {name: self.cleaned_data[name] for name in names}


class HoursChangeForm(RuleChangeForm):
    """The office's hours in the morning and in the afternoon."""

    rule = RuleKind.HOURS

    morning_opens = forms.TimeField(label=_("Opens in the morning"), help_text=_("For example 07:30."))
    morning_closes = forms.TimeField(label=_("Closes at noon"))
    afternoon_opens = forms.TimeField(label=_("Opens in the afternoon"))
    afternoon_closes = forms.TimeField(label=_("Closes in the evening"))
    field_order = HOURS

    def clean(self) -> dict[str, Any]:
        """Return the values; add an error to the first time that is not after the one before."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        for earlier, later in pairwise(HOURS):
            if values.get(earlier) and values.get(later) and values[later] <= values[earlier]:
                self.add_error(later, _("Enter a time after the one before."))
                break
        return values

    def values(self) -> dict[str, Any]:
        """Return the new hours as the rulebook writes them."""
        times = [f"{self.cleaned_data[name]:%H:%M}" for name in HOURS]
        return {"morning": times[:2], "afternoon": times[2:]}

    @classmethod
    def initial_of(cls, draft: RuleDraft) -> dict[str, Any]:
        """Return the values with which a draft's form opens, with its four times."""
        times = [*draft.values["morning"], *draft.values["afternoon"]]
        return {**super().initial_of(draft), **dict(zip(HOURS, times, strict=True))}


class MarginChangeForm(RuleChangeForm):
    """How many days before the passport a visa or card must end."""

    rule = RuleKind.MARGIN

    days = WholeNumberField(
        label=_("Days before the passport expires"),
        min_value=1,
        max_value=MOST_DAYS,
        help_text=_("A visa or residence card must end at least so many days before the passport."),
    )
    field_order = ("days",)

    def values(self) -> dict[str, Any]:
        """Return the new number of days."""
        return {"days": self.cleaned_data["days"]}


class ReturnChangeForm(Form):
    """Why a change is returned to its drafter."""

    reason = forms.CharField(
        label=_("What must be corrected?"), max_length=1000, widget=forms.Textarea({"rows": 2}),
    )  # fmt: skip


class WithdrawChangeForm(Form):
    """Why an approved change is withdrawn."""

    reason = forms.CharField(
        label=_("Why is the change withdrawn?"), max_length=1000, widget=forms.Textarea({"rows": 2}),
    )  # fmt: skip
