"""What an edit page carries in its form, as a browser sends it back."""

import re
from html import unescape
from typing import Any


def opened(client: Any, url: str) -> dict[str, str]:
    """The hidden fields by which the page knows what it showed; none where it does not."""
    page = client.get(url).content.decode()
    fields = re.findall(r'<input type="hidden" name="(edition|shown|kind)" value="([^"]*)"', page)
    return {name: unescape(value) for name, value in fields}
