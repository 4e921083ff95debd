"""What the documents say to type exists, what they point to is there, and each decision has a status."""

import json
import re
import subprocess
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from django.core.management import get_commands

from ancu.apps.stays.tests.test_api import make_token
from ancu.core import clock, translations
from ancu.core.testing.program import Program

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "docs" / "reference"
DECISIONS = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")


def documents() -> list[Path]:
    """Every page under version control."""
    listed = subprocess.run(["git", "ls-files", "*.md"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.splitlines()]


def targets() -> set[str]:
    return set(re.findall(r"(?m)^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8")))


def said_in_code(page: Path, pattern: str) -> set[str]:
    """What ``pattern`` finds in the page's code, whole blocks and single words."""
    text = page.read_text(encoding="utf-8")
    return {name for code in re.findall(r"```.*?```|`[^`\n]+`", text, re.DOTALL) for name in re.findall(pattern, code)}


def test_there_are_documents() -> None:
    assert {ROOT / "README.md", ROOT / "docs" / "architecture.md"} <= set(documents())


@pytest.mark.parametrize("folder", ["apps", "engines", "core"])
def test_the_architecture_names_each_package(folder: str) -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    packages = {path.parent.name for path in (ROOT / "ancu" / folder).glob("*/__init__.py")}
    named = {name.removeprefix("core/") for name in re.findall(r"`([\w/]+)`", text)}
    assert packages - named - {"tests", "management", "formats"} == set()


@pytest.mark.parametrize("page", documents(), ids=lambda page: str(page.relative_to(ROOT)))
def test_the_targets_and_commands_exist(page: Path) -> None:
    assert said_in_code(page, r"\bmake ([a-z][a-z-]+)") - targets() == set()
    assert said_in_code(page, r"(?:manage\.py|ancu manage) ([a-z][a-z_]+)") - set(get_commands()) == set()


@pytest.mark.parametrize("page", documents(), ids=lambda page: str(page.relative_to(ROOT)))
def test_no_link_is_dead(page: Path) -> None:
    links = {link for link in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in link}
    assert {link for link in links if not link.startswith("mailto:") and not (page.parent / link).exists()} == set()


@pytest.mark.parametrize("page", sorted((ROOT / "docs" / "guide").glob("*.vi.md")), ids=lambda page: page.name)
def test_guides_address_their_readers_as_the_pages_do(page: Path) -> None:
    assert translations.FAMILIAR.findall(page.read_text(encoding="utf-8")) == []


@cache
def labels(*, vietnamese: bool) -> frozenset[str]:
    """Every text of the program in one language, without case and closing punctuation."""
    texts: set[str] = set()
    for catalogue in (ROOT / "ancu").rglob("locale/vi/LC_MESSAGES/django.po"):
        with catalogue.open("rb") as file:
            for message in read_po(file):
                text = message.string if vietnamese else message.id
                texts.update([text] if isinstance(text, str) else text)
    return frozenset(_plain(text) for text in texts)


def _plain(text: str) -> str:
    return " ".join(text.split()).strip(" .…:?!").replace("’", "'").lower()


@pytest.mark.slow
@pytest.mark.parametrize("page", sorted((ROOT / "docs" / "guide").glob("*.*.md")), ids=lambda page: page.name)
def test_what_a_guide_sets_in_italics_is_a_label_of_the_program(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    named = re.findall(r"(?<!\*)\*(?!\*)([^*\n]+)\*(?!\*)", text)
    known_labels = labels(vietnamese=page.name.endswith(".vi.md"))
    assert sorted({label for label in named if _plain(label) not in known_labels}) == []


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.name)
def test_each_decision_has_a_number_a_status_and_three_parts(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"# {int(page.name[:4])}. ")
    assert re.search(r"\*\*Status\*\*: (accepted|superseded by \[ADR \d+\]|rejected)", text)
    assert re.findall(r"(?m)^## (.*)$", text) == ["Context", "Decision", "Consequences"]


def test_the_index_lists_each_decision_with_its_title() -> None:
    index = (ROOT / "docs" / "adr" / "README.md").read_text(encoding="utf-8")
    titles = [re.match(r"# \d+\. (.*)", page.read_text(encoding="utf-8")) for page in DECISIONS]
    rows = [(page.name, title[1]) for page, title in zip(DECISIONS, titles, strict=True) if title]
    assert re.findall(r"(?m)^\| \[\d+\]\(([^)]+)\) \| (.*?) \|", index) == rows


@pytest.mark.slow
def test_the_reference_is_what_the_code_says() -> None:
    from ancu.config.reference import binary_files, pages

    generated, binary = pages(), binary_files()
    files = {path.relative_to(REFERENCE).as_posix() for path in REFERENCE.rglob("*") if path.is_file()}
    assert files == {*generated, *binary}
    assert [name for name, data in binary.items() if (REFERENCE / name).read_bytes() != data] == []
    assert [name for name, text in generated.items() if (REFERENCE / name).read_text(encoding="utf-8") != text] == []


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["README.md", "README.vi.md"])
def test_the_first_call_of_the_readme_declares_its_guest(name: str, world: Any) -> None:
    """On any day, and without a question."""
    example = re.search(r"-d '(\{.*?\})'\n```", (ROOT / name).read_text(encoding="utf-8"), re.DOTALL)
    assert example is not None
    body = json.loads(re.sub(r"'\$\(date (?:-d (\d+)days )?\+%F\)'", _day, example[1]))
    status, answer = Program(make_token(world.lodging)).call("POST", "stays", body)
    assert (status, answer["rows"][0]["errors"], answer["rows"][0]["warnings"]) == (200, [], [])


def _day(command: re.Match[str]) -> str:
    """What the shell puts in place of ``$(date -d 3days +%F)``."""
    return f"{clock.today() + timedelta(days=int(command[1] or 0)):%Y-%m-%d}"
