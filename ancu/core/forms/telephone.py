"""A telephone number typed in any usual way; kept in one (E.164), shown as people read it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ancu.engines import telephone

NO_NUMBER = _(
    "Please write the number with its area code, for example 0912 345 678; a foreign one with + and the code of the"
    " country, for example +82 10 1234 5678."
)


class PhoneField(forms.CharField):
    """Cleans to ``+84912345678``, ``""`` when it may be missing."""

    default_error_messages = {"invalid": NO_NUMBER}

    def __init__(self, *, autocomplete: str = "tel", **kwargs: Any) -> None:
        attrs = {"type": "tel", "inputmode": "tel", "autocomplete": autocomplete}
        kwargs.setdefault("widget", forms.TextInput(attrs))
        super().__init__(max_length=30, **kwargs)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        number = telephone.normalize(text) if text else ""
        if number is None:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return number

    def prepare_value(self, value: Any) -> Any:
        """What was typed and is wrong stays as it was typed."""
        return telephone.readable(value) if isinstance(value, str) else value
