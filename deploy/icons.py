"""Draw the icons of the installed page from the program's mark, into stays' static folder: python deploy/icons.py"""

from pathlib import Path

from PIL import Image, ImageDraw

FOLDER = Path(__file__).resolve().parent.parent / "ancu" / "apps" / "stays" / "static" / "stays"
GREEN, GOLD, WHITE, PALE = "#0a4438", "#e9b44c", "#ffffff", "#cedad7"
FINE = 4  # drawn so many times larger, then made smaller, for smooth edges
SHAPES = (  # the mark of ancu/favicon.svg, in its 32 by 32
    (GOLD, [(4, 15.5), (16, 6), (28, 15.5), (26.1, 17.6), (16, 9.6), (5.9, 17.6)]),
    (WHITE, [(8, 17), (24, 17), (24, 22), (8, 22)]),
    (PALE, [(10, 22), (12, 22), (12, 27), (10, 27)]),
    (PALE, [(15, 22), (17, 22), (17, 27), (15, 27)]),
    (PALE, [(20, 22), (22, 22), (22, 27), (20, 27)]),
    (GREEN, [(14, 18), (18, 18), (18, 22), (14, 22)]),
)


def draw(size: int, *, maskable: bool = False) -> Image.Image:
    """Draw the program's icon, ``size`` pixels wide; a ``maskable`` one fills its square.

    Its mark then lies within the middle four fifths, as phones cut such icons to shapes.
    """
    side = size * FINE
    image = Image.new("RGBA", (side, side), GREEN if maskable else (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    if not maskable:
        pen.rounded_rectangle((0, 0, side - 1, side - 1), radius=side * 7 / 32, fill=GREEN)
    scale, margin = (side / 32 * 0.78, side * 0.11) if maskable else (side / 32, 0)
    for colour, points in SHAPES:
        pen.polygon([(margin + x * scale, margin + y * scale) for x, y in points], fill=colour)
    return image.resize((size, size), Image.Resampling.LANCZOS)


def main() -> None:
    """Write the icons of the installed page."""
    for name, size, maskable in (("icon-192", 192, False), ("icon-512", 512, False), ("icon-maskable", 512, True)):
        draw(size, maskable=maskable).quantize(64).save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
