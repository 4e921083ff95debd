"""Forms of the source and of the handlers."""

import io
import secrets
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.utils.translation import gettext_lazy as _

from ancu.apps.tips import rules
from ancu.apps.tips.enums import TipCategory, TipChannel, TipOutcome, TipUrgency
from ancu.apps.tips.rules.attachments import ACCEPT, KINDS, is_as_named, may_attach
from ancu.apps.tips.rules.content import (
    LONGEST_LINE,
    LONGEST_REPLY,
    LONGEST_TEXT,
    MEGABYTE,
    MOST_BYTES,
    MOST_FILES,
    TipContent,
    TipSorting,
)
from ancu.apps.tips.services.receiving import TipUpload
from ancu.core.forms import Form
from ancu.core.forms.file_errors import FileError
from ancu.core.forms.inputs import MultipleFileInput

FORM_BYTES, FORM_SIGNS = 24, 32
NO_AUTOCOMPLETE = {"autocomplete": "off"}


def new_form_key() -> str:
    """Return a random key for a tip form; the receipt is derived from it, so that a form sent twice makes one tip."""
    return secrets.token_urlsafe(FORM_BYTES)


class MemoryUploadHandler(FileUploadHandler):
    """Keeps uploads in memory, whatever their size; beyond the limit they are dropped and the form says so."""

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.received_bytes = 0
        self.parts: list[bytes] = []

    @property
    def is_too_large(self) -> bool:
        """Whether more was received than all files of a form may have."""
        return self.received_bytes > MOST_BYTES

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin receiving an uploaded file, with no data yet."""
        super().new_file(*args, **kwargs)
        self.parts = []

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Append the data to the file in memory; beyond the limit, drop all of it."""
        self.received_bytes += len(raw_data)
        if self.is_too_large:
            self.parts = []
        else:
            self.parts.append(raw_data)

    def file_complete(self, file_size: int) -> Any:
        """Return the received file as an uploaded file that exists in memory only."""
        return InMemoryUploadedFile(
            file=io.BytesIO(b"".join(self.parts)), field_name=self.field_name, name=self.file_name,
            content_type=self.content_type, size=file_size, charset=self.charset,
        )  # fmt: skip


