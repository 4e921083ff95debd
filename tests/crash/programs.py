"""Hotel programs that post batches without pause, and keep every answer they were given."""

import http.client
import json
import random
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

NOT_YET = {409, 500, 502, 503, 504}  # the answers after which a program sends the same again
PAUSE_S = 0.05


@dataclass
class SentBatch:
    """One request, and what was answered to it (None: never answered)."""

    reference: str
    guests: list[dict[str, str]]
    body: bytes = b""
    answer: bytes | None = None

    def __post_init__(self) -> None:
        self.body = json.dumps({"batch_reference": self.reference, "stays": self.guests}).encode()

    @property
    def answer_body(self) -> dict[str, Any]:
        assert self.answer is not None
        return dict(json.loads(self.answer))


@dataclass
class BatchProgram(threading.Thread):
    """Posts batch after batch; a batch that brought no answer is sent again, unchanged, until it does."""

    number: int
    port: int
    token: str
    batches: list[SentBatch] = field(default_factory=list)
    refusals: list[tuple[int | None, bytes]] = field(default_factory=list)
    complaint: str = ""

    def __post_init__(self) -> None:
        super().__init__(daemon=True)
        self.stopping = threading.Event()

    @property
    def retries(self) -> int:
        return len(self.refusals)

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        for batch in invent(self.number):
            self.batches.append(batch)
            while batch.answer is None and not self.stopping.is_set():
                self.send(batch)
            time.sleep(PAUSE_S)
            if self.stopping.is_set() or self.complaint:
                return

    def send(self, batch: SentBatch) -> None:
        status, answer = post(self.port, self.token, batch.body)
        if status in (200, 207):
            batch.answer = answer
        elif status is None or status in NOT_YET:
            self.refusals.append((status, answer))
            time.sleep(PAUSE_S)
        else:
            self.complaint = f"{status}: {answer[:500]!r}"
            self.stopping.set()


def post(port: int, token: str, body: bytes) -> tuple[int | None, bytes]:
    """The status and the whole answer; None when the server went away before its end."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    try:
        connection.request("POST", "/api/v1/stays", body, headers)
        response = connection.getresponse()
        return response.status, response.read()
    except (OSError, http.client.HTTPException):
        return None, b""
    finally:
        connection.close()


def invent(number: int) -> Iterator[SentBatch]:
    """Batches of one program. Every third shares guests with its neighbour's, so that two meet over one stay."""
    chance = random.Random(number)
    count = 0
    while True:
        count += 1
        owner = number // 2 if count % 3 == 0 else 100 + number
        size = chance.choice((1, 5, 30, 80))
        guests = [_guest(owner, count, n, number) for n in range(size)]
        chance.shuffle(guests)
        yield SentBatch(f"program-{number}-{count}", guests)


def _guest(owner: int, batch: int, n: int, program: int) -> dict[str, str]:
    today = date.today()
    return {
        "client_reference": f"{program}-{batch}-{n}",
        "full_name": f"GUEST {_letters(batch)} {_letters(n)}",
        "birth_date": "1984-03-08",
        "sex": "F",
        "nationality": "FRA",
        "document_number": f"K{owner:03}{batch:05}{n:02}",
        "room": str(100 + n),
        "arrived_on": today.isoformat(),
        "expected_departure": (today + timedelta(days=2)).isoformat(),
        "permitted_until": (today + timedelta(days=40)).isoformat(),
    }


def _letters(number: int) -> str:
    return "".join(chr(ord("A") + int(digit)) for digit in f"{number:05}")
