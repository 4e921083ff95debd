"""Templates can be read in an editor: no line is longer than 160 characters (djlint does not count them)."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LONGEST_LINE = 160


def test_no_line_of_a_template_is_too_long() -> None:
    templates = sorted((ROOT / "ancu").rglob("templates/**/*.html"))
    assert templates
    too_long = [
        f"{path.relative_to(ROOT)}:{number}: {len(line)}"
        for path in templates
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > LONGEST_LINE
    ]
    assert too_long == []
