"""Each unit's point lies where the unit is: what lies elsewhere is missing from every map, with its people."""

import csv
import json
import math
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from ancu.apps.places import services

SHAPES = Path(services.__file__).parent / "static" / "places" / "hoabinh_districts.geojson"
KY_SON, CITY = "151", "148"  # Kỳ Sơn joined the city in 2020; the city's shape is the one from before
DRAWN_TO_KM, WITHOUT_KY_SON_KM = 4, 7  # borders are drawn in few corners
KM_A_DEGREE, NARROWER = 111.2, math.cos(math.radians(20.7))
Point = tuple[float, float]
Row = dict[str, str]


def test_every_unit_lies_in_its_district() -> None:
    astray = [f"{row['full_name']}: {km:.0f} km" for row, km, most in distances() if km > most]
    assert not astray


def test_a_point_inside_is_no_way_off_and_one_beyond_as_far_as_the_border() -> None:
    square: list[Point] = [(105.0, 20.6), (105.2, 20.6), (105.2, 20.8), (105.0, 20.8), (105.0, 20.6)]
    assert kilometres((105.1, 20.7), square) == 0
    assert kilometres((105.1, 20.9), square) == pytest.approx(11.1, abs=0.1)
    assert kilometres((105.3, 20.7), square) == pytest.approx(10.4, abs=0.1)


def distances() -> Iterator[tuple[Row, float, int]]:
    """Each unit of a former district that has a shape, how far from it its point lies, and how far it may."""
    shapes = outlines()
    with services.DATA.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        homes = {home for home in districts(row, rows) if home in shapes}
        if row["latitude"] and homes:
            point = (float(row["longitude"]), float(row["latitude"]))
            km = min(kilometres(point, ring) for home in homes for ring in shapes[home])
            yield row, km, WITHOUT_KY_SON_KM if CITY in homes else DRAWN_TO_KM


def districts(row: Row, rows: list[Row]) -> set[str]:
    """The district a unit belongs to; of a unit of today, those of the units that it succeeded."""
    before = [
        former for former in rows if former["successor_code"] == row["code"] and former["valid_until"] == "2025-06-30"
    ]
    parents = (
        {former["parent_code"] for former in before} if row["valid_from"] == "2025-07-01" else {row["parent_code"]}
    )
    return {CITY if code == KY_SON else code for code in parents}


def outlines() -> dict[str, list[list[Point]]]:
    features: list[dict[str, Any]] = json.loads(SHAPES.read_text(encoding="utf-8"))["features"]
    return {feature["properties"]["code"]: list(rings(feature["geometry"])) for feature in features}


def rings(geometry: dict[str, Any]) -> Iterator[list[Point]]:
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    yield from (polygon[0] for polygon in polygons)


def kilometres(point: Point, ring: list[Point]) -> float:
    """How far outside the ring; 0 inside it."""
    corners = [((x - point[0]) * NARROWER, y - point[1]) for x, y in ring]
    sides = list(pairwise(corners))
    crossed = sum((a[1] > 0) != (b[1] > 0) and a[0] - a[1] * (b[0] - a[0]) / (b[1] - a[1]) > 0 for a, b in sides)
    return 0.0 if crossed % 2 else KM_A_DEGREE * min(_from_side(a, b) for a, b in sides)


def _from_side(a: Point, b: Point) -> float:
    """The distance of the origin from the side between two corners."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    along = max(0.0, min(1.0, -(a[0] * dx + a[1] * dy) / (dx * dx + dy * dy or 1)))
    return math.hypot(a[0] + along * dx, a[1] + along * dy)
