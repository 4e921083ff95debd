"""Views of dossiers: for filers, the office and the public, one module per subject."""
