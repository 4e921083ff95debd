"""What a unit is to reach in a year: one number for each indicator, empty where nothing is planned."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from ancu.apps.reporting.rules.values import places
from ancu.apps.reporting.selectors.plans import Planned
from ancu.core.forms import Form
from ancu.core.forms.numbers import DecimalField
from ancu.core.language import words
from ancu.core.templatetags.ui import moment, number


class PlansForm(Form):
    """A field for each indicator, named by its code; ``changed`` are those that say something else than the page did.

    The page sends back what it showed (``seen-`` and the code): an older window neither restores what another has
    changed since, nor writes over it unasked.
    """

    def __init__(self, rows: Sequence[Planned], *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.rows, self.overtaken = rows, set[str]()
        for row in rows:
            one = row.indicator
            field = DecimalField(required=False, min_value=0, max_digits=18, places=places(one), initial=row.plan)
            field.label = words(one, "title")
            self.fields[one.code] = field

    @property
    def lines(self) -> list[tuple[Planned, Any, str]]:
        """Each with what this page shows: after a conflict what stands there now, so that sending again decides."""
        shown = [row.plan if row.indicator.code in self.overtaken else self._seen(row) for row in self.rows]
        texts = ["" if one is None else str(one) for one in shown]
        return [(row, self[row.indicator.code], text) for row, text in zip(self.rows, texts, strict=True)]

    def _seen(self, row: Planned) -> Decimal | None:
        """What the page showed; what stands there now, where it does not say so."""
        text = self.data.get(f"seen-{row.indicator.code}")
        if text is None:
            return row.plan
        try:
            return Decimal(text) if text else None
        except InvalidOperation:
            return row.plan

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for row in self.rows:
            code, seen = row.indicator.code, self._seen(row)
            if code in given and seen != row.plan and given[code] not in {seen, row.plan}:
                self.overtaken.add(code)
                self.add_error(code, _overtaken(row, given[code]))
        return given

    @property
    def changed(self) -> dict[str, Decimal | None]:
        given = {row.indicator.code: (self._seen(row), row.plan) for row in self.rows}
        return {code: self.cleaned_data[code] for code, known in given.items() if self.cleaned_data[code] not in known}


def _overtaken(row: Planned, yours: Decimal | None) -> str:
    told = {"by": row.set_by, "when": moment(row.set_at), "value": number(row.plan, row.places),
            "yours": number(yours, row.places) if yours is not None else "–"}  # fmt: skip
    if row.plan is None:
        return _("Somebody took this plan back after you opened the page. Yours (%(yours)s) was not saved.") % told
    return (
        _(
            "%(by)s set this to %(value)s on %(when)s, after you opened the page. Yours (%(yours)s) was not saved: keep"
            " either and send again."
        )
        % told
    )
