"""Texts of rules and alerts in the user's language, with the facts filled in."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ancu.apps.oversight.models import Alert
from ancu.apps.oversight.selectors.parameters import words_of_version
from ancu.core import clock
from ancu.core.templatetags.ui import counted, day, number, vnd
from ancu.engines.rulebook import AlertRule, Fine, NotInForce, alert_rule, overstay_fine

Words = Mapping[str, Any]
MILLION = 1_000_000


def localized_text(rule: Any, name: str) -> str:
    """Return the rule's text ``name`` in the user's language.

    ``name`` is ``title``, ``sentence``, ``false`` or ``article``; of a parameter it is ``name``.
    """
    tongue = "vi" if (get_language() or "vi").startswith("vi") else "en"
    return str(getattr(rule, f"{name}_{tongue}"))


def title_of(code: str) -> str:
    """Return the rule's title in the user's language."""
    return localized_text(alert_rule(code, clock.today()), "title")


def words_of(alert: Alert) -> AlertRule:
    """Return the words of the rule's version by which the alert was judged."""
    return words_of_version(alert.rule, alert.version)


def sentence_of(alert: Alert, *, has_fine: bool = True, has_name: bool = True) -> str:
    """Return the alert's sentence in the user's language, with guest, dates and any fine filled in.

    If the evidence was deleted, a sentence that says so. Without the fine and the guest's name if the page shows them
    elsewhere.
    """
    if not alert.evidence:
        return _("The details are no longer stored.")
    facts = {name: _format_value(value) for name, value in alert.evidence.items()}
    facts |= {"guest": guest_of(alert) if has_name else _("the guest"), "lodging": alert.establishment.name}
    more = MORE.get(alert.rule)
    if alert.rule in FACTS_TO_DATE:
        facts |= {name: _format_value(value) for name, value in FACTS_TO_DATE[alert.rule](alert).items()}
    sentence = localized_text(words_of(alert), "sentence").format_map(facts | (more(alert.evidence) if more else {}))
    sentence = sentence if has_name else capfirst(sentence)
    return " ".join(filter(None, [sentence, _renewal_words(alert.evidence), fine_words(alert) if has_fine else ""]))


def false_if_of(alert: Alert) -> str:
    """Return the sentence that says under which circumstances the alert would be false, in the user's language.

    If the guest has a new permit, the sentence only concerns the days before it.
    """
    if renewed_from := alert.evidence.get("renewed_from"):
        sentence = _(
            "The guest had already left but was not checked out; the permitted date of stay was mistyped; another "
            "permit covered the days before %(day)s."
        )
        return sentence % {"day": day(date.fromisoformat(renewed_from))}
    return localized_text(words_of(alert), "false")


def false_cases(alert: Alert) -> list[str]:
    """Return the circumstances of ``false_if_of``, each by itself."""
    return [case.strip().rstrip(".") for case in false_if_of(alert).split(";")]


# --- facts up to the last day they held ------------------------------------------------------------------


def last_day_of(alert: Alert) -> date:
    """Return the last day on which the alert's fact held.

    It is the earliest of today, the guest's departure, the decision, and the day on which a rule found it over.
    """
    ends = [clock.local(moment).date() for moment in (alert.decided_at, alert.gone_at) if moment]
    if alert.stay is not None and alert.stay.departed_on is not None:
        ends.append(alert.stay.departed_on)
    return min([clock.today(), *ends])


def overstay_to_date(alert: Alert) -> dict[str, Any]:
    """Return ``seen_on``, the last day of the overstay, and ``days``, its length, to replace those in the evidence.

    The evidence stores only the step reached, which changes rarely.
    """
    seen_on = date.fromisoformat(alert.evidence["seen_on"])
    until = seen_on - timedelta(days=alert.evidence["days"])
    last = max(seen_on, last_day_of(alert))
    if renewed_from := alert.evidence.get("renewed_from"):
        last = min(last, date.fromisoformat(renewed_from) - timedelta(days=1))
    return {"seen_on": last.isoformat(), "days": (last - until).days}


def _stay_to_date(alert: Alert) -> dict[str, Any]:
    """Return the day (``seen_on``) up to which the guest stayed without a check-out, for the sentence."""
    return {"seen_on": max(date.fromisoformat(alert.evidence["seen_on"]), last_day_of(alert)).isoformat()}


FACTS_TO_DATE: dict[str, Callable[[Alert], dict[str, Any]]] = {
    "overstay": overstay_to_date,
    "not_checked_out": _stay_to_date,
}


def _renewal_words(evidence: Words) -> str:
    """Return a sentence with the first day of the guest's new permit; "" if the evidence has none."""
    renewed_from = evidence.get("renewed_from")
    sentence = _("The visa, extension or card issued since then is valid from %(day)s.")
    return sentence % {"day": day(date.fromisoformat(renewed_from))} if renewed_from else ""


def fine_of(alert: Alert) -> Fine | None:
    """Return the fine band that an overstay has reached by its last day.

    None for all rules but overstay, for deleted evidence and where no decree of that time is known.
    """
    if alert.rule != "overstay" or not alert.evidence:
        return None
    overstay = overstay_to_date(alert)
    try:
        return overstay_fine(overstay["days"], date.fromisoformat(overstay["seen_on"]))
    except (NotInForce, ValueError):  # no decree of that time is known
        return None


