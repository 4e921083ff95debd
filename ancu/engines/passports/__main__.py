"""The child of ``sandbox``: loads the nets, waits for one picture on standard input, answers on standard output."""

import contextlib
import os
import signal
import sys
from typing import Any

from ancu.engines.papers.limits import limit_process
from ancu.engines.passports.model import MOST_BYTES, Unread
from ancu.engines.passports.sandbox import IDLE_SECONDS, SECONDS, WAIT, told

MEMORY = 1024 * 1024 * 1024  # of its own, without the libraries' code: the largest picture a phone makes takes half


def main() -> None:
    limit_process(memory=MEMORY, seconds=SECONDS)
    if hasattr(signal, "alarm"):  # not on Windows
        signal.alarm(IDLE_SECONDS)
    import numpy as np  # noqa: PLC0415 -- under the limits, and while nobody waits yet

    from ancu.engines import mrz  # noqa: PLC0415
    from ancu.engines.passports.looking import see  # noqa: PLC0415

    mrz.warm_up()
    if WAIT in sys.argv:
        with contextlib.suppress(mrz.Unreadable):  # an empty page: the net that looks for the zone is loaded by looking
            mrz.read_pixels(np.full((240, 320), 200, np.uint8))
    data = sys.stdin.buffer.read(MOST_BYTES + 1)
    if not data:
        return  # the parent ended, or had no picture in the end
    try:
        answer: dict[str, Any] = {"sight": see(data)}
    except Unread as unread:
        answer = {"unread": unread.code}
    except MemoryError:
        answer = {"unread": "too_heavy"}
    sys.stdout.buffer.write(told(answer))
    sys.stdout.buffer.flush()
    os._exit(0)  # taking the nets down again would keep the person waiting for a tenth of a second


if __name__ == "__main__":
    main()
