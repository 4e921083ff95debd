"""From plain answers to the right procedure; the questions come from the rulebook of the day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import Filer
from ancu.apps.dossiers.selectors.prefill import fill_forms
from ancu.core.actor import Actor
from ancu.engines.rulebook import (
    ChargeRule,
    Fee,
    Procedure,
    ProcedureComponent,
    RuleVersion,
    as_of,
    choice_list,
    fee_for,
    fee_table,
    procedures_for,
    procedures_on,
    required_components,
)


@dataclass(frozen=True)
class TriageAnswer:
    """One answer as a link, with its query parameters."""

    code: str
    words: Any
    query: Mapping[str, str]


@dataclass(frozen=True)
class TriageQuestion:
    """The current question: ``name`` of ORDER with its answers, or "" at the end.

    ``answers_so_far`` each link back to their question. At the end ``procedures`` are the matching ones; if there are
    none, ``sponsors`` are those who can apply, by ``article``.
    """

    ORDER: ClassVar[tuple[str, ...]] = ("filer", "wish", "holds")

    name: str
    answers: list[TriageAnswer]
    answers_so_far: list[TriageAnswer]
    filer: str
    procedures: tuple[Procedure, ...] = ()
    sponsors: tuple[TriageAnswer, ...] = ()
    article: RuleVersion | None = None


def next_question(actor: Actor, choices: Mapping[str, str], on: date) -> TriageQuestion:
    """Return the first question before filing that ``choices`` does not answer; after the last one the procedures.

    Questions with at most one option are skipped.
    """
    so_far: dict[str, str] = {}
    answered: list[TriageAnswer] = []
    for name in TriageQuestion.ORDER:
        options = _options(actor, name, so_far, on)
        if len(options) == 1:  # nothing to choose
            so_far[name] = next(iter(options))
            continue
        if not options:
            continue
        if (code := choices.get(name, "")) not in options:
            answers = [TriageAnswer(code, words, {**so_far, name: code}) for code, words in options.items()]
            return TriageQuestion(name, answers, answered, so_far.get("filer", ""))
        answered.append(TriageAnswer(code, options[code], dict(so_far)))
        so_far[name] = code
    return _final_question(actor, so_far, answered, on)


def _final_question(actor: Actor, so_far: Mapping[str, str], answered: list[TriageAnswer], on: date) -> TriageQuestion:
    """Return the procedures that fit the answers.

    If there are none, the kinds of filer for whom there are some, with the article that says so.
    """
    wish, holds = so_far.get("wish", ""), so_far.get("holds", "")
    procedures = procedures_for(wish, so_far["filer"], holds, on)
    if procedures:
        return TriageQuestion("", [], answered, so_far["filer"], procedures)
    sponsors = tuple(
        TriageAnswer(code, words, {**so_far, "filer": code})
        for code, words in _options(actor, "filer", {}, on).items()
        if procedures_for(wish, code, holds, on)
    )
    article = as_of("check.sponsor_kind", on)
    return TriageQuestion("", [], answered, so_far["filer"], sponsors=sponsors, article=article)


def _options(actor: Actor, name: str, so_far: Mapping[str, str], on: date) -> dict[str, Any]:
    """Return the options (words by code) of the question ``name`` before filing; empty if it is not asked.

    Every wish is open to everybody, and leads to those who may apply.
    """
    if name == "filer":
        return {filer.value: filer.label for filer in Filer if rules.may_be_asked(actor, filer)}
    if name == "wish":
        wishes = {procedure.wish for procedure in procedures_on(on)}
        return {choice.code: choice for choice in choice_list("wish") if choice.code in wishes}
    of_wish = [
        procedure
        for procedure in procedures_on(on)
        if procedure.wish == so_far.get("wish") and so_far["filer"] in procedure.filers
    ]
    return (
        {choice.code: choice for choice in choice_list("entry_kind")}
        if any(procedure.holds for procedure in of_wish)
        else {}
    )


@dataclass(frozen=True)
class ProcedureNeeds:
    """What a procedure requires: certain, conditional and optional papers, fees, and legal days."""

    required: tuple[ProcedureComponent, ...]
    conditional: tuple[ProcedureComponent, ...]
    optional: tuple[ProcedureComponent, ...]
    fees: tuple[Fee, ...]
    charges: tuple[ChargeRule, ...]
    days: int


def procedure_needs(procedure: Procedure, filer: Filer, on: date) -> ProcedureNeeds:
    """Return papers, fees and deadline that ``filer`` must expect of the procedure before any answer is known."""
    answers = fill_forms(procedure, {"sponsor.kind": filer.value})
    sure = required_components(procedure, answers)
    rest = [component for component in procedure.components if component not in sure]
    return ProcedureNeeds(
        sure,
        tuple(
            component
            for component in rest
            if component.required_if is not None and not _ruled_out(component, procedure)
        ),
        tuple(component for component in rest if component.required_if is None),
        fee_table(procedure, on),
        fee_for(procedure, answers, on),
        procedure.deadline_days,
    )


def _ruled_out(component: ProcedureComponent, procedure: Procedure) -> bool:
    """Whether the paper is only required from another kind of sponsor, so that this filer need not expect it."""
    names = set(component.required_if.any_of if component.required_if else ())
    return all(procedure.fields[name].fact == "sponsor_kind" for name in names)
