"""A list that is opened in a spreadsheet calculates nothing that a guest wrote."""

import csv
import io
import tempfile
import tracemalloc
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from ancu.core.documents.spreadsheets import harmless, write_csv, write_xlsx
from ancu.core.testing import texts


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+84", "-1", "@SUM(1)", " =1", "\u00a0=1", "a;=1+1", "a; =1+1", "a\n=1+1", "a\t=1+1", 'a";=1+1', "＝1+1"],
)
def test_no_part_of_a_cell_begins_a_formula(text: str) -> None:
    """Where the list's separator is a semicolon, as in Viet Nam, a comma's file is cut at semicolons."""
    line = write_csv(["name"], [[text]]).decode("utf-8-sig").split("\r\n", 1)[1]
    for part in line.replace("\t", ";").replace("\n", ";").split(";"):
        assert not part.strip(' "\u00a0\r').startswith(("=", "+", "-", "@", "＝")), line


def test_the_first_line_of_a_csv_names_its_columns() -> None:
    [head, row] = csv.reader(
        io.StringIO(write_csv(["Họ tên", texts.DAY_OF_ARRIVAL_VI], [["A", date(2026, 11, 25)]]).decode("utf-8-sig"))
    )
    assert (head, row) == (["Họ tên", texts.DAY_OF_ARRIVAL_VI], ["A", "25/11/2026"])


@pytest.mark.parametrize("text", ["HOFFMANN JÖRG", "Tổ 3; thôn Hạ", "a-b", "12/3"])
def test_ordinary_texts_stay_as_they_are(text: str) -> None:
    assert harmless(text) == text


def most_memory(rows: int) -> int:
    """At once, while a table of so many rows is written; what comes back is not counted."""
    table = ([f"{number} text of its own", number] for number in range(rows))
    tracemalloc.start()
    try:
        path = write_xlsx("mark", ["words", "number"], table)
        return tracemalloc.get_traced_memory()[1] - 2 * len(path)
    finally:
        tracemalloc.stop()


def test_a_long_table_takes_hardly_more_memory_than_a_short_one() -> None:
    most_memory(10)  # what a process keeps is kept
    assert most_memory(5_000) < most_memory(500) + 200_000


def test_a_table_that_fails_halfway_leaves_nothing_of_its_people_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    paths: list[Path] = []

    def rows() -> Iterator[list[str]]:
        yield ["HOFFMANN JÖRG"]
        paths.extend(tmp_path.rglob("*"))
        raise OSError("the database went away")

    with pytest.raises(OSError, match="went away"):
        write_xlsx("mark", ["name"], rows())
    assert paths
    assert list(tmp_path.iterdir()) == []
