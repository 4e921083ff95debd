"""Run the suite on days that calendars get wrong: ``python -m ancu.core.testing.days [TIME ...]`` (ISO, Viet Nam time).

Prints one line a day, with the tests that failed; exits with the number of days on which any did.
"""

import os
import re
import subprocess
import sys

TIMES = (
    "2026-11-30T09:00",  # a month's end
    "2026-12-31T22:00",  # the year's end
    "2027-01-01T08:00",  # the year's first day, a holiday
    "2027-02-05T09:00",  # the eve of Tết Đinh Mùi
    "2027-02-07T09:00",  # the second day of Tết, and a Sunday
    "2027-02-28T09:00",  # the end of a short month
    "2027-03-31T23:50",  # 16:50 UTC: the run passes midnight in Viet Nam, the month's end, and not in UTC
    "2027-08-29T06:30",  # a Sunday; still Saturday in UTC
    "2027-10-31T12:00",  # a Sunday and a month's end
    "2028-02-29T09:00",  # a leap day
)
COMMAND = [sys.executable, "-m", "pytest", "-n", "3", "--dist", "worksteal"]


def run_suite(time: str) -> tuple[str, list[str]]:
    """Run the test suite with its clock beginning at ``time``; return its last line and the failed tests' ids."""
    environment = os.environ | {"ANCU_TEST_TIME": time}
    output = subprocess.run(COMMAND, env=environment, capture_output=True, text=True, check=False).stdout
    failures = re.findall(r"^(?:FAILED|ERROR) (\S+)", output, re.MULTILINE)
    return output.strip().rpartition("\n")[2], failures


def main() -> int:
    """Run the test suite on each of several days; return the number of days with failures."""
    failed_days = 0
    for time in sys.argv[1:] or TIMES:
        closing_line, failures = run_suite(time)
        sys.stdout.write("\n  ".join([f"{time}: {closing_line}", *failures]) + "\n")
        sys.stdout.flush()
        failed_days += bool(failures) or "passed" not in closing_line
    return failed_days


if __name__ == "__main__":
    sys.exit(main())
