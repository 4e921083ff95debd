"""The map of an area: guests staying now by former district and by commune, and what other apps mark there."""

from collections.abc import Callable, Iterable, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.places.selectors.shapes import MapTexts, PlaceNumber, place_map
from ancu.apps.stays.selectors.area import AgencyArea
from ancu.apps.stays.selectors.figures import AreaPage, UnitFigures
from ancu.core.actor import Actor
from ancu.core.charts import PlaceMap
from ancu.core.registry import Hook
from ancu.core.templatetags.charts import value_format

MAP_MARKS: Hook[Callable[[Actor, AgencyArea, Sequence[AdministrativeUnit]], Iterable[PlaceNumber]]] = Hook()
"""Numbers of apps above that a map of the area marks at its communes, such as open alerts of high severity."""


def area_map(actor: Actor, page: AreaPage) -> PlaceMap | None:
    """Return the map of a unit with former districts; None for others, and for readers without the list of guests.

    A place's number leads to its page, which has the same.
    """
    if not page.districts:
        return None
    communes = [row.unit for row in page.parts]
    marks = [number for marks_of in MAP_MARKS for number in marks_of(actor, page.area, communes)]
    texts = MapTexts(value_format(), _("Map of guests staying now by place; the figures are in the table."),
                     _("high alerts"))  # fmt: skip
    present = [_number(row) for row in page.parts if row.figures.present]
    return place_map([_number(row) for row in page.districts], present, texts, marks=marks)


def _number(row: UnitFigures) -> PlaceNumber:
    """Return a place with its guests and its page."""
    return PlaceNumber(row.unit, row.figures.present, reverse("stays:area-unit", args=[row.unit.pk]))
