"""Landlock: what the process may do to files, to the network and to other processes (Linux 5.13 and later).

https://docs.kernel.org/userspace-api/landlock.html. Rights the kernel does not know yet are left out.
"""

import ctypes
import os
from pathlib import Path

from ancu.engines.confinement.kernel import syscall

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446  # the same on every architecture
ASK_VERSION = 1
PATH_BENEATH = 1
READ_FILE, READ_DIR = 1 << 2, 1 << 3
FILE_RIGHTS_BY_VERSION = {1: 13, 2: 14, 3: 15, 5: 16}  # how many bits, from which version on
NETWORK_VERSION, NETWORK_RIGHTS = 4, 0b11  # bind and connect
SCOPE_VERSION, SCOPES = 6, 0b11  # abstract sockets and signals


class Ruleset(ctypes.Structure):
    _fields_ = [("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scopes", ctypes.c_uint64)]


class PathRule(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = [("rights", ctypes.c_uint64), ("folder", ctypes.c_int32)]


def restrict(*, reading: bool) -> None:
    """Deny this thread and its children all files, ports and signals; with ``reading``, reading files stays allowed."""
    ruleset = syscall(CREATE_RULESET, ctypes.byref(_all_rights()), ctypes.sizeof(Ruleset), 0)
    try:
        if reading:
            _allow_reading(ruleset, Path("/"))
        syscall(RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _all_rights() -> Ruleset:
    """Return a Landlock ruleset that denies all rights the kernel knows: files, network, signals."""
    version = syscall(CREATE_RULESET, None, 0, ASK_VERSION)
    bits = max(count for since, count in FILE_RIGHTS_BY_VERSION.items() if since <= version)
    return Ruleset(
        files=(1 << bits) - 1,
        network=NETWORK_RIGHTS if version >= NETWORK_VERSION else 0,
        scopes=SCOPES if version >= SCOPE_VERSION else 0,
    )


def _allow_reading(ruleset: int, path: Path) -> None:
    """Add a rule that allows reading files and folders below ``path``."""
    folder = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        rule = PathRule(rights=READ_FILE | READ_DIR, folder=folder)
        syscall(ADD_RULE, ruleset, PATH_BENEATH, ctypes.byref(rule), 0)
    finally:
        os.close(folder)
