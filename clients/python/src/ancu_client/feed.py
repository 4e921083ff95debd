"""The feed of changes as an iterator that remembers its position."""

from collections.abc import Callable, Iterator
from typing import Any

Json = dict[str, Any]


class Changes:
    """An iterator over stays declared or changed since a mark. Store ``mark`` after processing a page.

    ``mark`` moves only when the last stay of a page was returned, so a program that dies in between reads the page
    again.
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
