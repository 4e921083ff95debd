"""What the text layers of a dossier's papers say about its answers, and where; stored by the job that read them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise as Words
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from ancu.apps.dossiers.models import Component, Dossier
from ancu.apps.dossiers.selectors.printed import in_words
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.apps.dossiers.selectors.reading import component_label
from ancu.core.web.language import both_languages, localized, reader_language
from ancu.engines.rulebook import FactMark, Field, FieldStatement, paper_statements
from ancu.engines.rulebook.answers import read_date

REASONS: dict[str, Words] = {
    "accents": gettext_lazy("Accents are left out."),
    "case": gettext_lazy("Capital and small letters differ."),
    "order": gettext_lazy("The words stand in another order."),
    "joined": gettext_lazy("The words are joined or separated."),
    "letters": gettext_lazy("Some letters are spelled differently: the same name."),
    "legal_form": gettext_lazy("The legal form is shortened or left out."),
    "spaces": gettext_lazy("The number is written with spaces or signs."),
    "day": gettext_lazy("The date is written in another way."),
}
# As an officer calls what the forms name at length.
LABELS: dict[str, Words] = {
    "traveller.full_name": pgettext_lazy("facts", "Name"),
    "traveller.birth_date": pgettext_lazy("facts", "Born"),
    "traveller.sex": pgettext_lazy("facts", "Sex"),
    "traveller.nationality": pgettext_lazy("facts", "Nationality"),
    "traveller.document_number": pgettext_lazy("facts", "Passport no."),
    "traveller.document_expiry": pgettext_lazy("facts", "Valid until"),
    "organisation.name": pgettext_lazy("facts", "Sponsor"),
    "organisation.signer_name": pgettext_lazy("facts", "Signed by"),
    "organisation.tax_code": pgettext_lazy("facts", "Tax code"),
    "request.card_until": pgettext_lazy("facts", "Card until"),
}
Statement = tuple[str, str]  # prefill and value


def short_label(field: Field) -> str:
    """Return the name of a compared fact, short where officers have a word for it."""
    return str(LABELS.get(field.prefill) or localized(field, "label"))


@dataclass(frozen=True)
class PaperMention:
    """What one paper says about one answer. ``boxes`` (left, top, width, height) are in page widths.

    They are empty if the office sees its own copy, whose pages may be arranged otherwise.
    """

    component: str
    label: str
    mark: FactMark
    text: str
    reason: str
    page: int
    boxes: tuple[tuple[float, float, float, float], ...]


def mentions_of(dossier: Dossier) -> dict[Statement, list[PaperMention]]:
    """Return by answer what the papers' texts say about it, in the order of the papers.

    Answers that were changed since the papers were read have none.
    """
    order = {component.key: place for place, component in enumerate(procedure_of(dossier).components)}
    papers = sorted(dossier.components.all(), key=lambda paper: order.get(paper.key, 99))
    mentions: dict[Statement, list[PaperMention]] = {}
    for paper in papers:
        for fact in _facts_of(paper):
            mentions.setdefault((fact["prefill"], fact["value"]), []).append(_mention(dossier, paper, fact))
    return mentions


def is_without_text(component: Component) -> bool:
    """Whether no text could be read from a paper that is neither the passport nor a photo: a picture or a scan."""
    requirement = procedure_of(component.dossier).component(component.key)
    has_words = bool((component.printed or {}).get("words")) and _is_of_file(component)
    return (
        requirement.kind == "scan" and component.file_id is not None and component.printed is not None and not has_words
    )


def _is_of_file(component: Component) -> bool:
    """Whether the stored reading is of the paper's present file."""
    return component.file_id is not None and (component.printed or {}).get("file") == str(component.file_id)


def _facts_of(component: Component) -> list[dict[str, Any]]:
    """Return the stored facts of a paper; none if it has another file by now."""
    return (component.printed or {}).get("facts", []) if _is_of_file(component) else []


def _mention(dossier: Dossier, paper: Component, fact: Mapping[str, Any]) -> PaperMention:
    """Return a stored fact with its paper's name and the reason in words."""
    boxes = [] if paper.office_file_id else fact["boxes"]
    return PaperMention(
        component=paper.key,
        label=component_label(procedure_of(dossier), paper.key),
        mark=FactMark(fact["mark"]),
        text=fact["text"],
        reason=str(REASONS.get(fact["reason"], "")),
        page=fact["page"],
        boxes=tuple((left, top, right - left, bottom - top) for left, top, right, bottom in boxes),
    )


