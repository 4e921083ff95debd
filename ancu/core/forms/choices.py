"""Long lists one types in: a select found by any name of its options, and a text looked up among thousands.

What the box shows is what is sent. ``combobox.js`` sends the text beside the value; a text that names another option
replaces the value, and one that names none is an error. ``exact_value`` and its twin in ``combobox.js`` are one rule.
"""

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from html import escape
from typing import Any, NamedTuple

from django import forms
from django.forms.utils import flatatt
from django.utils.safestring import SafeString

TEXT_SUFFIX = "-text"  # the name of the box one types in, behind the field's own


class OtherNames(NamedTuple):
    """Further names of an option: in any language, and codes such as DEU."""

    names: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()


Aliases = Mapping[str, OtherNames]
NO_OTHER_NAMES = OtherNames()


class UnmatchedText(NamedTuple):
    """Text that names no option. As a string it is quoted, so that it equals no value: a unit's id is no name of it."""

    text: str

    def __str__(self) -> str:
        return f"“{self.text}”"


def tidy(text: str) -> str:
    """Return the text in Unicode NFC with single spaces and none around it."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def compact(text: str) -> str:
    """Return the letters and digits of the text in lower case, without accents."""
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(sign for sign in plain if sign.isalnum())


def words_of(text: str) -> list[str]:
    """Return the words of the text in lower case, without accents; whatever is no letter or digit separates them."""
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    letters = "".join(sign if sign.isalnum() else " " for sign in plain if not unicodedata.combining(sign))
    return letters.split()


def exact_value(text: str, options: Iterable[tuple[str, str]], aliases: Aliases) -> str | None:
    """Return the value of the option that ``text`` names exactly; None if it names none or several.

    Names are compared with their accents first, then without. A code counts in capitals, or when no name begins with
    it: "nga" is Russia (Nga), "NGA" may also be Nigeria, "nam" is not Namibia for a person who began to type "Nam
    Phi".
    """
    typed, short = tidy(text).lower(), compact(text)
    if not short:
        return None
    named, spelt, coded, begun = set(), set(), set(), False
    for value, label in options:
        if not value:
            continue
        other_names = aliases.get(value, NO_OTHER_NAMES)
        for name in (label, *other_names.names):
            key = compact(name)
            begun = begun or key.startswith(short)
            if key == short:
                named.add(value)
                if tidy(name).lower() == typed:
                    spelt.add(value)
        if typed.upper() in other_names.codes:
            coded.add(value)
    is_capitals = typed.upper() == tidy(text)
    matching_values = (spelt or named) | (coded if is_capitals or not begun else set())
    return matching_values.pop() if len(matching_values) == 1 else None


class SearchSelect(forms.Select):
    """A select that ``combobox.js`` makes searchable, without accents and by other names.

    ``aliases`` maps a value to its ``OtherNames``; the first ``frequent`` options are set apart from the rest.
    """

    def __init__(
        self,
        attrs: dict[str, Any] | None = None,
        choices: Any = (),
        aliases: Aliases | Callable[[], Aliases] | None = None,
        frequent: int = 0,
    ) -> None:
        marks = {"data-combobox": ""} | ({"data-frequent": frequent} if frequent else {})
        super().__init__(attrs=marks | (attrs or {}), choices=choices)
        self._aliases = aliases

    @property
    def aliases(self) -> Aliases:
        """The other names by which each option can be found, by the option's value."""
        return self._aliases() if callable(self._aliases) else self._aliases or {}

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """Return the value of the option that the person chose or typed.

        A typed text that names no single option gives UnmatchedText. Without script there is no text, and the
        select's own value counts.
        """
        value, text = super().value_from_datadict(data, files, name), data.get(f"{name}{TEXT_SUFFIX}")
        if text is None:
            return value
        if not tidy(text):
            return ""
        labels = self._labels()
        if tidy(text) == tidy(labels.get(str(value), "")):  # two options may be called the same
            return value
        exact = exact_value(text, labels.items(), self.aliases)
        return UnmatchedText(text) if exact is None else exact

    def display_value(self, value: Any) -> Any:
        """Return the field's value to show; a text that is no option's value becomes an UnmatchedText."""
        return UnmatchedText(str(value)) if value and str(value) not in self._labels() else value

    def _labels(self) -> dict[str, str]:
        """The label of every option by its value, those of groups included."""
        flat: dict[str, str] = {}
        for value, label in self.choices:
            options = label if isinstance(label, list | tuple) else [(value, label)]
            flat |= {"" if choice is None else str(choice): str(words) for choice, words in options}
        return flat

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Return the template context of one option, with its other names as HTML attributes."""
        option = super().create_option(name, value, *args, **kwargs)
        option["attrs"].update(_alias_attributes(self.aliases.get(str(value))))
        return option

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Return the select's HTML, built without templates: 250 options would cost ten milliseconds.

        Option groups need Django's template. A typed text that matched no option goes into ``data-typed``.
        """
        if isinstance(value, UnmatchedText):
            attrs = {**(attrs or {}), "data-typed": value.text}
            value = None
        if any(isinstance(label, list | tuple) for _code, label in self.choices):  # groups of options
            return super().render(name, value, attrs, renderer)
        html_attributes = flatatt({"name": name} | self.build_attrs(self.attrs, attrs))
        return SafeString(f"<select{html_attributes}>{''.join(self._options(value))}</select>")

    def _options(self, value: Any) -> Iterable[str]:
        """Yield the HTML of the options, with an empty first one if nothing is chosen and the list lacks one."""
        aliases, selected = self.aliases, set(self.format_value(value))
        choices = [("" if code is None else str(code), label) for code, label in self.choices]
        if not any(code == "" or code in selected for code, _label in choices):
            yield '<option value="" selected></option>'
        for code, label in choices:
            marks = " selected" if code in selected else ""
            selected = selected if code not in selected else set()  # the first that fits is chosen, and no other
            marks += "".join(f' {key}="{escape(names)}"' for key, names in _alias_attributes(aliases.get(code)).items())
            yield f'<option value="{escape(code)}"{marks}>{escape(str(label))}</option>'


