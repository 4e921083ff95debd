"""Forms of the house: our markup for every form, and the fields that Vietnamese offices need.

``Form`` renders through ``ui/field.html``; ``DateField`` and ``PartialDateField`` read dates as people type them
(numbers: ``core.forms.numbers``); ``SearchSelect`` and ``LookupField`` (``core.forms.choices``) are long lists.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from ancu.core import clock
from ancu.core.forms.choices import LookupField
from ancu.core.forms.choices import SearchSelect as SearchSelect
from ancu.core.forms.inputs import Renderer
from ancu.core.forms.numbers import grouped
from ancu.core.forms.telephone import PhoneField

EARLIEST_YEAR = 1900
CHOOSE = ("", _("Choose"))  # what a list shows while nothing in it is chosen
NOT_A_CHOICE = _("This is not in the list. Choose an option from the list.")
NOT_IN_LIST = _("%(value)s is not in the list, or matches more than one option. Choose one from the list.")
NO_SUCH_DAY = _("This date does not exist. Check the day and the month.")


def required_message(field: forms.Field) -> Any:
    """Return the error message of a field left empty: what to do, by its kind (type, choose, tick, upload)."""
    if isinstance(field, forms.FileField):
        return _("Choose a file.")
    if isinstance(field, forms.DateField):
        return _("Enter the date as day/month/year, for example 24/11/2026.")
    if isinstance(field, LookupField):
        return _("Type the name and choose it from the list.")
    if isinstance(field, forms.BooleanField):
        return _("Tick this box to continue.")
    if isinstance(field, forms.ChoiceField):
        return _("Choose an option.")
    return _("Fill this in.")


def use_plain_messages(field: forms.Field) -> None:
    """Replace Django's error messages of a form field by the project's plain ones; a form's own ones stay."""
    ours: dict[str, Any] = {
        "required": required_message(field),
        "max_length": _("Use %(limit_value)s characters or fewer. You have used %(show_value)s."),
        "min_value": _("Enter %(limit_value)s or more."),
        "max_value": _("Enter %(limit_value)s or less."),
    }
    if isinstance(field, forms.ChoiceField):
        ours["invalid_choice"] = NOT_IN_LIST if isinstance(field.widget, SearchSelect) else NOT_A_CHOICE
    if isinstance(field, forms.IntegerField):
        ours["invalid"] = _("Enter a whole number, using digits.")
    if isinstance(field, forms.EmailField):
        ours["invalid"] = _("Enter an email address, such as name@example.com.")
    if isinstance(field, forms.TimeField):
        ours["invalid"] = _("Enter the time in hours and minutes, for example 14:05.")
    for code, sentence in ours.items():
        current_message = field.error_messages.get(code)
        if current_message is None or any(
            current_message is getattr(kind, "default_error_messages", {}).get(code) for kind in _DJANGOS
        ):
            field.error_messages[code] = sentence


BOUNDS = ("max_length", "min_value", "max_value")
_DJANGOS = (forms.Field, forms.ChoiceField, forms.IntegerField, forms.TimeField, forms.DateField)


class PlainErrorMessagesMixin:
    """Our own messages for invalid and empty fields; ``asks`` has a form's own ones by field."""

    asks: Mapping[str, Any] = {}
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            use_plain_messages(field)
            if name in self.asks:
                field.error_messages["required"] = self.asks[name]

    def full_clean(self) -> None:
        """Validate the form after replacing Django's messages, also of fields added later."""
        for field in self.fields.values():  # those that a form has added since
            use_plain_messages(field)
        super().full_clean()  # type: ignore[misc]  # Django's, in the classes below

    def add_error(self, field: str | None, error: Any) -> None:
        """Add an error to the form; numbers in its message, such as limits, get thousands separators."""
        for bound_error in getattr(error, "error_list", ()):
            if (
                bound_error.code in BOUNDS
            ):  # grouped like every number; Django's other sentences want theirs as they are
                bound_error.params = grouped(bound_error.params)
        super().add_error(field, error)  # type: ignore[misc]  # as above


class Form(PlainErrorMessagesMixin, forms.Form):
    """A form in the project's design, with each error beside its field."""

    default_renderer = Renderer
    use_required_attribute = False


class ModelForm(PlainErrorMessagesMixin, forms.ModelForm):  # type: ignore[type-arg]  # Django's own is not subscriptable when run
    """As ``Form``, bound to a model."""

    default_renderer = Renderer
    use_required_attribute = False


def _year(text: str) -> int:
    """Return a written year as a number; two digits mean this century."""
    return int(text) + 2000 if len(text) == 2 else int(text)


