"""Forms for counters, their opening hours, and passports by post."""

import re
from datetime import date, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.models import Counter, Dossier
from ancu.apps.dossiers.selectors.slots import dossiers_of_posting, editable_values
from ancu.apps.dossiers.services.counters import OpeningPeriod
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.dates import written_date
from ancu.core.forms import DateField, Form
from ancu.core.forms.filters import FilterForm
from ancu.core.templatetags.ui import weekday_name

OPEN_DAYS = range(6)  # Monday to Saturday; the office is closed on Sunday
STRETCH = re.compile(r"^(\d{1,2})[:h.](\d{2})?\s*[-–—]\s*(\d{1,2})[:h.](\d{2})?$")
YEARS = (2000, 2100)  # the day before and after can still be computed
TRACKING = re.compile(r"^[A-Z0-9]{5,40}$")


class HoursField(forms.CharField):
    """Opening hours such as ``07:30–11:30, 13:00–16:30``; empty means closed."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, max_length=60, **options)

    def to_python(self, value: Any) -> Any:
        """Return opening hours as (opens, closes) pairs, in order and without overlap."""
        text = super().to_python(value) or ""
        stretches: list[tuple[time, time]] = []
        for part in filter(None, (piece.strip() for piece in text.split(","))):
            opens, closes = _opening_period(part)
            if closes <= opens or (stretches and opens < stretches[-1][1]):
                raise ValidationError(_("Each period must end after it begins, and begin after the previous one ends."))
            stretches.append((opens, closes))
        return stretches

    def prepare_value(self, value: Any) -> Any:
        """Return opening hours as text for the field: "07:30–11:30, 13:00–16:30"; any other value unchanged."""
        if isinstance(value, list):
            return ", ".join(f"{opens:%H:%M}–{closes:%H:%M}" for opens, closes in value)
        return value


def _opening_period(part: str) -> tuple[time, time]:
    """Return opening and closing time of a text such as "07:30–11:30"; ValidationError if it cannot be read."""
    read = STRETCH.match(part)
    try:
        opens, opens_minute, closes, closes_minute = (
            (int(number or 0) for number in read.groups()) if read else (99,) * 4
        )
        return time(opens, opens_minute), time(closes, closes_minute)
    except ValueError:
        raise ValidationError(_("Enter the hours like this: 07:30–11:30, 13:00–16:30.")) from None


class CounterForm(Form):
    name = forms.CharField(label=_("Name of the counter"), max_length=150)
    address = forms.CharField(label=_("Address"), max_length=250)
    slot_minutes = forms.IntegerField(label=_("Minutes for each appointment"), min_value=5, max_value=240, initial=30)
    capacity = forms.IntegerField(
        label=_("People at the same time"),
        min_value=1,
        max_value=500,
        initial=4,
        help_text=_("How many people can book the same time."),
    )
    is_open = forms.BooleanField(label=_("This counter is open for appointments"), required=False, initial=True)

    def __init__(self, *args: Any, counter: Counter | None = None, **options: Any) -> None:
        if counter is not None:
            options.setdefault("initial", editable_values(counter))
        super().__init__(*args, **options)
        for day in OPEN_DAYS:
            self.fields[f"day_{day}"] = HoursField(label=capfirst(weekday_name(day)))

    def hour_fields(self) -> list[forms.BoundField]:
        """The fields of the opening hours, one for each working day."""
        return [self[f"day_{day}"] for day in OPEN_DAYS]

    def details(self) -> dict[str, Any]:
        """Return the arguments of ``services.counters.set_counter``."""
        hours = [OpeningPeriod(day, *pair) for day in OPEN_DAYS for pair in self.cleaned_data[f"day_{day}"]]
        return {name: self.cleaned_data[name] for name in self.base_fields} | {"hours": hours}


class PostingForm(Form):
    carrier = forms.CharField(label=_("Carrier"), max_length=60, initial="VNPost")
    tracking_number = forms.CharField(
        label=_("Tracking number"), max_length=40, help_text=_("As on the post’s receipt.")
    )
    sent_on = DateField(label=_("Sent on"))

    def __init__(self, *args: Any, dossier: Dossier, **options: Any) -> None:
        super().__init__(*args, initial={"sent_on": clock.today()}, **options)
        self.dossier = dossier

    def clean_tracking_number(self) -> str:
        """Return the tracking number in capitals without separators; ValidationError if it is implausible."""
        number = re.sub(r"[\s.-]", "", self.cleaned_data["tracking_number"]).upper()
        if not TRACKING.match(number):
            raise ValidationError(_("Use letters and digits only, at least five characters."))
        return number

    def clean_sent_on(self) -> date:
        """Refuse a day in the future, before the submission or, once there is a result, before the result."""
        day: date = self.cleaned_data["sent_on"]
        if day > clock.today():
            raise ValidationError(_("This date is in the future. Enter the day you posted it."))
        earliest = rules.earliest_posting(self.dossier)
        if day < earliest:
            sentence = (
                _("The result is dated %(day)s, so it cannot have been sent before that day.")
                if self.dossier.state == State.READY
                else _("The dossier was submitted on %(day)s, so the passport cannot have been sent before that day.")
            )
            raise ValidationError(sentence, params={"day": written_date(earliest)})
        return day

    def unusual_points(self, actor: Actor) -> list[str]:
        """Return a warning if other dossiers that the actor may see have the same tracking number.

        Empty while the form has errors.
        """
        if not self.is_bound or not self.is_valid():
            return []
        number = self.cleaned_data["tracking_number"]
        dossiers = dossiers_of_posting(actor, number, beside=self.dossier)
        if not dossiers:
            return []
        sentence = gettext("The tracking number %(number)s is also entered for %(dossiers)s.")
        return [sentence % {"number": number, "dossiers": ", ".join(dossiers)}]


class CounterDayForm(FilterForm):
    """The query of a link: ``?day=2026-11-30&counter=3``."""

    day = DateField(label=_("Day"), required=False)
    counter = forms.IntegerField(label=_("Counter"), required=False, min_value=1, max_value=2**63 - 1)

    def clean_day(self) -> date | None:
        """Refuse a day of a year outside those in which there can be appointments."""
        day: date | None = self.cleaned_data["day"]
        if day and not YEARS[0] <= day.year <= YEARS[1]:
            raise ValidationError(_("There are no appointments for this year."))
        return day

    @classmethod
    def read(cls, query: Any) -> tuple[date | None, int | None]:
        """Return day and counter id from the query string; None for those not chosen."""
        filters = cls(query).chosen()
        return filters.get("day"), filters.get("counter")


class BookSlotForm(forms.Form):
    slot = forms.IntegerField()
