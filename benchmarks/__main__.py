"""``make bench``: all benchmarks, one after the other."""

from benchmarks.declare import main

main()
