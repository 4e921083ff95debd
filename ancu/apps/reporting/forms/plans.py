"""A unit's plan for a year: one number for each indicator, empty if nothing is planned."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from ancu.apps.reporting.rules.values import places
from ancu.apps.reporting.selectors.plans import PlanRow
from ancu.core.forms import Form
from ancu.core.forms.numbers import DecimalField
from ancu.core.templatetags.ui import moment, number
from ancu.core.web.language import localized


class PlansForm(Form):
    """A field for each indicator, named by its code; ``changed`` has the values that differ from the page's.

    The page submits the values it showed (``seen-`` and the code), so that an older window neither restores nor
    overwrites another user's change.
    """

    def __init__(self, rows: Sequence[PlanRow], *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.rows, self.conflicts = rows, set[str]()
        for row in rows:
            indicator = row.indicator
            field = DecimalField(required=False, min_value=0, max_digits=18, places=places(indicator), initial=row.plan)
            field.label = localized(indicator, "title")
            self.fields[indicator.code] = field

    @property
    def lines(self) -> list[tuple[PlanRow, Any, str]]:
        """Return each row of the plan with its form field and the text of the value that the page shows.

        After a conflict it is the current value.
        """
        shown_values = [
            row.plan if row.indicator.code in self.conflicts else self._shown_value(row) for row in self.rows
        ]
        texts = ["" if value is None else str(value) for value in shown_values]
        return [(row, self[row.indicator.code], text) for row, text in zip(self.rows, texts, strict=True)]

    def _shown_value(self, row: PlanRow) -> Decimal | None:
        """Return the plan that the page showed when it was opened; the current plan if the page did not submit it.

        None for a year without a plan.
        """
        text = self.data.get(f"seen-{row.indicator.code}")
        if text is None:
            return row.plan
        try:
            return Decimal(text) if text else None
        except InvalidOperation:
            return row.plan

    def clean(self) -> dict[str, Any]:
        """Reject a changed plan that another user has changed since the page was opened."""
        cleaned = super().clean() or {}
        for row in self.rows:
            code, shown_value = row.indicator.code, self._shown_value(row)
            if code in cleaned and shown_value != row.plan and cleaned[code] not in {shown_value, row.plan}:
                self.conflicts.add(code)
                self.add_error(code, _conflict_message(row, cleaned[code]))
        return cleaned

    @property
    def changed(self) -> dict[str, Decimal | None]:
        """Return the submitted plans that differ from the shown and the current value, by indicator code."""
        known_values = {row.indicator.code: (self._shown_value(row), row.plan) for row in self.rows}
        cleaned = self.cleaned_data
        return {code: cleaned[code] for code, values in known_values.items() if cleaned[code] not in values}


def _conflict_message(row: PlanRow, yours: Decimal | None) -> str:
    """Return the error that another user changed or removed the plan since the page was opened.

    ``yours`` is the user's own value, which was not saved.
    """
    values = {"by": row.set_by, "when": moment(row.set_at), "value": number(row.plan, row.places),
            "yours": number(yours, row.places) if yours is not None else "–"}  # fmt: skip
    if row.plan is None:
        return (
            _("Someone removed this target after you opened the page. Your number (%(yours)s) was not saved.") % values
        )
    return (
        _(
            "%(by)s set this to %(value)s on %(when)s, after you opened the page. Your number (%(yours)s) was not "
            "saved. Keep one of the two and save again."
        )
        % values
    )
