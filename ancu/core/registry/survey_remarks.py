"""The text of a survey's remark, for the job that turns it into a petition."""

from collections.abc import Callable

from ancu.core.registry import Hook

REMARK_READERS: Hook[Callable[[int, str, int], str]] = Hook()
"""Take a survey's id, a question's key and a response's id; return "" when the remark is no longer stored."""
