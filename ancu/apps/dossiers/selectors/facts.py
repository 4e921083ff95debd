"""The form beside the papers: each fact with its mark, the reason of the mark, and what is said of a difference."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.utils.functional import Promise as Words
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.models import PASSPORT, Dossier, DossierEvent, LegalFile
from ancu.apps.dossiers.selectors import in_force
from ancu.apps.dossiers.selectors.paper_texts import PaperMention, short_label, with_papers
from ancu.apps.dossiers.selectors.preflight import (
    findings_of,
    legal_files_of,
    office_facts,
    open_stay_of,
    records_of,
)
from ancu.apps.dossiers.selectors.printed import in_words
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.apps.stays.models import Stay
from ancu.core.templatetags.ui import counted, day_short
from ancu.core.web.language import localized, reader_language
from ancu.engines.names import Person, compare
from ancu.engines.rulebook import (
    CheckFinding,
    ComparedFact,
    FactMark,
    Facts,
    Field,
    OfficeRecord,
    compared_facts,
    shown_fields,
    with_presets,
)

STAY = "stay"
SECTIONS: tuple[tuple[str, Words], ...] = (
    ("traveller", pgettext_lazy("facts", "Person")),
    (STAY, pgettext_lazy("facts", "Stay")),
    ("sponsor", pgettext_lazy("facts", "Request")),
)
SOURCES: dict[str, Words] = {
    "passport_disagrees": gettext_lazy("passport zone"),
    "passport_name_differs": gettext_lazy("passport zone"),
    "passport_number_unclear": gettext_lazy("passport zone, not read for certain"),
    "organisation_differs": gettext_lazy("legal file"),
    "account_disagrees": gettext_lazy("account that signs"),
    STAY: gettext_lazy("declared stay"),
}
REASONS: dict[str, Words] = {
    "accents": gettext_lazy("Passports leave out accents: the same name."),
    "order": gettext_lazy("The words stand in another order."),
    "joined": gettext_lazy("The words are joined or separated."),
    "cut": gettext_lazy("The passport’s line is full, so the name may continue."),
    "partial_date": gettext_lazy("One of the dates is less exact."),
    "legal_form": gettext_lazy("The legal form is shortened or left out."),
    "letters": gettext_lazy("Passports spell some letters differently: the same name."),
}
# As passports write letters outside the alphabet (ICAO Doc 9303-3, section 6).
LETTERS = {"Ä": "AE", "Ö": "OE", "Ü": "UE", "Å": "AA", "Ø": "OE", "Æ": "AE", "Œ": "OE", "ẞ": "SS", "Þ": "TH"}
STAY_CHECK = "address_on_record"
ZONE_CHECKS = frozenset({"passport_disagrees", "passport_name_differs"})  # what the passport's zone contradicts
LONG_VALUE = 20  # letters


@dataclass(frozen=True)
class DifferingText:
    """A text with the part that differs from the text beside it."""

    before: str
    differing: str = ""
    after: str = ""

    def __str__(self) -> str:
        return f"{self.before}{self.differing}{self.after}"


@dataclass(frozen=True)
class FactRow:
    """One fact in words. ``key`` is stable while both values are; ``explained`` says why a difference may stand.

    ``request_texts`` ask the applicant about a difference, in Vietnamese and in English. ``papers`` have the answer
    too; ``places`` are where papers have what stands beside it. ``is_further``: a further source of the fact in the
    row before. ``source_form`` is the code of the source that is another form.
    """

    number: int
    key: str
    section: str
    label: str
    form: str
    field: str
    stated: DifferingText
    beside: DifferingText
    source: str
    mark: FactMark
    reason: str = ""
    finding: CheckFinding | None = None
    request_texts: tuple[str, str] = ("", "")
    explained: str = ""
    papers: tuple[PaperMention, ...] = ()
    places: tuple[PaperMention, ...] = ()
    is_further: bool = False
    source_form: str = ""

    @property
    def alike(self) -> list[PaperMention]:
        """The further papers that have the answer to the letter."""
        return [paper for paper in self.papers if paper.mark == FactMark.SAME]

    @property
    def alike_labels(self) -> str:
        """The names of those papers."""
        return ", ".join(paper.label for paper in self.alike)

    @property
    def spelled_differently(self) -> list[PaperMention]:
        """The further papers that have the answer in another writing."""
        return [paper for paper in self.papers if paper.mark != FactMark.SAME]

    @property
    def is_long(self) -> bool:
        """Whether a value needs the smaller letters to stand in one line."""
        return max(len(str(self.stated)), len(str(self.beside))) > LONG_VALUE

    @property
    def is_open(self) -> bool:
        """Whether the fact differs and nobody has said why it may stand."""
        return self.mark == FactMark.DIFFERS and not self.explained


@dataclass(frozen=True)
class FactSection:
    """The facts of one section, with the form and the paper that most of them come from."""

    title: str
    rows: list[FactRow]
    form: str
    source: str


def _most_common(names: Iterable[str]) -> str:
    """Return the most frequent name, the first of several; empty without any."""
    counts = Counter(filter(None, names))
    return counts.most_common(1)[0][0] if counts else ""


@dataclass(frozen=True)
class DossierComparison:
    """What the checks read once: the open stay, the facts in words, the findings, the sponsor's legal file in force."""

    stay: Stay | None
    facts: Facts
    rows: list[FactRow]
    findings: tuple[CheckFinding, ...]
    legal_file: LegalFile | None

    def count(self, mark: str) -> int:
        """Return the number of facts with this mark."""
        return sum(row.mark == mark for row in self.rows)

    @property
    def sections(self) -> list[FactSection]:
        """The facts by section; an empty section is left out."""
        groups = [(str(title), [row for row in self.rows if row.section == key]) for key, title in SECTIONS]
        return [
            FactSection(title, rows, _most_common(row.form for row in rows), _most_common(row.source for row in rows))
            for title, rows in groups
            if rows
        ]

    @property
    def unread(self) -> list[FactRow]:
        """The facts that a paper should have but that could not be read there."""
        return [row for row in self.rows if row.mark == FactMark.UNREAD and not row.reason]

    @property
    def differing_papers(self) -> set[str]:
        """The keys of the papers that contradict the form, also where somebody has said why they may."""
        differing = [row for row in self.rows if row.mark == FactMark.DIFFERS]
        of_places = {place.component for row in differing for place in row.places if place.mark == FactMark.DIFFERS}
        of_findings = {row.finding.component for row in differing if row.finding and row.finding.component}
        of_zone = {PASSPORT for row in differing if row.finding and row.finding.code in ZONE_CHECKS}
        return of_places | of_findings | of_zone

    @property
    def open_differences(self) -> list[FactRow]:
        """The differences that still need a request or a sentence."""
        return [row for row in self.rows if row.is_open]


