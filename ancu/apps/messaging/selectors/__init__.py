"""Conversations that an actor may see, the inbox, and notifications sent about a subject."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, Exists, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.http import Http404
from django.shortcuts import get_object_or_404

from ancu.apps.accounts.models import Membership, User
from ancu.apps.audit.selectors import NamedRecord, namers
from ancu.apps.messaging import rules
from ancu.apps.messaging.enums import MAIN, NotificationState, ThreadSide
from ancu.apps.messaging.models import (
    Attachment,
    Message,
    Notification,
    Participant,
    ReadMark,
    Thread,
)
from ancu.apps.messaging.selectors.templates import editable_values as editable_values
from ancu.apps.messaging.selectors.templates import get_own_template as get_own_template
from ancu.apps.messaging.selectors.templates import require_keeper as require_keeper
from ancu.apps.messaging.selectors.templates import templates_of as templates_of
from ancu.apps.messaging.selectors.templates import templates_to_use as templates_to_use
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.cached_queries import cached_query
from ancu.core.db.pagination import CursorPage, cursor_page, newest_first
from ancu.core.errors import require

UNDELIVERED = 5  # shown beside a conversation
LONGEST_TOPIC = Thread._meta.get_field("topic").max_length or 0


@dataclass(frozen=True)
class Conversation:
    """A thread as one actor sees it; ``thread`` is None until the first message. ``older`` is the next cursor."""

    kind: str
    subject_id: str
    topic: str
    standing: rules.SubjectStanding
    may_post: bool
    may_note: bool
    templates: Sequence[Any] = field(default=())
    undelivered: Sequence[Notification] = field(default=())
    thread: Thread | None = None
    messages: Sequence[Message] = field(default=())
    older: str = ""
    read_up_to: int = 0
    newest: int = 0

    @property
    def unread(self) -> bool:
        """Whether the actor has not read the newest message."""
        return self.newest > self.read_up_to

    @property
    def first_unread(self) -> int | None:
        """The id of the first unread message; None without one."""
        return (
            next((message.pk for message in self.messages if message.pk > self.read_up_to), None)
            if self.unread
            else None
        )

    @property
    def file_attributes(self) -> dict[str, str | int]:
        """The HTML attributes of the conversation's file input, by which the page checks files before sending."""
        return rules.file_attributes(rules.MESSAGE_FILES)

    @property
    def draft_key(self) -> str:
        """The key under which the browser stores the unsent text of a message in this conversation."""
        return f"thread-{self.kind}-{self.subject_id}-{self.topic}"


def get_thread(
    actor: Actor,
    kind: str,
    subject_id: object,
    *,
    topic: str = MAIN,
    before: int | None = None,
    standing: rules.SubjectStanding | None = None,
) -> Conversation:
    """Return a page of the newest messages about a subject, oldest first; 404 without access to the subject.

    ``before``: only messages with a smaller id. ``standing``: the actor's, if the caller has queried it already.
    """
    standing = standing or standing_or_404(actor, kind, str(subject_id))
    if len(topic) > LONGEST_TOPIC:
        raise Http404
    rights = {"may_post": rules.may_post(actor, standing), "may_note": rules.may_note(actor, standing)}
    base: dict[str, Any] = {"kind": kind, "subject_id": str(subject_id), "topic": topic, "standing": standing} | rights
    if rights["may_note"]:
        base["templates"] = list(templates_to_use(actor, kind))
    if topic == MAIN and rules.may_see_notifications(standing):
        base["undelivered"] = undelivered(standing, kind, subject_id)
    marks = ReadMark.objects.filter(thread=OuterRef("pk"), user_id=actor.user_id or 0).values("message_id")
    threads = Thread.objects.annotate(read_up_to=Coalesce(Subquery(marks), 0))
    thread = threads.filter(subject_kind=kind, subject_id=str(subject_id), topic=topic).first()
    if thread is None:
        return Conversation(**base)
    page = newest_first(visible_messages(thread, standing), str(before or ""))
    messages = list(page.rows[::-1])
    newest = 0 if before or not messages else messages[-1].pk
    return Conversation(
        **base, thread=thread, messages=messages, older=page.after, read_up_to=thread.read_up_to, newest=newest
    )


