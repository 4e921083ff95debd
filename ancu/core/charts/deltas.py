"""A change since an earlier time, and how much of a plan is reached: small parts that stand beside a value."""

from dataclasses import dataclass
from html import escape

from ancu.core.charts.markup import element, percent

ARROWS = {True: "M5 1l4.5 8h-9z", False: "M5 9L.5 1h9z"}
TONES = {None: "", True: " delta-good", False: " delta-bad"}


@dataclass(frozen=True)
class Delta:
    """A change: an arrow and a number. It has a colour only where more is plainly better or worse for people.

    ``words`` say to screen readers what the arrow shows; ``note`` is what the change refers to.
    """

    text: str
    is_up: bool
    words: str
    is_better: bool | None = None
    note: str = ""

    def html(self) -> str:
        """Return the change for a page."""
        arrow = element("svg", element("path", d=ARROWS[self.is_up]), viewBox="0 0 10 10", aria_hidden="true")
        words = element("span", escape(f"{self.words} "), class_="visually-hidden")
        note = f" {element('span', escape(self.note), class_='delta-note')}" if self.note else ""
        return element("span", arrow, words, escape(self.text), class_=f"delta num{TONES[self.is_better]}") + note


@dataclass(frozen=True)
class PlanBar:
    """How much of a year's plan is reached (``share``), beside how much of the year is over (``expected``).

    ``before`` is the share of the year before, a dark tick. Without ``text`` the bar stands alone.
    """

    share: float
    text: str = ""
    expected: float | None = None
    before: float | None = None

    def html(self, _key: str = "") -> str:
        """Return the bar for a page with its text."""
        parts = [element("rect", x="0", y="3", width="100%", height="8", rx="4", class_="mark-track")]
        parts.append(
            element("rect", x="0", y="3", width=percent(min(1.0, self.share)), height="8", rx="4", class_="mark-now")
        )
        if self.expected is not None:
            x = percent(self.expected)
            parts.append(element("line", x1=x, x2=x, y1="0", y2="14", class_="line-target"))
        if self.before is not None:
            x = percent(self.before)
            parts.append(element("rect", x=x, y="0", width="2", height="14", class_="mark-tick"))
        drawing = element("svg", *parts, class_="plan-svg", width="100%", height="14", aria_hidden="true")
        text = element("span", escape(self.text)) if self.text else ""
        return element("span", drawing, text, class_="plan")
