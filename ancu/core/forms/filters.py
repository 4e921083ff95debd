"""Filters of lists as they stand in an address."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from ancu.core.forms import Form


class WrongFilter(Exception):
    """A list's filter is unreadable: nothing is listed or exported until it is corrected.

    ``config.middleware.ErrorMiddleware`` shows the wrong fields with what was typed.
    """

    def __init__(self, form: "FilterForm") -> None:
        super().__init__(", ".join(form.errors))
        self.form = form


class FilterForm(Form):
    """The filters of a list; ``since`` and ``until``, if it has both, are a first and a last day."""

    def clean(self) -> dict[str, Any]:
        """Return the list filters by name; add an error if the start date is after the end date."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        since, until = values.get("since"), values.get("until")
        if since and until and since > until:
            self.add_error("until", _("The end date is before the start date. Check both dates."))
        return values

    def chosen(self) -> dict[str, Any]:
        """Return by name the list filters that have a value.

        Raises WrongFilter for an unreadable one, because ignoring it would widen the list.
        """
        if not self.is_valid():
            raise WrongFilter(self)
        return {name: value for name, value in self.cleaned_data.items() if value}
