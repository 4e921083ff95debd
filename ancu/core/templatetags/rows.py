"""Tables of many rows: the pattern of a row is drawn once a page, only its holes are filled for each row.

A row of a dozen expressions costs Django's template language a fifth of a millisecond; a page has fifty of them.
"""

from html import escape
from operator import itemgetter
from typing import Any

from django import template
from django.template.base import FilterExpression, Node, NodeList, Parser, Token
from django.template.context import Context
from django.utils.safestring import SafeString

register = template.Library()


class Hole(Node):
    """Where one cell of each row stands; only directly inside ``each``, since conditions are asked once a page."""

    def __init__(self, name: str) -> None:
        self.name = name

    def render(self, context: Context) -> SafeString:
        raise template.TemplateSyntaxError(f"cell {self.name!r} stands directly inside each, not in another tag")


class Each(Node):
    child_nodelists = ("pattern",)

    def __init__(self, rows: FilterExpression, pattern: NodeList) -> None:
        self.rows, self.pattern = rows, pattern
        self.names = [node.name for node in pattern if isinstance(node, Hole)]
        if len(self.names) < 2:
            raise template.TemplateSyntaxError("each needs two cells or more")
        self.cells = itemgetter(*self.names)

    def render(self, context: Context) -> SafeString:
        pattern = "".join(
            "%s" if isinstance(node, Hole) else str(node.render_annotated(context)).replace("%", "%%")
            for node in self.pattern
        )
        rows = self.rows.resolve(context)
        return SafeString("".join([pattern % tuple(map(html, self.cells(row))) for row in rows]))


def html(value: Any) -> str:
    """Text made harmless, unless it is markup already. Django's own asks more of each text than takes to escape it."""
    return value if type(value) is SafeString else escape(str(value))


@register.tag
def each(parser: Parser, token: Token) -> Each:
    """``{% each ROWS %}<li>{% cell "name" %} …</li>{% endeach %}``; ROWS are mappings from cells to text or markup."""
    try:
        _tag, rows = token.split_contents()
    except ValueError as wrong:
        raise template.TemplateSyntaxError("each takes the rows") from wrong
    pattern = parser.parse(("endeach",))
    parser.delete_first_token()
    return Each(parser.compile_filter(rows), pattern)


@register.tag
def cell(_parser: Parser, token: Token) -> Hole:
    _tag, name = token.split_contents()
    return Hole(name.strip("\"'"))