def standing_or_404(actor: Actor, kind: str, subject_id: str) -> rules.SubjectStanding:
    """Return the actor's role towards the subject, or raise 404."""
    standing = rules.standing(actor, kind, subject_id)
    if standing is None:
        raise Http404
    return standing


def visible_messages(thread: Thread, standing: rules.SubjectStanding) -> QuerySet[Message]:
    """Return the thread's messages with authors and files; internal notes only for actors of the office."""
    messages = Message.objects.filter(thread=thread).select_related("author", "organisation")
    messages = messages.prefetch_related(
        Prefetch("attachments", Attachment.objects.select_related("file").order_by("pk"))
    )
    return messages if standing.is_office else messages.filter(staff_only=False)


def get_attachment(actor: Actor, pk: int) -> Attachment:
    """Return a file of a message that the actor may see; 404 otherwise, and for a deleted file."""
    attachment = get_object_or_404(Attachment.objects.select_related("message__thread", "file"), pk=pk)
    thread = attachment.message.thread
    standing = standing_or_404(actor, thread.subject_kind, thread.subject_id)
    if attachment.file is None or (attachment.message.staff_only and not standing.is_office):
        raise Http404
    return attachment


# --- the inbox ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ThreadMatter:
    """What a thread is about: a label, its page, and the name of the person concerned."""

    label: Any
    url: str
    about: str = ""


@dataclass(frozen=True)
class InboxRow:
    thread: Thread
    message: Message
    standing: rules.SubjectStanding
    label: Any
    unread: bool
    about: str = ""


def inbox(actor: Actor, after: str = "", *, unread: bool = False) -> CursorPage[InboxRow]:
    """Return the actor's threads, unread first, then by the newest message; or only ``unread`` ones.

    Three queries whatever its length, and one for each kind of subject on the page. Threads whose subject no longer
    allows the actor are left out.
    """
    places = _participations(actor).filter(Q(unread_first=1)) if unread else _participations(actor)
    places = places.select_related("thread", "latest__author", "latest__organisation")
    page = cursor_page(places, "-unread_first", "-latest_id", after=after)
    standings = _standings(actor, (_subject(place.thread) for place in page.rows))
    topics = [place.thread.topic for place in page.rows]
    records, people = _records(actor, topics), _people(actor, topics)
    rows = [row for place in page.rows if (row := _inbox_row(place, standings, records, people))]
    return CursorPage(rows, page.after)


def unread_count(actor: Actor) -> int:
    """Return the number of threads and broadcasts that the actor has not read; 0 for programs and jobs.

    At most ``rules.MOST_COUNTED`` threads are counted.
    """
    if actor.user_id is None:
        return 0
    subjects = [(kind, key) for kind, key in _unread_subjects(actor).rows(rules.MOST_COUNTED)]
    standings = _standings(actor, subjects)
    return sum(subject in standings for subject in subjects) + len(unread_notices(actor))


@cached_query
def _unread_subjects(actor: Actor) -> QuerySet[Participant, Any]:
    """Return the subjects (kind and id) of threads with unread messages, the newest first."""
    unread_places = _participations(actor).filter(Q(unread_first=1)).order_by("-latest_id")
    return unread_places.values_list("thread__subject_kind", "thread__subject_id")


def unread_notices(actor: Actor) -> list[rules.UnreadNotice]:
    """Return the actor's unread notices, such as broadcasts, which the apps add to the inbox."""
    return [notice for ask in rules.UNREAD_NOTICES for notice in ask(actor)] if actor.user_id is not None else []


def _participations(actor: Actor) -> QuerySet[Participant]:
    """Return the actor's ``Participant`` records, personal or of the organisation, one for each thread.

    Threads without a message that the actor may see are left out. Unread threads come first, then those with the
    newest message.
    """
    marks = ReadMark.objects.filter(thread=OuterRef("thread"), user_id=actor.user_id or 0).values("message_id")
    organisation = actor.organisation_id or 0
    through_it = Participant.objects.filter(thread=OuterRef("thread"), organisation_id=organisation)
    mine = Q(organisation_id=organisation) | (Q(user_id=actor.user_id or 0) & ~Exists(through_it))
    read = Coalesce(Subquery(marks), 0)
    unread_first = Case(When(latest_id__gt=read, then=Value(1)), default=Value(0), output_field=IntegerField())
    return (
        Participant.objects.filter(mine, latest__isnull=False)
        .annotate(unread_first=unread_first)
        .order_by("-unread_first", "-latest_id")
    )


