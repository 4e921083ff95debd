"""What became of an act of declaring, as every edge tells it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from ancu.apps.stays.models import Submission
from ancu.engines.exchange import Finding, Row

State = Literal["accepted", "already_declared", "refused", "held", "skipped_example"]
RECEIPT = ("number", "received_at", "sha256")


@dataclass(slots=True)
class RowOutcome:
    """What became of one row. ``receipt`` is the number it stands under, also when it stood there before.

    ``minutes_late`` is what that receipt's declaration was judged: sending it again makes it neither later nor in time.

    ``held`` rows were good but not stored because another row was refused and all were wanted or none.
    """

    position: int
    state: State
    row: Row
    stay_id: int | None = None
    receipt: str | None = None
    minutes_late: int = 0
    client_reference: str = ""
    errors: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)


@dataclass(slots=True)
class Outcome:
    """The control total: read = accepted + already_declared + refused; ``held`` rows are among the refused.

    A dry run counts as accepted what would be, and has no receipt. ``submission`` is what was stored now; the receipt
    with its time and hash may also be an earlier one, when everything good stood under that one already.
    """

    read: int = 0
    accepted: int = 0
    warned: int = 0
    already_declared: int = 0
    refused: int = 0
    held: int = 0
    late: int = 0
    skipped_examples: int = 0
    receipt: str | None = None
    received_at: datetime | None = None
    sha256: str | None = None
    submission: Submission | None = None
    rows: list[RowOutcome] = field(default_factory=list)

    def name_receipt(self, submission: Submission) -> None:
        """The three belong together: a number without its hash is a receipt that nobody can check."""
        self.receipt, self.received_at, self.sha256 = submission.number, submission.received_at, submission.sha256

    def forget_numbers(self) -> None:
        """A stay that was rolled back has no number: the next one to be declared would bear it."""
        for row in self.rows:
            if row.receipt is None:
                row.stay_id = None


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
HELD = Finding(
    "held",
    None,
    None,
    "Dòng này hợp lệ nhưng chưa được lưu: có dòng khác bị từ chối mà quý vị đã chọn khai tất cả hoặc không dòng nào.",
    "This row is good but was not stored, because another row was refused and you asked for all or nothing.",
)
