"""What the rulebook says in the reader's language; states as chips, and the time left in words."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from ancu.apps.dossiers.enums import ACTS, ComponentState, ReceiverProof, ReturnReason, State
from ancu.apps.dossiers.models import RETURNED, Result
from ancu.apps.dossiers.selectors.counters import open_counters
from ancu.apps.dossiers.selectors.printed import in_words
from ancu.apps.dossiers.selectors.queues import SOON
from ancu.apps.dossiers.selectors.summary import Line
from ancu.apps.dossiers.selectors.wording import article_in_words
from ancu.core import clock
from ancu.core.templatetags.ui import chip, counted
from ancu.core.web.language import OTHER_LANGUAGE, reader_language
from ancu.core.web.language import localized as _words
from ancu.engines.rulebook import Fee, Procedure, procedures_on

BY_AUTHORISATION = gettext_lazy(
    "to %(name)s by authorisation (%(document)s %(number)s; authorisation seen by %(officer)s)"
)
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
    ComponentState.WANTED: "gold",
    ComponentState.GIVEN: "info",
    ComponentState.ACCEPTED: "ok",
    ComponentState.RETURNED: "bad",
}


@register.filter
def words(thing: Any, name: str = "label") -> str:
    """``label_vi`` or ``label_en`` of something of the rulebook; a word of our own as it is."""
    return _words(thing, name) if hasattr(thing, f"{name}_vi") else str(thing)


@register.filter
def other_words(thing: Any, name: str = "label") -> str:
    """The same in the other of the two languages, for bilingual forms."""
    return str(getattr(thing, f"{name}_{OTHER_LANGUAGE[reader_language()]}"))


@register.simple_tag
def other_language() -> str:
    return OTHER_LANGUAGE[reader_language()]


@register.simple_tag
def querystring_of(values: Mapping[str, str]) -> str:
    """``?a=1&b=2``; what is empty too, so that the link asks its page anew."""
    return f"?{urlencode(values)}"


@register.filter
def answer(line: Line) -> str:
    """An answer as the reader says it."""
    return in_words(line.field, line.value, reader_language())


@register.simple_tag
def procedure_name(code: str) -> str:
    """What the reader calls a procedure; its code when no law of today knows it."""
    return _names(clock.today(), reader_language()).get(code, code)


@lru_cache(maxsize=8)
def _names(_day: date, language: str) -> dict[str, str]:
    """Once a day and language, not once a row of a list."""
    return {one.code: str(getattr(one, f"name_{language}")) for one in procedures_on(_day)}


@register.simple_tag
def state_chip(dossier: Any) -> SafeString:
    # not get_state_display: it compares and hashes all fourteen words for each row of a list
    return chip(State(dossier.state).label, TONES.get(dossier.state, "mute"))


@register.simple_tag
def paper_chip(component: Any) -> SafeString:
    """Of a paper that comes itself, without a picture, no chip says that it is here: that stands beside it."""
    if component.by_post and component.file_id is None and component.state == ComponentState.GIVEN:
        return chip(pgettext("component", "the original itself"), "info")
    return chip(ComponentState(component.state).label, PAPER_TONES[ComponentState(component.state)])


@register.simple_tag
def time_left(left: int | None) -> SafeString:
    """Working days until the decision is due, as a word in a colour; nothing while no clock runs."""
    if left is None:
        return SafeString("")
    if left < 0:
        return chip(counted("%(n)s working day late", "%(n)s working days late", -left), "bad", "clock")
    if left == 0:
        return chip(_("due today"), "warn", "clock")
    still = counted("%(n)s working day left", "%(n)s working days left", left)
    return chip(still, "warn" if left <= SOON else "ok", "clock")


@register.inclusion_tag("dossiers/handover/counters_to_come_to.html")
def counters_to_come_to(agency_id: int | None = None) -> dict[str, Any]:
    """The office's counters with address and hours; of one agency where it is known."""
    return {"counters": open_counters(agency_id)}


@register.filter
def article_for(text: str, dossier: Any) -> str:
    """The article on which the office rests, as the reader's language cites it."""
    return article_in_words(dossier, text)


@register.filter
def usd_range(fees: Sequence[Fee]) -> str:
    """The least and the most that a procedure can cost, as "25–165 USD"."""
    prices = sorted({fee.usd for fee in fees})
    return f"{'–'.join(map(str, prices[:1] + prices[1:][-1:]))} USD" if prices else ""


@register.filter
def act_words(act: str) -> str:
    """The sentence of an act in a dossier's history."""
    return str(ACTS.get(f"dossiers.{act}", act))


def _by_authorisation(result: Result) -> str:
    return BY_AUTHORISATION % {
        "name": result.received_by, "document": result.get_proof_display(), "number": result.proof_number,
        "officer": result.delivered_by,
    }  # fmt: skip


def _returned_to(event: Any) -> str:
    """The same of a passport that was returned alone: what was shown and who saw it stand in the event."""
    data, document = event.data, str(ReceiverProof(event.data["proof"]).label)
    if data["by_authorisation"]:
        number, officer = data["proof_number"], event.by
        words = {"name": data["received_by"], "document": document, "number": number, "officer": officer}
        return BY_AUTHORISATION % words
    words = {"name": data["received_by"], "document": f"{document} {data['proof_number']}".strip()}
    return _("to %(name)s (%(document)s)") % words


@register.simple_tag
def act_detail(event: Any, procedure: Procedure, result: Result | None = None) -> str:
    """Which paper it was and how it was found, to whom the dossier was given, which unit was asked."""
    data = event.data
    if event.act == State.DELIVERED and result and result.by_authorisation and result.received_by:
        return _by_authorisation(result)
    if event.act == RETURNED and data.get("received_by"):
        return _returned_to(event)
    if "component" not in data:
        return event.whom or ""
    labels = {one.key: words(one) for one in procedure.components}
    told = [labels.get(data["component"], data["component"])]
    told += [str(ComponentState(data["state"]).label)] if data.get("state") else []
    told += [str(ReturnReason(data["reason_code"]).label)] if data.get("reason_code") else []
    return ", ".join(told)
