"""Which of the two languages a person reads."""

from django.utils.translation import get_language


def reader_language() -> str:
    """``vi`` or ``en``; Vietnamese where nothing was chosen, as in a job."""
    return "vi" if (get_language() or "vi").startswith("vi") else "en"
