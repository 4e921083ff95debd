from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ancu.engines.rulebook import FORM_RULES, LIMIT_RULES


class State(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("dossier", "draft")
    SUBMITTED = "submitted", pgettext_lazy("dossier", "submitted")
    SUPPLEMENT = "supplement", _("more documents requested")
    RESUBMITTED = "resubmitted", _("documents received")
    ACCEPTED = "accepted", pgettext_lazy("dossier", "accepted, being assessed")
    ASSESSED = "assessed", _("assessed, waiting for the decision")
    APPROVED = "approved", pgettext_lazy("dossier", "approved")
    READY = "ready", _("result ready")
    DELIVERED = "delivered", _("delivered")
    REFUSED = "refused", pgettext_lazy("dossier", "refused")
    NOT_ACCEPTED = "not_accepted", _("not accepted")
    WITHDRAWN = "withdrawn", pgettext_lazy("dossier", "withdrawn")
    CLOSED = "closed", _("closed, documents not received")
    TRANSFERRED = "transferred", _("transferred to the Immigration Department")


AFTER_INTAKE = frozenset({State.SUPPLEMENT, State.ACCEPTED, State.NOT_ACCEPTED, State.TRANSFERRED, State.WITHDRAWN})
TRANSITIONS: dict[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.SUBMITTED, State.WITHDRAWN}),
    State.SUBMITTED: AFTER_INTAKE,
    State.SUPPLEMENT: frozenset({State.RESUBMITTED, State.CLOSED, State.WITHDRAWN}),
    State.RESUBMITTED: AFTER_INTAKE,
    State.ACCEPTED: frozenset({State.SUPPLEMENT, State.ASSESSED, State.TRANSFERRED, State.WITHDRAWN}),
    State.ASSESSED: frozenset({State.ACCEPTED, State.APPROVED, State.REFUSED, State.WITHDRAWN}),
    State.APPROVED: frozenset({State.READY}),
    State.READY: frozenset({State.DELIVERED}),
    State.DELIVERED: frozenset(),
    State.REFUSED: frozenset(),
    State.NOT_ACCEPTED: frozenset(),
    State.WITHDRAWN: frozenset(),
    State.CLOSED: frozenset(),
    State.TRANSFERRED: frozenset(),
}
FINAL = frozenset(state for state, following in TRANSITIONS.items() if not following)
IN_THE_OFFICE = frozenset(State) - FINAL - {State.DRAFT}
FOR_INTAKE = frozenset({State.SUBMITTED, State.RESUBMITTED})
TO_BE_DECIDED = frozenset({*FOR_INTAKE, State.ACCEPTED, State.ASSESSED})  # an act of the office is next
BEFORE_DECISION = IN_THE_OFFICE - {State.APPROVED, State.READY}
FEE_STANDS = IN_THE_OFFICE | {State.DELIVERED, State.REFUSED}  # a decision is paid for, whatever it says
ENDED_WITHOUT_RESULT = FINAL - {State.DELIVERED}
ISSUED = frozenset({State.READY, State.DELIVERED})  # there is a result
EDITABLE = frozenset({State.DRAFT, State.SUPPLEMENT})  # the filer may write


class Filer(models.TextChoices):
    """Who files, in the rulebook's words: the sponsor of articles 14 and 16, or the foreigner."""

    ORGANISATION = "organisation", _("an organisation")
    CITIZEN = "citizen", _("a Vietnamese citizen")
    RESIDENT_FOREIGNER = "resident_foreigner", _("a foreigner with a residence card")
    SELF = "self", _("the foreigner in person")


INDIVIDUALS = frozenset({Filer.CITIZEN, Filer.RESIDENT_FOREIGNER})  # who sign by an account of their own


class ComponentState(models.TextChoices):
    AWAITED = "wanted", _("not sent yet")
    RECEIVED = "given", _("received")
    ACCEPTED = "accepted", pgettext_lazy("component", "accepted")
    RETURNED = "returned", pgettext_lazy("component", "to be corrected")


