"""Forms of the cash desk: rates, fees, cash counts, statements and transfers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ancu.core import clock
from ancu.core.forms import DateField, Form
from ancu.core.forms.numbers import DecimalField, WholeNumberField

LOWEST, HIGHEST = 1_000, 1_000_000  # dong for a dollar; outside of it a separator was forgotten


class RateField(DecimalField):
    """Dong for one dollar, as on the bank's board: 26.405 or 26405,50."""

    default_error_messages = dict.fromkeys(
        ("invalid", "min_value", "max_value", "max_decimal_places"),
        _("Enter the rate in dong for one US dollar, for example 26.405."),
    )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(places=2, min_value=LOWEST, max_value=HIGHEST, **kwargs)


class RateForm(Form):
    """The rate of a day; ``confirmed`` is shown only when the rate differs much from the one before."""

    day = DateField(label=_("Day"), initial=clock.today)
    vnd_per_usd = RateField(
        label=_("Dong for one US dollar"),
        help_text=_("The bank's transfer buying rate, as on its board."),
    )
    source = forms.CharField(
        label=_("Source"),
        max_length=100,
        help_text=_("For example: Vietcombank, 8:30, first board of the day."),
    )
    confirmed = forms.BooleanField(label=_("I have compared it with the bank's board and it is right"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["confirmed"].widget = forms.HiddenInput()

    def ask_to_confirm(self, message: Any) -> None:
        """Show a checkbox by which the officer confirms the unusual exchange rate, and the message at the rate."""
        self.fields["confirmed"].widget = forms.CheckboxInput()
        self.add_error("vnd_per_usd", message)


class FindFeeForm(Form):
    q = forms.CharField(
        label=_("Number of the dossier, or transfer reference"),
        max_length=60,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class TakeFeeForm(Form):
    vnd = forms.IntegerField(widget=forms.HiddenInput())
    payer = forms.CharField(
        label=_("Payer"),
        max_length=150,
        required=False,
        help_text=_("As it should appear on the receipt."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )


class CloseCashForm(Form):
    book = forms.IntegerField(widget=forms.HiddenInput())
    counted = WholeNumberField(
        label=_("Amount counted in the drawer"),
        min_value=0,
        error_messages=dict.fromkeys(
            ("invalid", "min_value"), _("Enter the amount in whole dong, for example 4.092.000.")
        ),
    )
    note = forms.CharField(
        label=_("Reason for the difference"),
        max_length=300,
        required=False,
        help_text=_("Only if the drawer holds more or less than the book shows."),
    )


class BankStatementForm(Form):
    file = forms.FileField(
        label=_("Choose the bank's file, or drop it here"),
        help_text=_("CSV or Excel (XLSX, XLS), as the bank's site exports it."),
        widget=forms.FileInput({"accept": ".csv,.xlsx,.xls,.txt,.html,.htm"}),
        error_messages={"required": _("Choose a file first."), "empty": _("This file is empty.")},
    )


class MatchTransferForm(Form):
    number = forms.CharField(
        label=_("Number of the dossier, or transfer reference"),
        max_length=60,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    note = forms.CharField(
        label=_("How you know this"), max_length=300, help_text=_("If too much was paid, say what happens to the rest.")
    )


class SetAsideForm(Form):
    note = forms.CharField(
        label=_("What this payment is"),
        max_length=300,
        help_text=_("For example: returned on 24/11/2026, or not a fee."),
    )
