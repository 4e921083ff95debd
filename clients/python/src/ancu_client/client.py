"""The operations of the office's API for one lodging."""

import ssl
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Literal
from urllib.parse import quote

from ancu_client.errors import ApiError, NotSettled
from ancu_client.feed import Changes, Json
from ancu_client.models import Batch, DeclaredRow, SentFile
from ancu_client.transport import Transport

Mode = Literal["partial", "all_or_nothing"]
ROWS = (200, 207, 422)  # of declarations: an answer with rows, whatever became of them


class Client:
    """``Client("https://office.example", "ancu_…")``; one key, one lodging. Threads may share it.

    A call that got no answer is sent again by itself, with the same reference, so that nobody is declared twice.
    """

    def __init__(
        self,
        url: str,
        key: str,
        *,
        timeout: float = 60,
        tries: int = 5,
        context: ssl.SSLContext | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._transport = Transport(url, key, timeout=timeout, tries=tries, context=context, sleep=sleep)
        self._sleep = sleep

    def close(self) -> None:
        """Close this thread's connection to the office."""
        self._transport.close()

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    # --- declaring -----------------------------------------------------------------------------------------------

    def declare(
        self,
        stays: Mapping[str, Any] | Sequence[Mapping[str, Any]],
        *,
        batch_reference: str = "",
        mode: Mode = "partial",
        dry_run: bool = False,
        confirmed: Iterable[str] = (),
    ) -> Batch:
        """Declare one guest or several; return for each whether it is stored, or why not.

        Good rows are stored, the others have reasons; see ``Batch.refused_rows``. Unusual guests are in
        ``Batch.unconfirmed_rows`` and are not stored: once a person has confirmed them, send them again with the
        codes as ``confirmed``, in a field of one guest or here for all of them. Guests declared before with other
        data are in ``Batch.differing_rows``: correct them with ``correct``. Give a ``batch_reference`` of your own to
        repeat the same call safely after your program crashed.
        """
        rows = [stays] if isinstance(stays, Mapping) else list(stays)
        content = {
            "stays": [{name: _plain(value) for name, value in row.items()} for row in rows],
            "batch_reference": batch_reference or str(uuid.uuid4()),
            "mode": mode,
            "dry_run": dry_run,
            "confirmed": list(confirmed),
        }
        return Batch.from_json(self._rows("stays", content=content))

    def check(self, stays: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> Batch:
        """Return the result that ``declare`` would give for these guests; nothing is stored."""
        return self.declare(stays, dry_run=True)

    def send_file(
        self,
        data: bytes,
        *,
        name: str = "",
        reference: str = "",
        mode: Mode = "partial",
        dry_run: bool = False,
        confirmed: Iterable[str] = (),
    ) -> SentFile:
        """Declare the guests of a file: XML, XLSX, XLS, CSV or JSON.

        A large file comes back ``queued``: see ``wait_for``. A ``reference`` of your own makes it safe to repeat the
        call. ``confirmed`` are the codes of unusual values that a person confirmed.
        """
        query = {"name": name, "mode": mode, "dry_run": "true" if dry_run else "", "confirmed": ",".join(confirmed)}
        key = {"Idempotency-Key": reference or str(uuid.uuid4())}
        kind = "application/octet-stream"
        return SentFile.from_json(self._rows("files", query=query, data=data, kind=kind, headers=key))

    def file(self, file_id: str) -> SentFile:
        """Return the state of a file sent earlier, by its id: whether it is processed, with counts and problem."""
        return SentFile.from_json(self._get(f"files/{quote(file_id)}"))

    def wait_for(self, sent: SentFile, *, seconds: float = 600) -> SentFile:
        """Wait until the office has processed the file; return its final state.

        Raises NotSettled after ``seconds``.
        """
        until = time.monotonic() + seconds
        while not sent.settled:
            if time.monotonic() > until:
                raise NotSettled(sent.id)
            self._sleep(sent.retry_after or 1)
            sent = self.file(sent.id)
        return sent

    def file_rows(self, file_id: str, *, state: str = "") -> Iterator[DeclaredRow]:
        """Yield the result of each row of a sent file: accepted, refused with reasons, and so on.

        The rows are fetched page by page. ``state`` limits them to rows in that state.
        """
        after: int | None = 0
        while after is not None:
            page = self._get(f"files/{quote(file_id)}/rows", after=after, state=state)
            yield from (DeclaredRow.from_json(row) for row in page["rows"])
            after = page["next"]

    def refused_workbook(self, file_id: str, *, language: str = "vi") -> bytes:
        """Return the refused rows of a sent file as an XLSX workbook with the reasons, to correct and send again."""
        path = f"files/{quote(file_id)}/refused.xlsx"
        return self._transport.call("GET", path, query={"language": language}).body

    # --- afterwards ----------------------------------------------------------------------------------------------

    def correct(self, stay_id: int, *, reason: str = "", **fields: Any) -> Json:
        """Change the given fields of a stay; return the changed stay.

        The keyword ``confirmed`` lists the codes of unusual values that are right.
        """
        content = {name: _plain(value) for name, value in fields.items()} | {"reason": reason}
        return self._object("PATCH", f"stays/{stay_id}", content)

    def extend(self, stay_id: int, expected_departure: date | str, *, confirmed: Iterable[str] = ()) -> Json:
        """Move a stay's expected departure to this day; return the stay.

        ApiError ``needs_confirmation`` names the codes of what is unusual; send them as ``confirmed``.
        """
        content = {"expected_departure": str(expected_departure), "confirmed": list(confirmed)}
        return self._object("POST", f"stays/{stay_id}/extend", content)

    def check_out(self, stay_id: int, departed_on: date | str) -> Json:
        """Record that the guest of a stay left on that day; return the stay.

        Repeating a call that got no answer is no error.
        """
        day = str(departed_on)
        try:
            return self._object("POST", f"stays/{stay_id}/check-out", {"departed_on": day})
        except ApiError as refused:
            return self._done_before(refused, "already_left", stay_id, lambda stay: stay["departed_on"] == day)

    def withdraw(self, stay_id: int, reason: str) -> Json:
        """Withdraw the declaration of a stay, with a reason; return the stay, which remains on record."""
        try:
            return self._object("POST", f"stays/{stay_id}/withdraw", {"reason": reason})
        except ApiError as refused:
            return self._done_before(refused, "withdrawn", stay_id, lambda stay: stay["status"] == "withdrawn")

    def withdraw_receipt(self, number: str, reason: str) -> Json:
        """Withdraw every declaration of a submission by its receipt number; they stay on record.

        Returns the office's answer.
        """
        return self._object("POST", f"receipts/{number}/withdraw", {"reason": reason})

    def undo(self, stay_id: int) -> Json:
        """Undo the last check-out, withdrawal, extension or move of a stay, within ten minutes; return the stay."""
        return self._object("POST", f"stays/{stay_id}/undo", {})

    def _done_before(self, refused: ApiError, code: str, stay_id: int, same: Callable[[Json], bool]) -> Json:
        """Return the stay if it is already as the refused call would make it: an earlier call succeeded.

        ``same`` checks the stay. Raises the refusal otherwise, or if its code is not ``code``.
        """
        if refused.code != code or not same(stay := self.stay(stay_id)):
            raise refused
        return stay

    # --- reading -------------------------------------------------------------------------------------------------

    def stay(self, stay_id: int) -> Json:
        """Return a stay by its id, as the API's JSON."""
        return self._get(f"stays/{stay_id}")

    def stays(self, **filters: Any) -> Iterator[Json]:
        """Yield all stays of the lodging that match the filters, as the API's JSON.

        They are ``receipt``, ``client_reference``, ``document_number``, ``day``, ``state`` and others of the API.
        """
        after: int | None = 0
        while after is not None:
            page = self._get("stays", after=after, **{name: _plain(value) for name, value in filters.items()})
            yield from page["stays"]
            after = page["next"]

    def receipt(self, number: str) -> Json:
        """Return the receipt of a submission by its number, as the API's JSON."""
        return self._get(f"receipts/{quote(number)}")

    def receipt_pdf(self, number: str, *, language: str = "vi") -> bytes:
        """Return the receipt of a submission by its number, as PDF in this language (vi, en)."""
        return self._transport.call("GET", f"receipts/{quote(number)}.pdf", query={"language": language}).body

    def changes(self, after: str = "") -> Changes:
        """Return an iterator over the changes of the lodging's stays since a mark of an earlier iteration.

        ``after`` is that mark; empty: from the beginning; ``now``: from here on.
        """
        return Changes(lambda mark: self._get("changes", after=mark), after)

    def counts(self, first: date | str, last: date | str, *, by: str = "arrival") -> list[Json]:
        """Return for each day the numbers of active, ended, late and withdrawn stays.

        ``by`` says which day of a stay counts: ``arrival`` or ``declaring``.
        """
        days: list[Json] = self._get("counts", **{"from": str(first), "to": str(last), "by": by})["days"]
        return days

    def me(self) -> Json:
        """Return the lodging of this API key, and how many calls it has left, as the API's JSON."""
        return self._get("me")

    def limits(self) -> Json:
        """Return the office's limits on files and calls, such as sizes, as the API's JSON."""
        return self._get("limits")

    def health(self) -> Json:
        """Return the office's answer whether its API works, as JSON."""
        return self._get("health")

    def version(self) -> Json:
        """Return the version of the office's program, as the API's JSON."""
        return self._get("version")

    def code_list(self, name: str) -> Json:
        """Return a code list, such as nationalities, by its name, as the API's JSON."""
        return self._get(f"code-lists/{quote(name)}")

    # --- being told ----------------------------------------------------------------------------------------------

    def webhooks(self) -> list[Json]:
        """Return the lodging's webhooks, as the API's JSON."""
        answer: list[Json] = self._get("webhooks")["webhooks"]
        return answer

    def add_webhook(self, url: str, events: Sequence[str]) -> Json:
        """Add a webhook that sends ``events`` to ``url``; return it with its ``secret``.

        Only this answer has the secret, so the call is never repeated.
        """
        return self._object("POST", "webhooks", {"url": url, "events": list(events)}, may_repeat=False)

    def rotate_secret(self, webhook_id: int) -> Json:
        """Replace a webhook's secret; return the webhook. Only this answer has the new secret."""
        return self._object("POST", f"webhooks/{webhook_id}/rotate", {}, may_repeat=False)

    def end_webhook(self, webhook_id: int) -> None:
        """Delete the lodging's webhook with this id."""
        self._transport.call("DELETE", f"webhooks/{webhook_id}", may_repeat=False)

    def replay(self, webhook_id: int, *, since: str = "", message: int | None = None) -> int:
        """Have the office send messages of a webhook again; return their number.

        Either the one with the number ``message``, or all since the time ``since``, which must have a zone.
        """
        body = {"message": message} if message is not None else {"since": since}
        return int(self._object("POST", f"webhooks/{webhook_id}/replay", body)["replayed"])

    def _rows(self, path: str, **call: Any) -> Json:
        """POST a declaration and return the JSON answer, also when rows were refused or differ.

        Other refusals raise ApiError.
        """
        try:
            answer: Json = self._transport.call("POST", path, fine=ROWS, **call).json()
        except ApiError as refused:
            if refused.code != "declared_differently":
                raise
            return refused.details
        return answer

    def _get(self, path: str, **query: Any) -> Json:
        """Return the JSON answer to a GET request of the API."""
        answer: Json = self._transport.call("GET", path, query=query).json()
        return answer

    def _object(self, method: str, path: str, content: Json, *, may_repeat: bool = True) -> Json:
        """Send an API request with a JSON body; return the JSON answer."""
        answer: Json = self._transport.call(method, path, content=content, may_repeat=may_repeat).json()
        return answer


def _plain(value: Any) -> Any:
    """Return a date or time as ISO text; any other value unchanged."""
    return value.isoformat() if hasattr(value, "isoformat") else value
