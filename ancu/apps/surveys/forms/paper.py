"""Forms to print sheets, upload scans and key a sheet."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ancu.core.forms import Form
from ancu.core.forms.inputs import MultipleFileInput

MOST_FILES = 20
MOST_BYTES = 50 * 1024 * 1024


class PrintForm(Form):
    channel = forms.TypedChoiceField(label=_("Distributed in"), coerce=int)
    count = forms.IntegerField(
        label=_("How many sheets"), min_value=1, max_value=2000, initial=50,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
        help_text=_("Each has its own number, so that it is counted once."),
    )  # fmt: skip
    language = forms.ChoiceField(
        label=_("Language"),
        choices=[("vi", _("Vietnamese")), ("both", _("both languages")), ("en", _("English"))],
        widget=forms.RadioSelect,
        initial="vi",
    )

    def __init__(self, *args: Any, channels: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channel"].choices = channels  # type: ignore[attr-defined]  # a choice field


class ScansField(forms.FileField):
    """Several files at once; cleans to a list."""

    widget = MultipleFileInput({"accept": ".pdf,.tif,.tiff,.jpg,.jpeg,.png,.heic", "multiple": True})

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Return the uploaded files; at most 20, each of at most 50 MB."""
        uploads = data or []
        if not uploads:
            raise forms.ValidationError(_("Choose a file."))
        if len(uploads) > MOST_FILES:
            raise forms.ValidationError(_("Send at most 20 files at a time."))
        cleaned = [super(ScansField, self).clean(upload, initial) for upload in uploads]
        if any(upload.size > MOST_BYTES for upload in cleaned):
            raise forms.ValidationError(_("A file is larger than 50 MB. Send it in parts."))
        return cleaned


class ScansForm(Form):
    scans = ScansField(
        label=_("Scans or photos"), help_text=_("PDF, TIFF, JPEG, PNG or HEIC, up to 50 MB each; pages in any order.")
    )


class SerialForm(Form):
    serial = forms.IntegerField(
        label=_("Number of the sheet"), min_value=1, max_value=9_999_999,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "autofocus": True}),
        help_text=_("Printed at the foot, between the two dashes."),
    )  # fmt: skip
