"""Printed pages: a long table starts below its heading, and no column is cut off."""

import io
from pathlib import Path

from playwright.sync_api import Browser
from pypdf import PdfReader

ROOT = Path(__file__).parent.parent
STYLES = (
    ROOT / "ancu" / "assets" / "vendor" / "bootstrap" / "bootstrap.min.css",
    ROOT / "ancu" / "core" / "static" / "ancu" / "parts.css",
)
PRINTABLE_WIDTH = 680  # CSS pixels of A4 between margins of 15 mm


def long_table(columns: int = 9, rows: int = 60) -> str:
    head = "".join(f"<th>Decisions {column}</th>" for column in range(columns))
    cells = "".join(f"<td class='num'>{'long' * 6} {column}</td>" for column in range(columns))
    body = "".join(
        f"<tr><td>row {row} with a long name that takes all the width it can have</td>{cells}</tr>"
        for row in range(rows)
    )
    table = f"<table class='table'><thead><tr><th></th>{head}</tr></thead><tbody>{body}</tbody></table>"
    styles = "".join(f"<style>{file.read_text()}</style>" for file in STYLES)
    head = "<div class='card-head'><h2>List</h2></div>"
    card = f"<section class='card'>{head}<div class='table-wrap'>{table}</div></section>"
    buttons = (
        "<section class='card pad'><h2>Take away</h2><div class='form-actions'><a class='btn'>CSV</a></div></section>"
    )
    return f"<!doctype html>{styles}<div class='page'><h1>Title</h1>{card}{buttons}</div>"


def test_a_long_wide_table_is_printed_whole(browser: Browser) -> None:
    page = browser.new_page(viewport={"width": PRINTABLE_WIDTH, "height": 900})
    try:
        page.set_content(long_table())
        page.emulate_media(media="print")
        assert page.evaluate("document.querySelector('table').getBoundingClientRect().right") <= PRINTABLE_WIDTH
        pages = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
    finally:
        page.close()
    assert "row0" in "".join(pages[0].extract_text().split()), "the first page is not left half empty"
    assert "Take away" not in pages[-1].extract_text(), "no card that is empty without its buttons"
    heads = [" ".join(sheet.extract_text().split()) for sheet in pages]
    assert all("Decisions 8" in head for head in heads), "the head is on every page, no word of it broken"


def test_what_is_folded_is_printed_and_a_folded_form_is_not(browser: Browser) -> None:
    """Months that the screen collapses are printed; a collapsed form is not."""
    months = "<details class='card'><summary>08/2026</summary><p>31 decisions</p></details>"
    form = "<details><summary>Withdraw</summary><form><label>Reason <input></label></form></details>"
    styles = "".join(f"<style>{file.read_text()}</style>" for file in STYLES)
    page = browser.new_page()
    try:
        page.set_content(f"<!doctype html>{styles}<main>{months}{form}</main>")
        pages = PdfReader(io.BytesIO(page.pdf())).pages
    finally:
        page.close()
    printed = " ".join(pages[0].extract_text().split())
    assert "08/2026 31 decisions" in printed and "Withdraw" not in printed


def test_a_reader_of_dark_pages_prints_dark_ink(browser: Browser) -> None:
    theme = (ROOT / "ancu" / "core" / "static" / "ancu" / "theme.css").read_text()
    page = browser.new_page(color_scheme="dark")
    ink = "getComputedStyle(document.documentElement).getPropertyValue('--ink')"
    try:
        page.set_content(f"<!doctype html><style>{theme}</style><p>Text</p>")
        on_screen = page.evaluate(ink)
        page.emulate_media(media="print", color_scheme="dark")
        on_paper = page.evaluate(ink)
        page.emulate_media(media="print", color_scheme="light")
        assert on_paper == page.evaluate(ink) != on_screen
    finally:
        page.close()
