"""A map of districts in five steps of green, with circles and marks for the places of today.

The frame turns longitudes and latitudes into points of a drawing. Its texts are in the drawing's own units, so the
style sheet (``ancu/charts.css``) gives them another size where the drawing is wide or narrow.
"""

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from html import escape
from typing import Any, NamedTuple

from ancu.core.charts.labels import LabelBox, placed_labels
from ancu.core.charts.markup import element, hatch_id, hatching, short_number, svg_text
from ancu.core.charts.values import SUPPRESSED, ChartValue, ValueFormat, number_of

WIDTH, MARGIN = 450, 14
LARGEST_CIRCLE, SMALLEST_CIRCLE = 16.0, 2.0
LARGE_CIRCLE = 9.0  # names keep clear of circles of this width
MARK = 9  # the radius of a mark
DARK_SHADE = 4  # from this shade on a name stands above its district
USUAL_STEPS = (1, 10, 100, 200)
SHARES = (0.05, 0.25, 0.5)
Point = tuple[float, float]


@dataclass(frozen=True)
class DistrictShape:
    """A district drawn as an SVG path; ``label`` is the centre of its largest part, ``top`` that part's upper edge."""

    code: str
    path: str
    label: Point
    top: float


@dataclass(frozen=True)
class MapFrame:
    """The drawn districts by code, and how a place's coordinates become a point of the drawing."""

    shapes: Mapping[str, DistrictShape]
    west: float
    north: float
    scale: float
    narrow: float
    height: int

    def point(self, longitude: float, latitude: float) -> Point:
        """Return the point of the drawing for a place."""
        x = MARGIN + (longitude - self.west) * self.narrow * self.scale
        return round(x, 1), round(MARGIN + (self.north - latitude) * self.scale, 1)

    def holds(self, longitude: float | None, latitude: float | None) -> bool:
        """Whether a place has coordinates and lies within the drawing."""
        if longitude is None or latitude is None:
            return False
        x, y = self.point(longitude, latitude)
        return 0 <= x <= WIDTH and 0 <= y <= self.height


def frame_of(features: Sequence[Mapping[str, Any]]) -> MapFrame:
    """Return the drawing of these GeoJSON features; each has the property ``code``."""
    rings = {feature["properties"]["code"]: list(_rings(feature["geometry"])) for feature in features}
    corners = [corner for outlines in rings.values() for ring in outlines for corner in ring]
    west, east = min(x for x, _y in corners), max(x for x, _y in corners)
    south, north = min(y for _x, y in corners), max(y for _x, y in corners)
    narrow = math.cos(math.radians((south + north) / 2))
    scale = (WIDTH - 2 * MARGIN) / ((east - west) * narrow)
    frame = MapFrame({}, west, north, scale, narrow, round((north - south) * scale) + 2 * MARGIN)
    return replace(frame, shapes={code: _shape(frame, code, outlines) for code, outlines in rings.items()})


def _rings(geometry: Mapping[str, Any]) -> Iterator[list[Point]]:
    """Yield the outer rings of a geometry."""
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    for polygon in polygons:
        yield [(x, y) for x, y, *_height in polygon[0]]


def _shape(frame: MapFrame, code: str, rings: Sequence[Sequence[Point]]) -> DistrictShape:
    """Return a district's path, and the centre of its largest ring for its name."""
    drawn = [[frame.point(*corner) for corner in ring] for ring in rings]
    path = "".join("M" + " ".join(f"{x:g} {y:g}" for x, y in ring) + "Z" for ring in drawn)
    largest = max(drawn, key=len)
    return DistrictShape(code, path, _centroid(largest), min(y for _x, y in largest))


def _centroid(ring: Sequence[Point]) -> Point:
    """Return the centre of gravity of a ring."""
    sides = list(zip(ring, [*ring[1:], ring[0]], strict=True))
    area = sum(a[0] * b[1] - b[0] * a[1] for a, b in sides) or 1
    x = sum((a[0] + b[0]) * (a[0] * b[1] - b[0] * a[1]) for a, b in sides) / (3 * area)
    y = sum((a[1] + b[1]) * (a[0] * b[1] - b[0] * a[1]) for a, b in sides) / (3 * area)
    return round(x, 1), round(y, 1)


