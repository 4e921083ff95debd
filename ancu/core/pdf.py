"""Print with typst: a template of an app's ``documents/`` folder and a dictionary become a PDF.

The data travels as JSON through ``sys.inputs.data``, so that nothing in it is ever read as markup.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst

FONTS = Path(__file__).parent / "documents" / "fonts"


def render_pdf(template: Path, data: Mapping[str, Any], *, images: Mapping[str, str] | None = None) -> bytes:
    """Compile ``template`` (a .typ file) to a tagged PDF.

    ``data`` must be JSON-serialisable; ``images`` maps names to SVG source and reaches the template in
    ``data.images``. Raises typst.TypstError when the template is wrong.
    """
    payload = json.dumps({**data, "images": dict(images or {})}, ensure_ascii=False, default=str)
    return typst.compile(
        template,
        root=template.parent,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        sys_inputs={"data": payload},
        pdf_standards=["ua-1"],
    )
