"""Charts drawn by the server as SVG: values and scales, drawings, and the figure around each of them.

Nothing here knows Django: texts come ready for the reader, numbers through a format, addresses as text. The templates
of ``{% load charts %}`` put a figure on a page. ``docs/ui.md`` shows how to use it.
"""

from ancu.core.charts.columns import ColumnChart, MultipleCell, SmallMultiples
from ancu.core.charts.deltas import Delta, PlanBar
from ancu.core.charts.figures import ChartFigure, ChartKey, ChartTable
from ancu.core.charts.grids import DivergingRow, DivergingRows, HeatCell, HeatGrid
from ancu.core.charts.lines import ChartLine, LineChart, PointNote, SparkLine, TargetLine
from ancu.core.charts.maps import MapFrame, MapPlace, MapPoint, PlaceMap
from ancu.core.charts.numbers import NumberCell, NumberCells
from ancu.core.charts.parts import DrawingPart, DrawingParts
from ancu.core.charts.rows import (
    BarRow,
    BarRows,
    DotRow,
    DotRows,
    RangeRow,
    RangeRows,
    StackedRows,
    StackPart,
    StackRow,
    share_bar,
)
from ancu.core.charts.values import SUPPRESSED, ChartValue, Scale, ValueFormat, scale_of

__all__ = [
    "SUPPRESSED",
    "BarRow",
    "BarRows",
    "ChartFigure",
    "ChartKey",
    "ChartLine",
    "ChartTable",
    "ChartValue",
    "ColumnChart",
    "Delta",
    "DivergingRow",
    "DivergingRows",
    "DotRow",
    "DotRows",
    "DrawingPart",
    "DrawingParts",
    "HeatCell",
    "HeatGrid",
    "LineChart",
    "MapFrame",
    "MapPlace",
    "MapPoint",
    "MultipleCell",
    "NumberCell",
    "NumberCells",
    "PlaceMap",
    "PlanBar",
    "PointNote",
    "RangeRow",
    "RangeRows",
    "Scale",
    "SmallMultiples",
    "SparkLine",
    "StackPart",
    "StackRow",
    "StackedRows",
    "TargetLine",
    "ValueFormat",
    "scale_of",
    "share_bar",
]
