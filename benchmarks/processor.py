"""Processor time the web server and the database took: a figure that other work on the machine moves little."""

import os
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


def used(marks: dict[str, str]) -> dict[str, float]:
    """Return the processor seconds of processes, by name in ``marks``; its value is a part of their command line.

    All matching processes are added up. Zero for each on systems without ``/proc``.
    """
    total = dict.fromkeys(marks, 0.0)
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        for name, mark in marks.items():
            if mark in command:
                total[name] += (int(fields[11]) + int(fields[12])) / TICK
    return total
