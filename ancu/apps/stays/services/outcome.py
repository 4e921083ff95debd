"""The outcome of an act of declaring, which form, file, API and command render."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple

from ancu.apps.stays.models import Submission
from ancu.engines.exchange import Finding, Guest, GuestRow

State = Literal["accepted", "already_declared", "refused", "needs_confirmation", "held", "skipped_example"]
REFUSED = frozenset({"refused", "needs_confirmation"})  # states of rows whose ``errors`` say why they are not stored
UNDECLARED = REFUSED | {"held"}  # states of rows whose guests are still to be declared
RECEIPT = ("number", "received_at", "sha256")


class DeclaredDifference(NamedTuple):
    """A field of a guest declared again: the declared text and the text that was sent now and not stored."""

    field: str
    declared: str | None
    sent: str | None


@dataclass(slots=True)
class RowOutcome:
    """The outcome of one row. ``receipt`` is the number under which it is declared, now or earlier.

    ``minutes_late`` is the lateness of that receipt's declaration: sending a row again does not change it.

    ``held`` rows were good but not stored because another row was refused or differs and all were wanted or none.
    Rows in state ``needs_confirmation`` are odd, and ``errors`` are the oddities that the sender has not confirmed.
    ``declared`` is what stands under the receipt, None for what was not stored; ``conflicts_with`` the stay of another
    guest because of which the row is refused, ``conflicts_with_position`` its row where both came in one batch.
    """

    position: int
    state: State
    row: GuestRow
    stay_id: int | None = None
    receipt: str | None = None
    minutes_late: int = 0
    client_reference: str = ""
    errors: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)
    declared: Guest | None = None
    differs: list[DeclaredDifference] = field(default_factory=list)
    conflicts_with: int | None = None
    conflicts_with_position: int | None = None


@dataclass(slots=True)
class DeclarationOutcome:
    """The control total: read = accepted + already_declared + refused.

    ``held_back`` and ``unconfirmed`` rows are among the refused.

    ``differing`` of the already declared were sent with other data, which was not stored.

    A dry run counts as accepted what would be, and has no receipt. ``submission`` is what was stored now; the receipt
    with its time and hash may also be an earlier one, when everything good stood under that one already.
    """

    read: int = 0
    accepted: int = 0
    warned: int = 0
    already_declared: int = 0
    differing: int = 0
    refused: int = 0
    held_back: int = 0
    unconfirmed: int = 0
    late: int = 0
    skipped_examples: int = 0
    receipt: str | None = None
    received_at: datetime | None = None
    sha256: str | None = None
    submission: Submission | None = None
    notices: list[Finding] = field(default_factory=list)
    rows: list[RowOutcome] = field(default_factory=list)

    def name_receipt(self, submission: Submission) -> None:
        """Set the submission's number, time and hash together as the outcome's receipt.

        A number without its hash cannot be verified.
        """
        self.receipt, self.received_at, self.sha256 = submission.number, submission.received_at, submission.sha256

    def refuse(self, result: RowOutcome, error: Finding, *, conflicts_with: int | None = None) -> None:
        """Mark the row as refused because of ``error`` and count it.

        ``conflicts_with`` is the id of another guest's stay in its way.
        """
        result.state, result.errors, result.minutes_late, result.conflicts_with = (
            "refused",
            [*result.errors, error],
            0,
            conflicts_with,
        )
        self.refused += 1

    def warn(self, findings: Mapping[int, Finding]) -> None:
        """Add to the outcome of the row at each position of ``findings`` that finding as a warning."""
        for row in self.rows:
            if row.position in findings:
                row.warnings = [*row.warnings, findings[row.position]]

    def ask_to_confirm(self, result: RowOutcome, oddities: list[Finding]) -> None:
        """Mark the row as waiting for its sender to confirm these oddities; it counts as refused until then."""
        result.state, result.errors, result.minutes_late = "needs_confirmation", oddities, 0
        result.warnings = [warning for warning in result.warnings if warning not in oddities]
        self.refused += 1
        self.unconfirmed += 1

    def record_match(self, result: RowOutcome, declared: Guest, differs: list[DeclaredDifference]) -> None:
        """Mark the row as declared before, with the fields in which it differs from the declared guest."""
        result.state, result.declared, result.differs = "already_declared", declared, differs
        self.already_declared += 1
        self.differing += bool(differs)

    def name_conflicts(self, conflicts: Mapping[int, int]) -> None:
        """Set for each row refused because of another row's guest that row's position and stay.

        ``conflicts`` maps the refused row's position to the earlier one's.
        """
        by_position = {row.position: row for row in self.rows} if conflicts else {}
        for position, earlier in conflicts.items():
            row = by_position[position]
            if row.state == "refused" and row.conflicts_with is None:
                row.conflicts_with, row.conflicts_with_position = by_position[earlier].stay_id, earlier

    def forget_numbers(self) -> None:
        """Remove the ids of stays that were rolled back, because other stays will get them."""
        for row in self.rows:
            if row.receipt is None:
                row.stay_id = row.declared = None


EARLIER_CLOSED = Finding(
    "earlier_stay_closed",
    "arrived_on",
    None,
    "Khách này còn một lượt lưu trú trước chưa trả phòng; hệ thống đã tạm ghi ngày đi cho lượt đó. "
    "Vui lòng kiểm tra lại.",
    "This guest had an earlier stay without a check-out; a departure was presumed for it. Please check it.",
)
DEPARTURE_PRESUMED = Finding(
    "departure_presumed",
    "departed_on",
    None,
    "Khách này đã có lượt lưu trú sau lượt này; hệ thống đã tạm ghi ngày đi cho lượt này. Vui lòng kiểm tra lại.",
    "This guest has a later stay here; a departure was presumed for this one. Please check it.",
)
NOT_STORED_ALL_OR_NOTHING = Finding(
    "held",
    None,
    None,
    "Dòng này hợp lệ nhưng chưa được lưu: quý vị đã chọn khai tất cả hoặc không dòng nào, mà có dòng khác bị từ chối"
    " hoặc đã được khai báo với dữ liệu khác.",
    "This row is good but was not stored: you asked for all or nothing, and another row was refused or is declared with"
    " other data.",
)
