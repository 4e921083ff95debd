"""The catalogues of the third languages: partial, with English for everything else.

Django falls back to Vietnamese, which readers of Chinese, Korean or Japanese know least: so the English words are
compiled into the catalogue of the ground floor.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from babel.messages.catalog import Catalog, Message

from ancu.core.catalogues import (
    PACKAGE,
    Key,
    Section,
    is_translated,
    key_of,
    read_catalogue,
    sections,
    translated_keys,
    write_catalogue,
)
from ancu.core.public_texts import PublicTexts, ThirdLanguages, folder_of, third_languages
from ancu.engines.rulebook import public_texts as rulebook_texts

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%(?![( ])[sd]|\{\w+\}|</?\w+[^>]*>")
REPORT_HEAD = """# Third languages

`make docs` writes this page: the texts of the public pages (`ancu/core/third_languages.toml`) and how many of them are
translated into each language. The rest is shown in English. A release refuses to be built while one is missing."""
Compilation = tuple[Path, list[Path], Callable[[], Catalog]]


@dataclass(frozen=True)
class RulebookSection(Section):
    """The rulebook's English texts; it has its Vietnamese ones itself."""

    def words(self, public: PublicTexts | None = None) -> Catalog:
        """Return the texts of the rulebook that the public pages show, with the kind of thing they belong to."""
        catalog = Catalog()
        for text, place in rulebook_texts.public_texts():
            catalog.add(text, locations=[(place, 0)])
        return catalog


def _settings(package: Path) -> ThirdLanguages:
    """Return the list of languages, pages and sources of a package."""
    return third_languages(package / "core" / "third_languages.toml")


def _public_words(package: Path) -> list[tuple[Section, Catalog]]:
    """Return each section that has texts of public pages, with those texts."""
    public = PublicTexts(package, _settings(package).texts)
    rulebook = package / "engines" / "rulebook"
    every = [*sections(package), *([RulebookSection((rulebook,))] if rulebook.is_dir() else [])]
    return [(section, words) for section in every if len(words := section.words(public))]


def extract_all(package: Path = PACKAGE) -> None:
    """Update the catalogues of each third language from the code; translations stay."""
    words_by_section = _public_words(package)
    for language in _settings(package).names:
        shared: set[Key] = set()
        for section, words in words_by_section:
            catalog, needed = section.read(language), Catalog()
            for message in words:
                if message.id and (key_of(message) not in shared or catalog.get(*key_of(message)) is not None):
                    needed.add(message.id, locations=message.locations, context=message.context, flags=message.flags)
            catalog.update(needed, no_fuzzy_matching=True)
            write_catalogue(section.po(language), catalog, language)
            if section.folders[0].name == "core":
                shared = {key_of(message) for message in catalog if message.id}


def missing(package: Path = PACKAGE) -> list[str]:
    """Return a line for every text of a public page that readers of a third language see in English."""
    lines = []
    for language in _settings(package).names:
        everywhere = _translated(package, language)
        for _section, words in _public_words(package):
            lines += [
                f"{language}: {key_of(message)[0]!r} ({message.locations[0][0]})"
                for message in words
                if message.id and key_of(message) not in everywhere
            ]
    return lines


def report(package: Path = PACKAGE) -> str:
    """Return a page of the documentation: how many texts of each app are translated, and what is missing."""
    settings = _settings(package)
    translated = {language: _translated(package, language) for language in settings.names}
    rows = []
    for section, words in _public_words(package):
        keys = [key_of(message) for message in words if message.id]
        counts = (str(sum(key in translated[language] for key in keys)) for language in settings.names)
        rows.append(f"| {section.folders[0].name} | {len(keys)} | {' | '.join(counts)} |")
    head = f"| app | texts | {' | '.join(settings.names.values())} |\n|---|---|{'---|' * len(settings.names)}"
    lacking = [f"- {line}" for line in missing(package)] or ["Nothing is missing."]
    return "\n".join([REPORT_HEAD, "", head, *rows, "", "## Missing", "", *lacking, ""])


def _catalogues(package: Path, language: str) -> list[Path]:
    """Return the catalogue files of a third language."""
    return sorted(package.rglob(f"locale/{folder_of(language)}/LC_MESSAGES/django.po"))


def _translated(package: Path, language: str) -> set[Key]:
    """Return the keys of everything that is translated in this language."""
    return {key for po in _catalogues(package, language) for key in translated_keys(read_catalogue(po, language))}


def problems(package: Path = PACKAGE) -> list[str]:
    """Return a line for every wrong translation; what is missing is no fault (`missing`)."""
    complaints = []
    for language in _settings(package).names:
        texts_by_key: dict[Key, set[str]] = {}
        for po in _catalogues(package, language):
            for message in read_catalogue(po, language):
                if not message.id or not is_translated(message):
                    continue
                texts_by_key.setdefault(key_of(message), set()).add(first_form(message))
                if fault := placeholder_fault(message):
                    complaints.append(f"{po.relative_to(package.parent)}: {fault}: {key_of(message)[0]!r}")
        complaints += [f"{language}: said twice: {key[0]!r}" for key, texts in texts_by_key.items() if len(texts) > 1]
    return complaints


def first_form(message: Message) -> str:
    """Return the translation, of a plural its only form."""
    texts = [message.string] if isinstance(message.string, str) else list(message.string or [""])
    return texts[0]


def placeholder_fault(message: Message) -> str:
    """Return how the placeholders and tags of a translation differ from the English ones; empty if they agree."""
    forms = (message.id,) if isinstance(message.id, str) else message.id
    expected = Counter(PLACEHOLDER.findall(forms[-1]))
    actual = Counter(PLACEHOLDER.findall(first_form(message)))
    absent, extra = expected - actual, actual - expected
    parts = (f"lacks {' '.join(absent)}" if absent else "", f"invents {' '.join(extra)}" if extra else "")
    return ", ".join(filter(None, parts))


def compilations(package: Path = PACKAGE) -> Iterator[Compilation]:
    """Yield each file to compile, with its sources and how its catalogue is loaded."""
    ground = sections(package)[0]
    vietnamese = [section.po() for section in sections(package) if section.po().exists()]
    for language in _settings(package).names:
        catalogues = _catalogues(package, language)
        for po in catalogues:
            if po != ground.po(language):
                yield po.with_suffix(".mo"), [po], partial(read_catalogue, po, language)
        load = partial(_with_english, package, ground, language)
        yield ground.po(language).with_suffix(".mo"), [*catalogues, *vietnamese], load


def _with_english(package: Path, ground: Section, language: str) -> Catalog:
    """Return the ground floor's catalogue, and the English words of all that the language does not translate."""
    catalog, translated = Catalog(locale="en"), _translated(package, language)
    for message in ground.read(language):
        if message.id and is_translated(message):
            text = first_form(message)
            catalog.add(message.id, text if isinstance(message.id, str) else (text, text), context=message.context)
    for section in sections(package):
        for message in section.read():
            if message.id and key_of(message) not in translated:
                catalog.add(message.id, message.id, context=message.context)
    return catalog
