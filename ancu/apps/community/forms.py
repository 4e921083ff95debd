"""Forms for entries of a programme, recipients' confirmations, and candidates."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from ancu.apps.community import rules
from ancu.apps.community.enums import DonorKind, GoalKind, ObjectionDecision, RecipientKind, UnitOfMeasure
from ancu.core import clock
from ancu.core.forms import CHOOSE, DateField, Form, SearchSelect
from ancu.core.forms.numbers import WholeNumberField
from ancu.core.forms.telephone import ContactField

MOST = 10**15
MORE = range(2, 7)  # further items of one gift, purchase or handing over
MORE_AREAS = range(2, 7)  # of one programme
Choices = list[tuple[Any, Any]]
Criterion = tuple[str, str, int]  # code, name, how often it may count


class ProgrammeForm(Form):
    name = forms.CharField(label=_("Name of the programme"), max_length=150)
    purpose = forms.CharField(label=_("Purpose"), max_length=2000, widget=forms.Textarea({"rows": 3}))
    unit = forms.TypedChoiceField(label=_("Area"), coerce=int)
    led_by = forms.CharField(
        label=_("Run by"), max_length=150, required=False,
        help_text=_("The unit that runs it, if it is not yours."),
    )  # fmt: skip
    begins_on = DateField(label=_("From"))
    ends_on = DateField(label=_("Until"))

    def __init__(self, *args: Any, units: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = units  # type: ignore[attr-defined]  # a choice field
        for number in MORE_AREAS:
            self.fields[f"area_{number}"] = forms.TypedChoiceField(
                label=_("Area %(n)s") % {"n": number}, coerce=int, required=False, empty_value=None,
                choices=[("", _("No further area")), *units], widget=SearchSelect,
            )  # fmt: skip

    @property
    def first(self) -> list[forms.BoundField]:
        """Return the form's fields that are always visible: all but those of further areas."""
        return [field for field in self.visible_fields() if not field.name.startswith("area_")]

    @property
    def more(self) -> list[forms.BoundField]:
        """Return the fields of further areas, which the page hides until they are needed."""
        return [self[f"area_{number}"] for number in MORE_AREAS]

    @property
    def more_is_open(self) -> bool:
        """Whether the fields of further areas are visible when the page opens."""
        return any(field.errors or field.value() for field in self.more)

    def clean(self) -> dict[str, Any]:
        """Collect the chosen areas in ``area_ids``; an end before the beginning is an error."""
        values: dict[str, Any] = super().clean() or {}
        values["area_ids"] = [area for number in MORE_AREAS if (area := values.pop(f"area_{number}", None))]
        first, last = values.get("begins_on"), values.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The end date cannot be before the start date."))
        return values


class ProgrammeItemForm(Form):
    name = forms.CharField(label=_("Counted item"), max_length=100)
    measure = forms.ChoiceField(
        label=_("Counted in"), choices=[CHOOSE, *(choice for choice in UnitOfMeasure.choices if choice[0] != "vnd")]
    )
    vnd_each = WholeNumberField(label=_("Value of one, in đồng"), min_value=0, max_value=MOST)
    valued_by = forms.CharField(
        label=_("How it was valued"), max_length=200, help_text=_("Invoice, market price, or a committee.")
    )


class SingleUseForm(Form):
    """A form whose ``key`` makes repeated submissions one act."""

    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, initial: dict[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, initial={"key": uuid4()} | (initial or {}), **kwargs)


