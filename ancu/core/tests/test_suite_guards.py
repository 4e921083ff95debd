"""The guards of the suite themselves: what a page's policy would refuse is seen, however it is written."""

import pytest

from ancu.core.testing.suite_guards import inline_parts


@pytest.mark.parametrize(
    ("html", "inline"),
    [
        ('<p style="color: red">', ["<p style=>"]),
        ("<p\nSTYLE = red>", ["<p style=>"]),
        ("<p class='a'style='color: red'>", ["<p style=>"]),
        ("<svg/onload=run()>", ["<svg onload=>"]),
        ('<button hx-on:click="run()">', ["<button hx-on:click=>"]),
        ('<button hx-on::after-request="run()">', ["<button hx-on::after-request=>"]),
        ("<p onload>", ["<p onload=>"]),
        ("<p class='a' style>", ["<p style=>"]),
        ("<style>p {}</style>", ["<style>"]),
        ("<script>run()</script>", ["<script>"]),
        ("<SCRIPT async>run()</SCRIPT>", ["<script>"]),
        ("<script type='module'>run()</script>", ["<script>"]),
        ('<script title=" src=">run()</script>', ["<script>"]),
        ('<script src="a.js" onerror="run()"></script>', ["<script onerror=>"]),
        ('<script src="a.js"></script><script>run()</script>', ["<script>"]),
    ],
)
def test_what_the_policy_refuses_is_seen(html: str, inline: list[str]) -> None:
    assert inline_parts(f"<!doctype html><main>{html}</main>") == inline


@pytest.mark.parametrize(
    "html",
    [
        "<p>style = a way of doing; on = not off</p>",
        '<script type="application/json">{"a": 1}</script>',
        '<script type="module" src="a.js"></script><script src="b.js" defer></script>',
        '<input name="on" data-style="a" aria-label="once">',
    ],
)
def test_what_the_policy_allows_is_let_through(html: str) -> None:
    assert inline_parts(html) == []
