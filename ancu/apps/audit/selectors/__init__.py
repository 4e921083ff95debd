"""The audit log as sentences, registered by the apps that own the acts."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple, TypeVar

from django.apps import apps
from django.conf import settings
from django.db.models import Model, Q, QuerySet
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ancu.apps.audit.enums import NO_TASKS, SUBJECTS
from ancu.apps.audit.models import Event
from ancu.apps.audit.rules import may_read_audit
from ancu.core import clock
from ancu.core.actor import Actor, ActorKind
from ancu.core.clock import start_of
from ancu.core.db.name_order import by_name
from ancu.core.db.pagination import CursorPage, newest_first
from ancu.core.db.statements import run
from ancu.core.documents.spreadsheets import MOST_ROWS
from ancu.core.errors import Conflict, require
from ancu.core.forms.editions import CHANGED_SINCE, edition_of
from ancu.core.registry import Hook
from ancu.core.templatetags.ui import moment, number

R = TypeVar("R")
MOST_LOOKS = 50


@dataclass(frozen=True)
class NamedRecord:
    """The subject of an act in words, and its address; "" if the reader may not open it."""

    text: str
    url: str = ""


Namer = Callable[[Actor, list[str]], dict[str, NamedRecord]]
ACT_SENTENCES: Hook[Mapping[str, str | Promise]] = Hook()
"""``app.verb`` or ``looked:subject type`` → a sentence without its subject."""
SUBJECT_NAMERS: Hook[Mapping[str, Namer]] = Hook()
"""Maps a subject type to a function that names the ids visible to an actor."""


@dataclass(frozen=True)
class AuditAct:
    """One event for display. ``whose`` is filled only for users who may see the record."""

    id: int
    at: datetime
    who: str
    what: str
    reason: str
    act: str
    subject_type: str
    subject_id: str
    user_id: int | None
    whose: NamedRecord | None = None

    @property
    def subject(self) -> str:
        """The kind of record and its id, for users who may not see the record's name."""
        return subject_words(self.subject_type, self.subject_id)


@dataclass(frozen=True)
class EventFilter:
    """``person`` is the id of the acting user, ``act`` a key of ``sentences``, ``subject`` reads ``type:id``."""

    person: int | None = None
    act: str = ""
    subject: str = ""
    looks: bool = False
    since: date | None = None
    until: date | None = None

    def codes(self) -> dict[str, str | int]:
        """Return the active filters as ids and codes without names, for the audit event of the list's reader."""
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {name: str(value) if isinstance(value, date) else value for name, value in values.items() if value}


@cache
def sentences() -> dict[str, str | Promise]:
    """Return each act's sentence without its subject, by ``app.verb`` or ``looked:subject type``.

    The apps register them in ``ACT_SENTENCES``.
    """
    return {act: sentence for acts in ACT_SENTENCES for act, sentence in acts.items()}


def subject_words(kind: str, key: str) -> str:
    """Return the kind of a record in the user's language, followed by its id ``key`` if there is one."""
    name = str(SUBJECTS.get(kind) or _("record"))
    return _("%(record)s no. %(number)s") % {"record": name, "number": key} if key.isdigit() else name


def act_words(act: str, kind: str) -> str:
    """Return the sentence for an act, without its subject; a view without one names the kind of record."""
    sentence = sentences().get(f"looked:{kind}" if act == "looked" else act)
    if sentence:
        return str(sentence)
    record = subject_words(kind, "")
    return (_("opened: %(record)s") if act == "looked" else _("worked on: %(record)s")) % {"record": record}


@cache
def namers() -> dict[str, Namer]:
    """Return by subject type the function that returns the names of records of this type for an actor.

    The apps register them in ``SUBJECT_NAMERS``.
    """
    return {kind: namer for namers in SUBJECT_NAMERS for kind, namer in namers.items()}


