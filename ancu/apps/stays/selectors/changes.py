"""A stay's history in words: who did what and when, with the values before and after."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ancu.apps.accounts.models import User
from ancu.apps.audit.selectors import LastChange, last_change
from ancu.apps.lodging.selectors import program_names
from ancu.apps.stays.models import Stay, UndeclaredRow, Upload
from ancu.apps.stays.selectors import history
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.web.language import reader_language
from ancu.engines.exchange import FIELD, STORED, ColumnReading, code_name

ACTS = {
    "checked_out": _("Checked out"),
    "extended": _("Departure changed"),
    "moved": _("Room changed"),
    "corrected": _("Corrected"),
    "withdrawn": _("Withdrawn"),
    "undone": _("Change undone"),
    "closed": _("Closed by a later arrival"),
    "reopened": _("Open again: the later stay was withdrawn"),
    "permit_renewed": _("Permitted stay renewed by a result of the office"),
}
DISPLAYED_FIELDS = {*(field.name for field in STORED), "minutes_late"}
# As exact as they are known: 1984-03-08, 1971-05 or 1962.
DAYS = {"birth_date", *(field.name for field in STORED if field.kind is not str)}
LISTED = {"sex", "nationality", *(field.name for field in STORED if field.reading is ColumnReading.LISTED)}  # by code


def label_of(name: str) -> str:
    """Return the label of a stay's field in the reader's language; an unknown name as it is."""
    title = FIELD[name].title if name in FIELD else None
    if title is None:
        return gettext("Minutes late") if name == "minutes_late" else name
    return title.vi if reader_language() == "vi" else title.en


@dataclass(frozen=True)
class FieldChange:
    name: str
    label: Any
    before: str
    after: str


@dataclass(frozen=True)
class StayChange:
    """One act; ``who`` is a person's name or a program's key, or empty for the system itself.

    With ``is_own`` it was the reader's, in another window.
    """

    at: datetime
    label: Any
    who: str
    reason: str
    fields: list[FieldChange]
    is_own: bool = False


def changes(actor: Actor, stay: Stay, *, since: int = 0) -> list[StayChange]:
    """Return the changes of a stay as the history shows them, newest last.

    ``since`` is the version after which they begin. At most three queries.
    """
    versions = history(actor, stay, since=since)
    people = User.objects.in_bulk({version.user_id for version in versions if version.user_id})
    programs = program_names({version.token_id for version in versions if version.token_id})
    return [
        StayChange(
            at=version.at,
            label=ACTS.get(version.act, version.act),
            who=people[version.user_id].full_name
            if version.user_id in people
            else programs.get(version.token_id or 0, ""),
            reason=version.reason,
            fields=[
                FieldChange(name, label_of(name), _text(name, before), _text(name, after))
                for name, (before, after) in version.changed.items()
                if name in DISPLAYED_FIELDS
            ],
            is_own=version.user_id in actor.own_user_ids,
        )
        for version in versions
    ]


def own_since(changes: Sequence[StayChange]) -> datetime | None:
    """Return the time of the last of these changes if the reader made all of them; otherwise None.

    None also without changes.
    """
    return max(change.at for change in changes) if changes and all(change.is_own for change in changes) else None


def field_changes(differences: Iterable[tuple[str, str | None, str | None]]) -> list[FieldChange]:
    """Return differences of fields with labels and values in words.

    A difference is (field name, text before or declared, text now or sent).
    """
    return [
        FieldChange(name, label_of(name), in_words(name, before), in_words(name, now))
        for name, before, now in differences
    ]


def row_changes(actor: Actor, acts: Q, differences: Iterable[tuple[str, str | None, str | None]]) -> list[StayChange]:
    """Return who changed which fields of a row, and when, since the reader's page was built.

    ``acts`` selects the row's acts in the audit, ``differences`` are (field, text on the page, text now). The audit
    has the names of the changed fields of every act in ``details.fields``.
    """
    by_act: dict[LastChange, list[tuple[str, str | None, str | None]]] = {}
    for difference in differences:
        last = last_change(actor, acts & Q(details__fields__contains=[difference[0]]))
        by_act.setdefault(last or LastChange("", clock.now(), is_own=False), []).append(difference)
    acts_in_order = sorted(by_act.items(), key=lambda item: item[0][1])
    return [
        StayChange(at, _("Corrected"), who, "", field_changes(group), is_own)
        for (who, at, is_own), group in acts_in_order
    ]


def acts_on_group(upload: Upload) -> Q:
    """Return the condition for the audited acts that changed the common values of a group's guests."""
    return Q(subject_type="stays.upload", subject_id=str(upload.pk), act="stays.group_answers")


def acts_on_row(upload: Upload, position: int) -> Q:
    """Return the condition for the audited acts that changed one row of a file or group not declared yet."""
    on_upload = Q(subject_type="stays.upload", subject_id=str(upload.pk))
    return on_upload & (Q(act="stays.upload_correct", details__position=position) | Q(act="stays.group_answers"))


def acts_on_undeclared(row: UndeclaredRow) -> Q:
    """Return the condition for the audited acts that corrected or filled in an undeclared guest's row."""
    corrected = Q(subject_type="stays.undeclaredrow", subject_id=str(row.pk), act="stays.row_corrected")
    filled = Q(act="stays.rows_filled", details__ids__contains=[row.pk])
    return corrected | Q(subject_type="stays.upload", subject_id=str(row.upload_id)) & filled


def in_words(name: str, text: str | None) -> str:
    """Return a field's text from a declaration file in the reader's words: names for codes, dates as dd/mm/yyyy."""
    if name in LISTED:
        return code_name(name, text, reader_language()) if text else ""
    day, space, rest = (text or "").partition(" ")
    return "/".join(reversed(day.split("-"))) + space + rest if name in DAYS else text or ""


def _text(name: str, value: Any) -> str:
    """Return the value of a stay's field as text for its history: names for codes, local dates and times."""
    if isinstance(value, datetime):
        return f"{clock.local(value):%d/%m/%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return in_words(name, str(value or ""))
