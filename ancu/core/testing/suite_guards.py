"""Guards of the test suite: each turns a silent fault into a failure."""

import re
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from unittest.mock import patch

from django.db import connections
from django.http import HttpResponseBase
from django.template.base import FilterExpression, Parser, Variable, VariableDoesNotExist
from django.test import Client

HOUSE = Path(__file__).resolve().parent.parent.parent
MAY_BE_MISSING = {"default", "default_if_none"}
_places: dict[int, tuple[FilterExpression, str]] = {}  # which template of ours an expression stands in
# What a GET may write: the look in the audit, the session, the cache, the day a token was used, and the address
# that allauth copies from the account when it is first asked for.
WRITABLE_BY_GET = re.compile(
    r"^\s*(SELECT|WITH|SAVEPOINT|RELEASE SAVEPOINT|ROLLBACK TO SAVEPOINT|BEGIN|COMMIT|SET (LOCAL|CONSTRAINTS)|SHOW"
    r'|DECLARE|FETCH|CLOSE|INSERT INTO "audit_event"|INSERT INTO "account_emailaddress"'
    r'|(INSERT INTO|UPDATE|DELETE FROM) "?(django_session|core_(counts|results))'
    r'|UPDATE "(lodging_apitoken|accounts_organisationtoken)" SET "last_used_on")',
    re.IGNORECASE,
)


class InlineCodeFound(AssertionError):
    """A test crossed one of the suite's guards."""


# --- the network ----------------------------------------------------------------------------------------


@contextmanager
def no_network() -> Iterator[None]:
    """Context manager of the suite: connections beyond this machine fail."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        """Connect, or fail if the address is not this machine's."""
        if self.family in {socket.AF_INET, socket.AF_INET6}:
            host = str(address[0])
            if host not in {"localhost", "::1"} and not host.startswith("127."):
                raise InlineCodeFound(f"a test reached for the network: {host}")
        connect(self, address)

    with patch.object(socket.socket, "connect", guarded):
        yield


# --- templates ------------------------------------------------------------------------------------------


@contextmanager
def no_undefined_variables() -> Iterator[None]:
    """Context manager of the suite: an undefined variable in our templates fails.

    It is allowed if its first filter gives a default.
    """
    resolve, compile_filter = FilterExpression.resolve, Parser.compile_filter

    def placed(self: Parser, token: str) -> FilterExpression:
        """Compile a template's filter expression; remember the template's name, to report undefined variables."""
        expression: FilterExpression = compile_filter(self, token)
        name = str(self.origin.name) if self.origin else ""
        if name.startswith(str(HOUSE)):
            _places[id(expression)] = (expression, name)  # held, so that the id stays its own
        return expression

    def guarded(self: FilterExpression, context: Any, ignore_failures: bool = False) -> Any:
        """Resolve a filter expression; fail if its variable is undefined."""
        value = resolve(self, context, ignore_failures)
        if not ignore_failures and (value == "" or self.filters) and isinstance(self.var, Variable):
            _must_be_defined(self, context)
        return value

    with patch.object(FilterExpression, "resolve", guarded), patch.object(Parser, "compile_filter", placed):
        yield


def _must_be_defined(expression: FilterExpression, context: Any) -> None:
    """Fail if an expression of our templates has an undefined variable without a default."""
    first = expression.filters[0][0] if expression.filters else None
    _owner, template = _places.get(id(expression), (None, ""))
    if not template or getattr(first, "_filter_name", "") in MAY_BE_MISSING:
        return
    try:
        expression.var.resolve(context)
    except VariableDoesNotExist:
        raise InlineCodeFound(f"{template}: {{{{ {expression.token} }}}} is not set") from None


# --- answers --------------------------------------------------------------------------------------------


# What any part that the policy refuses looks like. Most pages hold nothing of the kind, which is seen in a tenth of
# the time; where something might be one, the page is read.
SUSPECT = re.compile(
    r"<style|<script(?! (type=\"module\" )?src=)|[\s\"'/](style|on[\w:.-]*|hx-on[\w:.-]*)\s*="
    # Without a value, outside of other attributes' values: those hold whole sentences.
    r"|<[a-z](?:[^<>\"']|\"[^\"]*\"|'[^']*')*?(?<=[\s\"'/])(style|on[\w:.-]+|hx-on[\w:.-]*)(?=[\s/>])",
    re.IGNORECASE,
)


class _Inline(HTMLParser):
    """Collects what the page's policy would refuse: inline scripts, handlers and styles."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Record inline scripts, styles and event handlers of a tag."""
        names = dict(attrs)
        data = str(names.get("type", "")).endswith("json")
        if tag == "style" or (tag == "script" and "src" not in names and not data):
            self.found.append(f"<{tag}>")
        self.found += [f"<{tag} {name}=>" for name in names if name == "style" or name.startswith(("on", "hx-on"))]


def inline_parts(html: str) -> list[str]:
    """Return the inline scripts, styles and event handlers of an HTML page, which a strict CSP refuses."""
    if not SUSPECT.search(html):
        return []
    parser = _Inline()
    parser.feed(html)
    return parser.found


def _only_reads(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
    """Execute a statement of a GET request; fail the test if it writes, except to the tables a GET may write to."""
    text = sql if isinstance(sql, str) else sql.as_string(None)
    if not WRITABLE_BY_GET.match(text):
        raise InlineCodeFound(f"a GET request wrote: {text[:200]}")
    return execute(sql, params, many, context)


@contextmanager
def careful_client() -> Iterator[None]:
    """Context manager of the suite: the test client fails on inline parts and on GETs that write."""
    request = Client.request

    def guarded(self: Client, **environment: Any) -> HttpResponseBase:
        """Send the test client's request; fail if a GET writes or the page has inline scripts or styles."""
        with ExitStack() as stack:
            if environment.get("REQUEST_METHOD") in {"GET", "HEAD"}:
                for connection in connections.all(initialized_only=True):
                    stack.enter_context(connection.execute_wrapper(_only_reads))
            response = request(self, **environment)
        if not response.streaming and str(response.get("Content-Type", "")).startswith("text/html"):
            inline = inline_parts(response.content.decode())
            if inline:
                raise InlineCodeFound(f"{environment.get('PATH_INFO')} holds inline parts: {inline[:5]}")
        return response

    with patch.object(Client, "request", guarded):
        yield
