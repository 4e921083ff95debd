"""What the one search brings up of programmes of help: everybody may read them."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from ancu.apps.community.models import Programme
from ancu.apps.community.rules import keeps_ledgers
from ancu.apps.community.selectors.public import LISTED, newest_programmes
from ancu.apps.places.selectors import fold
from ancu.core.actor import Actor
from ancu.core.finding import SHOWN, Found, Hit, Wanted
from ancu.core.questions import kept


def finds(actor: Actor, wanted: Wanted) -> list[Found]:
    words = fold(wanted.text).split()
    known = _newest().rows(LISTED) if words else []
    fitting = [one for one in known if all(word in fold(" ".join(one[2:])) for word in words)]
    hits = [Hit(name, _address(actor, pk, agency), place) for pk, agency, name, place in fitting[:SHOWN]]
    return [Found(_("Programmes of help"), "users", hits, all_url=reverse("community:public"))]


@kept
def _newest() -> QuerySet[Programme, Any]:
    return newest_programmes().values_list("pk", "agency", "name", "unit__full_name")


def _address(actor: Actor, pk: int, agency: int) -> str:
    own = keeps_ledgers(actor) and agency == actor.organisation_id
    return reverse("community:programme" if own else "community:public-programme", args=[pk])
