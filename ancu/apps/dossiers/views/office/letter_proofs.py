"""A changed text on the page of its change: before and after side by side, and the letters with the new text."""

from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ancu.apps.dossiers.enums import LetterKind, RuleKind
from ancu.apps.dossiers.selectors.letter_passages import passage_kinds
from ancu.apps.dossiers.selectors.rule_changes import get_rule_draft
from ancu.apps.dossiers.selectors.text_wording import text_comparisons
from ancu.apps.dossiers.services.letter_proofs import draft_proof
from ancu.core.web.http import Request


def text_context(draft: Any) -> dict[str, Any]:
    """Return the texts of a change before and after, and the proofs of the letters in which a sentence stands."""
    kinds = passage_kinds(draft.entry) if draft.rule == RuleKind.LETTER else ()
    proofs = [(kind.label, reverse("dossiers:rule-change-letter", args=[draft.pk, kind.value])) for kind in kinds]
    return {"comparisons": text_comparisons(draft), "proofs": proofs}


@never_cache
@require_safe
def draft_letter(request: Request, pk: int, letter: str) -> HttpResponse:
    """Return the proof of a letter with a draft's values, with invented facts, as PDF."""
    draft = get_rule_draft(request.actor, pk)
    if letter not in LetterKind.values:
        raise Http404
    pdf = draft_proof(draft, LetterKind(letter))
    headers = {"Content-Disposition": f'inline; filename="{letter}-{draft.pk}.pdf"', "Cache-Control": "no-store"}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)
