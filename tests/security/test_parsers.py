"""Files of strangers are opened in a process that can do nothing else (``ancu.engines.confinement``)."""

import json
import struct
import subprocess
import sys

import msgspec
import pytest

from ancu.config import checks
from ancu.engines import confinement
from ancu.engines.confinement import launching, seccomp
from ancu.engines.confinement.answers import decode_answer
from ancu.engines.exchange import markup, sheets
from ancu.engines.omr.sandbox import ReadingOrder
from ancu.engines.omr.sandbox import WorkerAnswer as OmrAnswer
from ancu.engines.papers import sandbox as papers
from ancu.engines.papers.model import PaperRefused
from ancu.engines.papers.tests import samples
from ancu.engines.passports import sandbox as passports
from ancu.engines.passports.model import Unread
from tests.security import attacker

PAPER = msgspec.msgpack.encode({"data": samples.jpeg(), "options": {"kind": "scan", "max_pages": 1}})
ORDER = msgspec.msgpack.encode(ReadingOrder(layouts=(), secret=b"key", former=b"", start=0))
CHILDREN = {
    "papers": (("ancu.engines.papers", "clean", "image/jpeg"), PAPER),
    "passports": (("ancu.engines.passports", "image/jpeg"), samples.jpeg()),
    "passports, waiting": (("ancu.engines.passports", "--wait"), samples.jpeg()),
    "scans": (("ancu.engines.omr",), len(ORDER).to_bytes(8) + ORDER + samples.jpeg()),
    "workbooks": (("ancu.engines.exchange.sheets", "10", "10"), b"PK"),
    "XML": (("ancu.engines.exchange.markup", "xml"), b"<a/>"),
    "HTML": (("ancu.engines.exchange.markup", "html"), b"<a/>"),
}
NAMES = {attempt.__name__ for attempt in attacker.ATTEMPTS}


def outcomes(answer: bytes) -> tuple[dict[str, str], str]:
    """What came of each attempt, and of running another program."""
    line, program = answer.split(b"\n", 1)
    return json.loads(line), program.decode()


@pytest.mark.slow
@pytest.mark.parametrize("name", CHILDREN)
def test_a_parser_that_was_taken_over_can_do_nothing(name: str) -> None:
    program, request = CHILDREN[name]
    child = confinement.start("-m", "tests.security.attacker", *program)
    attempts, ran = outcomes(confinement.ask(child, request, seconds=60))
    assert set(attempts) == NAMES
    assert {name for name, obstacle in attempts.items() if not obstacle} == set()
    assert ran in {"EACCES", "EPERM"}


def test_an_unconfined_process_can_do_all_of_it() -> None:
    """Otherwise the test above would pass for an attempt that never works."""
    command = [sys.executable, "-m", "tests.security.attacker", "none"]
    attempts, ran = outcomes(subprocess.run(command, capture_output=True, check=True).stdout)
    assert {name for name, obstacle in attempts.items() if obstacle} <= {"trace_parent"}  # some kernels forbid tracing
    assert ran == "RAN\n"


def in_a_child(lines: str) -> dict[str, str]:
    """What ``missing`` says at the end of a child that runs ``lines`` before it confines itself."""
    program = f"""
import json, sys
from ancu.engines.confinement import begin, child, landlock, namespaces, seal, seccomp
def unavailable(*_arguments, **_options):
    raise OSError(38, "Function not implemented")
{lines}
begin(memory=1 << 28, seconds=10)
sys.stdout.write(json.dumps(seal()))
"""
    answer: dict[str, str] = json.loads(confinement.ask(confinement.start("-c", program), b"", seconds=60))
    return answer


@pytest.mark.parametrize(
    ("part", "lines"),
    [
        ("landlock", "landlock.syscall = unavailable"),
        ("seccomp", "seccomp.syscall = unavailable"),
        ("seccomp", "seccomp.platform.machine = lambda: 'riscv64'"),
        ("network", "namespaces.enter = unavailable"),
        ("user", "namespaces.become_nobody = namespaces.drop_capabilities = unavailable"),
    ],
)
def test_a_kernel_that_lacks_a_part_still_gives_the_others(part: str, lines: str) -> None:
    assert set(in_a_child(lines)) == {part}


