"""`python -m ancu` is the `ancu` command."""

import sys

from ancu.cli import main

if __name__ == "__main__":
    sys.exit(main())