def parse_day(text: str) -> date | None:
    """Parse a date from 24/11/2026, 24-11-26, 24.11.2026, 24112026 or 2026-11-24; ``None`` if it is not one."""
    numbers = _date_numbers(text)
    try:
        return date(*numbers) if numbers else None
    except ValueError:
        return None


def is_no_day(text: str) -> bool:
    """Whether the text is written like a date but that day does not exist, such as 31/02/1990."""
    return _date_numbers(text) is not None and parse_day(text) is None


def _date_numbers(text: str) -> tuple[int, int, int] | None:
    """Return year, month and day as a text writes them, whether or not that day exists; None for another format."""
    text = unicodedata.normalize("NFKC", text).strip()
    if match := re.fullmatch(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", text):
        return int(match[1]), int(match[2]), int(match[3])
    if match := re.fullmatch(r"(\d{1,2})[-/. ]+(\d{1,2})[-/. ]+(\d{4}|\d{2})", text) or re.fullmatch(
        r"(\d{2})(\d{2})(\d{4})", text
    ):
        return _year(match[3]), int(match[2]), int(match[1])
    return None


def parse_birthday(text: str) -> date | None:
    """Parse a date as ``parse_day``; a two-digit year must be unambiguous: 84 is 1984, 20 gives None.

    None if it is not a date.
    """
    day = parse_day(text)
    if day is None or not re.search(r"\D\d{2}$", text.strip()) or re.match(r"\s*\d{4}", text):
        return day
    return day.replace(year=day.year - 100) if day > clock.today() else None


class TaxCodeField(forms.CharField):
    """A tax code typed with or without dash and spaces; cleans to its printed form."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput({"autocomplete": "off", "inputmode": "numeric"}))
        kwargs.setdefault("help_text", _("10 digits, or 13 digits with a dash for a branch."))
        super().__init__(max_length=20, **kwargs)

    def clean(self, value: Any) -> str:
        """Return the tax code as printed; ``""`` if it is optional and empty."""
        digits = re.sub(r"[\s.-]", "", super().clean(value))
        if digits and not (digits.isascii() and digits.isdigit() and len(digits) in {10, 12, 13}):
            raise forms.ValidationError(_("A tax code has 10 digits, or 13 for a branch."))
        return f"{digits[:10]}-{digits[10:]}" if len(digits) == 13 else digits


NO_NAME_CATEGORIES = {"So", "Cc", "Cf", "Cn", "Co", "Cs"}  # pictures, control characters, and what is no character
NO_NAME_SIGNS = frozenset("<>{}[]|\\=;&")


def validate_name(text: str) -> None:
    """Raise ValidationError for pictographs and markup in a name; any script is allowed."""
    signs = set(text) - {"\u200c", "\u200d"}  # joiners of Persian and Indic names
    if signs & NO_NAME_SIGNS or any(unicodedata.category(sign) in NO_NAME_CATEGORIES for sign in signs):
        raise forms.ValidationError(_("Use letters only: a name cannot contain emoji or symbols."))


def name_field() -> forms.CharField:
    """Return a form field for a person's full name."""
    return forms.CharField(
        label=_("Full name"), max_length=150, widget=forms.TextInput({"autocomplete": "name"}),
        validators=[validate_name],
    )  # fmt: skip


def phone_field() -> PhoneField:
    """Return the optional form field for a telephone number."""
    return PhoneField(label=_("Phone"), required=False)


class PasswordForm(Form):
    """The form that sets the password of a new account."""

    password = forms.CharField(
        label=_("Password"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text=_("At least 10 characters. Four unrelated words are strong and easy to remember."),
    )

    def clean_password(self) -> str:
        """Return the password; raise ValidationError if it is too weak."""
        password: str = self.cleaned_data["password"]
        validate_password(password)
        return password


class AccountForm(PasswordForm):
    """Name and password of a new account; its address is the one that the invitation was sent to."""

    field_order: tuple[str, ...] = ("full_name", "phone", "password")
    full_name = name_field()
    phone = phone_field()


def format_iso_date(value: Any) -> Any:
    """Return an ISO day, month or year as people write it: 08/03/1984, 05/1971, 1971; other values unchanged."""
    iso = isinstance(value, str) and re.fullmatch(r"\d{4}(-\d{2}){0,2}", value)
    return "/".join(reversed(value.split("-"))) if iso else value


class DateInput(forms.DateInput):
    """A text box for dd/mm/yyyy: slashes typed for you, a calendar beside (``date.js``)."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        base = {
            "data-date": "day",
            "inputmode": "numeric",
            "autocomplete": "off",
            "placeholder": _("dd/mm/yyyy"),
        }
        super().__init__(attrs=base | (attrs or {}), format="%d/%m/%Y")

    def format_value(self, value: Any) -> str | None:
        """Return the field's date as dd/mm/yyyy."""
        return super().format_value(format_iso_date(value))


class DateField(forms.DateField):
    """A day typed as dd/mm/yyyy or similar (see ``parse_day``); cleans to ``date``."""

    widget = DateInput
    default_error_messages = {
        "invalid": _("Enter the date as day/month/year, such as 24/11/2026."),
        "no_such_day": NO_SUCH_DAY,
    }

    def to_python(self, value: Any) -> date | None:
        """Return the date typed, None if empty.

        Raises ValidationError that explains how to write a date if it is unreadable.
        """
        if value in self.empty_values:
            return None
        if isinstance(value, date):
            return super().to_python(value)
        parsed_day = self.read(str(value))
        if parsed_day is None or parsed_day.year < EARLIEST_YEAR:
            code = "no_such_day" if is_no_day(str(value)) else "invalid"
            raise forms.ValidationError(self.error_messages[code], code=code)
        return parsed_day

    read = staticmethod(parse_day)


class BirthDateField(DateField):
    """A complete birth date as on an identity paper; cleans to ``date``."""

    default_error_messages = {
        "invalid": _("Enter the date as day/month/year, such as 08/03/1984."),
        "future": _("This date is in the future. Check the year."),
    }
    read = staticmethod(parse_birthday)

    def to_python(self, value: Any) -> date | None:
        """Return the birth date typed, None if empty. Raises ValidationError for an unreadable or future one."""
        parsed_birthday = super().to_python(value)
        if parsed_birthday and parsed_birthday > clock.today():
            raise forms.ValidationError(self.error_messages["future"], code="future")
        return parsed_birthday


class PartialDateInput(forms.TextInput):
    """As ``DateInput``, and mm/yyyy or yyyy alone are welcome; shows an ISO value as dd/mm/yyyy."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        base = {
            "data-date": "partial",
            "inputmode": "numeric",
            "autocomplete": "off",
            "placeholder": _("dd/mm/yyyy"),
        }
        super().__init__(attrs=base | (attrs or {}))

    def format_value(self, value: Any) -> str | None:
        """Return the full or partial date as people write it."""
        if isinstance(value, date):
            return value.strftime("%d/%m/%Y")
        return None if value is None or value == "" else str(format_iso_date(value))


class PartialDateField(forms.CharField):
    """A birth date as exact as known; cleans to ``1984-03-08``, ``1971-05`` or ``1962``."""

    widget = PartialDateInput
    default_error_messages = {
        "invalid": _("For example 08/03/1984. If the passport shows only a month or a year, enter 05/1971 or 1962."),
        "no_such_day": NO_SUCH_DAY,
        "future": _("This date is in the future. Check the year."),
    }

    def to_python(self, value: Any) -> str:
        """Return a full or partial date as ISO text, empty if nothing was typed.

        Raises ValidationError for an unreadable date, one before 1900 or a future one.
        """
        text = super().to_python(value)
        if text in self.empty_values:
            return ""
        parsed = self._read(unicodedata.normalize("NFKC", str(text)))
        if parsed is None or int(parsed[:4]) < EARLIEST_YEAR:
            code = "no_such_day" if is_no_day(str(text)) else "invalid"
            raise forms.ValidationError(self.error_messages[code], code=code)
        if parsed > clock.today().isoformat():
            raise forms.ValidationError(self.error_messages["future"], code="future")
        return parsed

    @staticmethod
    def _read(text: str) -> str | None:
        """Return the ISO text of a full or partial date, None if unreadable; 00 and XX mean an unknown part."""
        text = re.sub(r"^(?:(?:0{1,2}|xx|--)[-/. ])+", "", text.strip(), flags=re.IGNORECASE)
        if re.fullmatch(r"\d{4}", text):
            return text
        if match := re.fullmatch(r"(\d{1,2})[-/. ](\d{4})", text):
            month, year = int(match[1]), match[2]
        elif match := re.fullmatch(r"(\d{4})-(\d{1,2})", text):
            year, month = match[1], int(match[2])
        else:
            full_date = parse_birthday(text)
            return full_date.isoformat() if full_date else None
        return f"{year}-{month:02}" if 1 <= month <= 12 else None
