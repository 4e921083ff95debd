"""The English texts of the rulebook that public pages show, to be translated into third languages.

They are those of the law in force last: a dossier of an earlier law is read in English. Citations stay in English.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from ancu.engines.exchange import code_lists
from ancu.engines.rulebook.confirmation import confirmation_rule
from ancu.engines.rulebook.forms import Field, choice_list
from ancu.engines.rulebook.loader import as_of, rules
from ancu.engines.rulebook.permits import visa_symbols
from ancu.engines.rulebook.petitions import petition_rule
from ancu.engines.rulebook.procedures import Procedure, get_procedure, procedure_codes
from ancu.engines.rulebook.reasons import return_reasons

Text = tuple[str, str]  # and the kind of thing it belongs to
CHECK_TEXTS = ("what_en", "why_en", "how_en")
CODE_LISTS = ("nationality", "purpose", "sex")
INDICATORS_ON_HOME = ("stays_declared", "stays_late", "promises_kept", "petitions_settled")
TRIAGE_LISTS = ("wish", "entry_kind")  # choices of the triage


def public_texts() -> Iterator[Text]:
    """Yield each text once, with the kind of thing that has it first."""
    seen_texts: set[str] = set()
    for text, place in _texts(latest_day()):
        if text and text not in seen_texts:
            seen_texts.add(text)
            yield text, place


def latest_day() -> date:
    """Return the first day on which the latest version of every rule that is still in force holds."""
    versions = (version for rule in rules().values() for version in rule.versions)
    return max(version.valid_from for version in versions if version.valid_until is None)


def _texts(on: date) -> Iterator[Text]:
    """Yield the texts of a day's law, some several times."""
    for code in procedure_codes():
        yield from _procedure_texts(get_procedure(code, on))
    yield from ((word, "answers") for word in ("Yes", "No"))
    for name in TRIAGE_LISTS:
        yield from ((choice.label_en, "choices") for choice in choice_list(name))
    for rule_id in rules():
        if rule_id.startswith("check."):
            values = as_of(rule_id, on).values
            yield from ((values[name], "checks") for name in CHECK_TEXTS)
    confirmation = confirmation_rule(on)
    yield from ((ground.name_en, "confirmation") for ground in (*confirmation.refusals, *confirmation.revocations))
    yield from ((category.name_en, "petitions") for category in petition_rule(on).categories)
    yield from ((fee["name_en"], "fees") for fee in as_of("fees.immigration", on).values["fees"])
    yield from ((reason.words_en, "reasons") for reason in return_reasons(on).values())
    yield from ((symbol.meaning_en, "visa symbols") for symbol in visa_symbols(on).values())
    yield from ((rules()[f"indicator.{code}"].versions[-1].title_en, "indicators") for code in INDICATORS_ON_HOME)
    for name in CODE_LISTS:
        yield from ((str(entry["name_en"]), f"codes: {name}") for entry in code_lists()[name]["entries"])


def _procedure_texts(procedure: Procedure) -> Iterator[Text]:
    """Yield the texts of a procedure, its papers and its forms."""
    yield procedure.name_en, "procedures"
    yield procedure.summary_en, "procedures"
    for component in procedure.components:
        yield component.label_en, "papers"
        yield component.help_en, "papers"
    for form in procedure.forms:
        yield form.name_en, "forms"
        for section in form.sections:
            yield section.title_en, "forms"
            yield from _field_texts(section.fields)


def _field_texts(fields: Iterable[Field]) -> Iterator[Text]:
    """Yield labels, helps and choices of fields, and of the columns of tables."""
    for field in fields:
        yield field.label_en, "fields"
        yield field.help_en, "fields"
        yield from ((choice.label_en, "choices") for choice in field.choices)
        yield from _field_texts(field.columns)
