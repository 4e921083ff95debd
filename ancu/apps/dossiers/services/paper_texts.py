"""Reading of the text layers of papers, to compare the form with them; each paper once for each set of answers."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.db import transaction

from ancu.apps.dossiers.models import Component, Dossier
from ancu.apps.dossiers.selectors.printed import sent_answers
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.apps.files.enums import PDF
from ancu.apps.files.models import StoredFile
from ancu.apps.files.services import FileRefused, FileUnreadable, printed_words
from ancu.engines.papers import PrintedWord
from ancu.engines.rulebook import FieldStatement, ProcedureComponent, paper_statements, printed_facts


def has_text_layer(requirement: ProcedureComponent, file: StoredFile) -> bool:
    """Whether a paper may have a text layer that is read: a PDF that is neither the passport nor a photo."""
    return requirement.kind == "scan" and file.media_type == PDF


def read_texts(*, dossier_id: int) -> int:
    """Read the text layers of a dossier's papers and store which of its answers stand there; return their number.

    A dossier without papers by now, because its retention period ended, is left as it is.
    """
    dossier = Dossier.objects.filter(pk=dossier_id).first()
    if dossier is None:
        return 0
    procedure = procedure_of(dossier)
    statements = paper_statements(procedure, sent_answers(dossier))
    papers = [
        component
        for component in dossier.components.select_related("file").exclude(file=None)
        if component.file is not None and has_text_layer(procedure.component(component.key), component.file)
    ]
    for component in papers:
        _store(component, printed_in(component.file, statements))  # type: ignore[arg-type]
    return len(papers)


def printed_in(file: StoredFile, statements: Sequence[FieldStatement]) -> dict[str, Any]:
    """Return what the file's text layer says about the statements; a file that cannot be opened has no words."""
    try:
        words = printed_words(file)
    except (FileRefused, FileUnreadable, FileNotFoundError):
        words = []
    return printed_from(file, words, statements)


def printed_from(
    file: StoredFile, words: Sequence[PrintedWord], statements: Sequence[FieldStatement]
) -> dict[str, Any]:
    """Return what words say about the statements, as it is stored with the paper: file (its id), words, facts."""
    facts = [asdict(fact) for fact in printed_facts(statements, words)]
    return {"file": str(file.pk), "words": len(words), "facts": facts}


@transaction.atomic
def _store(component: Component, printed: dict[str, Any]) -> None:
    """Store what a paper's text says, unless the paper has another file by now."""
    same = Component.objects.select_for_update().filter(pk=component.pk, file_id=component.file_id).first()
    if same is not None and same.printed != printed:
        same.printed = printed
        same.save(update_fields=["printed"])
