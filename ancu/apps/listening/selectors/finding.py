"""What the one search brings up of petitions and meetings."""

from collections.abc import Iterator

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from ancu.apps.listening import rules
from ancu.apps.listening.models import Meeting, Petition
from ancu.apps.listening.rules.meetings import reads_meetings
from ancu.apps.listening.selectors import meetings, visible_to
from ancu.apps.places.selectors import fold
from ancu.core.actor import Actor
from ancu.core.registry.search import MAX_HITS, SearchHit, SearchQuery, SearchResults, search_url
from ancu.core.templatetags.ui import moment

SHORTEST_WORD = 3  # the index is of trigrams


def finds(actor: Actor, wanted: SearchQuery) -> list[SearchResults]:
    return list(_finds(actor, wanted))


def _finds(actor: Actor, wanted: SearchQuery) -> Iterator[SearchResults]:
    if rules.works_on(actor):
        rows = _matching(visible_to(actor), wanted)
        hits = [_hit(one, "listening:petition") for one in rows]
        people = [one.pk for one in rows]
        more = search_url("listening:petitions", wanted, view="all")
        yield SearchResults(_("Petitions"), "chat", hits, more, people=people, kind="petitions", rank=4)
    elif actor.user_id is not None and not actor.is_agency:
        own = _matching(Petition.objects.filter(user_id=actor.user_id), wanted)
        yield SearchResults(_("Your petitions"), "chat", [_hit(one, "listening:followed") for one in own], rank=4)
    office = reads_meetings(actor)
    known = meetings.visible_to(actor) if office else meetings.shown()
    known = known.select_related(None).only("theme", "venue", "starts_at")
    said = known.filter(_holding("theme", wanted) | _holding("venue", wanted)).order_by("-starts_at", "-pk")[:MAX_HITS]
    page = "listening:meeting" if office else "listening:public-meeting"
    hits = [SearchHit(one.theme, reverse(page, args=[one.pk]), _where(one)) for one in said]
    yield SearchResults(_("Listening meetings"), "calendar", hits, all_url=reverse("listening:public-meetings"))


def _where(meeting: Meeting) -> str:
    return f"{moment(meeting.starts_at)} · {meeting.venue}"


def _holding(field: str, wanted: SearchQuery) -> Q:
    held = Q()
    for word in wanted.text.split()[:6]:
        held &= Q(**{f"{field}__icontains": word})
    return held


def _matching(known: QuerySet[Petition], wanted: SearchQuery) -> list[Petition]:
    known = known.select_related(None).only("number", "state", "title")
    if number := wanted.number:
        return list(known.filter(number=number)[:MAX_HITS])
    words = [word for word in fold(wanted.text).split()[:6] if len(word) >= SHORTEST_WORD]
    for word in words:
        known = known.filter(search_key__contains=word)
    return list(known.order_by("-id")[:MAX_HITS]) if words else []


def _hit(one: Petition, page: str) -> SearchHit:
    return SearchHit(one.number, reverse(page, args=[one.number]), one.title, one.get_state_display())
