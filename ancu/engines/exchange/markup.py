"""Parse an XML or HTML file in a confined process.

libxml2 is a large program in C, and files of strangers reach it. So a confined child (``engines.confinement``) parses,
with entities, DTDs and network off, and what comes back is plain data that `Element` puts in order.

The child runs this file alone (its imports are the standard library, the confinement and the parser), which takes a few
hundredths of a second.
"""

import json
import sys
from collections.abc import Iterator
from typing import Any

from lxml import etree

from ancu.engines import confinement

MEMORY = 1536 * confinement.MEGABYTE
SECONDS = 60
XML, HTML = "xml", "html"
_places = confinement.process_slots()


class Malformed(Exception):
    """The markup is not well-formed, at this line and column, for this reason."""

    def __init__(self, line: int, column: int, reason: str) -> None:
        super().__init__(reason)
        self.line, self.column, self.reason = line, column, reason


class DamagedMarkup(Exception):
    """The parser failed or exceeded its limits."""


class Element:
    """An element, comment or instruction (the latter two without tag).

    ``text`` precedes the first child, ``tail`` follows the element.
    """

    __slots__ = ("attributes", "children", "line", "parent", "tag", "tail", "text")

    def __init__(self, tag: str, text: str, tail: str, line: int | None, attributes: dict[str, str]) -> None:
        self.tag, self.text, self.tail, self.line, self.attributes = tag, text, tail, line, attributes
        self.parent: Element | None = None
        self.children: list[Element] = []

    @property
    def name(self) -> str:
        """The tag without its namespace."""
        return self.tag.rpartition("}")[2]

    def iter(self, tag: str = "") -> Iterator["Element"]:
        """Yield the element and all its descendants in document order; only those with ``tag`` if it is given."""
        waiting = [self]
        while waiting:
            element = waiting.pop()
            waiting += reversed(element.children)
            if not tag or element.tag == tag:
                yield element

    def all_text(self) -> str:
        """Return the text of the element and all its descendants."""
        return "".join([self.text, *(child.all_text() + child.tail for child in self.children)])


def parse(text: str, kind: str) -> Element | None:
    """Parse ``text``, which is `XML` or `HTML`, in a confined child process; None for an empty page.

    Raises `Malformed` if it is not well-formed, `DamagedMarkup` if the parser crashed or exceeded its limits.
    """
    from ancu.engines import json_text  # noqa: PLC0415 -- not for the child

    with _places:
        child = confinement.start(__file__, kind)
        request = text.encode("utf-8", "surrogatepass" if kind == XML else "replace")
        try:
            answer = json_text.loads_child_answer(confinement.ask(child, request, seconds=SECONDS))
        except (confinement.ChildFailed, json.JSONDecodeError):
            raise DamagedMarkup from None
    if "malformed" in answer:
        raise Malformed(*answer["malformed"])
    return _tree(answer["elements"])


def _tree(rows: list[list[Any]]) -> Element | None:
    """Build the tree of elements from the child process's answer, parents first; None for an empty answer.

    Each item is an element's depth, then the arguments of ``Element``.
    """
    path: list[Element] = []
    for depth, *contents in rows:
        element = Element(*contents)
        del path[depth:]
        if path:
            element.parent = path[-1]
            path[-1].children.append(element)
        path.append(element)
    return path[0] if path else None


# --- in the child ------------------------------------------------------------------------------------------


def main(kind: str) -> None:
    """Run the confined child process: parse the XML or HTML on standard input and write its nodes as an answer."""
    confinement.begin(memory=MEMORY, seconds=SECONDS)
    confinement.seal()
    parser = (
        etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, encoding="utf-8")
        if kind == XML
        else etree.HTMLParser(no_network=True, encoding="utf-8", huge_tree=False)
    )
    answer: dict[str, Any]
    try:
        root = etree.fromstring(sys.stdin.buffer.read(), parser)
        answer = {"elements": [] if root is None else list(_rows(root))}
    except etree.XMLSyntaxError as error:
        answer = {"malformed": [error.lineno or 1, max(error.offset or 1, 1), (error.msg or "").split(", line ")[0]]}
    except ValueError as error:
        answer = {"malformed": [1, 1, str(error)]}
    sys.stdout.write(json.dumps(answer))


def _rows(root: Any) -> Iterator[list[Any]]:
    """Yield each node of a parsed tree as a list: depth, tag, text, text after it, line and attributes.

    Comments and processing instructions have no tag, only the text after them.
    """
    depth = 0
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if event == "end":
            depth -= 1
        elif event == "start":
            yield [depth, element.tag, element.text or "", element.tail or "", element.sourceline, dict(element.attrib)]
            depth += 1
        else:
            yield [depth, "", "", element.tail or "", element.sourceline, {}]


if __name__ == "__main__":
    main(*sys.argv[1:])
