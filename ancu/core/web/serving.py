"""The options of granian, the same in production (the operator's guide), demo, tests and benchmarks.

HTTP/1 alone, because a connection on which granian waits to learn the version is never given up. Each process holds
4,096 connections, and of each at most 64 KB that are no body: idle and slow ones are closed after half a minute.
"""

import shutil
import socket
from pathlib import Path

from ancu.core.folders import working_folder

GRANIAN = (
    "--interface", "asginl", "--http", "1",
    "--backlog", "4096", "--backpressure", "4096", "--http1-buffer-size", "65536",
)  # fmt: skip


def metrics_folder(port: int) -> dict[str, str]:
    """Empty the folder in which the web processes on a port share their counts; return its variable.

    The library reads it when it is imported, so it is set before the server starts.
    """
    folder = working_folder() / "metrics" / f"{socket.gethostname()}-{port}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    return {"PROMETHEUS_MULTIPROC_DIR": str(folder)}


def draining_mark() -> Path:
    """Return the file that, while it exists, makes `/health/ready` refuse: this node is about to be stopped."""
    return working_folder() / "draining"
