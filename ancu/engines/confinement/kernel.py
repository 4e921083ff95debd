"""Calls of the C library that Python has no function for."""

import ctypes
import os
from functools import cache


@cache
def libc() -> ctypes.CDLL:
    """The C library of this process. Looking it up by name would start ``ldconfig``."""
    library = ctypes.CDLL(None, use_errno=True)
    library.syscall.restype = ctypes.c_long
    return library


def raise_on_failure(result: int) -> int:
    """Return the result of a call of a C function; raise OSError from errno if it is -1."""
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def syscall(number: int, *arguments: object) -> int:
    """Make a kernel call by its number; return its result. Raises OSError if it fails."""
    return raise_on_failure(libc().syscall(ctypes.c_long(number), *arguments))


def prctl(option: int, *arguments: int) -> int:
    """Call ``prctl(2)`` with up to four arguments; return its result. Raises OSError if it fails."""
    values = [ctypes.c_ulong(value) for value in (*arguments, 0, 0, 0, 0)[:4]]
    return raise_on_failure(libc().prctl(ctypes.c_int(option), *values))