class LedgerActForm(SingleUseForm):
    """An entry in the ledger: a quantity of an item, on a day."""

    item = forms.TypedChoiceField(label=_("Counted item"), coerce=int)
    quantity = WholeNumberField(label=_("How much"), min_value=1, max_value=MOST)
    day = DateField(label=_("On"))

    def __init__(self, *args: Any, choices: dict[str, Choices], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, these in choices.items():
            if name in ("pledge", "recipient") and len(these) == 1:  # nothing to choose from but "none"
                self.fields.pop(name, None)
            elif name in self.fields:
                self.fields[name].choices = these  # type: ignore[attr-defined]  # a choice field


class SeveralItemsForm(LedgerActForm):
    """An entry of one item and optional further ones; ``amounts`` cleans to all of them."""

    required_unless_chosen: tuple[str, ...] = ()  # of somebody who is not chosen from a list

    def __init__(self, *args: Any, choices: dict[str, Choices], **kwargs: Any) -> None:
        super().__init__(*args, choices=choices, **kwargs)
        for number in MORE if len(choices["item"]) > 1 else ():
            what = forms.TypedChoiceField(
                label=_("Counted item %(n)s") % {"n": number}, coerce=int, required=False, empty_value=None,
                choices=[("", _("Nothing more")), *choices["item"]],
            )  # fmt: skip
            much = WholeNumberField(label=_("How much of it"), min_value=1, max_value=MOST, required=False)
            self.fields[f"item_{number}"] = what
            self.fields[f"quantity_{number}"] = much

        for name in self.required_unless_chosen:
            self.fields[name].label_says_required = True  # type: ignore[attr-defined]  # what a choice above may spare

    def require_person(self, cleaned: dict[str, Any], *, unless: str) -> dict[str, Any]:
        """Return ``cleaned``; a new person's fields are required unless ``unless`` names an existing one."""
        for name in () if cleaned.get(unless) else self.required_unless_chosen:
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, _("Fill this in."))
        return cleaned

    @property
    def more(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Return the pairs of form fields (item, quantity) for further items of the entry."""
        return [
            (self[f"item_{number}"], self[f"quantity_{number}"]) for number in MORE if f"item_{number}" in self.fields
        ]

    @property
    def first(self) -> list[forms.BoundField]:
        """Return all visible fields of the form except those of further items."""
        later = {field.name for pair in self.more for field in pair}
        return [field for field in self.visible_fields() if field.name not in later]

    @property
    def more_is_open(self) -> bool:
        """Whether the fields of further items are visible when the page opens: one is filled in or has an error."""
        return any(field.errors or field.value() for pair in self.more for field in pair)

    def clean(self) -> dict[str, Any]:
        """Collect all items with their quantities in ``amounts``; an incomplete pair or a repeated item is an error."""
        cleaned: dict[str, Any] = super().clean() or {}
        amounts = {cleaned["item"]: cleaned["quantity"]} if {"item", "quantity"} <= cleaned.keys() else {}
        for item, quantity in self.more:
            which, much = cleaned.pop(item.name, None), cleaned.pop(quantity.name, None)
            if item.errors or quantity.errors or which is much is None:
                continue
            if which is None or much is None:
                self.add_error(quantity.name if which else item.name, _("Fill this in."))
            elif which in amounts:
                self.add_error(item.name, _("This is already listed above."))
            else:
                amounts[which] = much
        return cleaned | {"amounts": amounts}


class GiftForm(SeveralItemsForm):
    """A gift, for a pledge or of a named donor."""

    field_order = ("pledge", "name", "kind", "contact", "anonymous", "item", "quantity", "day", "key")
    required_unless_chosen = ("name", "kind")
    pledge = forms.TypedChoiceField(label=_("For a pledge"), coerce=int, required=False, empty_value=None)
    name = forms.CharField(label=_("Donor"), max_length=150, required=False)
    kind = forms.ChoiceField(label=_("Donor’s name"), choices=DonorKind, widget=forms.RadioSelect, required=False)
    contact = ContactField(label=_("Telephone or email"), max_length=150, required=False)
    anonymous = forms.BooleanField(label=_("Does not want to be named in public"), required=False)

    def clean(self) -> dict[str, Any]:
        """Return the gift's values; without a chosen pledge, the donor's kind and name are required."""
        cleaned: dict[str, Any] = super().clean() or {}
        return self.require_person(cleaned, unless="pledge")


class PledgeForm(LedgerActForm):
    field_order = ("name", "kind", "contact", "anonymous", "item", "quantity", "day", "key")
    name = forms.CharField(label=_("Donor"), max_length=150)
    kind = forms.ChoiceField(label=_("Donor’s name"), choices=DonorKind, widget=forms.RadioSelect)
    contact = ContactField(label=_("Telephone or email"), max_length=150, required=False)
    anonymous = forms.BooleanField(label=_("Does not want to be named in public"), required=False)
    day = DateField(label=_("To be given by"))


class PurchaseForm(SeveralItemsForm):
    field_order = ("paid", "seller", "paper", "item", "quantity", "day", "key")
    paid = WholeNumberField(label=_("Paid, in đồng"), min_value=1, max_value=MOST)
    seller = forms.CharField(label=_("Seller"), max_length=150)
    paper = forms.CharField(
        label=_("Invoice number and date"), max_length=150,
        help_text=_("If a household gives no invoice: the list of purchases that it signed."),
    )  # fmt: skip

    def clean_seller(self) -> str:
        """Return the seller's name; ValidationError for a text that names nobody, such as a dash."""
        seller = str(self.cleaned_data["seller"])
        if not rules.names_seller(seller):
            raise forms.ValidationError(_("Enter the seller."))
        return seller

    def clean_paper(self) -> str:
        """Return the text that names the invoice; ValidationError unless it has a number or a day."""
        paper = str(self.cleaned_data["paper"])
        if not rules.names_invoice(paper):
            raise forms.ValidationError(_("Enter the number and date of the invoice."))
        return paper


class HandoverForm(SeveralItemsForm):
    """A handover to a chosen recipient, or to somebody else with the reason."""

    field_order = ("recipient", "name", "kind", "unit", "reason", "item", "quantity", "day", "key")
    required_unless_chosen = ("name", "kind", "unit", "reason")
    recipient = forms.TypedChoiceField(
        label=_("Chosen recipient"), coerce=int, required=False, empty_value=None, widget=SearchSelect
    )
    name = forms.CharField(label=_("Another recipient"), max_length=150, required=False)
    kind = forms.ChoiceField(label=_("Who receives"), choices=RecipientKind, widget=forms.RadioSelect, required=False)
    unit = forms.TypedChoiceField(label=_("Where"), coerce=int, required=False, empty_value=None, widget=SearchSelect)
    reason = forms.CharField(
        label=_("Reason for this recipient, without points"), max_length=1000, required=False,
        widget=forms.Textarea({"rows": 2}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Return the handover's values; without an approved recipient, the recipient and reason are required."""
        cleaned: dict[str, Any] = super().clean() or {}
        return self.require_person(cleaned, unless="recipient")


class GoalForm(Form):
    what = forms.ChoiceField(label=_("What the goal counts"), choices=GoalKind, widget=forms.RadioSelect)
    item = forms.TypedChoiceField(label=_("Counted item"), coerce=int)
    quantity = WholeNumberField(label=_("How much"), min_value=1, max_value=MOST)
    set_on = DateField(label=_("Decided on"), initial=clock.today)

    def __init__(self, *args: Any, choices: dict[str, Choices], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].choices = choices["item"]  # type: ignore[attr-defined]  # a choice field


class CloseBooksForm(Form):
    until = DateField(
        label=_("Up to and including"), help_text=_("Afterwards you cannot enter anything on these days.")
    )


class WithdrawPledgeForm(Form):
    why = forms.CharField(label=_("Why"), max_length=300)


class SignHandoverForm(SingleUseForm):
    name = forms.CharField(label=_("Who signs"), max_length=150)
    standing = forms.CharField(
        label=_("Role of this person"),
        max_length=150,
        help_text=_("The recipient, the head of the school, a child of the family…"),
    )
    strokes = forms.CharField(widget=forms.HiddenInput, max_length=60_000, required=False)


class WitnessForm(SingleUseForm):
    name = forms.CharField(label=_("Witness"), max_length=150)
    standing = forms.CharField(label=_("Who the witness is"), max_length=150)
    words = forms.CharField(
        label=_("Why the recipient does not sign"), max_length=500, widget=forms.Textarea({"rows": 2})
    )


class RecipientConfirmationForm(SingleUseForm):
    """A recipient's confirmation or objection; only an objection requires ``words``."""

    words = forms.CharField(
        label=_("What is wrong"), max_length=500, widget=forms.Textarea({"rows": 3}),
        error_messages={"required": _("Write what is wrong.")},
    )  # fmt: skip

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["words"].required = data is None or data.get("answer") != "yes"


class PhotoForm(Form):
    file = forms.FileField(label=_("Photo"), widget=forms.FileInput({"accept": "image/*"}))
    caption = forms.CharField(label=_("What it shows"), max_length=200, help_text=_("Without names of recipients."))
    shows_people = forms.BooleanField(label=_("Someone can be recognised in it"), required=False)
    consent = forms.CharField(
        label=_("Consent to make it public"), max_length=300, required=False,
        help_text=_(
            "Who agreed, on which day, and how: in writing, or in front of whom. For a child, a parent must agree."
        ),
    )  # fmt: skip


class ShowForm(Form):
    consent = forms.CharField(max_length=300, required=False)


class SelectionForm(Form):
    name = forms.CharField(label=_("What is given"), max_length=150)
    places = WholeNumberField(label=_("Number of recipients"), min_value=1, max_value=10_000)


class CandidateForm(Form):
    """One field for each criterion: a checkbox, or a number if it may count several times."""

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
        """Return how often each criterion applies to the candidate, by the criterion's code."""
        return {
            name.removeprefix("fact_"): int(value or 0)
            for name, value in self.cleaned_data.items()
            if name.startswith("fact_")
        }


class BackForm(Form):
    words = forms.CharField(label=_("What needs changing"), max_length=500, widget=forms.Textarea({"rows": 2}))


class BankAccountForm(Form):
    """The programme's own account, as in the bank's contract."""

    bank = forms.CharField(label=_("Bank"), max_length=100)
    bin = forms.CharField(
        label=_("The bank’s six digits"), max_length=6, help_text=_("As in VietQR codes: 970436 is Vietcombank."),
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    number = forms.CharField(label=_("Account number"), max_length=30, widget=forms.TextInput({"autocomplete": "off"}))
    holder = forms.CharField(label=_("Account holder"), max_length=100)

    def clean_bin(self) -> str:
        """Return the bank's six-digit number (BIN); ValidationError for anything else."""
        bin_digits: str = self.cleaned_data["bin"].strip()
        if not (bin_digits.isascii() and bin_digits.isdigit() and len(bin_digits) == 6):
            raise forms.ValidationError(_("A bank’s number has six digits."))
        return bin_digits

    def clean_number(self) -> str:
        """Return the account number without spaces, dashes and dots, at most 19 letters and digits."""
        account_number = "".join(self.cleaned_data["number"].split()).replace("-", "").replace(".", "")
        if not (account_number.isascii() and account_number.isalnum() and len(account_number) <= 19):
            raise forms.ValidationError(_("An account number has at most 19 letters and digits."))
        return account_number


class ProgrammeStatementForm(Form):
    file = forms.FileField(label=_("Statement of the account: CSV or Excel"))


class StatementLineForm(Form):
    """What a transfer is: an earlier gift, a new gift of a donor, or neither."""

    entry = forms.IntegerField(required=False)
    name = forms.CharField(label=_("Donor"), max_length=150, required=False)
    kind = forms.ChoiceField(choices=DonorKind, required=False)
    anonymous = forms.BooleanField(required=False)
    aside = forms.CharField(max_length=300, required=False)


class ReverseEntryForm(Form):
    reason = forms.CharField(label=_("What was wrong"), max_length=300)
    key = forms.UUIDField(widget=forms.HiddenInput)


class UnreadLineForm(Form):
    """The corrected values of an unread row, or why it is set aside."""

    day = DateField(label=_("Day"), required=False)
    vnd = WholeNumberField(label=_("Amount in đồng"), min_value=1, max_value=MOST, required=False)
    aside = forms.CharField(max_length=300, required=False)


class ObjectionDecisionForm(Form):
    decision = forms.ChoiceField(label=_("What you found"), choices=ObjectionDecision, widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("What you checked, and your reason"), max_length=500, widget=forms.Textarea({"rows": 3}),
        help_text=_("The recipient sees this."),
    )  # fmt: skip
