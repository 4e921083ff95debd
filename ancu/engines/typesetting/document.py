"""A template and data become a PDF or a picture. The data travels as JSON, so nothing in it is ever read as markup."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import typst

from ancu.engines.typesetting.fonts import font_book
from ancu.engines.typesetting.text import map_texts, plain, printable

ROOT = Path(__file__).parents[2]  # of what templates may import
Result = TypeVar("Result")


def with_any_text(data: Mapping[str, Any], compile_inputs: Callable[[dict[str, str]], Result]) -> Result:
    """Call ``compile_inputs`` with the data as typst inputs, its texts made printable; return its result.

    The template reads them as ``json(bytes(sys.inputs.data))``. If typst still refuses, as for a capital that no font
    has, it is called again with all unusual letters replaced.
    """
    try:
        return compile_inputs(_inputs(data, printable))
    except typst.TypstError:
        return compile_inputs(_inputs(data, plain))


def compile_document(template: Path, data: Mapping[str, Any], *, images: Mapping[str, str] | None = None) -> bytes:
    """Set a template with data as a tagged PDF (PDF/UA-1).

    ``images`` maps names to SVG source, which the template has as ``data.images``. Raises typst.TypstError when the
    template is wrong; no text of the data makes it fail.
    """

    def compile_pdf(inputs: dict[str, str]) -> bytes:
        """Compile the template with these inputs to PDF."""
        return typst.compile(template, root=ROOT, font_paths=font_book(), pdf_standards=["ua-1"], sys_inputs=inputs)

    return with_any_text({**data, "images": dict(images or {})}, compile_pdf)


def compile_picture(template: Path, data: Mapping[str, Any], *, ppi: float = 144) -> bytes:
    """Set the first page of a template with data as PNG, at ``ppi`` pixels per inch."""

    def compile_png(inputs: dict[str, str]) -> bytes:
        """Compile the template with these inputs to PNG."""
        pages: Any = typst.compile(
            template, root=ROOT, font_paths=font_book(), format="png", ppi=ppi, sys_inputs=inputs
        )
        return bytes(pages[0] if isinstance(pages, list) else pages)  # typst returns a single page by itself

    return with_any_text(data, compile_png)


def _inputs(data: Mapping[str, Any], change: Callable[[str], str]) -> dict[str, str]:
    """Return typst's inputs: the data as JSON, its texts changed by ``change``."""
    return {"data": json.dumps(map_texts(change, data), ensure_ascii=False, default=str)}
