"""Engines: pure Python, no Django, no database; each usable alone."""
