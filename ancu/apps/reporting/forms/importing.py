"""Forms to upload and confirm a file of figures."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ancu.core.forms import Form


class ConfirmNumbersForm(Form):
    """Confirmation for a file with implausibly large numbers."""

    sure = forms.BooleanField(label=_("These numbers are right"))


class FigureFileForm(Form):
    file = forms.FileField(label=_("XLSX file"), help_text=_("Our template, filled in. 2 MB at most."))
