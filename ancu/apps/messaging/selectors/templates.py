"""The texts that an agency keeps because it writes them often."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from ancu.apps.accounts.models import Organisation
from ancu.apps.messaging import rules
from ancu.apps.messaging.models import ReplyTemplate
from ancu.core.actor import Actor
from ancu.core.errors import require


def templates_of(actor: Actor) -> QuerySet[ReplyTemplate]:
    """Those of the actor's agency and of the agencies above it, by title; none for others."""
    if not rules.keeps_templates(actor):
        return ReplyTemplate.objects.none()
    own = actor.organisation_id or 0
    above = Organisation.objects.filter(Q(pk=own) | Q(branches=own) | Q(branches__branches=own))
    offered = ReplyTemplate.objects.filter(agency__in=above.values("pk"), removed_at__isnull=True)
    return offered.select_related("agency").order_by("title", "pk")


def templates_to_use(actor: Actor, kind: str) -> QuerySet[ReplyTemplate]:
    """For a conversation about that kind of subject."""
    return templates_of(actor).filter(kind__in=("", kind))


def get_template(actor: Actor, pk: int) -> ReplyTemplate:
    """One the actor may read, or 404; 403 for an agency's member who does not converse."""
    require_keeper(actor)
    return get_object_or_404(templates_of(actor), pk=pk)


def get_own_template(actor: Actor, pk: int, *, lock: bool = False) -> ReplyTemplate:
    """A template the actor may change, removed or not; 404 if there is none, 403 if an agency above keeps it."""
    require_keeper(actor)
    own = ReplyTemplate.objects.filter(agency_id=actor.organisation_id or 0, pk=pk)
    template = (own.select_for_update() if lock else own).first() or get_template(actor, pk)
    require(rules.may_change_template(actor, template))
    return template


def editable_values(template: ReplyTemplate) -> dict[str, Any]:
    """What the form of a template shows and changes."""
    return {"title": template.title, "body": template.body, "kind": template.kind}


def require_keeper(actor: Actor) -> None:
    """To whoever is of no agency these pages are not there."""
    if not actor.is_agency:
        raise Http404
    require(rules.keeps_templates(actor))
