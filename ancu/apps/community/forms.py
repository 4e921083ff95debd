"""What is entered in a programme, said by a recipient, and considered of a candidate."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from ancu.apps.community.enums import DonorKind, GoalKind, Measure, RecipientKind
from ancu.core.forms import DateField, Form, SearchSelect

MOST = 10**15
Choices = list[tuple[Any, Any]]
Criterion = tuple[str, str, int]  # code, name, how often it may count


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


class KeyedForm(Form):
    """``key`` makes a form sent twice one act."""

    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, initial: dict[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, initial={"key": uuid4()} | (initial or {}), **kwargs)


class ActForm(KeyedForm):
    """An act on the ledger: so much of an item, on a day."""

    item = forms.TypedChoiceField(label=_("Counted item"), coerce=int)
    quantity = forms.IntegerField(label=_("How much"), min_value=1, max_value=MOST)
    day = DateField(label=_("On"))

    def __init__(self, *args: Any, choices: dict[str, Choices], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, these in choices.items():
            if name in ("pledge", "recipient") and len(these) == 1:  # nothing to choose from but "none"
                self.fields.pop(name, None)
            elif name in self.fields:
                self.fields[name].choices = these  # type: ignore[attr-defined]  # a choice field


class GiftForm(ActForm):
    """Of a pledge, or of a donor who is named."""

    field_order = ("pledge", "name", "kind", "contact", "anonymous", "item", "quantity", "day", "key")
    pledge = forms.TypedChoiceField(label=_("For a pledge"), coerce=int, required=False, empty_value=None)
    name = forms.CharField(label=_("Donor"), max_length=150, required=False)
    kind = forms.ChoiceField(label=_("Who gives"), choices=DonorKind, widget=forms.RadioSelect, required=False)
    contact = forms.CharField(label=_("Contact"), max_length=150, required=False)
    anonymous = forms.BooleanField(label=_("Does not want to be named in public"), required=False)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if not given.get("pledge"):
            _require(self, given, "name", "kind")
        return given


class PledgeForm(ActForm):
    field_order = ("name", "kind", "contact", "anonymous", "item", "quantity", "day", "key")
    name = forms.CharField(label=_("Donor"), max_length=150)
    kind = forms.ChoiceField(label=_("Who gives"), choices=DonorKind, widget=forms.RadioSelect)
    contact = forms.CharField(label=_("Contact"), max_length=150, required=False)
    anonymous = forms.BooleanField(label=_("Does not want to be named in public"), required=False)
    day = DateField(label=_("To be given by"))


class PurchaseForm(ActForm):
    field_order = ("paid", "item", "quantity", "day", "key")
    paid = forms.IntegerField(label=_("Paid, in đồng"), min_value=1, max_value=MOST)


class HandoverForm(ActForm):
    """To somebody who was chosen, or to somebody else, with the reason."""

    field_order = ("recipient", "name", "kind", "unit", "reason", "item", "quantity", "day", "key")
    recipient = forms.TypedChoiceField(
        label=_("Chosen recipient"), coerce=int, required=False, empty_value=None, widget=SearchSelect
    )
    name = forms.CharField(label=_("Another recipient"), max_length=150, required=False)
    kind = forms.ChoiceField(label=_("Who receives"), choices=RecipientKind, widget=forms.RadioSelect, required=False)
    unit = forms.TypedChoiceField(label=_("Where"), coerce=int, required=False, empty_value=None, widget=SearchSelect)
    reason = forms.CharField(
        label=_("Why this one, without a choice by points"), max_length=1000, required=False,
        widget=forms.Textarea({"rows": 2}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if not given.get("recipient"):
            _require(self, given, "name", "kind", "unit", "reason")
        return given


def _require(form: Form, given: dict[str, Any], *names: str) -> None:
    for name in names:
        if not given.get(name) and name not in form.errors:
            form.add_error(name, _("Please fill this in."))


class GoalForm(Form):
    what = forms.ChoiceField(label=_("What the goal counts"), choices=GoalKind, widget=forms.RadioSelect)
    item = forms.TypedChoiceField(label=_("Counted item"), coerce=int)
    quantity = forms.IntegerField(label=_("How much"), min_value=1, max_value=MOST)

    def __init__(self, *args: Any, choices: dict[str, Choices], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].choices = choices["item"]  # type: ignore[attr-defined]  # a choice field


class CloseForm(Form):
    until = DateField(label=_("Up to and including"), help_text=_("Nothing can be entered on these days afterwards."))


class WithdrawForm(Form):
    why = forms.CharField(label=_("Why"), max_length=300)


class SignForm(KeyedForm):
    name = forms.CharField(label=_("Who signs"), max_length=150)
    standing = forms.CharField(
        label=_("Who this is"),
        max_length=150,
        help_text=_("The recipient, the head of the school, a child of the house…"),
    )
    strokes = forms.CharField(widget=forms.HiddenInput, max_length=60_000, required=False)


class WitnessForm(KeyedForm):
    name = forms.CharField(label=_("Witness"), max_length=150)
    standing = forms.CharField(label=_("Who the witness is"), max_length=150)
    words = forms.CharField(
        label=_("Why the recipient does not sign"), max_length=500, widget=forms.Textarea({"rows": 2})
    )


class SpeakForm(KeyedForm):
    words = forms.CharField(
        label=_("What is not right"), max_length=500, required=False, widget=forms.Textarea({"rows": 3})
    )


class PhotoForm(Form):
    file = forms.FileField(label=_("Photo"), widget=forms.FileInput({"accept": "image/*"}))
    caption = forms.CharField(label=_("What it shows"), max_length=200, help_text=_("Without names of recipients."))
    shows_people = forms.BooleanField(label=_("Somebody can be recognised on it"), required=False)
    consent = forms.CharField(
        label=_("Who agreed that everybody sees it"), max_length=300, required=False,
        help_text=_("Who, on which day, and how: in writing, or before whom. For a child, a parent."),
    )  # fmt: skip


class ShowForm(Form):
    consent = forms.CharField(max_length=300, required=False)


class SelectionForm(Form):
    name = forms.CharField(label=_("What is given"), max_length=150)
    places = forms.IntegerField(label=_("For how many"), min_value=1, max_value=10_000)


class CandidateForm(Form):
    """One field for each criterion: a tick for what is so or not, a number for what may count more than once."""

    name = forms.CharField(label=_("Who is considered"), max_length=150)
    kind = forms.ChoiceField(label=_("Who receives"), choices=RecipientKind, widget=forms.RadioSelect)
    unit = forms.TypedChoiceField(label=_("Where"), coerce=int, widget=SearchSelect)

    def __init__(self, *args: Any, units: Choices, criteria: list[Criterion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = units  # type: ignore[attr-defined]  # a choice field
        for code, label, most in criteria:
            field: forms.Field = forms.BooleanField(label=label, required=False)
            if most > 1:
                field = forms.IntegerField(label=label, required=False, min_value=0, max_value=most)
            self.fields[f"fact_{code}"] = field

    @property
    def facts(self) -> dict[str, int]:
        return {
            name.removeprefix("fact_"): int(value or 0)
            for name, value in self.cleaned_data.items()
            if name.startswith("fact_")
        }


class BackForm(Form):
    words = forms.CharField(label=_("What is to be changed"), max_length=500, widget=forms.Textarea({"rows": 2}))


class StatementForm(Form):
    file = forms.FileField(label=_("Statement of the account: CSV or Excel"))


class LineForm(Form):
    """What a transfer is: a gift entered before, a gift of a donor, or none."""

    entry = forms.IntegerField(required=False)
    name = forms.CharField(label=_("Donor"), max_length=150, required=False)
    kind = forms.ChoiceField(choices=DonorKind, required=False)
    anonymous = forms.BooleanField(required=False)
    aside = forms.CharField(max_length=300, required=False)


class ReverseForm(Form):
    reason = forms.CharField(label=_("What was wrong"), max_length=300)
    key = forms.UUIDField(widget=forms.HiddenInput)
