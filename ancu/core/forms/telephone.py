"""A telephone number typed in any usual way; stored in one (E.164), shown as people read it."""

from typing import Any

from django import forms
from django.core.validators import EmailValidator
from django.utils.translation import gettext_lazy as _

from ancu.engines import telephone

NO_NUMBER = _(
    "Enter the number with its area code, for example 0912 345 678. For a foreign number, start with + and the "
    "country code, for example +82 10 1234 5678."
)
NO_CONTACT = _("Enter a telephone number, for example 0912 345 678, or an email address, such as name@example.com.")
check_email = EmailValidator(NO_CONTACT)


class PhoneField(forms.CharField):
    """A telephone number; cleans to ``+84912345678``, or ``""`` if it is optional and empty."""

    default_error_messages = {"invalid": NO_NUMBER}

    def __init__(self, *, autocomplete: str = "tel", **kwargs: Any) -> None:
        attrs = {"type": "tel", "inputmode": "tel", "autocomplete": autocomplete}
        kwargs.setdefault("widget", forms.TextInput(attrs))
        super().__init__(max_length=30, **kwargs)

    def to_python(self, value: Any) -> str:
        """Return the number in E.164, empty if nothing was typed. Raises ValidationError."""
        text = super().to_python(value) or ""
        number = telephone.normalize(text) if text else ""
        if number is None:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return number

    def prepare_value(self, value: Any) -> Any:
        """Return the number as people read it; rejected input as it was typed."""
        return telephone.readable(value) if isinstance(value, str) else value


class ContactField(forms.CharField):
    """A telephone number, cleaned as by ``PhoneField``, or an email address; ``""`` when it may be missing."""

    def to_python(self, value: Any) -> str:
        """Return a telephone number in E.164 or an email address as typed, empty if nothing was typed.

        Raises ValidationError if it is neither.
        """
        text = super().to_python(value) or ""
        if "@" in text:
            check_email(text)
            return text
        number = telephone.normalize(text) if text else ""
        if number is None:
            raise forms.ValidationError(NO_CONTACT, code="invalid")
        return number

    def prepare_value(self, value: Any) -> Any:
        """Return the number as people read it; rejected input as it was typed."""
        return telephone.readable(value) if isinstance(value, str) else value
