"""Template tags of the house: icons, chips, Vietnamese dates and money, form controls."""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.forms import BaseForm, BoundField
from django.forms.boundfield import BoundWidget
from django.forms.utils import flatatt
from django.forms.widgets import CheckboxInput, CheckboxSelectMultiple, PasswordInput, RadioSelect, Select, Widget
from django.templatetags.static import static
from django.utils import timezone
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from ancu.core import clock as system_clock
from ancu.core.dates import written_date, written_day, written_parts
from ancu.core.documents.comparisons import Change, Extent, Measure
from ancu.core.forms import file_errors
from ancu.core.ranks import rank_in_words
from ancu.core.web.language import LANGUAGE_NAMES, third_language
from ancu.engines.telephone import readable

register = template.Library()


CHIP_TONES = frozenset({"ok", "warn", "bad", "info", "gold", "mute"})
PLAIN_YEAR_DAYS = 180  # a day this near is of the year that one thinks of
SEGMENTS_AT_MOST, SEGMENT_SIGNS = 4, 80  # of all labels together: people's names do not fit beside each other


@register.simple_tag
def icon(name: str, label: str = "", size: str = "") -> SafeString:
    """Return the HTML of the icon ``name``, hidden from screen readers unless it has a ``label``.

    ``size`` is s or l.
    """
    return _icon(name, str(label), size)


@lru_cache(maxsize=500)
def _icon(name: str, label: str, size: str) -> SafeString:
    """Return an icon's HTML; cached, as every page has about forty."""
    css = f"icon icon-{size}" if size else "icon"
    spoken = flatatt({"role": "img", "aria-label": label} if label else {"aria-hidden": "true"})
    return format_html('<svg class="{}"{}><use href="{}#{}"/></svg>', css, spoken, static("ancu/icons.svg"), name)


LINKS = {
    "tab": '<a href="{url}"{current}>{label}</a>',
    "thumb": '<a href="{url}"{current}>{icon}<span>{label}</span>{badge}</a>',
    "area": '<a href="{url}"{current}>{label}{badge}</a>',
    "page": '<a href="{url}"{current}>{label}{badge}</a>',
    "thumb-menu": '<a href="{url}"{current}>{icon}<span class="grow">{label}</span>{badge}</a>',
    "menu": '<a href="{url}"{current}>{icon}<span class="grow">{label}</span></a>',
    "account": '<a href="{url}"{current}>{icon}{label}</a>',
}
CURRENT = SafeString(' aria-current="page"')
OUT_OF_BAND = SafeString(' hx-swap-oob="true"')


@register.simple_tag
def links(items: Iterable[dict[str, Any]], form: str) -> SafeString:
    """Return the HTML of navigation links; faster than a template for nearly forty of them.

    ``form`` names their layout, a key of ``LINKS``. An item has ``url``, ``label`` and ``icon``, and ``active`` if it
    is the present page. If it has a ``key``, its number (``count``) is in an element with the id ``form-key``.
    """
    rendered = (
        {
            **item,
            "icon": icon(item["icon"]),
            "current": CURRENT if item.get("active") else "",
            "badge": badge(item, form) if "key" in item else "",
        }
        for item in items
    )
    return format_html_join("\n", LINKS[form], rendered)


