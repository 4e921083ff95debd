"""Acts on dossiers. Each locks its dossier, asks its rule, goes through the one door (``moving``), and is on record."""