def with_names(actor: Actor, acts: Sequence[AuditAct]) -> list[AuditAct]:
    """Return the acts with their subjects' names in ``whose``, as far as the actor may know them.

    One query is made for each kind of record.
    """
    ids_by_kind: dict[str, set[str]] = defaultdict(set)
    for act in acts:
        ids_by_kind[act.subject_type].add(act.subject_id)
    names_by_kind = {kind: namers()[kind](actor, sorted(ids)) for kind, ids in ids_by_kind.items() if kind in namers()}
    return [replace(act, whose=names_by_kind.get(act.subject_type, {}).get(act.subject_id)) for act in acts]


def own_events(actor: Actor) -> QuerySet[Event]:
    """Return the audit events of the actor's own acts, the newest first."""
    return Event.objects.filter(user_id=actor.user_id).order_by("-id")


def looks_of(actor: Actor, record: tuple[str, object]) -> list[datetime]:
    """Return when the actor looked at a record (its type and id), the latest first; a limited number."""
    kind, key = record
    looks = Event.objects.filter(subject_type=kind, subject_id=str(key), act="looked", user_id=actor.user_id)
    return list(looks.order_by("-id").values_list("at", flat=True)[:MOST_LOOKS])


NEWEST = 300  # acts and looks; more in one day are rare, and "My activity" has them all


def acts_of_today(actor: Actor) -> list[AuditAct]:
    """Return the actor's acts of today on tasks, the newest first, among the newest 300 acts and looks."""
    return with_names(actor, as_sentences(_events_of_today(actor)))


def number_of_acts_today(actor: Actor) -> int:
    """Return how many acts ``acts_of_today`` has."""
    return len(_events_of_today(actor))


def _events_of_today(actor: Actor) -> list[Event]:
    """Return the events of ``acts_of_today``."""
    begin = start_of(clock.today())
    return [event for event in own_events(actor)[:NEWEST] if event.act not in NO_TASKS and event.at >= begin]


def agency_events(actor: Actor, filters: EventFilter) -> QuerySet[Event]:
    """Return the audit events of the actor's agency and those below it that match ``filters``, newest first.

    403 unless the actor is an administrator.
    """
    events = Event.objects.filter(organisation_id__in=_agency_ids(actor))
    if filters.person is not None:
        events = events.filter(user_id=filters.person)
    if filters.act:
        act, _colon, looked_at = filters.act.partition(":")
        events = events.filter(act=act, subject_type=looked_at) if looked_at else events.filter(act=act)
    if filters.looks:
        events = events.filter(act="looked")
    if filters.subject:
        kind, _colon, key = filters.subject.rpartition(":")
        events = events.filter(subject_type=kind, subject_id=key)
    return _within_days(events, filters).order_by("-id")


def _agency_ids(actor: Actor) -> list[int]:
    """Return the ids of the actor's and subordinate agencies; 403 unless the actor is an administrator."""
    # By name, since the audit lies below the accounts and must not import them.
    organisations = apps.get_model("accounts", "Organisation").objects.filter(_own_agencies(actor))
    return list(organisations.values_list("pk", flat=True))


def _own_agencies(actor: Actor, path: str = "") -> Q:
    """Return a condition for the actor's and subordinate agencies; ``path`` leads to the organisation."""
    require(may_read_audit(actor))
    names = (f"{path}pk", f"{path}parent_id", f"{path}parent__parent_id")
    return Q(*((name, actor.organisation_id) for name in names), _connector=Q.OR)


def people(actor: Actor) -> list[tuple[int, str]]:
    """Return (id, name) of current and former members of the actor's and subordinate agencies, by name."""
    memberships = apps.get_model("accounts", "Membership").objects.filter(_own_agencies(actor, "organisation__"))
    return by_name(memberships.values_list("user_id", "user__full_name").distinct())


def _within_days(events: QuerySet[Event], filters: EventFilter) -> QuerySet[Event]:
    """Return the events between the first and the last day of the filter.

    They are bounded by id, because ids rise with time and time has no index.
    """
    if filters.since:
        begin = start_of(filters.since)
        events = events.filter(at__gte=begin, id__gte=_first_id(begin - LONGEST_ACT))
    if filters.until:
        end = start_of(filters.until + timedelta(days=1))
        events = events.filter(at__lt=end, id__lt=_first_id(end + LONGEST_ACT))
    return events


