"""The decision bar of the officer's page: the acts with their keys, what the checks point to, who is next."""

from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ancu.apps.accounts.enums import Role
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import FOR_INTAKE, TO_BE_DECIDED, ComponentState, DecisionProposal, State
from ancu.apps.dossiers.selectors.facts import DossierComparison
from ancu.apps.dossiers.views.office.acts import ACTS, buttons, waiting_sentence
from ancu.core.actor import Actor
from ancu.core.templatetags.ui import counted

KEYS = {"ask": "e", "supplement": "s", "not-accept": "r", "refuse": "r", "accept": "a", "approve": "a"}
PROPOSALS = (
    ("r", DecisionProposal.REFUSE, gettext_lazy("Propose refusal")),
    ("a", DecisionProposal.APPROVE, gettext_lazy("Propose approval")),
)
IN_FEW_WORDS = {"ask": gettext_lazy("Ask a unit")}  # where the act's own label is long
REFUSALS = frozenset({"refuse", "not-accept"})
# From left to right; the act that is pointed to is filled wherever it stands. The rest comes behind "More".
ORDER = ("ask", "refuse", "not-accept", "reassess", "assess", "accept", "approve", "supplement")
BEHIND = frozenset({"transfer", "correct", "postpone"})


@dataclass(frozen=True)
class BarAct:
    """One act of the bar. ``key`` presses it; ``in_page`` opens its second step beside the papers."""

    name: str
    label: str
    url: str
    key: str = ""
    tone: str = ""
    in_page: bool = False
    is_behind: bool = False


@dataclass(frozen=True)
class DecisionBar:
    """``sentence`` says what the dossier waits for, ``blocked`` which act waits and why, ``decider`` who decides.

    ``next_step`` says who decides in few words, for the line beside the acts.
    """

    acts: list[BarAct]
    sentence: str
    differences: str
    blocked: list[tuple[str, str]]
    decider: str
    next_step: str

    @property
    def visible(self) -> list[BarAct]:
        """The acts that stand in the bar."""
        return [act for act in self.acts if not act.is_behind]

    @property
    def behind(self) -> list[BarAct]:
        """The acts that stand behind "More"."""
        return [act for act in self.acts if act.is_behind]


def bar_of(actor: Actor, dossier: Any, comparison: DossierComparison | None, query: str) -> DecisionBar:
    """Return the decision bar for the actor; ``query`` is the queue that the addresses carry along."""
    permitted = buttons(actor, dossier)
    target = _pointed_to(dossier, comparison, {button["name"] for button in permitted})
    acts = [act for button in permitted for act in _acts(button, target, query)]
    acts.sort(key=lambda act: ORDER.index(act.name) if act.name in ORDER else -1)
    open_count = len(comparison.open_differences) if comparison else 0
    return DecisionBar(
        acts=acts,
        sentence=waiting_sentence(actor, dossier),
        differences=counted("%(n)s difference is open", "%(n)s differences are open", open_count)
        if open_count and permitted
        else "",
        blocked=[(str(button["label"]), button["blocked"]) for button in permitted if button["blocked"]],
        decider=_decider(actor, dossier),
        next_step=_next_step(actor, dossier),
    )


def _pointed_to(dossier: Any, comparison: DossierComparison | None, names: set[str]) -> str:
    """Return the act that the checks point to, as name or key of a proposal; empty if they point to none.

    Whatever differs or must be asked leads to a request for documents, or back to assessment; otherwise the dossier
    goes on as proposed.
    """
    papers = dossier.components.all()
    asks = comparison is not None and (
        bool(comparison.open_differences) or any(finding.severity == "blocking" for finding in comparison.findings)
    )
    asks = asks or any(paper.state == ComponentState.RETURNED for paper in papers)
    if dossier.state == State.ASSESSED:
        if dossier.proposal == DecisionProposal.REFUSE:
            return "refuse"
        return "reassess" if asks else "approve"
    if "supplement" in names and asks:
        return "supplement"
    if dossier.state in FOR_INTAKE:
        return "accept" if all(paper.state == ComponentState.ACCEPTED for paper in papers) else ""
    return "a" if dossier.state == State.ACCEPTED else ""


def _acts(button: dict[str, Any], target: str, query: str) -> list[BarAct]:
    """Return a permitted act as it stands in the bar: an assessment is two of them, one for each proposal."""
    name, url = button["name"], button["url"]
    if name == "assess":
        return [
            BarAct(
                name, str(label), f"{url}{query}{'&' if query else '?'}proposal={proposal}", key,
                "primary" if key == target else "danger" if proposal == DecisionProposal.REFUSE else "", in_page=True,
            )
            for key, proposal, label in PROPOSALS
        ]  # fmt: skip
    in_page = name in ACTS or name == "supplement"
    is_target = name == target or (not target and button["tone"] == "primary" and name not in KEYS)
    tone = "primary" if is_target else "danger" if name in REFUSALS else ""
    address = f"{url}{query}" if in_page else url
    label = str(IN_FEW_WORDS.get(name, button["label"]))
    return [BarAct(name, label, address, KEYS.get(name, ""), tone, in_page, name in BEHIND)]


def _decider(actor: Actor, dossier: Any) -> str:
    """Return who decides, by role: never the person who proposed it."""
    if dossier.state not in TO_BE_DECIDED:
        return ""
    words = {"role": Role.APPROVING_OFFICER.label}
    if dossier.state != State.ASSESSED or dossier.assessed_by is None:
        return _("Who decides: %(role)s, never the person who proposes") % words
    words["name"] = dossier.assessed_by.full_name
    if rules.may_decide(actor, dossier):
        return _("You decide, as %(role)s; %(name)s proposed it") % words
    return _("Who decides: %(role)s, not %(name)s, who proposed it") % words


def _next_step(actor: Actor, dossier: Any) -> str:
    """Return in few words who decides; "" for a dossier that is not to be decided."""
    if dossier.state not in TO_BE_DECIDED:
        return ""
    if rules.may_decide(actor, dossier):
        return _("You decide.")
    return capfirst(_("%(role)s decides.") % {"role": Role.APPROVING_OFFICER.label})
