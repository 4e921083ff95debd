"""Differences between form and papers: nobody approves one without a sentence on why it may stand."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.selectors.facts import comparison_of
from ancu.core.errors import Conflict


def require_explained(
    dossier: Dossier, explanations: Mapping[str, str], *, explained_before: Mapping[str, str]
) -> dict[str, str]:
    """Return the given sentence of each difference that still needs one; Conflict if one is missing.

    The comparison is the one that the officer's page shows.
    """
    needed = [row for row in comparison_of(dossier, ()).open_differences if row.key not in explained_before]
    sentences = {row.key: explanations.get(row.key, "").strip() for row in needed}
    if missing := [row.label for row in needed if not sentences[row.key]]:
        sentence = _("Say of each difference why it may stand: %(names)s.")
        raise Conflict("difference_unexplained", sentence % {"names": ", ".join(missing)})
    return sentences
