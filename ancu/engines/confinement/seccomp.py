"""A seccomp filter: the system calls that remain for a process that has loaded all it needs.

Computing, threads, memory without code in it, and the pipes it already has. Everything else is answered "not
permitted", so that a library that looks for a font or a processor's name goes on without.
"""

import ctypes
import errno
import platform
import struct

from ancu.engines.confinement.kernel import syscall

ALLOWED = {  # name: (x86-64, AArch64)
    "read": (0, 63), "readv": (19, 65), "pread64": (17, 67), "write": (1, 64), "writev": (20, 66), "close": (3, 57),
    "fstat": (5, 80), "lseek": (8, 62), "munmap": (11, 215), "mremap": (25, 216), "madvise": (28, 233),
    "brk": (12, 214), "futex": (202, 98), "set_robust_list": (273, 99), "rseq": (334, 293), "membarrier": (324, 283),
    "sched_yield": (24, 124), "sched_getaffinity": (204, 123), "getcpu": (309, 168), "getpid": (39, 172),
    "gettid": (186, 178), "uname": (63, 160), "sysinfo": (99, 179), "getrandom": (318, 278),
    "clock_gettime": (228, 113), "clock_getres": (229, 114), "clock_nanosleep": (230, 115), "nanosleep": (35, 101),
    "gettimeofday": (96, 169), "rt_sigaction": (13, 134), "rt_sigprocmask": (14, 135), "rt_sigreturn": (15, 139),
    "sigaltstack": (131, 132), "restart_syscall": (219, 128), "exit": (60, 93), "exit_group": (231, 94),
}  # fmt: skip
WITHOUT_CODE = {"mmap": (9, 222), "mprotect": (10, 226)}  # allowed but for memory that can be executed
CLONE = (56, 220)  # allowed for a thread of this process, as decoders of HEIC start them; never for a process
CLONE3 = (435, 435)  # says what it starts where a filter cannot look: glibc takes CLONE where the kernel lacks it
ARCHITECTURES = {  # machine: (its column above, how the kernel names it, the number of seccomp itself)
    "x86_64": (0, 0xC000003E, 317),
    "aarch64": (1, 0xC00000B7, 277),
}
SET_FILTER, ALL_THREADS = 1, 1
EXECUTABLE = 4
THREAD = 0x10000
ALLOW, KILL = 0x7FFF0000, 0x80000000
FAIL = 0x00050000
REFUSE, LACK = FAIL | errno.EACCES, FAIL | errno.ENOSYS
LOAD, AND, JUMP_IF_EQUAL, RETURN = 0x20, 0x54, 0x15, 0x06  # classic BPF
NUMBER_AT, ARCHITECTURE_AT = 0, 4  # offsets in struct seccomp_data
FLAGS_AT, PROTECTION_AT = 16, 32  # the first and the third argument

Instruction = tuple[int, int, int, int]  # what to do, lines to jump when it holds and when not, a value


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]


def restrict() -> None:
    """Forbid every thread of this process all system calls except the few allowed ones.

    Raises OSError if kernel or processor do not support it.
    """
    try:
        column, architecture, number = ARCHITECTURES[platform.machine()]
    except KeyError:
        raise OSError(errno.ENOSYS, f"no list of calls for {platform.machine()}") from None
    instructions = filter_program(column, architecture)
    program = _Program(length=len(instructions) // 8, filter=instructions)
    if syscall(number, SET_FILTER, ALL_THREADS, ctypes.byref(program)):
        raise OSError(errno.ESRCH, "a thread would not take the filter")


def filter_program(column: int, architecture: int) -> bytes:
    """Return the filter of system calls as classic BPF bytecode.

    ``column`` selects the processor's numbers in the tables of calls; calls of another ``architecture`` end the
    process.
    """
    lines = [
        (LOAD, 0, 0, ARCHITECTURE_AT),
        (JUMP_IF_EQUAL, 1, 0, architecture),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, NUMBER_AT),
    ]
    for numbers in ALLOWED.values():
        lines += [(JUMP_IF_EQUAL, 0, 1, numbers[column]), (RETURN, 0, 0, ALLOW)]
    for numbers in WITHOUT_CODE.values():
        lines += _by_flag(numbers[column], PROTECTION_AT, EXECUTABLE, with_flag=REFUSE, without=ALLOW)
    lines += _by_flag(CLONE[column], FLAGS_AT, THREAD, with_flag=ALLOW, without=REFUSE)
    lines += [(JUMP_IF_EQUAL, 0, 1, CLONE3[column]), (RETURN, 0, 0, LACK)]
    lines.append((RETURN, 0, 0, REFUSE))
    return b"".join(struct.pack("=HBBI", *line) for line in lines)


def _by_flag(number: int, argument_at: int, flag: int, *, with_flag: int, without: int) -> list[Instruction]:
    """Return BPF instructions that decide about the system call ``number`` by a flag in one argument.

    ``argument_at`` is the argument's offset; the answer is ``with_flag`` or ``without``. Other calls pass on.
    """
    return [
        (JUMP_IF_EQUAL, 0, 5, number),
        (LOAD, 0, 0, argument_at),
        (AND, 0, 0, flag),
        (JUMP_IF_EQUAL, 0, 1, 0),
        (RETURN, 0, 0, without),
        (RETURN, 0, 0, with_flag),
    ]