class ReturnReason(StrEnum):
    """The reasons for returning a paper that the program itself gives or compares; the rulebook has the whole list.

    The office can reword these but not end them: a paper that was not sent is missing, to one with missing pages
    further pages are added, and "other" asks for the officer's own words.
    """

    MISSING = "missing"
    INCOMPLETE = "incomplete"
    OTHER_REASON = "other"


class DecisionProposal(models.TextChoices):
    APPROVE = "approve", _("approve")
    REFUSE = "refuse", _("refuse")


class Handover(models.TextChoices):
    """How the passport comes to the office and goes back."""

    COUNTER = "counter", _("at the counter")
    POST = "post", _("by post")


class DeadlineAlarmKind(models.TextChoices):
    """When the officers of an open dossier are reminded of its due day."""

    HALF_TIME = "half", _("half of the time has passed")
    DAY_BEFORE = "day", _("due on the next working day")


class LegalFileState(models.TextChoices):
    SUBMITTED = "submitted", pgettext_lazy("legal file", "waiting for the office")
    APPROVED = "approved", pgettext_lazy("legal file", "approved")
    RETURNED = "returned", pgettext_lazy("legal file", "returned")
    SUPERSEDED = "superseded", _("replaced by a newer version")


class LetterKind(models.TextChoices):
    """The official letters about a dossier; ``ACT_OF_LETTER`` says which act each reports."""

    SUPPLEMENT = "supplement", _("Request for more documents")
    NOT_ACCEPTED = "not-accepted", _("Notice: dossier not accepted")
    TRANSFER = "transfer", _("Transfer of the dossier")
    DELAY = "delay", _("Notice of a new date")
    REFUSAL = "refusal", _("Notice: request not approved")
    RESULT = "result", _("Notice of the result")
    CLOSING = "closing", _("Notice: dossier closed")


class LetterSeries(models.TextChoices):
    """Kinds of papers that are numbered apart; the abbreviations of Decree 30/2020/NĐ-CP, Appendix III."""

    NOTICE = "TB", _("notices (TB)")
    TRANSFER_SLIP = "PC", _("transfer slips (PC)")


class SigningForm(models.TextChoices):
    """How a letter is signed (Decree 30/2020/NĐ-CP, article 13): by the head, or with KT. or TL. before the title."""

    HEAD = "head", _("as the head")
    DEPUTY = "deputy", _("for the head, as deputy (KT.)")
    BY_ORDER = "order", _("by order of the head (TL.)")
    OFFICER = "officer", _("as the officer in charge")


class PaymentMethod(models.TextChoices):
    TRANSFER = "transfer", _("bank transfer")
    CASH = "cash", _("at the counter")
    PROVIDER = "provider", _("online")


class BankLineState(models.TextChoices):
    """What became of one line of a bank statement."""

    MATCHED = "matched", _("matched")
    OPEN = "open", _("needs checking")
    SET_ASIDE = "set_aside", _("not a fee")


class BankLineProblem(models.TextChoices):
    """Why a transfer could not be matched to a fee."""

    NO_REFERENCE = "no_reference", _("none of our references in the text")
    UNKNOWN = "unknown", _("no dossier has this reference")
    SEVERAL = "several", _("several references in one transfer")
    UNDERPAID = "underpaid", _("less than the fee")
    OVERPAID = "overpaid", _("more than the fee")
    PAID = "paid", _("the fee was already paid")
    ENDED = "ended", _("the dossier ended before the fee was paid")
    DOUBLED = "doubled", _("the bank used this number for another transfer")


class SlotPurpose(models.TextChoices):
    BRING = "bring", _("bring the passport")
    COLLECT = "collect", _("collect the result")


class ReceiverProof(models.TextChoices):
    """What proves that a person may collect a result."""

    IDENTITY = "identity", _("passport or identity card")
    SLIP = "slip", _("the dossier’s slip")
    POST = "post", _("by public post, under its number")


class AssignmentWay(models.TextChoices):
    """How several dossiers are assigned together."""

    PERSON = "person", _("All to one officer")
    TURN = "turn", _("In turn: each officer gets the same number")
    LOAD = "load", _("By load: who has the fewest open dossiers gets the next")


