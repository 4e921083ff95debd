"""The papers of each person of a request, sent together: whose each file is, by the passport in it or by its name."""

from collections.abc import Sequence
from typing import Any

from ancu.apps.audit.services import record
from ancu.apps.dossiers.models import PASSPORT, Dossier, GroupRequest
from ancu.apps.dossiers.selectors.groups import draft_dossiers, get_group
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.apps.dossiers.services.papers import MEGABYTE, put_paper
from ancu.apps.dossiers.services.passports import numbers_in
from ancu.apps.files.services import clean_paper
from ancu.core.actor import Actor
from ancu.core.forms.choices import compact, words_of


def put_where_it_belongs(actor: Actor, *, group: GroupRequest, key: str, sent: Any) -> Dossier | None:
    """Put an uploaded file as paper ``key`` into the draft of the person whose it is; return the dossier.

    None if no draft fits, or several; then nothing is stored. Raises FileRefused.
    """
    drafts = list(draft_dossiers(get_group(actor, group.pk)))
    dossier = named_by(sent.name, drafts) or (pictured_in(sent, drafts) if key == PASSPORT else None)
    if dossier is None:
        return None
    put_paper(actor, dossier=dossier, key=key, upload_id="", sent=sent)
    record(actor, "dossiers.group_paper", group, component=key, dossiers=1)
    return dossier


def named_by(name: str, drafts: Sequence[Dossier]) -> Dossier | None:
    """Return the draft whose passport number or person's name is in a file's name; None if none fits, or several.

    Of two people of whom one has all names of the other, it is the one with more of them in the file's name.
    """
    stem = name.rpartition(".")[0] or name
    numbered = [draft for draft in drafts if draft.document_number and compact(draft.document_number) in compact(stem)]
    if numbered:
        return numbered[0] if len(numbered) == 1 else None
    in_name = set(words_of(stem))
    counts = [(len(words), draft) for draft in drafts if (words := words_of(draft.full_name)) and in_name >= set(words)]
    most = max((count for count, _draft in counts), default=0)
    named = [draft for count, draft in counts if count == most]
    return named[0] if len(named) == 1 else None


def pictured_in(sent: Any, drafts: Sequence[Dossier]) -> Dossier | None:
    """Return the draft whose passport is pictured, by its machine-readable zone; None if none fits, or several.

    Raises FileRefused.
    """
    if not drafts:
        return None
    passport = procedure_of(drafts[0]).component(PASSPORT)
    cleaned = clean_paper(sent.read(), max_bytes=passport.max_megabytes * MEGABYTE, max_pages=passport.max_pages)
    sent.seek(0)
    numbers = numbers_in(cleaned)
    fitting = [draft for draft in drafts if draft.document_number in numbers]
    return fitting[0] if len(fitting) == 1 else None
