"""Guests of files and groups who could not be declared: those who still wait, and those dismissed."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, TruncDate
from django.utils.translation import gettext as _

from ancu.apps.accounts.models import User
from ancu.apps.stays.enums import Channel, UndeclaredState, UploadState
from ancu.apps.stays.models import NOT_WITHDRAWN, Picture, Stay, UndeclaredRow, Upload
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Http404

SAME_PERSON = (
    Q(document_number=OuterRef("document_number"), name_key=OuterRef("name_key"))
    | Q(document_number=OuterRef("document_number"), birth_date=OuterRef("birth_date"))
    | Q(name_key=OuterRef("name_key"), birth_date=OuterRef("birth_date"))
)
"""As ``rules.is_same_person``: two of document, name and birth date."""


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
