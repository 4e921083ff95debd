"""Template tags for dossiers: rulebook texts in the reader's language, state chips, remaining time."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from ancu.apps.dossiers.enums import ACTS, ComponentState, DecisionProposal, ReceiverProof, State
from ancu.apps.dossiers.models import RETURNED, Result
from ancu.apps.dossiers.selectors.counters import open_counters
from ancu.apps.dossiers.selectors.paper_names import short_paper_name
from ancu.apps.dossiers.selectors.printed import for_reader
from ancu.apps.dossiers.selectors.procedures import procedure_of, short_name_of
from ancu.apps.dossiers.selectors.queues import SOON
from ancu.apps.dossiers.selectors.reading import component_label
from ancu.apps.dossiers.selectors.reasons import component_reason, ready_refusals, reason_for_reader, reason_words
from ancu.apps.dossiers.selectors.summary import SummaryLine
from ancu.apps.dossiers.selectors.wording import article_in_words
from ancu.core import clock
from ancu.core.templatetags.ui import chip, counted, days_late, number
from ancu.core.web.language import OTHER_LANGUAGE, localized_text, reader_language
from ancu.core.web.language import localized as _words
from ancu.engines.rulebook import Fee, Procedure, RefusalReason, procedures_on

BY_AUTHORISATION = gettext_lazy(
    "to %(name)s by authorisation (%(document)s %(number)s; authorisation seen by %(officer)s)"
)
FEW_DAYS_OF_STAY = 7
register = template.Library()

TONES = {
    State.SUBMITTED: "info",
    State.RESUBMITTED: "info",
    State.SUPPLEMENT: "gold",
    State.ACCEPTED: "info",
    State.ASSESSED: "info",
    State.APPROVED: "ok",
    State.READY: "ok",
    State.DELIVERED: "ok",
    State.REFUSED: "bad",
    State.NOT_ACCEPTED: "bad",
}
PAPER_TONES = {
    ComponentState.AWAITED: "gold",
    ComponentState.RECEIVED: "info",
    ComponentState.ACCEPTED: "ok",
    ComponentState.RETURNED: "bad",
}


register.filter("returned_for", component_reason)
register.filter("reason_for_reader", reason_for_reader)
register.filter("short_paper", short_paper_name)


@register.filter
def words(entry: Any, name: str = "label") -> str:
    """Return the text ``name`` of a rulebook definition in the reader's language; any other value as text."""
    return _words(entry, name) if hasattr(entry, f"{name}_vi") else str(entry)


@register.filter
def other_words(entry: Any, name: str = "label") -> str:
    """Return the text ``name`` of a rulebook definition in the language that is not the reader's.

    Official forms are bilingual.
    """
    return str(getattr(entry, f"{name}_{OTHER_LANGUAGE[reader_language()]}"))


@register.simple_tag
def other_language() -> str:
    """Return the other of the two languages, as its code."""
    return OTHER_LANGUAGE[reader_language()]


@register.simple_tag
def querystring_of(values: Mapping[str, str]) -> str:
    """Return ``?a=1&b=2``, including empty values, so that the link restarts its page."""
    return f"?{urlencode(values)}"


@register.filter
def answer(line: SummaryLine) -> str:
    """Return the answer of a line of the summary as text in the reader's language."""
    return for_reader(line.field, line.value)


@register.simple_tag
def short_procedure_name(code: str) -> str:
    """Return the short name of a procedure, for narrow places beside its full one."""
    return short_name_of(code, clock.today())


@register.filter
def first_part(label: str) -> str:
    """Return a label up to its first comma, for a place too narrow for all of it: "NA6, signed" becomes "NA6"."""
    return str(label).partition(",")[0]


@register.simple_tag
def procedure_name(code: str) -> str:
    """Return the name of a procedure; its code when it is not in force today."""
    return localized_text(_names(clock.today(), reader_language()).get(code, code))


@lru_cache(maxsize=8)
def _names(_day: date, language: str) -> dict[str, str]:
    """Return the names of all procedures in force on the day, by code; cached by day and language."""
    return {procedure.code: str(getattr(procedure, f"name_{language}")) for procedure in procedures_on(_day)}


@register.simple_tag
def state_chip(dossier: Any, short: object = "") -> SafeString:
    """Return the dossier's state as a coloured label, in the ``short`` words if there are any."""
    # not get_state_display: it compares and hashes all fourteen labels for each row of a list
    return chip(short or State(dossier.state).label, TONES.get(dossier.state, "mute"))


@register.simple_tag
def paper_chip(component: Any) -> SafeString:
    """Return the paper's state as a coloured label; a received original without a file has its own."""
    if component.by_post and component.file_id is None and component.state == ComponentState.RECEIVED:
        return chip(pgettext("component", "the original itself"), "info")
    return chip(ComponentState(component.state).label, PAPER_TONES[ComponentState(component.state)])


