"""A unit's sheet of a month, plans, files of figures."""
