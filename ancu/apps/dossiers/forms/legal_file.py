"""The representative's statements about the organisation (form NA16), and the two scans that prove them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ancu.apps.dossiers.forms.filing import ACCEPT
from ancu.apps.dossiers.models import LegalFile
from ancu.core import clock
from ancu.core.forms import DateField, Form, TaxCodeField
from ancu.core.forms.telephone import PhoneField

SCANS = ("licence", "na16")
STATED_FIELDS = (
    "name",
    "tax_code",
    "licence_number",
    "licence_date",
    "licence_authority",
    "address",
    "phone",
    "email",
    "field",
    "signatory_name",
    "signatory_title",
    "valid_from",
)


def _scan_field(label: Any, help_text: Any) -> forms.FileField:
    """Return the upload field for the scan of the licence or form; a file may also be uploaded in parts before."""
    accept = ",".join(ACCEPT.values())
    widget = forms.ClearableFileInput({"accept": accept, "autocomplete": "off"})
    return forms.FileField(label=label, help_text=help_text, required=False, max_length=1000, widget=widget)


class LegalFileForm(Form):
    """One version. The scans' types are detected from their bytes (services.legal_files)."""

    name = forms.CharField(label=_("Name of the organisation"), max_length=200)
    tax_code = TaxCodeField(label=_("Tax code"), required=False)
    licence_number = forms.CharField(label=_("Number of the licence or decision"), max_length=60)
    licence_date = DateField(label=_("Date of the licence"))
    licence_authority = forms.CharField(label=_("Licence issued by"), max_length=200)
    address = forms.CharField(label=_("Address of the head office"), max_length=250)
    phone = PhoneField(label=_("Phone"))
    email = forms.EmailField(label=_("Email"), max_length=254)
    field = forms.CharField(label=_("Activities of the organisation"), max_length=200, required=False)
    signatory_name = forms.CharField(label=_("Signatory’s full name"), max_length=150)
    signatory_title = forms.CharField(label=_("Position"), max_length=100)
    valid_from = DateField(label=_("Seal and signature valid from"))
    licence = _scan_field(_("Licence or decision of establishment"), _("PDF or picture, at most 25 MB."))
    licence_upload = forms.CharField(max_length=40, required=False)  # an upload in parts (files/paper.html)
    na16 = _scan_field(
        _("Form NA16 with the seal and the signature"), _("Signed and stamped, then scanned: PDF or picture.")
    )
    na16_upload = forms.CharField(max_length=40, required=False)

    def __init__(self, *args: Any, former: LegalFile | None = None, **kwargs: Any) -> None:
        if former is not None:
            kwargs.setdefault("initial", {name: getattr(former, name) for name in STATED_FIELDS})
        super().__init__(*args, **kwargs)
        for which in SCANS:
            self.fields[which].label_says_required = True  # type: ignore[attr-defined]  # whole or in parts: take_sent says so

    def clean_licence_date(self) -> Any:
        """Return the date of the licence; ValidationError if it is in the future."""
        day = self.cleaned_data["licence_date"]
        if day > clock.today():
            raise forms.ValidationError(_("This date is in the future."))
        return day

    @property
    def stated(self) -> dict[str, Any]:
        """The name, tax code, signatory and other statements about the organisation, without the scans."""
        return {name: self.cleaned_data[name] for name in STATED_FIELDS}
