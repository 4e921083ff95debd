"""python -m ancu.core.translations compile | extract | check | missing | report

Every app keeps its own catalogues; the words in the code are the English ones. What the ground floor already
translates (`ancu/core/locale`) an app need not translate again. Babel does the work, so the gettext programs need not
be installed.

The Vietnamese catalogues are complete. Those of a third language have the texts of the pages that
`third_languages.toml` lists; everything else is shown in English. `check` refuses a wrong placeholder in them,
`missing` lists what they lack, `report` writes it as a page of the documentation.
"""

import argparse
import os
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from django.utils.translation.reloader import translation_file_changed

from ancu.core import third_catalogues
from ancu.core.catalogues import (
    KEYWORDS,
    PACKAGE,
    Key,
    is_translated,
    key_of,
    read_catalogue,
    sections,
    translated_keys,
    write_catalogue,
)

__all__ = ["CATALOGUE", "KEYWORDS", "compile_all", "extract_all", "problems", "sections"]

CATALOGUE = Path("locale/vi/LC_MESSAGES/django.po")
REPORT = PACKAGE.parent / "docs" / "languages.md"
NO_DATE = datetime(2000, 1, 1, tzinfo=UTC)  # Babel would write the present: a release must give the same bytes
FAMILIAR = re.compile(r"\bbạn\b(?! bè)", re.IGNORECASE)  # whoever reads is addressed as "quý vị", everywhere
REPEATED = re.compile(r"(.{25,})\s*\1")  # a sentence that was pasted twice


def compile_all(package: Path = PACKAGE) -> list[Path]:
    """Write the .mo file of every catalogue that is newer than it; return the files written.

    Django's caches are cleared, so that this process shows the new words.
    """
    catalogues = [(po, "vi") for po in sorted(package.rglob(str(CATALOGUE)))]
    written = [
        _write_mo(po.with_suffix(".mo"), read_catalogue(po, language))
        for po, language in catalogues
        if _is_stale(po.with_suffix(".mo"), [po])
    ]
    for mo, sources, load in third_catalogues.compilations(package):
        if _is_stale(mo, sources):
            written.append(_write_mo(mo, load()))
    return written


def _is_stale(mo: Path, sources: list[Path]) -> bool:
    """Whether a compiled file is missing, or older than one of its sources."""
    return not mo.exists() or mo.stat().st_mtime_ns < max(po.stat().st_mtime_ns for po in sources)


def _write_mo(mo: Path, catalogue: Catalog) -> Path:
    """Write a compiled catalogue; a reader sees the old file or the new one, never half of one."""
    mo.parent.mkdir(parents=True, exist_ok=True)
    scratch = mo.with_suffix(f".{os.getpid()}.tmp")
    catalogue.creation_date = NO_DATE
    with scratch.open("wb") as target:
        write_mo(target, catalogue)
    scratch.replace(mo)
    translation_file_changed(None, mo)
    return mo


def extract_all(package: Path = PACKAGE) -> None:
    """Update every catalogue from the code: translations stay, new strings are added, unused ones removed."""
    ground = sections(package)[0]
    for section in sections(package):
        shared = set() if section == ground else translated_keys(ground.read())
        catalog, words = section.read(), section.words()
        for key in [key_of(message) for message in words if message.id]:
            if key in shared and catalog.get(*key) is None:
                words.delete(*key)
        if len(words) or section.po().exists():
            catalog.update(words, no_fuzzy_matching=True)
            write_catalogue(section.po(), catalog, "vi")


def problems(package: Path = PACKAGE) -> list[str]:
    """Return a line for every string that readers of Vietnamese would see in English or garbled."""
    ground = sections(package)[0]
    shared = translated_keys(ground.read())
    complaints = []
    for section in sections(package):
        catalog = section.read()
        complaints += [
            f"{section.po().relative_to(package.parent)}: {complaint}: {key_of(message)[0]!r} ({place})"
            for message in section.words()
            if message.id and (complaint := _translation_fault(message, catalog, shared))
            for place, _ in message.locations[:1]
        ]
    return complaints + _double_translations(package)


def _double_translations(package: Path) -> list[str]:
    """Return the English strings with two translations, of which Django shows the first app's everywhere."""
    translations_by_key: dict[Key, dict[str, str]] = {}
    for section in sections(package):
        for message in section.read():
            if message.id and is_translated(message):
                place = str(section.po().relative_to(package.parent))
                translations_by_key.setdefault(key_of(message), {}).setdefault(str(message.string), place)
    return [
        f"{', '.join(texts.values())}: said twice: {key[0]!r}"
        for key, texts in translations_by_key.items()
        if len(texts) > 1
    ]


def _translation_fault(message: Message, catalog: Catalog, shared: set[Key]) -> str:
    """Return what is wrong with a string's translation; empty if nothing."""
    key = key_of(message)
    entry = catalog.get(*key)
    if entry is None:
        return "" if key in shared else "missing"
    if not is_translated(entry):
        return "fuzzy" if entry.fuzzy else "untranslated"
    complaint = [str(error) for error in entry.check(catalog)]
    if FAMILIAR.search(str(entry.string)):
        complaint.append("“bạn” for “quý vị”")
    if REPEATED.search(str(entry.string)) and not REPEATED.search(str(entry.id)):
        complaint.append("repeats itself")
    return "; ".join(complaint)


def main(argv: list[str] | None = None) -> int:
    """Run the given action; return the exit status, which is 1 if `check` or `missing` finds something."""
    parser = argparse.ArgumentParser(prog="python -m ancu.core.translations")
    parser.add_argument("action", choices=["compile", "extract", "check", "missing", "report"])
    action = parser.parse_args(argv).action
    if action == "compile":
        compile_all()
        return 0
    if action == "extract":
        extract_all()
        third_catalogues.extract_all()
        return 0
    if action == "report":
        REPORT.write_text(third_catalogues.report(), encoding="utf-8")
        return 0
    lines = [*problems(), *third_catalogues.problems()] if action == "check" else third_catalogues.missing()
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
