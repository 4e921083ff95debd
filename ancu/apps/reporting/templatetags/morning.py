"""Drawings of the morning page. Every number in them is a link to its list."""

from collections.abc import Sequence
from datetime import date

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ancu.apps.dossiers.enums import State
from ancu.apps.oversight.selectors.words import title_of
from ancu.apps.reporting.rules.morning import Due, leads_morning
from ancu.apps.reporting.selectors.morning.alerts import AlertGrid
from ancu.apps.reporting.selectors.morning.dossiers import StepRow
from ancu.apps.reporting.selectors.morning.events import EventPair, Yesterday
from ancu.apps.reporting.selectors.morning.page import MorningPage
from ancu.apps.reporting.selectors.morning.scope import LinkedNumber
from ancu.apps.reporting.selectors.morning.stays import PresenceMonth
from ancu.apps.reporting.selectors.morning.tiles import MorningTile
from ancu.core import clock
from ancu.core.charts import Delta, SparkLine
from ancu.core.charts.markup import element, hatch_id, hatching, percent
from ancu.core.templatetags.ui import chip, counted, day_short, number, weekday

register = template.Library()

STOPPED = "stopped"  # names the hatching of bars whose clock stands
LEAST_PART = 0.055  # of the track: a part is wide enough for its number and a finger
SPARK_FLOOR = 0.4  # of a line's range: a tint stays under it, also where it is lowest
BAR, PAIR = 26, 20  # pixels: heights of tracks
FLOW_HALF = 34
DUE_WORDS = {
    Due.LATE: lambda: _("overdue"), Due.SOON: lambda: _("today or tomorrow"), Due.NEAR: lambda: _("within 3 days"),
    Due.LATER: lambda: pgettext("deadline", "later"), Due.STOPPED: lambda: _("clock stopped"),
    Due.IDLE: lambda: _("no deadline runs"),
}  # fmt: skip


@register.simple_tag
def linked(count: LinkedNumber, about: str = "") -> SafeString:
    """Return a number as a link to its list, plain when there is nothing to list; ``about`` is read with it."""
    spoken = format_html('<span class="visually-hidden"> {}</span>', about) if about else ""
    if not count.link:
        return format_html('<span class="num">{}</span>{}', number(count.value), spoken)
    return format_html(
        '<a class="num" href="{}" data-count="{}">{}{}</a>', count.link, count.value, number(count.value), spoken
    )


@register.filter
def due_words(due: str) -> str:
    """Return how a deadline stands, in words."""
    return str(DUE_WORDS[Due(due)]())


@register.simple_tag
def spark(tile: MorningTile) -> SafeString:
    """Return the tile's course as a small line; a course of fewer than two numbers or of zeros is left out."""
    if len(tile.course) < 2 or not any(tile.course):
        return SafeString("")
    drawing = SparkLine(
        tile.course, tile.year_ago, tile.target if tile.is_share else None, height=38, floor=SPARK_FLOOR
    )
    return mark_safe(drawing.html(f"spark-{tile.key}"))  # noqa: S308 -- the charts escape every text


@register.simple_tag
def tile_change(tile: MorningTile) -> SafeString:
    """Return the tile's change as an arrow and a number, that there is none, or nothing if it is not known."""
    if not tile.change:
        words = "" if tile.change is None else _("no change") if tile.is_share else _("as yesterday")
        return format_html('<span class="muted">{}</span>', words) if words else SafeString("")
    is_up = tile.change > 0
    text = f"{tile.change_text} {pgettext('change', 'points')}" if tile.is_share else tile.change_text
    return mark_safe(Delta(text, is_up, _("more:") if is_up else _("less:"), tile.better).html())  # noqa: S308


@register.simple_tag
def part_bar(parts: Sequence[tuple[Due, LinkedNumber]], most: int, about: str) -> SafeString:
    """Return a bar of parts by deadline, on the scale of ``most``; each part is a link with its number."""
    shares = [max(LEAST_PART, count.value / most) for _due, count in parts]
    room = min(1.0, 1.0 / sum(shares)) if shares else 1.0
    x, marks = 0.0, []
    for (due, count), share in zip(parts, shares, strict=True):
        marks.append(_part(due, count, x, share * room, about))
        x += share * room
    stripes = [hatching(STOPPED)] if any(due == Due.STOPPED for due, _count in parts) else []
    drawing = element("svg", *stripes, *marks, class_="part-bar", width="100%", height=BAR)
    return mark_safe(drawing)  # noqa: S308 -- every text in it is escaped


