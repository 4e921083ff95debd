"""Forms of dossiers: the official forms, built from the rulebook, and the application's own."""