LONGEST_ACT = timedelta(hours=1)  # an act takes no longer, so an event's id and time differ by no more
FIND_ID = "SELECT id, at FROM audit_event WHERE id >= %s ORDER BY id LIMIT 1"


def _first_id(moment: datetime) -> int:
    """Return the approximate id of the first event from ``moment`` on, by binary search on the primary key."""
    low, high = 0, (run("SELECT max(id) FROM audit_event", [])[0][0] or 0) + 1
    while low < high:
        middle = (low + high) // 2
        rows = run(FIND_ID, [middle])
        if rows and rows[0][1] < moment:
            low = rows[0][0] + 1
        else:
            high = middle
    return low


def export_count(events: QuerySet[Event]) -> int:
    """Return the number of events to export; counting stops just above the limit of rows."""
    return events.order_by()[: MOST_ROWS + 1].count()


def page_of(events: QuerySet[Event], after: str) -> CursorPage[AuditAct]:
    """Return a page of audit events as sentences, the newest first, after the cursor ``after``."""
    page = newest_first(events, after)
    return CursorPage(as_sentences(page.rows), page.after)


def as_sentences(events: Any) -> list[AuditAct]:
    """Return the audit events as sentences; the users' names are read by one query."""
    rows = list(events)
    users = apps.get_model(settings.AUTH_USER_MODEL).objects
    ids = {row.user_id for row in rows} | {row.details.get("stands_for") for row in rows}
    names = dict(users.filter(pk__in=ids - {None}).values_list("pk", "full_name"))
    return [_as_sentence(row, names) for row in rows]


def _as_sentence(event: Event, names: dict[int, str]) -> AuditAct:
    """Return an audit event as a sentence: who did what, and on whose behalf; ``names`` are by user id."""
    what = act_words(event.act, event.subject_type)
    count = event.details.get("count")
    if count is not None:
        what = f"{what} ({number(count)})"
    who = names.get(event.user_id or 0) or (_("a program") if event.actor_kind == "token" else _("the system"))
    if absent := names.get(event.details.get("stands_for") or 0):
        who = _("%(who)s, covering for %(absent)s") % {"who": who, "absent": absent}
    return AuditAct(
        event.pk, event.at, who, what, event.reason, event.act, event.subject_type, event.subject_id, event.user_id
    )


# --- two people at the same work ------------------------------------------------------------------------


def overtaken_conflict(
    actor: Actor, code: str, subject: Model, sentence: object = "", *, about: Model | None = None, only: Q | None = None
) -> Conflict:
    """Return a Conflict for an act that came too late: it says how the subject stands and who changed it last.

    ``sentence`` replaces the words about the state. ``about`` is the record under which the audit has the acts, where
    it is not the subject itself; ``only`` selects those of its acts that changed what the actor wanted to change.
    """
    acts = Event.objects.filter(acts_on(about or subject)).exclude(act="looked")
    event = acts.filter(only or Q()).order_by("-id").first()

    def message() -> str:  # lazy, since programs are answered in both languages
        """Return the Conflict's message, in the language of the user to whom it is shown."""
        return f"{sentence or _state_sentence(subject)} {_last_change_sentence(actor, event)}"

    return Conflict(code, lazy(message, str)())


def acts_on(record: Model) -> Q:
    """Return a condition for the audit events about this record."""
    return Q(subject_type=record._meta.label_lower, subject_id=str(record.pk))


def require_edition(
    actor: Actor, edition: str, values: Mapping[str, Any], subject: Model, *, only: Q | None = None
) -> None:
    """Raise Conflict if the record's values changed since the edit page showed the edition ``edition``.

    A caller without a page passes "". ``only`` selects the acts that may have changed them.
    """
    if edition and edition != edition_of(values):
        sentence = _("This was changed after you opened the page.")
        raise overtaken_conflict(actor, CHANGED_SINCE, subject, sentence, only=only)


class LastChange(NamedTuple):
    """Who changed something last as the reader may know it, when, and whether it was the reader."""

    who: str
    at: datetime
    is_own: bool


