"""Build the browser assets in ancu/assets: libraries in `vendor`, minified scripts and styles in `minified`.

Standard library only. Source map lines are dropped: the maps are not served. A server that collects static files takes
the minified ones (STATICFILES_DIRS); tests and development serve the sources.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES, ASSETS = ROOT / "node_modules", ROOT / "ancu" / "assets"
TARGET, MINIFIED = ASSETS / "vendor", ASSETS / "minified"
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
    """Build the folders of static files anew: libraries' texts, fonts and licences, and our minified sources."""
    shutil.rmtree(ASSETS, ignore_errors=True)
    for source, target in TEXTS.items():
        text = (MODULES / source).read_text(encoding="utf-8")
        _place(target).write_text(SOURCE_MAP.sub("\n", text), encoding="utf-8")
    copies = {f"{FONTS}/{name}": f"fonts/{name}" for name in FONT_FILES} | LICENCES
    for source, target in copies.items():
        shutil.copyfile(MODULES / source, _place(target))
    for folder in sorted(ROOT.glob("ancu/**/static")):
        sources = sorted(path.relative_to(folder) for path in folder.rglob("*") if path.suffix in {".js", ".css"})
        if sources:
            _minify(folder, sources)


def _minify(folder: Path, sources: list[Path]) -> None:
    """Minify scripts and styles of a folder of static files, each under its own name: they import each other by it.

    A folder at a time, with short names and one variable: esbuild refuses a command line of more than 8 KB.
    """
    command = ["node", MODULES / "esbuild-wasm" / "bin" / "esbuild", *sources]
    options = ["--minify", "--charset=utf8", "--log-level=warning", "--outbase=.", f"--outdir={MINIFIED}"]
    subprocess.run([*command, *options], cwd=folder, env={"PATH": os.environ["PATH"]}, check=True)


def _place(name: str) -> Path:
    """Return the path of the static file ``name`` to write; its folder is created."""
    path = TARGET / name
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


if __name__ == "__main__":
    main()