def comparison_of(
    dossier: Dossier, history: Iterable[DossierEvent] | None = None, stays_shown: Collection[int] = ()
) -> DossierComparison:
    """Compare the form of a dossier to be decided with papers, registers and declared stays.

    ``history`` are its events, if already read: the sentences on differences of a proposal come from them. The lodging
    of the open stay is named only if the stay is among ``stays_shown``, which the reader may see.
    """
    stay = open_stay_of(dossier) if dossier.document_number and dossier.birth_date else None
    legal_files = legal_files_of(dossier)
    records = records_of(dossier, legal_files)
    facts = office_facts(dossier, stay, legal_files)
    findings = findings_of(dossier, facts, records)
    explained = explanations_of(dossier, history) if dossier.state == State.ASSESSED else {}
    rows = with_papers(dossier, _compared_rows(dossier, records, findings))
    rows += _stay_rows(dossier, stay, findings, stays_shown)
    order = [section for section, _title in SECTIONS]
    rows.sort(key=lambda row: order.index(row["section"]))
    numbered = [_numbered(row, number, explained) for number, row in enumerate(rows, 1)]
    return DossierComparison(stay, facts, numbered, findings, in_force(legal_files))


def explanations_of(dossier: Dossier, history: Iterable[DossierEvent] | None = None) -> Mapping[str, str]:
    """Return by a difference's key why it may stand, as the last proposal says."""
    if history is None:
        proposed = dossier.events.filter(act="assessed").order_by("-sequence").first()
    else:
        proposed = next((event for event in reversed(list(history)) if event.act == "assessed"), None)
    explained = proposed.data.get("explained") if proposed else None
    return explained if isinstance(explained, Mapping) else {}


