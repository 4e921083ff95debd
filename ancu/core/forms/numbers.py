"""Numbers as people type them: with or without signs between the thousands."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ancu.core.templatetags.ui import number
from ancu.engines.bank.statement import read_amount

NAMED = ("limit_value", "show_value")


def grouped(params: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the parameters of a message, their numbers with thousands separators."""
    return {name: number(value) if name in NAMED else value for name, value in (params or {}).items()}


class WholeNumberField(forms.IntegerField):
    """A whole number typed with or without signs between the thousands: 1.000 and 1,000 are a thousand.

    Django's own reads 500.000 as five hundred, which in Vietnamese is half a million.
    """

    widget = forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "maxlength": "20"})

    def to_python(self, value: Any) -> int | None:
        """Return the whole number typed, None if empty. Raises ValidationError."""
        if value in self.empty_values:
            return None
        number = value if isinstance(value, int) else read_amount(str(value))
        if number is None:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return number

    def prepare_value(self, value: Any) -> Any:
        """Return a number with thousands separators; rejected input as it was typed."""
        return number(value) if isinstance(value, int) else value


class DecimalField(forms.DecimalField):
    """A number with at most ``places`` (one or two, or none) behind the comma; thousands as ``WholeNumberField``.

    So 1.000 is a thousand and 12,5 as well as 12.5 twelve and a half: three places there never are.
    """

    widget = forms.TextInput({"inputmode": "decimal", "autocomplete": "off", "maxlength": "20"})
    default_error_messages = {"invalid": _("Enter a number, using digits.")}

    def __init__(self, *, places: int, **kwargs: Any) -> None:
        super().__init__(decimal_places=places, **kwargs)
        self.places = places

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]  # Django's own stub of its own class
        """Return the decimal typed, None if empty. Raises ValidationError."""
        if value in self.empty_values:
            return None
        if isinstance(value, Decimal):
            return value
        match = re.fullmatch(rf"(.*\d)[.,](\d{{1,{self.places}}})", str(value).strip()) if self.places else None
        amount = read_amount(match[1] if match else str(value))
        if amount is None:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return Decimal(f"{amount}.{match[2]}" if match else amount)

    def prepare_value(self, value: Any) -> Any:
        """Return a decimal with thousands separators; rejected input as it was typed."""
        if not isinstance(value, Decimal):
            return value
        return number(value, 0 if value == value.to_integral_value() else self.places)
