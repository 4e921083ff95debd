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
    """Every font, for typst. Searching the folders costs more than setting a receipt, so it is done once."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[OWN, WORLD, EAST_ASIA])


@cache
def coverages() -> tuple[uharfbuzz.Set, ...]:
    """The code points that each font has. All faces of a collection have the same."""
    files = sorted(file for folder in (OWN, WORLD, EAST_ASIA) for file in folder.glob("*.tt[fc]"))
    return tuple(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(file))).unicodes for file in files)


@lru_cache(maxsize=65_536)
def is_covered(characters: str) -> bool:
    """Whether one font has all of these characters: a letter and its marks are drawn by one."""
    return any(all(ord(character) in coverage for character in characters) for coverage in coverages())


@cache
def _serif_bold() -> uharfbuzz.Font:
    return uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(OWN / "Tinos_700Bold.ttf"))))


def serif_bold_width(text: str) -> float:
    """How long a line of bold Times New Roman is, in sizes of its letters (em)."""
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    uharfbuzz.shape(_serif_bold(), buffer)
    return float(sum(place.x_advance for place in buffer.glyph_positions) / _serif_bold().face.upem)
