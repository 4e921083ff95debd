"""The acts on one dossier that need input: each has a page and is guarded by its rule."""

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
    DecisionProposal,
    Handover,
    ReceiverProof,
    State,
)
from ancu.apps.dossiers.forms import office as forms
from ancu.apps.dossiers.forms.deciding import CLEAN_REASON, ApproveForm, AssessForm
from ancu.apps.dossiers.rules.letters import POSTPONED, may_postpone
from ancu.apps.dossiers.selectors import office
from ancu.apps.dossiers.selectors.facts import comparison_of, explanations_of
from ancu.apps.dossiers.selectors.history import last_proposal
from ancu.apps.dossiers.selectors.money import fee_problem
from ancu.apps.dossiers.selectors.officers import askable
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.apps.dossiers.selectors.results import correction_problem, open_correction, requested_result
from ancu.apps.dossiers.selectors.returns import last_return
from ancu.apps.dossiers.services import corrections, delays, handling, opinions, postings, returning, versions
from ancu.apps.dossiers.services.letters import language_of
from ancu.apps.dossiers.services.moving import require_in_state
from ancu.apps.dossiers.views.conflict import conflict_page
from ancu.apps.dossiers.views.office.queue_context import cursor_in_queue, dossier_url, queue_query
from ancu.apps.files.services import FileRefused, clean_paper, store_paper
from ancu.core.actor import Actor
from ancu.core.forms import Form
from ancu.core.web.http import Request
from ancu.core.web.language import localized

Text = str | Promise
FormFactory = Callable[[Any, Actor, Any, Any], Form]


@dataclass(frozen=True)
class OfficeAct:
    """``form`` makes its form from (dossier, actor, data, files); without one the act is a single button."""

    may: Callable[[Actor, Any], bool]
    states: frozenset[State]
    button: Text
    done: Text
    run: Callable[[Actor, Any, dict[str, Any]], Any]
    form: FormFactory | None = None
    intro: Text = ""
    tone: str = ""
    to_applicant: bool = False  # the applicant reads its text
    asks: bool = False  # cannot be undone: its page confirms before acting


def _simple_form(kind: type[Form]) -> FormFactory:
    """Return a function that makes a form of this class from the submitted data alone."""
    return lambda dossier, actor, data, files: kind(data)


def _with_article(kind: type[Form]) -> FormFactory:
    """Return a function that makes a form of this class, prefilled with the procedure's article."""

    def make_form(dossier: Any, actor: Actor, data: Any, files: Any) -> Form:
        """Return the form with the procedure's article as initial value."""
        return kind(data, initial={"article": localized(procedure_of(dossier), "article")[:200]})

    return make_form


def _refusal_form(dossier: Any, actor: Actor, data: Any, files: Any) -> Form:
    """Return the form of a refusal, prefilled with the assessing officer's proposal to refuse."""
    proposed = dossier.proposal == DecisionProposal.REFUSE
    article = (dossier.article if proposed else "") or localized(procedure_of(dossier), "article")
    initial = {"reason": dossier.reason if proposed else "", "article": article[:200]}
    return forms.RefusalForm(data, initial=initial)


def _assess_form(dossier: Any, actor: Actor, data: Any, files: Any) -> Form:
    """Return the form of an assessment, prefilled with a proposal that was sent back."""
    before = last_proposal(dossier) | {f"why_{key}": why for key, why in explanations_of(dossier).items()}
    initial = {"article": localized(procedure_of(dossier), "article")[:200]} | before
    comparison = comparison_of(dossier)
    complete = rules.is_complete(list(dossier.components.all()))
    is_clean = complete and not comparison.findings and not comparison.open_differences
    return AssessForm(data, initial=initial, differences=comparison.open_differences, is_clean=is_clean)


def _approve_form(dossier: Any, actor: Actor, data: Any, files: Any) -> Form:
    """Return the form of an approval: a sentence on each difference that the proposal did not explain."""
    return ApproveForm(data, differences=comparison_of(dossier).open_differences)


def _ask_form(dossier: Any, actor: Actor, data: Any, files: Any) -> Form:
    """Return the form to ask a unit's opinion, with the units that can be asked."""
    return forms.AskOpinionForm(data, units=list(askable(actor).values_list("id", "name")))


def _ask(actor: Actor, dossier: Any, cleaned: dict[str, Any]) -> None:
    """Ask the chosen unit for its opinion on the dossier."""
    unit = askable(actor).get(pk=int(cleaned.pop("of")))
    opinions.ask_opinion(actor, dossier=dossier, of=unit, **cleaned)


