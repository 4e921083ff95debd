"""Guests of files and groups who could not be declared: which of them still wait, and for whom."""

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


def source_name(file_name: str, channel: str, sent: datetime) -> str:
    """What a file or group is called; the name of a file is forgotten long before its rows."""
    day = f"{clock.local(sent):%d/%m/%Y %H:%M}"
    if channel == Channel.PHOTO:
        return _("Passport pictures of %(moment)s") % {"moment": day}
    return file_name or _("File of %(moment)s") % {"moment": day}


def undeclared_rows(actor: Actor) -> QuerySet[UndeclaredRow]:
    """Every row of the actor's business, settled ones too; none for anybody else."""
    if not actor.is_lodging:
        return UndeclaredRow.objects.none()
    return UndeclaredRow.objects.filter(establishment__business_id=actor.organisation_id or 0)


def waiting_rows(actor: Actor) -> QuerySet[UndeclaredRow]:
    """The rows still to be declared or dismissed, without guests who were declared since in another way.

    That is asked for here and written nowhere: declaring must not wait for it. A row whose day of arrival could not
    be read is compared with whatever was declared since.
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
    """Of each file and group its id, source and lodging, how many of its guests wait, and their first arrival."""
    waiting = waiting_rows(actor).filter(establishment__sandbox=False).order_by()
    source = ("upload__file_name", "upload__channel", "upload__created_at")
    grouped = waiting.values_list("upload_id", *source, "establishment__name")
    since = Min(Coalesce("arrived_on", TruncDate("created_at")))
    return grouped.annotate(number=Count("pk"), since=since).order_by("upload_id")


def unconfirmed_uploads(actor: Actor) -> QuerySet[Upload, Any]:
    """Files and groups that were read, of which nothing was declared yet: id, source, lodging."""
    read = Q(total__gt=0) | Exists(Picture.objects.filter(upload=OuterRef("pk")))
    own = Upload.objects.filter(
        read, establishment__business_id=actor.organisation_id or 0, establishment__sandbox=False
    )
    looked_at = own.filter(state=UploadState.PREVIEW).order_by("created_at")
    return looked_at.values_list("pk", "file_name", "channel", "created_at", "establishment__name")


def dismissed_rows(actor: Actor) -> QuerySet[UndeclaredRow]:
    """Newest first, with ``who`` dismissed it; it may be taken back as long as it is kept."""
    who = User.objects.filter(pk=OuterRef("settled_by")).values("full_name")[:1]
    dismissed = undeclared_rows(actor).filter(state=UndeclaredState.DISMISSED).defer("answers")
    return dismissed.annotate(who=Subquery(who)).select_related("upload").order_by("-settled_at", "-pk")


def get_undeclared(actor: Actor, pk: int) -> UndeclaredRow:
    """The row, settled or not; 404 for anybody but the lodging's own people."""
    row = undeclared_rows(actor).select_related("establishment", "upload").filter(pk=pk).first()
    if row is None:
        raise Http404
    return row
