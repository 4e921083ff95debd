"""The acts on one dossier that carry words: each a page of its own, drawn and guarded by the same rule."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ancu.apps.audit.services import record_look
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import (
    ENDED_WITHOUT_RESULT,
    FOR_INTAKE,
    IN_THE_OFFICE,
    ISSUED,
    Handover,
    Proposal,
    ReceiverProof,
    State,
)
from ancu.apps.dossiers.forms import office as forms
from ancu.apps.dossiers.selectors import office
from ancu.apps.dossiers.selectors.history import last_proposal
from ancu.apps.dossiers.selectors.money import fee_lacking
from ancu.apps.dossiers.selectors.officers import askable
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.apps.dossiers.selectors.results import asked_for, correction_lacking, open_correction
from ancu.apps.dossiers.selectors.returns import last_return
from ancu.apps.dossiers.services import corrections, handling, postings, returning, versions
from ancu.apps.dossiers.services.letters import language_of
from ancu.apps.dossiers.services.moving import require_in_state
from ancu.apps.dossiers.views.conflict import says_conflict
from ancu.apps.files.services import FileRefused, store_paper, take_in
from ancu.core.actor import Actor
from ancu.core.forms import Form
from ancu.core.web.http import Request
from ancu.core.web.language import localized as said

Text = str | Promise
Words = Callable[[Any, Actor, Any, Any], Form]


@dataclass(frozen=True)
class Act:
    """``form`` makes its form from (dossier, actor, data, files); without one the act is a single button."""

    may: Callable[[Actor, Any], bool]
    states: frozenset[State]
    button: Text
    done: Text
    do: Callable[[Actor, Any, dict[str, Any]], Any]
    form: Words | None = None
    intro: Text = ""
    tone: str = ""
    to_applicant: bool = False  # its words are read by whoever filed the dossier
    asks: bool = False  # it cannot be undone: its page shows what is done before it is done


def _plain(kind: type[Form]) -> Words:
    return lambda dossier, actor, data, files: kind(data)


def _with_article(kind: type[Form]) -> Words:
    def made(dossier: Any, actor: Actor, data: Any, files: Any) -> Form:
        return kind(data, initial={"article": said(procedure_of(dossier), "article")[:200]})

    return made


def _refusal_form(dossier: Any, actor: Actor, data: Any, files: Any) -> Form:
    """Begun with what the assessing officer proposed, where that was to refuse."""
    proposed = dossier.proposal == Proposal.REFUSE
    article = (dossier.article if proposed else "") or said(procedure_of(dossier), "article")
    begun = {"reason": dossier.reason if proposed else "", "article": article[:200]}
    return forms.RefusalForm(data, initial=begun)


def _assess_form(dossier: Any, actor: Actor, data: Any, files: Any) -> Form:
    """Begun with the proposal that was sent back, where there was one."""
    before = last_proposal(dossier)
    begun = {"article": said(procedure_of(dossier), "article")[:200]} | before
    return forms.AssessForm(data, initial=begun)


def _ask_form(dossier: Any, actor: Actor, data: Any, files: Any) -> Form:
    return forms.AskForm(data, units=list(askable(actor).values_list("id", "name")))


def _ask(actor: Actor, dossier: Any, given: dict[str, Any]) -> None:
    unit = askable(actor).get(pk=int(given.pop("of")))
    handling.ask_opinion(actor, dossier=dossier, of=unit, **given)


def _result_form(dossier: Any, actor: Actor, data: Any, files: Any) -> Form:
    return forms.ResultForm(data, files, dossier=dossier, asked=asked_for(dossier))


@transaction.atomic
def _enter_result(actor: Actor, dossier: Any, given: dict[str, Any]) -> None:
    """The scan is cleaned and kept in the same transaction, so that a refused result leaves no file behind."""
    scan = given.pop("scan", None)
    stored = None
    if scan is not None:
        stored = store_paper(actor, take_in(scan.read()), name=scan.name, purpose="result")
    handling.enter_result(actor, dossier=dossier, scan=stored, **given)


def _call(service: Callable[..., Any]) -> Callable[[Actor, Any, dict[str, Any]], Any]:
    return lambda actor, dossier, given: service(actor, dossier=dossier, **given)


def _deliver(actor: Actor, dossier: Any, given: dict[str, Any]) -> None:
    handling.deliver(actor, dossier=dossier, proof=ReceiverProof(given.pop("proof")), **given)


def _return_passport(actor: Actor, dossier: Any, given: dict[str, Any]) -> None:
    returning.return_passport(actor, dossier=dossier, proof=ReceiverProof(given.pop("proof")), **given)


def _assess(actor: Actor, dossier: Any, given: dict[str, Any]) -> None:
    handling.assess(actor, dossier=dossier, proposal=Proposal(given.pop("proposal")), **given)


ACTS: dict[str, Act] = {
    "accept": Act(
        rules.may_accept, FOR_INTAKE, gettext_lazy("Accept as complete"),
        gettext_lazy("The dossier is accepted; the working days run."), _call(handling.accept), tone="primary",
    ),
    "assess": Act(
        rules.may_assess, frozenset({State.ACCEPTED}), gettext_lazy("Propose a decision"),
        gettext_lazy("Your proposal waits for another officer’s decision."), _assess,
        _assess_form, gettext_lazy("Another person decides on what you propose."), "primary",
    ),
    "approve": Act(
        rules.may_decide, frozenset({State.ASSESSED}), gettext_lazy("Approve"),
        gettext_lazy("The dossier is approved."), _call(handling.approve),
        intro=gettext_lazy("Your decision cannot be taken back."), tone="primary", asks=True,
    ),
    "refuse": Act(
        rules.may_decide, frozenset({State.ASSESSED}), gettext_lazy("Refuse"),
        gettext_lazy("The dossier is refused, with your reason."), _call(handling.refuse),
        _refusal_form, gettext_lazy("The applicant reads the reason and its article."), "danger",
        to_applicant=True,
    ),
    "reassess": Act(
        rules.may_decide, frozenset({State.ASSESSED}), gettext_lazy("Send back to assessment"),
        gettext_lazy("The dossier is assessed again."), _call(handling.send_back), _plain(forms.ReasonForm),
        gettext_lazy("The assessing officer reads what is to be looked at again."),
    ),
    "result": Act(
        rules.may_enter_result, frozenset({State.APPROVED}), gettext_lazy("Enter the result"),
        gettext_lazy("The result is entered; the applicant may come for it."), _enter_result, _result_form,
        gettext_lazy("The validity is what was asked for, within what the law allows."), "primary",
    ),
    "correct": Act(
        rules.may_propose_correction, ISSUED, gettext_lazy("Correct the result"),
        gettext_lazy("Your correction waits for a second officer."), _call(corrections.propose),
        lambda dossier, actor, data, files: forms.CorrectionForm(data, dossier=dossier, asked=asked_for(dossier)),
        gettext_lazy("For what was mistyped. Nothing changes until a second officer has confirmed it."),
    ),
    "deliver": Act(
        rules.may_deliver, frozenset({State.READY}), gettext_lazy("Hand it over"),
        gettext_lazy("The result is delivered."), _deliver,
        lambda dossier, actor, data, files: forms.DeliverForm(data, dossier=dossier),
        gettext_lazy("Against an identity document or the slip."), "primary",
    ),
    "return-passport": Act(
        rules.may_return_passport, ENDED_WITHOUT_RESULT, gettext_lazy("Return the passport"),
        gettext_lazy("The passport is noted as returned."), _return_passport,
        lambda dossier, actor, data, files: forms.ReturnPassportForm(data, dossier=dossier),
        gettext_lazy("Against an identity document or the slip, or by public post."), "primary",
    ),
    "not-accept": Act(
        rules.may_not_accept, FOR_INTAKE, gettext_lazy("Do not accept"),
        gettext_lazy("The dossier is not accepted, with your reason."), _call(handling.not_accept),
        _with_article(forms.RefusalForm), gettext_lazy("For a request that the law does not allow here."), "danger",
        to_applicant=True,
    ),
    "transfer": Act(
        rules.may_transfer, FOR_INTAKE | {State.ACCEPTED}, gettext_lazy("Transfer to the Department"),
        gettext_lazy("The dossier is transferred to the Immigration Department."), _call(handling.transfer),
        _plain(forms.ReasonForm), gettext_lazy("For a matter that the Immigration Department decides."),
        to_applicant=True,
    ),
    "ask": Act(
        rules.may_ask_opinion, IN_THE_OFFICE, gettext_lazy("Ask for an opinion"),
        gettext_lazy("The unit is asked; its answer will stand here."), _ask, _ask_form,
        gettext_lazy("The question and the answer stay inside the office."),
    ),
}  # fmt: skip
# Its page is its own (views.office.supplement): it shows a letter first.
SUPPLEMENT = Act(
    rules.may_request_supplement,
    handling.JUDGED,
    gettext_lazy("Request a supplement"),
    "",
    _call(handling.request_supplement),
)
# So is this one's (views.counters.send_back): it asks for the letter's number.
SEND_BACK = Act(
    rules.may_deliver,
    frozenset({State.READY}),
    gettext_lazy("Send it back by post"),
    "",
    _call(postings.send_result),
)
SHOW_RETURN = ("assess", "approve", "refuse", "reassess")  # their pages show what has changed since a return
OWN_PAGES = {"supplement": SUPPLEMENT, "send-back": SEND_BACK}
HANDOVERS = ("deliver", "send-back")
FORWARD = ("accept", "supplement", "assess", "approve", "result", "return-passport")
ASIDE = ("refuse", "reassess", "not-accept", "transfer", "ask", "correct")


def buttons(actor: Actor, dossier: Any) -> list[dict[str, Any]]:
    """What the actor may do now, the most likely first; the same rules guard the pages behind them."""
    correction = correction_lacking(dossier)
    shown = [] if correction else _fee_first(actor, dossier)
    by_post = dossier.handover == Handover.POST  # the way the applicant chose for the result comes first
    for name in (*FORWARD, *(reversed(HANDOVERS) if by_post else HANDOVERS), *ASIDE):
        act = OWN_PAGES.get(name) or ACTS[name]
        if act.may(actor, dossier):
            url = reverse(f"dossiers:office-{name}", args=[dossier.number])
            blocked = _blocked(name, dossier, correction)
            if blocked and name == "return-passport":  # nothing can be done about a passport that is not here
                continue
            posts = act.form is None and name not in OWN_PAGES and not act.asks
            tone = act.tone if name not in HANDOVERS else "" if shown else "primary"
            shown.append({"label": act.button, "url": url, "tone": tone, "posts": posts, "blocked": blocked})
    return shown


def _fee_first(actor: Actor, dossier: Any) -> list[dict[str, Any]]:
    """A result that waits only for its fee: the counter takes it first."""
    if dossier.state != State.READY or not rules.may_take_fee(actor, dossier):
        return []
    code, _words = fee_lacking(dossier) or ("", "")
    ways = {  # a fee that nobody could set yet waits for the rate
        "fee_unpaid": (_("Take the fee"), reverse("dossiers:take-fee", args=[dossier.number])),
        "fee_follows": (_("Enter the rate"), reverse("dossiers:rates")),
    }
    if code not in ways:
        return []
    label, url = ways[code]
    return [{"label": label, "url": url, "tone": "primary", "posts": False, "blocked": ""}]


def _blocked(name: str, dossier: Any, correction: Any) -> str:
    """Why a button the actor may use is disabled; ``correction`` is what ``correction_lacking`` returned."""
    if name == "accept" and not rules.is_complete(list(dossier.components.all())):
        return _("Judge every paper first; each must be in order.")
    if name == "return-passport" and dossier.passport_received() is None:
        return _("The passport is not at the office.")
    lacking = correction if name in {*HANDOVERS, "correct"} else None
    lacking = lacking or (fee_lacking(dossier) if name in HANDOVERS else None)
    return str(lacking[1]) if lacking else ""


def asked_of(actor: Actor, dossier: Any) -> str:
    """One sentence: what the dossier waits for, for whoever reads it."""
    waits = {
        State.SUBMITTED: _("Look through the papers: accept the dossier, or ask for what is lacking."),
        State.RESUBMITTED: _("The supplement has come: look at what was asked for."),
        State.SUPPLEMENT: _("The applicant was asked for a supplement; the clock stands until it comes."),
        State.ACCEPTED: _("To be assessed: the proposal goes to another officer."),
        State.ASSESSED: _("To be decided by another person than the one who proposed."),
        State.APPROVED: _("Approved: enter what was issued."),
        State.READY: _("The result waits to be handed over."),
    }
    if dossier.state == State.ASSESSED and actor.has_conflict_of_interest(dossier.assessed_by_id):
        return _("You proposed this yourself: another person decides.")
    if lacking := correction_lacking(dossier):
        correction = open_correction(dossier)
        if correction is not None and rules.may_decide_correction(actor, correction):
            return _("A correction of the result waits for you: confirm it, or leave the result as it is.")
        return str(lacking[1])
    if dossier.state in ENDED_WITHOUT_RESULT and dossier.passport_received() is not None:
        return _("This dossier is closed. The passport is still here.")
    return waits.get(State(dossier.state), _("This dossier is closed."))


@never_cache
@says_conflict
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: Request, number: str, name: str) -> HttpResponse:
    """One act on one dossier. Its state may have changed since the button was drawn: then the page says so."""
    wanted, dossier = ACTS[name], office.get_office_dossier(request.actor, number)
    require_in_state(request.actor, dossier, wanted.states, wanted.may)
    posted = request.method == "POST"
    form = wanted.form(dossier, request.actor, *_sent(request)) if wanted.form else None
    if posted and (form is None or form.is_valid()):
        given, version = dict(form.cleaned_data) if form else {}, request.POST.get("version", "")
        try:
            versions.act_on(lambda: wanted.do(request.actor, dossier, given), request.actor, dossier, version=version)
        except FileRefused as refused:
            assert form is not None
            form.add_error("scan", refused.message)
        else:
            messages.success(request, str(wanted.done))
            return redirect("dossiers:office-dossier", number)
    record_look(request.actor, dossier, page=name)
    context = {"dossier": dossier, "act": wanted, "form": form, "name": name}
    context["version"] = request.POST.get("version") or versions.version_of(dossier)
    context["blocked"] = _blocked(name, dossier, correction_lacking(dossier))
    context["returned"] = last_return(request.actor, dossier) if name in SHOW_RETURN else None
    context["reads"] = language_of(dossier) if wanted.to_applicant else ""
    return render(request, "dossiers/office/act.html", context, status=422 if posted else 200)


def _sent(request: Request) -> tuple[Any, Any]:
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)
