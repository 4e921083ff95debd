"""Typed answers. Fields that a later version of the office adds are ignored; ``raw`` has everything."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ancu_client.errors import RequestRefused

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class RowFinding:
    """A finding about a row: a stable code, the field, its text as read, and a sentence in both languages."""

    code: str
    field: str | None
    value: str | None
    message_vi: str
    message_en: str

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "RowFinding":
        """Return the finding about a row that is in an answer's JSON."""
        return cls(
            content["code"], content.get("field"), content.get("value"), content["message_vi"], content["message_en"]
        )


@dataclass(frozen=True, slots=True)
class Difference:
    """A field of a guest declared before: the declared value, and the value sent now, which was not stored."""

    field: str
    declared: str | None
    sent: str | None


@dataclass(frozen=True, slots=True)
class DeclaredRow:
    """The outcome of one guest's row.

    ``state`` is ``accepted``, ``already_declared``, ``refused``, ``needs_confirmation``, ``held`` or
    ``skipped_example``. ``stay`` is the stored stay, empty if the row was not stored; then ``understood`` has the
    values read. In state ``needs_confirmation`` the ``errors`` are unusual values: have a person check them, then
    send the guest corrected, or unchanged with their codes as ``confirmed``. Where ``differs`` names a field, correct
    the declaration (``Client.correct``): it was not changed.
    """

    position: int
    client_reference: str | None
    state: str
    id: int | None
    receipt: str | None
    minutes_late: int
    stay: Json
    errors: list[RowFinding]
    warnings: list[RowFinding]
    understood: Json = field(default_factory=dict)
    differs: list[Difference] = field(default_factory=list)
    conflicts_with: int | None = None
    conflicts_with_position: int | None = None

    @property
    def stands(self) -> bool:
        """Whether the guest of this row is declared, by this call or an earlier one."""
        return self.state in ("accepted", "already_declared")

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "DeclaredRow":
        """Return the row of a declaration that is in an answer's JSON."""
        return cls(
            content["position"],
            content.get("client_reference"),
            content["state"],
            content.get("id"),
            content.get("receipt"),
            content.get("minutes_late") or 0,
            dict(content.get("stay") or {}),
            [RowFinding.from_json(finding) for finding in content.get("errors", ())],
            [RowFinding.from_json(finding) for finding in content.get("warnings", ())],
            dict(content.get("understood") or {}),
            [
                Difference(difference["field"], difference["declared"], difference["sent"])
                for difference in content.get("differs", ())
            ],
            content.get("conflicts_with"),
            content.get("conflicts_with_position"),
        )


@dataclass(frozen=True, slots=True)
class _ControlTotal:
    """The control total: read = accepted + already_declared + refused."""

    status: str | None
    batch_reference: str | None
    dry_run: bool
    read: int
    accepted: int
    already_declared: int
    differing: int
    refused: int
    late: int
    receipt: str | None
    received_at: str | None
    sha256: str | None
    problem: Json | None
    raw: Json = field(repr=False)

    @property
    def all_stand(self) -> bool:
        """Whether the guest of every row is declared as it was sent."""
        return self.status == "all_stand"

    def raise_for_refused(self) -> None:
        """Raise RequestRefused unless the guest of every row is declared as it was sent."""
        if not self.all_stand:
            differing = f", {self.differing} are declared with other data" if self.differing else ""
            raise RequestRefused(f"{self.refused} of {self.read} rows were refused{differing}")


COUNTED = tuple(name for name in _ControlTotal.__dataclass_fields__ if name != "raw")


def _counted(content: Json) -> dict[str, Any]:
    """Return the constructor arguments for an answer's model: its counts by name, and all its JSON as ``raw``."""
    return {name: content.get(name) for name in COUNTED} | {"raw": content}


@dataclass(frozen=True, slots=True)
class Batch(_ControlTotal):
    """The answer to a declaration: the control total, the receipt, and each row in the order sent."""

    rows: list[DeclaredRow] = field(default_factory=list)

    @classmethod
    def from_json(cls, content: Json) -> "Batch":
        """Return the batch of declared rows that is in an answer's JSON."""
        return cls(**_counted(content), rows=[DeclaredRow.from_json(row) for row in content["rows"]])

    @property
    def refused_rows(self) -> Iterable[DeclaredRow]:
        """The rows whose guests are not declared, except rows marked as examples."""
        return (row for row in self.rows if not row.stands and row.state != "skipped_example")

    @property
    def unconfirmed_rows(self) -> Iterable[DeclaredRow]:
        """The rows with unusual values that nobody confirmed, so not stored; their ``errors`` name the values."""
        return (row for row in self.rows if row.state == "needs_confirmation")

    @property
    def differing_rows(self) -> Iterable[DeclaredRow]:
        """The rows whose guests were declared before with other data; nothing of these rows was stored now."""
        return (row for row in self.rows if row.differs)


@dataclass(frozen=True, slots=True)
class SentFile(_ControlTotal):
    """A file: ``queued``, ``declaring``, ``done`` or ``failed``; its rows are fetched by ``Client.file_rows``."""

    id: str = ""
    state: str = ""
    retry_after: float = 0

    @classmethod
    def from_json(cls, content: Json) -> "SentFile":
        """Return the state of a sent file that is in an answer's JSON."""
        return cls(
            **_counted(content), id=content["id"], state=content["state"], retry_after=content.get("retry_after") or 0
        )

    @property
    def settled(self) -> bool:
        """Whether the office has finished processing the file, successfully or not."""
        return self.state in ("done", "failed")