# ---- rows of the comparison ----------------------------------------------------------------------------


def with_papers(dossier: Dossier, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows of a comparison with what the papers say, each answer's once.

    Another value that papers say gets a row of its own. An answer that nothing else stands beside is compared with
    the first paper that has it.
    """
    mentions = mentions_of(dossier)
    listed: set[Statement] = set()
    result = []
    for row in (*rows, *_further_rows(dossier, rows, mentions)):
        name = _name(row["answer"]) if row.get("answer") else None
        of_answer = mentions.get(name, ()) if name and name not in listed else ()
        listed |= {name} if name else set()
        result.append(_beside_papers(row, [mention for mention in of_answer if mention.mark != FactMark.DIFFERS]))
        differing: dict[str, list[PaperMention]] = {}
        for mention in of_answer:
            if mention.mark == FactMark.DIFFERS:
                differing.setdefault(mention.text, []).append(mention)
        result += [_differing_row(dossier, row["answer"], alike) for alike in differing.values()]
    return result


def _name(statement: FieldStatement) -> Statement:
    """Return the source and the value of an answer, by which papers' readings are stored."""
    return statement.field.prefill, statement.value


def _beside_papers(row: dict[str, Any], agreeing: Sequence[PaperMention]) -> dict[str, Any]:
    """Return a row with the papers that have its answer."""
    if not agreeing or row["mark"] != FactMark.UNREAD:
        return row | {"papers": tuple(agreeing), "places": tuple(agreeing)}
    first, *further = sorted(agreeing, key=lambda mention: mention.mark != FactMark.SAME)
    beside = {"mark": first.mark, "beside": first.text, "source": first.label, "reason": first.reason}
    return row | beside | {"papers": tuple(further), "places": (first, *further), "source_form": ""}


def _further_rows(
    dossier: Dossier, rows: Sequence[dict[str, Any]], mentions: Mapping[Statement, Sequence[PaperMention]]
) -> list[dict[str, Any]]:
    """Return a row for each answer that only papers have."""
    listed = {_name(row["answer"]) for row in rows if row.get("answer")}
    further: dict[Statement, dict[str, Any]] = {}
    for statement in paper_statements(procedure_of(dossier), dossier.answers) if mentions else ():
        if _name(statement) in mentions and _name(statement) not in listed:
            further.setdefault(_name(statement), _unread_row(statement))
    return list(further.values())


def _unread_row(statement: FieldStatement) -> dict[str, Any]:
    """Return the row of an answer beside which nothing stands yet."""
    field = statement.field
    return {
        "name": f"{statement.name}:papers",
        "values": (statement.value, ""),
        "answer": statement,
        "section": "traveller" if field.prefill.startswith("traveller.") else "sponsor",
        "label": short_label(field),
        "form": statement.form,
        "field": ".".join(statement.name.split(".")[:2]),
        "stated": in_words(field, statement.value, reader_language()),
        "beside": "",
        "source": "",
        "mark": FactMark.UNREAD,
        "reason": "",
        "finding": None,
    }


def _differing_row(dossier: Dossier, statement: FieldStatement, alike: Sequence[PaperMention]) -> dict[str, Any]:
    """Return the row of an answer that papers contradict alike, with the sentences that ask the applicant about it."""
    mention = alike[0]
    is_day = read_date(statement.value) is not None
    return _unread_row(statement) | {
        "name": f"{statement.name}:{mention.component}",
        "values": (statement.value, mention.text),
        "beside": mention.text,
        "source": ", ".join(mention.label for mention in alike),
        "mark": FactMark.DIFFERS,
        "reason": _("The document gives another date.") if is_day else _("The document gives another number."),
        "texts": both_languages(lambda: _request_text(dossier, statement, mention)),
        "places": tuple(alike),
        "is_further": True,
    }


def _request_text(dossier: Dossier, statement: FieldStatement, mention: PaperMention) -> str:
    """Return the sentence of the letter about a paper that contradicts the form."""
    words = {
        "form": statement.form,
        "label": localized(statement.field, "label"),
        "stated": in_words(statement.field, statement.value, reader_language()),
        "paper": component_label(procedure_of(dossier), mention.component),
        "beside": mention.text,
    }
    return (
        _(
            "Form %(form)s gives “%(label)s” as %(stated)s, but the document “%(paper)s” gives %(beside)s. Correct the"
            " form, or send the right document."
        )
        % words
    )
