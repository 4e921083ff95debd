"""The API of declaring, for the programs of lodgings. The contract is docs/api.md and /api/v1/openapi.json."""

from ancu.apps.stays.api import declaring, files, receipts, reference, stays
from ancu.apps.stays.api.routers import public, router

__all__ = ["declaring", "files", "public", "receipts", "reference", "router", "stays"]
