"""A page on which a record is edited, which somebody else or another tab may overtake.

The page carries what it showed (``ui/edited.html``). The service refuses with ``CHANGED_SINCE``
(``audit.selectors.require_edition``); then the page is shown again with what was typed beside what stands now.
"""

import json
from collections.abc import Callable, Mapping
from datetime import date, time
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ancu.core.errors import Conflict
from ancu.core.forms.editions import CHANGED_SINCE, edition_of
from ancu.engines import json_text

MakeForm = Callable[[Any, dict[str, Any]], forms.BaseForm]  # from what was sent, if anything, and the initial values


class FieldComparison(NamedTuple):
    """A field that was changed on the page or since it was opened; ``typed`` is None where the person left it."""

    label: Any
    typed: str | None
    present: str


class EditPage:
    """The form of an edit page with what the page carries; ``values`` are the record's as they stand."""

    def __init__(self, data: Any, make: MakeForm, values: Mapping[str, Any]) -> None:
        self.form: Any = make(data, dict(values))
        self.edition = edition_of(values) if data is None else data.get("edition", "")
        self.shown = _dump_values(self.form) if data is None else data.get("shown", "")
        self.overtaken: Any = ""
        self.comparisons: list[FieldComparison] = []
        self._make = make

    @property
    def status(self) -> int:
        """The HTTP status of the page: 409 if another person changed the record, 422 for errors, else 200."""
        return 409 if self.overtaken else 422 if self.form.is_bound else 200

    def overtake(self, refused: Conflict, values: Mapping[str, Any]) -> None:
        """Show the typed values beside those that another person saved after the page was opened.

        ``values`` are the record's present ones. Re-raises the Conflict ``refused`` if it has another reason.
        """
        if refused.code != CHANGED_SINCE:
            raise refused
        sent, current = self.form, self._make(None, dict(values))
        shown_values = _load_values(self.shown)
        typed = _changed_values(sent, shown_values)
        self.comparisons = list(_comparisons(current, shown_values, typed))
        self.form = self._make(None, {**values, **typed})
        self.edition, self.shown, self.overtaken = edition_of(values), _dump_values(current), refused.message


def _dump_values(form: forms.BaseForm) -> str:
    """Return, as JSON, the values that the form shows, by field name; the page sends them along."""
    return json.dumps({field.name: field.value() for field in form.visible_fields()}, default=str)


def _load_values(text: str) -> dict[str, Any]:
    """Return by field name the values that the page had shown, from the JSON it submits; empty if malformed."""
    try:
        values = json_text.loads(text)
    except ValueError:
        return {}
    return values if isinstance(values, dict) else {}


def _changed_values(sent: forms.BaseForm, shown_values: Mapping[str, Any]) -> dict[str, Any]:
    """Return by field name the submitted values that differ from those the page had shown."""
    return {
        field.name: field.data
        for field in sent.visible_fields()
        if field.name not in shown_values
        or _comparable(field.field, field.data) != _comparable(field.field, shown_values[field.name])
    }


def _comparisons(current: forms.BaseForm, shown_values: Mapping[str, Any], typed: Mapping[str, Any]) -> Any:
    """Yield a FieldComparison (typed and present value) for each field where the two matter.

    These are fields where the person typed another value than the present one, and fields that changed in the record
    meanwhile.
    """
    for bound in current.visible_fields():
        field, name, present = bound.field, bound.name, _comparable(bound.field, bound.value())
        is_typed = name in typed
        if (
            _comparable(field, typed[name]) == present
            if is_typed
            else _comparable(field, shown_values.get(name)) == present
        ):
            continue
        words = _in_words(field, _comparable(field, typed[name])) if is_typed else None
        yield FieldComparison(bound.label, words, _in_words(field, present))


def _comparable(field: forms.Field, value: Any) -> Any:
    """Return a form value converted to its field's type, to compare it; unchanged if it cannot be read."""
    if isinstance(value, str):
        value = "\n".join(value.splitlines())
    try:
        return field.to_python(value)
    except (ValidationError, TypeError, ValueError):
        return value


def _in_words(field: forms.Field, value: Any) -> str:
    """Return a value for people: a choice's label, a date as dd/mm/yyyy."""
    value = field.prepare_value(value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list | tuple):
        return ", ".join(_in_words(field, part) for part in value)
    if isinstance(field, forms.ChoiceField):
        return str(dict(field.choices).get(value, value))  # type: ignore[arg-type]
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return f"{value:%H:%M}" if isinstance(value, time) else "" if value is None else str(value)
