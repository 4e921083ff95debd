"""A trial child: it confines itself as every child does and reports the parts this machine lacks."""

import json
import sys

from ancu.engines.confinement import MEGABYTE, begin, seal

if __name__ == "__main__":
    begin(memory=256 * MEGABYTE, seconds=10)
    sys.stdout.write(json.dumps(seal()))
