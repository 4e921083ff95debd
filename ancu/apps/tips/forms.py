"""What the source writes, and what handlers write about it."""

import io
import secrets
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.utils.translation import gettext_lazy as _

from ancu.apps.messaging.forms import ManyFiles
from ancu.apps.tips import rules
from ancu.apps.tips.enums import Category, TipChannel, TipOutcome, Urgency
from ancu.apps.tips.rules.attachments import ACCEPT, KINDS, is_as_named, may_attach
from ancu.apps.tips.rules.telling import (
    LONGEST_LINE,
    LONGEST_REPLY,
    LONGEST_TEXT,
    MEGABYTE,
    MOST_BYTES,
    MOST_FILES,
    Sorting,
    TipContent,
)
from ancu.apps.tips.services.receiving import TipUpload
from ancu.core.forms import Form
from ancu.core.forms.file_errors import FileError

FORM_BYTES, FORM_SIGNS = 24, 32
NO_AUTOCOMPLETE = {"autocomplete": "off"}


def new_form_key() -> str:
    """What makes a form sent twice one tip; its receipt is worked out of it."""
    return secrets.token_urlsafe(FORM_BYTES)


class MemoryOnly(FileUploadHandler):
    """Files stay in memory, whatever their size; past the limit they are dropped, and the form says so.

    Django's own would write large ones to a temporary folder, where they would lie unsealed.
    """

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.received_bytes = 0
        self.parts: list[bytes] = []

    @property
    def too_much(self) -> bool:
        return self.received_bytes > MOST_BYTES

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.parts = []

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.received_bytes += len(raw_data)
        if self.too_much:
            self.parts = []
        else:
            self.parts.append(raw_data)

    def file_complete(self, file_size: int) -> Any:
        return InMemoryUploadedFile(
            file=io.BytesIO(b"".join(self.parts)), field_name=self.field_name, name=self.file_name,
            content_type=self.content_type, size=file_size, charset=self.charset,
        )  # fmt: skip


