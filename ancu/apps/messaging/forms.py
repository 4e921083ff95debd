"""Forms for messages, their files, reply templates, notification preferences and devices."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from ancu.apps.messaging.enums import EmailTiming
from ancu.apps.messaging.models import NotificationPreference
from ancu.apps.messaging.rules import (
    DOCUMENTS,
    MESSAGE_FILES,
    MOST_FILES,
    NotificationKind,
    file_attributes,
    kinds,
    subject_kinds,
)
from ancu.apps.messaging.selectors.in_app import WAITING
from ancu.apps.messaging.services import MessageUpload
from ancu.core.forms import Form
from ancu.core.forms.inputs import MultipleFileInput

LONGEST = 5000


class MessageFilesField(forms.FileField):
    """Several files at once; cleans to a list, empty if none was chosen. ``accept`` are the allowed endings."""

    def __init__(self, *, accept: str = DOCUMENTS, **kwargs: Any) -> None:
        super().__init__(widget=MultipleFileInput(file_attributes(accept)), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Return the files uploaded with a message; more than ``MOST_FILES`` are an error."""
        if len(data) > MOST_FILES:
            raise forms.ValidationError(_("Send at most %(most)s files with one message."), params={"most": MOST_FILES})
        return [super(MessageFilesField, self).clean(upload, initial) for upload in data]


class MessageForm(Form):
    """A message with files. Its fields are drawn by ``messaging/thread.html``, which other apps' pages include."""

    body = forms.CharField(label=_("Your message"), max_length=LONGEST, widget=forms.Textarea)
    attached = MessageFilesField(label=_("Files"), required=False, max_length=200, accept=MESSAGE_FILES)

    asks = {"body": _("Write your message.")}

    def uploads(self) -> list[MessageUpload]:
        """Return the files attached to the submitted message, each with name and bytes; an empty list without any."""
        return [MessageUpload(upload.name, upload.read()) for upload in self.cleaned_data["attached"]]


class ReplyTemplateForm(Form):
    """The title and text of a reply template."""

    title = forms.CharField(
        label=_("Title"), max_length=100, help_text=_("Officers find the template in the list by this title.")
    )
    kind = forms.ChoiceField(label=_("For conversations about"), required=False)
    body = forms.CharField(
        label=_("Text"),
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 6}),
        help_text=_("{subject}, {officer}, {office} and {today} are filled in when it is used."),
    )

    asks = {"title": _("Give it a title."), "body": _("Write the text.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(kind, capfirst(str(subject.label))) for kind, subject in subject_kinds().items()]
        self.fields["kind"].choices = [("", _("anything")), *choices]  # type: ignore[attr-defined]  # a choice field


class MarkReadForm(Form):
    """The last message that the page showed."""

    up_to = forms.IntegerField(min_value=1, max_value=2**63 - 1)


class OlderMessagesForm(Form):
    """The message before which older ones are requested."""

    before = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)


class PreferencesForm(Form):
    """Two questions for each kind: when by email (if no deadline begins with it), and whether on devices."""

    def __init__(self, *args: Any, chosen: Mapping[str, NotificationPreference], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds = [*kinds().values(), NotificationKind(WAITING, _("Number of tasks waiting for you"), at_once=False)]
        for kind in self.kinds:
            own = chosen.get(kind.code)
            if not kind.at_once:
                self.fields[f"{kind.code}-email"] = self._email_field(kind, own)
            if kind.code != WAITING:
                push = own.push if own else True
                self.fields[f"{kind.code}-push"] = forms.BooleanField(
                    label=_("Also on my devices"), required=False, initial=push
                )

    def _email_field(self, kind: NotificationKind, own: NotificationPreference | None) -> forms.ChoiceField:
        """Return the choice field for when notifications of ``kind`` are e-mailed.

        ``own`` is the user's saved preference, whose choice is preselected; without one (None) it is "at once".
        """
        offered = list(EmailTiming.choices)
        if kind.code == WAITING:
            offered = [(EmailTiming.AT_ONCE, _("not by email")), offered[1]]
        initial = own.email if own else EmailTiming.AT_ONCE
        return forms.ChoiceField(label=_("By email"), choices=offered, initial=initial, widget=forms.RadioSelect)

    def groups(self) -> list[tuple[NotificationKind, list[Any]]]:
        """Return each kind of notification with its fields for e-mail and push."""
        names = [(kind, (f"{kind.code}-email", f"{kind.code}-push")) for kind in self.kinds]
        return [(kind, [self[name] for name in pair if name in self.fields]) for kind, pair in names]

    def choices(self) -> dict[str, tuple[str, bool]]:
        """Return, by code of the kind of notification, when to e-mail (``EmailTiming``) and whether to push."""
        cleaned = self.cleaned_data
        return {
            kind.code: (cleaned.get(f"{kind.code}-email", EmailTiming.AT_ONCE), bool(cleaned.get(f"{kind.code}-push")))
            for kind in self.kinds
        }


# What a browser says of itself → what its owner knows it by.
BROWSERS = (
    ("Edg/", "Edge"),
    ("SamsungBrowser", "Samsung"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


class DeviceForm(Form):
    """The address that a browser's push service assigned."""

    endpoint = forms.CharField(max_length=500)

    def device(self, headers: Mapping[str, str]) -> str:
        """Return browser and system such as "Chrome, Android" by the User-Agent header; "?" if both are unknown.

        That is enough to recognise one's own device, and no fingerprint.
        """
        user_agent = headers.get("User-Agent", "")
        named = [
            next((name for sign, name in signatures if sign in user_agent), "") for signatures in (BROWSERS, SYSTEMS)
        ]
        return ", ".join(filter(None, named)) or "?"
