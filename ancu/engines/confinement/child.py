"""What a child does to itself, before it loads anything and before it reads anything."""

import contextlib
import importlib
import os
import sys
from collections.abc import Iterator

from ancu.engines.confinement import landlock, namespaces, seccomp
from ancu.engines.confinement.kernel import prctl

ISOLATED = "ANCU_ISOLATED"  # in the environment: bubblewrap has made the namespaces
NO_NEW_PRIVILEGES = 38
LOADED_LATE = {"numpy": "numpy.ma"}  # library: what it loads when it is first asked for a median
PARTS = ("limits", "user", "network", "no_new_privileges", "landlock", "seccomp")
missing: dict[str, str] = {}  # part: why this machine lacks it
_in_user_namespace = False


def begin(*, memory: int, seconds: int) -> None:
    """Limit bytes (the libraries' code not counted) and processor seconds, and leave the machine's network.

    The first act of a child, while it has one thread. What the machine lacks is left out (``missing``).
    """
    with _part("limits"):
        _limit(memory, seconds)
    with _part("network"):
        _isolate()
    with _part("no_new_privileges"):
        prctl(NO_NEW_PRIVILEGES, 1)
    with _part("landlock"):
        landlock.restrict(reading=True)  # threads that libraries start inherit it; ``seal`` reaches one thread alone


def seal() -> dict[str, str]:
    """Give up files, processes, programs and signals for good; return the parts this machine lacks, with the reason.

    The last act before a child reads what a stranger sent: whatever it must import or open, it has.
    """
    for library in LOADED_LATE.keys() & sys.modules.keys():
        importlib.import_module(LOADED_LATE[library])
    with _part("landlock"):
        landlock.restrict(reading=False)
    with _part("user"):
        _own_user()
    with _part("limits"):
        _forbid(resource_name="RLIMIT_NOFILE")
    with _part("seccomp"):
        seccomp.restrict()
    if "seccomp" in missing:  # with it, threads can be started and processes cannot; without, neither
        with _part("limits"):
            _forbid(resource_name="RLIMIT_NPROC")
    return missing


@contextlib.contextmanager
def _part(name: str) -> Iterator[None]:
    try:
        yield
    except (OSError, AttributeError, ImportError, ValueError) as error:  # another system has other calls
        missing.setdefault(name, str(error))


def _limit(memory: int, seconds: int) -> None:
    import resource  # noqa: PLC0415 -- not on Windows

    limits: dict[int, int] = {
        resource.RLIMIT_DATA: memory,
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_CORE: 0,  # people's names must not end in a core file
        resource.RLIMIT_FSIZE: 0,
    }
    for limit, most in limits.items():
        resource.setrlimit(limit, (most, most))


def _forbid(*, resource_name: str) -> None:
    """Holds without any help of the kernel: what is there stays, nothing more can be had."""
    import resource  # noqa: PLC0415

    resource.setrlimit(getattr(resource, resource_name), (0, 0))


def _isolate() -> None:
    global _in_user_namespace  # noqa: PLW0603 -- a fact of this process
    _in_user_namespace = bool(os.environ.get(ISOLATED)) or namespaces.enter()


def _own_user() -> None:
    if not _in_user_namespace and os.getuid() != 0:
        raise PermissionError("neither root nor a user namespace")
    if not _in_user_namespace:
        namespaces.become_nobody()
    namespaces.drop_capabilities()
