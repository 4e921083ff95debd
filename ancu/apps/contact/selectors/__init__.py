"""Reports and broadcasts as one actor may see them."""

from ancu.apps.contact.selectors.broadcasts import broadcasts_named, receipts_named
from ancu.apps.contact.selectors.reports import reports_named

NAMERS = {
    "contact.urgentreport": reports_named,
    "contact.broadcast": broadcasts_named,
    "contact.broadcastreceipt": receipts_named,
}
