"""From plain answers to the procedure: the questions and their answers come from the rulebook of the day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import Filer
from ancu.apps.dossiers.selectors.prefill import spread
from ancu.core.actor import Actor
from ancu.engines.rulebook import (
    Charge,
    Component,
    Fee,
    Procedure,
    Version,
    as_of,
    choice_list,
    fee_for,
    fee_table,
    procedures_for,
    procedures_on,
    required_components,
)


@dataclass(frozen=True)
class Answer:
    """One answer as a link: what is asked for when it is chosen."""

    code: str
    words: Any
    query: Mapping[str, str]


@dataclass(frozen=True)
class Question:
    """What is asked now: ``name`` of ORDER with its answers, or "" at the end.

    ``given`` are the answers so far, each with the query that asks its question again. At the end ``procedures`` are
    what to ask for; where there are none, ``sponsors`` are those who can ask for it, by ``article``.
    """

    ORDER: ClassVar[tuple[str, ...]] = ("filer", "wish", "holds")

    name: str
    answers: list[Answer]
    given: list[Answer]
    filer: str
    procedures: tuple[Procedure, ...] = ()
    sponsors: tuple[Answer, ...] = ()
    article: Version | None = None


def ask(actor: Actor, given: Mapping[str, str], on: date) -> Question:
    """The first question that is not answered yet; a nonsensical answer is asked for again."""
    so_far: dict[str, str] = {}
    answered: list[Answer] = []
    for name in Question.ORDER:
        offered = _offered(actor, name, so_far, on)
        if len(offered) == 1:  # nothing to choose
            so_far[name] = next(iter(offered))
            continue
        if not offered:
            continue
        if (code := given.get(name, "")) not in offered:
            answers = [Answer(code, words, {**so_far, name: code}) for code, words in offered.items()]
            return Question(name, answers, answered, so_far.get("filer", ""))
        answered.append(Answer(code, offered[code], dict(so_far)))
        so_far[name] = code
    return _end(actor, so_far, answered, on)


def _end(actor: Actor, so_far: Mapping[str, str], answered: list[Answer], on: date) -> Question:
    wish, holds = so_far.get("wish", ""), so_far.get("holds", "")
    procedures = procedures_for(wish, so_far["filer"], holds, on)
    if procedures:
        return Question("", [], answered, so_far["filer"], procedures)
    sponsors = tuple(
        Answer(code, words, {**so_far, "filer": code})
        for code, words in _offered(actor, "filer", {}, on).items()
        if procedures_for(wish, code, holds, on)
    )
    article = as_of("check.sponsor_kind", on)
    return Question("", [], answered, so_far["filer"], sponsors=sponsors, article=article)


def _offered(actor: Actor, name: str, so_far: Mapping[str, str], on: date) -> dict[str, Any]:
    """Every wish is offered to everybody: who may not ask for it himself is led to those who may."""
    if name == "filer":
        return {filer.value: filer.label for filer in Filer if rules.may_be_asked(actor, filer)}
    if name == "wish":
        wishes = {procedure.wish for procedure in procedures_on(on)}
        return {choice.code: choice for choice in choice_list("wish") if choice.code in wishes}
    of_wish = [one for one in procedures_on(on) if one.wish == so_far.get("wish") and so_far["filer"] in one.filers]
    return {choice.code: choice for choice in choice_list("entry_kind")} if any(one.holds for one in of_wish) else {}


@dataclass(frozen=True)
class Takes:
    """What a procedure takes: papers surely, papers in some cases, papers one may add, fees, and days by law."""

    sure: tuple[Component, ...]
    perhaps: tuple[Component, ...]
    welcome: tuple[Component, ...]
    fees: tuple[Fee, ...]
    charges: tuple[Charge, ...]
    days: int


def takes(procedure: Procedure, filer: Filer, on: date) -> Takes:
    """As far as it can be told before anything is filled in."""
    answers = spread(procedure, {"sponsor.kind": filer.value})
    sure = required_components(procedure, answers)
    rest = [one for one in procedure.components if one not in sure]
    return Takes(
        sure,
        tuple(one for one in rest if one.required_if is not None and not _ruled_out(one, procedure)),
        tuple(one for one in rest if one.required_if is None),
        fee_table(procedure, on),
        fee_for(procedure, answers, on),
        procedure.deadline_days,
    )


def _ruled_out(component: Component, procedure: Procedure) -> bool:
    """Asked for only by who sponsors, and this sponsor is another."""
    names = set(component.required_if.any_of if component.required_if else ())
    return all(procedure.fields[name].fact == "sponsor_kind" for name in names)
