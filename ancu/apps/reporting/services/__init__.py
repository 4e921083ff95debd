"""Figures entered, decided, counted and closed; plans; files; what is published and reported."""
