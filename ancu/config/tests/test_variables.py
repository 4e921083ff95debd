"""Environment variables: each one that the code reads is described once, with a default and an example."""

from ancu.config.reference import environment_reads
from ancu.config.variables import VARIABLES

DESCRIBED = [variable for variables in VARIABLES.values() for variable in variables]


def test_each_variable_is_described_once() -> None:
    assert sorted(variable.name for variable in DESCRIBED) == sorted(environment_reads())


def test_each_variable_has_a_default_and_an_example() -> None:
    reads = environment_reads()
    without_default = [entry.name for entry in DESCRIBED if not (entry.default or reads[entry.name][1])]
    assert (without_default, [entry.name for entry in DESCRIBED if not entry.example]) == ([], [])


def test_a_description_holds_no_table_syntax() -> None:
    assert [entry.name for entry in DESCRIBED if "|" in entry.description + entry.example + entry.default] == []
