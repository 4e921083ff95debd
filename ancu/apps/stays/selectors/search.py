"""Search results for communes, guests, people and receipts."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from ancu.apps.lodging.selectors import visible_to as lodgings_visible_to
from ancu.apps.places.selectors import communes_called, label
from ancu.apps.stays.models import Stay, Submission
from ancu.apps.stays.rules import may_see_area, may_see_guests
from ancu.apps.stays.selectors import receipts, submissions_visible_to, visible_to
from ancu.apps.stays.selectors.people import PersonSearchResult, find_people
from ancu.apps.stays.selectors.per_place import first_of_each
from ancu.apps.stays.selectors.today import filter_by_text, nationalities_named
from ancu.apps.travellers.selectors import TravellerQuery
from ancu.core.actor import Actor, ActorKind
from ancu.core.registry.search import MAX_HITS, SearchHit, SearchQuery, SearchResults, search_url
from ancu.core.templatetags.ui import day, moment
from ancu.core.web.language import reader_language
from ancu.engines.exchange import code_name


def search_results(actor: Actor, query: SearchQuery) -> list[SearchResults]:
    """Return the communes, people, guests and receipts that match a search; none for programs."""
    return list(_search_results(actor, query)) if actor.kind is ActorKind.PERSON else []


def _search_results(actor: Actor, query: SearchQuery) -> Iterator[SearchResults]:
    """Yield the search results by kind: communes and people for officers, guests for lodgings, and receipts."""
    if may_see_area(actor) and actor.area:
        communes = communes_called(query.text, actor.area, limit=MAX_HITS)
        hits = [SearchHit(label(unit), reverse("stays:area-unit", args=[unit.pk])) for unit in communes]
        yield SearchResults(_("Communes"), "map", hits, all_url=reverse("stays:area"), rank=0)
    if may_see_guests(actor) and actor.area:
        person_query, people = find_people(actor, query.text, limit=MAX_HITS)
        ids = [person.traveller_id for person in people]
        hits = [_person(person, person_query) for person in people]
        more = search_url("stays:people", query)
        yield SearchResults(_("People of your area"), "users", hits, more, people=ids, kind="travellers", rank=3)
        yield SearchResults(_("Guests by nationality"), "list", _by_nationality(query), rank=2)
    elif actor.is_lodging:
        yield _guests(actor, query)
    if receipt_hit := _receipt(actor, query):
        yield SearchResults(_("Receipts"), "receipt", [receipt_hit], rank=1)


def _person(person: PersonSearchResult, query: TravellerQuery) -> SearchHit:
    """Return a person as a search hit with birth date, nationality and latest lodging.

    The document number is shown only if one was typed.
    """
    latest = person.latest
    number = [latest.document_number] if query.document else []
    second = " · ".join(
        [
            day(latest.birth_date),
            code_name("nationality", latest.nationality, reader_language()),
            *number,
            latest.lodging,
        ]
    )
    return SearchHit(latest.full_name, reverse("stays:person", args=[person.traveller_id]), second)


def _by_nationality(query: SearchQuery) -> list[SearchHit]:
    """Return, for each nationality that the search names, a link to the guest list filtered by it."""
    language, guests = reader_language(), reverse("stays:guests")
    codes = nationalities_named(query.text)[:MAX_HITS]
    return [SearchHit(code_name("nationality", code, language), f"{guests}?nationality={code}") for code in codes]


def _guests(actor: Actor, query: SearchQuery) -> SearchResults:
    """Return the matching guests of all lodgings of the business, latest first."""
    lodgings = lodgings_visible_to(actor).filter(sandbox=False)
    # A question of its own: awaiting six out of few, the database may go through everybody's stays until it meets them.
    matching_stays = filter_by_text(visible_to(actor), None, query.text).order_by("-arrived_on", "-id")
    latest_ids = list(first_of_each(lodgings, matching_stays, MAX_HITS))
    stays = Stay.objects.filter(pk__in=latest_ids).select_related("establishment")
    rows = list(stays.order_by("-arrived_on", "-id")[:MAX_HITS])
    hits = [_stay(stay) for stay in rows]
    people = [stay.pk for stay in rows]
    return SearchResults(
        _("Guests"), "bed", hits, search_url("stays:search", query), people=people, kind="stays", rank=3
    )


def _stay(stay: Stay) -> SearchHit:
    """Return a guest of the lodging as a search hit with lodging, room and day of arrival."""
    second = f"{stay.establishment.name} · {stay.room} · {day(stay.arrived_on)}"
    return SearchHit(stay.full_name, reverse("stays:stay", args=[stay.pk]), second)


def _receipt(actor: Actor, query: SearchQuery) -> SearchHit | None:
    """Return the submission of a typed receipt number or guest's code as a search hit.

    None if there is none that the actor may see.
    """
    number = query.number
    if not number and query.text.count("-") > 1 and (stay := receipts.find_stay(query.text)):
        number = stay.submission.number
    submissions = submissions_visible_to(actor).select_related("establishment")
    submission = submissions.filter(number=number).first() if number else None
    return _submission(actor, submission) if submission else None


def _submission(actor: Actor, submission: Submission) -> SearchHit:
    """Return a submission as a search hit; its link is the office's page or, for lodgings, the receipt."""
    office = not actor.is_lodging
    url = (
        reverse("stays:submission", args=[submission.pk])
        if office
        else reverse("stays:receipt", args=[submission.number])
    )
    return SearchHit(submission.number, url, f"{submission.establishment.name} · {moment(submission.received_at)}")
