"""A TCP proxy in front of the server that refuses connections or loses answers."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class FlakyProxy:
    """A proxy between a phone and the server.

    ``cut`` refuses every connection until ``mend``. ``lose`` forwards the next requests for a path and drops their
    answers; with ``then_cut`` the connection is cut after that.
    """

    def __init__(self, server: tuple[str, int]) -> None:
        self.server = server
        self.is_cut = False
        self.lost = 0
        self._lose: tuple[bytes, int] = (b"", 0)
        self._then_cut = False
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        self.is_cut = True
        for connection in list(self._open):
            self._close(connection)

    def mend(self) -> None:
        self.is_cut = False

    def lose(self, path: str, times: int = 1, *, then_cut: bool = False) -> None:
        self._lose, self._then_cut = (path.encode(), times), then_cut

    def close(self) -> None:
        self._listener.close()
        self.cut()

    def _close(self, connection: socket.socket) -> None:
        self._open.discard(connection)
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
        connection.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                phone, _address = self._listener.accept()
                if self.is_cut:
                    phone.close()
                    continue
                threading.Thread(target=self._relay, args=[phone], daemon=True).start()

    def _relay(self, phone: socket.socket) -> None:
        """Serve one connection. Requests are forwarded whole, so that a single answer can be dropped."""
        office = socket.create_connection(self.server)
        self._open |= {phone, office}
        losing = threading.Event()
        back = threading.Thread(target=self._answers, args=[office, phone, losing], daemon=True)
        back.start()
        with contextlib.suppress(OSError):
            while request := phone.recv(65536):
                path, times = self._lose
                if times and path in request.split(b"\r\n", 1)[0]:
                    self._lose = (path, times - 1)
                    losing.set()
                office.sendall(request)
        self._close(phone)
        back.join(5)
        self._close(office)

    def _answers(self, office: socket.socket, phone: socket.socket, losing: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while answer := office.recv(65536):
                if losing.is_set():  # the server has acted, and the phone does not learn of it
                    if self._then_cut:
                        self.cut()
                    self.lost += 1
                    break
                phone.sendall(answer)
        self._close(phone)


@contextmanager
def flaky_proxy(address: str) -> Iterator[FlakyProxy]:
    host, port = address.removeprefix("http://").split(":")
    proxy = FlakyProxy((host, int(port)))
    try:
        yield proxy
    finally:
        proxy.close()
