"""Servers killed under load: what was answered must be there, and what was not answered can be sent again."""
