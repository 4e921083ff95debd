"""A client that costs little beside the server: kept connections, prepared requests, no parsing beyond the length."""

import socket
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass
class Run:
    """Seconds for all requests; one latency per request; how many were not answered 200."""

    seconds: float
    latencies: list[float]
    failed: int

    @property
    def p99_ms(self) -> float:
        """The latency in milliseconds that 99 % of the requests stay below."""
        return sorted(self.latencies)[int(len(self.latencies) * 0.99) - 1] * 1000

    @property
    def per_second(self) -> float:
        """The number of requests completed per second."""
        return len(self.latencies) / self.seconds


def post_all(port: int, path: str, token: str, bodies: Sequence[bytes], clients: int) -> Run:
    """Send ``bodies`` by POST over ``clients`` concurrent connections; return the run's times and failures."""
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
    head += "Content-Type: application/json\r\n"
    requests = [f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body for body in bodies]
    latencies: list[float] = []
    failed: list[bytes] = []
    barrier = threading.Barrier(clients + 1)

    def work(mine: list[bytes]) -> None:
        """Send one connection's share of the requests and record each latency."""
        connection = socket.create_connection(("127.0.0.1", port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        barrier.wait()
        for request in mine:
            begin = time.perf_counter()
            connection.sendall(request)
            status = _read(connection)
            latencies.append(time.perf_counter() - begin)
            if b" 200 " not in status:
                failed.append(status)
        connection.close()

    threads = [threading.Thread(target=work, args=(requests[n::clients],)) for n in range(clients)]
    for thread in threads:
        thread.start()
    barrier.wait()
    begin = time.perf_counter()
    for thread in threads:
        thread.join()
    return Run(time.perf_counter() - begin, latencies, len(failed))


def _read(connection: socket.socket) -> bytes:
    """Return one HTTP response, read from the connection."""
    data = b""
    while (end := data.find(b"\r\n\r\n")) < 0:
        data += connection.recv(65536) or _closed()
    head = data[:end].lower()
    at = head.index(b"content-length:") + 15
    remaining = int(head[at:].split(b"\r\n", 1)[0]) - (len(data) - end - 4)
    while remaining > 0:
        remaining -= len(connection.recv(min(remaining, 262144)) or _closed())
    return data[:32]


def _closed() -> bytes:
    """Raise ConnectionError; called where the server closes the connection before the response is complete."""
    raise ConnectionError("the server closed the connection")
