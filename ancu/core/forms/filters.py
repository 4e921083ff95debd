"""Filters of lists as they stand in an address."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from ancu.core.forms import Form


class WrongFilter(Exception):
    """A filter that cannot be read: nothing is listed and nothing exported until it is mended.

    ``config.middleware.ErrorMiddleware`` shows the fields that are wrong, with what was typed.
    """

    def __init__(self, form: "FilterForm") -> None:
        super().__init__(", ".join(form.errors))
        self.form = form


class FilterForm(Form):
    """What a list may be narrowed to; ``since`` and ``until``, where it has both, are a first and a last day."""

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        since, until = values.get("since"), values.get("until")
        if since and until and since > until:
            self.add_error("until", _("The end date is before the start date. Check both dates."))
        return values

    def chosen(self) -> dict[str, Any]:
        """What was set. Raises WrongFilter where something cannot be read: left out, it would widen the list."""
        if not self.is_valid():
            raise WrongFilter(self)
        return {name: value for name, value in self.cleaned_data.items() if value}
