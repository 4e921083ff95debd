"""Search results: alert rules."""

from django.urls import reverse
from django.utils.translation import gettext as _

from ancu.apps.oversight.rules import reads_alerts
from ancu.apps.oversight.rules.catalogue import RULES
from ancu.apps.oversight.selectors.words import localized_text
from ancu.apps.places.selectors import fold
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.registry.search import MAX_HITS, SearchHit, SearchQuery, SearchResults
from ancu.engines.rulebook import AlertRule, alert_rule


def search_results(actor: Actor, query: SearchQuery) -> list[SearchResults]:
    """Return the alert rules with a title in which each search word begins a word, for readers of alerts."""
    typed_words = fold(query.text).split()
    if not reads_alerts(actor) or not typed_words:
        return []
    rules = [alert_rule(code, clock.today()) for code in RULES]
    hits = [
        SearchHit(
            localized_text(rule, "title"), reverse("oversight:rule", args=[rule.code]), localized_text(rule, "article")
        )
        for rule in rules
        if _matches_title(rule, typed_words)
    ]
    return [SearchResults(_("Alert rules"), "warn", hits[:MAX_HITS], reverse("oversight:rules"), rank=2)]


def _matches_title(rule: AlertRule, typed_words: list[str]) -> bool:
    """Whether each search word begins a word of the same text: a title in either language, or the rule's code.

    Matches inside words are more likely people's names.
    """
    titles = (f" {fold(title)}" for title in (rule.title_vi, rule.title_en, rule.code.replace("_", " ")))
    return any(all(f" {word}" in title for word in typed_words) for title in titles)
