"""The search form, the filters of the task page, and what an act on several tasks asks."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ancu.apps.desk.enums import ASKS, GROUPINGS, SHOWS, SORTINGS, Show
from ancu.apps.desk.selectors.filters import DeskFilter
from ancu.core.actor import Actor
from ancu.core.forms import CHOOSE, DateField, Form
from ancu.core.registry.search import LONGEST
from ancu.core.registry.task_groups import BulkAct, TaskGroup


class SearchForm(Form):
    """Free text; overlong text is truncated when parsed."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=10 * LONGEST,
        strip=True,
        widget=forms.TextInput({"type": "search", "autocomplete": "off", "maxlength": LONGEST}),
    )


class DeskFilterForm(Form):
    """The filter in the address of the task page; what is not a choice is left out."""

    show = forms.ChoiceField(required=False, choices=[("", ""), *SHOWS.items(), (Show.POSTPONED.value, "")])
    ask = forms.ChoiceField(required=False, choices=[("", ""), *ASKS.items()])
    group = forms.CharField(required=False, max_length=40)
    q = forms.CharField(required=False, max_length=60)
    saved = forms.IntegerField(required=False, min_value=1)
    by = forms.ChoiceField(required=False, choices=[("", ""), *GROUPINGS.items()])
    sort = forms.ChoiceField(required=False, choices=[("", ""), *SORTINGS.items()])

    def chosen(self) -> DeskFilter:
        """Return the filter of the valid fields."""
        self.is_valid()
        data = self.cleaned_data
        return DeskFilter(
            data.get("show") or "", data.get("ask") or "", data.get("group") or "", data.get("q") or "",
            data.get("saved"), data.get("by") or "", data.get("sort") or "",
        )  # fmt: skip


class BulkChoiceForm(Form):
    """To whom or to what day an act on several tasks goes, or why it is done."""

    def __init__(self, *args: Any, act: BulkAct, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, prefix=act.key, auto_id="bulk_%s", **kwargs)
        if act.asks_day:
            self.fields["choice"] = DateField(label=_("Day"))
        elif act.asks_reason:
            label, widget = pgettext_lazy("act on several tasks", "Reason"), forms.Textarea({"rows": 3})
            self.fields["choice"] = forms.CharField(label=label, max_length=1000, widget=widget)
        elif act.choices:
            self.fields["choice"] = forms.ChoiceField(label=str(act.label), choices=[CHOOSE, *act.choices(actor)])

    def chosen(self) -> str:
        """Return the choice of a valid form as text, a day in ISO format."""
        choice = self.cleaned_data.get("choice", "")
        return choice.isoformat() if isinstance(choice, date) else str(choice)


class SaveTaskFilterForm(Form):
    """A name and at least one condition."""

    name = forms.CharField(label=_("Name of the filter"), max_length=40)
    ask = forms.ChoiceField(label=_("What the task asks"), required=False)
    group = forms.ChoiceField(label=_("Kind of task"), required=False)
    words = forms.CharField(
        label=_("Words in the task"), required=False, max_length=60,
        help_text=_("A place, a lodging, a subject. A filter is deleted half a year after you have saved it."),
    )  # fmt: skip
    grouping = forms.ChoiceField(label=_("Group by"), required=False, choices=list(GROUPINGS.items()))
    sorting = forms.ChoiceField(label=_("Sort by"), required=False, choices=list(SORTINGS.items()))

    def __init__(self, *args: Any, groups: list[TaskGroup], **kwargs: Any) -> None:
        super().__init__(*args, auto_id="filter_%s", **kwargs)
        self.fields["ask"].choices = [("", _("whatever is asked")), *ASKS.items()]  # type: ignore[attr-defined]
        self.fields["group"].choices = [  # type: ignore[attr-defined]
            ("", _("all kinds")), *((group.key, group.label) for group in groups)
        ]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Refuse a filter that lets every task through."""
        data = super().clean() or {}
        if not self.errors and not any(data.get(name) for name in ("ask", "group", "words")):
            raise forms.ValidationError(_("Choose what is asked, a kind, or words."))
        return data
