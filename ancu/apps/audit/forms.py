"""Filters of the audit log."""

from collections.abc import Iterable

from django import forms
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ancu.apps.audit.selectors import EventFilter, sentences
from ancu.core.forms import DateField, SearchSelect
from ancu.core.forms.filters import FilterForm


class EventFilterForm(FilterForm):
    """``people``: (id, name) of users whose acts the reader may see; a link may name another user."""

    person = forms.IntegerField(
        label=pgettext_lazy("audit", "Who"), required=False, min_value=1, max_value=2**63 - 1, widget=SearchSelect
    )
    act = forms.ChoiceField(label=pgettext_lazy("audit", "What"), required=False, widget=SearchSelect)
    since = DateField(label=_("From day"), required=False)
    until = DateField(label=_("Until day"), required=False)
    subject = forms.CharField(required=False, max_length=101, widget=forms.HiddenInput)
    looks = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict, people: Iterable[tuple[int, str]] = ()) -> None:
        super().__init__(data)
        self.fields["person"].widget.choices = [("", _("Everyone")), *people]
        acts = sorted(((key, capfirst(str(text))) for key, text in sentences().items()), key=lambda pair: pair[1])
        self.fields["act"].choices = [("", _("Everything")), *acts]  # type: ignore[attr-defined]

    def event_filter(self) -> EventFilter:
        """Return the chosen filters of the list of audit events."""
        return EventFilter(**self.chosen())