def shade_steps(most: float) -> tuple[int, ...]:
    """Return the counts from which a district takes the second to fifth shade; round shares of a large ``most``."""
    if most <= 2 * USUAL_STEPS[-1]:
        return USUAL_STEPS
    power = 10 ** int(math.log10(most * SHARES[0]))
    return (1, *(int(round(most * share / power) * power) for share in SHARES))


class MapPlace(NamedTuple):
    """A place of the map: its short and full name, its number and the page that the number opens.

    ``key`` identifies it in the drawing: the code of a district, the id of a commune.
    """

    key: str
    name: str
    full_name: str
    value: ChartValue
    url: str = ""


class MapPoint(NamedTuple):
    """A place that is drawn at a point: a circle by its number, or a mark with it."""

    place: MapPlace
    at: Point


@dataclass(frozen=True)
class PlaceMap:
    """Districts shaded by their numbers, circles by theirs, and marks in red with theirs.

    ``circle_most`` and ``district_most`` are the largest numbers of a series of drawings with the same scales.
    ``words`` are the map's main point, ``mark_words`` what a mark counts.
    """

    frame: MapFrame
    districts: Sequence[MapPlace]
    circles: Sequence[MapPoint]
    marks: Sequence[MapPoint]
    value_format: ValueFormat
    words: str = ""
    mark_words: str = ""
    circle_most: float = 0
    district_most: float = 0

    @cached_property
    def steps(self) -> tuple[int, ...]:
        """The counts from which a district takes the next shade."""
        return shade_steps(max([self.district_most, *(number_of(place.value) or 0 for place in self.districts)]))

    @cached_property
    def most(self) -> float:
        """The number of the largest circle; 1 at least."""
        return max([self.circle_most, 1.0, *(number_of(circle.place.value) or 0 for circle in self.circles)])

    def radius(self, value: ChartValue) -> float:
        """Return the radius of a circle whose area is by its number; 0 for none."""
        number = number_of(value)
        size = LARGEST_CIRCLE * math.sqrt(number / self.most) if number else 0
        return round(max(SMALLEST_CIRCLE, size), 1) if number else 0.0

    def html(self, key: str) -> str:
        """Return the drawing for a page; ``key`` is unique on it."""
        drawing = element(
            "svg", self.content(key), class_="place-map", viewBox=f"0 0 {WIDTH} {self.frame.height}", role="group",
            aria_label=self.words,
        )  # fmt: skip
        return element("div", drawing, class_="place-map-box")

    def picture(self, key: str, width: int) -> tuple[str, int]:
        """Return the drawing for a file of this width, and its height."""
        room = width - 160
        height = round(room * self.frame.height / WIDTH)
        content = element(
            "svg", self.content(key, has_links=False), x=80, y=4, width=room, height=height,
            viewBox=f"0 0 {WIDTH} {self.frame.height}",
        )  # fmt: skip
        return content, height + 8

    def content(self, key: str, *, has_links: bool = True) -> str:
        """Return all SVG elements: districts, circles, names and marks."""
        drawn = [place for place in self.districts if place.key in self.frame.shapes]
        parts = [hatching(key)] if any(place.value is SUPPRESSED for place in drawn) else []
        parts += [self._district(key, place, has_links) for place in drawn]
        parts += [self._circle(circle, has_links) for circle in self._circles_by_size()]
        parts.append(element("g", *self._names(drawn), class_="map-names", aria_hidden="true"))
        return "".join([*parts, *(self._mark(mark, has_links) for mark in self.marks)])

    def _circles_by_size(self) -> list[MapPoint]:
        """Return the circles, the largest first, so that small ones lie on top."""
        return sorted(self.circles, key=lambda circle: (-self.radius(circle.place.value), circle.place.key))

    def _linked(self, place: MapPlace, content: str, has_links: bool, words: str = "") -> str:
        """Return marks as a link to the place's page; the marks alone without one."""
        if not (has_links and place.url and (place.value or place.key in self.frame.shapes)):
            return content  # a circle of nobody is not drawn
        text = f"{place.full_name}: {self.value_format(place.value)}{f' {words}' if words else ''}"
        number = number_of(place.value)
        count = None if number is None else int(number)
        return element("a", content, href=place.url, aria_label=text, data_count=count)

    def _district(self, key: str, place: MapPlace, has_links: bool) -> str:
        """Return the shape of a district, hatched if its number is not shown."""
        is_hidden = place.value is SUPPRESSED
        css = "shade-1" if is_hidden else f"shade-{shade_of(number_of(place.value) or 0, self.steps)}"
        path = self.frame.shapes[place.key].path
        shape = element("path", d=path, class_=f"district {css}", data_district=place.key)
        over = element("path", d=path, fill=f"url(#{hatch_id(key)})") if is_hidden else ""
        return self._linked(place, shape + over, has_links)

    def _circle(self, circle: MapPoint, has_links: bool) -> str:
        """Return the circle of a place."""
        place, (x, y) = circle.place, circle.at
        title = element("title", escape(f"{place.full_name}: {self.value_format(place.value)}"))
        mark = element("circle", title, cx=x, cy=y, r=self.radius(place.value), class_="commune",
                       data_commune=place.key)  # fmt: skip
        return self._linked(place, mark, has_links)

    def _names(self, districts: Sequence[MapPlace]) -> list[str]:
        """Return the names and numbers of the districts, placed beside circles and marks rather than over them.

        The lowest are placed first, so that a name in the way of another moves up, off the districts.
        """
        districts = sorted(districts, key=lambda place: -self._label_point(place)[1])
        labels = [(f"{place.name} {self._written(place)}", self._label_point(place)) for place in districts]
        obstacles = [_box(circle.at, self.radius(circle.place.value)) for circle in self.circles]
        obstacles = [box for box in obstacles if box.width >= LARGE_CIRCLE]
        obstacles += [_box(self.mark_point(mark), MARK + 1) for mark in self.marks]
        texts = []
        for place, (x, y) in zip(districts, placed_labels(labels, obstacles, WIDTH, self.frame.height), strict=True):
            number = element("tspan", escape(self._written(place)), class_="map-number", data_district_text=place.key)
            texts.append(element("text", escape(f"{place.name} "), number, x=short_number(x), y=short_number(y),
                                 text_anchor="middle", class_="map-name"))  # fmt: skip
        return texts

    def _label_point(self, place: MapPlace) -> Point:
        """Return where a district's name stands if nothing is in the way: in its middle, above a dark one."""
        shape = self.frame.shapes[place.key]
        is_dark = shade_of(number_of(place.value) or 0, self.steps) >= DARK_SHADE
        return (shape.label[0], round(shape.top - 4, 1)) if is_dark else shape.label

    def _written(self, place: MapPlace) -> str:
        """Return the number beside a district's name; "" if it is not shown, as the hatching says."""
        return "" if place.value is SUPPRESSED else self.value_format(place.value)

    def mark_point(self, mark: MapPoint) -> Point:
        """Return where a mark stands: beside the circle of its place."""
        circle = next((circle for circle in self.circles if circle.place.key == mark.place.key), None)
        shift = round(0.71 * ((self.radius(circle.place.value) if circle else 0) + MARK - 1) + 2, 1)
        return round(mark.at[0] + shift, 1), round(mark.at[1] + shift, 1)

    def _mark(self, mark: MapPoint, has_links: bool) -> str:
        """Return a mark: a red circle with its number."""
        x, y = self.mark_point(mark)
        circle = element("circle", cx=x, cy=y, r=MARK, class_="map-alert")
        text = svg_text(
            self.value_format(mark.place.value), x=x, y=y, dy="0.35em", text_anchor="middle", class_="map-alert-text"
        )
        return self._linked(mark.place, circle + text, has_links, self.mark_words)


def shade_of(count: float, steps: Collection[int] = USUAL_STEPS) -> int:
    """Return the shade, 1 to 5, of a district with so many people."""
    return 1 + sum(count >= least for least in steps)


def _box(at: Point, radius: float) -> LabelBox:
    """Return the box around a circle."""
    return LabelBox(at[0] - radius, at[1] - radius, 2 * radius, 2 * radius)