def _numbered(row: dict[str, Any], number: int, explained: Mapping[str, str]) -> FactRow:
    """Return a row with its number and the sentence about its difference."""
    stated, beside = row["stated"], row["beside"]
    key = sha256("\n".join((row["name"], *row["values"])).encode()).hexdigest()[:12]
    parts = (
        _split(stated, beside) if row["mark"] == FactMark.DIFFERS else (DifferingText(stated), DifferingText(beside))
    )
    names = ("section", "label", "form", "field", "source", "mark", "reason", "finding")
    finding = row["finding"]
    texts = (f"{finding.what_vi} {finding.how_vi}", f"{finding.what_en} {finding.how_en}") if finding else ("", "")
    if "texts" in row:  # a paper gives another value
        texts, row["reason"] = row["texts"], _slip(stated, beside) or row["reason"]
    return FactRow(
        number=number, key=key, stated=parts[0], beside=parts[1], explained=explained.get(key, ""),
        request_texts=texts, papers=row.get("papers", ()), places=row.get("places", ()),
        is_further=row.get("is_further", False), source_form=row.get("source_form", ""),
        **{name: row[name] for name in names},
    )  # fmt: skip


# ---- forms, passport, registers ------------------------------------------------------------------------


def _compared_rows(
    dossier: Dossier, records: Sequence[OfficeRecord], findings: Sequence[CheckFinding]
) -> list[dict[str, Any]]:
    """Return the facts that the forms state and a paper, a register or another form states too."""
    by_field = {(finding.code, finding.field): finding for finding in findings}
    return [
        _compared_row(fact, by_field.get((fact.check, fact.statement.name)))
        for fact in compared_facts(procedure_of(dossier), dossier.answers, records)
    ]


def _compared_row(fact: ComparedFact, finding: CheckFinding | None) -> dict[str, Any]:
    """Return one compared fact with its texts."""
    statement, record = fact.statement, str(SOURCES.get(fact.check, ""))
    stated, beside = (_text(statement.field, value) for value in (statement.value, fact.value))
    return {
        "name": fact.key,
        "values": (statement.value, fact.value),
        "answer": statement,
        "section": "traveller" if statement.field.prefill.startswith("traveller.") else "sponsor",
        "label": short_label(statement.field),
        "form": statement.form,
        "field": ".".join(statement.name.split(".")[:2]),
        "stated": stated,
        "beside": beside,
        "source": record or (_("form %(code)s") % {"code": fact.form} if fact.form else ""),
        "source_form": "" if record else fact.form,
        "mark": fact.mark,
        "reason": _reason(fact, stated, beside, finding),
        "finding": finding,
    }


def _text(field: Field, value: str) -> str:
    """Return a compared value as people read it."""
    return in_words(field, value, reader_language())


def _reason(fact: ComparedFact, stated: str, beside: str, finding: CheckFinding | None) -> str:
    """Return why a fact has its mark; empty if it agrees to the letter or was not read."""
    if fact.mark == FactMark.SPELLING:
        return _spelling(fact.reason, stated, beside)
    if fact.mark != FactMark.DIFFERS:
        return ""
    if fact.statement.field.prefill.endswith("full_name"):
        reasons = compare(Person(stated), Person(beside)).reasons
        against = next((reason for reason in reasons if reason.code in {"words_differ", "words_alike"}), None)
        if against is not None:
            return against.text(reader_language())
    return _slip(stated, beside) or (localized(finding, "why") if finding else "")


