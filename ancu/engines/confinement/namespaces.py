"""A user and a network of the process's own."""

import ctypes
import os
import sys

from ancu.engines.confinement.kernel import checked, libc

NEW_USER, NEW_NETWORK, NEW_IPC = 0x10000000, 0x40000000, 0x08000000
CAPABILITIES_VERSION = 0x20080522
NOBODY = 65534


def enter() -> bool:
    """Move into an empty network; return whether into a user namespace as well. One thread may run, no more.

    Root keeps its user here, for in a namespace it could not become another (``become_nobody``).
    """
    ways = [NEW_USER | NEW_NETWORK | NEW_IPC]
    if os.getuid() == 0:
        ways.insert(0, NEW_NETWORK | NEW_IPC)
    for flags in ways[:-1]:
        if libc().unshare(flags) == 0:
            return bool(flags & NEW_USER)
    checked(libc().unshare(ways[-1]))
    return True


def become_nobody() -> None:
    """Become a user whom no file and no other process belongs to. Root alone can."""
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)


def drop_capabilities() -> None:
    """Give up what a user namespace brings with it."""
    header = (ctypes.c_uint32 * 2)(CAPABILITIES_VERSION, 0)
    checked(libc().capset(header, (ctypes.c_uint32 * 6)()))


if __name__ == "__main__":  # whether the kernel lets this user do it at all
    try:
        enter()
    except (OSError, AttributeError):
        sys.exit(1)