class WorkerPaper(models.TextChoices):
    """The papers of a foreign worker that end on some day."""

    PASSPORT = "passport", _("Passport")
    CARD = "card", _("Residence card")
    VISA = "visa", pgettext_lazy("worker", "Visa")
    PERMIT = "permit", _("Work permit")


class EndBand(models.TextChoices):
    """In how many days the next paper of a worker ends."""

    ENDED = "ended", pgettext_lazy("paper", "ended")
    WITHIN_30 = "30", _("within 30 days")
    WITHIN_60 = "60", _("in 31 to 60 days")
    WITHIN_90 = "90", _("in 61 to 90 days")
    LATER = "later", _("later")


class RuleKind(models.TextChoices):
    """What of the rulebook the office may change; the values are those of its rules, or names of several rules."""

    FEE = "fees.immigration", _("A fee")
    DAY = "calendar.holidays", _("A day off or an extra working day")
    HOURS = "calendar.hours", _("Office hours")
    MARGIN = "permit.passport_margin", _("How long the passport must remain valid")
    LETTER = "letters.texts", _("A sentence of the letters")
    RETURN_REASON = "reasons.returned", _("A reason why a document is rejected")
    REFUSAL_REASON = "reasons.refusal", _("A ready reason of a refusal")
    REQUEST = "reasons.request", _("A ready sentence of a request for documents")
    VALIDITY = "visa.symbols", _("The longest validity of a visa or residence card")
    LIMIT = "limit", _("A time limit")
    FORM = "form", _("An item of a form")

    @classmethod
    def of(cls, rule: str) -> "RuleKind":
        """Return the kind of a rule: each form is a rule, and so is each group of time limits."""
        if rule in FORM_RULES:
            return cls.FORM
        return cls.LIMIT if rule in LIMIT_RULES else cls(rule)


class ItemRequirement(models.TextChoices):
    """Whether a form asks for an item; the values are those of the rulebook."""

    REQUIRED = "required", pgettext_lazy("item of a form", "Required")
    CONDITIONAL = "conditional", pgettext_lazy("item of a form", "Required depending on other answers")
    OPTIONAL = "optional", pgettext_lazy("item of a form", "Optional")
    NOT_ASKED = "no", pgettext_lazy("item of a form", "No longer asked")


class NewItemKind(models.TextChoices):
    """What the office may ask in a further item of a form; the values are those of the rulebook."""

    TEXT = "text", pgettext_lazy("item of a form", "Text in one line")
    LONG_TEXT = "long_text", pgettext_lazy("item of a form", "Text in several lines")
    DATE = "date", pgettext_lazy("item of a form", "Date")
    BOOLEAN = "boolean", pgettext_lazy("item of a form", "Box to tick")


class TermUnit(models.TextChoices):
    """The unit of a validity; the values are those of the rulebook's terms."""

    DAY = "day", pgettext_lazy("unit of a validity", "days")
    MONTH = "month", pgettext_lazy("unit of a validity", "months")
    YEAR = "year", pgettext_lazy("unit of a validity", "years")


class DayKind(models.TextChoices):
    """What a day of the office's calendar may be made; the values are those of the rulebook."""

    HOLIDAY = "holiday", pgettext_lazy("day of the calendar", "Public holiday")
    SUBSTITUTE = "substitute", pgettext_lazy("day of the calendar", "Day off in place of a weekend")
    SWAP = "swap", pgettext_lazy("day of the calendar", "Day off in exchange for an extra working day")
    WORKED = "worked", pgettext_lazy("day of the calendar", "Extra working day")
    ORDINARY = "ordinary", pgettext_lazy("day of the calendar", "Ordinary day")


class RuleDraftState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("change of a rule", "draft")
    PROPOSED = "proposed", pgettext_lazy("change of a rule", "waiting for approval")
    RETURNED = "returned", pgettext_lazy("change of a rule", "returned")
    APPROVED = "approved", pgettext_lazy("change of a rule", "approved")


