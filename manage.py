#!/usr/bin/env python
"""Django's command line of a checkout; `ancu manage` is the same where the program is installed."""

import sys

from ancu.cli import manage

if __name__ == "__main__":
    sys.exit(manage(sys.argv[1:], sys.argv[0]))
