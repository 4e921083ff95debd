"""A line that can be bad: a relay before the server that stands still, or loses what the server answered."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Line:
    """Between a phone and the office. ``cut`` refuses every connection; ``lose`` lets through what asks for such a
    path so often, and drops the answer after the server gave it;
    ``then_cut`` leaves no line for anything after it until ``mend``."""

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
        for one in list(self._open):
            self._close(one)

    def mend(self) -> None:
        self.is_cut = False

    def lose(self, path: str, times: int = 1, *, then_cut: bool = False) -> None:
        self._lose, self._then_cut = (path.encode(), times), then_cut

    def close(self) -> None:
        self._listener.close()
        self.cut()

    def _close(self, one: socket.socket) -> None:
        self._open.discard(one)
        with contextlib.suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
        one.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                phone, _address = self._listener.accept()
                if self.is_cut:
                    phone.close()
                    continue
                threading.Thread(target=self._relay, args=[phone], daemon=True).start()

    def _relay(self, phone: socket.socket) -> None:
        """One connection; each of its requests is asked of the office whole, so that an answer can be dropped."""
        office = socket.create_connection(self.server)
        self._open |= {phone, office}
        losing = threading.Event()
        back = threading.Thread(target=self._answers, args=[office, phone, losing], daemon=True)
        back.start()
        with contextlib.suppress(OSError):
            while sent := phone.recv(65536):
                path, times = self._lose
                if times and path in sent.split(b"\r\n", 1)[0]:
                    self._lose = (path, times - 1)
                    losing.set()
                office.sendall(sent)
        self._close(phone)
        back.join(5)
        self._close(office)

    def _answers(self, office: socket.socket, phone: socket.socket, losing: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while said := office.recv(65536):
                if losing.is_set():  # the office has done it, and nobody hears
                    if self._then_cut:
                        self.cut()
                    self.lost += 1
                    break
                phone.sendall(said)
        self._close(phone)


@contextmanager
def line_to(address: str) -> Iterator[Line]:
    host, port = address.removeprefix("http://").split(":")
    line = Line((host, int(port)))
    try:
        yield line
    finally:
        line.close()
