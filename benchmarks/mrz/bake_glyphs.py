"""Bakes the glyphs the generator draws with into `glyphs.npz`, so that nothing else needs a font installed.

    apt-get install fonts-ocr-b fonts-dejavu-core fonts-liberation fonts-freefont-ttf fonts-noto-mono fonts-urw-base35 \
      fonts-inconsolata fonts-courier-prime fonts-gnutypewriter fonts-firacode fonts-hack fonts-mononoki \
      fonts-cascadia-code fonts-tlwg-mono-otf fonts-jetbrains-mono
    pip install pillow numpy
    python -m benchmarks.mrz.bake_glyphs

OCR-B is Matthew Skala's and Norbert Schwarz's drawing (public domain / free of restrictions). The others stand for
documents and specimens that are not set in OCR-B, and for the printed text around the zone; all are free fonts, and
only pictures of their letters are kept.
"""

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

ROOT = "/usr/share/fonts/"
ZONE = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<"
TEXT = ZONE[:-1] + "abcdefghijklmnopqrstuvwxyz.,/:-()"
CELL = (56, 40)  # height, width of a zone glyph: pitch 40, capitals about 38 high, as ISO 1831 has them
ZONE_FONTS = {
    "ocrb": "opentype/ocr-b/OCRB.otf",
    "ocrb_sharp": "opentype/ocr-b/OCRBS.otf",
    "ocrb_light": "opentype/ocr-b/OCRBL.otf",
    "dejavu": "truetype/dejavu/DejaVuSansMono.ttf",
    "liberation": "truetype/liberation/LiberationMono-Regular.ttf",
    "liberation_bold": "truetype/liberation/LiberationMono-Bold.ttf",
    "noto": "truetype/noto/NotoSansMono-Regular.ttf",
    "nimbus_bold": "opentype/urw-base35/NimbusMonoPS-Bold.otf",
    "free_bold": "truetype/freefont/FreeMonoBold.ttf",
    "inconsolata": "truetype/inconsolata/Inconsolata.otf",
    "courier": "opentype/courier-prime/Courier Prime.otf",
    "courier_bold": "opentype/courier-prime/Courier Prime Bold.otf",
    "typewriter": "truetype/gnutypewriter/GNUTypewriter.ttf",
    "fira": "truetype/firacode/FiraCode-Regular.ttf",
    "hack_bold": "truetype/hack/Hack-Bold.ttf",
    "mononoki": "truetype/mononoki/mononoki-Regular.ttf",
}
HELD_FONTS = {
    "cascadia": "truetype/cascadia-code/CascadiaMono.ttf",
    "tlwg_bold": "opentype/tlwg/TlwgMono-Bold.otf",
    "jetbrains": "truetype/jetbrains-mono/JetBrainsMono-Medium.ttf",
}
"""Never trained on: to see what the reader makes of a face it does not know."""
TEXT_FONTS = {
    "sans": "truetype/liberation/LiberationSans-Regular.ttf",
    "sans_bold": "truetype/dejavu/DejaVuSans-Bold.ttf",
    "serif": "truetype/liberation/LiberationSerif-Regular.ttf",
    "narrow": "truetype/liberation/LiberationSansNarrow-Bold.ttf",
}


def sized(path: str, chars: str, height: int) -> ImageFont.FreeTypeFont:
    """Return the font at ``path`` at the size where a capital H is `height` pixels high."""
    size = height
    while True:
        font = ImageFont.truetype(path, size)
        box = font.getbbox("H")
        if box[3] - box[1] >= height:
            return font
        size += 1


def zone_glyphs(path: str) -> np.ndarray:
    """Return drawings of a font's 37 zone characters, in cells of one width.

    A font of another width is squeezed.
    """
    font = sized(path, ZONE, 38)
    pitch = font.getlength("H")
    base = font.getbbox("H")[3]
    cells = []
    for char in ZONE:
        wide = Image.new("L", (round(pitch), CELL[0]), 0)
        ImageDraw.Draw(wide).text((0, 47 - base), char, fill=255, font=font)
        cells.append(np.asarray(wide.resize((CELL[1], CELL[0]), Image.Resampling.LANCZOS)))
    return np.stack(cells)


def text_glyphs(path: str) -> tuple[np.ndarray, np.ndarray]:
    """Return drawings of a font's letters, each at the left of its cell, and the width of each."""
    font = sized(path, TEXT, 28)
    base = font.getbbox("H")[3]
    cells, advances = [], []
    for char in TEXT:
        cell = Image.new("L", (52, 44), 0)
        ImageDraw.Draw(cell).text((2, 34 - base), char, fill=255, font=font)
        cells.append(np.asarray(cell))
        advances.append(round(font.getlength(char)))
    return np.stack(cells), np.array(advances)


def main() -> None:
    """Write the glyphs of all fonts to `glyphs.npz`."""
    arrays: dict[str, np.ndarray] = {}
    for name, path in ZONE_FONTS.items():
        arrays[f"zone_{name}"] = zone_glyphs(ROOT + path)
    for name, path in HELD_FONTS.items():
        arrays[f"held_{name}"] = zone_glyphs(ROOT + path)
    for name, path in TEXT_FONTS.items():
        arrays[f"text_{name}"], arrays[f"advance_{name}"] = text_glyphs(ROOT + path)
    np.savez_compressed(Path(__file__).with_name("glyphs.npz"), **arrays)


if __name__ == "__main__":
    main()
