"""Reply templates of an agency."""

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
    """Return the templates of the actor's agency and the agencies above it, by title; none for others."""
    if not rules.keeps_templates(actor):
        return ReplyTemplate.objects.none()
    own = actor.organisation_id or 0
    above = Organisation.objects.filter(Q(pk=own) | Q(branches=own) | Q(branches__branches=own))
    offered = ReplyTemplate.objects.filter(agency__in=above.values("pk"), removed_at__isnull=True)
    return offered.select_related("agency").order_by("title", "pk")


def templates_to_use(actor: Actor, kind: str) -> QuerySet[ReplyTemplate]:
    """Return the templates that fit a conversation about this kind of subject, including those for every kind."""
    return templates_of(actor).filter(kind__in=("", kind))


def get_template(actor: Actor, pk: int) -> ReplyTemplate:
    """Return a template the actor may read; 404 otherwise, 403 for members of an agency who do not converse."""
    require_keeper(actor)
    return get_object_or_404(templates_of(actor), pk=pk)


def get_own_template(actor: Actor, pk: int, *, lock: bool = False) -> ReplyTemplate:
    """Return a template that the actor may change, also a removed one.

    404 if there is none, 403 if an agency above maintains it. ``lock`` locks its row.
    """
    require_keeper(actor)
    own = ReplyTemplate.objects.filter(agency_id=actor.organisation_id or 0, pk=pk)
    template = (own.select_for_update() if lock else own).first() or get_template(actor, pk)
    require(rules.may_change_template(actor, template))
    return template


def editable_values(template: ReplyTemplate) -> dict[str, Any]:
    """Return the values that a template's form shows and changes."""
    return {"title": template.title, "body": template.body, "kind": template.kind}


def require_keeper(actor: Actor) -> None:
    """Raise 404 for users outside the agencies, and 403 for officers who may not maintain reply templates."""
    if not actor.is_agency:
        raise Http404
    require(rules.keeps_templates(actor))
