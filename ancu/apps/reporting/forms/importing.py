"""A file of figures, and which report is made."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ancu.core.forms import Form


class SureForm(Form):
    """Asked where a file holds numbers that are far too large."""

    sure = forms.BooleanField(label=_("These numbers are right"))


class FileForm(Form):
    file = forms.FileField(label=_("XLSX file"), help_text=_("Our template, filled in. At most 2 MB."))
