"""Forms of a request for several workers: what all their dossiers share, and the statement before sending."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.forms.answers import build_field, json_value
from ancu.apps.dossiers.forms.filing import accepted
from ancu.apps.dossiers.selectors.groups import APPLICATION, LETTER, PEOPLE, PROCEDURE
from ancu.core import clock
from ancu.core.forms import Form
from ancu.core.forms.filters import FilterForm
from ancu.core.forms.inputs import MultipleFileInput
from ancu.engines.rulebook import Field, get_procedure
from ancu.engines.rulebook import ProcedureComponent as Asked

# The common questions: the form, or the list in the letter, that asks each, and under which name its answer is used.
COMMON: dict[str, tuple[str, str]] = {
    "letter_number": (LETTER, "letter_number"),
    "card_from": (PEOPLE, "card_from"),
    "card_until": (APPLICATION, "request.card_until"),
    "card_symbol": (APPLICATION, "request.card_symbol"),
    "purpose": (APPLICATION, "stay.purpose"),
    "stay_unit": (APPLICATION, "stay.unit"),
    "stay_address": (APPLICATION, "stay.address"),
}
NEEDED = frozenset({"letter_number", "card_from", "card_until"})
WORK = "work"
MOST_FILES = 20  # in one request; the page's script sends each alone


def _question(form: str, key: str, on: date) -> Field:
    """Return a question of the procedure: of a form, or a column of the letter's list."""
    procedure = get_procedure(PROCEDURE, on)
    if form != PEOPLE:
        return procedure.fields[f"{form}.{key}"]
    return next(column for column in procedure.fields[f"{LETTER}.{PEOPLE}"].columns if column.key == key)


class GroupRequestForm(Form):
    """What the dossiers of a request share, asked in the words of the official forms; the rest may follow in each."""

    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = clock.today()
        for name, (form, _target) in COMMON.items():
            field = build_field(_question(form, name, today), today)
            field.required = field.label_says_required = name in NEEDED  # type: ignore[attr-defined]
            self.fields[name] = field
        self.initial = {"purpose": WORK, "card_from": today, **self.initial}
        self.fields["card_symbol"].help_text = _("Only for people whose symbol is not on your list.")
        self.fields["stay_unit"].help_text = _("If they live in one place. Otherwise fill it in for each person.")

    def clean(self) -> dict[str, Any]:
        """Add an error if the cards would end before they begin."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = cleaned.get("card_from"), cleaned.get("card_until")
        if first and last and last <= first:
            self.add_error("card_until", _("This day must be after the first day."))
        return cleaned

    def common(self) -> dict[str, Any]:
        """Return the shared answers as a dossier stores them, by the name under which they are used."""
        return {target: json_value(self.cleaned_data[name]) for name, (_form, target) in COMMON.items()}


class PapersField(forms.FileField):
    """Several files at once; cleans to a list."""

    widget = MultipleFileInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Return the files; no file and more than ``MOST_FILES`` are an error."""
        if not data:
            raise forms.ValidationError(_("Choose the files first."), code="required")
        if len(data) > MOST_FILES:
            raise forms.ValidationError(_("Send at most %(most)s files at once."), params={"most": MOST_FILES})
        return [super(PapersField, self).clean(upload, initial) for upload in data]


class PersonPapersForm(Form):
    """Papers of one kind of several people; ``components`` are the kinds that the drafts ask for, by their key."""

    key = forms.ChoiceField(widget=forms.HiddenInput)
    papers = PapersField(label=_("Choose all files, or drop them here"), max_length=200)

    def __init__(self, *args: Any, components: Sequence[Asked], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].choices = [(component.key, component.key) for component in components]  # type: ignore[attr-defined]

    @classmethod
    def of(cls, component: Asked) -> "PersonPapersForm":
        """Return the empty form for one kind of paper."""
        form = cls(components=[component], initial={"key": component.key}, auto_id=f"id_{component.key}_%s")
        form.fields["papers"].widget.attrs |= {"accept": accepted(component), "autocomplete": "off"}
        return form


class GroupFilterForm(FilterForm):
    """Which dossiers of a request are shown: those in one state."""

    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", ""), *State.choices])


class SendGroupForm(Form):
    """The statement required for sending several dossiers."""

    true = forms.BooleanField(
        label=_("What I submit is true and complete. I am responsible for it by law."),
        error_messages={"required": _("Tick this box to continue.")},
    )
