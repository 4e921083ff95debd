"""Forms of changes whose value is chosen first: the validity of a symbol, a time limit, an item of a form."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from ancu.apps.dossiers.enums import ItemRequirement, NewItemKind, RuleKind, TermUnit
from ancu.apps.dossiers.forms.rule_change import RuleChangeForm
from ancu.apps.dossiers.models import RuleDraft
from ancu.apps.dossiers.rules.rule_values import ITEM_REFUSALS, TIME_LIMITS, form_code, value_refusal
from ancu.apps.dossiers.selectors.rule_entries import (
    ITEM_TEXTS,
    form_item_values,
    item_name,
    item_place,
    limit_values,
    term_text,
    validity_values,
)
from ancu.core import clock
from ancu.core.forms import CHOOSE, Form, SearchSelect
from ancu.core.forms.choices import OtherNames
from ancu.core.forms.numbers import WholeNumberField
from ancu.core.templatetags.ui import number
from ancu.core.web.language import OTHER_LANGUAGE, localized, reader_language
from ancu.engines.rulebook import FORM_RULES, FormItem, FormItems, NotInForce, Term, form_items, visa_symbols

SEPARATOR, NEW = ":", "+"  # form.NA5:visa_until, and form.NA5:+stay for a further item in the section "stay"
MOST_LABEL, MOST_HELP, MOST_KEY = 300, 500, 40
MOST_TERM = 3650
SYMBOLS = RuleKind.VALIDITY.value
Choice = tuple[str, str]


def first_day() -> date:
    """Return the first day on which a change may take effect: tomorrow."""
    return clock.today() + timedelta(days=1)


class EntryChangeForm(RuleChangeForm):
    """A change of a value that was chosen first. It opens with the present values."""

    refused_field: ClassVar[str | None] = None  # beside which a refusal is shown

    def __init__(self, *args: Any, rule: str, entry: str, initial: dict[str, Any] | None = None, **kwargs: Any) -> None:
        self._rule, self._entry = rule, entry
        super().__init__(*args, initial={**self.present(), **(initial or {})}, **kwargs)

    @classmethod
    def choices(cls) -> list[tuple[str, Any]]:
        """Return the values to choose from, "rule:entry" with a label, perhaps in groups."""
        raise NotImplementedError

    @classmethod
    def aliases(cls) -> dict[str, OtherNames]:
        """Return further names by which a value is found."""
        return {}

    def present(self) -> dict[str, Any]:
        """Return the present values as the fields show them."""
        raise NotImplementedError

    def place(self) -> str:
        """Return what is changed, in words, above the form."""
        raise NotImplementedError

    def rule_id(self) -> str:
        """Return the id of the changed rule."""
        return self._rule

    def entry(self) -> str:
        """Return which value of the rule is changed."""
        return self._entry

    def clean(self) -> dict[str, Any]:
        """Return the values; add an error if the law's other rules do not allow them."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and (refusal := self._refusal(cleaned["valid_from"])):
            self.add_error(self.refused_field, str(refusal))
        return cleaned

    def _refusal(self, on: date) -> str | Promise:
        """Return why the change is not allowed; empty if it is, or if there is no such value on the day."""
        try:
            return value_refusal(self.rule_id(), self.entry(), self.values(), on)
        except (KeyError, NotInForce):
            return ""


class ValidityChangeForm(EntryChangeForm):
    """The longest validity of a symbol's visa and residence card."""

    rule = RuleKind.VALIDITY
    template_name = "dossiers/rule_changes/validity.html"

    visa_number = WholeNumberField(label=_("Longest visa"), min_value=1, max_value=MOST_TERM)
    visa_unit = forms.ChoiceField(label=_("Unit of the visa"), choices=TermUnit.choices)
    card_number = WholeNumberField(label=_("Longest residence card"), min_value=1, max_value=MOST_TERM, required=False)
    card_unit = forms.ChoiceField(label=_("Unit of the residence card"), choices=TermUnit.choices, required=False)
    field_order = ("visa_number", "visa_unit", "card_number", "card_unit")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "card" not in self._present:
            del self.fields["card_number"], self.fields["card_unit"]
        elif self._present["card"]:
            self.fields["card_number"].required = True
        else:
            self.fields["card_number"].help_text = _("Not known yet. Leave it empty as long as no document states it.")

    @classmethod
    def choices(cls) -> list[tuple[str, Any]]:
        """Return the symbols in force with their present validities."""
        return [
            (f"{SYMBOLS}{SEPARATOR}{symbol.symbol}", f"{symbol.symbol}: {cls._validities(symbol.symbol)}")
            for symbol in visa_symbols(first_day()).values()
        ]

    @classmethod
    def aliases(cls) -> dict[str, OtherNames]:
        """Return the symbols alone, as papers print them."""
        return {f"{SYMBOLS}{SEPARATOR}{symbol}": OtherNames(names=(symbol,)) for symbol in visa_symbols(first_day())}

    @staticmethod
    def _validities(symbol: str) -> str:
        """Return the longest visa and card of a symbol in words."""
        values = validity_values(SYMBOLS, symbol, first_day())
        visa = gettext("visa %(term)s") % {"term": term_text(values["visa"])}
        if "card" not in values:
            return visa
        return f"{visa}, " + gettext("card %(term)s") % {"term": term_text(values["card"])}

    @property
    def _present(self) -> dict[str, Any]:
        """The present validities."""
        return validity_values(self._rule, self._entry, first_day())

    def present(self) -> dict[str, Any]:
        """Return number and unit of the present validities."""
        return _term_fields(self._present)

    def common_fields(self) -> list[forms.BoundField]:
        """Return the fields that stand below the validities."""
        return [field for field in self if field.name not in self.field_order]

    def place(self) -> str:
        """Return the symbol and for whom it is."""
        symbol = visa_symbols(first_day())[self._entry]
        return f"{symbol.symbol} – {localized(symbol, 'meaning')}"

    def values(self) -> dict[str, Any]:
        """Return the new validities as the rulebook writes them."""
        names = [name for name in ("visa", "card") if f"{name}_number" in self.fields]
        return {name: self._term(name) for name in names}

    def _term(self, name: str) -> str:
        """Return a validity as the rulebook writes it; empty for none."""
        length, unit = self.cleaned_data[f"{name}_number"], self.cleaned_data[f"{name}_unit"]
        return str(Term(length, unit or TermUnit.YEAR.value)) if length else ""

    @classmethod
    def initial_of(cls, draft: RuleDraft) -> dict[str, Any]:
        """Return the values with which a draft's form opens."""
        return super().initial_of(draft) | _term_fields(draft.values)