@register.simple_tag
def time_left(days_left: int | None) -> SafeString:
    """Return the working days left (or overdue) as a coloured label; "" while the deadline does not run."""
    if days_left is None:
        return SafeString("")
    if days_left < 0:
        return chip(counted("%(n)s working day late", "%(n)s working days late", -days_left), "bad", "clock")
    if days_left == 0:
        return chip(_("due today"), "warn", "clock")
    sentence = counted("%(n)s working day left", "%(n)s working days left", days_left)
    return chip(sentence, "warn" if days_left <= SOON else "ok", "clock")


@register.simple_tag
def days_left(working_days: int | None) -> SafeString:
    """Return the working days left (or overdue) as a short coloured label for a narrow column; "" without a clock."""
    if working_days is None:
        return SafeString("")
    if working_days < 0:
        return chip(days_late(-working_days), "bad")
    if working_days == 0:
        return chip(_("due today"), "warn")
    sentence = counted("%(n)s day left", "%(n)s days left", working_days)
    return chip(sentence, "warn" if working_days <= SOON else "ok")


@register.simple_tag
def stay_left(days_left: int) -> SafeString | str:
    """Return the days until the permitted stay ends, as a coloured label when few are left or it has ended."""
    if days_left < 0:
        return chip(counted("over by %(n)s day", "over by %(n)s days", -days_left), "bad")
    sentence = counted("%(n)s day", "%(n)s days", days_left)
    return chip(sentence, "warn") if days_left <= FEW_DAYS_OF_STAY else sentence


@register.inclusion_tag("dossiers/handover/counters_to_come_to.html")
def counters_to_come_to(agency_id: int | None = None) -> dict[str, Any]:
    """Return the open counters with address and hours: those of the agency, or of all receiving offices."""
    return {"counters": open_counters(agency_id)}


@register.filter
def article_for(text: str, dossier: Any) -> str:
    """Return the cited article of the dossier's procedure in the reader's language; other text as written."""
    return article_in_words(dossier, text)


@register.simple_tag
def paper_label(dossier: Any, key: str) -> str:
    """Return the label of a dossier's paper in the active language."""
    return component_label(procedure_of(dossier), key)


@register.filter
def signed(value: int) -> str:
    """Return a difference with its sign and the language's separators: +1.200, −300 or 0."""
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{number(abs(value))}"


@register.filter
def usd_range(fees: Sequence[Fee]) -> str:
    """Return the lowest and highest possible fee, as "25–165 USD"."""
    prices = sorted({fee.usd for fee in fees})
    return f"{'–'.join(map(str, prices[:1] + prices[1:][-1:]))} USD" if prices else ""


@register.filter
def act_words(act: str) -> str:
    """Return the sentence for an act in a dossier's history; the act's code if it is unknown."""
    return str(ACTS.get(f"dossiers.{act}", act))


def _by_authorisation(result: Result) -> str:
    """Return the sentence that the result was handed to an authorised person: name, document, officer."""
    return BY_AUTHORISATION % {
        "name": result.received_by, "document": result.get_proof_display(), "number": result.proof_number,
        "officer": result.delivered_by,
    }  # fmt: skip


def _returned_to(event: Any) -> str:
    """Return to whom the event's passport was returned, with the document shown.

    By authorisation also the officer who checked it.
    """
    data, document = event.data, str(ReceiverProof(event.data["proof"]).label)
    if data["by_authorisation"]:
        number, officer = data["proof_number"], event.by
        words = {"name": data["received_by"], "document": document, "number": number, "officer": officer}
        return BY_AUTHORISATION % words
    words = {"name": data["received_by"], "document": f"{document} {data['proof_number']}".strip()}
    return _("to %(name)s (%(document)s)") % words


@register.simple_tag
def ready_reasons(act: str, form: Any) -> list[RefusalReason]:
    """Return the ready reasons for the form of an act; for a proposal if it is to refuse, none for other acts."""
    if act == "assess" and form["proposal"].value() == DecisionProposal.REFUSE:
        act = "refuse"
    return ready_refusals(act)


@register.simple_tag
def act_detail(event: Any, procedure: Procedure, result: Result | None = None) -> str:
    """Return the details of a dossier's event: paper and verdict, assigned officer, consulted unit, or receiver."""
    data = event.data
    if event.act == State.DELIVERED and result and result.by_authorisation and result.received_by:
        return _by_authorisation(result)
    if event.act == RETURNED and data.get("received_by"):
        return _returned_to(event)
    if "component" not in data:
        return event.whom or ""
    labels = {component.key: words(component) for component in procedure.components}
    details = [labels.get(data["component"], data["component"])]
    details += [str(ComponentState(data["state"]).label)] if data.get("state") else []
    details += [reason_words(data["reason_code"], clock.local(event.at).date())] if data.get("reason_code") else []
    return ", ".join(details)