@register.simple_tag(takes_context=True)
def page_languages(context: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return code and name of each language in which the page exists; a page without an address exists in all."""
    codes = getattr(context.get("request"), "languages", LANGUAGE_NAMES)
    return [(code, LANGUAGE_NAMES[code]) for code in codes]


@register.simple_tag
def data_lang() -> SafeString:
    """Return the attribute ``lang="en"``, with a blank before it, on a page in a third language; else nothing.

    For an element whose text is data: it exists in Vietnamese and English only.
    """
    return SafeString(' lang="en"' if third_language() else "")


@register.simple_tag
def badge(item: dict[str, Any], form: str, oob: bool = False) -> SafeString:
    """Return the HTML of a link's number, empty at zero; urgent alerts (``hot``) are called so.

    A number above ``most``, up to which the item is counted, is "most+". With ``oob`` htmx puts it in the place of the
    one that the page has.
    """
    count, most = item["count"], item.get("most", 0)
    text = f"{number(most)}+" if 0 < most < count else number(count)
    return format_html(
        '<i class="count{}" id="{}-{}"{}>{}{}</i>',
        " hot" if item["hot"] else "", form, item["key"], OUT_OF_BAND if oob else "",
        text if count else "",
        format_html(' <span class="visually-hidden">{}</span>', pgettext("alerts", "high")) if item["hot"] else "",
    )  # fmt: skip


@register.simple_tag
def chip(text: object, tone: str = "mute", icon_name: str = "") -> SafeString:
    """Return the HTML of a status chip: a capitalised word in a tone of the theme.

    Raises ``TemplateSyntaxError`` for an unknown tone.
    """
    if tone not in CHIP_TONES:
        raise template.TemplateSyntaxError(f"chip tone {tone!r} is not one of {sorted(CHIP_TONES)}")
    drawing = icon(icon_name) if icon_name else ""
    return format_html('<span class="chip chip-{}">{}{}</span>', tone, drawing, _capitalised(text))


def _capitalised(text: object) -> str:
    """Return the text with a capital first letter; safe text stays safe."""
    words = str(text)
    capital = words[:1].upper() + words[1:]
    return SafeString(capital) if isinstance(text, SafeString) else capital


@register.filter
def standing_in(who: object, absent: object) -> str:
    """Return the name of the user who acted; with ``absent`` also "covering for" that colleague on leave."""
    return _("%(who)s, covering for %(absent)s") % {"who": who, "absent": absent} if absent else str(who or "")


@register.inclusion_tag("ui/confirm.html")
def confirm(
    label: str,
    title: str,
    text: str = "",
    *,
    action: str = "",
    url: str = "",
    of: str = "",
    icon_name: str = "",
    name: str = "",
    value: str = "",
) -> dict[str, str]:
    """Return the template context of a button whose act cannot be undone; a dialog asks before it acts.

    ``action`` is the text of the dialog's button, the label by default. With ``url`` it posts there; without, it
    submits the form around it. ``of`` names its object for screen readers, in a list of such buttons. ``name`` and
    ``value`` are the acting button's, in a form with several.
    """
    return {
        "label": label, "title": title, "text": text, "action": action or label, "url": url, "of": of,
        "icon_name": icon_name, "name": name, "value": value,
    }  # fmt: skip


def _local(value: date | datetime) -> date | datetime:
    """Return an aware datetime in local time; anything else unchanged."""
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


@register.filter
def day(value: date | datetime | str | None) -> str:
    """Return a date as dd/mm/yyyy; a partial one such as ``1971-05`` or ``1962`` as 05/1971 or 1962.

    Readers of a third language see it as they write it (``core.dates``).
    """
    if not value:
        return ""
    return written_parts(value) if isinstance(value, str) else written_date(_local(value))


VIETNAMESE_WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


@register.filter
def weekday(value: date | datetime) -> str:
    """Return the weekday of a date in words."""
    return weekday_name(_local(value).weekday())


@register.filter
def weekday_short(value: date | datetime) -> str:
    """Return the weekday of a date for a narrow place: "Wed"; in Vietnamese its name, which is short."""
    vietnamese = (get_language() or "").startswith("vi")
    return weekday(value) if vietnamese else str(WEEKDAYS_ABBR[_local(value).weekday()])


def weekday_name(number: int) -> str:
    """Return the name of a weekday, 0 for Monday; Django's Vietnamese has figures ("Thứ 4") instead of words."""
    vietnamese = (get_language() or "").startswith("vi")
    return VIETNAMESE_WEEKDAYS[number] if vietnamese else str(WEEKDAYS[number])


@register.filter
def day_short(value: date | datetime | None) -> str:
    """Return a date as dd/mm; as dd/mm/yyyy if it is more than half a year away or of a past year; empty for None."""
    if not value:
        return ""
    on, today = _local(value), system_clock.today()
    days_away = ((on.date() if isinstance(on, datetime) else on) - today).days
    is_plain = abs(days_away) <= PLAIN_YEAR_DAYS and on.year >= today.year
    return written_day(on) if is_plain else written_date(on)


@register.filter
def moment(value: datetime | None) -> str:
    """Return a datetime as dd/mm/yyyy hh:mm in local time."""
    return f"{written_date(local)} {local:%H:%M}" if value and (local := _local(value)) else ""


@register.filter
def clock(value: datetime | time | None) -> str:
    """Return a time as hh:mm, in local time; empty for None."""
    if not value:
        return ""
    return (value if isinstance(value, time) else _local(value)).strftime("%H:%M")


@register.filter
def possible_from(value: datetime) -> str:
    """Return when something is possible again: hh:mm, rounded up to a minute; with the date if it is not today."""
    minute = timezone.localtime(value + timedelta(seconds=59))
    today = minute.date() == timezone.localtime().date()
    return f"{minute:%H:%M}" if today else moment(minute)


@register.filter
def number(value: float | Decimal | None, places: int = 0) -> str:
    """Return a number with the language's separators: 1.234,5 in Vietnamese, 1,234.5 in English."""
    if value is None:
        return ""
    text = f"{value:,.{places}f}"
    if (get_language() or "vi").startswith("vi"):
        return text.translate(str.maketrans(",.", ".,"))
    return text


CHANGE_TONES = {None: "", True: " tone-ok", False: " tone-bad"}


@register.simple_tag
def change_mark(change: Change | None, better: bool | None = None) -> SafeString:
    """Return a figure's change as HTML: ▲ +2.5 %, ▼ −1.8 points or ▲ +80; empty without a change.

    Its colour says whether the change is for the ``better``; None: neither.
    """
    if change is None or not change.amount:
        return SafeString("")
    arrow, sign = ("▲", "+") if change.amount > 0 else ("▼", "−")
    places = 0 if change.measure is Measure.NUMBER and change.amount == change.amount.to_integral_value() else 1
    measure = {Measure.PERCENT: " %", Measure.POINTS: f" {pgettext('change', 'points')}", Measure.NUMBER: ""}
    text = f"{arrow} {sign}{number(abs(change.amount), places)}{measure[change.measure]}"
    return format_html('<span class="num{}">{}</span>', CHANGE_TONES[better], text)


@register.filter
def extent_words(extent: Extent, part: str = "months") -> str:
    """Return how many months or days of a period are counted: "10 of 12 months", "25 of 30 days"."""
    words = _("%(done)s of %(total)s days") if part == "days" else _("%(done)s of %(total)s months")
    return words % {"done": number(extent.done), "total": number(extent.total)}


def counted(singular: str, many: str, n: int, **more: object) -> str:
    """Return the sentence for ``n`` things, ``%(n)s`` with thousands separators; ``more`` fills other placeholders."""
    return ngettext(singular, many, n) % {"n": number(n), **more}


def days_late(days: int) -> str:
    """Return in words how many days late something is."""
    return counted("%(n)s day late", "%(n)s days late", days)


@register.filter
def vnd(value: int | Decimal | None) -> str:
    """Return an amount in đồng with thousands separators: 4.092.000 ₫ or 4,092,000 ₫."""
    return "" if value is None else f"{number(value)}\N{NO-BREAK SPACE}₫"


@register.filter
def telephone(number: str | None) -> str:
    """Return a telephone number as people read it: 0912 345 678."""
    return readable(number or "")


@register.filter
def masked(value: str | None) -> str:
    """Return a document number with only its first and last two characters shown: C0•••••78."""
    text = value or ""
    if len(text) <= 4:
        return "•" * len(text)
    return text[:2] + "•" * (len(text) - 4) + text[-2:]


def _widget_class(widget: Widget) -> str:
    """Return the CSS class for a form widget: form-check-input, form-select or form-control."""
    if isinstance(widget, CheckboxInput | CheckboxSelectMultiple | RadioSelect):
        return "form-check-input"
    return "form-select" if isinstance(widget, Select) and not widget.allow_multiple_selected else "form-control"


@register.simple_tag
def control(field: BoundField) -> SafeString:
    """Return the HTML of a form field's input with the theme's class.

    Label, help and error are added by ``ui/field.html``.
    """
    widget = field.field.widget
    css = " ".join(filter(None, [_widget_class(widget), widget.attrs.get("class", "")]))
    attrs: dict[str, Any] = {"class": css}
    if described := field.aria_describedby:
        attrs["aria-describedby"] = described
    if names := file_errors.wrong_files(field):
        attrs["data-wrong-files"] = json.dumps(names)
    return field.as_widget(attrs=attrs)


@register.filter
def wrong_files(field: BoundField) -> str:
    """Return the names of a field's refused files as JSON, for ``data-wrong-files``; empty without any."""
    names = file_errors.wrong_files(field)
    return json.dumps(names) if names else ""


register.filter("came_with_files", file_errors.came_with_files)
register.filter("rank", rank_in_words)


@register.filter
def check_tag(choice: BoundWidget) -> SafeString:
    """Return the HTML of one checkbox or radio button in a list of choices, with the theme's class."""
    choice.data["attrs"]["class"] = "form-check-input"
    return choice.tag()


@register.filter
def wrong_fields(form: BaseForm) -> list[BoundField]:
    """Return the form's visible fields that have errors, in the order of the page."""
    return [field for field in form.visible_fields() if field.errors]


@register.filter
def typed_text(form: BaseForm) -> list[BoundField]:
    """Return the visible text fields of a form that are filled in."""
    return [field for field in form.visible_fields() if field.widget_type in {"text", "textarea"} and field.value()]


@register.filter
def short_label(field: BoundField) -> str:
    """Return a field's label without its final full stop or colon, to use it within a sentence."""
    return str(field.label).rstrip(".:")


@register.filter
def is_optional(field: BoundField) -> bool:
    """Whether to mark the form field as "optional" in its label.

    Not if it is required, now or when a draft is submitted, nor on forms that do not mark optional fields.
    """
    # A draft's form takes gaps that sending does not.
    required = getattr(field.field, "label_says_required", field.field.required)
    return not required and getattr(field.form, "marks_optional", True)


@register.filter
def control_kind(field: BoundField) -> str:
    """Return the layout in which ``ui/field.html`` renders a form field.

    It is check, segmented, choices, password, position, date or plain.
    """
    widget = field.field.widget
    if isinstance(widget, CheckboxInput):
        return "check"
    if isinstance(widget, CheckboxSelectMultiple):
        return "choices"
    if isinstance(widget, RadioSelect):
        labels = [str(label) for _value, label in widget.choices]
        fits = len(labels) <= SEGMENTS_AT_MOST and sum(map(len, labels)) <= SEGMENT_SIGNS
        return "segmented" if fits else "choices"
    if isinstance(widget, PasswordInput):
        return "password"
    if "data-position" in widget.attrs:
        return "position"
    return "date" if widget.attrs.get("data-date") == "day" else "plain"
