"""Forms of the official letters: the filter of their list, and how the office and its officers sign them."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ancu.apps.accounts.models import User
from ancu.apps.dossiers.enums import LetterKind, LetterSeries, SigningForm
from ancu.apps.dossiers.forms.register import PeriodField
from ancu.apps.dossiers.rules.register import PeriodLength, period_of
from ancu.apps.dossiers.selectors.letters import LetterFilter
from ancu.core import clock
from ancu.core.forms import Form
from ancu.core.forms.filters import FilterForm

SYMBOL = re.compile(r"[A-ZĐ0-9]+(?:-[A-ZĐ0-9]+)*")


class LettersForm(FilterForm):
    """The filter of the list of letters, read from the query string."""

    period = PeriodField(
        label=_("Day, month or year"), required=False, help_text=_("For example 24/11/2026, 11/2026 or 2026.")
    )
    series = forms.ChoiceField(
        label=_("Numbered as"), choices=[("", _("All series")), *LetterSeries.choices], required=False
    )
    kind = forms.ChoiceField(
        label=pgettext_lazy("letter", "Kind"), choices=[("", _("All kinds")), *LetterKind.choices], required=False
    )

    def letter_filter(self) -> LetterFilter:
        """Return the filter, of this month unless a period is chosen."""
        chosen = self.chosen()
        period = chosen.get("period") or period_of(PeriodLength.MONTH, clock.today())
        return LetterFilter(period, series=chosen.get("series", ""), kind=chosen.get("kind", ""))


class LetterheadForm(Form):
    """Symbol, place and head's title of the office's letters; for each officer a form of signing and a position."""

    symbol = forms.CharField(
        label=_("Symbol of the office"), max_length=20,
        help_text=_("Stands after the kind of letter, for example XNC in 05/TB-XNC. Capitals, digits and hyphens."),
    )  # fmt: skip
    place = forms.CharField(label=_("Place in the line of the date"), max_length=60)
    head_title = forms.CharField(
        label=_("Title of the head"), max_length=80, help_text=_("In Vietnamese, for example Trưởng phòng.")
    )

    asks = {
        "symbol": _("Enter the symbol of the office."), "place": _("Enter the place."),
        "head_title": _("Enter the title of the head."),
    }  # fmt: skip

    def __init__(self, data: Any, *, initial: Mapping[str, Any], officers: Sequence[User]) -> None:
        super().__init__(data, initial=dict(initial))
        self.officers = officers
        for user in officers:
            name = {"name": user.full_name}
            self.fields[f"form_{user.pk}"] = forms.ChoiceField(
                label=_("How %(name)s signs") % name, choices=SigningForm.choices
            )
            self.fields[f"position_{user.pk}"] = forms.CharField(
                label=_("Position of %(name)s, in Vietnamese") % name, max_length=80
            )

    def officer_fields(self) -> list[tuple[User, Any, Any]]:
        """Return each officer with the fields of the form of signing and of the position."""
        return [(user, self[f"form_{user.pk}"], self[f"position_{user.pk}"]) for user in self.officers]

    def clean_symbol(self) -> str:
        """Return the symbol in capitals; add an error for anything but letters, digits and single hyphens."""
        symbol = str(self.cleaned_data["symbol"]).upper()
        if not SYMBOL.fullmatch(symbol):
            raise ValidationError(_("Use capitals, digits and hyphens only, for example XNC."), code="invalid")
        return symbol

    def values(self) -> dict[str, Any]:
        """Return the arguments of ``services.letterhead.set_letterhead``."""
        cleaned = self.cleaned_data
        signers = {user.pk: (cleaned[f"form_{user.pk}"], cleaned[f"position_{user.pk}"]) for user in self.officers}
        return {name: cleaned[name] for name in ("symbol", "place", "head_title")} | {"signers": signers}
