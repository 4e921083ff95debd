"""Export a list in two steps: its size and the reason, then the file.

The view gives the count before anything is read; ``reason`` goes into the audit with the export.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from ancu.core.documents.spreadsheets import MOST_ROWS
from ancu.core.forms import Form
from ancu.core.web.http import Request


class ExportForm(Form):
    """The form for an export: its reason and format."""

    reason = forms.CharField(
        label=_("Why do you need this list?"), max_length=300, widget=forms.Textarea({"rows": 2}),
        help_text=_(
            "Your reason is stored in the audit log with your name. For example: the number of the request or of "
            "the case."
        ),
    )  # fmt: skip
    format = forms.ChoiceField(choices=[("xlsx", "XLSX"), ("csv", "CSV")], widget=forms.HiddenInput)

    asks = {"reason": _("Say why you need this list.")}


@dataclass(frozen=True)
class Export:
    """A list to export: ``rows`` is its number in words; ``filters`` describe what it was narrowed to."""

    count: int
    rows: str
    back_url: str
    filters: Sequence[str] = ()

    @property
    def is_too_long(self) -> bool:
        """Whether the list to export has more rows than a file may have."""
        return self.count > MOST_ROWS


def export_form(request: Request, export: Export) -> ExportForm | None:
    """Return the submitted form with the reason for the export, if it is valid; else None.

    None too for an empty or too long list.
    """
    form = ExportForm(request.POST) if request.method == "POST" else None
    takes = form is not None and form.is_valid() and 0 < export.count <= MOST_ROWS
    return form if takes else None


def export_page(request: Request, export: Export) -> HttpResponse:
    """Return the page that asks for the reason of an export and says how many rows it has.

    After a submission that ``export_form`` did not accept it shows the errors, with status 422.
    """
    form = ExportForm(request.POST if request.method == "POST" else None)
    status = 422 if form.is_bound else 200
    return render(request, "export.html", {"form": form, "export": export, "most": MOST_ROWS}, status=status)
