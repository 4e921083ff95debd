"""What the one search brings up of programmes of help: everybody may read them."""

from django.urls import reverse
from django.utils.translation import gettext as _

from ancu.apps.community.models import Programme
from ancu.apps.community.rules import keeps_ledgers
from ancu.apps.community.selectors.public import public_programmes
from ancu.apps.places.selectors import fold
from ancu.core.actor import Actor
from ancu.core.finding import SHOWN, Found, Hit, Wanted


def finds(actor: Actor, wanted: Wanted) -> list[Found]:
    words = fold(wanted.text).split()
    known = [row.programme for row in public_programmes()] if words else []
    fitting = [one for one in known if all(word in _key(one) for word in words)]
    hits = [Hit(one.name, _address(actor, one), one.unit.full_name) for one in fitting[:SHOWN]]
    return [Found(_("Programmes of help"), "users", hits, reverse("community:public"))]


def _key(one: Programme) -> str:
    return fold(f"{one.name} {one.unit.full_name}")


def _address(actor: Actor, one: Programme) -> str:
    own = keeps_ledgers(actor) and one.agency_id == actor.organisation_id
    return reverse("community:programme" if own else "community:public-programme", args=[one.pk])