def _term_fields(values: dict[str, Any]) -> dict[str, Any]:
    """Return number and unit of each validity, as the fields show them."""
    fields: dict[str, Any] = {}
    for name, text in values.items():
        term = Term.parse(text) if text else None
        fields[f"{name}_number"] = term.number if term else None
        fields[f"{name}_unit"] = term.unit if term else TermUnit.YEAR.value
    return fields


class LimitChangeForm(EntryChangeForm):
    """A number of the rulebook, such as the days to complain."""

    rule = RuleKind.LIMIT

    limit = WholeNumberField(label=_("New time limit"), min_value=1)
    field_order = ("limit",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        most = TIME_LIMITS[(self._rule, self._entry)].most
        self.fields["limit"] = WholeNumberField(label=self.place(), min_value=1, max_value=most)
        self.order_fields(["limit", *(name for name in self.fields if name != "limit")])

    @classmethod
    def choices(cls) -> list[tuple[str, Any]]:
        """Return the time limits with their present numbers."""
        return [
            (f"{rule}{SEPARATOR}{name}", f"{limit.label}: {number(limit_values(rule, name, first_day())[name])}")
            for (rule, name), limit in TIME_LIMITS.items()
        ]

    def present(self) -> dict[str, Any]:
        """Return the present number."""
        return {"limit": limit_values(self._rule, self._entry, first_day())[self._entry]}

    def place(self) -> str:
        """Return the name of the time limit."""
        return str(TIME_LIMITS[(self._rule, self._entry)].label)

    def values(self) -> dict[str, Any]:
        """Return the new number by its name."""
        return {self._entry: self.cleaned_data["limit"]}

    @classmethod
    def initial_of(cls, draft: RuleDraft) -> dict[str, Any]:
        """Return the values with which a draft's form opens."""
        return super().initial_of(draft) | {"limit": draft.values[draft.entry]}


class FormItemForm(EntryChangeForm):
    """An item of a circular's form: its texts and whether it is asked, or a further item."""

    rule = RuleKind.FORM
    refused_field = "requirement"

    kind = forms.ChoiceField(label=_("What is entered"), choices=[CHOOSE, *NewItemKind.choices])
    label_vi = forms.CharField(
        label=_("Item in Vietnamese"), max_length=MOST_LABEL, widget=forms.Textarea({"rows": 2, "lang": "vi"})
    )
    label_en = forms.CharField(
        label=_("Item in English"), max_length=MOST_LABEL, widget=forms.Textarea({"rows": 2, "lang": "en"})
    )
    help_vi = forms.CharField(
        label=_("Explanation in Vietnamese"), max_length=MOST_HELP, required=False,
        widget=forms.Textarea({"rows": 2, "lang": "vi"}), help_text=_("It stands below the item, in small print."),
    )  # fmt: skip
    help_en = forms.CharField(
        label=_("Explanation in English"), max_length=MOST_HELP, required=False,
        widget=forms.Textarea({"rows": 2, "lang": "en"}),
    )  # fmt: skip
    requirement = forms.ChoiceField(label=pgettext_lazy("item of a form", "Answer"), choices=ItemRequirement.choices)
    field_order = ("kind", *ITEM_TEXTS, "requirement")

    def __init__(self, *args: Any, rule: str, entry: str, initial: dict[str, Any] | None = None, **kwargs: Any) -> None:
        self._form = form_items(form_code(rule), first_day())
        self._item = self._form.items.get(entry)
        self._section = entry.removeprefix(NEW) if self._item is None else self._item.section
        self._drafted = dict(initial or {})
        super().__init__(*args, rule=rule, entry=entry, initial=initial, **kwargs)
        if self._item is not None:
            del self.fields["kind"]
        if self._item is not None and self._item.needed_for:
            self.fields["requirement"].help_text = str(ITEM_REFUSALS[self._item.needed_for])
        offered = [choice for choice in ItemRequirement.choices if self._may_be(choice[0])]
        self.fields["requirement"].choices = offered  # type: ignore[attr-defined]

    def _may_be(self, requirement: str) -> bool:
        """Whether the way of asking is offered: a condition only where the circular has one, nothing new left out."""
        if requirement == ItemRequirement.CONDITIONAL:
            return self._item is not None and self._item.conditional
        return requirement != ItemRequirement.NOT_ASKED or self._item is not None

    @classmethod
    def choices(cls) -> list[tuple[str, Any]]:
        """Return the items of all forms in force by form and section, each section with a place for a further item."""
        return [
            (item_place(form, section), list(_section_choices(form, section)))
            for form in _forms_in_force()
            for section in form.sections
        ]

    @classmethod
    def aliases(cls) -> dict[str, OtherNames]:
        """Return the items' labels in the other language and their keys."""
        name = f"label_{OTHER_LANGUAGE[reader_language()]}"
        return {
            _choice_value(form, key): OtherNames(names=(getattr(item.field, name), key, f"{form.code} {key}"))
            for form in _forms_in_force()
            for key, item in form.items.items()
        }

    def present(self) -> dict[str, Any]:
        """Return the present texts of the item; a further item is required unless the drafter says otherwise."""
        if self._item is None:
            return {"requirement": ItemRequirement.REQUIRED.value}
        return form_item_values(self._rule, self._entry, first_day())

    def place(self) -> str:
        """Return the form, the section and the item's number."""
        place = item_place(self._form, self._drafted.get("section", self._section))
        return f"{place} · {item_name(self._item)}" if self._item else place

    def entry(self) -> str:
        """Return the item's key; of a further item one from its English label."""
        if self._item is not None or not self._entry.startswith(NEW):
            return self._entry
        return _free_key(self.cleaned_data["label_en"], self._form)

    def values(self) -> dict[str, Any]:
        """Return the new texts and whether the item is asked; of an item that the office added also where and what."""
        values = {name: " ".join(self.cleaned_data[name].split()) for name in ITEM_TEXTS}
        values["requirement"] = self.cleaned_data["requirement"]
        if self._item is None:
            return values | {"section": self._drafted.get("section", self._section), "kind": self.cleaned_data["kind"]}
        return values | ({"section": self._item.section, "kind": self._item.field.kind} if self._item.added else {})


def _forms_in_force() -> Iterator[FormItems]:
    """Yield the forms in force on the first day of a change, with their items."""
    for rule in FORM_RULES:
        try:
            yield form_items(form_code(rule), first_day())
        except NotInForce:
            continue


def _section_choices(form: FormItems, section: str) -> Iterator[Choice]:
    """Yield the items of a section, and the place for a further one."""
    for key, item in form.items.items():
        if item.section == section:
            yield _choice_value(form, key), _choice_label(form, key, item)
    yield (
        _choice_value(form, f"{NEW}{section}"),
        gettext("%(place)s: add an item") % {"place": item_place(form, section)},
    )


def _choice_value(form: FormItems, key: str) -> str:
    """Return the value of a choice."""
    return f"form.{form.code}{SEPARATOR}{key}"


def _choice_label(form: FormItems, key: str, item: FormItem) -> str:
    """Return an item's form, number and label; of a column also the list's."""
    table = form.items[key.partition(".")[0]] if "." in key else None
    name = f"{item_name(table)} › {item_name(item)}" if table else item_name(item)
    return f"{form.code}: {name}"


def _free_key(label: str, form: FormItems) -> str:
    """Return a key that no item of the form has, made of the words of a label."""
    words = slugify(label).replace("-", "_")[: MOST_KEY - 3].strip("_")
    key = words if words[:1].isalpha() else f"item_{words}".strip("_")[: MOST_KEY - 3]
    further = (f"{key}_{count}" for count in range(2, 100))
    return key if key not in form.items else next(name for name in further if name not in form.items)


class ChooseEntryForm(Form):
    """Which value is changed: chosen first, so that the form of the change opens with what is in force."""

    def __init__(self, *args: Any, kind: type[EntryChangeForm], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", ""), *kind.choices()]
        self.fields["entry"] = forms.ChoiceField(
            label=_("What changes?"), choices=choices, widget=SearchSelect(aliases=kind.aliases()),
            help_text=_("Type a word of it, or choose it from the list."),
        )  # fmt: skip

    def chosen(self) -> dict[str, str]:
        """Return rule and entry of the chosen value, once the form is valid."""
        rule, _separator, entry = str(self.cleaned_data["entry"]).partition(SEPARATOR)
        return {"rule": rule, "entry": entry}


ENTRY_FORMS: dict[RuleKind, type[RuleChangeForm]] = {
    RuleKind.VALIDITY: ValidityChangeForm,
    RuleKind.LIMIT: LimitChangeForm,
    RuleKind.FORM: FormItemForm,
}
