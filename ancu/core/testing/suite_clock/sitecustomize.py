"""Moves a Python process to the time of the test run that started it. Python imports this file at start-up."""

import os
import sys
import time

if offset := os.environ.get("ANCU_TEST_OFFSET"):
    alone = "pytest" not in sys.modules
    if alone:  # time_machine would bring pytest, by whose presence the settings know a test run
        sys.modules["pytest"] = None  # type: ignore[assignment]
    import time_machine

    if alone:
        del sys.modules["pytest"]
    time_machine.travel(time.time() + int(offset), tick=True).start()
    time.time()  # its clock begins to tick when it is first asked, and a busy machine asks many seconds later
