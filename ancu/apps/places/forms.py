"""Forms: a commune by name, and remote periods."""

from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.places.selectors import commune_named, get_commune, label, unit_today
from ancu.core.forms import DateField, Form
from ancu.core.forms.choices import LookupField, LookupInput

SHOWN_AT_MOST = 4


class CommuneField(LookupField):
    """A commune by any present or former name, with or without accents; cleans to the unit."""

    def __init__(self, **kwargs: Any) -> None:
        source = reverse_lazy("places:communes")
        widget = LookupInput(source, {"autocomplete": "off"})  # type: ignore[arg-type]
        super().__init__(resolve=resolve_commune, source="", widget=widget, **kwargs)


def resolve_commune(text: str, code: str) -> AdministrativeUnit:
    """Return the commune with the id ``code`` if ``text`` is its label, otherwise the commune that ``text`` names.

    ValidationError if none has this name, or several; it lists up to ``SHOWN_AT_MOST`` of them.
    """
    picked = get_commune(code)
    if picked is not None and label(picked) == text:
        return picked
    commune = commune_named(text)
    if len(commune) == 1:
        return commune[0]
    if not commune:
        raise forms.ValidationError(
            _("No commune has the name “%(text)s”. Check the spelling, or enter the name of today's commune."),
            code="unknown_commune",
            params={"text": text},
        )
    names = "; ".join(label(unit) for unit in commune[:SHOWN_AT_MOST])
    raise forms.ValidationError(
        _("Several communes have this name. Enter one of these full names: %(names)s."),
        code="ambiguous_commune",
        params={"names": names},
    )


class RemoteForm(Form):
    """A present commune and its remote period."""

    unit = CommuneField(label=_("Commune"))
    valid_from = DateField(label=_("From"))
    valid_until = DateField(label=_("Until"), required=False, help_text=_("Leave this empty if there is no end date."))

    def clean_unit(self) -> AdministrativeUnit:
        """Return the submitted commune; ValidationError with its successor's name if it no longer exists."""
        unit: AdministrativeUnit = self.cleaned_data["unit"]
        if unit.valid_until is not None:
            raise forms.ValidationError(
                _("This commune no longer exists. It is now %(name)s. Enter that name."),
                params={"name": unit_today(unit).full_name},
            )
        return unit

    def clean(self) -> dict[str, Any]:
        """Add an error if the last day is before the first one."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        start, end = data.get("valid_from"), data.get("valid_until")
        if start and end and end < start:
            self.add_error("valid_until", _("The last day is before the first day."))
        return data


class RemoteEndForm(Form):
    valid_until = DateField(label=_("Last day"))
