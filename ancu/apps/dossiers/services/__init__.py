"""Writes on dossiers. Each locks the dossier, checks its rule, changes state through ``moving`` and is audited."""
