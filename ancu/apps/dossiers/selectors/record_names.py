"""Names for audit entries about dossiers, their papers and legal files, as far as the reader may see them."""

from django.urls import reverse

from ancu.apps.audit.selectors import NamedRecord
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.models import Component, Dossier, LegalFile, RuleDraft
from ancu.apps.dossiers.rules.rule_changes import may_change_rules
from ancu.apps.dossiers.selectors import visible_to
from ancu.apps.dossiers.selectors.rule_wording import draft_title
from ancu.core.actor import Actor


def _dossier_names(actor: Actor, ids: list[str]) -> dict[str, NamedRecord]:
    """Return by id the number and person of the dossiers that the actor may see, with a page for officers."""
    dossiers = visible_to(actor).filter(pk__in=_keys(ids))
    return {str(dossier.pk): _name(actor, dossier) for dossier in dossiers}


def _component_names(actor: Actor, ids: list[str]) -> dict[str, NamedRecord]:
    """Return by a paper's id the number and person of its dossier, if the actor may see it."""
    components = Component.objects.filter(pk__in=_keys(ids), dossier__in=visible_to(actor)).select_related("dossier")
    return {str(component.pk): _name(actor, component.dossier) for component in components}


def _legal_file_names(actor: Actor, ids: list[str]) -> dict[str, NamedRecord]:
    """Return by id the name and page of legal files, for officers who may read them."""
    if not rules.reads_legal_files(actor):
        return {}
    files = LegalFile.objects.filter(pk__in=_keys(ids))
    return {
        str(file.pk): NamedRecord(file.name, reverse("dossiers:office-legal-file", args=[file.pk])) for file in files
    }


def _rule_draft_names(actor: Actor, ids: list[str]) -> dict[str, NamedRecord]:
    """Return by id the title and page of changes of rules, for actors who may change rules."""
    if not may_change_rules(actor):
        return {}
    drafts = RuleDraft.objects.filter(pk__in=_keys(ids))
    return {
        str(draft.pk): NamedRecord(draft_title(draft), reverse("dossiers:rule-change", args=[draft.pk]))
        for draft in drafts
    }


def _name(actor: Actor, dossier: Dossier) -> NamedRecord:
    """Return a dossier's number and foreigner's name; the link is "" for everybody but officers of its office."""
    office = rules.is_office(actor, dossier)
    url = reverse("dossiers:office-dossier", args=[dossier.number]) if office else ""
    return NamedRecord(f"{dossier.number} {dossier.full_name}".strip(), url)


def _keys(ids: list[str]) -> list[int]:
    """Return those of the texts that are whole numbers, as numbers."""
    return [int(key) for key in ids if key.isascii() and key.isdigit()]


NAMERS = {
    "dossiers.dossier": _dossier_names,
    "dossiers.component": _component_names,
    "dossiers.legalfile": _legal_file_names,
    "dossiers.ruledraft": _rule_draft_names,
}
