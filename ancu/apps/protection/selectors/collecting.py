"""Collect the rows of a copy by the register in ``sources``, and redact single fields."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from ancu.apps.accounts.models import User
from ancu.apps.dossiers.enums import FINAL, State
from ancu.apps.dossiers.models import Component, Dossier
from ancu.apps.dossiers.selectors.page import EVENTS_WITH_REASON
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.apps.protection.models import CopyRequest
from ancu.apps.protection.selectors.people import is_same_name
from ancu.apps.protection.selectors.sources import COLLECTED, CopySource, CopySubject
from ancu.core.security.privacy import REDACTED
from ancu.engines.rulebook import NotInForce

ABOUT_HIMSELF = ("traveller.", "stay.")  # what a form asks about the foreigner himself, not about who files for him


@dataclass(frozen=True)
class CopyEntry:
    """One row of a copy with the fields that are included."""

    source: CopySource
    row: Any
    values: Mapping[str, Any]


def subject_of(copy: CopyRequest) -> CopySubject:
    """Return whose data the copy contains: the account, the dossiers filed about its holder, and the identities."""
    user = copy.user
    identity_ids = frozenset(copy.identities.values_list("pk", flat=True))
    if user is None:
        return CopySubject(identity_ids=identity_ids)
    return CopySubject(user.pk, user.email, user.full_name, _own_dossiers(user), identity_ids)


def _own_dossiers(user: User) -> frozenset[int]:
    """Return the ids of the dossiers that the user filed about the user.

    A dossier for another person, such as a wife, is about that person; one without a name yet counts as the user's.
    """
    own = Dossier.objects.filter(filed_by=user, organisation=None).exclude(received_by=user)
    filed = own.values_list("pk", "full_name")
    return frozenset(pk for pk, name in filed if not name or is_same_name(name, user.full_name))


def collect(subject: CopySubject) -> list[CopyEntry]:
    """Return all records about the person as entries of the copy, kind by kind in the order of ``COLLECTED``."""
    return [entry for source in COLLECTED for entry in _entries(source, subject)]


def _entries(source: CopySource, subject: CopySubject) -> list[CopyEntry]:
    """Return the records of one kind about the person as entries of the copy.

    Each entry has the fields to show, cleaned of what the person may not see.
    """
    manager: Any = source.model._default_manager
    related = [name for name in source.fields if source.model._meta.get_field(name).is_relation]
    rows = manager.filter(pk__in=manager.filter(source.about(subject)).values("pk")).order_by("pk")
    clean: Clean = CLEANED.get(source.label, _unchanged)
    return [
        CopyEntry(source, row, clean({name: getattr(row, name) for name in source.fields}, row, subject))
        for row in rows.select_related(*related)
    ]


Clean = Callable[[dict[str, Any], Any, CopySubject], dict[str, Any]]


def _unchanged(values: dict[str, Any], row: Model, subject: CopySubject) -> dict[str, Any]:
    """Return the values unchanged: the default ``Clean`` function, for kinds of record with nothing to hide."""
    return values


def _own_answers(values: dict[str, Any], row: Any, subject: CopySubject) -> dict[str, Any]:
    """Return the values of a dossier or part of one; for another filer's dossier only answers about the person."""
    dossier = row if isinstance(row, Dossier) else row.dossier
    return values if is_own(dossier, subject) else values | {"answers": _answers_about(dossier, values["answers"])}


def _clean_dossier(values: dict[str, Any], row: Any, subject: CopySubject) -> dict[str, Any]:
    """Return a dossier's values; the reason of its assessment only once it was decided or sent back."""
    is_told = row.state in FINAL or row.state == State.SUPPLEMENT
    own = _own_answers(values, row, subject)
    return own if is_told else own | {"reason": "", "article": ""}


def _clean_event(values: dict[str, Any], row: Any, subject: CopySubject) -> dict[str, Any]:
    """Return a dossier's event as it is shown on the filer's page: without internal reasons."""
    return values if row.act in EVENTS_WITH_REASON else values | {"reason": "", "article": ""}


def is_own(dossier: Dossier, subject: CopySubject) -> bool:
    """Whether the dossier is one that the person of the copy filed about themselves."""
    return dossier.pk in subject.own_dossiers


def _answers_about(dossier: Dossier, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers of another filer's dossier that are about the person, by form."""
    own_answers = {}
    for code, keys in _keys_about(dossier).items():
        form_answers = answers.get(code)
        if isinstance(form_answers, dict):
            own_answers[code] = {key: value for key, value in form_answers.items() if key in keys}
    return own_answers


def _keys_about(dossier: Dossier) -> dict[str, frozenset[str]]:
    """Return, by form of the dossier, the fields about the foreigner rather than about who files.

    Empty if the procedure is unknown. Only such answers of another filer's dossier go into the copy.
    """
    try:
        procedure = procedure_of(dossier)
    except (KeyError, NotInForce):
        return {}
    return {
        form.code: frozenset(key for key, field in form.fields.items() if field.prefill.startswith(ABOUT_HIMSELF))
        for form in procedure.forms
    }


CLEANED: dict[str, Clean] = {
    "dossiers.Dossier": _clean_dossier,
    "dossiers.DossierEvent": _clean_event,
    "dossiers.Filing": _own_answers,
    "dossiers.Signature": _own_answers,
}


@dataclass(frozen=True)
class CopiedPaper:
    """A file of a dossier as submitted; ``path`` is its place in the ZIP, empty if only listed."""

    component: Component
    path: str


def papers_of(entries: list[CopyEntry], subject: CopySubject) -> list[CopiedPaper]:
    """Return the files of the dossiers.

    Those of another filer's dossier are only listed, as they may contain that filer's data.
    """
    components = Component.objects.filter(
        pk__in=[entry.row.pk for entry in entries if entry.source.label == "dossiers.Component"], file__isnull=False
    )
    return [_paper(component, subject) for component in components.select_related("dossier", "file").order_by("pk")]


def _paper(component: Component, subject: CopySubject) -> CopiedPaper:
    """Return a dossier's file with its path in the copy's ZIP, such as "number/component.pdf".

    The path is "" for a file that is only listed: another filer's, or one that does not exist.
    """
    file, dossier = component.file, component.dossier
    if file is None or not is_own(dossier, subject):
        return CopiedPaper(component, "")
    ending = file.name.rsplit(".", 1)[-1].lower() if "." in file.name else "bin"
    ending = ending if ending.isascii() and ending.isalnum() and len(ending) < 6 else "bin"
    return CopiedPaper(component, f"{dossier.number}/{component.key}.{ending}")


def nonempty(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values without those that are empty or were deleted after their retention period."""
    return {name: value for name, value in values.items() if value not in ("", None, {}, [], REDACTED)}
