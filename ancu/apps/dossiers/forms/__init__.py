"""The forms of dossiers: those of the circulars, drawn from the rulebook, and the program's own."""
