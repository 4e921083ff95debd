"""What the one search brings up of surveys, for those who prepare or gather them."""

from django.urls import reverse
from django.utils.translation import gettext as _

from ancu.apps.places.selectors import fold
from ancu.apps.surveys import rules
from ancu.apps.surveys.models import Survey
from ancu.apps.surveys.selectors.surveys import visible_to
from ancu.core.actor import Actor
from ancu.core.finding import SHOWN, Found, Hit, Wanted

LOOKED_AT = 200  # an agency's surveys are few; their titles are compared as people type, without accents


def finds(actor: Actor, wanted: Wanted) -> list[Found]:
    words = fold(wanted.text).split()
    if not words or not rules.collects(actor):
        return []
    known = visible_to(actor).order_by("-pk")[:LOOKED_AT]
    fitting = [one for one in known if all(word in fold(f"{one.title_vi} {one.title_en}") for word in words)]
    hits = [_hit(actor, one) for one in fitting[:SHOWN]]
    return [Found(_("Surveys"), "list", hits, reverse("surveys:surveys"))]


def _hit(actor: Actor, one: Survey) -> Hit:
    page = reverse("surveys:survey", args=[one.pk]) if rules.may_edit(actor, one) else reverse("surveys:surveys")
    return Hit(one.title, page, one.agency.name, one.get_state_display())
