"""Rows drawn from one pattern: the same page as a loop would give, and nothing of a row is taken for markup."""

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.urls import reverse
from django.utils.safestring import SafeString

from ancu.core.web.http import url_builder


def drawn(pattern: str, rows: list[dict[str, object]], **more: object) -> str:
    return Template("{% load rows %}" + pattern).render(Context({"rows": rows, **more}))


def test_each_row_fills_the_holes():
    rows = [{"name": "Kim", "number": 1}, {"name": "Lý", "number": 2}]
    pattern = '{% each rows %}<li data-of="{{ label }} 100 %s">{% cell "name" %} {% cell "number" %}</li>{% endeach %}'
    assert drawn(pattern, rows, label="%d") == '<li data-of="%d 100 %s">Kim 1</li><li data-of="%d 100 %s">Lý 2</li>'
    assert drawn(pattern, []) == ""


def test_text_is_escaped_and_markup_is_not():
    """Also what only looks like a hole, and what the page puts into the pattern."""
    rows = [{"name": "<script>'%s' {% cell \"b\" %}", "b": SafeString("<b>&amp;</b>")}]
    expected = "<i>&lt;x&gt;</i>&lt;script&gt;&#x27;%s&#x27; {% cell &quot;b&quot; %}<b>&amp;</b>"
    assert drawn('{% each rows %}<i>{{ x }}</i>{% cell "name" %}{% cell "b" %}{% endeach %}', rows, x="<x>") == expected


@pytest.mark.parametrize(
    "pattern",
    [
        '{% each rows %}{% if x %}{% cell "name" %}{% endif %}{% cell "name" %}{% cell "name" %}{% endeach %}',
        '{% each rows %}{% cell "name" %}{% endeach %}',
        "{% each %}{% endeach %}",
    ],
)
def test_a_pattern_that_cannot_be_drawn_once_is_refused(pattern):
    with pytest.raises(TemplateSyntaxError):
        drawn(pattern, [{"name": "Kim"}], x=True)


@pytest.mark.parametrize("name", ["stays:stay-office", "stays:person", "lodging:detail", "stays:area-unit"])
def test_addresses_are_those_of_reverse(name):
    assert [url_builder(name)(number) for number in (0, 7, 123456789012)] == [
        reverse(name, args=[number]) for number in (0, 7, 123456789012)
    ]