def _spelling(code: str, stated: str, beside: str) -> str:
    """Return the reason of another spelling, with the letters it is about."""
    for letter, spelling in LETTERS.items():
        if code == "letters" and letter in stated.upper() and spelling in beside.upper():
            words = {"letter": letter, "spelling": spelling}
            return _("%(letter)s is written %(spelling)s in passports: the same name.") % words
    return str(REASONS.get(code, ""))


def _slip(stated: str, beside: str) -> str:
    """Return how two texts of one length differ as by a slip of the hand; empty for any other difference."""
    if len(stated) != len(beside):
        return ""
    places = [place for place, (a, b) in enumerate(zip(stated, beside, strict=True)) if a != b]
    crossed = len(places) == 2 and all(stated[a] == beside[b] for a, b in (places, places[::-1]))
    if crossed:
        return _("Two characters are exchanged.")
    if stated.split("/")[:2] == beside.split("/")[1::-1] and stated[-4:] == beside[-4:]:
        return _("Day and month are exchanged.")
    is_slip = 0 < len(places) <= 2
    return counted("%(n)s character differs.", "%(n)s characters differ.", len(places)) if is_slip else ""


def _split(stated: str, beside: str) -> tuple[DifferingText, DifferingText]:
    """Return two texts, each with the part marked in which they differ; texts with little in common as a whole."""
    longest = min(len(stated), len(beside))
    start = next((place for place in range(longest) if stated[place] != beside[place]), longest)
    rest = longest - start
    end = next((place for place in range(rest) if stated[-1 - place] != beside[-1 - place]), rest)
    if (start + end) * 2 < longest:
        return DifferingText("", stated), DifferingText("", beside)
    left, right = (
        DifferingText(text[:start], text[start : len(text) - end], text[len(text) - end :]) for text in (stated, beside)
    )
    return left, right


# ---- the declared stay ---------------------------------------------------------------------------------


def _stay_rows(
    dossier: Dossier, stay: Stay | None, findings: Sequence[CheckFinding], stays_shown: Collection[int]
) -> list[dict[str, Any]]:
    """Return the address of the form beside that of the person's open stay."""
    rows = []
    lodging = stay.establishment.name if stay and stay.pk in stays_shown else ""
    if address := _field_of_fact(dossier, "declared_unit"):
        finding = next((finding for finding in findings if finding.code == STAY_CHECK), None)
        mark = FactMark.UNREAD if stay is None else FactMark.DIFFERS if finding else FactMark.SAME
        row = _stay_row(address, stay.unit.full_name if stay else "", mark, stay, lodging)
        is_unit = dossier.unit is not None and dossier.unit.code == address[2]
        unit_stated = dossier.unit.full_name if is_unit and dossier.unit else _text(*address[1:])
        rows.append(row | {"stated": unit_stated, "finding": finding})
    return rows


def _stay_row(
    answer: tuple[str, Field, Any], beside: str, mark: FactMark, stay: Stay | None, lodging: str
) -> dict[str, Any]:
    """Return one answer about the stay beside what the lodging declared."""
    name, field, value = answer
    reason = "" if stay else _("No open stay of this person is declared.")
    if stay:
        words = {"day": day_short(stay.arrived_on), "lodging": lodging or stay.unit.full_name}
        reason = _("%(lodging)s, since %(day)s.") % words
    return {
        "name": f"{name}:{STAY}", "values": (str(value), stay.unit.code if stay else ""), "section": STAY,
        "label": pgettext("facts", "Address"), "form": name.partition(".")[0], "field": name,
        "stated": "" if field.kind == "unit" else _text(field, value), "beside": beside,
        "source": str(SOURCES[STAY]) if stay else "", "mark": mark, "reason": reason, "finding": None,
    }  # fmt: skip


def _field_of_fact(dossier: Dossier, fact: str) -> tuple[str, Field, Any] | None:
    """Return "FORM.key", the field and the answer that states a fact first; None if no form answers it."""
    procedure = procedure_of(dossier)
    merged = with_presets(procedure, dossier.answers)
    for form in procedure.forms:
        for field in shown_fields(form, merged[form.code]):
            if field.fact == fact and (value := merged[form.code].get(field.key)):
                return f"{form.code}.{field.key}", field, value
    return None
