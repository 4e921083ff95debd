"""Processes that parse untrusted files and can do nothing else.

Decoders of pictures, PDFs and workbooks are large programs in C, and a file made for it can take one over. So each file
is opened in a process of its own that gives up everything before it reads the first byte:

    child = start("-m", "ancu.engines.papers")      # in the web server: no environment, pipes alone
    answer = ask(child, request, seconds=15)        # ``ChildFailed`` when it dies, hangs or says too much

    begin(memory=512 * MEGABYTE, seconds=10)        # in the child, first: limits, and namespaces of its own
    import pikepdf                                  # our own code is loaded while files can still be opened
    seal()                                          # from here: no file, process, program, network or signal
    request = sys.stdin.buffer.read()

Each part is taken where the kernel has it; ``missing_parts`` says what this machine lacks. See
``docs/adr/0028-parser-confinement.md``. No Django here; a child imports this package before anything else, so it
imports the standard library alone.
"""

from ancu.engines.confinement.child import begin, seal
from ancu.engines.confinement.launching import ChildFailed, ask, end, missing_parts, process_slots, start

MEGABYTE = 1024 * 1024

__all__ = ["MEGABYTE", "ChildFailed", "ask", "begin", "end", "missing_parts", "process_slots", "seal", "start"]
