"""The map of former districts, on which numbers of places are drawn."""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from ancu.apps import places
from ancu.apps.places.models import AdministrativeUnit
from ancu.core.charts import ChartValue, MapFrame, MapPlace, MapPoint, PlaceMap, ValueFormat
from ancu.core.charts.maps import frame_of
from ancu.engines import json_text

SHAPES = Path(places.__file__).parent / "static" / "places" / "hoabinh_districts.geojson"


class PlaceNumber(NamedTuple):
    """A unit, its number and the page that the number opens."""

    unit: AdministrativeUnit
    value: ChartValue
    url: str = ""


class MapTexts(NamedTuple):
    """What a map says: its numbers, its main point for screen readers, and what its marks count."""

    value_format: ValueFormat
    words: str
    mark_words: str = ""


@lru_cache(maxsize=1)
def district_frame() -> MapFrame:
    """Return the drawing of the former districts, computed once for the process."""
    return frame_of(json_text.loads(SHAPES.read_text(encoding="utf-8"))["features"])


def has_shape(unit: AdministrativeUnit) -> bool:
    """Whether the unit is a former district of the map."""
    return unit.code in district_frame().shapes


def place_map(
    districts: Iterable[PlaceNumber],
    communes: Iterable[PlaceNumber],
    texts: MapTexts,
    *,
    marks: Iterable[PlaceNumber] = (),
    circle_most: float = 0,
    district_most: float = 0,
) -> PlaceMap | None:
    """Return the map of these numbers; None if no district has a shape.

    ``circle_most`` and ``district_most`` are as in ``PlaceMap``. Communes and marks outside the drawing, as those of
    other former provinces, are left out.
    """
    drawn = [row for row in districts if has_shape(row.unit)]
    if not drawn:
        return None
    frame = district_frame()
    return PlaceMap(
        frame, [_place(row, row.unit.code) for row in drawn], _points(frame, communes), _points(frame, marks),
        texts.value_format, texts.words, texts.mark_words, circle_most, district_most,
    )  # fmt: skip


def _place(row: PlaceNumber, key: str) -> MapPlace:
    """Return a unit as a place of the map."""
    return MapPlace(key, row.unit.name, row.unit.full_name, row.value, row.url)


def _points(frame: MapFrame, rows: Iterable[PlaceNumber]) -> list[MapPoint]:
    """Return the communes that lie within the drawing, each at its point."""
    return [
        MapPoint(_place(row, str(row.unit.pk)), frame.point(row.unit.longitude or 0, row.unit.latitude or 0))
        for row in rows
        if frame.holds(row.unit.longitude, row.unit.latitude)
    ]