def last_change(actor: Actor, acts: Q) -> LastChange | None:
    """Return who did the last of the matching acts and when, under the name that the actor may know.

    None if there is none; views of a record do not count.
    """
    event = Event.objects.filter(acts).exclude(act="looked").order_by("-id").first()
    return LastChange(_name_for(actor, event), event.at, event.user_id in actor.own_user_ids) if event else None


def last_act(subject: Model, *, among: Iterable[str]) -> str:
    """Return the name (``app.verb``) of the latest audit event about the record, out of ``among``.

    "" if there is none.
    """
    acts = Event.objects.filter(subject_type=subject._meta.label_lower, subject_id=str(subject.pk), act__in=among)
    return acts.order_by("-id").values_list("act", flat=True).first() or ""


def _state_sentence(subject: Any) -> str:
    """Return a sentence that states the record's present state, for a Conflict."""
    return _("This is now “%(state)s”.") % {"state": subject.get_state_display()}


def _last_change_sentence(actor: Actor, event: Event | None) -> str:
    """Return a sentence with who changed the record last and when, as the actor may know it.

    Officers and staff are named to officers, colleagues to colleagues; to everybody else an officer is the office.
    """
    if event is None:
        return _("Your input was not saved.")
    when = moment(event.at)
    if event.user_id is not None and event.user_id in actor.own_user_ids:
        if actor.is_agency:  # an officer is addressed otherwise in Vietnamese
            text = pgettext(
                "to an officer", "You last changed this yourself, %(when)s. Your latest input was not saved."
            )
            return text % {"when": when}
        return _("You last changed this yourself, %(when)s. Your latest input was not saved.") % {"when": when}
    who = _name_for(actor, event)
    return _("Last changed by %(who)s, %(when)s. Your input was not saved.") % {"who": who, "when": when}


def _name_for(actor: Actor, event: Event) -> str:
    """Return who acted, as far as the actor may know: a name, "the system", "the office" or "someone else"."""
    in_service = event.organisation_id is not None  # a petitioner or a guest acts for himself and stays unnamed
    may_know = actor.kind is ActorKind.PERSON and (actor.is_agency or event.organisation_id == actor.organisation_id)
    if event.user_id is not None and in_service and may_know:
        return as_sentences([event])[0].who
    if event.actor_kind == ActorKind.SYSTEM:
        return _("the system")
    agencies = apps.get_model("accounts", "Organisation").objects.filter(kind="agency", pk=event.organisation_id or 0)
    return _("the office") if agencies.exists() else _("someone else")


NEAR = timedelta(seconds=5)  # between an event and the row that its act wrote


def with_absent(
    rows: Iterable[R], kind: str, keys: Iterable[object], *, by: str, at: str = "at", label: str = "for_whom"
) -> list[R]:
    """Return the rows, each with ``label`` set to the name of the colleague who was represented; "" if nobody.

    A row stores only who acted (its field ``by``) and when (its field ``at``). The colleague is taken from the audit
    event of the same person about the records ``keys`` of this ``kind`` that is nearest in time.
    """
    row_list = list(rows)
    acted = Event.objects.filter(subject_type=kind, subject_id__in={str(key) for key in keys}).exclude(act="looked")
    who = {getattr(row, by) for row in row_list} - {None}
    stood_in = acted.filter(details__has_key="stands_for", user_id__in=who).order_by()  # seldom: nothing else is asked
    pairs = list(stood_in.values_list("user_id", "details__stands_for").distinct())
    users = apps.get_model(settings.AUTH_USER_MODEL).objects
    names = dict(users.filter(pk__in={absent for _who, absent in pairs}).values_list("pk", "full_name"))
    own = acted.filter(user_id__in={mate for mate, _absent in pairs}).order_by()
    events = list(own.values_list("user_id", "at", "details__stands_for"))
    for row in row_list:
        near = [(abs(when - getattr(row, at)), away or 0) for mate, when, away in events if mate == getattr(row, by)]
        apart, away = min(near, default=(NEAR, 0))
        setattr(row, label, names.get(away, "") if apart < NEAR else "")
    return row_list
