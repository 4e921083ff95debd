"""``make bench``: all benchmarks, one after the other, each in a process and a database of its own."""

import subprocess
import sys

for name in ("declare", "reading", "lists", "dossiers", "oversight"):
    subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=True)
