"""Requests for copies of personal data, and the register of breaches."""

from ancu.apps.protection.models.breaches import Breach, BreachEntry
from ancu.apps.protection.models.copies import CopyRequest

__all__ = ["Breach", "BreachEntry", "CopyRequest"]