def _result_form(dossier: Any, actor: Actor, data: Any, files: Any) -> Form:
    """Return the form of the result, with the requested validity."""
    return forms.ResultForm(data, files, dossier=dossier, requested=requested_result(dossier))


@transaction.atomic
def _enter_result(actor: Actor, dossier: Any, cleaned: dict[str, Any]) -> None:
    """Store the result of the dossier and its scan in one transaction, so that a refused one leaves no file."""
    scan = cleaned.pop("scan", None)
    stored = None
    if scan is not None:
        stored = store_paper(actor, clean_paper(scan.read()), name=scan.name, purpose="result")
    handling.enter_result(actor, dossier=dossier, scan=stored, **cleaned)


def _call_service(service: Callable[..., Any]) -> Callable[[Actor, Any, dict[str, Any]], Any]:
    """Return a function that calls the service with the form's cleaned values as keyword arguments."""
    return lambda actor, dossier, cleaned: service(actor, dossier=dossier, **cleaned)


def _deliver(actor: Actor, dossier: Any, cleaned: dict[str, Any]) -> None:
    """Hand over the dossier's result to the person whom the form's proof identifies."""
    handling.deliver(actor, dossier=dossier, proof=ReceiverProof(cleaned.pop("proof")), **cleaned)


def _return_passport(actor: Actor, dossier: Any, cleaned: dict[str, Any]) -> None:
    """Hand back the passport to the person whom the form's proof identifies."""
    returning.return_passport(actor, dossier=dossier, proof=ReceiverProof(cleaned.pop("proof")), **cleaned)


def _assess(actor: Actor, dossier: Any, cleaned: dict[str, Any]) -> None:
    """Store the assessment with the proposal chosen in the form."""
    handling.assess(actor, dossier=dossier, proposal=DecisionProposal(cleaned.pop("proposal")), **cleaned)


