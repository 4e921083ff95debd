"""Declare foreign guests to An Cư. See README.md; the contract is the office's ``/api/v1/openapi.json``."""

from ancu_client.client import Client
from ancu_client.errors import AnCuError, ApiError, BadSignature, NotSettled, RequestRefused, ServerUnreachable
from ancu_client.feed import Changes
from ancu_client.models import Batch, DeclaredRow, Difference, RowFinding, SentFile
from ancu_client.webhooks import verify

__all__ = [
    "AnCuError",
    "ApiError",
    "BadSignature",
    "Batch",
    "Changes",
    "Client",
    "DeclaredRow",
    "Difference",
    "NotSettled",
    "RequestRefused",
    "RowFinding",
    "SentFile",
    "ServerUnreachable",
    "verify",
]
__version__ = "1.0.0"
