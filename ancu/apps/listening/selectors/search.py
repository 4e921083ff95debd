"""Search results about petitions and meetings."""

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


def search_results(actor: Actor, query: SearchQuery) -> list[SearchResults]:
    """Return the petitions and meetings that the actor may see and that match the query."""
    return list(_results(actor, query))


def _results(actor: Actor, query: SearchQuery) -> Iterator[SearchResults]:
    """Yield the results of petitions and of meetings that the actor may see."""
    if rules.may_work_on_petitions(actor):
        rows = _matching(visible_to(actor), query)
        hits = [_hit(petition, "listening:petition") for petition in rows]
        people = [petition.pk for petition in rows]
        more = search_url("listening:petitions", query, view="all")
        yield SearchResults(_("Petitions"), "chat", hits, more, people=people, kind="petitions", rank=4)
    elif actor.user_id is not None and not actor.is_agency:
        own = _matching(Petition.objects.filter(user_id=actor.user_id), query)
        yield SearchResults(
            _("Your petitions"), "chat", [_hit(petition, "listening:followed") for petition in own], rank=4
        )
    office = reads_meetings(actor)
    visible_meetings = meetings.visible_to(actor) if office else meetings.public_meetings()
    visible_meetings = visible_meetings.select_related(None).only("theme", "venue", "starts_at")
    matching_meetings = visible_meetings.filter(_contains("theme", query) | _contains("venue", query)).order_by(
        "-starts_at", "-pk"
    )[:MAX_HITS]
    page = "listening:meeting" if office else "listening:public-meeting"
    hits = [
        SearchHit(meeting.theme, reverse(page, args=[meeting.pk]), _where(meeting)) for meeting in matching_meetings
    ]
    yield SearchResults(_("Listening meetings"), "calendar", hits, all_url=reverse("listening:public-meetings"))


def _where(meeting: Meeting) -> str:
    """Return the meeting's place and day as text for a search result."""
    return f"{moment(meeting.starts_at)} · {meeting.venue}"


def _contains(field: str, query: SearchQuery) -> Q:
    """Return a condition: the field contains each of the query's first six words.

    Their order and letter case do not matter.
    """
    condition = Q()
    for word in query.text.split()[:6]:
        condition &= Q(**{f"{field}__icontains": word})
    return condition


def _matching(candidates: QuerySet[Petition], query: SearchQuery) -> list[Petition]:
    """Return those of ``candidates`` that match the query's number, or else each of its first six words.

    The newest come first. Accents do not matter; very short words are ignored.
    """
    candidates = candidates.select_related(None).only("number", "state", "title")
    if number := query.number:
        return list(candidates.filter(number=number)[:MAX_HITS])
    words = [word for word in fold(query.text).split()[:6] if len(word) >= SHORTEST_WORD]
    for word in words:
        candidates = candidates.filter(search_key__contains=word)
    return list(candidates.order_by("-id")[:MAX_HITS]) if words else []


def _hit(petition: Petition, page: str) -> SearchHit:
    """Return a petition as a search result that links to the URL pattern ``page``."""
    return SearchHit(
        petition.number, reverse(page, args=[petition.number]), petition.title, petition.get_state_display()
    )
