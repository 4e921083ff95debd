"""Guests of files and groups who could not be declared: those who still wait, and those dismissed."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, TruncDate
from django.utils.translation import gettext as _

from ancu.apps.accounts.models import User
from ancu.apps.lodging.models import Establishment
from ancu.apps.stays.enums import Channel, UndeclaredState, UploadState
from ancu.apps.stays.models import NOT_WITHDRAWN, OPEN, Picture, Stay, UndeclaredRow, Upload
from ancu.apps.travellers.rules import name_key
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Http404
from ancu.engines.exchange import Guest


def _same_person(document_number: Any, name_key: Any, birth_date: Any) -> Q:
    """As ``rules.is_same_person``: two of document, name and birth date; a fact that is None agrees with nothing."""
    return (
        Q(document_number=document_number, name_key=name_key)
        | Q(document_number=document_number, birth_date=birth_date)
        | Q(name_key=name_key, birth_date=birth_date)
    )


SAME_PERSON = _same_person(OuterRef("document_number"), OuterRef("name_key"), OuterRef("birth_date"))


def source_name(file_name: str, channel: str, sent_at: datetime) -> str:
    """The display name of a file or group; the name of a file is deleted long before its rows."""
    day = f"{clock.local(sent_at):%d/%m/%Y %H:%M}"
    if channel == Channel.PHOTO:
        return _("Passport pictures of %(moment)s") % {"moment": day}
    return file_name or _("File of %(moment)s") % {"moment": day}


def undeclared_rows(actor: Actor) -> QuerySet[UndeclaredRow]:
    """Every row of the actor's business, settled rows included; nothing for other actors."""
    if not actor.is_lodging:
        return UndeclaredRow.objects.none()
    return UndeclaredRow.objects.filter(establishment__business_id=actor.organisation_id or 0)


def stay_of(row: UndeclaredRow) -> Stay | None:
    """The stay that a row became, or that the same guest was declared by since in another way; as ``waiting_rows``."""
    if row.stay is not None or row.state != UndeclaredState.OPEN:
        return row.stay
    since = Stay.objects.filter(NOT_WITHDRAWN, establishment=row.establishment_id, declared_at__gte=row.created_at)
    arrived = Q(arrived_on=row.arrived_on) if row.arrived_on else Q()
    same_person = _same_person(row.document_number, row.name_key, row.birth_date)
    return since.filter(arrived, same_person).select_related("submission").order_by("pk").first()


def waiting_rows(actor: Actor) -> QuerySet[UndeclaredRow]:
    """The rows still to be declared or dismissed, without guests who were declared since in another way.

    The query decides this on each read, so that declaring does not have to update rows. A row whose day of arrival
    could not be read is compared with every stay declared since.
    """
    declared_since = Stay.objects.filter(
        NOT_WITHDRAWN,
        SAME_PERSON,
        establishment=OuterRef("establishment"),
        declared_at__gte=OuterRef("created_at"),
        arrived_on=Coalesce(OuterRef("arrived_on"), F("arrived_on")),
    )
    return undeclared_rows(actor).filter(~Exists(declared_since), state=UndeclaredState.OPEN)


def is_in_house(establishment: Establishment, guest: Guest) -> bool:
    """Whether the guest is declared at the lodging and has not left."""
    return Stay.objects.filter(OPEN, _same_guest(guest), establishment=establishment).exists()


def waiting_row_of(actor: Actor, establishment: Establishment, guest: Guest) -> UndeclaredRow | None:
    """The row under which the guest waits to be declared at the lodging."""
    return waiting_rows(actor).filter(_same_guest(guest), establishment=establishment).order_by("pk").first()


def _same_guest(guest: Guest) -> Q:
    name = name_key(guest.full_name) if guest.full_name else None
    return _same_person(guest.document_number, name, guest.birth_date)


def waiting_by_upload(actor: Actor) -> QuerySet[UndeclaredRow, Any]:
    """One row for each file and group: id, source, lodging, number of waiting guests and their first arrival."""
    queryset = waiting_rows(actor).filter(establishment__sandbox=False).order_by()
    source = ("upload__file_name", "upload__channel", "upload__created_at")
    by_upload = queryset.values_list("upload_id", *source, "establishment__name")
    since = Min(Coalesce("arrived_on", TruncDate("created_at")))
    return by_upload.annotate(number=Count("pk"), since=since).order_by("upload_id")


def unconfirmed_uploads(actor: Actor) -> QuerySet[Upload, Any]:
    """Files and groups that were read but not yet declared: id, source, lodging."""
    read = Q(total__gt=0) | Exists(Picture.objects.filter(upload=OuterRef("pk")))
    uploads = Upload.objects.filter(
        read, establishment__business_id=actor.organisation_id or 0, establishment__sandbox=False
    )
    previews = uploads.filter(state=UploadState.PREVIEW).order_by("created_at")
    return previews.values_list("pk", "file_name", "channel", "created_at", "establishment__name")


def dismissed_rows(actor: Actor) -> QuerySet[UndeclaredRow]:
    """Dismissed rows, newest first; ``who`` is the name of the person who dismissed it."""
    who = User.objects.filter(pk=OuterRef("settled_by")).values("full_name")[:1]
    dismissed = undeclared_rows(actor).filter(state=UndeclaredState.DISMISSED).defer("answers")
    return dismissed.annotate(who=Subquery(who)).select_related("upload").order_by("-settled_at", "-pk")


def get_undeclared(actor: Actor, pk: int) -> UndeclaredRow:
    """The row, settled or not; raise Http404 for anybody but the lodging's own people."""
    row = undeclared_rows(actor).select_related("establishment", "upload").filter(pk=pk).first()
    if row is None:
        raise Http404
    return row
