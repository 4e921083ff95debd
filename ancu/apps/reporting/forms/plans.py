"""What a unit is to reach in a year: one number for each indicator, empty where nothing is planned."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from ancu.apps.reporting.rules.values import places
from ancu.apps.reporting.selectors.plans import Planned
from ancu.core.forms import Form
from ancu.core.forms.numbers import DecimalField
from ancu.core.language import words


class PlansForm(Form):
    """A field for each indicator, named by its code; ``changed`` are those that say something else than before."""

    def __init__(self, rows: Sequence[Planned], *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.rows = rows
        for row in rows:
            one = row.indicator
            field = DecimalField(required=False, min_value=0, max_digits=18, places=places(one), initial=row.plan)
            field.label = words(one, "title")
            self.fields[one.code] = field

    @property
    def lines(self) -> list[tuple[Planned, Any]]:
        return [(row, self[row.indicator.code]) for row in self.rows]

    @property
    def changed(self) -> dict[str, Decimal | None]:
        return {code: self.cleaned_data[code] for code in self.changed_data}
