"""Confine a child process before it loads its libraries and before it reads untrusted data."""

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
    """Limit memory (bytes, without the libraries' code) and processor seconds, and cut off the network.

    A child calls it first, while it has a single thread. Protections this machine lacks are recorded in ``missing``.
    """
    with _missing_recorded("limits"):
        _set_limits(memory, seconds)
    with _missing_recorded("network"):
        _enter_namespaces()
    with _missing_recorded("no_new_privileges"):
        prctl(NO_NEW_PRIVILEGES, 1)
    with _missing_recorded("landlock"):
        landlock.restrict(reading=True)  # threads that libraries start inherit it; ``seal`` reaches one thread alone


def seal() -> dict[str, str]:
    """Give up access to files, processes, programs and signals for good; return missing protections with reasons.

    A child calls it last, before it reads untrusted bytes: it has imported and opened all it needs.
    """
    for library in LOADED_LATE.keys() & sys.modules.keys():
        importlib.import_module(LOADED_LATE[library])
    with _missing_recorded("landlock"):
        landlock.restrict(reading=False)
    with _missing_recorded("user"):
        _drop_privileges()
    with _missing_recorded("limits"):
        _forbid_resource(resource_name="RLIMIT_NOFILE")
    with _missing_recorded("seccomp"):
        seccomp.restrict()
    if "seccomp" in missing:  # with it, threads can be started and processes cannot; without, neither
        with _missing_recorded("limits"):
            _forbid_resource(resource_name="RLIMIT_NPROC")
    return missing


@contextlib.contextmanager
def _missing_recorded(name: str) -> Iterator[None]:
    """Context manager that records a failure of its block in ``missing``, under the name of this confinement part."""
    try:
        yield
    except (OSError, AttributeError, ImportError, ValueError) as error:  # another system has other calls
        missing.setdefault(name, str(error))


def _set_limits(memory: int, seconds: int) -> None:
    """Limit this process to ``memory`` bytes and ``seconds`` of processor time, without core dumps or written files."""
    import resource  # noqa: PLC0415 -- not on Windows

    limits: dict[int, int] = {
        resource.RLIMIT_DATA: memory,
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_CORE: 0,  # people's names must not end in a core file
        resource.RLIMIT_FSIZE: 0,
    }
    for limit, most in limits.items():
        resource.setrlimit(limit, (most, most))


def _forbid_resource(*, resource_name: str) -> None:
    """Set a resource limit to zero: existing resources stay usable, no new ones can be opened."""
    import resource  # noqa: PLC0415

    resource.setrlimit(getattr(resource, resource_name), (0, 0))


def _enter_namespaces() -> None:
    """Move this process into a network without connections, and into a user namespace if the kernel allows it."""
    global _in_user_namespace  # noqa: PLW0603 -- a fact of this process
    _in_user_namespace = bool(os.environ.get(ISOLATED)) or namespaces.enter()


def _drop_privileges() -> None:
    """Drop root's user id or the namespace's capabilities. Raises PermissionError if neither is possible."""
    if not _in_user_namespace and os.getuid() != 0:
        raise PermissionError("neither root nor a user namespace")
    if not _in_user_namespace:
        namespaces.become_nobody()
    namespaces.drop_capabilities()