class TipFilesField(forms.Field):
    """Several files of the kinds in ``ACCEPT``; cleans to a list of uploads, empty ones left out."""

    widget = ManyFiles

    def clean(self, value: Any) -> list[TipUpload]:
        received_files = list(value or [])
        if len(received_files) > MOST_FILES:
            raise forms.ValidationError(_("Please send at most %(most)s files at once."), params={"most": MOST_FILES})
        if sum(upload.size for upload in received_files) > MOST_BYTES:
            raise forms.ValidationError(
                _("These files are larger than %(size)s MB together. Choose fewer, or send them in turn."),
                params={"size": MOST_BYTES // MEGABYTE},
            )
        for file in received_files:
            if not may_attach(file.name, file.content_type or ""):
                words = _("%(name)s is not a kind of file that is taken in here (%(kinds)s).")
                raise FileError(file.name, words % {"name": file.name, "kinds": KINDS})
        uploads = [TipUpload(file.name, data) for file in received_files if (data := file.read())]
        for upload in uploads:
            if not is_as_named(upload.name, upload.data):
                words = _(
                    "%(name)s is not the kind of file that its name says. "
                    "Choose the photo, recording or document itself (%(kinds)s)."
                )
                raise FileError(upload.name, words % {"name": upload.name, "kinds": KINDS})
        return uploads


def files_field() -> TipFilesField:
    return TipFilesField(
        label=_("Photos, recordings, files"),
        required=False,
        widget=ManyFiles(
            {"data-tip-files": "", "accept": ACCEPT, "data-most": MOST_FILES, "data-max-total": MOST_BYTES}
        ),
        help_text=_(
            "Up to 6 files, 40 MB together. Where and when a photo was taken is removed before it is looked at."
        ),
    )


class SourceForm(Form):
    """``form`` makes it one tip however often it is sent."""

    use_required_attribute = False
    form = forms.CharField(min_length=FORM_SIGNS, max_length=FORM_SIGNS, widget=forms.HiddenInput)
    attached = files_field()

    def uploads(self) -> list[TipUpload]:
        uploads: list[TipUpload] = self.cleaned_data["attached"]
        return uploads


class TipForm(SourceForm):
    """Only the first answer is needed."""

    field_order: tuple[str, ...] = ("text", "place", "when", "attached", "unit", "name", "contact", "form")
    text = forms.CharField(
        label=_("What do you want to tell?"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea({"rows": 8, **NO_AUTOCOMPLETE}),
        help_text=_(
            "Who did what, when and how do you know? Leave out what only you could know, if you want to stay unknown."
        ),
    )
    place = forms.CharField(
        label=_("Where?"),
        required=False,
        max_length=LONGEST_LINE,
        widget=forms.TextInput(NO_AUTOCOMPLETE),
        help_text=_("An address, a place people know, or a number plate."),
    )
    when = forms.CharField(
        label=_("When?"), required=False, max_length=LONGEST_LINE, widget=forms.TextInput(NO_AUTOCOMPLETE)
    )
    unit = forms.TypedChoiceField(
        label=_("Who should read it?"),
        coerce=int,
        help_text=_(
            "Only the tip handlers of this unit can open it. If it is about somebody who works there, "
            "choose another unit."
        ),
    )
    name = forms.CharField(
        label=_("Your name"),
        required=False,
        max_length=LONGEST_LINE,
        widget=forms.TextInput(NO_AUTOCOMPLETE),
        help_text=_("Leave it empty to stay anonymous. It is sealed like everything else."),
    )
    contact = forms.CharField(
        label=_("How to reach you"),
        required=False,
        max_length=LONGEST_LINE,
        widget=forms.TextInput(NO_AUTOCOMPLETE),
        help_text=_("A phone number or an address, if you want one used. You can also be answered here, without it."),
    )

    asks = {"text": _("Please write in a few words what you want to tell.")}

    def __init__(self, *args: Any, units: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = units  # type: ignore[attr-defined]  # a choice field

    def tip_content(self) -> TipContent:
        cleaned = self.cleaned_data
        return TipContent(**{name: cleaned[name].strip() for name in ("text", "place", "when", "name", "contact")})


AS_TOLD = {
    "text": (
        _("What was told?"),
        _("In the words of who told it. If that person wants to stay unknown, leave out what would show who it is."),
    ),
    "name": (_("Name of who told it"), _("Leave it empty if that person wants to stay unknown.")),
    "contact": (
        _("How to reach that person"),
        _("Only if it is to be used. The receipt brings the answer without it."),
    ),
}


class KeyedTipForm(TipForm):
    """What somebody told an officer, in his words."""

    channel = forms.ChoiceField(
        label=_("How was it told?"),
        choices=[(channel.value, channel.label) for channel in TipChannel if channel is not TipChannel.WEB],
        widget=forms.RadioSelect,
    )
    field_order = ("channel", *TipForm.field_order)
    asks = {"text": _("Please write in a few words what was told.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (label, help_text) in AS_TOLD.items():
            self.fields[name].label, self.fields[name].help_text = label, help_text


class TipReceiptForm(Form):
    """Whatever was typed is taken; whether it is a receipt costs the same time to find out."""

    receipt = forms.CharField(
        label=_("Your receipt"),
        max_length=60,
        widget=forms.TextInput({"inputmode": "numeric", "class": "form-control num", **NO_AUTOCOMPLETE}),
        help_text=_("Sixteen digits, with or without spaces."),
    )

    asks = {"receipt": _("Please type the sixteen digits of your receipt.")}


class MoreForm(SourceForm):
    """Said later, to the same handlers."""

    field_order = ("text", "attached", "form")
    text = forms.CharField(
        label=_("What else do you want to tell?"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea({"rows": 5, **NO_AUTOCOMPLETE}),
    )

    asks = {"text": _("Please write what you want to add.")}


# --- handlers -------------------------------------------------------------------------------------------


def _passphrase(label: Any, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=200, strip=False, **more)


class UnlockForm(Form):
    passphrase = _passphrase(
        _("Your passphrase for tips"), widget=forms.PasswordInput({"autocomplete": "off", "autofocus": True})
    )


class PassphraseForm(Form):
    """Chosen twice: nobody can send a forgotten one by mail."""

    new = _passphrase(
        _("Choose a passphrase"),
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text=_(
            "At least 16 signs; five words that do not belong together are good. It is not your sign-in password."
        ),
    )
    repeated = _passphrase(_("The same once more"), widget=forms.PasswordInput({"autocomplete": "new-password"}))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        new = cleaned.get("new")
        if new is not None and not rules.is_good_passphrase(new):
            self.add_error("new", _("Please choose a longer one: at least 16 signs, not the same over and over."))
        if new is not None and cleaned.get("repeated") is not None and new != cleaned["repeated"]:
            self.add_error("repeated", _("The two are not the same."))
        return cleaned


class ChangePassphraseForm(PassphraseForm):
    field_order = ("old", "new", "repeated")
    old = _passphrase(_("Your present passphrase"), widget=forms.PasswordInput({"autocomplete": "off"}))


class RecoverForm(PassphraseForm):
    field_order = ("share", "new", "repeated")
    share = forms.CharField(
        label=_("The recovery share from the safe"),
        max_length=80,
        widget=forms.TextInput({"autocapitalize": "characters", "class": "form-control num", **NO_AUTOCOMPLETE}),
        help_text=_("Eight groups of four signs."),
    )


class ReplyForm(Form):
    text = forms.CharField(
        label=_("Reply to the source"),
        max_length=LONGEST_REPLY,
        widget=forms.Textarea({"rows": 4, **NO_AUTOCOMPLETE}),
        help_text=_(
            "The source reads this on coming back with the receipt. Do not repeat what would tell others who it is."
        ),
    )
    form = forms.UUIDField(widget=forms.HiddenInput)

    asks = {"text": _("Please write your reply.")}


class SortForm(Form):
    """Sealed to the unit, like the tip."""

    category = forms.ChoiceField(label=_("Category"), required=False, choices=[("", "—"), *Category.choices])
    urgency = forms.ChoiceField(label=_("Urgency"), choices=Urgency, widget=forms.RadioSelect)
    case_number = forms.CharField(
        label=_("Case number"), required=False, max_length=60, widget=forms.TextInput(NO_AUTOCOMPLETE)
    )
    duplicate_of = forms.CharField(
        label=_("The same as tip number"),
        required=False,
        max_length=10,
        widget=forms.TextInput({"inputmode": "numeric"}),
    )
    note = forms.CharField(
        label=_("Note for colleagues"), required=False, max_length=LONGEST_REPLY, widget=forms.Textarea({"rows": 3})
    )

    def sorting(self) -> Sorting:
        cleaned: Mapping[str, str] = self.cleaned_data
        return Sorting(**{name: cleaned[name].strip() for name in Sorting.__struct_fields__})


class CloseTipForm(Form):
    outcome = forms.ChoiceField(label=_("What became of it?"), choices=[("", "—"), *TipOutcome.choices])

    asks = {"outcome": _("Please choose what became of it.")}


class ForwardForm(Form):
    unit = forms.TypedChoiceField(
        label=_("Hand it to"), coerce=int, help_text=_("It is sealed anew. Your unit cannot open it afterwards.")
    )

    def __init__(self, *args: Any, units: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = units  # type: ignore[attr-defined]  # a choice field
