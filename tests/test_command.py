"""The `ancu` command: what each word runs, and where an installed program works."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from ancu import cli
from ancu.config import health
from ancu.core import folders

INSTALLED_FOR_A_USER_WITHOUT_HOME = """
import sys
from pathlib import Path
from ancu.core import folders

def no_home():
    raise RuntimeError("Could not determine home directory.")

folders.IS_CHECKOUT, Path.home = False, no_home
from ancu import cli
from ancu.config import health
sys.exit(cli.manage(sys.argv[1:]))
"""


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


@pytest.mark.slow
def test_static_files_are_collected_for_a_user_without_home(tmp_path: Path) -> None:
    """As in a container with a user id that no file of accounts knows."""
    environment = {name: value for name, value in os.environ.items() if name not in {"HOME", "XDG_DATA_HOME"}}
    environment |= {"ANCU_VAR": str(tmp_path / "var"), "DATABASE_URL": "postgresql://ancu_app@127.0.0.1:1/ancu"}
    command = [sys.executable, "-c", INSTALLED_FOR_A_USER_WITHOUT_HOME, "collectstatic", "--noinput", "-v", "0"]
    done = subprocess.run(command, env=environment, cwd=folders.PROGRAM, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert (tmp_path / "var" / "static" / "staticfiles.json").is_file()


def test_an_empty_working_folder_is_the_default(tmp_path: Path) -> None:
    """As in a file of settings whose value was left out: the program's files never go where it was started."""
    command = [sys.executable, "-c", "from ancu.config import settings; print(settings.VAR_DIR)"]
    environment = os.environ | {"ANCU_VAR": "", "PYTHONPATH": str(folders.PROGRAM)}
    environment |= {"DATABASE_URL": "postgresql://ancu_app@127.0.0.1:1/ancu", "SECRET_KEY": "s" * 60}
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(folders.default_working_folder())


def test_a_drained_node_is_not_ready_until_it_is_started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ANCU_VAR", str(tmp_path))
    parts = dict.fromkeys(health.SERVING, health.Part(health.OK))
    assert health.serves_requests(parts)
    assert run(monkeypatch, "drain", "--seconds", "0") == 0
    assert not health.serves_requests(parts)
    monkeypatch.setattr(os, "execve", lambda *_arguments: None)
    run(monkeypatch, "serve")
    assert health.serves_requests(parts)
