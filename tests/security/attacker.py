"""A child of one engine whose parser was taken over: ``python -m tests.security.attacker ENGINE ARGUMENT…``

The engine's own program runs, with its own loading and its own confinement; only the function that would parse the
file is replaced by one that tries what an attacker would, and writes what came of it. ``none`` confines nothing: there
each attempt must succeed, or it would prove nothing.
"""

import ctypes
import errno
import importlib
import json
import os
import runpy
import socket
import sys
from collections.abc import Callable
from pathlib import Path

LIBC = ctypes.CDLL(None, use_errno=True)  # an attacker has what the process has loaded
PARENT = os.getppid()
HOUSE = Path(__file__).resolve().parents[2]
REPLACED = {  # program: the module and the name of what opens the stranger's bytes
    "ancu.engines.papers": ("ancu.engines.papers.images", "clean_image"),
    "ancu.engines.passports": ("ancu.engines.passports.reading", "read_passport_image"),
    "ancu.engines.omr": ("ancu.engines.omr.opening", "count_pages"),
    "ancu.engines.exchange.sheets": ("python_calamine", "CalamineWorkbook"),
    "ancu.engines.exchange.markup": ("lxml.etree", "fromstring"),
}


def read_parents_environment() -> None:
    Path(f"/proc/{PARENT}/environ").read_bytes()


def read_parents_memory() -> None:
    with Path(f"/proc/{PARENT}/mem").open("rb"):
        pass


def list_processes() -> None:
    os.listdir("/proc")


def trace_parent() -> None:
    """PTRACE_SEIZE; undone by the end of this process."""
    _call(LIBC.ptrace, 0x4206, PARENT, None, None)


def read_parents_memory_by_number() -> None:
    _call(LIBC.process_vm_readv, PARENT, None, 0, None, 0, 0)


def signal_parent() -> None:
    os.kill(PARENT, 0)


def read_passwords() -> None:
    Path("/etc/passwd").read_bytes()


def read_own_program() -> None:
    (HOUSE / "manage.py").read_bytes()


def write_file() -> None:
    path = Path(f"/tmp/ancu-attack-{os.getpid()}")
    path.write_bytes(b"")
    path.unlink()


def make_file_in_memory() -> None:
    os.close(os.memfd_create("attack"))


def connect() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as out:
        refused = out.connect_ex(("127.0.0.1", 1))
    if refused not in (0, errno.ECONNREFUSED):
        raise OSError(refused, os.strerror(refused))


def send_datagram() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        out.sendto(b"", ("127.0.0.1", 9))


def open_local_socket() -> None:
    socket.socket(socket.AF_UNIX, socket.SOCK_STREAM).close()


def start_process() -> None:
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


def make_memory_executable() -> None:
    LIBC.mmap.restype = ctypes.c_void_p
    address = LIBC.mmap(None, 4096, 7, 0x22, -1, 0)  # read, write, execute; private and anonymous
    if address == ctypes.c_void_p(-1).value:
        raise OSError(ctypes.get_errno(), "mmap")


def run_program() -> None:
    os.execv("/bin/echo", ["echo", "RAN"])


ATTEMPTS: tuple[Callable[[], None], ...] = (
    read_parents_environment, read_parents_memory, list_processes, trace_parent, read_parents_memory_by_number,
    signal_parent, read_passwords, read_own_program, write_file, make_file_in_memory, connect, send_datagram,
    open_local_socket, start_process, make_memory_executable,
)  # fmt: skip


def attack(*_arguments: object, **_options: object) -> None:
    """Write a line of JSON, attempt → what stood in the way ("" for nothing); then try to become ``echo``."""
    os.write(1, json.dumps({attempt.__name__: _outcome(attempt) for attempt in ATTEMPTS}).encode() + b"\n")
    os.write(1, _outcome(run_program).encode())
    os._exit(0)


def _outcome(attempt: Callable[[], None]) -> str:
    try:
        attempt()
    except OSError as error:
        return errno.errorcode.get(error.errno or 0, str(error))
    return ""


def _call(function: Callable[..., int], *arguments: object) -> None:
    if function(*arguments) == -1:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def main(program: str, *arguments: str) -> None:
    if program == "none":
        attack()
    module, name = REPLACED[program]
    replaced = importlib.import_module(module)
    attack.from_filelike = attack  # type: ignore[attr-defined]  # as workbooks are opened
    getattr(replaced, name)  # a renamed function fails here: the attack would never run
    setattr(replaced, name, attack)
    sys.argv = [program, *arguments]
    file = HOUSE / (program.replace(".", "/") + ".py")
    if file.exists():
        runpy.run_path(str(file), run_name="__main__")
    else:
        runpy.run_module(program, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
