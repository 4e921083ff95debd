import subprocess
import sys
from argparse import ArgumentTypeError
from datetime import date
from pathlib import Path

import pytest

from ancu.apps.dossiers.management.arguments import iso_day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-02-13", date(2026, 2, 13)),
        ("2026-02-13T16:00", date(2026, 2, 13)),
        ("2026-02-13T20:00Z", date(2026, 2, 14)),  # past midnight in Viet Nam
    ],
)
def test_a_day_or_the_day_of_a_moment(text: str, day: date) -> None:
    assert iso_day(text) == day


@pytest.mark.parametrize("text", ["", "13/02/2026", "2026-02-30", "tomorrow"])
def test_what_is_no_day_says_how_to_write_one(text: str) -> None:
    with pytest.raises(ArgumentTypeError, match="write it as 2026-07-01"):
        iso_day(text)


@pytest.mark.slow
def test_a_reader_who_has_heard_enough_is_no_error() -> None:
    """As in `manage.py list_establishments | head`."""
    manage = Path(__file__).parents[4] / "manage.py"
    request_fields = subprocess.Popen(
        [sys.executable, manage, "diffsettings", "--all"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert request_fields.stdout is not None
    request_fields.stdout.close()
    _, message = request_fields.communicate(timeout=60)
    assert (request_fields.returncode, message) == (141, b"")
