"""Each unit's point lies where the unit is: what lies elsewhere is missing from every map, with its people.

Former districts have shapes, except Kỳ Sơn: it joined the city in 2020, and the city's shape is the one from before.
Its units lie in the gap between the shapes. Most points come from a search for names. It had confused Xã Lương Sơn with
Xã Sơn Lương, put communes of Lạc Thủy into the city, and took for Thành Sơn of Mai Châu, and for the three communes
before it, the Thành Sơn of Thanh Hóa beyond the border. These four have the point of Xã Mai Châu, which succeeded
them, because no source names a better one.
"""

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
KY_SON, CITY = "151", "148"
KY_SON_ACROSS_KM = 7  # from the city's border to the far end of Kỳ Sơn
KM_A_DEGREE, NARROWER = 111.2, math.cos(math.radians(20.7))
Point = tuple[float, float]
Row = dict[str, str]


def test_every_unit_lies_in_its_district() -> None:
    shapes = outlines()
    astray = [
        row["full_name"]
        for row, homes in units_of_shapes()
        if not lies_in(row, homes) and not (KY_SON in homes and is_in_ky_son(row))
    ]
    assert len(shapes) == 10
    assert not astray


def test_no_other_unit_lies_in_a_former_district_of_hoa_binh() -> None:
    shapes, rows = set(outlines()), read_units()
    strangers = [row for row in rows if row["latitude"] and not districts(row, rows) & (shapes | {KY_SON})]
    assert strangers
    assert not [row["full_name"] for row in strangers if lies_in(row, shapes)]


def test_a_point_inside_is_no_way_off_and_one_beyond_as_far_as_the_border() -> None:
    square: list[Point] = [(105.0, 20.6), (105.2, 20.6), (105.2, 20.8), (105.0, 20.8), (105.0, 20.6)]
    assert kilometres((105.1, 20.7), square) == 0
    assert kilometres((105.1, 20.9), square) == pytest.approx(11.1, abs=0.1)
    assert kilometres((105.3, 20.7), square) == pytest.approx(10.4, abs=0.1)


def read_units() -> list[Row]:
    """The rows of the official list of units."""
    with services.DATA.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def units_of_shapes() -> Iterator[tuple[Row, set[str]]]:
    """Each unit with a point that belongs to a former district of Hòa Bình, and the codes of these districts."""
    shapes, rows = outlines(), read_units()
    for row in rows:
        homes = districts(row, rows)
        if row["latitude"] and homes & (shapes.keys() | {KY_SON}):
            yield row, homes


def districts(row: Row, rows: list[Row]) -> set[str]:
    """The district a unit belongs to; of a unit that joined several, those of the units that it succeeded."""
    if row["valid_from"] == "2025-07-01":
        before = [
            unit for unit in rows if unit["successor_code"] == row["code"] and unit["valid_until"] == "2025-06-30"
        ]
        return set().union(*(districts(unit, rows) for unit in before))
    of_ky_son = {unit["code"] for unit in rows if unit["parent_code"] == KY_SON}
    if row["parent_code"] == CITY and row["code"] in of_ky_son:
        return {KY_SON}
    return {row["parent_code"]}


def lies_in(row: Row, codes: set[str]) -> bool:
    """Whether the unit's point is inside the shape of a district of ``codes``, or on its border."""
    return any(kilometres(point_of(row), ring) == 0 for code, ring in rings_of(codes))


def is_in_ky_son(row: Row) -> bool:
    """Whether the unit's point is in the gap where Kỳ Sơn was: in no shape, but near the city's."""
    near = min(kilometres(point_of(row), ring) for _code, ring in rings_of({CITY}))
    return 0 < near < KY_SON_ACROSS_KM and not lies_in(row, set(outlines()))


def point_of(row: Row) -> Point:
    """The unit's point, east before north as in the shapes."""
    return float(row["longitude"]), float(row["latitude"])


def rings_of(codes: set[str]) -> Iterator[tuple[str, list[Point]]]:
    """The outer rings of the districts of ``codes`` that have a shape, each with its code."""
    for code, outer in outlines().items():
        if code in codes:
            yield from ((code, ring) for ring in outer)


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
