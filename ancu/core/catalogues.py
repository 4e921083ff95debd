"""Catalogues of translations: the sources of each, how they are read and written.

Every app keeps its own; the words in the code are the English ones.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from ancu.core.public_texts import PublicTexts, folder_of

PACKAGE = Path(__file__).resolve().parent.parent
HEADER = """\
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
    "counted": (1, 2),  # core.templatetags.ui
}
NOT_SHOWN = {"tests", "migrations", "testing", "locale", "static"}
Key = tuple[str, str | None]  # the English words (of a plural: the singular) and their context


@dataclass(frozen=True)
class Section:
    """Folders that share one catalogue for each language, which is stored in the first of them."""

    folders: tuple[Path, ...]

    def po(self, language: str = "vi") -> Path:
        """Return the catalogue file of the section in this language."""
        return self.folders[0] / "locale" / folder_of(language) / "LC_MESSAGES/django.po"

    def files(self) -> Iterator[Path]:
        """Yield the source files whose marked strings belong to the catalogue."""
        for folder in self.folders:
            for path in sorted(folder.rglob("*")):
                is_source = path.suffix in {".py", ".html", ".txt"}
                if is_source and not NOT_SHOWN & set(path.relative_to(folder).parts):
                    yield path

    def words(self, public: PublicTexts | None = None) -> Catalog:
        """Return a catalogue of every string marked for translation in the section, with the files that contain it.

        With ``public`` only the strings of its sources.
        """
        catalog = Catalog()
        for path in self.files():
            if public is not None and path not in public.lines:
                continue
            for line, message, comments, context in _strings(path):
                if public is None or public.contains(path, line):
                    place = str(path.relative_to(self.folders[0].parent))
                    catalog.add(message, locations=[(place, 0)], auto_comments=comments, context=context)
        return catalog

    def read(self, language: str = "vi") -> Catalog:
        """Return the section's catalogue (.po) in this language; an empty one if there is no file yet."""
        return read_catalogue(self.po(language), language)


def sections(package: Path = PACKAGE) -> list[Section]:
    """Return the parts of the program with translation catalogues: core with config, each app, the demo."""
    apps = sorted(path for path in (package / "apps").glob("*") if (path / "__init__.py").exists())
    ground = Section((package / "core", package / "config"))
    return [ground, *(Section((folder,)) for folder in [*apps, package / "demo"])]


def read_catalogue(po: Path, language: str) -> Catalog:
    """Load a catalogue file; an empty catalogue if there is none."""
    if not po.exists():
        return Catalog(locale=folder_of(language))
    with po.open("rb") as file:
        return read_po(file, locale=folder_of(language))


def translated_keys(catalogue: Catalog) -> set[Key]:
    """Return text and context of every translated string of a catalogue."""
    return {key_of(message) for message in catalogue if message.id and is_translated(message)}


def is_translated(message: Message) -> bool:
    """Whether all forms of a string are translated and not fuzzy."""
    texts = message.string if isinstance(message.string, tuple | list) else [message.string]
    return not message.fuzzy and bool(texts) and all(texts)


def key_of(message: Message) -> Key:
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


def write_catalogue(po: Path, catalogue: Catalog, language: str) -> None:
    """Write a catalogue reproducibly, without dates and line numbers."""
    po.parent.mkdir(parents=True, exist_ok=True)
    body = io.BytesIO()
    write_po(body, catalogue, width=110, omit_header=True, ignore_obsolete=True, include_lineno=False)
    po.write_text(HEADER.format(language=folder_of(language)) + body.getvalue().decode().lstrip("\n"), encoding="utf-8")
