"""Strips: a line of the zone, straightened to be read."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ancu.engines.mrz.strips import HEIGHT, baseline_offsets


@pytest.mark.slow
@given(st.lists(st.floats(-900, 1700), min_size=30, max_size=44))
def test_characters_placed_beside_the_strip_are_as_blank_paper(centres: list[float]) -> None:
    strip = np.full((HEIGHT, 736), 200, np.uint8)
    strip[10:20, ::7] = 20
    with np.errstate(all="raise"):
        assert np.isfinite(baseline_offsets(strip, np.sort(centres))).all()
