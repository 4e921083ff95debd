"""Programs that declare guests one by one, in batches and in files, and people who open pages: every call measured."""

import http.client
import json
import random
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

from tests.crash.programs import NOT_YET, SentBatch, invent
from tests.ha.nodes import PORT

PAUSE_S, CALL_TIMEOUT_S = 0.1, 30
PAGES = ("/", "/results/", "/status/", "/accounts/login/")
HEAD = "ho_ten,ngay_sinh,gioi_tinh,ma_quoc_tich,so_ho_chieu,so_phong,ngay_den,ngay_di_du_kien,thoi_han_tam_tru"
ROWS_OF_A_FILE = 600  # too many for the request itself: it is answered 202


@dataclass(frozen=True)
class Call:
    """A call and its outcome; a status of 0 is a connection that broke."""

    kind: str
    begun: float
    seconds: float
    status: int
    may_retry: bool


@dataclass
class Caller(threading.Thread):
    """Repeats one kind of call until it is stopped, and measures each."""

    kind: str
    number: int
    token: str
    calls: list[Call] = field(default_factory=list)
    complaint: str = ""

    def __post_init__(self) -> None:
        super().__init__(daemon=True)
        self.stopping = threading.Event()

    def __hash__(self) -> int:
        return id(self)

    def call(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, bytes]:
        """Make one call; the status (0: it broke) and the body."""
        connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=CALL_TIMEOUT_S)
        begun, status, answer, retry = time.monotonic(), 0, b"", False
        try:
            connection.request(method, path, body, {"Authorization": f"Bearer {self.token}"} | headers)
            response = connection.getresponse()
            status, answer = response.status, response.read()
            retry = response.getheader("Retry-After") is not None
        except (OSError, http.client.HTTPException):
            status = 0
        finally:
            connection.close()
        self.calls.append(Call(self.kind, begun, time.monotonic() - begun, status, retry))
        return status, answer

    def run(self) -> None:
        """Make the calls of this kind until the caller is stopped or an answer is wrong."""
        turns = self.turns()
        while not self.stopping.is_set() and not self.complaint:
            next(turns)
            self.stopping.wait(PAUSE_S)

    def turns(self) -> Iterator[None]:
        """Yield after each call."""
        raise NotImplementedError


class Declarer(Caller):
    """A hotel program: a batch that brought no answer is sent again, unchanged, until it does."""

    def __init__(self, kind: str, number: int, token: str) -> None:
        super().__init__(kind, number, token)
        self.batches: list[SentBatch] = []

    def turns(self) -> Iterator[None]:
        for batch in self._invented():
            self.batches.append(batch)
            while batch.answer is None:
                status, answer = self.call("POST", "/api/v1/stays", batch.body, **{"Content-Type": "application/json"})
                if status in (200, 207):
                    batch.answer = answer
                elif status and status not in NOT_YET:
                    self.complaint = f"{status}: {answer[:500]!r}"
                yield

    def _invented(self) -> Iterator[SentBatch]:
        for batch in invent(self.number):
            guests = batch.guests if self.kind == "batch" else batch.guests[:1]
            yield SentBatch(batch.reference, guests)


class FileSender(Caller):
    """A hotel program that sends files; it notes those that were answered, to be asked for later."""

    def __init__(self, kind: str, number: int, token: str) -> None:
        super().__init__(kind, number, token)
        self.accepted: list[str] = []

    def turns(self) -> Iterator[None]:
        count = 0
        while True:
            count += 1
            headers = {"Idempotency-Key": f"file-{self.number}-{count}", "Content-Type": "text/csv"}
            body = file_of_guests(self.number, count)
            status = 0
            while status not in (200, 202, 207):
                status, answer = self.call("POST", "/api/v1/files?name=guests.csv", body, **headers)
                if status and status not in NOT_YET and status not in (200, 202, 207):
                    self.complaint = f"{status}: {answer[:500]!r}"
                yield
            self.accepted.append(str(json.loads(answer)["id"]))


class PageVisitor(Caller):
    """Somebody who opens pages."""

    def turns(self) -> Iterator[None]:
        chance = random.Random(self.number)
        while True:
            status, _answer = self.call("GET", chance.choice(PAGES))
            if status and status not in (200, *NOT_YET):
                self.complaint = f"a page answered {status}"
            yield


def file_of_guests(sender: int, count: int) -> bytes:
    """A file that is too large to be declared while its sender waits."""
    days = [f"{date.today() + timedelta(days=n):%d/%m/%Y}" for n in (0, 2, 30)]
    lines = [
        f"GUEST {chr(65 + n % 26)}{chr(65 + n // 26)} {chr(65 + count % 26)}{chr(65 + count // 26 % 26)},"
        f"{1 + n % 28:02}/{1 + n % 12:02}/{1960 + n % 40},F,KOR,F{sender:02}{count:04}{n:03},{n % 90},{','.join(days)}"
        for n in range(ROWS_OF_A_FILE)
    ]
    return "\n".join([HEAD, *lines]).encode()


def callers(token: str, *, batches: int = 4, singles: int = 3, files: int = 2, readers: int = 4) -> list[Caller]:
    """The load of a busy evening, not started yet."""
    return [
        *(Declarer("batch", number, token) for number in range(batches)),
        *(Declarer("single", 50 + number, token) for number in range(singles)),
        *(FileSender("file", number, token) for number in range(files)),
        *(PageVisitor("page", number, token) for number in range(readers)),
    ]


@dataclass(frozen=True)
class Impact:
    """What the callers noticed of a strike: seconds without a declaration, the longest call, and wrong refusals."""

    silence: float
    longest: float
    refused: int
    wrong: list[int]

    @staticmethod
    def between(calls: list[Call], begun: float, ended: float) -> "Impact":
        """Measure the calls that a strike could touch."""
        touched = [call for call in calls if call.begun + call.seconds >= begun and call.begun <= ended]
        answered = sorted(
            call.begun + call.seconds for call in touched if call.kind != "page" and call.status in (200, 202, 207)
        )
        moments = [begun, *answered, ended]
        silence = max(later - earlier for earlier, later in pairwise(moments))
        refusals = [call for call in touched if call.status not in (200, 202, 207)]
        wrong = [call.status for call in refusals if call.status != 503 or not call.may_retry]
        return Impact(silence, max((call.seconds for call in touched), default=0), len(refusals), wrong)
