"""What the audit calls dossiers and what hangs on them, for those who may see them."""

from django.urls import reverse

from ancu.apps.audit.selectors import Named
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.models import Component, Dossier, LegalFile
from ancu.apps.dossiers.selectors import visible_to
from ancu.core.actor import Actor


def _dossiers_named(actor: Actor, ids: list[str]) -> dict[str, Named]:
    shown = visible_to(actor).filter(pk__in=_keys(ids))
    return {str(one.pk): _name(actor, one) for one in shown}


def _components_named(actor: Actor, ids: list[str]) -> dict[str, Named]:
    shown = Component.objects.filter(pk__in=_keys(ids), dossier__in=visible_to(actor)).select_related("dossier")
    return {str(one.pk): _name(actor, one.dossier) for one in shown}


def _legal_files_named(actor: Actor, ids: list[str]) -> dict[str, Named]:
    if not rules.reads_legal_files(actor):
        return {}
    shown = LegalFile.objects.filter(pk__in=_keys(ids))
    return {str(one.pk): Named(one.name, reverse("dossiers:office-legal-file", args=[one.pk])) for one in shown}


def _name(actor: Actor, dossier: Dossier) -> Named:
    office = rules.is_office(actor, dossier)
    url = reverse("dossiers:office-dossier", args=[dossier.number]) if office else ""
    return Named(f"{dossier.number} {dossier.full_name}".strip(), url)


def _keys(ids: list[str]) -> list[int]:
    return [int(one) for one in ids if one.isascii() and one.isdigit()]


NAMERS = {
    "dossiers.dossier": _dossiers_named,
    "dossiers.component": _components_named,
    "dossiers.legalfile": _legal_files_named,
}