ACTS: dict[str, OfficeAct] = {
    "accept": OfficeAct(
        rules.may_accept, FOR_INTAKE, gettext_lazy("Accept as complete"),
        gettext_lazy("The dossier is accepted. The working days start now."), _call_service(handling.accept),
        tone="primary",
    ),
    "assess": OfficeAct(
        rules.may_assess, frozenset({State.ACCEPTED}), gettext_lazy("Propose a decision"),
        gettext_lazy("Your proposal is waiting for another officer’s decision."), _assess,
        _assess_form, gettext_lazy("Another person must decide on your proposal."), "primary",
    ),
    "approve": OfficeAct(
        rules.may_decide, frozenset({State.ASSESSED}), gettext_lazy("Approve"),
        gettext_lazy("The dossier is approved."), _call_service(handling.approve), _approve_form,
        intro=gettext_lazy("You cannot undo your decision."), tone="primary", asks=True,
    ),
    "refuse": OfficeAct(
        rules.may_decide, frozenset({State.ASSESSED}), gettext_lazy("Refuse"),
        gettext_lazy("The dossier is refused, with your reason."), _call_service(handling.refuse),
        _refusal_form, gettext_lazy("The applicant sees the reason and its article."), "danger",
        to_applicant=True,
    ),
    "reassess": OfficeAct(
        rules.may_decide, frozenset({State.ASSESSED}), gettext_lazy("Return for assessment"),
        gettext_lazy("The dossier will be assessed again."), _call_service(handling.send_back),
        _simple_form(forms.DossierReasonForm),
        gettext_lazy("The assessing officer sees what to check again."),
    ),
    "result": OfficeAct(
        rules.may_enter_result, frozenset({State.APPROVED}), gettext_lazy("Enter the result"),
        gettext_lazy("Result entered. The applicant can collect it."), _enter_result, _result_form,
        gettext_lazy("The validity is what the applicant requested, within the legal limit."), "primary",
    ),
    "correct": OfficeAct(
        rules.may_propose_correction, ISSUED, gettext_lazy("Correct the result"),
        gettext_lazy("Your correction is waiting for a second officer."), _call_service(corrections.propose),
        lambda dossier, actor, data, files: forms.CorrectionForm(
            data, dossier=dossier, requested=requested_result(dossier)
        ),
        gettext_lazy("To correct a typing error. Nothing changes until a second officer has confirmed it."),
    ),
    "deliver": OfficeAct(
        rules.may_deliver, frozenset({State.READY}), gettext_lazy("Hand over result"),
        gettext_lazy("The result is delivered."), _deliver,
        lambda dossier, actor, data, files: forms.DeliverForm(data, dossier=dossier),
        gettext_lazy("Against an identity document or the slip."), "primary",
    ),
    "return-passport": OfficeAct(
        rules.may_return_passport, ENDED_WITHOUT_RESULT, gettext_lazy("Return the passport"),
        gettext_lazy("Return of the passport recorded."), _return_passport,
        lambda dossier, actor, data, files: forms.ReturnPassportForm(data, dossier=dossier),
        gettext_lazy("Against an identity document or the slip, or by public post."), "primary",
    ),
    "not-accept": OfficeAct(
        rules.may_not_accept, FOR_INTAKE, gettext_lazy("Do not accept"),
        gettext_lazy("The dossier is not accepted, with your reason."), _call_service(handling.not_accept),
        _with_article(forms.RefusalForm), gettext_lazy("For a request that the law does not allow here."), "danger",
        to_applicant=True,
    ),
    "transfer": OfficeAct(
        rules.may_transfer, FOR_INTAKE | {State.ACCEPTED}, gettext_lazy("Transfer to the Department"),
        gettext_lazy("The dossier is transferred to the Immigration Department."), _call_service(handling.transfer),
        _simple_form(forms.DossierReasonForm), gettext_lazy("For a matter that the Immigration Department decides."),
        to_applicant=True,
    ),
    "postpone": OfficeAct(
        may_postpone, POSTPONED, gettext_lazy("Promise a new date"),
        gettext_lazy("The applicant gets a letter with the apology and the new date."), _call_service(delays.postpone),
        lambda dossier, actor, data, files: forms.PostponeForm(data, dossier=dossier),
        gettext_lazy("For a dossier that cannot be decided in time. The due day by law stays as it is."),
        to_applicant=True,
    ),
    "ask": OfficeAct(
        rules.may_ask_opinion, IN_THE_OFFICE, gettext_lazy("Ask for an opinion"),
        gettext_lazy("Question sent. The unit’s answer will appear here."), _ask, _ask_form,
        gettext_lazy("The question and the answer are visible to the office only."),
    ),
}  # fmt: skip
# It has its own page (views.office.supplement), with a preview of the letter.
SUPPLEMENT = OfficeAct(
    rules.may_request_supplement,
    handling.JUDGED,
    gettext_lazy("Request more documents"),
    "",
    _call_service(handling.request_supplement),
)
# It has its own page (views.counters.send_back), which asks for the tracking number.
SEND_BACK = OfficeAct(
    rules.may_deliver,
    frozenset({State.READY}),
    gettext_lazy("Send it back by post"),
    "",
    _call_service(postings.send_result),
)
SHOW_RETURN = ("assess", "approve", "refuse", "reassess")  # their pages show the changes since a return
OWN_PAGES = {"supplement": SUPPLEMENT, "send-back": SEND_BACK}
HANDOVERS = ("deliver", "send-back")
FORWARD = ("accept", "supplement", "assess", "approve", "result", "return-passport")
ASIDE = ("refuse", "reassess", "not-accept", "transfer", "ask", "correct", "postpone")


def buttons(actor: Actor, dossier: Any) -> list[dict[str, Any]]:
    """Return the buttons for the actor's permitted acts, the most likely first; the same rules guard the pages.

    Keys: name, label, url, tone, blocked (why it cannot be done now).
    """
    correction = correction_problem(dossier)
    button_list = [] if correction else _fee_buttons(actor, dossier)
    by_post = dossier.handover == Handover.POST  # the applicant's choice for the result comes first
    for name in (*FORWARD, *(reversed(HANDOVERS) if by_post else HANDOVERS), *ASIDE):
        act = OWN_PAGES.get(name) or ACTS[name]
        if act.may(actor, dossier):
            url = reverse(f"dossiers:office-{name}", args=[dossier.number])
            blocked = _block_reason(name, dossier, correction)
            if blocked and name == "return-passport":  # there is no passport here to return
                continue
            tone = act.tone if name not in HANDOVERS else "" if button_list else "primary"
            button_list.append({"name": name, "label": act.button, "url": url, "tone": tone, "blocked": blocked})
    return button_list


def _fee_buttons(actor: Actor, dossier: Any) -> list[dict[str, Any]]:
    """Return the button to take the fee of a ready result, or to enter the missing rate; none if it is paid."""
    if dossier.state != State.READY or not rules.may_take_fee(actor, dossier):
        return []
    code, _words = fee_problem(dossier) or ("", "")
    ways = {  # an unset fee waits for the rate
        "fee_unpaid": (_("Take fee"), reverse("dossiers:take-fee", args=[dossier.number])),
        "fee_follows": (_("Enter rate"), reverse("dossiers:rates")),
    }
    if code not in ways:
        return []
    label, url = ways[code]
    return [{"name": code, "label": label, "url": url, "tone": "primary", "blocked": ""}]


