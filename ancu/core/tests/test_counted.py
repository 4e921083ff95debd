"""How many of something, in words: grouped as the reader's language does, wherever it is said."""

import re
from pathlib import Path

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from ancu.core.forms import Form
from ancu.core.templatetags.ui import counted

PACKAGE = Path(__file__).resolve().parents[2]
SENTENCE = re.compile(r"{%\s*blocktranslate\b[^%]*\bcount (\w+)=[^%]*%}(.*?){%\s*endblocktranslate\b", re.DOTALL)


class CountForm(Form):
    much = forms.IntegerField(max_value=1_000_000)
    words = forms.CharField(max_length=2000)


@pytest.mark.parametrize(("language", "sentence"), [("vi", "1.234 kept (a)"), ("en", "1,234 kept (a)")])
def test_a_count_in_a_sentence(language, sentence):
    with translation.override(language):
        assert counted("%(n)s is kept (%(why)s)", "%(n)s kept (%(why)s)", 1234, why="a") == sentence


def test_what_a_field_takes_at_most():
    with translation.override("vi"):
        errors = str(CountForm({"much": "2000000", "words": "a" * 2345}).errors)
    assert all(sentence in errors for sentence in ("1.000.000", "2.000", "2.345"))


class Django(Form):
    """Fields whose sentences are Django's own, some with a plural that needs the number itself."""

    short = forms.CharField(min_length=2000)
    exact = forms.DecimalField(max_digits=4, decimal_places=1)
    step = forms.IntegerField(step_size=7)
    paper = forms.FileField(max_length=3)


@pytest.mark.parametrize("exact", ["1.23456", "123456"])
def test_sentences_of_django_are_told_as_they_are(exact):
    paper = SimpleUploadedFile("paper.pdf", b"%PDF")
    errors = Django({"short": "a", "exact": exact, "step": "8"}, {"paper": paper}).errors
    assert set(errors) == {"short", "exact", "step", "paper"}
    assert "%(" not in str(errors)


def test_no_sentence_groups_its_count_by_itself():
    code = [path for path in PACKAGE.rglob("*.py") if "tests" not in path.parts and "ngettext(" in path.read_text()]
    assert [path.name for path in code] == ["ui.py"]


def test_no_page_says_a_bare_count():
    """``{% blocktranslate count counter=x with n=x|number %}``, so that the counter itself is never shown."""
    bare = [
        f"{path.name}: {counter}"
        for path in [*PACKAGE.rglob("templates/**/*.html"), *PACKAGE.rglob("templates/**/*.txt")]
        for counter, words in SENTENCE.findall(path.read_text())
        if re.search(rf"{{{{\s*{counter}\b", words)
    ]
    assert bare == []