def _subject(thread: Thread) -> tuple[str, str]:
    """Return the kind and id of the thread's subject."""
    return thread.subject_kind, thread.subject_id


def _standings(actor: Actor, subjects: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], rules.SubjectStanding]:
    """Return the actor's role towards each subject (kind and id), by one query for each kind."""
    by_kind: dict[str, list[str]] = {}
    for kind, subject_id in subjects:
        by_kind.setdefault(kind, []).append(subject_id)
    standings: dict[tuple[str, str], rules.SubjectStanding] = {}
    for kind, ids in by_kind.items():
        if subject := rules.subject_kinds().get(kind):
            standings |= {
                (kind, subject_id): standing for subject_id, standing in subject.standings(actor, ids).items()
            }
    return standings


def _records(actor: Actor, topics: Iterable[str]) -> dict[str, NamedRecord]:
    """Return the records of those topics that the actor may open, by topic, with one query for each kind."""
    records: dict[str, NamedRecord] = {}
    for kind, keys in _keys_by_kind(topics).items():
        names = namers()[kind.record](actor, sorted(set(keys.values())))
        records |= {topic: names[key] for topic, key in keys.items() if key in names}
    return records


def _people(actor: Actor, topics: Iterable[str]) -> dict[str, str]:
    """Return the names of people that the topics are about, as far as the actor may know, by topic."""
    people: dict[str, str] = {}
    for kind, keys in _keys_by_kind(topics).items():
        names = kind.people(actor, sorted(set(keys.values()))) if kind.people else {}
        people |= {topic: names[key] for topic, key in keys.items() if key in names}
    return people


def _keys_by_kind(topics: Iterable[str]) -> dict[rules.ThreadTopic, dict[str, str]]:
    """Return, for each kind of record, a dict from topic ("alert-12") to record id ("12").

    Topics of an unknown kind or without a numeric id are left out.
    """
    kinds: dict[rules.ThreadTopic, dict[str, str]] = {}
    for topic in topics:
        key = topic.partition("-")[2]
        if key.isascii() and key.isdigit() and (kind := rules.topic_of(topic)):  # an address is typed by anybody
            kinds.setdefault(kind, {})[topic] = key
    return kinds


def thread_matter(actor: Actor, conversation: Conversation) -> ThreadMatter:
    """Return the heading of a conversation's page: what it is about, a link, and the person concerned."""
    topics = [conversation.topic] if conversation.thread else []
    people = _people(actor, topics)
    return _matter(conversation.kind, conversation.topic, conversation.standing, _records(actor, topics), people)


def _matter(
    kind: str,
    topic: str,
    standing: rules.SubjectStanding,
    records: Mapping[str, NamedRecord],
    people: Mapping[str, str],
) -> ThreadMatter:
    """Return the heading of a thread: its label with the record's name, a link, and the person concerned.

    ``records`` and ``people`` hold, by topic, only what the reader may see: a lodging does not see the alert behind a
    question.
    """
    topic_kind, record = rules.topic_of(topic), records.get(topic)
    label = topic_kind.label if topic_kind else rules.subject_kinds()[kind].label
    if record and record.text != standing.title:
        label = f"{label}: {record.text}"
    return ThreadMatter(
        label, record.url if record and record.url else standing.url, people.get(topic) or standing.about
    )


def _inbox_row(
    place: Participant,
    standings: Mapping[tuple[str, str], rules.SubjectStanding],
    records: Mapping[str, NamedRecord],
    people: Mapping[str, str],
) -> InboxRow | None:
    """Return a thread as a row of the inbox; None if the actor may not see it or its newest message."""
    kind = place.thread.subject_kind
    standing = standings.get((kind, place.thread.subject_id))
    if standing is None or place.latest is None or (place.latest.staff_only and not standing.is_office):
        return None
    unread = bool(place.unread_first)  # type: ignore[attr-defined]
    matter = _matter(kind, place.thread.topic, standing, records, people)
    return InboxRow(place.thread, place.latest, standing, matter.label, unread, matter.about)


