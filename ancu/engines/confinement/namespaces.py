"""Give a process a user and an empty network of its own."""

import ctypes
import os
import sys

from ancu.engines.confinement.kernel import libc, raise_on_failure

NEW_USER, NEW_NETWORK, NEW_IPC = 0x10000000, 0x40000000, 0x08000000
CAPABILITIES_VERSION = 0x20080522
NOBODY = 65534


def enter() -> bool:
    """Move this single-threaded process into a network without connections.

    Returns whether it also entered a user namespace. Root avoids that where it can, since inside it could not change
    its user (``become_nobody``).
    """
    ways = [NEW_USER | NEW_NETWORK | NEW_IPC]
    if os.getuid() == 0:
        ways.insert(0, NEW_NETWORK | NEW_IPC)
    for flags in ways[:-1]:
        if libc().unshare(flags) == 0:
            return bool(flags & NEW_USER)
    raise_on_failure(libc().unshare(ways[-1]))
    return True


def become_nobody() -> None:
    """Switch to a user who owns no file and no other process. Requires root."""
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)


def drop_capabilities() -> None:
    """Give up the capabilities that a user namespace grants."""
    header = (ctypes.c_uint32 * 2)(CAPABILITIES_VERSION, 0)
    raise_on_failure(libc().capset(header, (ctypes.c_uint32 * 6)()))


if __name__ == "__main__":  # whether the kernel lets this user do it at all
    try:
        enter()
    except (OSError, AttributeError):
        sys.exit(1)