def _alias_attributes(other_names: OtherNames | None) -> dict[str, str]:
    """Return an option's other names and codes as HTML attributes, which ``combobox.js`` reads; empty for None."""
    if other_names is None:
        return {}
    attributes = {"data-alias": "|".join(other_names.names), "data-code": "|".join(other_names.codes)}
    return {key: names for key, names in attributes.items() if names}


class LookupInput(forms.MultiWidget):
    """A text box with suggestions from a URL, and a hidden field for the code of the chosen one."""

    template_name = "ui/lookup.html"

    def __init__(self, source: str = "", attrs: dict[str, Any] | None = None) -> None:
        text = {"data-lookup": "", "data-source": source, "autocomplete": "off"} | (attrs or {})
        super().__init__({"": forms.TextInput(text), "code": forms.HiddenInput({"data-lookup-code": ""})})

    def id_for_label(self, id_: str) -> str:
        """Return the id of the text box, which the label refers to."""
        return f"{id_}_0" if id_ else id_

    def decompress(self, value: Any) -> list[str]:
        """Return the typed text and the chosen code of a value; a plain text has no code.

        The value may be such a pair already.
        """
        if isinstance(value, tuple | list):
            return list(value)
        return [value or "", ""]


class LookupField(forms.Field):
    """A choice among thousands of objects (a commune): ``resolve(text, code)`` returns the object.

    ``resolve`` raises ``ValidationError`` that says what matched instead; it must work from the text alone, because
    the page may have no script. ``source`` is the URL of the suggestions: ``GET ?q=`` → ``{"results": [{"value",
    "label", "note"}]}``.
    """

    def __init__(self, *, resolve: Callable[[str, str], Any], source: str, **kwargs: Any) -> None:
        kwargs.setdefault("widget", LookupInput(source))
        super().__init__(**kwargs)
        self.resolve = resolve

    def clean(self, value: Any) -> Any:
        """Return the object, such as a lodging, that the typed text and chosen code name; None if the text is empty.

        Raises ValidationError for an empty required field, and if ``resolve`` finds no such object.
        """
        text, code = ((value or ["", ""]) + [""])[:2]
        text = unicodedata.normalize("NFC", text or "").strip()
        if not text:
            if self.required:
                raise forms.ValidationError(self.error_messages["required"], code="required")
            return None
        return self.resolve(text, code or "")
