"""python -m ancu.core.translations compile | extract | check

Every app keeps its own Vietnamese catalogue; the words in the code are the English ones. What the
ground floor already translates (`ancu/core/locale`) an app need not translate again. Babel does the
work, so the gettext programs need not be installed.
"""

import argparse
import io
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.reloader import translation_file_changed
from django.utils.translation.template import templatize

PACKAGE = Path(__file__).resolve().parent.parent
CATALOGUE = Path("locale/vi/LC_MESSAGES/django.po")
HEADER = """\
msgid ""
msgstr ""
"Language: vi\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""
NO_DATE = datetime(2000, 1, 1, tzinfo=UTC)  # Babel would write the present: a release must give the same bytes
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
    "counted": (1, 2),  # core.templatetags.ui
}
FAMILIAR = re.compile(r"\bbạn\b(?! bè)", re.IGNORECASE)  # whoever reads is addressed as "quý vị", everywhere
REPEATED = re.compile(r"(.{25,})\s*\1")  # a sentence that was pasted twice
NOT_SHOWN = {"tests", "migrations", "testing", "locale", "static"}
Key = tuple[str, str | None]  # the English words (of a plural: the singular) and their context


@dataclass(frozen=True)
class Section:
    """Folders that share one catalogue, which is stored in the first of them."""

    folders: tuple[Path, ...]

    @property
    def po(self) -> Path:
        """The catalogue file of the section."""
        return self.folders[0] / CATALOGUE

    def files(self) -> Iterator[Path]:
        """Yield the source files whose marked strings belong to the catalogue."""
        for folder in self.folders:
            for path in sorted(folder.rglob("*")):
                is_source = path.suffix in {".py", ".html", ".txt"}
                if is_source and not NOT_SHOWN & set(path.relative_to(folder).parts):
                    yield path

    def words(self) -> Catalog:
        """Return every marked string, with the files that contain it."""
        catalog = Catalog()
        for path in self.files():
            for _, message, comments, context in _strings(path):
                place = str(path.relative_to(self.folders[0].parent))
                catalog.add(message, locations=[(place, 0)], auto_comments=comments, context=context)
        return catalog

    def read(self) -> Catalog:
        """Load the section's catalogue; an empty one if there is no file yet."""
        if not self.po.exists():
            return Catalog(locale="vi")
        with self.po.open("rb") as file:
            return read_po(file, locale="vi")


def sections(package: Path = PACKAGE) -> list[Section]:
    """Return the sections: core with the configuration, and each app."""
    apps = sorted(path for path in (package / "apps").glob("*") if (path / "__init__.py").exists())
    ground = Section((package / "core", package / "config"))
    return [ground, *(Section((folder,)) for folder in [*apps, package / "demo"])]


def compile_all(package: Path = PACKAGE) -> list[Path]:
    """Write the .mo file of every catalogue that is newer than it; return the files written.

    Django's caches are cleared, so that this process shows the new words.
    """
    written = []
    for po in sorted(package.rglob(str(CATALOGUE))):
        mo = po.with_suffix(".mo")
        if not mo.exists() or mo.stat().st_mtime_ns < po.stat().st_mtime_ns:
            scratch = mo.with_suffix(f".{os.getpid()}.tmp")
            with po.open("rb") as source, scratch.open("wb") as target:
                catalogue = read_po(source, locale="vi")
                catalogue.creation_date = NO_DATE
                write_mo(target, catalogue)
            scratch.replace(mo)  # a reader sees the old file or the new one, never half of one
            written.append(mo)
            translation_file_changed(None, mo)
    return written


def extract_all(package: Path = PACKAGE) -> None:
    """Update every catalogue from the code: translations stay, new strings are added, unused ones removed."""
    ground = sections(package)[0]
    for section in sections(package):
        shared = set() if section == ground else _translated(ground.read())
        catalog, words = section.read(), section.words()
        for key in [_key(message) for message in words if message.id]:
            if key in shared and catalog.get(*key) is None:
                words.delete(*key)
        if len(words) or section.po.exists():
            catalog.update(words, no_fuzzy_matching=True)
            _write(section.po, catalog)


def problems(package: Path = PACKAGE) -> list[str]:
    """Return a line for every string that readers of Vietnamese would see in English or garbled."""
    ground = sections(package)[0]
    shared = _translated(ground.read())
    complaints = []
    for section in sections(package):
        catalog = section.read()
        complaints += [
            f"{section.po.relative_to(package.parent)}: {complaint}: {_key(message)[0]!r} ({place})"
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
            if message.id and _is_translated(message):
                place = str(section.po.relative_to(package.parent))
                translations_by_key.setdefault(_key(message), {}).setdefault(str(message.string), place)
    return [
        f"{', '.join(texts.values())}: said twice: {key[0]!r}"
        for key, texts in translations_by_key.items()
        if len(texts) > 1
    ]


def _translation_fault(message: Message, catalog: Catalog, shared: set[Key]) -> str:
    """Return what is wrong with a string's translation; empty if nothing."""
    key = _key(message)
    entry = catalog.get(*key)
    if entry is None:
        return "" if key in shared else "missing"
    if not _is_translated(entry):
        return "fuzzy" if entry.fuzzy else "untranslated"
    complaint = [str(error) for error in entry.check(catalog)]
    if FAMILIAR.search(str(entry.string)):
        complaint.append("“bạn” for “quý vị”")
    if REPEATED.search(str(entry.string)) and not REPEATED.search(str(entry.id)):
        complaint.append("repeats itself")
    return "; ".join(complaint)


def _translated(catalogue: Catalog) -> set[Key]:
    """Return the keys of a catalogue's translated strings."""
    return {_key(message) for message in catalogue if message.id and _is_translated(message)}


def _is_translated(message: Message) -> bool:
    """Whether all forms of a string are translated and not fuzzy."""
    texts = message.string if isinstance(message.string, tuple | list) else [message.string]
    return not message.fuzzy and bool(texts) and all(texts)


def _key(message: Message) -> Key:
    """Return text and context of a string, by which catalogues are compared."""
    words = message.id if isinstance(message.id, str) else message.id[0]
    return words, message.context


def _strings(path: Path) -> Iterator[tuple[int, str | tuple[str, ...], list[str], str | None]]:
    """Yield the marked strings of a source file: line, text, comments and context."""
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # Indentation means nothing in a template, but Babel reads the result as Python.
        source = "\n".join(line.lstrip() for line in templatize(source, origin=str(path)).splitlines())
    code = io.BytesIO(source.encode())
    tags = ["Translators:"]
    yield from extract("python", code, KEYWORDS, comment_tags=tags, options={"encoding": "utf-8"})


def _write(po: Path, catalogue: Catalog) -> None:
    """Write a catalogue reproducibly, without dates and line numbers."""
    po.parent.mkdir(parents=True, exist_ok=True)
    body = io.BytesIO()
    write_po(body, catalogue, width=110, omit_header=True, ignore_obsolete=True, include_lineno=False)
    po.write_text(HEADER + body.getvalue().decode().lstrip("\n"), encoding="utf-8")


def main(argv: list[str] | None = None) -> int:
    """Run the given action; return the exit status, which is 1 if `check` finds untranslated strings."""
    parser = argparse.ArgumentParser(prog="python -m ancu.core.translations")
    parser.add_argument("action", choices=["compile", "extract", "check"])
    action = parser.parse_args(argv).action
    if action == "compile":
        compile_all()
    elif action == "extract":
        extract_all()
    else:
        errors = problems()
        sys.stdout.writelines(f"{line}\n" for line in errors)
        return 1 if errors else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
