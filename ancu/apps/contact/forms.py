"""Forms: a lodging's urgent report, its acknowledgement, and a broadcast of the office."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ancu.apps.contact.enums import UrgentReportKind
from ancu.apps.lodging.enums import LodgingKind
from ancu.apps.messaging.forms import MessageFilesField
from ancu.apps.messaging.rules import MESSAGE_FILES
from ancu.apps.messaging.services import MessageUpload
from ancu.core.forms import Form

LONGEST = 5000


class UrgentReportForm(Form):
    """An urgent report. Its kind and a description are enough."""

    kind = forms.ChoiceField(label=_("What is it?"), choices=UrgentReportKind, widget=forms.RadioSelect)
    body = forms.CharField(
        label=_("What happened?"),
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("Who, in which room, since when. If someone is in danger, call 113 first."),
    )
    attached = MessageFilesField(
        label=_("Photos or files"),
        required=False,
        max_length=200,
        accept=MESSAGE_FILES,
        help_text=_("PDF, photos (JPEG, PNG, HEIC) or XLSX, up to 5 files of 10 MB each."),
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    asks = {"body": _("Write in a few words what happened.")}

    def uploads(self) -> list[MessageUpload]:
        """Return the files attached to the urgent report."""
        return [MessageUpload(upload.name, upload.read()) for upload in self.cleaned_data["attached"]]


class AcknowledgeForm(Form):
    reply = forms.CharField(
        label=_("Message to the lodging"), required=False, max_length=LONGEST, widget=forms.Textarea({"rows": 2})
    )


class BroadcastForm(Form):
    """The recipients and text of a broadcast. No chosen kind means all kinds of lodgings."""

    unit = forms.TypedChoiceField(label=_("Lodgings in"), coerce=int)
    kinds = forms.MultipleChoiceField(
        label=_("Kinds of lodging"),
        choices=LodgingKind,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Choose none to reach all kinds."),
    )
    title = forms.CharField(label=_("Title"), max_length=150)
    body = forms.CharField(label=_("Text"), max_length=LONGEST, widget=forms.Textarea({"rows": 8}))
    key = forms.UUIDField(widget=forms.HiddenInput)

    asks = {"title": _("Give it a title."), "body": _("Write what the lodgings should know.")}

    def __init__(self, *args: Any, units: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = units  # type: ignore[attr-defined]  # a choice field
