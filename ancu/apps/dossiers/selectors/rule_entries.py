"""Validities, time limits and items of forms: their present values, and their changes in words."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from ancu.apps.dossiers.enums import ItemRequirement, NewItemKind, RuleKind
from ancu.apps.dossiers.models import RuleDraft
from ancu.apps.dossiers.rules.rule_values import TIME_LIMITS, form_code
from ancu.core.templatetags.ui import counted, number
from ancu.engines.rulebook import (
    FormItem,
    FormItems,
    NotInForce,
    Term,
    as_of,
    effective_changes,
    form_items,
    item_values,
    visa_symbols,
)

Row = tuple[str, str, str]
ITEM_TEXTS = ("label_vi", "label_en", "help_vi", "help_en")
ITEM_CHOICES: Mapping[str, type[TextChoices]] = {"requirement": ItemRequirement, "kind": NewItemKind}


def validity_values(_rule: str, symbol: str, on: date) -> dict[str, Any]:
    """Return the longest validity of a symbol's visa and card; of the card only if there is one, empty if unknown."""
    visa_symbol = visa_symbols(on)[symbol]
    card = {"card": str(visa_symbol.card_max or "")} if visa_symbol.card_symbol else {}
    return {"visa": str(visa_symbol.visa_max), **card}


def limit_values(rule: str, name: str, on: date) -> dict[str, Any]:
    """Return a time limit by its name. Raises KeyError for a number that the office may not change."""
    if (rule, name) not in TIME_LIMITS:
        raise KeyError(name)
    return {name: as_of(rule, on).values[name]}


def form_item_values(rule: str, key: str, on: date) -> dict[str, Any]:
    """Return the texts of a form's item and whether it is asked; of a further item only that it is not."""
    return dict(item_values(form_code(rule), key, on))


PRESENT_VALUES: Mapping[RuleKind, Callable[[str, str, date], dict[str, Any]]] = {
    RuleKind.VALIDITY: validity_values,
    RuleKind.LIMIT: limit_values,
    RuleKind.FORM: form_item_values,
}


# ---- in words ------------------------------------------------------------------------------------------


def validity_title(draft: RuleDraft) -> str:
    """Return the title of a changed validity."""
    return _("Longest validity of %(symbol)s") % {"symbol": draft.entry}


def limit_title(draft: RuleDraft) -> str:
    """Return the title of a changed time limit."""
    return str(TIME_LIMITS[(draft.rule, draft.entry)].label)


def form_item_title(draft: RuleDraft) -> str:
    """Return the title of a changed item: the form and the item's present label, of a further item the new one."""
    language = "vi" if (get_language() or "vi").startswith("vi") else "en"
    name = f"label_{language}"
    values = {"form": form_code(draft.rule), "label": draft.before.get(name) or draft.values[name]}
    return (_("%(form)s: %(label)s") if name in draft.before else _("%(form)s, new item: %(label)s")) % values


TITLES: Mapping[RuleKind, Callable[[RuleDraft], str]] = {
    RuleKind.VALIDITY: validity_title,
    RuleKind.LIMIT: limit_title,
    RuleKind.FORM: form_item_title,
}


def validity_rows(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Row]:
    """Return the changed validities before and after."""
    labels = {"visa": _("Longest visa"), "card": _("Longest residence card")}
    return [
        (label, term_text(before.get(name, "")), term_text(after[name]))
        for name, label in labels.items()
        if name in after and before.get(name) != after[name]
    ]


def term_text(term: str) -> str:
    """Return a validity in the reader's language; that it is not known for none."""
    if not term:
        return _("not known")
    length = Term.parse(term)
    if length.unit == "day":
        return counted("%(n)s day", "%(n)s days", length.number)
    if length.unit == "month":
        return counted("%(n)s month", "%(n)s months", length.number)
    return counted("%(n)s year", "%(n)s years", length.number)


def limit_rows(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Row]:
    """Return a time limit before and after."""
    labels = {name: str(limit.label) for (_rule, name), limit in TIME_LIMITS.items()}
    return [(labels[name], number(before[name]), number(value)) for name, value in after.items()]


def form_item_rows(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Row]:
    """Return the changed texts of an item, and whether it is asked, before and after."""
    labels = {
        "kind": _("What is entered"),
        "requirement": pgettext("item of a form", "Answer"),
        "label_vi": _("Item in Vietnamese"),
        "label_en": _("Item in English"),
        "help_vi": _("Explanation in Vietnamese"),
        "help_en": _("Explanation in English"),
    }
    rows, was_there = [], "label_vi" in before
    for name, label in labels.items():
        # a further item is not asked before, and has no texts
        present, new = (_item_text(name, values.get(name, "")) for values in (before if was_there else {}, after))
        if present != new:
            rows.append((label, present, new))
    return rows


def _item_text(name: str, value: str) -> str:
    """Return a text of an item as it is read; a dash for none."""
    if name in ITEM_CHOICES and value:
        return str(ITEM_CHOICES[name](value).label)
    return value or "–"


def change_place(draft: RuleDraft) -> str:
    """Return in which part of which form a changed item stands; empty for other rules, and if no such form is left."""
    if RuleKind.of(draft.rule) != RuleKind.FORM:
        return ""
    try:
        form = form_items(form_code(draft.rule), draft.valid_from)
    except NotInForce:
        return ""
    item = form.items.get(draft.entry)
    return item_place(form, item.section if item else str(draft.values.get("section", "")))


ROWS: Mapping[RuleKind, Callable[[Mapping[str, Any], Mapping[str, Any]], list[Row]]] = {
    RuleKind.VALIDITY: validity_rows,
    RuleKind.LIMIT: limit_rows,
    RuleKind.FORM: form_item_rows,
}


def changed_items(rule: str, on: date) -> list[tuple[str, str]]:
    """Return the items of a form that the office has changed, with whether each is asked, as in force on the day."""
    changes = effective_changes(rule, on)
    items = form_items(form_code(rule), on).items if changes else {}
    changed = [items[key] for key in changes if key in items]
    return [(item_name(item), str(ItemRequirement(item.requirement).label)) for item in changed]


def item_place(form: FormItems, section: str) -> str:
    """Return where an item stands: the form, and the number and title of its section."""
    if section not in form.sections:
        return form.code
    section_number, title_vi, title_en = form.sections[section]
    title = title_vi if (get_language() or "vi").startswith("vi") else title_en
    numbered = f"{section_number}. {title}" if section_number else title
    return f"{form.code} · {numbered}"


def item_name(item: FormItem) -> str:
    """Return an item's number on the form and its label, in the reader's language."""
    label = item.field.label_vi if (get_language() or "vi").startswith("vi") else item.field.label_en
    return f"{item.field.number}. {label}" if item.field.number else label