class TipFilesField(forms.Field):
    """Several files of the kinds in ``ACCEPT``; cleans to a list of uploads without empty ones."""

    widget = MultipleFileInput

    def clean(self, value: Any) -> list[TipUpload]:
        """Return the source's files without empty ones; too many, too large or disallowed files are errors."""
        received_files = list(value or [])
        if len(received_files) > MOST_FILES:
            raise forms.ValidationError(_("Send at most %(most)s files at a time."), params={"most": MOST_FILES})
        if sum(upload.size for upload in received_files) > MOST_BYTES:
            raise forms.ValidationError(
                _("These files are larger than %(size)s MB in total. Choose fewer, or send them one at a time."),
                params={"size": MOST_BYTES // MEGABYTE},
            )
        for file in received_files:
            if not may_attach(file.name, file.content_type or ""):
                words = _("You cannot send %(name)s: this kind of file is not accepted. You can send %(kinds)s.")
                raise FileError(file.name, words % {"name": file.name, "kinds": KINDS})
        uploads = [TipUpload(file.name, data) for file in received_files if (data := file.read())]
        for upload in uploads:
            if not is_as_named(upload.name, upload.data):
                words = _(
                    "%(name)s is not the kind of file its name says. Choose the photo, recording or document itself "
                    "(%(kinds)s)."
                )
                raise FileError(upload.name, words % {"name": upload.name, "kinds": KINDS})
        return uploads


def files_field() -> TipFilesField:
    """Return the field for the source's pictures, recordings and other files."""
    return TipFilesField(
        label=_("Photos, recordings, files"),
        required=False,
        widget=MultipleFileInput(
            {"data-tip-files": "", "accept": ACCEPT, "data-most": MOST_FILES, "data-max-total": MOST_BYTES}
        ),
        help_text=_(
            "Up to 6 files, 40 MB in total. We remove where and when a photo was taken before anyone looks at it."
        ),
    )


class SourceForm(Form):
    """A form of the source; ``form`` makes repeated submissions one tip."""

    use_required_attribute = False
    form = forms.CharField(min_length=FORM_SIGNS, max_length=FORM_SIGNS, widget=forms.HiddenInput)
    attached = files_field()

    def uploads(self) -> list[TipUpload]:
        """Return the files that the source attached."""
        uploads: list[TipUpload] = self.cleaned_data["attached"]
        return uploads


class TipForm(SourceForm):
    """A new tip. Only the first answer is required."""

    field_order: tuple[str, ...] = ("text", "place", "when", "attached", "unit", "name", "contact", "form")
    text = forms.CharField(
        label=_("What do you want to report?"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea({"rows": 8, **NO_AUTOCOMPLETE}),
        help_text=_(
            "Who did what and when, and how do you know? If you want to stay anonymous, leave out what only you "
            "could know."
        ),
    )
    place = forms.CharField(
        label=_("Where?"),
        required=False,
        max_length=LONGEST_LINE,
        widget=forms.TextInput(NO_AUTOCOMPLETE),
        help_text=_("An address, a well-known place or a number plate."),
    )
    when = forms.CharField(
        label=_("When?"), required=False, max_length=LONGEST_LINE, widget=forms.TextInput(NO_AUTOCOMPLETE)
    )
    unit = forms.TypedChoiceField(
        label=_("Who should read it?"),
        coerce=int,
        help_text=_(
            "Only the tip handlers of this unit can open it. If it is about someone who works there, choose another "
            "unit."
        ),
    )
    name = forms.CharField(
        label=_("Your name"),
        required=False,
        max_length=LONGEST_LINE,
        widget=forms.TextInput(NO_AUTOCOMPLETE),
        help_text=_("Leave it empty to stay anonymous. It is encrypted like everything else."),
    )
    contact = forms.CharField(
        label=_("How to reach you"),
        required=False,
        max_length=LONGEST_LINE,
        widget=forms.TextInput(NO_AUTOCOMPLETE),
        help_text=_(
            "A phone number or an address, if you want us to use one. You can also read our answer here without it."
        ),
    )

    asks = {"text": _("Say in a few words what you want to report.")}

    def __init__(self, *args: Any, units: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = units  # type: ignore[attr-defined]  # a choice field

    def tip_content(self) -> TipContent:
        """Return the form's values as a ``TipContent``."""
        cleaned = self.cleaned_data
        return TipContent(**{name: cleaned[name].strip() for name in ("text", "place", "when", "name", "contact")})


AS_TOLD = {
    "text": (
        _("What did the person tell you?"),
        _("Use the person’s own words. If they want to stay anonymous, leave out anything that could identify them."),
    ),
    "name": (_("Name of the person"), _("Leave it empty if that person wants to stay anonymous.")),
    "contact": (
        _("How to reach that person"),
        _("Only if the person wants to be contacted. They can read the answer with the receipt alone."),
    ),
}


class KeyedTipForm(TipForm):
    """A tip reported to an officer, in the source's words."""

    channel = forms.ChoiceField(
        label=_("How did the person tell you?"),
        choices=[(channel.value, channel.label) for channel in TipChannel if channel is not TipChannel.WEB],
        widget=forms.RadioSelect,
    )
    field_order = ("channel", *TipForm.field_order)
    asks = {"text": _("Write in a few words what the person told you.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (label, help_text) in AS_TOLD.items():
            self.fields[name].label, self.fields[name].help_text = label, help_text


class TipReceiptForm(Form):
    """A receipt. Any text is accepted, because checking takes the same time for all."""

    receipt = forms.CharField(
        label=_("Your receipt"),
        max_length=60,
        widget=forms.TextInput({"inputmode": "numeric", "class": "form-control num", **NO_AUTOCOMPLETE}),
        help_text=_("Sixteen digits, with or without spaces."),
    )

    asks = {"receipt": _("Type the sixteen digits of your receipt.")}


class AddToTipForm(SourceForm):
    """An addition to a tip, for the same handlers."""

    field_order = ("text", "attached", "form")
    text = forms.CharField(
        label=_("What do you want to add?"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea({"rows": 5, **NO_AUTOCOMPLETE}),
    )

    asks = {"text": _("Write what you want to add.")}


# --- handlers -------------------------------------------------------------------------------------------


def _passphrase_field(label: Any, **more: Any) -> forms.CharField:
    """Return the form field for a passphrase; blanks at its ends are part of it."""
    return forms.CharField(label=label, max_length=200, strip=False, **more)


class UnlockForm(Form):
    passphrase = _passphrase_field(
        _("Your passphrase for tips"), widget=forms.PasswordInput({"autocomplete": "off", "autofocus": True})
    )


class PassphraseForm(Form):
    """A passphrase, typed twice, because a forgotten one cannot be reset by mail."""

    new = _passphrase_field(
        _("Choose a passphrase"),
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text=_("At least 16 characters. Five unrelated words are good. It is not your sign-in password."),
    )
    repeated = _passphrase_field(
        _("Repeat the passphrase"), widget=forms.PasswordInput({"autocomplete": "new-password"})
    )

    def clean(self) -> dict[str, Any]:
        """Add errors for a passphrase that is too weak, and if the repeated one differs."""
        cleaned: dict[str, Any] = super().clean() or {}
        new = cleaned.get("new")
        if new is not None and not rules.is_good_passphrase(new):
            self.add_error("new", _("Choose a longer one: at least 16 characters, not the same ones repeated."))
        if new is not None and cleaned.get("repeated") is not None and new != cleaned["repeated"]:
            self.add_error("repeated", _("The two passphrases are not the same."))
        return cleaned


class ChangePassphraseForm(PassphraseForm):
    field_order = ("old", "new", "repeated")
    old = _passphrase_field(_("Your current passphrase"), widget=forms.PasswordInput({"autocomplete": "off"}))


class RecoverForm(PassphraseForm):
    field_order = ("share", "new", "repeated")
    share = forms.CharField(
        label=_("The recovery share from the safe"),
        max_length=80,
        widget=forms.TextInput({"autocapitalize": "characters", "class": "form-control num", **NO_AUTOCOMPLETE}),
        help_text=_("Eight groups of four characters."),
    )


class ReplyToSourceForm(Form):
    text = forms.CharField(
        label=_("Reply to the source"),
        max_length=LONGEST_REPLY,
        widget=forms.Textarea({"rows": 4, **NO_AUTOCOMPLETE}),
        help_text=_(
            "The source reads this when they come back with the receipt. Do not repeat anything that could show "
            "others who the source is."
        ),
    )
    form = forms.UUIDField(widget=forms.HiddenInput)

    asks = {"text": _("Write your reply.")}


class SortTipForm(Form):
    """The handlers' sorting of a tip, sealed to the unit like the tip."""

    category = forms.ChoiceField(label=_("Category"), required=False, choices=[("", "—"), *TipCategory.choices])
    urgency = forms.ChoiceField(label=_("Urgency"), choices=TipUrgency, widget=forms.RadioSelect)
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

    def sorting(self) -> TipSorting:
        """Return the form's values as a ``TipSorting``."""
        cleaned: Mapping[str, str] = self.cleaned_data
        return TipSorting(**{name: cleaned[name].strip() for name in TipSorting.__struct_fields__})


class CloseTipForm(Form):
    outcome = forms.ChoiceField(label=_("What was the result?"), choices=[("", "—"), *TipOutcome.choices])

    asks = {"outcome": _("Choose the result.")}


class ForwardTipForm(Form):
    unit = forms.TypedChoiceField(
        label=_("Transfer to"),
        coerce=int,
        help_text=_("The tip is encrypted for that unit. Afterwards your unit cannot open it."),
    )

    def __init__(self, *args: Any, units: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = units  # type: ignore[attr-defined]  # a choice field
