"""What is entered in a programme."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from ancu.apps.community.enums import DonorKind, Measure, RecipientKind
from ancu.core.forms import DateField, Form

MOST = 10**15
Choices = list[tuple[int, str]]


class ProgrammeForm(Form):
    name = forms.CharField(label=_("Name of the programme"), max_length=150)
    purpose = forms.CharField(label=_("Purpose"), max_length=2000, widget=forms.Textarea({"rows": 3}))
    unit = forms.TypedChoiceField(label=_("Area"), coerce=int)
    begins_on = DateField(label=_("From"))
    ends_on = DateField(label=_("Until"))

    def __init__(self, *args: Any, units: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = units  # type: ignore[attr-defined]  # a choice field

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        first, last = given.get("begins_on"), given.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("It cannot end before it begins."))
        return given


class ItemForm(Form):
    name = forms.CharField(label=_("What is counted"), max_length=100)
    measure = forms.ChoiceField(label=_("Counted in"), choices=[one for one in Measure.choices if one[0] != "vnd"])
    vnd_each = forms.IntegerField(label=_("Value of one, in đồng"), min_value=0, max_value=MOST)
    valued_by = forms.CharField(
        label=_("How it was valued"), max_length=200, help_text=_("Invoice, market price, or a committee.")
    )


class ActForm(Form):
    """``key`` makes a form sent twice one entry."""

    item = forms.TypedChoiceField(label=_("Counted item"), coerce=int)
    quantity = forms.IntegerField(label=_("How much"), min_value=1, max_value=MOST)
    day = DateField(label=_("On"))
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, items: Choices, units: Choices = (), **kwargs: Any) -> None:  # type: ignore[assignment]
        kwargs.setdefault("initial", {"key": uuid4()})
        super().__init__(*args, **kwargs)
        self.fields["item"].choices = items  # type: ignore[attr-defined]  # a choice field
        if "unit" in self.fields:
            self.fields["unit"].choices = units  # type: ignore[attr-defined]  # a choice field


class GiftForm(ActForm):
    field_order = ("name", "kind", "contact", "anonymous", "item", "quantity", "day", "key")
    name = forms.CharField(label=_("Donor"), max_length=150)
    kind = forms.ChoiceField(label=_("Who gives"), choices=DonorKind, widget=forms.RadioSelect)
    contact = forms.CharField(label=_("Contact"), max_length=150, required=False)
    anonymous = forms.BooleanField(label=_("Does not want to be named in public"), required=False)


class PurchaseForm(ActForm):
    field_order = ("paid", "item", "quantity", "day", "key")
    paid = forms.IntegerField(label=_("Paid, in đồng"), min_value=1, max_value=MOST)


class HandoverForm(ActForm):
    field_order = ("name", "kind", "unit", "reason", "item", "quantity", "day", "key")
    name = forms.CharField(label=_("Recipient"), max_length=150)
    kind = forms.ChoiceField(label=_("Who receives"), choices=RecipientKind, widget=forms.RadioSelect)
    unit = forms.TypedChoiceField(label=_("Where"), coerce=int)
    reason = forms.CharField(label=_("Why this one was chosen"), max_length=1000, widget=forms.Textarea({"rows": 2}))


class ReverseForm(Form):
    reason = forms.CharField(label=_("What was wrong"), max_length=300)
    key = forms.UUIDField(widget=forms.HiddenInput)
