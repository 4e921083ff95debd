"""Moves a Python process to the time of the test run that started it. Python imports this file at start-up."""

import os
import time

if offset := os.environ.get("ANCU_TEST_OFFSET"):
    import time_machine

    time_machine.travel(time.time() + int(offset), tick=True).start()
    time.time()  # its clock begins to tick when it is first asked, and a busy machine asks many seconds later
