"""Lines of the movement page as cells for ``{% each %}``. Repeated values are formatted once."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from html import escape
from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ancu.apps.oversight.templatetags.alerts import alert_chip
from ancu.apps.stays.templatetags.office import figure

register = template.Library()
Cells = dict[str, Any]
NOT_COMPARED: Cells = {"year_ago": SafeString("")}  # the current day
Lines = Iterable[Mapping[str, Any]]  # ``label``, ``url`` and ``cells``, as the view makes them


@register.filter
def figure_cells(lines: Lines) -> Iterator[Cells]:
    """The label of a line and its figures, each linked to its list."""
    format_figure = cache(figure)
    for line in lines:
        label = escape(line["label"])
        figures = {
            cell["name"]: _link(cell["url"], f"{label}: {text}", text) if cell["url"] else text
            for cell in line["cells"]
            for text in [format_figure(cell["value"])]
        }
        yield NOT_COMPARED | {"label": _link(line["url"], "", label) if line["url"] else SafeString(label), **figures}


@register.filter
def house_cells(lines: Lines) -> Iterator[Cells]:
    """A lodging's figures, its alerts, and a link to plan an inspection."""
    chips, plan, planned = cache(alert_chip), _("Plan an inspection"), _("Plan an inspection of %(name)s")
    lines = list(lines)
    for line, cells in zip(lines, figure_cells(lines), strict=True):
        about = escape(planned % {"name": line["label"]})
        yield cells | {
            "alerts": SafeString("".join(chips(*alert) for alert in line["house"].alerts) or "–"),
            "plan": _link(line["plan"], about, escape(plan)) if line["plan"] else SafeString(""),
        }


def _link(url: str, spoken: str, text: str) -> SafeString:
    """``spoken`` (an accessible name, if the text is not enough) and ``text`` are escaped already."""
    label = f' aria-label="{spoken}"' if spoken else ""
    return SafeString(f'<a href="{escape(url)}"{label}>{text}</a>')
