"""Maps drawn by the server: shapes, shades, circles, hidden numbers, and names that cover nothing."""

import re

import pytest

from ancu.core.charts import SUPPRESSED, MapPlace, MapPoint, PlaceMap
from ancu.core.charts.labels import LINE, LabelBox, placed_labels
from ancu.core.charts.maps import WIDTH, frame_of, shade_of, shade_steps
from ancu.core.templatetags.charts import value_format


def square(code: str, west: float) -> dict[str, object]:
    """A district of a tenth of a degree."""
    corners = [[west, 20.0], [west + 0.1, 20.0], [west + 0.1, 20.1], [west, 20.1], [west, 20.0]]
    return {"properties": {"code": code}, "geometry": {"type": "Polygon", "coordinates": [corners]}}


FRAME = frame_of([square("1", 105.0), square("2", 105.1)])


def district(code: str, value: object) -> MapPlace:
    return MapPlace(code, f"D{code}", f"District {code}", value, f"/d/{code}/")  # type: ignore[arg-type]


def commune(key: str, value: int, longitude: float = 105.05) -> MapPoint:
    place = MapPlace(key, f"C{key}", f"Commune {key}", value, f"/c/{key}/")
    return MapPoint(place, FRAME.point(longitude, 20.05))


def drawn(*districts: MapPlace, circles: tuple[MapPoint, ...] = (), marks: tuple[MapPoint, ...] = ()) -> PlaceMap:
    return PlaceMap(FRAME, districts, circles, marks, value_format(), "Guests", "high alerts")


def test_the_frame_holds_its_shapes_and_what_lies_within() -> None:
    for shape in FRAME.shapes.values():
        assert 0 < shape.label[0] < WIDTH and 0 < shape.label[1] < FRAME.height
    assert FRAME.holds(105.05, 20.05) and not FRAME.holds(107.0, 20.05) and not FRAME.holds(None, None)


def test_districts_take_five_shades_by_rounded_steps() -> None:
    assert [shade_of(count) for count in (0, 1, 9, 10, 99, 100, 199, 200)] == [1, 2, 2, 3, 3, 4, 4, 5]
    assert shade_steps(304) == (1, 10, 100, 200)
    steps = shade_steps(5000)
    assert steps == (1, 200, 1200, 2500) and sorted(set(steps)) == list(steps)


def test_each_number_is_a_link_that_says_what_it_counts() -> None:
    html = drawn(district("1", 304), district("2", 0), circles=(commune("7", 300),), marks=(commune("8", 2),)).html("m")
    assert '<a href="/d/1/" aria-label="District 1: 304" data-count="304">' in html
    assert 'class="district shade-5"' in html and 'class="district shade-1"' in html
    assert '<a href="/c/7/" aria-label="Commune 7: 300" data-count="300">' in html
    assert 'aria-label="Commune 8: 2 high alerts"' in html


def test_a_circle_s_area_is_by_its_number_and_nobody_has_none() -> None:
    chart = drawn(district("1", 5), circles=(commune("1", 400), commune("2", 100), commune("3", 0)))
    assert [chart.radius(value) for value in (400, 100, 0)] == [16.0, 8.0, 0.0]
    assert "/c/3/" not in chart.html("m")
    assert ">400<" not in chart.html("m")  # numbers stand beside the names of districts only


def test_the_name_of_a_dark_district_stands_above_it() -> None:
    html = drawn(district("1", 300), district("2", 40)).html("m")
    names = dict(re.findall(r'y="([\d.]+)" text-anchor="middle" class="map-name">(D\d)', html))
    lines = {name: float(y) for y, name in names.items()}
    assert lines == {"D1": LINE, "D2": FRAME.shapes["2"].label[1]}  # above, as far as the drawing reaches


def test_a_mark_stands_beside_the_circle_of_its_place() -> None:
    chart = drawn(district("1", 5), circles=(commune("1", 400),), marks=(commune("1", 2), commune("9", 1)))
    (x, y), (far_x, far_y) = chart.marks[0].at, chart.mark_point(chart.marks[0])
    assert ((far_x - x) ** 2 + (far_y - y) ** 2) ** 0.5 > chart.radius(400) + 5
    assert chart.mark_point(chart.marks[1])[0] - chart.marks[1].at[0] < 9


def test_a_number_that_is_not_shown_is_hatched() -> None:
    html = drawn(district("1", SUPPRESSED), district("2", 40)).html("m")
    assert 'fill="url(#m-hatch)"' in html
    assert html.count("shade-1") == 1 and 'data-district-text="1"></tspan>' in html


def test_a_picture_needs_no_style_sheet() -> None:
    content, height = drawn(district("1", 12), circles=(commune("1", 4),)).picture("m", 760)
    assert height > 100 and "href" not in content


def test_names_cover_neither_each_other_nor_a_circle() -> None:
    obstacle = LabelBox(90, 90, 30, 30)
    positions = placed_labels([("Lạc Sơn 8", (105, 105)), ("Kim Bôi 7", (105, 108))], [obstacle], 400, 400)
    boxes = [LabelBox(x - 31, y - 11, 62, 15) for x, y in positions]
    assert boxes[0].overlap(obstacle) == boxes[1].overlap(obstacle) == boxes[0].overlap(boxes[1]) == 0


@pytest.mark.parametrize("x", [0, 400])
def test_a_name_stays_within_the_drawing(x: int) -> None:
    [(middle, _base)] = placed_labels([("Một tên rất dài 1.234", (x, 50))], [], 400, 400)
    assert 60 < middle < 340
