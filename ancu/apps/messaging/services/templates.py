"""Acts on what an agency writes often."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.services import record
from ancu.apps.messaging import rules, selectors
from ancu.apps.messaging.models import ReplyTemplate
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, require


@transaction.atomic
def save_template(
    *, actor: Actor, title: str, body: str, kind: str = "", template_id: int | None = None
) -> ReplyTemplate:
    """Keep a text for the own agency, or another wording of one; Conflict for a title that there is already."""
    require(rules.keeps_templates(actor))
    template = ReplyTemplate(agency_id=actor.organisation_id or 0)
    if template_id is not None:
        template = selectors.get_template(actor, template_id)
        require(rules.may_change_template(actor, template))
    template.title, template.body, template.kind = title.strip(), body.strip(), kind
    template.changed_by_id, template.changed_at = actor.user_id or 0, clock.now()
    try:
        with transaction.atomic():
            template.save()
    except IntegrityError as error:
        raise Conflict("title_taken", _("Your office has a template of this title already.")) from error
    record(actor, "messaging.template_saved", template, kind=kind)
    return template


@transaction.atomic
def remove_template(*, actor: Actor, template_id: int) -> None:
    """It is offered no more; what was written with it stands."""
    template = selectors.get_template(actor, template_id)
    require(rules.may_change_template(actor, template))
    template.removed_at = clock.now()
    template.save(update_fields=["removed_at"])
    record(actor, "messaging.template_removed", template)
