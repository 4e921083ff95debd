"""Forms: a unit's monthly sheet, plans, and files of figures."""
