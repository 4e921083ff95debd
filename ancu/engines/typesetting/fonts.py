"""The fonts that documents are set in: found once in a process, and which characters each of them has."""

from functools import cache, lru_cache
from pathlib import Path

import manimgx_fonts
import manimgx_fonts_cjk
import typst
import uharfbuzz

OWN = Path(__file__).parent / "font_files"
WORLD = Path(manimgx_fonts.__file__).parent
EAST_ASIA = Path(manimgx_fonts_cjk.__file__).parent


@cache
def font_book() -> typst.Fonts:
    """Return the fonts that typst may use; cached, as searching their folders takes long."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[OWN, WORLD, EAST_ASIA])


@cache
def coverages() -> tuple[uharfbuzz.Set, ...]:
    """Return the code points of each font. All faces of a collection have the same."""
    files = sorted(file for folder in (OWN, WORLD, EAST_ASIA) for file in folder.glob("*.tt[fc]"))
    return tuple(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(file))).unicodes for file in files)


@lru_cache(maxsize=65_536)
def is_covered(characters: str) -> bool:
    """Whether a single font has all of these characters, as a letter and its marks must be drawn together."""
    return any(all(ord(character) in coverage for character in characters) for coverage in coverages())


@cache
def _serif_bold() -> uharfbuzz.Font:
    """Load the bold serif font for measuring."""
    return uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(OWN / "Tinos_700Bold.ttf"))))


def serif_bold_width(text: str) -> float:
    """Return the width of a line of bold Times New Roman, in em (multiples of the font size)."""
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    uharfbuzz.shape(_serif_bold(), buffer)
    return float(sum(place.x_advance for place in buffer.glyph_positions) / _serif_bold().face.upem)
