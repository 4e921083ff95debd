"""The office's day: how many guests stay where, and who they are."""

from datetime import timedelta
from functools import cache, lru_cache
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from ancu.apps.audit.services import record, record_look
from ancu.apps.contact.selectors.reports import unacknowledged_reports
from ancu.apps.places.selectors import Units
from ancu.apps.stays.forms.office import GuestFilterForm
from ancu.apps.stays.rules import may_see_guests
from ancu.apps.stays.selectors import area as areas
from ancu.apps.stays.selectors import figures
from ancu.apps.stays.selectors import guests as lists
from ancu.apps.stays.selectors.area_map import area_map
from ancu.apps.stays.selectors.presence import year_before
from ancu.apps.stays.templatetags.guests import listed, nationality
from ancu.apps.stays.templatetags.office import late_by
from ancu.core import clock
from ancu.core.charts import BarRow, BarRows
from ancu.core.documents.spreadsheets import Cell, export_mark, table_file
from ancu.core.templatetags.charts import count_delta
from ancu.core.templatetags.ui import counted, day, day_short, number
from ancu.core.web.exports import Export, export_form, export_page
from ancu.core.web.http import Request
from ancu.engines.exchange import code_lists
from ancu.engines.exchange.nationality import countries

SHOWN_ON_AREA_PAGE = 20
BARS = 10
DAY = timedelta(days=1)


@require_safe
def area(request: Request, unit_id: int | None = None) -> HttpResponse:
    """Show a unit: its figures, its parts, and the guests who stay there now."""
    page = figures.area_page(request.actor, unit_id)
    guest_list = None
    if may_see_guests(request.actor):
        guest_filter = lists.GuestFilter(unit=page.unit.pk)
        guest_list = lists.guest_page(lists.guests(request.actor, guest_filter, page.area), size=SHOWN_ON_AREA_PAGE)
        _record_list_access(request, guest_filter, guest_list)
    former = areas.is_former(page.unit)
    context: dict[str, Any] = {
        "page": page, "bars": _bars(page.parts or page.former), "map": area_map(request.actor, page),
        "guest_list": guest_list, "former": former, "compared": _compared(page),
    }  # fmt: skip
    context["reports"] = unacknowledged_reports(request.actor)
    return render(request, "stays/office/area.html", context | {"now": clock.now()})


def _bars(rows: list[figures.UnitFigures]) -> BarRows | None:
    """Return bars of the units with most guests, and one for all others; None without guests."""
    with_guests = sorted((row for row in rows if row.figures.present), key=lambda row: -(row.figures.present or 0))
    bars = [
        BarRow(row.unit.name, row.figures.present, number(row.figures.present),
               url=reverse("stays:area-unit", args=[row.unit.pk]))
        for row in with_guests[:BARS]
    ]  # fmt: skip
    rest = sum(row.figures.present or 0 for row in with_guests[BARS:])
    if rest:
        bars.append(BarRow(_("Other places"), rest, number(rest), is_rest=True))
    return BarRows(bars) if bars else None


def _compared(page: figures.AreaPage) -> list[dict[str, Any]]:
    """Return the guests of last night, and of the nights with which it is compared, each with its list."""
    unit_figures, yesterday = page.figures, clock.today() - DAY
    nights = [
        (_("last night"), yesterday, unit_figures.last_night, None),
        (_("a week before"), yesterday - figures.WEEK, unit_figures.week_before, unit_figures.change),
        (_("a year before"), year_before(yesterday), unit_figures.year_before, unit_figures.year_change),
    ]
    rows = []
    for label, night, count, amount in nights:
        query = urlencode({"unit": page.unit.pk, "everyone": "on", "present_on": f"{night:%d/%m/%Y}"})
        url = f"{reverse('stays:guests')}?{query}" if page.listed and count else ""
        rows.append({"label": label, "day": day_short(night), "count": count, "delta": count_delta(amount), "url": url})
    return rows