def test_without_help_of_the_kernel_nothing_more_can_be_opened() -> None:
    """Neither Landlock nor seccomp: the limit on descriptors still holds."""
    program = """
from ancu.engines.confinement import begin, landlock, seal, seccomp
def unavailable(*_arguments, **_options):
    raise OSError(38, "Function not implemented")
landlock.syscall = seccomp.syscall = unavailable
begin(memory=1 << 28, seconds=10)
seal()
try:
    open("/etc/passwd")
except OSError as error:
    print(error.errno == 24, end="")
"""
    assert confinement.ask(confinement.start("-c", program), b"", seconds=60) == b"True"


def test_the_filter_lets_no_other_architecture_through() -> None:
    """Numbers of calls mean something else there."""
    program = seccomp.filter_program(0, 0xC000003E)
    load, compare, kill = struct.iter_unpack("=HBBI", program[:24])
    assert load == (seccomp.LOAD, 0, 0, seccomp.ARCHITECTURE_AT)
    assert compare == (seccomp.JUMP_IF_EQUAL, 1, 0, 0xC000003E)  # passes over the next line when it is the same
    assert kill == (seccomp.RETURN, 0, 0, seccomp.KILL)


def test_the_check_of_a_deployment_names_each_missing_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "missing_parts", lambda: {"landlock": "Function not implemented"})
    warnings = checks.parsers_are_confined()
    assert [warning.id for warning in warnings] == ["ancu.W010"]
    assert "Landlock" in warnings[0].msg and "Function not implemented" in warnings[0].msg
    monkeypatch.setattr(checks, "missing_parts", dict)
    assert checks.parsers_are_confined() == []


def test_a_child_has_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "a secret")
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret")
    program = "import os; print(sorted(os.environ))"
    names = confinement.ask(confinement.start("-c", program), b"", seconds=60).decode()
    assert "PYTHONPATH" in names and "SECRET" not in names and "DATABASE" not in names


def test_an_endless_answer_is_cut_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launching, "MOST_BYTES", 1 << 20)
    child = confinement.start("-c", "import sys\nwhile True: sys.stdout.write('a' * 65536)")
    with pytest.raises(confinement.ChildFailed):
        confinement.ask(child, b"", seconds=60)
    assert child.poll() is not None


@pytest.mark.parametrize("answer", [b"[" * 20_000, b"not JSON", b"\xff"])
def test_the_answer_of_a_child_that_was_taken_over_does_no_harm(monkeypatch: pytest.MonkeyPatch, answer: bytes) -> None:
    monkeypatch.setattr(confinement, "ask", lambda child, *_request, **_seconds: (confinement.end(child), answer)[1])
    with pytest.raises(sheets.DamagedWorkbook):
        sheets.sheets_of(b"PK", 10, 10)
    with pytest.raises(markup.DamagedMarkup):
        markup.parse("<a/>", markup.XML)


@pytest.mark.parametrize("answer", [b"\x91" * 1_000_000, b"\x81\xa1y" + b"\x91" * 1_000_000, b"\x80", b"x", b""])
def test_an_answer_of_another_kind_is_a_failure_of_the_child(monkeypatch: pytest.MonkeyPatch, answer: bytes) -> None:
    """Lists a million deep would end this process."""
    monkeypatch.setattr(confinement, "ask", lambda child, *_request, **_seconds: (confinement.end(child), answer)[1])
    with pytest.raises(PaperRefused):
        papers.clean(samples.jpeg())
    with pytest.raises(Unread):
        passports.read_passport(samples.jpeg())
    with pytest.raises(confinement.ChildFailed):
        decode_answer(answer, OmrAnswer) if answer != b"\x80" else decode_answer(b"\x90", OmrAnswer)
