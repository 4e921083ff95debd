"""The filter forms of the officer's lists."""

from collections.abc import Callable, Iterable, Mapping
from html import escape
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from ancu.apps.lodging.enums import EstablishmentStatus, LodgingKind
from ancu.apps.stays.enums import DeclarationChannel
from ancu.apps.stays.selectors.guests import NOT_GIVEN
from ancu.core.forms import DateField, Form
from ancu.core.forms.filters import FilterForm
from ancu.engines.exchange import code_lists


class PlainSelect(forms.Select):
    """A select with many hundred options, rendered without templates, which would take a tenth of a second.

    ``html.escape`` is the standard library's: Django's checks first whether each text is lazy or safe.
    """

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Return the HTML of the select, without Django's templates, which are slow for many options."""
        chosen = "" if value is None else str(value)
        options = "".join(
            f'<option value="{escape(key)}"{" selected" if key == chosen else ""}>{escape(str(label))}</option>'
            for key, label in ((str(key), label) for key, label in self.choices)
        )
        attributes = flatatt(self.build_attrs(self.attrs, {**(attrs or {}), "name": name}))
        return format_html("<select{}>{}</select>", attributes, SafeString(options))


class AreaFilterForm(FilterForm):
    """A filter; the view fills its selects with what is in the actor's area."""

    def offer(self, **choices: Iterable[tuple[Any, str]]) -> None:
        """Set the choices of the fields named by the arguments, each after the choice "all"."""
        for name, options in choices.items():
            self.fields[name].widget.choices = [("", _("all")), *options]


def _on_list(name: str, *more: str) -> Callable[[str], None]:
    """Return a validator that accepts the codes of the code list ``name``, and those in ``more``.

    An unknown code would otherwise look like a search without results.
    """

    def validate(code: str) -> None:
        """Raise ValidationError for a code that is not on the list."""
        if code not in {*more, *(entry["code"] for entry in code_lists()[name]["entries"])}:
            raise ValidationError(_("This is not on the list. Choose one from it."))

    return validate


class GuestFilterForm(AreaFilterForm):
    unit = forms.IntegerField(label=_("Place"), required=False, widget=PlainSelect)
    lodging = forms.IntegerField(label=_("Lodging"), required=False, widget=PlainSelect)
    nationality = forms.CharField(
        label=_("Nationality"), required=False, validators=[_on_list("nationality")], widget=PlainSelect
    )
    kind = forms.ChoiceField(
        label=_("Kind of lodging"), required=False, choices=[("", _("all")), *LodgingKind.choices], widget=PlainSelect
    )
    since = DateField(label=_("Arrived from"), required=False)
    until = DateField(label=_("Arrived until"), required=False)
    present_on = DateField(label=_("Present on"), required=False)
    left_on = DateField(label=_("Left on"), required=False)
    purpose = forms.CharField(
        label=_("Purpose"), required=False, validators=[_on_list("purpose", NOT_GIVEN)], widget=PlainSelect
    )
    came_from = forms.IntegerField(
        label=_("Came from"), required=False, min_value=1, max_value=2**63 - 1, widget=PlainSelect
    )
    everyone = forms.BooleanField(required=False, widget=forms.HiddenInput)
    late = forms.BooleanField(required=False, widget=forms.HiddenInput)
    overdue = forms.BooleanField(required=False, widget=forms.HiddenInput)
    permit_ended = forms.BooleanField(required=False, widget=forms.HiddenInput)


class SubmissionFilterForm(AreaFilterForm):
    unit = forms.IntegerField(label=_("Place"), required=False, widget=PlainSelect)
    lodging = forms.IntegerField(label=_("Lodging"), required=False, widget=PlainSelect)
    channel = forms.ChoiceField(
        label=_("How declared"),
        required=False,
        choices=[("", _("all")), *DeclarationChannel.choices],
        widget=PlainSelect,
    )
    since = DateField(label=_("Received from"), required=False)
    until = DateField(label=_("Received until"), required=False)
    late = forms.BooleanField(required=False, widget=forms.HiddenInput)


class LodgingFilterForm(FilterForm):
    """What the officer looks for among the lodgings."""

    ORDERS = [("", _("by name")), ("guests", _("most guests first")), ("silent", _("longest without declaring first"))]

    q = forms.CharField(label=_("Name, address or code"), required=False, max_length=100)
    status = forms.ChoiceField(label=_("State"), required=False, choices=[("", ""), *EstablishmentStatus.choices])
    kind = forms.ChoiceField(label=_("Kind of lodging"), required=False, choices=[("", ""), *LodgingKind.choices])
    order = forms.ChoiceField(label=_("Order"), required=False, choices=ORDERS)
    unit = forms.IntegerField(label=_("Place"), required=False, min_value=1, max_value=2**63 - 1)
    after = forms.CharField(required=False, max_length=300)

    def values(self) -> dict[str, Any]:
        """Return the chosen filter values by field name, "" for those not set; WrongFilter for an invalid one."""
        return dict.fromkeys(self.fields, "") | self.chosen()


class LookForm(Form):
    """The reason to open a record, which is optional."""

    reason = forms.CharField(required=False, max_length=300)


def number_of(data: Mapping[str, Any], name: str) -> int | None:
    """Return the query string's value ``name`` as a whole number; None if it is missing or no number."""
    text = str(data.get(name, ""))
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
