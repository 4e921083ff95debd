"""Lengths of time as laws write them: "30 days", "6 months", "5 years"."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self


@dataclass(frozen=True, slots=True)
class Term:
    """A number of `unit` (day, month or year), counted on the calendar."""

    number: int
    unit: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse a length of time such as "1 year" or "90 days". Raises ValueError for anything else."""
        number, _, unit = text.partition(" ")
        unit = unit.removesuffix("s")
        if unit not in {"day", "month", "year"} or not number.isascii() or not number.isdigit():
            raise ValueError(f"not a length of time: {text!r}")
        return cls(int(number), unit)

    def after(self, start: date) -> date:
        """Return the day this long after `start`; a day the month lacks becomes the month's last."""
        if self.unit == "day":
            return start + timedelta(days=self.number)
        months = start.month - 1 + self.number * (12 if self.unit == "year" else 1)
        year, month = start.year + months // 12, months % 12 + 1
        return date(year, month, min(start.day, monthrange(year, month)[1]))

    def __str__(self) -> str:
        return f"{self.number} {self.unit}{'' if self.number == 1 else 's'}"
