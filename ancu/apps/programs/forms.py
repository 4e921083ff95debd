"""Forms of the manager's webhook pages."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ancu.apps.programs.enums import CHOICES
from ancu.core.forms import Form


class EventsForm(Form):
    events = forms.MultipleChoiceField(
        label=_("Events to send"),
        choices=CHOICES,
        widget=forms.CheckboxSelectMultiple,
        initial=[v for v, _l in CHOICES],
    )


class WebhookForm(EventsForm):
    """A new webhook address."""

    url = forms.CharField(
        label=_("Address of your program"),
        max_length=500,
        widget=forms.URLInput({"autocomplete": "off", "placeholder": "https://"}),
        help_text=_(
            "It must start with https:// and be reachable from the internet. Your program's developer knows it."
        ),
    )
    field_order = ["url", "events"]


class ReplaySinceForm(Form):
    """The moment since which messages are sent again."""

    since = forms.DateTimeField(
        label=_("Events since"), widget=forms.DateTimeInput({"type": "datetime-local"}, "%Y-%m-%dT%H:%M")
    )
