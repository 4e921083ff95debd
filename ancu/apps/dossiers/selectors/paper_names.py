"""Short names of papers, for narrow places that show the full one elsewhere."""

import re

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

SIGNED_FORM = re.compile(r"signed_(na\d+)")  # a form that was printed and signed is called by its number
SHORT_NAMES: dict[str, Promise] = {
    "photo": pgettext_lazy("paper", "Photo"),
    "work_permit": pgettext_lazy("paper", "Permit"),
    "work_permit_exemption": pgettext_lazy("paper", "Exemption"),
    "investment_proof": pgettext_lazy("paper", "Investment"),
    "school_letter": pgettext_lazy("paper", "Admission"),
    "law_licence": pgettext_lazy("paper", "Licence"),
    "purpose_proof": pgettext_lazy("paper", "Purpose"),
    "relationship_proof": pgettext_lazy("paper", "Relation"),
    "exemption_certificate": pgettext_lazy("paper", "Certificate"),
    "organisation_consent": pgettext_lazy("paper", "Consent"),
    "other": pgettext_lazy("paper", "Other"),
}


def short_paper_name(key: str, label: str) -> str:
    """Return the name of the paper ``key`` in one or two words; its label up to the first comma if it has none."""
    form = SIGNED_FORM.fullmatch(key)
    return form[1].upper() if form else str(SHORT_NAMES.get(key) or label.partition(",")[0])
