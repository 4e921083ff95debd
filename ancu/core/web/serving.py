"""The options of granian, the same in production (the operator's guide), demo, tests and benchmarks.

HTTP/1 alone, because a connection on which granian waits to learn the version is never given up. Each process holds
4,096 connections, and of each at most 64 KB that are no body: idle and slow ones are closed after half a minute.
"""

GRANIAN = (
    "--interface", "asginl", "--http", "1",
    "--backlog", "4096", "--backpressure", "4096", "--http1-buffer-size", "65536",
)  # fmt: skip
