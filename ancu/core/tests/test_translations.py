"""The catalogues: what is extracted, what is kept, what is complained of."""

import re
from gettext import GNUTranslations
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.utils import translation
from django.utils.translation.trans_real import catalog

from ancu.core import catalogues, translations
from ancu.core.testing import texts

PAGE = """{% load i18n %}{% translate "Guests" %} {% translate "May" context "month" %}
{% blocktranslate trimmed count counter=n %}
  one guest
{% plural %}
  {{ counter }} guests
{% endblocktranslate %}"""


@pytest.fixture
def package(tmp_path: Path) -> Path:
    root = tmp_path / "ancu"
    for folder in ("core", "config", "apps/stays/templates/stays", "demo"):
        (root / folder).mkdir(parents=True)
    (root / "apps/stays/__init__.py").touch()
    (root / "core/errors.py").write_text('from django import _\n_("Not found")\n')
    (root / "apps/stays/enums.py").write_text('_("Not found")\ngettext_lazy("Declared")\n')
    (root / "apps/stays/templates/stays/list.html").write_text(PAGE)
    return root


def po_of(package: Path, section: str) -> Path:
    return package / section / translations.CATALOGUE


def translate(po: Path, words: str, vietnamese: str) -> None:
    text = po.read_text()
    assert f'msgid "{words}"\nmsgstr ""' in text
    po.write_text(text.replace(f'msgid "{words}"\nmsgstr ""', f'msgid "{words}"\nmsgstr "{vietnamese}"'))


def test_extract_finds_every_kind_of_string(package: Path) -> None:
    translations.extract_all(package)
    catalog = translations.sections(package)[1].read()
    assert {(message.id, message.context) for message in catalog if message.id} == {
        ("Not found", None),
        ("Declared", None),
        ("Guests", None),
        ("May", "month"),
        (("one guest", "%(counter)s guests"), None),
    }


def test_extract_keeps_translations_and_drops_the_unused(package: Path) -> None:
    translations.extract_all(package)
    po = po_of(package, "apps/stays")
    translate(po, texts.DECLARED, "Đã khai báo")
    (package / "apps/stays/enums.py").write_text('_("Declared")\n')
    translations.extract_all(package)
    assert 'msgstr "Đã khai báo"' in po.read_text()
    assert "Not found" not in po.read_text()
    once = po.read_bytes()
    translations.extract_all(package)
    assert po.read_bytes() == once


def test_what_the_ground_floor_says_need_not_be_repeated(package: Path) -> None:
    translations.extract_all(package)
    translate(po_of(package, "core"), "Not found", texts.NO_RESULTS_VI)
    complaints = translations.problems(package)
    assert not [line for line in complaints if "core/" in line.split(":")[0]]
    po_of(package, "apps/stays").unlink()
    translations.extract_all(package)
    assert "Not found" not in po_of(package, "apps/stays").read_text()


def test_check_names_what_is_missing_untranslated_fuzzy_or_garbled(package: Path) -> None:
    assert any("missing: 'Declared'" in line for line in translations.problems(package))
    translations.extract_all(package)
    po = po_of(package, "apps/stays")
    assert any("untranslated: 'Declared'" in line for line in translations.problems(package))
    po.write_text(po.read_text().replace('msgid "Declared"\nmsgstr ""', '#, fuzzy\nmsgid "Declared"\nmsgstr "Đã"'))
    assert any("fuzzy: 'Declared'" in line for line in translations.problems(package))


def test_check_names_readers_who_are_called_by_two_names(package: Path) -> None:
    """Letters said "quý vị" and pages "bạn": one office, one courteous form."""
    translations.extract_all(package)
    translate(po_of(package, "apps/stays"), texts.DECLARED, "Bạn đã khai báo")
    translate(po_of(package, "apps/stays"), "Guests", "Bạn bè của quý vị")
    assert [line.split(": ")[1:] for line in translations.problems(package) if "quý vị" in line] == [
        ["“bạn” for “quý vị”", "'Declared' (stays/enums.py)"]
    ]


def test_check_names_words_that_two_catalogues_translate_differently(package: Path) -> None:
    """Django shows one of the two on both pages: the audit's "Who" read "who declares"."""
    translations.extract_all(package)
    translate(po_of(package, "core"), "Not found", texts.NO_RESULTS_VI)
    translate(po_of(package, "apps/stays"), "Not found", "Không có")
    complaint = "ancu/core/locale/vi/LC_MESSAGES/django.po, ancu/apps/stays/locale/vi/LC_MESSAGES/django.po"
    assert f"{complaint}: said twice: 'Not found'" in translations.problems(package)


def test_compile_writes_only_what_is_stale(package: Path) -> None:
    translations.extract_all(package)
    assert {path.suffix for path in translations.compile_all(package)} == {".mo"}
    assert translations.compile_all(package) == []


def test_no_word_is_translated_under_a_name_that_the_catalogues_do_not_know() -> None:
    known_keywords = {"_", *translations.KEYWORDS}
    root = Path(translations.__file__).parent.parent
    for path in root.rglob("*.py"):
        for name in re.findall(r"import n?p?gettext\w* as (\w+)", path.read_text()):
            assert name in known_keywords, f"{path.name}: {name}"


def catalogue_at(path: Path) -> dict[Any, str]:
    with path.open("rb") as file:
        return GNUTranslations(file)._catalog


def test_no_library_speaks_before_our_own_catalogues() -> None:
    """Django's own Vietnamese has "version" for "version"; of two catalogues, that of the earlier app is shown."""
    with translation.override("vi"):
        catalog_entries = catalog()._catalog
    overridden = [
        f"{path}: {words!r} is shown as {catalog_entries.get(words)!r}"
        for path in Path(translations.__file__).parent.parent.rglob("vi/LC_MESSAGES/django.mo")
        for words, translated in catalogue_at(path).items()
        if words and isinstance(words, str) and translated and catalog_entries.get(words) != translated
    ]
    assert overridden == [], "give the word a context, or translate it in core/library_words"


def test_the_same_words_are_compiled_to_the_same_bytes_at_any_time(package: Path) -> None:
    translations.extract_all(package)
    compiled = []
    for day in ("2026-01-01", "2027-02-02"):
        with time_machine.travel(day):
            compiled.append([path.read_bytes() for path in translations.compile_all(package)])
        for path in package.rglob("*.mo"):
            path.unlink()
    assert compiled[0] and compiled[0] == compiled[1]


def test_a_process_that_had_no_catalogue_speaks_vietnamese_once_it_is_compiled(tmp_path: Path, settings: Any) -> None:
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    catalogue = tmp_path / translations.CATALOGUE
    catalogue.parent.mkdir(parents=True)
    header = catalogues.HEADER.format(language="vi")
    catalogue.write_text(header + 'msgid "Rain over the ford"\nmsgstr "Mưa bên bến"\n', encoding="utf-8")
    with translation.override("vi"):
        assert translation.gettext("Rain over the ford") == "Rain over the ford"
    translations.compile_all(tmp_path)
    with translation.override("vi"):
        assert translation.gettext("Rain over the ford") == "Mưa bên bến"
