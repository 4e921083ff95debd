"""The child of ``sandbox``: loads the nets, waits for one picture on standard input, answers on standard output."""

import contextlib
import os
import signal
import sys
from typing import Any

from ancu.engines.confinement import MEGABYTE, begin, seal
from ancu.engines.papers.model import HEIC
from ancu.engines.passports.model import MOST_BYTES, Unread
from ancu.engines.passports.sandbox import IDLE_SECONDS, SECONDS, WAIT, encode_answer

MEMORY = 1024 * MEGABYTE  # of its own, without the libraries' code: the largest picture a phone makes takes half


def main() -> None:
    """Run the confined child process: load the nets, read one picture from standard input and answer."""
    begin(memory=MEMORY, seconds=SECONDS)
    if hasattr(signal, "alarm"):  # not on Windows
        signal.alarm(IDLE_SECONDS)
    load()
    from ancu.engines.passports.reading import read_passport_image  # noqa: PLC0415

    seal()
    data = sys.stdin.buffer.read(MOST_BYTES + 1)
    if not data:
        return  # the parent ended, or had no picture in the end
    try:
        answer: dict[str, Any] = {"sight": read_passport_image(data)}
    except Unread as unread:
        answer = {"unread": unread.code}
    except MemoryError:
        answer = {"unread": "too_heavy"}
    sys.stdout.buffer.write(encode_answer(answer))
    sys.stdout.buffer.flush()
    os._exit(0)  # taking the nets down again would keep the person waiting for a tenth of a second


def load() -> None:
    """Load the libraries and nets for reading a picture, which the confined process could not open later.

    The HEIC decoder is loaded only if the program's arguments name HEIC or --wait. With --wait it also reads an empty
    page, so that the first picture is read as fast as later ones.
    """
    import cv2  # noqa: PLC0415 -- under the limits
    import numpy as np  # noqa: PLC0415

    from ancu.engines import mrz  # noqa: PLC0415
    from ancu.engines.papers import decoders  # noqa: F401, PLC0415

    cv2.setNumThreads(1)  # a confined child can start none
    mrz.warm_up()
    if WAIT in sys.argv or HEIC in sys.argv:
        from ancu.engines.papers import images  # noqa: F401, PLC0415
    if WAIT in sys.argv:
        with contextlib.suppress(mrz.Unreadable):  # an empty page: looking at one makes the first look at another fast
            mrz.read_pixels(np.full((240, 320), 200, np.uint8))


if __name__ == "__main__":
    main()
