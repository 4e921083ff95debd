"""Save and remove reply templates."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.selectors import overtaken_conflict, require_edition
from ancu.apps.audit.services import record
from ancu.apps.messaging import rules, selectors
from ancu.apps.messaging.models import ReplyTemplate
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, require


@transaction.atomic
def save_template(
    *, actor: Actor, title: str, body: str, kind: str = "", template_id: int | None = None, edition: str = ""
) -> ReplyTemplate:
    """Save a new reply template of the actor's agency, or change one; Conflict for a title that exists.

    Conflict ``removed`` or ``changed_since`` when the page showed a template that was removed or changed since.
    """
    require(rules.keeps_templates(actor))
    template = ReplyTemplate(agency_id=actor.organisation_id or 0)
    if template_id is not None:
        template = _lock(actor, template_id)
        if (template.title, template.body, template.kind) == (title.strip(), body.strip(), kind):
            return template
        require_edition(actor, edition, selectors.editable_values(template), template)
    template.title, template.body, template.kind = title.strip(), body.strip(), kind
    template.changed_by_id, template.changed_at = actor.user_id or 0, clock.now()
    try:
        with transaction.atomic():
            template.save()
    except IntegrityError as error:
        raise Conflict("title_taken", _("Your office already has a template with this title.")) from error
    record(actor, "messaging.template_saved", template, kind=kind)
    return template


def _lock(actor: Actor, template_id: int) -> ReplyTemplate:
    """Return the locked template that the actor may change; Conflict ``removed`` if it was removed."""
    template = selectors.get_own_template(actor, template_id, lock=True)
    if template.removed_at is not None:
        raise overtaken_conflict(actor, "removed", template, _("This template has been removed."))
    return template


@transaction.atomic
def remove_template(*, actor: Actor, template_id: int) -> None:
    """Remove a reply template of the own agency; messages written with it stay. Conflict if it is removed."""
    template = _lock(actor, template_id)
    template.removed_at = clock.now()
    template.save(update_fields=["removed_at"])
    record(actor, "messaging.template_removed", template)