def _part(due: Due, count: LinkedNumber, x: float, width: float, about: str) -> str:
    """Return one part of a bar: a rectangle and its number, as a link."""
    hatch = f"url(#{hatch_id(STOPPED)})" if due == Due.STOPPED else None
    rectangle = element(
        "rect", x=percent(x), width=percent(width), y="0", height=BAR, class_=f"part part-{due.value}", fill=hatch
    )
    text = element(
        "text", escape(number(count.value)), x=percent(x + width / 2), y=BAR // 2, dy="0.35em", text_anchor="middle",
        class_=f"part-text part-text-{due.value}",
    )  # fmt: skip
    words = f"{about}: {number(count.value)} {due_words(due)}"
    return element("a", rectangle, text, href=count.link, aria_label=words, data_count=count.value)


@register.filter
def short_agency(name: str) -> str:
    """Return the name of an agency for a narrow column, with the abbreviation that every officer reads."""
    return name.replace("Quản lý xuất nhập cảnh", "QLXNC")


# What the longer titles of rules are called beside a bar.
SHORT_RULES = {
    "overstay": lambda: pgettext("alert rule", "Overstay"),
    "not_checked_out": lambda: pgettext("alert rule", "Not checked out"),
    "two_places": lambda: pgettext("alert rule", "In two places"),
    "invalid_document": lambda: pgettext("alert rule", "Impossible number"),
    "expired_document": lambda: pgettext("alert rule", "Passport expired"),
    "silent": lambda: pgettext("alert rule", "Lodging silent"),
    "too_many_guests": lambda: pgettext("alert rule", "Too many guests"),
    "notice_match": lambda: pgettext("alert rule", "Like a notice"),
    "undeclared_found": lambda: pgettext("alert rule", "Undeclared guests"),
}


@register.filter
def rule_title(code: str) -> str:
    """Return the title of an alert rule in the reader's language."""
    return title_of(code)


@register.filter
def short_rule(code: str) -> str:
    """Return the title of an alert rule in two or three words."""
    return str(SHORT_RULES[code]()) if code in SHORT_RULES else title_of(code)


@register.filter
def holder_words(row: StepRow, page: MorningPage) -> tuple[str, str]:
    """Return who holds the dossiers of a step in a word or two, and the names of several officers, else "".

    Those with most dossiers come first.
    """
    if row.waits_for_applicant or not row.holders:
        return _("the applicant") if row.waits_for_applicant else "", ""
    names = [page.officers.get(pk, "") for pk in row.holders]
    if len(names) == 1:
        return names[0], ""
    return counted("%(n)s officer", "%(n)s officers", len(names)), ", ".join(filter(None, names))


@register.filter
def waits_for_reader(row: StepRow, page: MorningPage) -> bool:
    """Whether the dossiers of a step wait for the reader: a leader decides."""
    return row.state == State.ASSESSED and leads_morning(page.scope.actor)


@register.simple_tag
def rule_bar(count: LinkedNumber, grid: AlertGrid) -> SafeString:
    """Return the bar of one rule's open alerts, with its number as a link at the end."""
    most = max((number_of_rule.value for _code, number_of_rule in grid.rules), default=1) or 1
    end = 0.86 * count.value / most
    bar = element("rect", x="0", y="2", width=percent(end), height=16, rx="2", class_="mark-now")
    text = element("text", escape(number(count.value)), x=percent(end), dx="8", y="10", dy="0.35em", class_="mark-text")
    link = element("a", text, href=count.link, data_count=count.value)
    return mark_safe(element("svg", bar, link, class_="rule-bar", width="100%", height=20))  # noqa: S308 -- escaped


@register.simple_tag
def due_chip(due_on: date) -> SafeString:
    """Return a chip that says when something is due: how late, today, a weekday within a week, or the date."""
    days_left = (due_on - clock.today()).days
    if days_left < 0:
        return chip(counted("%(n)s day overdue", "%(n)s days overdue", -days_left), "bad")
    if days_left == 0:
        return chip(_("today"), "warn")
    return chip(weekday(due_on) if days_left < 7 else day_short(due_on), "mute")


