"""Read the hidden fields of an edit page that a browser would send back."""

import re
from html import unescape
from typing import Any


def hidden_fields(client: Any, url: str) -> dict[str, str]:
    """Return name and value of the hidden fields by which an edit page remembers what it showed."""
    page = client.get(url).content.decode()
    fields = re.findall(r'<input type="hidden" name="(edition|shown|kind)" value="([^"]*)"', page)
    return {name: unescape(value) for name, value in fields}
