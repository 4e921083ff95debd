"""Like for like, in the measure that says something."""

from decimal import Decimal

import pytest
from django.utils import translation

from ancu.core.documents.comparisons import Change, Measure, change
from ancu.core.templatetags.ui import change_mark


@pytest.mark.parametrize(
    ("now", "before", "share", "amount", "measure"),
    [
        (81, 1, False, 80, Measure.NUMBER),  # "+8,000 %" says nothing
        (0, 3, False, -3, Measure.NUMBER),
        (5, 0, False, 5, Measure.NUMBER),
        (23, 20, False, 15, Measure.PERCENT),
        (2000, 20, False, 1980, Measure.NUMBER),
        (300, 100, False, 200, Measure.PERCENT),
        (Decimal("93.2"), Decimal(95), True, Decimal("-1.8"), Measure.POINTS),
    ],
)
def test_the_measure_follows_from_the_figures(now, before, share, amount, measure):
    assert change(now, before, share=share) == Change(Decimal(amount), measure)


def test_nothing_is_compared_with_what_is_not_there():
    assert change(None, 4) is None and change(4, None) is None


@pytest.mark.parametrize(
    ("change", "text"),
    [(Change(Decimal(80), Measure.NUMBER), "▲ +80"), (Change(Decimal("-1.8"), Measure.POINTS), "▼ −1.8 points"),
     (Change(Decimal(1200), Measure.NUMBER), "▲ +1,200"), (Change(Decimal("15.0"), Measure.PERCENT), "▲ +15.0 %")],
)  # fmt: skip
def test_a_change_in_words(change, text):
    with translation.override("en"):
        assert f">{text}<" in change_mark(change)


def test_no_change_is_not_marked():
    assert change_mark(Change(Decimal(0), Measure.PERCENT)) == "" and change_mark(None) == ""