class RuleEffect(models.TextChoices):
    """What a changed rule would have meant for a dossier."""

    PRICE = "price", _("another fee")
    DUE = "due", _("another due day")
    REFUSAL = "refusal", _("the passport would end too early")
    NO_REFUSAL = "none", _("the passport would no longer end too early")
    WORDS = "words", _("would have been worded otherwise")
    ENDED = "ended", _("the reason would not have been in the list")
    TOO_LONG = "too_long", _("the requested validity would be too long")
    NOT_TOO_LONG = "within", _("the requested validity would no longer be too long")
    INCOMPLETE = "incomplete", _("an answer would be missing")
    LATE = "late", _("the passport in the post would have been late")
    NOT_LATE = "in_time", _("the passport in the post would not have been late")


class RuleTrialState(models.TextChoices):
    RUNNING = "running", pgettext_lazy("replay", "running")
    DONE = "done", pgettext_lazy("replay", "finished")
    FAILED = "failed", pgettext_lazy("replay", "failed")


# Sentences of the audit.
ACTS = {
    "dossiers.started": _("started a dossier"),
    "dossiers.saved": _("edited a dossier"),
    "dossiers.tried": _("checked a dossier without saving it"),
    "dossiers.compared_stay": _("compared the address of a dossier with the declared stays"),
    "dossiers.attached": _("added a document to a dossier"),
    "dossiers.detached": _("removed a document from a draft"),
    "dossiers.arranged_copy": _("rearranged the pages of the office’s copy of a document"),
    "dossiers.dropped_copy": _("restored a document to what was sent"),
    "dossiers.asked_signature": _("asked a sponsor to sign a dossier"),
    "dossiers.bound_sponsor": _("opened a dossier as its sponsor"),
    "dossiers.signed": _("co-signed a dossier"),
    "dossiers.declined_signature": _("declined to sign a dossier"),
    "dossiers.submitted": _("submitted a dossier"),
    "dossiers.taken_over": _("added a dossier received at the counter to their account"),
    "dossiers.alarmed": _("reminded the officers of the due day of a dossier"),
    "dossiers.supplement": _("requested more documents"),
    "dossiers.resubmitted": _("sent more documents"),
    "dossiers.accepted": _("accepted a dossier as complete"),
    "dossiers.not_accepted": _("did not accept a dossier"),
    "dossiers.transferred": _("transferred a dossier to the Immigration Department"),
    "dossiers.assessed": _("assessed a dossier"),
    "dossiers.sent_back": _("returned a dossier for assessment"),
    "dossiers.approved": _("approved a dossier"),
    "dossiers.refused": _("refused a dossier"),
    "dossiers.ready": _("entered the result of a dossier"),
    "dossiers.delivered": _("delivered a result"),
    "dossiers.proposed_correction": _("proposed a correction of a result"),
    "dossiers.corrected": _("confirmed the correction of a result"),
    "dossiers.refused_correction": _("did not confirm the correction of a result"),
    "dossiers.withdrawn": _("withdrew a dossier"),
    "dossiers.closed": _("closed a dossier because the documents were not received"),
    "dossiers.assigned": _("assigned a dossier"),
    "dossiers.judged_component": _("checked a document of a dossier"),
    "dossiers.asked_opinion": _("asked a unit for its opinion"),
    "dossiers.gave_opinion": _("gave an opinion on a dossier"),
    "dossiers.set_counter": _("set a counter and its hours"),
    "dossiers.booked": _("booked an appointment"),
    "dossiers.moved_appointment": _("moved an appointment"),
    "dossiers.cancelled_appointment": _("cancelled an appointment"),
    "dossiers.day_closed": _("cancelled an appointment on a day off"),
    "dossiers.came": _("recorded that someone came to an appointment"),
    "dossiers.missed": _("recorded that no one came to an appointment"),
    "dossiers.posted_passport": _("sent a passport to the office by post"),
    "dossiers.received_passport": _("received a passport"),
    "dossiers.returned_passport": _("returned a passport"),
    "dossiers.posted_result": _("sent a result back by post"),
    "dossiers.result_arrived": _("recorded that passport and result arrived by post"),
    "dossiers.alarmed_posting": _("reminded the officers of a passport that is late in the post"),
    "dossiers.ticket_issued": _("gave out a number at the counters"),
    "dossiers.ticket_called": _("called a number to a counter"),
    "dossiers.ticket_closed": _("closed a number at a counter"),
    "dossiers.charged": _("set the fee of a dossier"),
    "dossiers.paid": _("recorded the payment of a fee"),
    "dossiers.rate_entered": _("entered the exchange rate of a day"),
    "dossiers.cash_closed": _("closed the cash book"),
    "dossiers.statement_read": _("imported a bank statement"),
    "dossiers.line_told": _("recorded a payment reported by a payment provider"),
    "dossiers.line_matched": _("matched a transfer to a dossier by hand"),
    "dossiers.line_set_aside": _("set a transfer aside"),
    "dossiers.legal_submitted": _("submitted an organisation’s legal file"),
    "dossiers.legal_approved": _("approved an organisation’s legal file"),
    "dossiers.legal_returned": _("returned an organisation’s legal file"),
    "dossiers.saved_filter": _("saved a filter for the queues"),
    "dossiers.deleted_filter": _("deleted a filter for the queues"),
    "dossiers.exported_register": _("exported the register of dossiers"),
    "dossiers.opened_register": _("opened a month of the register of dossiers for an audit"),
    "looked:dossiers.register": _("viewed the register of dossiers"),
    "dossiers.postponed": _("promised a new date for a dossier"),
    "dossiers.issued_letter": _("issued an official letter"),
    "dossiers.set_letterhead": _("changed how the office signs its letters"),
    "looked:dossiers.letters": _("viewed the list of issued letters"),
    "dossiers.worker_added": _("added a foreign worker to the organisation’s list"),
    "dossiers.worker_changed": _("changed a foreign worker on the organisation’s list"),
    "dossiers.worker_removed": _("removed a foreign worker from the organisation’s list"),
    "dossiers.workers_imported": _("imported foreign workers from a file"),
    "looked:dossiers.foreignworker": _("opened a foreign worker on the organisation’s list"),
    "looked:dossiers.workers": _("viewed the list of foreign workers"),
    "dossiers.group_started": _("began dossiers for several workers"),
    "dossiers.group_paper": _("added one document to the dossiers of several workers"),
    "dossiers.group_filled": _("filled in the dossiers of several workers from a table"),
    "dossiers.group_sent": _("submitted the dossiers of several workers"),
    "looked:dossiers.grouprequest": _("viewed the dossiers of several workers"),
    "looked:dossiers.queue": _("viewed a queue of dossiers"),
    "looked:dossiers.list": _("viewed a list of dossiers"),
    "looked:dossiers.counters": _("viewed the counters and the documents on their way by post"),
    "looked:dossiers.cashdesk": _("viewed the cash desk"),
    "looked:dossiers.search": _("searched for a dossier"),
    "looked:dossiers.dossier": _("opened a dossier"),
    "looked:dossiers.component": _("viewed a document of a dossier"),
    "looked:dossiers.result": _("viewed the scan of a result"),
    "looked:dossiers.opinion": _("opened a request for an opinion on a dossier"),
    "looked:dossiers.legalfile": _("viewed an organisation’s legal file"),
    "dossiers.rule_drafted": _("drafted a change of a rule"),
    "dossiers.rule_revised": _("edited the draft of a change of a rule"),
    "dossiers.rule_tried": _("tested a change of a rule on the past year"),
    "dossiers.rule_proposed": _("sent a change of a rule for approval"),
    "dossiers.rule_returned": _("returned a change of a rule"),
    "dossiers.rule_approved": _("approved a change of a rule"),
    "dossiers.due_moved": _("moved the due day of a dossier after a change of the calendar"),
    "dossiers.rule_withdrawn": _("withdrew a change of a rule before it took effect"),
    "looked:dossiers.ruletrial": _("viewed the dossiers of a tested change of a rule"),
    "dossiers.redact": _("deleted the contents of dossiers past their retention period"),
}