@require_safe
def guests(request: Request) -> HttpResponse:
    """Show the officer the list of guests in the area that match the filter."""
    form, guest_filter, place = _read_filter(request)
    page = lists.guest_page(
        lists.guests(request.actor, guest_filter, place),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    _record_list_access(request, guest_filter, page)
    lodgings = lists.lodgings_in_area(request.actor)
    form.offer(
        unit=units_offered(place),
        lodging=lodgings,
        nationality=_countries(get_language()),
        purpose=_purposes(get_language()),
        came_from=_origins(place.everywhere),
    )
    context = {"form": form, "guest_filter": guest_filter, "page": page, "query": query_with(request)} | pager(
        request, page
    )
    context["filters"] = _filters(request, guest_filter)
    context["chips"] = _chips(request, guest_filter, dict(lodgings), place)
    return render(request, "stays/office/guests.html", context)


def _filters(request: Request, guest_filter: lists.GuestFilter) -> list[tuple[str, str, bool]]:
    """Return the quick filters as (label, address, is active); an active filter's address removes it."""
    other_day = {"present_on": "", "left_on": ""}
    switches = [("late", _("Declared late")), ("overdue", _("Departure overdue")),
                ("permit_ended", _("Permitted stay ended"))]  # fmt: skip
    return [
        (
            _("Staying now"),
            filter_address(request, everyone="", **other_day),
            not (guest_filter.everyone or guest_filter.on_a_day),
        ),
        (
            _("All stays"),
            filter_address(request, everyone="on", **other_day),
            guest_filter.everyone and not guest_filter.on_a_day,
        ),
        *(
            (
                text,
                filter_address(request, **{name: "" if getattr(guest_filter, name) else "on"}),
                getattr(guest_filter, name),
            )
            for name, text in switches
        ),
    ]


def _read_filter(request: Request) -> tuple[GuestFilterForm, lists.GuestFilter, areas.AgencyArea]:
    """Return the filter's form, the filter, and the actor's area."""
    place = areas.area_of(request.actor)
    form = GuestFilterForm(request.GET)
    return form, lists.GuestFilter(**form.chosen()), place


def unit_label(unit: Any) -> str:
    """Return the unit's full name; for a former unit also the year in which it ended."""
    return f"{unit.full_name} (–{unit.valid_until.year})" if unit.valid_until else str(unit.full_name)


@lru_cache(maxsize=64)
def units_offered(place: areas.AgencyArea) -> tuple[tuple[int, str], ...]:
    """Return (id, label) of the area's units, as choices of a filter."""
    return tuple((unit.pk, unit_label(unit)) for unit in place.in_order)


@lru_cache(maxsize=4)
def _origins(units: Units) -> tuple[tuple[int, str], ...]:
    """Return (id, label) of all units, as choices of where guests came from; cached."""
    return tuple((unit.pk, unit_label(unit)) for unit in areas.in_order(units.by_id.values()))


@cache
def _countries(_language: str | None) -> tuple[tuple[str, str], ...]:
    """Return the nationalities as choices, sorted by name; cached by language."""
    named = ((entry.code, nationality(entry.code)) for entry in countries())
    return tuple(sorted(named, key=lambda pair: pair[1]))


def _unit_name(unit_id: int, place: areas.AgencyArea) -> str:
    """Return the name of a unit, which may be outside the area; an unknown id is returned as it is."""
    unit = place.everywhere.by_id.get(unit_id)
    return unit_label(unit) if unit else str(unit_id)


def purpose_label(code: str) -> str:
    """Return the name of a purpose of stay in the reader's language, also for "purpose not stated"."""
    return _("purpose not stated") if code == lists.NOT_GIVEN else listed(code, "purpose")


@cache
def _purposes(_language: str | None) -> tuple[tuple[str, str], ...]:
    """Return the purposes as choices, "not stated" first; cached by language."""
    return (
        (lists.NOT_GIVEN, _("not stated")),
        *((entry["code"], listed(entry["code"], "purpose")) for entry in code_lists()["purpose"]["entries"]),
    )


PLACE_IN_LIST = ("after", "before")


def query_with(request: Request, **changes: Any) -> str:
    """Return the query string of the page's filter with these changes, without the place in the list.

    Empty values are removed.
    """
    query = request.GET.copy()
    for name in (*PLACE_IN_LIST, *changes):
        query.pop(name, None)
    query.update({name: str(value) for name, value in changes.items() if value})
    return query.urlencode()


def filter_address(request: Request, **changes: Any) -> str:
    """Return the address, relative to the page, of its filter with these changes."""
    return f"?{query_with(request, **changes)}"


def pager(request: Request, page: Any) -> dict[str, str]:
    """Return the addresses of the neighbouring pages: ``previous_url`` and ``next_url``, "" at either end."""
    return {
        "previous_url": filter_address(request, before=page.before) if page.before else "",
        "next_url": filter_address(request, after=page.after) if page.after else "",
    }


def _chips(
    request: Request, guest_filter: lists.GuestFilter, lodgings: dict[int, str], place: areas.AgencyArea
) -> list[tuple[str, str]]:
    """Return (text, address without the filter) for each removable filter that is set."""
    chips = [
        ("unit", guest_filter.unit and unit_label(place.get(guest_filter.unit))),
        ("lodging", lodgings.get(guest_filter.lodging or 0, "")),
        ("nationality", guest_filter.nationality and nationality(guest_filter.nationality)),
        ("kind", guest_filter.kind and str(dict(GuestFilterForm.base_fields["kind"].choices)[guest_filter.kind])),  # type: ignore[attr-defined]
        (
            "came_from",
            guest_filter.came_from and _("came from %(place)s") % {"place": _unit_name(guest_filter.came_from, place)},
        ),
        ("purpose", guest_filter.purpose and purpose_label(guest_filter.purpose)),
        ("present_on", guest_filter.present_on and _("present on %(day)s") % {"day": day(guest_filter.present_on)}),
        ("left_on", guest_filter.left_on and _("left on %(day)s") % {"day": day(guest_filter.left_on)}),
        ("since", guest_filter.since and _("from %(day)s") % {"day": day(guest_filter.since)}),
        ("until", guest_filter.until and _("until %(day)s") % {"day": day(guest_filter.until)}),
    ]
    return [(capfirst(text), filter_address(request, **{name: ""})) for name, text in chips if text]


def _record_list_access(request: Request, guest_filter: lists.GuestFilter, page: lists.GuestPage) -> None:
    """Record one look at the list: the filter, the number of stays and their ids."""
    listed_pks = [stay.pk for stay in page.stays]
    subject = ("stays.guests", guest_filter.unit or "area")
    record_look(request.actor, subject, filter=guest_filter.codes(), count=len(listed_pks), stays=listed_pks)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def guests_export(request: Request) -> HttpResponse:
    """Ask for the reason of an export and show its size; then return the marked file and record it."""
    _form, guest_filter, place = _read_filter(request)
    guest_list = lists.guests(request.actor, guest_filter, place)
    chips = _chips(request, guest_filter, dict(lists.lodgings_in_area(request.actor)), place)
    count = lists.export_count(guest_list)
    guest_list_url = f"{reverse('stays:guests')}?{query_with(request)}"
    guest_count = counted("%(n)s guest", "%(n)s guests", count)
    export = Export(count, guest_count, guest_list_url, [text for text, _url in chips])
    form = export_form(request, export)
    if form is None:
        return export_page(request, export)
    rows = [_row(stay) for stay in lists.export_rows(guest_list)]
    record(
        request.actor, "stays.exported", ("stays.guests", guest_filter.unit or "area"), filter=guest_filter.codes(),
        count=len(rows), reason=form.cleaned_data["reason"],
    )  # fmt: skip
    name = f"an-cu-khach-{clock.local(clock.now()):%Y%m%d-%H%M}"
    return table_file(form.cleaned_data["format"], export_mark(request.actor), name, _head(), rows)


def _head() -> list[str]:
    """Return the column titles of the officers' exported list of guests."""
    return [
        _("Full name"), _("Sex"), _("Birth date"), _("Nationality"), _("Document number"), _("Lodging"), _("Address"),
        _("Place"), _("Room"), _("Arrived"), _("Expected departure"), _("Left"), _("Permitted until"), _("Declared"),
    ]  # fmt: skip


def _row(stay: Any) -> list[Cell]:
    """Return a stay as the cells of a row in the officers' exported list of guests."""
    lodging = stay.establishment
    return [
        stay.full_name, stay.get_sex_display(), day(stay.birth_date), nationality(stay.nationality),
        stay.document_number, lodging.name, lodging.address, lodging.unit.full_name, stay.room, stay.arrived_on,
        stay.expected_departure, stay.departed_on, stay.permitted_until,
        late_by(stay.minutes_late) if stay.minutes_late else _("On time"),
    ]  # fmt: skip
