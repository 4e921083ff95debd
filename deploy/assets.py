"""Copy from node_modules what pages use into var/assets/vendor, which is served under /static/vendor/.

Standard library only. Source map lines are dropped: the maps are not served.
"""

import re
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES, TARGET = ROOT / "node_modules", ROOT / "var" / "assets" / "vendor"
SOURCE_MAP = re.compile(r"\s*(/\*# sourceMappingURL=.*?\*/|//# sourceMappingURL=\S*)\s*$")

TEXTS = {
    "bootstrap/dist/css/bootstrap.min.css": "bootstrap/bootstrap.min.css",
    "echarts/dist/echarts.min.js": "echarts/echarts.min.js",
}
FONTS = "@fontsource/be-vietnam-pro/files"
FONT_FILES = [
    f"be-vietnam-pro-{subset}-{weight}-normal.woff2"
    for subset in ("latin", "latin-ext", "vietnamese")
    for weight in (400, 500, 600, 700)
]
LICENCES = {
    "bootstrap/LICENSE": "bootstrap/LICENSE",
    "echarts/LICENSE": "echarts/LICENSE",
    "@fontsource/be-vietnam-pro/LICENSE": "fonts/LICENSE",
}


def main() -> None:
    """Make the folder afresh, so that it holds nothing that is no longer used."""
    shutil.rmtree(TARGET, ignore_errors=True)
    for source, target in TEXTS.items():
        text = (MODULES / source).read_text(encoding="utf-8")
        _place(target).write_text(SOURCE_MAP.sub("\n", text), encoding="utf-8")
    copies = {f"{FONTS}/{name}": f"fonts/{name}" for name in FONT_FILES} | LICENCES
    for source, target in copies.items():
        shutil.copyfile(MODULES / source, _place(target))


def _place(name: str) -> Path:
    path = TARGET / name
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


if __name__ == "__main__":
    main()
