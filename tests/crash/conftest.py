"""A house with an empty database, for the tests of one file."""

from collections.abc import Iterator

import pytest

from tests.crash.house import House, prepared_house


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    var = tmp_path_factory.mktemp("house") / "var"
    var.mkdir()
    with prepared_house(var) as house:
        yield house
