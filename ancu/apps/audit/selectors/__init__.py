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

from ancu.apps.audit.enums import SUBJECTS
from ancu.apps.audit.models import Event
from ancu.apps.audit.rules import may_read_audit
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
        """The kind of record and its id, for users who may not see its name."""
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
        """The active filters for the audit log: ids and codes, no names."""
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {name: str(value) if isinstance(value, date) else value for name, value in values.items() if value}


@cache
def sentences() -> dict[str, str | Promise]:
    """``app.verb`` or ``looked:subject type`` → a sentence without its subject, of every app (``ACT_SENTENCES``)."""
    return {act: sentence for acts in ACT_SENTENCES for act, sentence in acts.items()}


def subject_words(kind: str, key: str) -> str:
    """The kind of record in the user's language, with its id if any."""
    name = str(SUBJECTS.get(kind) or _("record"))
    return _("%(record)s no. %(number)s") % {"record": name, "number": key} if key.isdigit() else name


def act_words(act: str, kind: str) -> str:
    """The act as a sentence; a view without its own sentence names the kind of record."""
    sentence = sentences().get(f"looked:{kind}" if act == "looked" else act)
    if sentence:
        return str(sentence)
    record = subject_words(kind, "")
    return (_("opened: %(record)s") if act == "looked" else _("worked on: %(record)s")) % {"record": record}


@cache
def namers() -> dict[str, Namer]:
    """Subject type → the function that names those of these ids that an actor may see (``SUBJECT_NAMERS``)."""
    return {kind: namer for namers in SUBJECT_NAMERS for kind, namer in namers.items()}


def named(actor: Actor, acts: Sequence[AuditAct]) -> list[AuditAct]:
    """The acts with the names of their subjects, in one query per kind of record."""
    ids_by_kind: dict[str, set[str]] = defaultdict(set)
    for act in acts:
        ids_by_kind[act.subject_type].add(act.subject_id)
    names_by_kind = {kind: namers()[kind](actor, sorted(ids)) for kind, ids in ids_by_kind.items() if kind in namers()}
    return [replace(act, whose=names_by_kind.get(act.subject_type, {}).get(act.subject_id)) for act in acts]


def own_events(actor: Actor) -> QuerySet[Event]:
    return Event.objects.filter(user_id=actor.user_id).order_by("-id")


def agency_events(actor: Actor, filters: EventFilter) -> QuerySet[Event]:
    """Acts of the actor's and subordinate agencies, newest first; 403 unless an administrator."""
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
    """Ids of the actor's and subordinate agencies; 403 unless an administrator."""
    # By name, since the audit lies below the accounts and must not import them.
    organisations = apps.get_model("accounts", "Organisation").objects.filter(_own_agencies(actor))
    return list(organisations.values_list("pk", flat=True))


def _own_agencies(actor: Actor, path: str = "") -> Q:
    """Condition for the actor's and subordinate agencies; ``path`` leads to the organisation."""
    require(may_read_audit(actor))
    names = (f"{path}pk", f"{path}parent_id", f"{path}parent__parent_id")
    return Q(*((name, actor.organisation_id) for name in names), _connector=Q.OR)


def people(actor: Actor) -> list[tuple[int, str]]:
    """(id, name) of current and former members of these agencies, by name."""
    memberships = apps.get_model("accounts", "Membership").objects.filter(_own_agencies(actor, "organisation__"))
    return by_name(memberships.values_list("user_id", "user__full_name").distinct())


def _within_days(events: QuerySet[Event], filters: EventFilter) -> QuerySet[Event]:
    """Events of the filter's days, bounded by id, because ids rise with time and time has no index."""
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
    """Approximate first id from ``moment`` on, by binary search on the primary key."""
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
    """Number of rows of the export; counting stops just above the limit."""
    return events.order_by()[: MOST_ROWS + 1].count()


def page_of(events: QuerySet[Event], after: str) -> CursorPage[AuditAct]:
    """Return one page of events as sentences, newest first."""
    page = newest_first(events, after)
    return CursorPage(present(page.rows), page.after)


def present(events: Any) -> list[AuditAct]:
    """Events as sentences; names are looked up once."""
    rows = list(events)
    users = apps.get_model(settings.AUTH_USER_MODEL).objects
    ids = {row.user_id for row in rows} | {row.details.get("stands_for") for row in rows}
    names = dict(users.filter(pk__in=ids - {None}).values_list("pk", "full_name"))
    return [_present(row, names) for row in rows]


def _present(event: Event, names: dict[int, str]) -> AuditAct:
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
    """A Conflict for an act that came too late: how the subject stands, who changed it last, that nothing was saved.

    ``about`` is the record under which the audit notes the acts, where it is not the subject itself; ``only`` are those
    of its acts that changed what the actor wanted to change.
    """
    acts = Event.objects.filter(acts_on(about or subject)).exclude(act="looked")
    event = acts.filter(only or Q()).order_by("-id").first()

    def message() -> str:  # lazy, since programs are answered in both languages
        return f"{sentence or _state_sentence(subject)} {_last_change(actor, event)}"

    return Conflict(code, lazy(message, str)())


def acts_on(record: Model) -> Q:
    """Condition for events about this record."""
    return Q(subject_type=record._meta.label_lower, subject_id=str(record.pk))


def require_edition(
    actor: Actor, edition: str, values: Mapping[str, Any], subject: Model, *, only: Q | None = None
) -> None:
    """Raise Conflict unless the record's values are those that the edit page showed; a caller without a page has "".

    ``only`` are the acts that may have changed them.
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
    """The last of these acts; None without one."""
    event = Event.objects.filter(acts).exclude(act="looked").order_by("-id").first()
    return LastChange(_name_for(actor, event), event.at, event.user_id in actor.own_user_ids) if event else None


def last_act(subject: Model, *, among: Iterable[str]) -> str:
    """The name of the last of these acts recorded for a record; empty without one."""
    acts = Event.objects.filter(subject_type=subject._meta.label_lower, subject_id=str(subject.pk), act__in=among)
    return acts.order_by("-id").values_list("act", flat=True).first() or ""


def _state_sentence(subject: Any) -> str:
    return _("This is now “%(state)s”.") % {"state": subject.get_state_display()}


def _last_change(actor: Actor, event: Event | None) -> str:
    """Who changed the record last and when, as the actor may know it.

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
    in_service = event.organisation_id is not None  # a petitioner or a guest acts for himself and stays unnamed
    may_know = actor.kind is ActorKind.PERSON and (actor.is_agency or event.organisation_id == actor.organisation_id)
    if event.user_id is not None and in_service and may_know:
        return present([event])[0].who
    if event.actor_kind == ActorKind.SYSTEM:
        return _("the system")
    agencies = apps.get_model("accounts", "Organisation").objects.filter(kind="agency", pk=event.organisation_id or 0)
    return _("the office") if agencies.exists() else _("someone else")


NEAR = timedelta(seconds=5)  # between an event and the row that its act wrote


def with_absent(
    rows: Iterable[R], kind: str, keys: Iterable[object], *, by: str, at: str = "at", label: str = "for_whom"
) -> list[R]:
    """Rows of a record's history, each with ``label`` set to the colleague on whose behalf ``by`` acted at ``at``.

    The attribute is empty if nobody was represented. The record stores only who acted; the represented colleague is
    taken from the audit event of the same person about ``keys`` that is nearest in time.
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
