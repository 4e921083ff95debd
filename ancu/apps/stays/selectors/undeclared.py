"""Guests of files and groups who could not be declared: those who wait, and those dismissed."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, NullIf, TruncDate
from django.utils.translation import gettext as _

from ancu.apps.accounts.models import User
from ancu.apps.lodging.models import Establishment
from ancu.apps.stays.enums import DeclarationChannel, UndeclaredState, UploadState
from ancu.apps.stays.models import NOT_WITHDRAWN, OPEN, Picture, Stay, UndeclaredRow, Upload
from ancu.apps.travellers.rules import name_key
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Http404
from ancu.engines.exchange import Guest

FACTS = ("document_number", "name_key", "birth_date")


def _fact(name: str) -> NullIf:
    """Return the SQL expression for the column ``name`` of the outer query's undeclared row; NULL if it is empty."""
    return NullIf(OuterRef(name), Value(""))


def _stays_at_arrival() -> QuerySet[Stay]:
    """Return a subquery of the stays at the undeclared row's lodging that began on the row's day of arrival.

    If that day was not read, of all stays at the lodging. The row is that of the outer query.
    """
    arrival = Coalesce(OuterRef("arrived_on"), F("arrived_on"))
    return Stay.objects.filter(NOT_WITHDRAWN, establishment=OuterRef("establishment"), arrived_on=arrival).order_by(
        "pk"
    )


_DOCUMENT, _NAME, _BIRTH = (Q(**{name: _fact(name)}) for name in FACTS)
SIMILAR_STAYS = _stays_at_arrival().filter(_DOCUMENT & _NAME | _DOCUMENT & _BIRTH | _NAME & _BIRTH)
AGREEING_STAYS = SIMILAR_STAYS.filter(**{name: Coalesce(_fact(name), F(name)) for name in FACTS})
IS_SIMILAR = Exists(SIMILAR_STAYS)
DECLARED_AS = Coalesce("stay_id", Subquery(AGREEING_STAYS.values("pk")[:1]))


def source_name(file_name: str, channel: str, sent_at: datetime) -> str:
    """Return the display name of a file or group; the file's own name is deleted long before its rows."""
    day = f"{clock.local(sent_at):%d/%m/%Y %H:%M}"
    if channel == DeclarationChannel.PHOTO:
        return _("Passport pictures of %(moment)s") % {"moment": day}
    return file_name or _("File of %(moment)s") % {"moment": day}


def undeclared_rows(actor: Actor) -> QuerySet[UndeclaredRow]:
    """Return all undeclared rows of the actor's business, also declared or dismissed since; else none."""
    if not actor.is_lodging:
        return UndeclaredRow.objects.none()
    return UndeclaredRow.objects.filter(establishment__business_id=actor.organisation_id or 0)


def stay_of(row: UndeclaredRow) -> Stay | None:
    """Return the stay that the undeclared row became; for an open row, one that declares the same guest.

    None without one.
    """
    if row.stay is not None or row.state != UndeclaredState.OPEN:
        return row.stay
    return _first_stay(row, AGREEING_STAYS)


def similar_stay(row: UndeclaredRow) -> Stay | None:
    """Return a stay that agrees with the undeclared row in two of document, name and birth date.

    It is for a person to compare; None without one.
    """
    return _first_stay(row, SIMILAR_STAYS)


def _first_stay(row: UndeclaredRow, stays: QuerySet[Stay]) -> Stay | None:
    """Return the first stay of a subquery that refers to the undeclared row; None without one."""
    first = UndeclaredRow.objects.filter(pk=row.pk).values(first=Subquery(stays.values("pk")[:1]))
    return Stay.objects.filter(pk__in=first).select_related("submission").first()


def waiting_rows(actor: Actor) -> QuerySet[UndeclaredRow]:
    """Return the rows still to be declared or dismissed, without guests who are declared in another way.

    Such a guest agrees in every fact that the row has of document, name and birth date, and in at least two. A row
    that agrees only in part waits: twins share a birth date, and a number may be copied to the wrong row. The query
    decides this on each read, so that declaring does not have to update rows. A row whose day of arrival could not be
    read is compared with every stay of the lodging.
    """
    return undeclared_rows(actor).filter(~Exists(AGREEING_STAYS), state=UndeclaredState.OPEN)


def is_in_house(establishment: Establishment, guest: Guest) -> bool:
    """Whether the guest is declared at the lodging and has not left."""
    return Stay.objects.filter(OPEN, _same_guest(guest), establishment=establishment).exists()


def waiting_row_of(actor: Actor, establishment: Establishment, guest: Guest) -> UndeclaredRow | None:
    """Return the undeclared row under which the guest waits at the lodging already; else None."""
    return waiting_rows(actor).filter(_same_guest(guest), establishment=establishment).order_by("pk").first()


def _same_guest(guest: Guest) -> Q:
    """Return the condition that every fact known of the guest agrees, of document, name and birth date.

    Nothing matches if fewer than two are known.
    """
    name = name_key(guest.full_name) if guest.full_name else None
    facts = zip(FACTS, (guest.document_number, name, guest.birth_date), strict=True)
    readable = {field: value for field, value in facts if value}
    return Q(**readable) if len(readable) > 1 else Q(pk__in=[])


def waiting_by_upload(actor: Actor) -> QuerySet[UndeclaredRow, Any]:
    """Return a row for each file or group with waiting guests, sandboxes excepted.

    Its columns are id, file name, channel, time sent, lodging, number of waiting guests, and their first arrival.
    """
    queryset = waiting_rows(actor).filter(establishment__sandbox=False).order_by()
    source = ("upload__file_name", "upload__channel", "upload__created_at")
    by_upload = queryset.values_list("upload_id", *source, "establishment__name")
    since = Min(Coalesce("arrived_on", TruncDate("created_at")))
    return by_upload.annotate(number=Count("pk"), since=since).order_by("upload_id")


def unconfirmed_uploads(actor: Actor) -> QuerySet[Upload, Any]:
    """Return the files and groups that were read but not declared yet, oldest first, sandboxes excepted.

    Columns: id, file name, channel, time sent, lodging.
    """
    read = Q(total__gt=0) | Exists(Picture.objects.filter(upload=OuterRef("pk")))
    uploads = Upload.objects.filter(
        read, establishment__business_id=actor.organisation_id or 0, establishment__sandbox=False
    )
    previews = uploads.filter(state=UploadState.PREVIEW).order_by("created_at")
    return previews.values_list("pk", "file_name", "channel", "created_at", "establishment__name")


def dismissed_rows(actor: Actor) -> QuerySet[UndeclaredRow]:
    """Return the dismissed undeclared rows of the business, newest first.

    ``who`` is the name of the person who dismissed the row.
    """
    who = User.objects.filter(pk=OuterRef("settled_by")).values("full_name")[:1]
    dismissed = undeclared_rows(actor).filter(state=UndeclaredState.DISMISSED).defer("answers")
    return dismissed.annotate(who=Subquery(who)).select_related("upload").order_by("-settled_at", "-pk")


def get_undeclared(actor: Actor, pk: int) -> UndeclaredRow:
    """Return the undeclared row, also once settled; 404 for anybody but the lodging's own people."""
    row = undeclared_rows(actor).select_related("establishment", "upload").filter(pk=pk).first()
    if row is None:
        raise Http404
    return row