def _block_reason(name: str, dossier: Any, correction: Any) -> str:
    """Return a sentence on why the act ``name``, though permitted, is disabled now; "" if it is not.

    ``correction`` is the result of ``correction_problem``.
    """
    if name == "accept" and not rules.is_complete(list(dossier.components.all())):
        return _("Decide on every document first: each must be accepted.")
    if name == "return-passport" and dossier.passport_received() is None:
        return _("The passport is not at the office.")
    problem = correction if name in {*HANDOVERS, "correct"} else None
    problem = problem or (fee_problem(dossier) if name in HANDOVERS else None)
    return str(problem[1]) if problem else ""


def waiting_sentence(actor: Actor, dossier: Any) -> str:
    """Return in one sentence for the officer what the dossier waits for, or that it is closed."""
    waits = {
        State.SUBMITTED: _("Check the documents: accept the dossier, or request what is missing."),
        State.RESUBMITTED: _("The documents have come: check what was requested."),
        State.SUPPLEMENT: _(
            "More documents were requested from the applicant; the processing time is paused until they come."
        ),
        State.ACCEPTED: _("To be assessed: the proposal goes to another officer."),
        State.ASSESSED: _("To be decided by someone other than the person who proposed."),
        State.APPROVED: _("Approved: enter what was issued."),
        State.READY: _("The result is waiting to be handed over."),
    }
    if dossier.state == State.ASSESSED and actor.has_conflict_of_interest(dossier.assessed_by_id):
        return _("You proposed this yourself, so another person must decide.")
    if problem := correction_problem(dossier):
        correction = open_correction(dossier)
        if correction is not None and rules.may_decide_correction(actor, correction):
            return _("A correction of the result is waiting for you: confirm it, or leave the result as it is.")
        return str(problem[1])
    if dossier.state in ENDED_WITHOUT_RESULT and dossier.passport_received() is not None:
        return _("This dossier is closed. The passport is still at the office.")
    return waits.get(State(dossier.state), _("This dossier is closed."))


@never_cache
@conflict_page
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: Request, number: str, name: str) -> HttpResponse:
    """Show the form of the act ``name`` on the dossier; a POST performs it.

    Conflict if the dossier has changed since the page was shown.
    """
    office_act, dossier = ACTS[name], office.get_office_dossier(request.actor, number)
    require_in_state(request.actor, dossier, office_act.states, office_act.may)
    posted, cursor = request.method == "POST", cursor_in_queue(request, dossier)
    form = office_act.form(dossier, request.actor, *_request_data(request)) if office_act.form else None
    if posted and (form is None or form.is_valid()):
        cleaned, version = dict(form.cleaned_data) if form else {}, request.POST.get("version", "")
        try:
            versions.run_unless_changed(
                lambda: office_act.run(request.actor, dossier, cleaned), request.actor, dossier, version=version
            )
        except FileRefused as refused:
            assert form is not None
            form.add_error("scan", refused.message)
        else:
            messages.success(request, str(office_act.done))
            return redirect(dossier_url(request, number, cursor))
    record_look(request.actor, dossier, page=name)
    context = {"dossier": dossier, "act": office_act, "form": _preset(form, request), "name": name}
    context |= {"queue_query": queue_query(request), "action": request.get_full_path()}
    context["version"] = request.POST.get("version") or versions.version_of(dossier)
    context["blocked"] = _block_reason(name, dossier, correction_problem(dossier))
    context["returned"] = last_return(request.actor, dossier) if name in SHOW_RETURN else None
    context["reads"] = language_of(dossier) if office_act.to_applicant else ""
    template = "dossiers/office/step.html" if request.htmx and not posted else "dossiers/office/act.html"
    return render(request, template, context, status=422 if posted else 200)


def _preset(form: Form | None, request: Request) -> Form | None:
    """Return the form with the proposal that the address names; a refusal needs no sentence on differences.

    The reason of an approval is written already if the checks found nothing.
    """
    proposal = request.GET.get("proposal", "")
    if form is not None and not form.is_bound and proposal in DecisionProposal.values:
        form.initial = {**form.initial, "proposal": proposal}
        if proposal == DecisionProposal.APPROVE and getattr(form, "is_clean", False):
            form.initial.setdefault("reason", str(CLEAN_REASON))
        if proposal == DecisionProposal.REFUSE:
            for row in getattr(form, "differences", ()):
                del form.fields[f"why_{row.key}"]
    return form


def _request_data(request: Request) -> tuple[Any, Any]:
    """Return the submitted data and files; (None, None) for a request that is not a POST."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)
