"""The rows of the office's tables, cell by cell, for ``{% each %}``. What is the same in many rows is worded once."""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from ancu.apps.lodging.enums import LodgingKind
from ancu.apps.stays.enums import STANDINGS, Channel, Sex
from ancu.apps.stays.rules import standing_of
from ancu.apps.stays.selectors.figures import UnitFigures
from ancu.apps.stays.selectors.guests import Listed
from ancu.apps.stays.selectors.lodgings import LodgingRow
from ancu.apps.stays.selectors.people import Found
from ancu.apps.stays.templatetags.guests import nationality
from ancu.apps.stays.templatetags.office import (
    against_week_before,
    days_ago,
    declared,
    figure,
    percent,
)
from ancu.core import clock
from ancu.core.templatetags.ui import chip, counted, day, day_short, moment, number
from ancu.core.web.http import url_builder

register = template.Library()
Cells = dict[str, Any]


def _words(choices: Any) -> dict[str, str]:
    return {value: str(label) for value, label in choices.choices}


def _chip_of(name: str) -> SafeString:
    text, tone = STANDINGS[name]
    return chip(text, tone)


def _beside(name: str) -> SafeString:
    """The chip behind the days of a stay; none for the plain case."""
    return SafeString("") if name == "staying" else SafeString(f" {_chip_of(name)}")


@register.filter
def guest_cells(stays: Iterable[Listed]) -> Iterator[Cells]:
    """Who, where, since when, until when, and how the stay was declared."""
    address, sexes, today = url_builder("stays:stay-office"), _words(Sex), clock.today()
    lateness, countries, beside = cache(declared), cache(nationality), cache(_beside)
    not_stated = format_html('<span class="muted">{}</span>', _("not stated"))
    for stay in stays:
        yield {
            "address": address(stay.pk),
            "name": stay.full_name,
            "sex": sexes.get(stay.sex, stay.sex),
            "birth": day(stay.birth_date),
            "country": countries(stay.nationality),
            "document": stay.document_number,
            "lodging": f"{stay.lodging} · {stay.room}" if stay.room else stay.lodging,
            "place": stay.place,
            "arrived": day_short(stay.arrived_on),
            "until": day(stay.departed_on or stay.expected_departure),
            "standing": beside(standing_of(stay, today)),
            "permitted": day(stay.permitted_until) if stay.permitted_until else not_stated,
            "declared": lateness(stay.minutes_late),
        }


@register.filter
def person_cells(people: Iterable[Found]) -> Iterator[Cells]:
    """Whom a search brought up: the closest spelling, all documents, the latest stay."""
    address, countries, today, chips = url_builder("stays:person"), cache(nationality), clock.today(), cache(_chip_of)
    for person in people:
        stay, known = person.latest, person.identities[0]
        yield {
            "address": address(person.traveller_id),
            "name": known.full_name,
            "birth": day(known.birth_date),
            "country": countries(known.nationality),
            "documents": ", ".join(identity.document_number for identity in person.identities),
            "lodging": stay.lodging,
            "standing": chips(standing_of(stay, today)),
            "arrived": day(stay.arrived_on),
            "until": day(stay.departed_on or stay.expected_departure),
            "place": stay.place,
            "stays": len(person.stays),
        }


def _refused(n: int) -> str:
    return counted("%(n)s refused", "%(n)s refused", n)


def _already(n: int) -> str:
    return counted("%(n)s already declared", "%(n)s already declared", n)


@register.filter
def submission_cells(submissions: Iterable[Any]) -> Iterator[Cells]:
    """When, by whom, how many guests, how late; ``minutes_late`` was put beside each by the selector."""
    lodging_address, address = url_builder("stays:establishment-submissions"), url_builder("stays:submission")
    ways, lateness = _words(Channel), cache(declared)
    for one in submissions:
        notes = [words(n) for n, words in ((one.refused_count, _refused), (one.already_count, _already)) if n]
        yield {
            "received": moment(one.received_at),
            "lodging_address": lodging_address(one.establishment_id),
            "lodging": one.establishment.name,
            "place": one.establishment.unit.full_name,
            "address": address(one.pk),
            "number": one.number,
            "channel": ways.get(one.channel, one.channel),
            "accepted": number(one.accepted_count),
            "notes": format_html_join("", ' <span class="muted small">{}</span>', ((text,) for text in notes)),
            "declared": lateness(one.minutes_late),
            "late": _share(one.late_count, one.accepted_count),
        }


def _share(late: int, all_: int) -> SafeString:
    """How many of a submission's guests were late, beside the chip of the latest of them."""
    return (
        format_html(' <span class="muted small num">{}/{}</span>', number(late), number(all_))
        if late
        else SafeString("")
    )


@register.filter
def lodging_cells(rows: Iterable[LodgingRow]) -> Iterator[Cells]:
    """Where, what kind, how many guests, when declared last."""
    address, guests = url_builder("lodging:detail"), reverse("stays:guests")
    kinds = {value: capfirst(label) for value, label in _words(LodgingKind).items()}
    statuses: dict[str, SafeString] = {}
    never = format_html('<span class="muted">{}</span>', _("never yet"))
    for row in rows:
        one = row.establishment
        if one.status not in statuses:
            statuses[one.status] = render_to_string("lodging/_status.html", {"establishment": one})
        yield {
            "address": address(one.pk),
            "name": one.name,
            "code": one.code,
            "place": one.unit.full_name,
            "where": f"{one.address} · {one.locality.full_name}" if one.locality else one.address,
            "kind": kinds.get(one.kind, capfirst(one.kind)),
            "rooms": number(one.rooms) or "–",
            "present": format_html('<a href="{}?lodging={}">{}</a>', guests, one.pk, number(row.present))
            if row.present
            else "0",
            "declared": _last_declared(row) if row.declared_at else never,
            "status": statuses[one.status],
        }


def _last_declared(row: LodgingRow) -> SafeString:
    return format_html(
        '<span><span class="num nowrap">{}</span><span class="second d-block">{}</span></span>',
        moment(row.declared_at), days_ago(row.silent_days or 0),
    )  # fmt: skip


@register.filter
def unit_cells(rows: Iterable[UnitFigures]) -> Iterator[Cells]:
    """The figures of each place; beside a former one until when it stood, beside the guests how they changed."""
    address = url_builder("stays:area-unit")
    against = cache(lambda change: _second_line(against_week_before(change, short=True)) if change else SafeString(""))
    for row in rows:
        unit, figures = row.unit, row.figures
        yield {
            "address": address(unit.pk),
            "name": unit.full_name,
            "until": _until(unit.valid_until.year) if unit.valid_until else SafeString(""),
            "present": figure(figures.present),
            "change": against(figures.change),
            "arrivals": figure(figures.arrivals),
            "declared": f"{number(figures.declared_today)} / {number(figures.active)}",
            "on_time": "–" if figures.on_time is None else f"{percent(figures.on_time)} %",
        }


def _second_line(words: SafeString) -> SafeString:
    return format_html(' <span class="second d-block nowrap">{}</span>', words)


def _until(year: int) -> SafeString:
    return format_html(' <span class="muted small num nowrap">(–{})</span>', year)
