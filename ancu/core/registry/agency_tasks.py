"""Open tasks of an agency: while any app names one, the agency cannot be closed.

A function takes the id of the agency and returns a phrase for each kind of open task, with its count.
"""

from collections.abc import Callable

from ancu.core.registry import Hook

AGENCY_TASKS: Hook[Callable[[int], list[str]]] = Hook()
