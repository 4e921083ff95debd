"""What the one search brings up of the rules by which alerts are raised."""

from django.urls import reverse
from django.utils.translation import gettext as _

from ancu.apps.oversight.rules import reads_alerts
from ancu.apps.oversight.rules.catalogue import RULES
from ancu.apps.oversight.selectors.words import spoken
from ancu.apps.places.selectors import fold
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.finding import SHOWN, Found, Hit, Wanted
from ancu.engines.rulebook import AlertRule, alert_rule


def finds(actor: Actor, wanted: Wanted) -> list[Found]:
    """Rules by every word of their title, in either language; for those who read alerts."""
    typed = fold(wanted.text).split()
    if not reads_alerts(actor) or not typed:
        return []
    rules = [alert_rule(code, clock.today()) for code in RULES]
    hits = [
        Hit(spoken(rule, "title"), reverse("oversight:rule", args=[rule.code]), spoken(rule, "article"))
        for rule in rules
        if _is_called(rule, typed)
    ]
    return [Found(_("Rules of alerts"), "warn", hits[:SHOWN], reverse("oversight:rules"), rank=2)]


def _is_called(rule: AlertRule, typed: list[str]) -> bool:
    """Each word typed begins a word of the title or the code: a syllable in the middle of one is a person's."""
    titles = (f" {fold(title)}" for title in (rule.title_vi, rule.title_en, rule.code.replace("_", " ")))
    return any(all(f" {word}" in title for word in typed) for title in titles)