def latest_sides(kind: str, places: Collection[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Return, by (subject id, topic), which ``ThreadSide`` wrote the last message of each thread in ``places``.

    Internal notes do not count; threads without messages are left out.
    """
    last = Message.objects.filter(thread=OuterRef("pk"), staff_only=False).order_by("-id").values("side")[:1]
    subjects, topics = {subject for subject, _topic in places}, {topic for _subject, topic in places}
    threads = Thread.objects.filter(subject_kind=kind, subject_id__in=subjects, topic__in=topics)
    latest = threads.annotate(last=Subquery(last)).values_list("subject_id", "topic", "last")
    return {(subject, topic): side for subject, topic, side in latest if (subject, topic) in places and side}


# --- reply templates ------------------------------------------------------------------------------------


def template_text(actor: Actor, conversation: Conversation, pk: int) -> str:
    """Return a reply template filled for this conversation; 404 if it is not offered there."""
    require(conversation.may_note)
    template = get_object_or_404(templates_to_use(actor, conversation.kind), pk=pk)
    values = {
        "subject": str(conversation.standing.title),
        "officer": actor.label,
        "office": actor.organisation_name,
        "today": f"{clock.today():%d/%m/%Y}",
    }
    return rules.fill_template(template.body, values)


# --- who is told, and what was sent ---------------------------------------------------------------------


def people_to_notify(thread: Thread) -> QuerySet[User]:
    """Return the users on the other side who are notified of the office's answer, with their ``read_up_to``."""
    places = Participant.objects.filter(thread=thread, side=ThreadSide.COUNTERPART)
    memberships = Membership.objects.filter(
        organisation_id__in=places.values("organisation_id"), role__in=rules.TOLD_ROLES, ended_at__isnull=True
    )
    people = Q(pk__in=memberships.values("user_id")) | Q(pk__in=places.values("user_id"))
    marks = ReadMark.objects.filter(thread=thread, user=OuterRef("pk")).values("message_id")
    return User.objects.filter(people, is_active=True).annotate(read_up_to=Coalesce(Subquery(marks), 0)).order_by("pk")


def undelivered(standing: rules.SubjectStanding, kind: str, subject_id: object) -> list[Notification]:
    """Return the newest failed notifications about a subject that the actor may send again, at most ``UNDELIVERED``."""
    failed = Notification.objects.filter(
        subject_kind=kind, subject_id=str(subject_id), state=NotificationState.FAILED
    ).select_related("user")
    return [row for row in failed.order_by("-id")[:UNDELIVERED] if rules.may_send_again(standing, row)]


def get_notification(actor: Actor, pk: int) -> tuple[Notification, rules.SubjectStanding]:
    """Return a notification and the actor's role towards its subject; 404 unless on the office's side."""
    notification = get_object_or_404(Notification, pk=pk)
    standing = standing_or_404(actor, notification.subject_kind, notification.subject_id)
    if not rules.may_see_notifications(standing):
        raise Http404
    return notification, standing


# --- whose, in the audit --------------------------------------------------------------------------------


def _threads_named(actor: Actor, ids: list[str]) -> dict[str, NamedRecord]:
    """Return the subjects' names and pages of those threads that the actor may read, by id."""
    threads = {str(thread.pk): thread for thread in Thread.objects.filter(pk__in=[key for key in ids if key.isdigit()])}
    return _subjects_named(actor, threads)


def _messages_named(actor: Actor, ids: list[str]) -> dict[str, NamedRecord]:
    """Return the subjects' names and pages of those messages that the actor may read, by id."""
    messages = Message.objects.filter(pk__in=[key for key in ids if key.isdigit()]).select_related("thread")
    return _subjects_named(actor, {str(message.pk): message.thread for message in messages})


def _subjects_named(actor: Actor, threads: Mapping[str, Thread]) -> dict[str, NamedRecord]:
    """Return the name and page of each thread's subject that the actor may read, by the key of ``threads``."""
    standings_by_subject = _standings(actor, map(_subject, threads.values()))
    standings = {key: standings_by_subject.get(_subject(thread)) for key, thread in threads.items()}
    return {key: NamedRecord(str(standing.title), standing.url) for key, standing in standings.items() if standing}


NAMERS = {"messaging.thread": _threads_named, "messaging.message": _messages_named}
