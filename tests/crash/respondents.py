"""People who answer a survey without pause, each from an address of his own, and remember what they were told."""

import http.client
import random
import threading
from dataclasses import dataclass, field
from urllib.parse import urlencode

CSRF = "c" * 32
PAUSE_S = 0.05


@dataclass
class Answered:
    """One person: ``kept`` is the last wish the office said it has, ``sent`` whether it thanked."""

    name: str
    saved: str = ""
    sent: bool = False


@dataclass(eq=False)
class Respondent(threading.Thread):
    """One browser after another; ``limit`` ends it, else ``stopping`` does."""

    number: int
    port: int
    link: str
    limit: int = 10**9
    people: list[Answered] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)
    retries: int = 0
    complaint: str = ""

    def __post_init__(self) -> None:
        super().__init__(daemon=True)
        self.connection: http.client.HTTPConnection | None = None

    def run(self) -> None:
        for count in range(self.limit):
            if self.stopping.is_set() or self.complaint:
                break
            person = Answered(f"person {self.number}-{count}")
            self.people.append(person)
            self.answer(person, f"10.{self.number}.{count // 250}.{count % 250}")
        if self.connection:
            self.connection.close()

    def answer(self, person: Answered, address: str) -> None:
        """As a browser does: the link, begin, each answer kept by itself, the next part, send."""
        self.ask("GET", self.link, address)
        first = self.ask("POST", self.link, address, {"go": "begin"})
        if not first:
            return
        self.ask("GET", first, address)
        self.ask("POST", first, address, {"q1": "a1"}, saving=True)
        second = self.ask("POST", first, address, {"q1": "a1", "q2": "4", "go": "on"})
        if not second:
            return
        self.ask("GET", second, address)
        if self.ask("POST", second, address, {"q6": person.name}, saving=True) is not None:
            person.saved = person.name
        if self.ask("POST", second, address, {"q5": "7", "q6": person.name, "go": "on"}, last=True) is not None:
            person.sent = True

    def ask(
        self, method: str, path: str, address: str, values: dict[str, str] | None = None, *,
        saving: bool = False, last: bool = False,
    ) -> str | None:  # fmt: skip
        """Until it is answered: where it leads, "" for a page; None once nobody waits for an answer any more."""
        tried = 0
        while not self.stopping.is_set():
            status, location = self.once(method, path, address, values, saving=saving)
            if status in (200, 204):
                return ""
            if status == 302:
                return location
            if last and status == 404 and tried:  # it was sent, and the thanks got lost
                return ""
            if status is not None and status < 500:
                self.complaint = f"{method} {path}: {status}"
                return None
            tried += 1
            self.retries += 1
            self.stopping.wait(PAUSE_S + random.random() * PAUSE_S)
        return None

    def once(
        self, method: str, path: str, address: str, values: dict[str, str] | None, *, saving: bool
    ) -> tuple[int | None, str]:
        headers = {"X-Forwarded-For": address, "Cookie": f"csrftoken={CSRF}", "X-CSRFToken": CSRF}
        if saving:
            headers["HX-Request"] = "true"
        body = urlencode(values) if values is not None else None
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
            self.connection.request(method, path, body, headers)
            response = self.connection.getresponse()
            response.read()
            return response.status, response.getheader("Location", "")
        except (OSError, http.client.HTTPException):
            if self.connection is not None:
                self.connection.close()
            self.connection = None
            return None, ""