def fine_words(alert: Alert) -> str:
    """Return the sentence about the fine band that an overstay has reached; "" for any other alert."""
    fine = fine_of(alert)
    return band_words(fine) if fine else ""


def band_words(fine: Fine) -> str:
    """Return a sentence with the fine band's days of overstay, its lowest and highest amount and the article."""
    article = localized_text(fine, "article")
    return _("Fine for %(band)s: %(least)s to %(most)s (%(article)s).") % {**_band(fine), "article": article}


def _band(fine: Fine) -> dict[str, str]:
    """Return the fine band's days of overstay, its lowest and highest amount, as texts for a sentence."""
    days = {"first": number(fine.from_count), "last": number(fine.to_count or 0)}
    band = _("%(first)s to %(last)s days") % days if fine.to_count else _("%(first)s days or more") % days
    return {"band": band, "least": vnd(fine.minimum), "most": vnd(fine.maximum)}


def fine_in_short(alert: Alert) -> str:
    """Return the fine band that an overstay has reached, in a line without its article; "" for any other alert."""
    fine = fine_of(alert)
    if fine is None:
        return ""
    band = _band(fine)
    if not fine.minimum % MILLION and not fine.maximum % MILLION:
        band |= {"least": number(fine.minimum // MILLION), "most": number(fine.maximum // MILLION)}
        return _("Overstay of %(band)s: fine of %(least)s to %(most)s million đồng.") % band
    return _("Overstay of %(band)s: fine of %(least)s to %(most)s.") % band


def law_of(alert: Alert) -> str:
    """Return the law of the alert's page, every article once.

    The rule's article ends with that of all bands (after a semicolon); the band that is reached replaces it.
    """
    article, fine = localized_text(words_of(alert), "article"), fine_of(alert)
    return f"{article.partition(';')[0]}; {localized_text(fine, 'article')}" if fine else article


def guest_of(alert: Alert) -> str:
    """Return the name of the alert's guest; "" without one."""
    return alert.stay.full_name if alert.stay else ""


class PluralNumber(str):
    """A number in a sentence; ``{days:day|days}`` formats it with the matching word."""

    of_one: bool

    def __format__(self, words: str) -> str:
        singular, _bar, plural = words.partition("|")
        return f"{self!s} {singular if self.of_one else plural}".rstrip()


def _plural_number(value: int) -> PluralNumber:
    """Return a number as localized text that knows whether the sentence needs the singular."""
    text = PluralNumber(number(value))
    text.of_one = value == 1
    return text


def _format_value(value: Any) -> str:
    """Return a value of the evidence as text: a date as dd/mm/yyyy, a number by locale, other text unchanged.

    "" for any other type.
    """
    if isinstance(value, str):
        try:
            return day(date.fromisoformat(value))
        except ValueError:
            return value
    if isinstance(value, int):
        return _plural_number(value)
    return number(value, 1) if isinstance(value, float) else ""


def _problems(evidence: Words) -> dict[str, str]:
    """Return ``problems``, the faults of the document number as text, for the alert's sentence."""
    labels = {
        "short": _("too short"),
        "long": _("too long"),
        "no_digit": _("contains no digits"),
        "one_sign": _("the same character repeated"),
        "run": _("a run of consecutive digits"),
        "signs": _("characters not used in document numbers"),
    }
    return {"problems": ", ".join(labels[name] for name in evidence["problems"])}


def _late(evidence: Words) -> dict[str, str]:
    """Return the longest delay (``late``) and the rule's threshold (``least``) as texts for the sentence.

    Evidence of older versions lacks the threshold: then it is the shortest delay.
    """
    minutes = evidence["minutes"]
    return {"late": _format_duration(minutes[0]), "least": _format_duration(evidence.get("least", minutes[-1]))}


def _format_duration(minutes: int) -> str:
    """Return a duration as text: in minutes below an hour, in hours below two days, else in full days."""
    hours = minutes // 60
    if hours < 1:
        return counted("%(n)s minute", "%(n)s minutes", minutes)
    return (
        counted("%(n)s hour", "%(n)s hours", hours) if hours < 48 else counted("%(n)s day", "%(n)s days", hours // 24)
    )


def _match(evidence: Words) -> dict[str, str]:
    """Return ``match``, how the guest matches, and ``notice``, the notice's number, for the alert's sentence."""
    like = _("names and birth dates are %(percent)s %% alike") % {"percent": evidence["likeness"]}
    return {"match": _("the same document") if evidence["document"] else like, "notice": evidence["notice"]}


def _expiry_source(evidence: Words) -> dict[str, str]:
    """Return where the passport's expiry was stated (``source``), as text for the sentence."""
    declared = evidence.get("known_by") == "declaration"
    return {"source": _("By the lodging’s declaration") if declared else _("By a dossier submitted here")}


# Words a rule's sentence needs beyond its evidence.
MORE: dict[str, Callable[[Words], dict[str, str]]] = {
    "invalid_document": _problems,
    "expired_document": _expiry_source,
    "declared_late": _late,
    "notice_match": _match,
}
