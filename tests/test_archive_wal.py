"""deploy/cluster/archive-wal: what lies behind the end of an older timeline counts as archived, nothing else does."""

import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

SCRIPT = Path(settings.BASE_DIR) / "deploy" / "cluster" / "archive-wal"
HISTORY = "1\t0/119B3090\tno recovery target specified\n\n2\t0/27000000\tby hand\n\n3\t1/320000A0\tby hand\n"
SEGMENT_BITS = 24  # 16 MB


def archive(folder: Path, name: str, *, code: int, history: str = HISTORY) -> int:
    """Return the script's exit code for a segment when pgBackRest ends with ``code``."""
    wal = folder / "pg_wal"
    wal.mkdir(exist_ok=True)
    (wal / "00000002.history").write_text(HISTORY.split("\n", maxsplit=1)[0])
    (wal / "00000004.history").write_text(history)
    program = folder / "pgbackrest"
    program.write_text(f'#!/bin/sh\necho "$@" > {folder}/arguments\nexit {code}\n')
    program.chmod(0o755)
    run = subprocess.run(
        [SCRIPT, f"pg_wal/{name}", "--config=/x"],
        cwd=folder, env={"PATH": f"{folder}:/usr/bin:/bin"}, capture_output=True, check=False,
    )  # fmt: skip
    assert (folder / "arguments").read_text() == f"--stanza=ancu --config=/x archive-push pg_wal/{name}\n"
    return run.returncode


@pytest.mark.parametrize("code", [0, 1, 103])
def test_another_outcome_of_pgbackrest_is_its_own(tmp_path: Path, code: int) -> None:
    assert archive(tmp_path, "000000030000000100000032", code=code) == code


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("000000030000000100000031", 45),  # complete before the end: its bytes must be the archive's
        ("000000030000000100000032", 0),  # the timeline ended in it
        ("000000030000000100000032.partial", 0),
        ("000000030000000100000033", 0),
        ("000000030000000200000000", 0),
        ("000000030000000000000033", 45),
        ("000000020000000000000026", 45),  # the timeline ended with it: complete
        ("000000020000000000000027", 0),
        ("000000040000000100000032", 45),  # the present timeline
        ("00000004.history", 45),
    ],
)
def test_a_segment_with_other_bytes(tmp_path: Path, name: str, code: int) -> None:
    assert archive(tmp_path, name, code=45) == code


def test_without_any_history_it_is_an_error(tmp_path: Path) -> None:
    assert archive(tmp_path, "000000010000000000000011", code=45, history="") == 45


@given(end=st.integers(0, 2**64 - 1), segment=st.integers(0, 2**40 - 1))
def test_a_segment_counts_from_the_one_in_which_its_timeline_ended(
    tmp_path_factory: pytest.TempPathFactory, end: int, segment: int
) -> None:
    name = f"0000000A{segment >> 8:08X}{segment & 0xFF:08X}"
    history = f"10\t{end >> 32:X}/{end & 0xFFFFFFFF:X}\tby hand\n"
    code = archive(tmp_path_factory.mktemp("wal"), name, code=45, history=history)
    assert code == (0 if segment >= end >> SEGMENT_BITS else 45)
