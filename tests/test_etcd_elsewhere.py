"""deploy/cluster/etcd-elsewhere: the primary's server hands the leading of etcd to a server that answers, only then."""

import subprocess
from pathlib import Path

import pytest
from django.conf import settings

SCRIPT = Path(settings.BASE_DIR) / "deploy" / "cluster" / "etcd-elsewhere"
# What etcdctl 3.5 prints: address, id, version, size, leads, learner, term, index, applied index, errors.
MEMBER = "http://10.0.0.2{number}:2379, {id}, 3.5.16, 20 kB, {leads}, false, 4, 318, 318, "
IDS = {1: "a3c7eea8ab70c61d", 2: "ac4fd7bd4094dc15", 3: "50ade7d501c229ab"}


def members(*numbers: int, leader: int) -> str:
    return "\n".join(
        MEMBER.format(number=number, id=IDS[number], leads=str(number == leader).lower()) for number in numbers
    )


def moved_to(folder: Path, *, role: str, leader: int, present: tuple[int, ...]) -> str:
    """Return to which member the script on server 3 moves the leading, or nothing."""
    (folder / "own").write_text(members(3, leader=leader))
    (folder / "all").write_text(members(*present, leader=leader))
    program = folder / "etcdctl"
    program.write_text(
        "#!/bin/sh\n"
        f'case "$*" in *--cluster) cat {folder}/all; exit 1;; "endpoint status") cat {folder}/own;;\n'
        f'"move-leader "*) echo "$2" > {folder}/moved;; *) exit 2;; esac\n'
    )
    program.chmod(0o755)
    run = subprocess.run(
        [SCRIPT, "on_role_change", role, "ancu"],
        env={"PATH": f"{folder}:/usr/bin:/bin"},
        capture_output=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return (folder / "moved").read_text().strip() if (folder / "moved").exists() else ""


@pytest.mark.parametrize(
    ("role", "leader", "present", "moved"),
    [
        ("primary", 3, (1, 2, 3), IDS[1]),
        ("primary", 3, (2, 3), IDS[2]),  # server 1, the former primary, was just lost
        ("primary", 3, (3,), ""),
        ("primary", 2, (1, 2, 3), ""),
        ("replica", 3, (1, 2, 3), ""),
    ],
)
def test_the_leader_of_etcd_leaves_the_primary(
    tmp_path: Path, role: str, leader: int, present: tuple[int, ...], moved: str
) -> None:
    assert moved_to(tmp_path, role=role, leader=leader, present=present) == moved
