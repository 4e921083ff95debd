"""The feed of changes as an iterator that knows how far it came."""

from collections.abc import Callable, Iterator
from typing import Any

Json = dict[str, Any]


class Changes:
    """Stays declared or changed since a mark, each as it stands now. Keep ``mark`` when a page has been worked off.

    ``mark`` moves only when the last stay of a page was taken, so a program that dies in between reads the page again.
    """

    def __init__(self, fetch: Callable[[str], Json], after: str) -> None:
        self._fetch = fetch
        self.mark = after

    def __iter__(self) -> Iterator[Json]:
        more = True
        while more:
            page = self._fetch(self.mark)
            yield from page["stays"]
            self.mark, more = page["mark"], page["more"]
