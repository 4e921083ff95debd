"""The pages of declarations: the lodging's day, and what the office sees."""
