"""Dossiers from the first question to the card in the hand: every room of theirs, one after the other."""

from e2e.walks import (  # noqa: F401  # each registers its parts
    dossiers_company,
    dossiers_filing,
    dossiers_money,
    dossiers_office,
    dossiers_pictures,
    dossiers_uploads,
)
