"""The `ancu` command: what each word runs, and where an installed program works."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from ancu import cli
from ancu.core import folders


@pytest.fixture
def managed(monkeypatch: pytest.MonkeyPatch) -> list[Sequence[str]]:
    """Return the management commands that are run instead of being run."""
    commands: list[Sequence[str]] = []

    def record(arguments: Sequence[str]) -> int:
        commands.append(arguments)
        return 0

    monkeypatch.setattr(cli, "manage", record)
    return commands


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["ancu", *arguments])
    return cli.main()


@pytest.mark.parametrize("arguments", [(), ("--help",), ("help",)])
def test_usage_names_each_command(arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    assert run(monkeypatch, *arguments) == 0
    usage = capsys.readouterr().out
    assert [name for name in cli.COMMANDS if f"\n  {name} " not in usage] == []


def test_a_misspelt_command_is_an_error(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    assert run(monkeypatch, "sreve") == 2
    assert "sreve" in capsys.readouterr().err


def test_the_worker_takes_the_options_of_procrastinate(
    monkeypatch: pytest.MonkeyPatch, managed: list[Sequence[str]]
) -> None:
    assert run(monkeypatch, "worker", "--queues", "webhooks") == 0
    assert managed == [["procrastinate", "worker", "--queues", "webhooks"]]


@pytest.mark.parametrize(("environment", "is_strict"), [("development", False), ("production", True)])
def test_a_check_is_strict_in_production(
    environment: str, is_strict: bool, monkeypatch: pytest.MonkeyPatch, managed: list[Sequence[str]]
) -> None:
    monkeypatch.setenv("ANCU_ENV", environment)
    assert run(monkeypatch, "check") == 0
    assert managed[0][:3] == ["check", "--database", "default"]
    assert ("--deploy" in managed[0]) == is_strict


def test_an_installed_program_works_among_the_users_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("ANCU_VAR", raising=False)
    monkeypatch.setattr(folders, "IS_CHECKOUT", False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert folders.working_folder() == tmp_path / "ancu"
    monkeypatch.setenv("ANCU_VAR", str(tmp_path / "elsewhere"))
    assert folders.working_folder() == tmp_path / "elsewhere"


def test_a_checkout_works_in_its_own_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ANCU_VAR", raising=False)
    assert folders.working_folder() == folders.PROGRAM / "var"
