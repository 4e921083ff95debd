"""What a process that opens a stranger's file may use."""


def limit_process(*, memory: int, seconds: int) -> None:
    """Bytes of its own without the libraries' code, and processor seconds; it writes no file and leaves no core.

    Before any parser is loaded. A system without these limits (Windows) keeps the parent's timeout alone.
    """
    try:
        import resource  # noqa: PLC0415 -- not everywhere
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