PAIR_WORDS = {
    "guests": lambda: (pgettext("pair", "Guests"), pgettext("guests", "left"), pgettext("guests", "arrived")),
    "dossiers": lambda: (_("Dossiers"), pgettext("dossiers", "decided"), pgettext("dossiers", "received")),
    "alerts": lambda: (_("Alerts"), pgettext("alerts", "closed"), pgettext("alerts", "new")),
    "petitions": lambda: (_("Petitions"), pgettext("petitions", "closed"), pgettext("petitions", "new")),
}


@register.filter
def pair_words(pair: EventPair) -> tuple[str, str, str]:
    """Return the name of a pair, and the words for what ended and what began."""
    name, ended, begun = PAIR_WORDS[pair.key]()
    return str(name), str(ended), str(begun)


EVENT_WORDS = {
    "lodgings": lambda n: counted("lodging asked to register", "lodgings asked to register", n),
    "promises": lambda n: counted("promise kept", "promises kept", n),
    "inspections": lambda n: counted("inspection", "inspections", n),
}


@register.filter
def event_words(count: LinkedNumber, key: str) -> str:
    """Return the words for a number of registrations, kept promises or inspections."""
    return EVENT_WORDS[key](count.value)


@register.filter
def quiet_words(events: Yesterday) -> str:
    """Return the names of what did not happen; "" if all of it did."""
    names = [pair_words(pair)[0].lower() for pair in events.pairs if not pair.has_events]
    names += [event_words(count, key) for key, count in events.counts if not count.value]
    return ", ".join(names)


@register.simple_tag
def pair_bar(pair: EventPair, events: Yesterday) -> SafeString:
    """Return both bars of a pair, away from a middle line, each with its number at its end.

    Guests have a scale of their own, all other pairs share one.
    """
    _name, ended_words, begun_words = pair_words(pair)
    ended, begun = (0.5 * count.value / events.most_beside(pair) for count in (pair.ended, pair.begun))
    marks = [
        element("rect", x=percent(0.5 - ended), width=percent(ended), y="3", height=PAIR - 6, class_="mark-rest"),
        element("rect", x="50%", width=percent(begun), y="3", height=PAIR - 6, class_="mark-now"),
        _pair_number(pair.ended, ended_words, x=percent(0.5 - ended), dx="-8", text_anchor="end"),
        _pair_number(pair.begun, begun_words, x=percent(0.5 + begun), dx="8"),
    ]
    drawing = element("svg", *marks, class_="pair-bar", width="100%", height=PAIR)
    return mark_safe(drawing)  # noqa: S308 -- every text in it is escaped


def _pair_number(count: LinkedNumber, about: str, **position: str) -> str:
    """Return the number at the end of a bar, as a link if it has a list; ``about`` is read with it; nothing for 0."""
    if not count.value:
        return ""
    text = element("text", escape(number(count.value)), y=PAIR // 2, dy="0.35em", class_="mark-text", **position)
    if not count.link:
        return text
    words = f"{number(count.value)} {about}"
    return element("a", text, href=count.link, aria_label=words, data_count=count.value)


@register.simple_tag
def flow_columns(month: PresenceMonth) -> SafeString:
    """Return arrivals above and departures below a line, a column for each day; the last day has the full colour."""
    most = max([*month.arrivals, *month.departures, 1])
    step, marks = 1 / len(month.days), []
    for place, (arrived, departed) in enumerate(zip(month.arrivals, month.departures, strict=True)):
        box = {"x": percent((place + 0.1) * step), "width": percent(0.8 * step)}
        up, down = FLOW_HALF * arrived / most, FLOW_HALF * departed / most
        css = "mark-now" if place == len(month.days) - 1 else "mark-light"
        marks.append(element("rect", y=f"{FLOW_HALF - up:.1f}", height=f"{up:.1f}", class_=css, **box))
        marks.append(element("rect", y=FLOW_HALF, height=f"{down:.1f}", class_="mark-rest", **box))
    marks.append(element("line", x1="0", x2="100%", y1=FLOW_HALF, y2=FLOW_HALF, class_="grid-zero"))
    words = counted("%(n)s arrived", "%(n)s arrived", month.arrivals[-1])
    words += f", {counted('%(n)s left', '%(n)s left', month.departures[-1])}"
    drawing = element(
        "svg", *marks, class_="flow", width="100%", height=2 * FLOW_HALF, role="img",
        aria_label=f"{_('Arrivals and departures each day; on the last day')} {words}",
    )  # fmt: skip
    return mark_safe(drawing)  # noqa: S308 -- every text in it is escaped
