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
    """What ``compile_inputs`` makes of the data, whose texts it has as ``json(bytes(sys.inputs.data))``.

    Every text is made printable. A letter whose capital no font has, or that Unicode took in since, may still be
    refused by typst: then all unusual letters are replaced.
    """
    try:
        return compile_inputs(_inputs(data, printable))
    except typst.TypstError:
        return compile_inputs(_inputs(data, plain))


def compile_document(template: Path, data: Mapping[str, Any], *, images: Mapping[str, str] | None = None) -> bytes:
    """A tagged PDF (PDF/UA-1). ``images`` maps names to SVG source, which the template has as ``data.images``.

    Raises typst.TypstError when the template is wrong; no text of the data makes it fail.
    """

    def compile_pdf(inputs: dict[str, str]) -> bytes:
        return typst.compile(template, root=ROOT, font_paths=font_book(), pdf_standards=["ua-1"], sys_inputs=inputs)

    return with_any_text({**data, "images": dict(images or {})}, compile_pdf)


def compile_picture(template: Path, data: Mapping[str, Any], *, ppi: float = 144) -> bytes:
    """The only page of a document as PNG."""

    def compile_png(inputs: dict[str, str]) -> bytes:
        picture: Any = typst.compile(
            template, root=ROOT, font_paths=font_book(), format="png", ppi=ppi, sys_inputs=inputs
        )
        return bytes(picture)

    return with_any_text(data, compile_png)


def _inputs(data: Mapping[str, Any], change: Callable[[str], str]) -> dict[str, str]:
    return {"data": json.dumps(map_texts(change, data), ensure_ascii=False, default=str)}
